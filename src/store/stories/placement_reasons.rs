//! Why an article was placed where it is: written with its place, never worked out again.
//!
//! What the live stories knew then is gone soon after; likeness computed later would be another one.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::named_documents::NamedStory;
use crate::clustering::{ClusterItem, THRESHOLD};
use crate::domain::topic::{Assignment, Reasoning};
use crate::domain::{ArticleId, StoryId};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::select_optional;
use crate::store::engine::{Store, StoreError};
use crate::text;

/// Latest headlines of a story that are compared, and words that are kept.
const HEADLINES_MAX: i64 = 20;
const WORDS_MAX: usize = 8;
/// Letters of a word that says anything.
const LETTERS_MIN: usize = 3;

impl Store {
    /// Returns why an article was placed in its story; nothing when it is in none, or was placed before reasons were kept.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn reasoning(&self, article: ArticleId) -> Result<Option<Reasoning>, StoreError> {
        self.read(|c| {
            let sql = "SELECT reasons FROM member WHERE article = ?1";
            let kept: Option<Option<String>> = select_optional(c, sql, [article.0], |row| row.get(0))?;
            Ok(kept.flatten().and_then(|text| serde_json::from_str(&text).ok()))
        })
    }

    /// Returns the same for each member of a story of which it is known.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn reasonings(&self, story: StoryId) -> Result<HashMap<ArticleId, Reasoning>, StoreError> {
        self.read(|c| {
            let sql = "SELECT article, reasons FROM member WHERE story = ?1 AND reasons IS NOT NULL";
            let mut known = HashMap::new();
            let mut statement = c.prepare_cached(sql)?;
            let mut rows = statement.query([story.0])?;
            while let Some(row) = rows.next()? {
                let text = row.get_ref(1)?.as_str()?;
                if let Ok(reasoning) = serde_json::from_str(text) {
                    known.insert(row.get(0)?, reasoning);
                }
            }
            Ok(known)
        })
    }
}

/// Keeps why an article has just been placed. `closest` is the story most like it and its likeness, `named` the one it belongs
/// to by a number.
pub fn keep(
    c: &Connection,
    item: &ClusterItem<'_>,
    placed: Assignment,
    closest: Option<(StoryId, f64)>,
    named: Option<&NamedStory>,
) -> Result<(), StoreError> {
    let (story, copy_of) = match placed {
        Assignment::Start(story) | Assignment::Join(story) => (story, None),
        Assignment::CopyOf(original, story) => (story, Some(original)),
    };
    let words = match closest {
        Some((other, _)) => shared_words(c, item, other)?,
        None => Vec::new(),
    };
    let mut reasons = json!({
        "story": story.0,
        "copyOf": copy_of.map(|id| id.0),
        "closest": closest.map(|(other, _)| other.0),
        // Three places are what a reader can use.
        "likeness": closest.map(|(_, likeness)| (likeness * 1000.0).round() / 1000.0),
        "threshold": THRESHOLD,
        "words": words,
    });
    if let Some(named) = named {
        reasons["names"] = json!(named.number);
        reasons["isDocument"] = json!(named.is_document);
    }
    c.prepare_cached("UPDATE member SET reasons = ?2 WHERE article = ?1")?
        .execute(params![item.id.0, reasons.to_string()])?;
    Ok(())
}

/// Returns the words of an article's headline that stand in a story's headlines, in order.
fn shared_words(c: &Connection, item: &ClusterItem<'_>, story: StoryId) -> Result<Vec<String>, StoreError> {
    let mut statement = c.prepare_cached(
        "SELECT article.title FROM member JOIN article ON article.id = member.article
         WHERE member.story = ?1 AND member.article <> ?2 ORDER BY member.joined_at DESC LIMIT ?3",
    )?;
    let mut theirs = HashSet::new();
    let mut rows = statement.query(params![story.0, item.id.0, HEADLINES_MAX])?;
    while let Some(row) = rows.next()? {
        text::each_word(row.get_ref(0)?.as_str()?, |word| {
            if !theirs.contains(word) {
                theirs.insert(word.to_owned());
            }
        });
    }
    let mut words: Vec<String> = Vec::new();
    text::each_word(item.title, |word| {
        let says_something = word.chars().count() >= LETTERS_MIN || word.chars().any(text::is_unspaced);
        if says_something && words.len() < WORDS_MAX && theirs.contains(word) && !words.iter().any(|own| own == word) {
            words.push(word.to_owned());
        }
    });
    Ok(words)
}
