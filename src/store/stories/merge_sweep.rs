//! Stories that turned out to be one, found by a look at those that grew since the last one.
//!
//! A look is one unit of work: what it merges, the reasons in the log, the marks of the documents, and how far it went.
//! Stories that were ever split by hand are not put together again, whatever they were merged with since.

use super::story_edits::{self, EditCause, StoryMerge};
use crate::domain::{StoryId, Timestamp};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{select_all, select_optional};
use crate::store::engine::{Role, Store, StoreError, WriterState, moment, seconds};

/// Hours between two looks.
pub const SWEEP_HOURS: i64 = 1;
/// Stories looked at in one look, those that grew first; the others are looked at in the next.
const LOOKS_MAX: usize = 1_000;
/// Stories merged in one look.
const MERGES_MAX: usize = 100;
/// How far back the first look goes, in days: what is older has been told as it stands.
const FIRST_DAYS: i64 = 2;

/// How far the last look went.
#[derive(Debug, Clone, Copy)]
struct Sweep {
    at: Timestamp,
    grown_to: i64,
    story_to: i64,
}

impl Store {
    /// Whether the last look at the stories is long enough ago and one grew since.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn merge_sweep_due(&self, now: Timestamp) -> Result<bool, StoreError> {
        self.read(|c| {
            let Some(look) = last_sweep(c, now)? else {
                return Ok(true);
            };
            Ok(now - look.at >= chrono::TimeDelta::hours(SWEEP_HOURS) && !grown(c, &look, 1)?.is_empty())
        })
    }

    /// Reads on at the live stories where they are not in memory yet. Returns whether there is more to read.
    ///
    /// # Errors
    /// The store is not open for writing, or cannot be read.
    pub async fn load_stories(&self, now: Timestamp) -> Result<bool, StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            writer_state.live_stories.load_some(c, now)
        })
        .await
    }

    /// Looks at the stories that grew since the last look, and merges those that are one with an earlier story.
    ///
    /// # Errors
    /// The database cannot be written; nothing is merged then.
    pub async fn sweep_merges(&self, now: Timestamp) -> Result<Vec<StoryMerge>, StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| sweep(c, writer_state, now))
            .await
    }
}

fn sweep(c: &Connection, writer_state: &mut WriterState, now: Timestamp) -> Result<Vec<StoryMerge>, StoreError> {
    let last = last_sweep(c, now)?.unwrap_or(Sweep {
        at: now,
        grown_to: seconds(now - chrono::TimeDelta::days(FIRST_DAYS)),
        story_to: 0,
    });
    let grown = grown(c, &last, LOOKS_MAX)?;
    let mut merged: Vec<StoryMerge> = Vec::new();
    for (_, story) in &grown {
        if merged.len() < MERGES_MAX && merged.iter().all(|merge| merge.from != *story) {
            merged.extend(merge_with_duplicate(c, writer_state, now, *story)?);
        }
    }
    let (grown_to, story_to) = grown
        .last()
        .map_or((last.grown_to, last.story_to), |(at, id)| (*at, id.0));
    c.prepare_cached("INSERT INTO merge_look (id, looked_at, grown_to, story_to) VALUES (1, ?1, ?2, ?3)
                    ON CONFLICT (id) DO UPDATE SET looked_at = excluded.looked_at, grown_to = excluded.grown_to, story_to = excluded.story_to")?
        .execute(params![seconds(now), grown_to, story_to])?;
    Ok(merged)
}

/// Merges a story with the one closest to it that is the same event, if there is one; the earlier keeps its number.
fn merge_with_duplicate(
    c: &Connection,
    writer_state: &mut WriterState,
    now: Timestamp,
    story: StoryId,
) -> Result<Option<StoryMerge>, StoreError> {
    for duplicate in writer_state.live_stories.duplicate_stories(c, now, story)? {
        if story_edits::were_split(c, story, duplicate.story)? {
            continue;
        }
        let (into, from) = (story.min(duplicate.story), story.max(duplicate.story));
        let reason = duplicate.reason();
        if story_edits::merge(c, now, into, from, &EditCause::Found(reason.clone()))?.is_err() {
            // It was emptied meanwhile: nothing to merge.
            continue;
        }
        writer_state.live_stories.merge(into, from);
        return Ok(Some(StoryMerge { into, from, reason }));
    }
    Ok(None)
}

/// Returns the last look; none when there was none, or one in a future that never came.
fn last_sweep(c: &Connection, now: Timestamp) -> Result<Option<Sweep>, StoreError> {
    let found = select_optional(c, "SELECT looked_at, grown_to, story_to FROM merge_look", (), |row| {
        Ok(Sweep {
            at: moment(row.get(0)?),
            grown_to: row.get(1)?,
            story_to: row.get(2)?,
        })
    })?;
    Ok(found.filter(|look| look.at <= now))
}

/// Returns the stories that grew after those already looked at, in the order in which they did.
fn grown(c: &Connection, look: &Sweep, limit: usize) -> Result<Vec<(i64, StoryId)>, StoreError> {
    let sql = "SELECT updated_at, id FROM story WHERE (updated_at, id) > (?1, ?2)
                   AND EXISTS (SELECT 1 FROM member WHERE member.story = story.id)
               ORDER BY updated_at, id LIMIT ?3";
    select_all(c, sql, params![look.grown_to, look.story_to, limit as i64], |row| {
        Ok((row.get(0)?, StoryId(row.get(1)?)))
    })
}
