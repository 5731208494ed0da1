//! Stories put right: merges and splits, each logged where it happened and why, so that it can be undone.
//!
//! Members move, numbers stay: a story that was merged into another keeps its number and its log. A copy follows its
//! original.

use serde::Serialize;
use serde_json::{Value, json};
use thiserror::Error;

use super::storylines;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, insert, select_all};
use crate::store::engine::{StoreError, seconds};
use crate::store::rows::document_marks;

/// Why a correction is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditRefused {
    #[error("story {0} has no articles; `tidings stories` lists those that have")]
    Empty(StoryId),
    #[error("a story cannot be merged with itself")]
    Itself,
    #[error("article {0} is not in story {1}; `tidings stories show {1}` lists its articles")]
    NotAMember(ArticleId, StoryId),
    #[error("all articles of story {0} were named: nothing would be left of it")]
    NothingLeft(StoryId),
}

/// What happened to a story as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "story", rename_all = "kebab-case")]
pub enum EditKind {
    /// Its members were moved into this story.
    MergedInto(StoryId),
    /// The members of this story were moved into it.
    MergedFrom(StoryId),
    /// Some of its members were moved into this story.
    SplitInto(StoryId),
    /// It has members that were in this story.
    SplitFrom(StoryId),
}

/// Who or what put stories right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EditCause {
    /// Written as null.
    ByHand,
    /// A look at the stories, for this reason.
    Found(String),
}

/// A merge or a split, as one of its stories has it in its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoryEdit {
    #[serde(rename = "dateTime")]
    pub at: Timestamp,
    #[serde(flatten)]
    pub change: EditKind,
    /// The articles that moved.
    pub articles: Vec<ArticleId>,
    #[serde(rename = "found")]
    pub cause: EditCause,
}

/// A merge that a look made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryMerge {
    pub into: StoryId,
    pub from: StoryId,
    pub reason: String,
}

impl StoryMerge {
    /// Writes it to the log.
    pub fn tell(&self) {
        let Self { into, from, reason } = self;
        tracing::info!(story = %into, "merged story {from} into story {into}: {reason}; `tidings stories split` undoes it");
    }
}

impl EditKind {
    fn name(self) -> (&'static str, StoryId) {
        match self {
            Self::MergedInto(other) => ("merged-into", other),
            Self::MergedFrom(other) => ("merged-from", other),
            Self::SplitInto(other) => ("split-into", other),
            Self::SplitFrom(other) => ("split-from", other),
        }
    }
}

/// Returns how an article came into a story by a merge or a split, from the story's log.
pub fn moved_by(log: &[StoryEdit], article: ArticleId) -> Option<&StoryEdit> {
    let came = |change| matches!(change, EditKind::MergedFrom(_) | EditKind::SplitFrom(_));
    log.iter()
        .rev()
        .find(|correction| came(correction.change) && correction.articles.contains(&article))
}

/// Reads a line of a story's log; nothing for one that is no correction.
pub fn read(at: Timestamp, kind: &str, detail: &str) -> Option<StoryEdit> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    let other = StoryId(detail["story"].as_i64()?);
    let change = [
        EditKind::MergedInto(other),
        EditKind::MergedFrom(other),
        EditKind::SplitInto(other),
        EditKind::SplitFrom(other),
    ]
    .into_iter()
    .find(|change| change.name().0 == kind)?;
    let articles = detail["articles"].as_array()?;
    Some(StoryEdit {
        at,
        change,
        cause: match detail["found"].as_str() {
            Some(reason) => EditCause::Found(reason.to_owned()),
            None => EditCause::ByHand,
        },
        articles: articles.iter().filter_map(Value::as_i64).map(ArticleId).collect(),
    })
}

