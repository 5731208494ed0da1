//! Stories that an article belongs to by the number it names or has, whatever the likeness says.
//!
//! Who names a document of record belongs to its story, however old that is; a document belongs to the live story of those who
//! named it before it came. What is not certain, since numbers lead to several stories, is left to likeness.

use std::collections::BTreeMap;

use super::story_edits::{self, EditCause, StoryMerge};
use crate::clustering::WINDOW_DAYS;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::identifiers;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{select_all, select_one, select_optional};
use crate::store::engine::{StoreError, seconds};
use crate::store::rows::identifiers as rows;

/// Articles looked at that name one number, the newest first.
const NAMING_MAX: i64 = 200;

/// The story an article belongs to by a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedStory {
    pub story: StoryId,
    /// The number in words.
    pub number: String,
    /// The article is the document itself.
    pub is_document: bool,
    /// Other live stories that are about the document.
    others: Vec<StoryId>,
}

/// Returns the story of the document that an article names, or of the articles that name this document.
pub fn story_named(c: &Connection, now: Timestamp, article: ArticleId) -> Result<Option<NamedStory>, StoreError> {
    let numbers = rows::subject_of(c, article)?;
    let mut own = numbers.iter().filter(|number| number.is_own).peekable();
    if own.peek().is_none() {
        return story_of_document(c, article, &numbers);
    }
    let live_since = seconds(now - chrono::TimeDelta::days(WINDOW_DAYS));
    let mut best: Option<NamedStory> = None;
    for number in own {
        let naming = naming(c, article, &number.value, live_since)?;
        if let Some(best) = &mut best {
            let more = about(c, &naming, best.story)?.into_iter();
            let more: Vec<StoryId> = more.filter(|other| !best.others.contains(other)).collect();
            best.others.extend(more);
            continue;
        }
        let most = naming
            .iter()
            .max_by_key(|(story, articles)| (**articles, std::cmp::Reverse(**story)));
        let of_document = other_document(c, article, &number.value, live_since)?;
        if let Some(story) = of_document.or(most.map(|(story, _)| *story)) {
            best = Some(NamedStory {
                story,
                number: identifiers::label(&number.value),
                is_document: true,
                others: about(c, &naming, story)?,
            });
        }
    }
    Ok(best)
}

impl NamedStory {
    /// Puts the other stories about the document into this one, but for those that a reader parted from it.
    pub fn unite(&self, c: &Connection, now: Timestamp) -> Result<Vec<StoryMerge>, StoreError> {
        let mut merged = Vec::new();
        for other in &self.others {
            let reason = format!("both name {}", self.number);
            let cause = EditCause::Found(reason.clone());
            if !story_edits::were_split(c, self.story, *other)?
                && story_edits::merge(c, now, self.story, *other, &cause)?.is_ok()
            {
                merged.push(StoryMerge {
                    into: self.story,
                    from: *other,
                    reason,
                });
            }
        }
        Ok(merged)
    }
}

/// Returns the story of the newest document with each of these numbers, where that is one story.
fn story_of_document(
    c: &Connection,
    article: ArticleId,
    numbers: &[rows::SubjectNumber],
) -> Result<Option<NamedStory>, StoreError> {
    let mut found: Option<NamedStory> = None;
    for number in numbers {
        let sql = "SELECT member.story FROM identifier CROSS JOIN member ON member.article = identifier.article
                   WHERE identifier.value = ?1 AND identifier.is_own = 1 AND identifier.article <> ?2
                   ORDER BY identifier.article DESC LIMIT 1";
        let story: Option<StoryId> = select_optional(c, sql, params![number.value, article.0], |row| row.get(0))?;
        let Some(story) = story else { continue };
        if found.as_ref().is_some_and(|found| found.story != story) {
            return Ok(None);
        }
        found.get_or_insert(NamedStory {
            story,
            number: identifiers::label(&number.value),
            is_document: false,
            others: Vec::new(),
        });
    }
    Ok(found)
}

/// Returns the live story of another document with this number: an extension is of the rule's docket.
fn other_document(
    c: &Connection,
    article: ArticleId,
    value: &str,
    live_since: i64,
) -> Result<Option<StoryId>, StoreError> {
    let sql = "SELECT member.story FROM identifier CROSS JOIN member ON member.article = identifier.article
                   JOIN story ON story.id = member.story
               WHERE identifier.value = ?1 AND identifier.is_own = 1 AND identifier.article <> ?2 AND story.updated_at >= ?3
               ORDER BY identifier.article DESC LIMIT 1";
    select_optional(c, sql, params![value, article.0, live_since], |row| row.get(0))
}

/// Returns the live stories with articles about the document of this number, and how many each has that are no copies.
fn naming(
    c: &Connection,
    article: ArticleId,
    value: &str,
    live_since: i64,
) -> Result<BTreeMap<StoryId, i64>, StoreError> {
    let sql = "SELECT member.story FROM identifier CROSS JOIN member ON member.article = identifier.article
                   JOIN story ON story.id = member.story
               WHERE identifier.value = ?1 AND identifier.is_own = 0 AND identifier.is_subject = 1
                 AND identifier.article <> ?2 AND member.copy_of IS NULL AND story.updated_at >= ?3
               ORDER BY identifier.article DESC LIMIT ?4";
    let values = params![value, article.0, live_since, NAMING_MAX];
    let stories: Vec<StoryId> = select_all(c, sql, values, |row| row.get(0))?;
    let mut counted = BTreeMap::new();
    for story in stories {
        *counted.entry(story).or_insert(0) += 1;
    }
    Ok(counted)
}

/// Returns those of the stories that are about the document: at least half of what they report names it.
fn about(c: &Connection, naming: &BTreeMap<StoryId, i64>, but: StoryId) -> Result<Vec<StoryId>, StoreError> {
    let mut found = Vec::new();
    for (story, articles) in naming.iter().filter(|(story, _)| **story != but) {
        let sql = "SELECT count(*) FROM member WHERE story = ?1 AND copy_of IS NULL";
        let members: i64 = select_one(c, sql, [story.0], |row| row.get(0))?;
        if articles * 2 >= members {
            found.push(*story);
        }
    }
    Ok(found)
}
