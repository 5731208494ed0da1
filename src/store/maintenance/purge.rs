//! Retention: articles past their time go, with all that hangs on them, and leave a tombstone.
//!
//! What one call takes away is one transaction. The names of documents whose files are to be deleted are part of it; the
//! files go afterwards, and the names when they are gone, so a kill in between deletes them at the next run.

use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::fulltext;
use crate::store::engine::statement::{count, select_one, select_optional};
use crate::store::engine::{Role, Store, StoreError, moment, seconds};
use crate::store::rows::{document_marks, images, membership, settings};
use crate::store::sources::tombstones;
use crate::store::stories::storylines;

/// The moment as of which was purged last, beside the settings.
const PURGED_AS_OF: &str = "purged-as-of";

/// What may be purged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionBounds {
    /// Articles published and first seen before this.
    pub before: Timestamp,
    /// Articles of stories that changed since then stay.
    pub live_since: Timestamp,
}

impl Store {
    /// Purges up to `limit` articles; those of live stories and of digests that are still to be delivered stay. Returns
    /// how many went.
    ///
    /// # Errors
    /// The database cannot be written; nothing is purged then.
    pub async fn purge(&self, now: Timestamp, bounds: RetentionBounds, limit: usize) -> Result<usize, StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            let found = candidates(c, bounds, limit)?;
            if found.is_empty() {
                return Ok(0);
            }
            // Rows that wait would come after their article.
            writer_state.texts.write(c)?;
            // A story that goes is nobody's to join.
            writer_state.live_stories.forget();
            for article in &found {
                purge(c, now, *article)?;
            }
            Ok(found.len())
        })
        .await
    }

    /// Returns the moment that the next purge starts from; where none is kept, when the house was kept last.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn purged_as_of(&self) -> Result<Option<Timestamp>, StoreError> {
        match self.read(|c| settings::get(c, PURGED_AS_OF))? {
            Some(at) => Ok(Some(moment(at))),
            None => self.maintained_at(),
        }
    }

    /// Takes note of the moment that the next purge starts from.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_purged_as_of(&self, at: Timestamp) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| settings::set(c, PURGED_AS_OF, seconds(at)))
            .await
    }

    /// Returns how many articles there are.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn article_count(&self) -> Result<usize, StoreError> {
        self.read(|c| count(c, "SELECT count(*) FROM article", ()))
    }

    /// Returns names of documents whose article was purged and whose file may still be there, up to `limit`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn purged_documents(&self, limit: usize) -> Result<Vec<String>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached("SELECT name FROM purged_document LIMIT ?1")?;
            let names = statement.query_map([limit as i64], |row| row.get(0))?;
            Ok(names.collect::<Result<_, _>>()?)
        })
    }

    /// Whether a file of this name is still to be deleted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_purged_document(&self, name: &str) -> Result<bool, StoreError> {
        self.read(|c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM purged_document WHERE name = ?1)";
            Ok(c.prepare_cached(sql)?.query_row([name], |row| row.get(0))?)
        })
    }

    /// Takes note that the files of purged documents are gone.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn purged_documents_deleted(&self, names: Vec<String>) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            let mut delete = c.prepare_cached("DELETE FROM purged_document WHERE name = ?1")?;
            for name in &names {
                delete.execute([name])?;
            }
            Ok(())
        })
        .await
    }
}

fn candidates(c: &Connection, bounds: RetentionBounds, limit: usize) -> Result<Vec<ArticleId>, StoreError> {
    let sql = "SELECT id FROM article
               WHERE seen_at < ?1 AND published_at < ?1 AND lease_until IS NULL
                 AND NOT EXISTS (SELECT 1 FROM member JOIN story ON story.id = member.story
                                 WHERE member.article = article.id AND story.updated_at >= ?2)
                 AND NOT EXISTS (SELECT 1 FROM digest_item JOIN delivery ON delivery.digest = digest_item.digest
                                 WHERE digest_item.article = article.id
                                   AND delivery.state IN ('pending', 'sending', 'retry'))
               ORDER BY seen_at LIMIT ?3";
    let mut statement = c.prepare_cached(sql)?;
    let found = statement.query_map(
        params![seconds(bounds.before), seconds(bounds.live_since), limit as i64],
        |row| row.get(0),
    )?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn purge(c: &Connection, now: Timestamp, article: ArticleId) -> Result<(), StoreError> {
    let story = membership::story_of(c, article)?;
    let sql = "SELECT provider_domain FROM article WHERE id = ?1";
    let publisher: String = select_one(c, sql, [article.0], |row| row.get(0))?;
    let sql = "SELECT hash FROM article_image WHERE article = ?1";
    let image: Option<Option<String>> = select_optional(c, sql, [article.0], |row| row.get(0))?;
    tombstones::leave(c, now, article)?;
    // Whoever named it names it no more.
    document_marks::mark_article(c, article)?;
    let each = [
        "INSERT INTO purged_document (name) SELECT name FROM document WHERE article = ?1 ON CONFLICT DO NOTHING",
        "DELETE FROM document WHERE article = ?1",
        "DELETE FROM match WHERE article = ?1",
        "DELETE FROM entry WHERE article = ?1",
        "DELETE FROM wording WHERE article = ?1",
        "DELETE FROM revision WHERE article = ?1",
        "DELETE FROM digest_item WHERE article = ?1",
        "DELETE FROM story_event WHERE article = ?1",
        // A copy whose original is gone stands for itself.
        "UPDATE member SET copy_of = NULL
         WHERE story = (SELECT story FROM member WHERE article = ?1) AND copy_of = ?1",
        "DELETE FROM member WHERE article = ?1",
        "DELETE FROM body WHERE article = ?1",
        "DELETE FROM article_image WHERE article = ?1",
        "DELETE FROM deadline_told WHERE article = ?1",
        "DELETE FROM record_field WHERE article = ?1",
        "DELETE FROM identifier WHERE article = ?1",
        "DELETE FROM article WHERE id = ?1",
    ];
    for sql in each {
        c.prepare_cached(sql)?.execute([article.0])?;
    }
    fulltext::remove(c, article)?;
    if let Some(image) = image.flatten() {
        images::release(c, &image)?;
    }
    images::drop_lone_icon(c, &publisher)?;
    match story {
        Some(story) => drop_if_empty(c, story),
        None => Ok(()),
    }
}

/// Takes away a story without members; its number is never given again.
fn drop_if_empty(c: &Connection, story: StoryId) -> Result<(), StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM member WHERE story = ?1)";
    if c.prepare_cached(sql)?.query_row([story.0], |row| row.get(0))? {
        return Ok(());
    }
    storylines::forget(c, story)?;
    for sql in [
        "DELETE FROM near WHERE story = ?1",
        "DELETE FROM near WHERE other = ?1",
        "DELETE FROM story_event WHERE story = ?1",
        "DELETE FROM story WHERE id = ?1",
    ] {
        c.prepare_cached(sql)?.execute([story.0])?;
    }
    Ok(())
}