fn log(
    c: &Connection,
    now: Timestamp,
    story: StoryId,
    change: EditKind,
    cause: &EditCause,
    articles: &[ArticleId],
) -> Result<(), StoreError> {
    let (kind, other) = change.name();
    let numbers: Vec<i64> = articles.iter().map(|id| id.0).collect();
    let mut detail = json!({ "story": other.0, "articles": numbers });
    if let EditCause::Found(reason) = cause {
        detail["found"] = json!(reason);
    }
    c.prepare_cached("INSERT INTO story_event (at, story, kind, detail) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![seconds(now), story.0, kind, detail.to_string()])?;
    Ok(())
}

fn members(c: &Connection, story: StoryId) -> Result<Vec<ArticleId>, StoreError> {
    let sql = "SELECT article FROM member WHERE story = ?1 ORDER BY article";
    select_all(c, sql, [story.0], |row| row.get(0))
}

fn move_to(c: &Connection, articles: &[ArticleId], story: StoryId) -> Result<(), StoreError> {
    let mut change = c.prepare_cached("UPDATE member SET story = ?2 WHERE article = ?1")?;
    for article in articles {
        change.execute(params![article.0, story.0])?;
    }
    Ok(())
}

/// Brings both stories' last changes and their documents in line with their members. When each began stays as it was told.
fn settle(c: &Connection, stories: [StoryId; 2]) -> Result<(), StoreError> {
    for story in stories {
        let sql =
            "UPDATE story SET updated_at = coalesce((SELECT max(joined_at) FROM member WHERE story = ?1), updated_at)
                   WHERE id = ?1";
        execute(c, sql, [story.0])?;
        document_marks::mark_story(c, story)?;
    }
    Ok(())
}

/// Has copies whose original is in another story now stand for themselves.
fn part_copies(c: &Connection, story: StoryId) -> Result<(), StoreError> {
    let sql = "UPDATE member SET copy_of = NULL WHERE story = ?1 AND copy_of IS NOT NULL
               AND copy_of NOT IN (SELECT article FROM member WHERE story = ?1)";
    execute(c, sql, [story.0])?;
    Ok(())
}

fn is_empty(c: &Connection, story: StoryId) -> Result<bool, StoreError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM member WHERE story = ?1)";
    Ok(c.prepare_cached(sql)?.query_row([story.0], |row| row.get(0))?)
}

/// Moves all members of `from` into `into`.
pub fn merge(
    c: &Connection,
    now: Timestamp,
    into: StoryId,
    from: StoryId,
    cause: &EditCause,
) -> Result<Result<(), EditRefused>, StoreError> {
    if into == from {
        return Ok(Err(EditRefused::Itself));
    }
    let moved = members(c, from)?;
    // What is merged into may be large, and is not read.
    for (story, is_empty) in [(into, is_empty(c, into)?), (from, moved.is_empty())] {
        if is_empty {
            return Ok(Err(EditRefused::Empty(story)));
        }
    }
    // Before the numbers change hands: who names the two is told by them.
    document_marks::mark_story(c, from)?;
    move_to(c, &moved, into)?;
    storylines::merge(c, into, from)?;
    log(c, now, into, EditKind::MergedFrom(from), cause, &moved)?;
    log(c, now, from, EditKind::MergedInto(into), cause, &moved)?;
    settle(c, [into, from])?;
    Ok(Ok(()))
}

/// Moves articles out of a story, with their copies.
pub fn split(
    c: &Connection,
    now: Timestamp,
    from: StoryId,
    articles: &[ArticleId],
) -> Result<Result<StoryId, EditRefused>, StoreError> {
    let all = members(c, from)?;
    if all.is_empty() {
        return Ok(Err(EditRefused::Empty(from)));
    }
    if let Some(stranger) = articles.iter().find(|id| !all.contains(id)) {
        return Ok(Err(EditRefused::NotAMember(*stranger, from)));
    }
    let mut moved: Vec<ArticleId> = articles.to_vec();
    for article in articles {
        let mut statement = c.prepare_cached("SELECT article FROM member WHERE story = ?1 AND copy_of = ?2")?;
        let copies = statement.query_map([from.0, article.0], |row| row.get(0))?;
        for copy in copies {
            moved.push(copy?);
        }
    }
    moved.sort_unstable();
    moved.dedup();
    if moved.len() == all.len() {
        return Ok(Err(EditRefused::NothingLeft(from)));
    }
    let brought = brought_by_merge(c, from, &moved)?;
    let to = match brought {
        Some(story) => story,
        None => {
            let sql = "INSERT INTO story (started_at, updated_at) VALUES (?1, ?1)";
            StoryId(insert(c, sql, [seconds(now)])?)
        }
    };
    storylines::split(c, from, &moved)?;
    move_to(c, &moved, to)?;
    if brought.is_none() {
        let sql = "UPDATE story SET started_at = (SELECT min(joined_at) FROM member WHERE story = ?1) WHERE id = ?1";
        execute(c, sql, [to.0])?;
    }
    log(c, now, from, EditKind::SplitInto(to), &EditCause::ByHand, &moved)?;
    log(c, now, to, EditKind::SplitFrom(from), &EditCause::ByHand, &moved)?;
    for story in [from, to] {
        part_copies(c, story)?;
    }
    settle(c, [from, to])?;
    Ok(Ok(to))
}

