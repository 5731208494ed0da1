//! Stories as feeds tell them: one entry a story, with who reports it, who copies whom, and which headlines changed.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use super::articles;
use super::error::ViewError;
use super::search;
use super::story_lines::{self, StoryLine};
use crate::config::Config;
use crate::domain::article::Article;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::query::Query;
use crate::store::Store;
use crate::store::articles::ArticleFilter;
use crate::store::stories::{MemberHead, StoryChange, StoryHeads};

/// Entries of one feed, the latest first.
pub const ENTRIES_MAX: usize = 100;
/// Articles whose stories a feed is made of, the newest.
const ARTICLES_MAX: usize = 400;
/// Articles a search is asked for.
const FOUND_MAX: usize = 500;
/// How far back a search looks where it does not say, in days.
pub const SEARCH_DAYS: i64 = 30;

/// What an entry is about, by what stays as it is as long as the store has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntrySubject {
    Story(StoryId),
    /// An article that a search found and that is in no story.
    Article {
        id: ArticleId,
        seen_at: Timestamp,
    },
}

/// A story as a feed tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryEntry {
    pub subject: EntrySubject,
    pub line: StoryLine,
    /// The outlet whose headline it goes by.
    pub author: String,
    /// Whom an outlet copies, by its name.
    pub copied: HashMap<String, String>,
    /// Headlines that changed, with the outlet's name, oldest first.
    pub headline_changes: Vec<(String, StoryChange)>,
    /// When it was first known here; stays as it is.
    pub begun_at: Timestamp,
    /// When an outlet joined or a headline changed last.
    pub news_at: Timestamp,
}

/// Returns the number that is this store's alone, by which its entries are told from those of others.
///
/// # Errors
/// The store cannot be read.
pub fn identity(store: &Store) -> Result<i64, ViewError> {
    Ok(store.identity()?)
}

/// Returns the latest stories of a topic, or of all, the one with the latest news first.
///
/// # Errors
/// The topic is unknown, or the store cannot be read.
pub fn latest(store: &Store, config: &Config, topic: Option<&str>) -> Result<Vec<StoryEntry>, ViewError> {
    articles::check_topic(store, config, topic)?;
    let (ids, _) = store.newest_stories(topic, None, ARTICLES_MAX)?;
    of_ids(store, &ids[..ids.len().min(ENTRIES_MAX)], topic)
}

/// Returns the stories with an article that a query finds, and the articles it finds that are in none.
///
/// # Errors
/// The source or the topic is unknown, the query is too large, or the store cannot be read.
pub fn found(
    store: &Store,
    config: &Config,
    query: &Query,
    mut filter: ArticleFilter,
    now: Timestamp,
) -> Result<Vec<StoryEntry>, ViewError> {
    filter.since = filter
        .since
        .or_else(|| now.checked_sub_signed(TimeDelta::days(SEARCH_DAYS)));
    filter.limit = Some(FOUND_MAX);
    let mut hits = search::search(store, config, query, filter)?.hits;
    // A search gives the best first, a feed the newest.
    hits.sort_by_key(|hit| std::cmp::Reverse((hit.article.published_at, hit.article.id)));
    let mut seen = HashSet::new();
    hits.retain(|hit| hit.article.story.is_none_or(|story| seen.insert(story)));
    hits.truncate(ENTRIES_MAX);
    let ids: Vec<StoryId> = hits.iter().filter_map(|hit| hit.article.story).collect();
    let mut entries = of_ids(store, &ids, None)?;
    for hit in hits.iter().filter(|hit| hit.article.story.is_none()) {
        entries.extend(store.article(hit.article.id)?.and_then(alone));
    }
    newest_first(&mut entries);
    Ok(entries)
}

fn of_ids(store: &Store, ids: &[StoryId], topic: Option<&str>) -> Result<Vec<StoryEntry>, ViewError> {
    let mut entries = Vec::with_capacity(ids.len());
    for story in store.story_heads(ids, topic)? {
        let changes = store.story_changes(story.id)?;
        entries.extend(entry(&story, changes));
    }
    newest_first(&mut entries);
    Ok(entries)
}

fn newest_first(entries: &mut [StoryEntry]) {
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.news_at, entry.line.id, entry.begun_at)));
}

/// Returns an article that is in no story as a story of its own.
fn alone(article: Article) -> Option<StoryEntry> {
    let subject = EntrySubject::Article {
        id: article.id,
        seen_at: article.seen_at,
    };
    let story = StoryHeads {
        id: StoryId(0),
        started_at: article.seen_at,
        updated_at: article.seen_at,
        continues: None,
        members: vec![MemberHead {
            quality: 0,
            copy_of: None,
            joined_at: article.seen_at,
            matched: None,
            id: article.id,
            title: article.title,
            excerpt: article.excerpt,
            web_url: article.web_url,
            language: article.language,
            provider_name: article.provider_name,
            provider_domain: article.provider_domain,
            published_at: article.published_at,
        }],
    };
    Some(StoryEntry {
        subject,
        ..entry(&story, Vec::new())?
    })
}

fn entry(story: &StoryHeads, changes: Vec<StoryChange>) -> Option<StoryEntry> {
    let head = story_lines::head(story)?;
    let by_id: HashMap<ArticleId, &MemberHead> = story.members.iter().map(|m| (m.id, m)).collect();
    let name = |id: ArticleId| by_id.get(&id).map(|member| member.provider_name.clone());
    let mut copied = HashMap::new();
    for member in &story.members {
        let original = member.copy_of.and_then(name);
        if let Some(original) = original.filter(|original| *original != member.provider_name) {
            copied.entry(member.provider_name.clone()).or_insert(original);
        }
    }
    let changes = changes.into_iter().filter(StoryChange::is_headline);
    let headline_changes: Vec<(String, StoryChange)> = changes
        .filter_map(|change| Some((name(change.article)?, change)))
        .collect();
    let mut outlets = HashSet::new();
    // Members stand in the order they joined in: the first of each outlet is when it did.
    let joined = story.members.iter().filter(|m| outlets.insert(&m.provider_domain));
    let joined = joined.map(|member| member.joined_at).max()?;
    let changed = headline_changes.iter().map(|(_, change)| change.at).max();
    Some(StoryEntry {
        subject: EntrySubject::Story(story.id),
        line: story_lines::line(story)?,
        author: head.provider_name.clone(),
        copied,
        headline_changes,
        // Of the story, not of its members: these are purged, merged and split, and it stays.
        begun_at: story.started_at,
        news_at: changed.map_or(joined, |changed| changed.max(joined)),
    })
}
