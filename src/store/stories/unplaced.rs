//! Articles that a worker read which does not place them: the one in the role of the stories gives them their places, in the order
//! in which they were read, of those that are committed.

use super::live_members;
use crate::domain::{ArticleId, Timestamp};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::live_stories::LiveStories;
use crate::store::engine::statement::{execute, select_all, select_one};
use crate::store::engine::{Role, Store, StoreError, WriterState, seconds};
use crate::store::rows::{document_marks, membership};

/// Stories whose documents name a new article as related, at most.
const NEAREST: usize = 8;

impl Store {
    /// Gives up to `limit` articles their places that others have read. Returns how many there were.
    ///
    /// # Errors
    /// The database cannot be written; nothing is placed then.
    pub async fn place_waiting(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            let sql = "SELECT article, joins_anew FROM unplaced ORDER BY read_at, article LIMIT ?1";
            let waiting: Vec<(ArticleId, bool)> =
                select_all(c, sql, [limit as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for (article, joins_anew) in &waiting {
                if *joins_anew {
                    join_anew(c, now, *article, &mut writer_state.live_stories)?;
                }
                place_stored(c, now, *article, &mut writer_state.live_stories)?;
                execute(c, "DELETE FROM unplaced WHERE article = ?1", [article.0])?;
            }
            Ok(waiting.len())
        })
        .await
    }

    /// Whether articles wait for their places.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn has_unplaced(&self) -> Result<bool, StoreError> {
        self.read(|c| select_one(c, "SELECT EXISTS (SELECT 1 FROM unplaced)", (), |row| row.get(0)))
    }
}

/// Has an article wait for its place.
pub fn wait(c: &Connection, now: Timestamp, article: ArticleId) -> Result<(), StoreError> {
    let sql = "INSERT INTO unplaced (article, read_at) VALUES (?1, ?2) ON CONFLICT (article) DO NOTHING";
    execute(c, sql, params![article.0, seconds(now)])?;
    Ok(())
}

/// Has a member of a story join it as of now: what it was silent about then, a digest is still to tell. Where another worker
/// keeps the stories, it does that.
pub fn join_as_of(
    c: &Connection,
    now: Timestamp,
    article: ArticleId,
    writer_state: &mut WriterState,
) -> Result<(), StoreError> {
    if writer_state.roles.has(Role::Stories) {
        return join_anew(c, now, article, &mut writer_state.live_stories);
    }
    let sql = "INSERT INTO unplaced (article, read_at, joins_anew) VALUES (?1, ?2, 1)
               ON CONFLICT (article) DO UPDATE SET joins_anew = 1";
    execute(c, sql, params![article.0, seconds(now)])?;
    Ok(())
}

fn join_anew(
    c: &Connection,
    now: Timestamp,
    article: ArticleId,
    live_stories: &mut LiveStories,
) -> Result<(), StoreError> {
    let sql = "UPDATE member SET joined_at = ?2 WHERE article = ?1 AND joined_at < ?2";
    let joined = execute(c, sql, params![article.0, seconds(now)])?;
    if joined > 0 {
        let sql = "UPDATE story SET updated_at = ?2
                   WHERE id = (SELECT story FROM member WHERE article = ?1) AND updated_at < ?2";
        execute(c, sql, params![article.0, seconds(now)])?;
        // The live stories are in step with what is stored.
        live_stories.forget();
    }
    Ok(())
}

/// Places an article as it is stored, if it still matches a topic and has no place.
fn place_stored(
    c: &Connection,
    now: Timestamp,
    article: ArticleId,
    live_stories: &mut LiveStories,
) -> Result<(), StoreError> {
    let is_wanted = !membership::topics_of(c, article)?.is_empty() && membership::story_of(c, article)?.is_none();
    if !is_wanted {
        return Ok(());
    }
    live_members::with_item(c, article, |item| live_stories.place(c, now, item).map(drop))??;
    let sql = "SELECT EXISTS (SELECT 1 FROM document WHERE article = ?1)";
    if select_one(c, sql, [article.0], |row| row.get(0))? {
        mark_nearest(c, now, article, live_stories)?;
    }
    document_marks::mark_article(c, article)
}

/// Marks the documents of the stories that name an article as related.
pub fn mark_nearest(
    c: &Connection,
    now: Timestamp,
    article: ArticleId,
    live_stories: &mut LiveStories,
) -> Result<(), StoreError> {
    for story in live_stories.nearest_to_member(c, now, article, NEAREST)? {
        document_marks::mark_members(c, story)?;
    }
    Ok(())
}
