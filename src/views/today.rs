//! What the last day brought, per topic, in the digest's order; changes nothing, and no digest tells less for it.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use super::error::ViewError;
use crate::config::Config;
use crate::digest::{
    self, Coverage, Digest, DigestInput, DigestKind, DigestOptions, MemberInput, StoryInput, TopicInput, Window,
};
use crate::domain::{StoryId, Timestamp};
use crate::jobs::digest::input::unseen_terms;
use crate::store::Store;
use crate::store::stories::{MemberHead, StoryHeads};

/// How far back it looks, in hours.
pub const HOURS: i64 = 24;
/// Stories of one topic it holds, those that most outlets report; the page of the topic has the others.
const STORIES_MAX: usize = 30;

/// What the last day brought.
#[derive(Debug, Clone, PartialEq)]
pub struct TodayView {
    /// Composed as a digest is, and never sent.
    pub digest: Digest,
    /// Stories with an article no digest of their topic had the time to tell.
    pub since_digest: HashSet<StoryId>,
    /// How many stories of a topic there are beyond those.
    pub beyond: HashMap<String, usize>,
    /// When the last digest of any topic was made.
    pub last_digest_at: Option<Timestamp>,
}

/// Returns what the last day brought.
///
/// # Errors
/// The store cannot be read.
pub fn today(store: &Store, config: &Config, now: Timestamp) -> Result<TodayView, ViewError> {
    let since = now - TimeDelta::hours(HOURS);
    let (mut sections, mut since_digest, mut told_at) = (Vec::new(), HashSet::new(), HashMap::new());
    let mut beyond = HashMap::new();
    for digest in &config.digests {
        let last = store.last_digest_to(&digest.name)?;
        digest.topics.iter().for_each(|topic| {
            told_at.entry(topic.as_str()).or_insert(last);
        });
    }
    let mut joined = store.stories_joined_since(since)?;
    // When each story that was read was joined last.
    let mut joined_at: HashMap<StoryId, Timestamp> = HashMap::new();
    let topics = topics(config);
    for (place, &topic) in topics.iter().enumerate() {
        let mut ids = joined.remove(topic).unwrap_or_default();
        if ids.len() > STORIES_MAX {
            beyond.insert(topic.to_owned(), ids.len() - STORIES_MAX);
            ids.truncate(STORIES_MAX);
        }
        // One that stands under an earlier topic is told there; here it is only named.
        let (elsewhere, own): (Vec<StoryId>, Vec<StoryId>) = ids.iter().partition(|id| joined_at.contains_key(id));
        let stories = store.story_heads(&own, Some(topic))?;
        let last_joined = |story: &StoryHeads| Some((story.id, story.members.iter().map(|m| m.joined_at).max()?));
        joined_at.extend(stories.iter().filter_map(last_joined));
        let last = told_at.get(topic).copied().flatten();
        let is_news = |id: &StoryId| joined_at.get(id).is_some_and(|at| last.is_none_or(|last| *at > last));
        since_digest.extend(ids.iter().copied().filter(is_news));
        sections.push(TopicInput {
            // A digest tells names as they are read; a link has to have them as they are written.
            topic: place.to_string(),
            is_introduction: false,
            stories: stories
                .into_iter()
                .map(|story| input(story, since))
                .chain(elsewhere.into_iter().map(named))
                .collect(),
            pages: Vec::new(),
        });
    }
    let window = Window {
        from: Some(since),
        to: now,
    };
    let input = DigestInput {
        name: "today".to_owned(),
        kind: DigestKind::Digest,
        sections,
        pages: Vec::new(),
        deadlines: Vec::new(),
        coverage: Coverage::default(),
        undelivered: Vec::new(),
    };
    let mut digest = digest::compose(&window, &input, &DigestOptions::new(config.zone));
    let named = |place: &str| topics[place.parse::<usize>().expect("a place in this list")].to_owned();
    for section in &mut digest.sections {
        section.topic = named(&section.topic);
        for other in &mut section.elsewhere {
            other.topic = named(&other.topic);
        }
    }
    Ok(TodayView {
        digest,
        since_digest,
        beyond,
        last_digest_at: told_at.into_values().flatten().max(),
    })
}

/// Returns the topics in the order digests tell them, then those that no digest tells.
pub fn topics(config: &Config) -> Vec<&str> {
    let told = config.digests.iter().flat_map(|digest| &digest.topics);
    let all = told.chain(config.topics.iter().map(|topic| &topic.name));
    let mut seen = HashSet::new();
    all.map(String::as_str).filter(|name| seen.insert(*name)).collect()
}

/// Returns a story that stands elsewhere: nothing but its number is asked for.
fn named(id: StoryId) -> StoryInput {
    StoryInput {
        id,
        members: Vec::new(),
        headline_changes: Vec::new(),
        alerted_at: None,
        continues: None,
    }
}

fn input(story: StoryHeads, since: Timestamp) -> StoryInput {
    let is_new = |member: &MemberHead| member.joined_at >= since;
    let members = story.members.into_iter().map(|member| MemberInput {
        is_new: is_new(&member),
        was_told: !is_new(&member),
        article: member.id,
        title: member.title,
        excerpt: member.excerpt,
        text: String::new(),
        web_url: member.web_url,
        provider: member.provider_name,
        published_at: member.published_at,
        quality: member.quality,
        copy_of: member.copy_of,
        matched: member.matched.map(|terms| unseen_terms(&terms)),
        has_standing_title: false,
        language: member.language,
    });
    StoryInput {
        members: members.collect(),
        ..named(story.id)
    }
}
