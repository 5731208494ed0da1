//! Retention: articles past their time go, with all that hangs on them, and leave a tombstone.
//!
//! What one call takes away is one transaction. The names of documents whose files are to be deleted are part of it; the
//! files go afterwards, and the names when they are gone, so a kill in between deletes them at the next run.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{Store, StoreError, document_inputs, documents, membership, moment, seconds};
use crate::decide::tombstone::Tombstone;
use crate::decide::{EntryIdentity, EntryMark};
use crate::domain::{ArticleId, SourceId, StoryId, Timestamp};

/// The moment as of which was purged last, beside the settings.
const PURGED_AS_OF: &str = "purged-as-of";
/// Bytes kept of a hash.
const HASH_BYTES: usize = 16;

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
        self.enqueue(move |c, writer_state| {
            let found = candidates(c, bounds, limit)?;
            if found.is_empty() {
                return Ok(0);
            }
            // Rows that wait would come after their article.
            writer_state.texts.write(c)?;
            // A story that goes is nobody's to join.
            writer_state.assigner.forget();
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
        match self.read(|c| document_inputs::setting(c, PURGED_AS_OF))? {
            Some(at) => Ok(Some(moment(at))),
            None => self.maintained_at(),
        }
    }

    /// Takes note of the moment that the next purge starts from.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_purged_as_of(&self, at: Timestamp) -> Result<(), StoreError> {
        self.write(move |c| document_inputs::set(c, PURGED_AS_OF, seconds(at)))
            .await
    }

    /// Returns how many articles there are.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn article_count(&self) -> Result<usize, StoreError> {
        self.read(|c| {
            let count: i64 = c.query_row("SELECT count(*) FROM article", [], |row| row.get(0))?;
            Ok(usize::try_from(count).unwrap_or_default())
        })
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
        self.write(move |c| {
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
        |row| Ok(ArticleId(row.get(0)?)),
    )?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn purge(c: &Connection, now: Timestamp, article: ArticleId) -> Result<(), StoreError> {
    let story = membership::story_of(c, article)?;
    leave_tombstone(c, now, article)?;
    // Whoever named it names it no more.
    documents::mark_article(c, article)?;
    let each = [
        "INSERT OR IGNORE INTO purged_document (name) SELECT name FROM document WHERE article = ?1",
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
        "DELETE FROM article_text WHERE rowid = ?1",
        "DELETE FROM body WHERE article = ?1",
        "DELETE FROM article WHERE id = ?1",
    ];
    for sql in each {
        c.prepare_cached(sql)?.execute([article.0])?;
    }
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

/// Keeps what an article and its entries were known by.
fn leave_tombstone(c: &Connection, now: Timestamp, article: ArticleId) -> Result<(), StoreError> {
    let key: String = c
        .prepare_cached("SELECT url_key FROM article WHERE id = ?1")?
        .query_row([article.0], |row| row.get(0))?;
    let mut statement = c.prepare_cached("SELECT source, key, title_hash FROM entry WHERE article = ?1")?;
    let entries = statement
        .query_map([article.0], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Option<i64>>(2)?,
            ))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let title = entries.iter().find_map(|(_, _, title)| *title);
    c.prepare_cached("INSERT OR REPLACE INTO tombstone (address, title_hash, purged_at) VALUES (?1, ?2, ?3)")?
        .execute(params![hash(&key), title, seconds(now)])?;
    let mut insert = c.prepare_cached(
        "INSERT OR REPLACE INTO tombstone_entry (source, key, title_hash, purged_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (source, key, title) in &entries {
        insert.execute(params![source, hash(key), title, seconds(now)])?;
    }
    Ok(())
}

/// Whether an entry speaks of a purged article, by its address or by its key.
pub(super) fn is_purged(
    c: &Connection,
    source: SourceId,
    identity: &EntryIdentity,
    said: EntryMark,
) -> Result<bool, StoreError> {
    let by_address = "SELECT title_hash, purged_at FROM tombstone WHERE address = ?1";
    let by_key = "SELECT title_hash, purged_at FROM tombstone_entry WHERE key = ?1 AND source = ?2";
    let stone = |row: &rusqlite::Row<'_>| {
        Ok(Tombstone {
            title: row.get(0)?,
            purged_at: moment(row.get(1)?),
        })
    };
    let address = c
        .prepare_cached(by_address)?
        .query_row([hash(&identity.url_key)], stone)
        .optional()?;
    let key = c
        .prepare_cached(by_key)?
        .query_row(params![hash(&identity.key.0), source.0], stone)
        .optional()?;
    Ok(address
        .into_iter()
        .chain(key)
        .any(|stone: Tombstone| stone.covers(said)))
}

/// Whether an article known by this key was purged.
pub(super) fn has_tombstone(c: &Connection, key: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM tombstone WHERE address = ?1)";
    Ok(c.prepare_cached(sql)?.query_row([hash(key)], |row| row.get(0))?)
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text)[..HASH_BYTES].to_vec()
}
