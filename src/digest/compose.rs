//! What a digest tells: which stories are new, which develop, and in what order.
//!
//! Folded copies are counted, never listed. Stories stand by the number of distinct outlets among their new articles,
//! then quality, then the newest article.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::ranking;

use super::display_text::{self, ERROR_CHARS_MAX, NAME_CHARS_MAX, TITLE_CHARS_MAX};
use super::input::{
    Coverage, DigestInput, DigestOptions, MemberInput, StoryInput, TopicInput, TroubledSource, UndeliveredDigest,
    Window,
};
use super::model::{Alerted, Developing, Digest, NewStory, Section};
use super::story_summary::{self, best, is_new_member, outlet};
use super::wording;

/// Developing stories of a section told at length; the others get a line.
const DEVELOPING_MAX: usize = 7;
/// Composes what is new in a window.
///
/// A story in several sections is told in the first, with the members of all of them.
pub fn compose(window: &Window, input: &DigestInput, options: &DigestOptions) -> Digest {
    let mut told = Vec::new();
    let mut sections = Vec::new();
    let whole = Stories::collect(&input.sections);
    let mut is_placed = HashSet::new();
    for topic in &input.sections {
        let stories: Vec<&StoryInput> = topic
            .stories
            .iter()
            .filter(|story| is_placed.insert(story.id))
            .collect();
        let section = compose_section(window, topic, &stories, &whole, options, &mut told);
        if section.stories() > 0 {
            sections.push(section);
        }
    }
    let mut digest = Digest {
        subject: String::new(),
        name: display_text::line(&input.name, NAME_CHARS_MAX),
        kind: input.kind,
        window: *window,
        sections,
        coverage: clean_coverage(&input.coverage),
        undelivered: input.undelivered.iter().map(clean_undelivered).collect(),
        told,
    };
    digest.subject = wording::subject(&digest, wording::LocalFormat::of(options));
    digest
}

/// The members and headline changes of each story over all sections, each once.
struct Stories<'a> {
    members: HashMap<StoryId, Vec<&'a MemberInput>>,
    changes: HashMap<StoryId, Vec<(Timestamp, ArticleId, &'a str, &'a str)>>,
}

impl<'a> Stories<'a> {
    fn collect(topics: &'a [TopicInput]) -> Self {
        let mut whole = Self {
            members: HashMap::new(),
            changes: HashMap::new(),
        };
        let mut seen = HashSet::new();
        for story in topics.iter().flat_map(|topic| &topic.stories) {
            let members = whole.members.entry(story.id).or_default();
            members.extend(
                story
                    .members
                    .iter()
                    .filter(|member| seen.insert((story.id, member.article))),
            );
            let changes = whole.changes.entry(story.id).or_default();
            changes.extend(
                story
                    .headline_changes
                    .iter()
                    .map(|c| (c.at, c.article, c.before.as_str(), c.after.as_str())),
            );
        }
        for changes in whole.changes.values_mut() {
            changes.sort_unstable();
            changes.dedup();
        }
        whole
    }
}

/// What a section's stories are ordered by.
type Rank = (Reverse<usize>, Reverse<i32>, Reverse<Timestamp>, StoryId);

fn compose_section(
    window: &Window,
    topic: &TopicInput,
    stories: &[&StoryInput],
    whole: &Stories,
    options: &DigestOptions,
    told: &mut Vec<(StoryId, ArticleId)>,
) -> Section {
    let mut new: Vec<(Rank, NewStory)> = Vec::new();
    let mut developing: Vec<(Rank, Developing)> = Vec::new();
    let mut alerted: Vec<(Rank, Alerted)> = Vec::new();
    for story in stories {
        let members = whole.members.get(&story.id).map(Vec::as_slice).unwrap_or_default();
        let Some(lead) = best(members.iter().copied()) else {
            continue;
        };
        let is_new = members.iter().all(|member| member.is_new);
        if is_new && ranking::heat(lead.quality, members.len() - 1, true) < options.heat_min {
            // It is told once it is hot enough, with all its members.
            continue;
        }
        let untold = members.iter().filter(|member| member.is_new);
        told.extend(untold.map(|member| (story.id, member.article)));
        if is_new && let Some(told_at) = story.alerted_at {
            alerted.push((
                rank(story.id, lead, members),
                story_summary::alerted(story.id, lead, members, told_at),
            ));
        } else if is_new {
            new.push((
                rank(story.id, lead, members),
                story_summary::new(window, story, lead, members, options),
            ));
        } else {
            let changes = story_summary::changes(
                window,
                members,
                whole.changes.get(&story.id).map(Vec::as_slice).unwrap_or_default(),
            );
            if !changes.is_empty() || members.iter().any(|member| is_new_member(member)) {
                let rank = rank(story.id, lead, members);
                developing.push((
                    rank,
                    story_summary::developing(window, story.id, lead, members, changes, options),
                ));
            }
        }
    }
    new.sort_by_key(|(rank, _)| *rank);
    developing.sort_by_key(|(rank, _)| *rank);
    let mut developing: Vec<Developing> = developing.into_iter().map(|(_, story)| story).collect();
    let running = developing
        .split_off(developing.len().min(DEVELOPING_MAX))
        .into_iter()
        .map(story_summary::running)
        .collect();
    Section {
        topic: display_text::line(&topic.topic, TITLE_CHARS_MAX),
        is_introduction: topic.is_introduction,
        new: new.into_iter().map(|(_, story)| story).collect(),
        developing,
        running,
        alerted: {
            alerted.sort_by_key(|(rank, _)| *rank);
            alerted.into_iter().map(|(_, story)| story).collect()
        },
    }
}

fn rank(id: StoryId, lead: &MemberInput, members: &[&MemberInput]) -> Rank {
    let new_members = members.iter().filter(|member| is_new_member(member));
    let outlets: HashSet<String> = new_members
        .clone()
        .map(|member| outlet(member).to_lowercase())
        .collect();
    let newest = new_members
        .map(|member| member.published_at)
        .max()
        .unwrap_or(lead.published_at);
    (Reverse(outlets.len()), Reverse(lead.quality), Reverse(newest), id)
}

fn clean_coverage(coverage: &Coverage) -> Coverage {
    let mut coverage = coverage.clone();
    for source in &mut coverage.troubled {
        source.name = display_text::line(&source.name, NAME_CHARS_MAX);
        source.health.why = source
            .health
            .why
            .as_deref()
            .map(|why| display_text::line(why, ERROR_CHARS_MAX));
    }
    // The worst first, and of these the longest broken: the others may mend themselves.
    coverage.troubled.sort_by(|a, b| {
        let order = |t: &TroubledSource| (t.health.condition, t.health.since);
        (order(a), &a.name).cmp(&(order(b), &b.name))
    });
    coverage
}

fn clean_undelivered(digest: &UndeliveredDigest) -> UndeliveredDigest {
    UndeliveredDigest {
        subject: display_text::line(&digest.subject, TITLE_CHARS_MAX),
        channel: display_text::line(&digest.channel, TITLE_CHARS_MAX),
        to: digest.to,
        error: display_text::line(&digest.error, ERROR_CHARS_MAX),
    }
}