/// Returns the story these articles were merged from, if they are all of what it brought and it is still empty.
fn brought_by_merge(c: &Connection, story: StoryId, moved: &[ArticleId]) -> Result<Option<StoryId>, StoreError> {
    let mut statement =
        c.prepare_cached("SELECT detail FROM story_event WHERE story = ?1 AND kind = 'merged-from' ORDER BY id DESC")?;
    let details = statement.query_map([story.0], |row| row.get::<String>(0))?;
    for detail in details {
        let Some(merged) = read(Timestamp::UNIX_EPOCH, "merged-from", &detail?) else {
            continue;
        };
        if let EditKind::MergedFrom(origin) = merged.change
            && merged.articles == moved
            && is_empty(c, origin)?
        {
            return Ok(Some(origin));
        }
    }
    Ok(None)
}

/// Whether a reader ever split what these two hold: one of the two, or a story that was merged into it, from the other
/// or a story that was merged into that.
pub fn were_split(c: &Connection, one: StoryId, other: StoryId) -> Result<bool, StoreError> {
    let sql = "WITH RECURSIVE
                   one (id) AS (SELECT id FROM story WHERE id = ?1 UNION
                       SELECT CAST(detail ->> 'story' AS BIGINT) FROM one CROSS JOIN story_event ON story_event.story = one.id
                       WHERE kind = 'merged-from'),
                   other (id) AS (SELECT id FROM story WHERE id = ?2 UNION
                       SELECT CAST(detail ->> 'story' AS BIGINT) FROM other CROSS JOIN story_event ON story_event.story = other.id
                       WHERE kind = 'merged-from')
               SELECT EXISTS (SELECT 1 FROM one CROSS JOIN story_event ON story_event.story = one.id
                   WHERE kind IN ('split-into', 'split-from') AND CAST(detail ->> 'story' AS BIGINT) IN (SELECT id FROM other))";
    Ok(c.prepare_cached(sql)?.query_row([one.0, other.0], |row| row.get(0))?)
}

