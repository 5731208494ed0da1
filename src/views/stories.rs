//! Stories in lists, and the timeline of one.

use std::collections::{BTreeSet, HashSet};

use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::articles;
use super::error::{UnknownKind, ViewError};
use super::placement::{self, PlacementView};
use crate::config::Config;
use crate::digest::ChartBar;
use crate::digest::chart;
use crate::domain::article::Zone;
use crate::domain::record::{self, RecordFact};
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::ranking;
use crate::store::Store;
use crate::store::stories::StoryChange;
use crate::store::stories::StoryEdit;
use crate::store::stories::StorylineStep;
use crate::store::stories::{Member, StoredStory};

/// Documents that head a story.
const DOCUMENTS_MAX: usize = 5;

/// A story.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoryView {
    pub id: StoryId,
    /// The headline it goes by: that of its lead.
    pub title: String,
    pub topics: BTreeSet<String>,
    pub started_date_time: Timestamp,
    pub updated_date_time: Timestamp,
    /// Oldest first.
    pub articles: Vec<MemberView>,
    pub headline_changes: Vec<StoryChange>,
    /// The article it goes by.
    #[serde(skip)]
    pub lead: Option<ArticleId>,
}

/// An article in its story.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    pub id: ArticleId,
    pub title: String,
    pub web_url: String,
    pub published_date_time: Timestamp,
    pub published_zone: Option<Zone>,
    pub provider: String,
    pub quality: i32,
    pub copy_of: Option<ArticleId>,
    pub topics: Vec<String>,
    /// Why it is here: in a timeline only, and there null where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed: Option<Option<PlacementView>>,
    /// What the register it comes from says of it: in a timeline only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub record: Vec<RecordFact>,
    /// Whether its outlet had not reported before.
    #[serde(skip)]
    pub is_first_of_outlet: bool,
    #[serde(skip)]
    pub joined_at: Timestamp,
}

/// A story of a storyline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StorylineView {
    pub id: StoryId,
    /// Its newest own headline.
    pub title: String,
    pub web_url: String,
    pub started_date_time: Timestamp,
    pub continues: Option<StoryId>,
    /// Words it shares with the one it continues.
    pub words: Vec<String>,
}

impl StorylineView {
    fn of(step: StorylineStep) -> Self {
        Self {
            id: step.story,
            title: step.article.title,
            web_url: step.article.web_url,
            started_date_time: step.started_at,
            continues: step.continues,
            words: step.words,
        }
    }
}

/// How a story came to be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoryTimeline {
    #[serde(flatten)]
    pub story: StoryView,
    /// The documents of record it holds, the newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentHead>,
    #[serde(serialize_with = "as_revisions")]
    pub revisions: Vec<StoryChange>,
    /// Its merges and splits.
    pub corrections: Vec<StoryEdit>,
    /// The story that it continues.
    pub continues: Option<StoryId>,
    /// What it continues and what continues it, itself amid them, oldest first; empty where there is neither.
    pub storyline: Vec<StorylineView>,
    /// Articles per day of the reader.
    #[serde(skip)]
    pub days: Vec<ChartBar>,
}

/// A document of record in its story.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentHead {
    pub article: ArticleId,
    pub title: String,
    /// Its numbers, who it is of, its dates, in words.
    pub told: String,
}

impl DocumentHead {
    /// Returns the head of a member that comes from a register.
    fn of(member: &MemberView) -> Option<Self> {
        let is_document = !member.record.is_empty() && member.copy_of.is_none();
        is_document.then(|| Self {
            article: member.id,
            title: member.title.clone(),
            told: record::in_brief(&member.record),
        })
    }
}

impl StoryView {
    fn of(story: StoredStory, changes: &[StoryChange]) -> Self {
        let order =
            |m: &&Member| ranking::lead_order(m.copy_of.is_some(), m.quality, m.article.published_at, m.article.id);
        let lead = story.members.iter().min_by_key(order);
        let lead_id = lead.map(|member| member.article.id);
        let mut outlets = HashSet::new();
        let mut first: Vec<&Member> = story.members.iter().collect();
        first.sort_by_key(|m| (m.article.published_at, m.article.id));
        first.retain(|m| outlets.insert(&m.article.provider_domain));
        let first: HashSet<ArticleId> = first.into_iter().map(|m| m.article.id).collect();
        Self {
            id: story.id,
            title: lead.map_or_else(String::new, |member| member.article.title.clone()),
            topics: story.members.iter().flat_map(|m| m.topics.iter().cloned()).collect(),
            started_date_time: story.started_at,
            updated_date_time: story.updated_at,
            lead: lead_id,
            headline_changes: changes.iter().filter(|change| change.is_headline()).cloned().collect(),
            articles: story
                .members
                .into_iter()
                .map(|m| MemberView {
                    id: m.article.id,
                    title: m.article.title,
                    web_url: m.article.web_url,
                    published_date_time: m.article.published_at,
                    published_zone: m.article.published_zone,
                    provider: m.article.provider_name,
                    quality: m.quality,
                    copy_of: m.copy_of,
                    topics: m.topics,
                    placed: None,
                    record: Vec::new(),
                    is_first_of_outlet: first.contains(&m.article.id),
                    joined_at: m.joined_at,
                })
                .collect(),
        }
    }

