//! Stories in few words: the headline each goes by, who reports it, how many articles it has.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;

use super::articles;
use super::error::ViewError;
use crate::config::Config;
use crate::digest::{ChartBar, chart};
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::Store;
use crate::store::stories::{MemberHead, StoryHeads};

/// Articles whose stories one page of a topic shows.
const ARTICLES_A_PAGE: usize = 120;
/// How far back a topic's chart and its terms are counted, in days.
pub const TOPIC_DAYS: i64 = 14;

/// A story in few words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoryLine {
    pub id: StoryId,
    /// Its newest own headline, of those about the topic that was asked for.
    pub title: String,
    pub web_url: String,
    pub language: Option<String>,
    pub excerpt: String,
    /// Who reports it, the first to report it first; those that only copy are behind.
    pub outlets: Vec<OutletLine>,
    pub articles: usize,
    pub copies: usize,
    pub started_date_time: Timestamp,
    /// When its newest article was published.
    pub newest_date_time: Timestamp,
    /// When it last changed here.
    pub updated_date_time: Timestamp,
    pub continues: Option<StoryId>,
}

/// An outlet that reports a story, by its newest article of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutletLine {
    pub name: String,
    pub title: String,
    pub web_url: String,
    /// It has nothing but copies of others.
    pub only_copies: bool,
}

/// The stories of a topic, newest first, and where older ones begin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoryPage {
    pub stories: Vec<StoryLine>,
    /// Older stories are those before this article.
    pub next: Option<ArticleId>,
}

/// What a topic finds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicActivity {
    /// Articles per day of the reader in the last `TOPIC_DAYS` days.
    #[serde(skip)]
    pub days: Vec<ChartBar>,
    /// How many articles of those days each term of its query found.
    pub terms: Vec<(String, usize)>,
}

/// Returns stories of a topic, or of all, before an article where one is named.
///
/// # Errors
/// The topic is unknown, or the store cannot be read.
pub fn page(
    store: &Store,
    config: &Config,
    topic: Option<&str>,
    before: Option<ArticleId>,
) -> Result<StoryPage, ViewError> {
    articles::check_topic(store, config, topic)?;
    let (ids, next) = store.newest_stories(topic, before, ARTICLES_A_PAGE)?;
    Ok(StoryPage {
        stories: of_ids(store, &ids, topic)?,
        next,
    })
}

/// Returns these stories in few words, in this order.
///
/// # Errors
/// The store cannot be read.
pub fn of_ids(store: &Store, ids: &[StoryId], topic: Option<&str>) -> Result<Vec<StoryLine>, ViewError> {
    Ok(store.story_heads(ids, topic)?.iter().filter_map(line).collect())
}

/// Returns what a topic found in the last days.
///
/// # Errors
/// The store cannot be read.
pub fn activity(store: &Store, topic: &str, now: Timestamp, zone: Tz) -> Result<TopicActivity, ViewError> {
    let since = now - chrono::TimeDelta::days(TOPIC_DAYS);
    let finds = store.topic_finds(topic, since)?;
    Ok(TopicActivity {
        days: chart::days(finds.moments.into_iter(), now, zone),
        terms: finds.terms,
    })
}

/// Returns how many of the articles that came in the last `TOPIC_DAYS` days a topic has found.
///
/// # Errors
/// The store cannot be read.
pub fn articles_of_late(store: &Store, topic: &str, now: Timestamp) -> Result<usize, ViewError> {
    Ok(store.topic_count(topic, now - chrono::TimeDelta::days(TOPIC_DAYS))?)
}

/// Parts stories by the reader's day of their newest article.
pub fn by_day(stories: &[StoryLine], zone: Tz) -> Vec<(NaiveDate, Vec<&StoryLine>)> {
    let day = |story: &&StoryLine| story.newest_date_time.with_timezone(&zone).date_naive();
    let mut sorted: Vec<&StoryLine> = stories.iter().collect();
    sorted.sort_by_key(|story| {
        (
            Reverse(day(story)),
            Reverse(story.outlets.len()),
            Reverse(story.newest_date_time),
            story.id,
        )
    });
    let groups = sorted.chunk_by(|one, next| day(one) == day(next));
    groups.map(|group| (day(&group[0]), group.to_vec())).collect()
}

/// Returns the member by whose headline a story goes: its newest own one, of those about the topic that was asked for.
pub(super) fn head(story: &StoryHeads) -> Option<&MemberHead> {
    let is_asked = story.members.iter().any(|member| member.matched.is_some());
    story.members.iter().min_by_key(|member| {
        let newest = (Reverse(member.published_at), member.id);
        (is_asked && member.matched.is_none(), member.copy_of.is_some(), newest)
    })
}

pub(super) fn line(story: &StoryHeads) -> Option<StoryLine> {
    let head = head(story)?;
    Some(StoryLine {
        id: story.id,
        title: head.title.clone(),
        web_url: head.web_url.clone(),
        language: head.language.clone(),
        excerpt: head.excerpt.clone(),
        outlets: outlets(&story.members),
        articles: story.members.len(),
        copies: story.members.iter().filter(|member| member.copy_of.is_some()).count(),
        started_date_time: story.started_at,
        newest_date_time: story.members.iter().map(|member| member.published_at).max()?,
        updated_date_time: story.updated_at,
        continues: story.continues,
    })
}

fn outlets(members: &[MemberHead]) -> Vec<OutletLine> {
    let mut order: Vec<&MemberHead> = members.iter().collect();
    order.sort_by_key(|member| (member.copy_of.is_some(), member.published_at, member.id));
    let mut places: HashMap<&str, usize> = HashMap::new();
    // Of each outlet its first report, and what it said last.
    let mut found: Vec<(&MemberHead, &MemberHead)> = Vec::new();
    for member in order {
        let place = *places.entry(&member.provider_domain).or_insert(found.len());
        match found.get_mut(place) {
            Some((_, newest)) if newest.copy_of.is_some() == member.copy_of.is_some() => *newest = member,
            // A copy that follows reports of one's own says nothing.
            Some(_) => {}
            None => found.push((member, member)),
        }
    }
    let line = |(first, newest): (&MemberHead, &MemberHead)| OutletLine {
        name: first.provider_name.clone(),
        title: newest.title.clone(),
        web_url: newest.web_url.clone(),
        only_copies: newest.copy_of.is_some(),
    };
    found.into_iter().map(line).collect()
}