/// Whether a reader moved an article into a story with another that was merged into it.
pub fn was_merged_by_hand(c: &Connection, story: StoryId, article: ArticleId) -> Result<bool, StoreError> {
    let sql = "SELECT detail FROM story_event WHERE story = ?1 AND kind = 'merged-from'";
    let details: Vec<String> = select_all(c, sql, [story.0], |row| row.get(0))?;
    let mut merged = details
        .iter()
        .filter_map(|detail| read(Timestamp::UNIX_EPOCH, "merged-from", detail));
    Ok(merged.any(|merge| merge.cause == EditCause::ByHand && merge.articles.contains(&article)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::migrations;

    fn at(hours: i64) -> Timestamp {
        "2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap() + chrono::TimeDelta::hours(hours)
    }

    /// A store in which story 1 has articles 1 and 2 and a copy of 2, and story 2 has articles 4 and 5.
    fn stories() -> Connection {
        let c = migrations::in_memory();
        c.execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO story (started_at, updated_at) VALUES (10, 0), (40, 0);
             INSERT INTO member (article, story, copy_of, joined_at)
                 VALUES (1, 1, NULL, 10), (2, 1, NULL, 20), (3, 1, 2, 30), (4, 2, NULL, 40), (5, 2, NULL, 50);
             INSERT INTO document (article, name, dirty) VALUES (1, 'a.md', 0), (4, 'b.md', 0);",
        )
        .unwrap();
        c
    }

    fn ids(numbers: &[i64]) -> Vec<ArticleId> {
        numbers.iter().copied().map(ArticleId).collect()
    }

    fn numbers(c: &Connection, sql: &str) -> Vec<i64> {
        let mut statement = c.prepare(sql).unwrap();
        let found = statement.query_map((), |row| row.get(0)).unwrap();
        found.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn a_merge_is_undone_under_the_old_number() {
        let c = stories();
        merge(&c, at(1), StoryId(1), StoryId(2), &EditCause::ByHand)
            .unwrap()
            .unwrap();
        assert_eq!(members(&c, StoryId(1)).unwrap(), ids(&[1, 2, 3, 4, 5]));
        assert_eq!(members(&c, StoryId(2)).unwrap(), []);
        assert_eq!(numbers(&c, "SELECT updated_at FROM story WHERE id = 1"), [50]);
        assert_eq!(numbers(&c, "SELECT article FROM document WHERE dirty > 0"), [1, 4]);
        let back = split(&c, at(2), StoryId(1), &ids(&[5, 4])).unwrap().unwrap();
        assert_eq!(back, StoryId(2));
        assert_eq!(members(&c, StoryId(1)).unwrap(), ids(&[1, 2, 3]));
        assert_eq!(numbers(&c, "SELECT updated_at FROM story ORDER BY id"), [30, 50]);
        assert_eq!(numbers(&c, "SELECT started_at FROM story ORDER BY id"), [10, 40]);
        let kinds: Vec<String> = {
            let mut statement = c.prepare("SELECT kind FROM story_event ORDER BY id").unwrap();
            let found = statement.query_map((), |row| row.get(0)).unwrap();
            found.collect::<Result<_, _>>().unwrap()
        };
        assert_eq!(kinds, ["merged-from", "merged-into", "split-into", "split-from"]);
    }

    #[test]
    fn a_split_takes_copies_along_and_gets_a_new_number() {
        let c = stories();
        let to = split(&c, at(1), StoryId(1), &ids(&[2])).unwrap().unwrap();
        assert_eq!(to, StoryId(3));
        assert_eq!(members(&c, to).unwrap(), ids(&[2, 3]));
        assert_eq!(numbers(&c, "SELECT started_at FROM story ORDER BY id"), [10, 40, 20]);
        assert_eq!(numbers(&c, "SELECT article FROM member WHERE copy_of = 2"), [3]);
        let alone = split(&c, at(2), to, &ids(&[3])).unwrap().unwrap();
        assert_eq!(members(&c, alone).unwrap(), ids(&[3]));
        let sql = "SELECT count(*) FROM member WHERE copy_of IS NOT NULL";
        assert_eq!(numbers(&c, sql), [0]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_changes_nothing() {
        let c = stories();
        let refused = |result: Result<Result<StoryId, EditRefused>, StoreError>| result.unwrap().unwrap_err();
        assert_eq!(
            merge(&c, at(1), StoryId(1), StoryId(1), &EditCause::ByHand)
                .unwrap()
                .unwrap_err(),
            EditRefused::Itself
        );
        assert_eq!(
            merge(&c, at(1), StoryId(1), StoryId(9), &EditCause::ByHand)
                .unwrap()
                .unwrap_err(),
            EditRefused::Empty(StoryId(9))
        );
        assert_eq!(
            refused(split(&c, at(1), StoryId(1), &ids(&[4]))),
            EditRefused::NotAMember(ArticleId(4), StoryId(1))
        );
        assert_eq!(
            refused(split(&c, at(1), StoryId(1), &ids(&[1, 2]))),
            EditRefused::NothingLeft(StoryId(1))
        );
        assert_eq!(numbers(&c, "SELECT count(*) FROM story_event"), [0]);
        assert_eq!(numbers(&c, "SELECT count(*) FROM member WHERE story = 1"), [3]);
    }
}