    /// Returns how many of its articles are copies of others.
    pub fn copies(&self) -> usize {
        self.articles.iter().filter(|member| member.copy_of.is_some()).count()
    }
}

/// Returns the numbers of stories changed since `since`, newest first, `limit` at most; only those of a topic, if one is
/// named.
///
/// # Errors
/// The topic is unknown, or the store cannot be read.
pub fn ids(
    store: &Store,
    config: &Config,
    since: Option<Timestamp>,
    topic: Option<&str>,
    limit: usize,
) -> Result<Vec<StoryId>, ViewError> {
    ids_behind(store, config, None, since, topic, limit)
}

/// Returns the same, of those that come behind a story, known by its last change and its number.
///
/// # Errors
/// The topic is unknown, or the store cannot be read.
pub fn ids_behind(
    store: &Store,
    config: &Config,
    last: Option<(Timestamp, StoryId)>,
    since: Option<Timestamp>,
    topic: Option<&str>,
    limit: usize,
) -> Result<Vec<StoryId>, ViewError> {
    articles::check_topic(store, config, topic)?;
    Ok(store.story_ids_behind(last, since, topic, limit)?)
}

/// Returns the numbers of stories that have changed since `since`, the one that began last first, of those that began before
/// a story where one is named.
///
/// # Errors
/// The topic is unknown, or the store cannot be read.
pub fn ids_before(
    store: &Store,
    config: &Config,
    before: Option<StoryId>,
    since: Option<Timestamp>,
    topic: Option<&str>,
    limit: usize,
) -> Result<Vec<StoryId>, ViewError> {
    articles::check_topic(store, config, topic)?;
    Ok(store.story_ids_before(before, since, topic, limit)?)
}

/// Returns one story, if there is one with this number. One at a time: all of them may be more than a machine has memory
/// for.
///
/// # Errors
/// The store cannot be read.
pub fn story(store: &Store, id: StoryId) -> Result<Option<StoryView>, ViewError> {
    match store.story(id)? {
        Some(story) => Ok(Some(StoryView::of(story, &store.story_changes(id)?))),
        None => Ok(None),
    }
}

/// Returns how many stories there are; of those of a topic, if one is named.
///
/// # Errors
/// The store cannot be read.
pub fn count(store: &Store, topic: Option<&str>) -> Result<usize, ViewError> {
    Ok(store.count_stories(topic)?)
}

/// Returns how a story came to be.
///
/// # Errors
/// There is no such story, or the store cannot be read.
pub fn timeline(store: &Store, id: StoryId, zone: Tz) -> Result<StoryTimeline, ViewError> {
    let story = store.story(id)?.ok_or_else(|| UnknownKind::Story.named(id))?;
    let (log, changes) = (store.story_edits(id)?, store.story_changes(id)?);
    let mut story = StoryView::of(story, &changes);
    let mut reasonings = store.reasonings(id)?;
    for member in &mut story.articles {
        let placed = reasonings.remove(&member.id);
        member.placed = Some(placed.map(|placed| placement::seen(placed, member.id, &log)));
        member.record = store.record_of(member.id)?;
    }
    let published = story
        .articles
        .iter()
        .map(|m| (m.published_date_time, m.copy_of.is_some()));
    let last = published.clone().map(|(at, _)| at).max();
    let storyline: Vec<StorylineView> = store.storyline(id)?.into_iter().map(StorylineView::of).collect();
    let mut documents: Vec<&MemberView> = story.articles.iter().collect();
    documents.sort_by_key(|member| std::cmp::Reverse((member.published_date_time, member.id)));
    let documents = documents
        .into_iter()
        .filter_map(DocumentHead::of)
        .take(DOCUMENTS_MAX)
        .collect();
    Ok(StoryTimeline {
        documents,
        continues: storyline
            .iter()
            .find(|step| step.id == id)
            .and_then(|own| own.continues),
        storyline,
        days: chart::days(published, last.unwrap_or(story.updated_date_time), zone),
        revisions: changes,
        corrections: log,
        story,
    })
}

fn as_revisions<S: Serializer>(changes: &[StoryChange], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(changes.iter().map(|change| {
        json!({
            "article": change.article,
            "replacedDateTime": change.at,
            "title": change.before,
            "headlineChanged": change.is_headline(),
        })
    }))
}
