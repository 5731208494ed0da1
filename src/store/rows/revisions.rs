//! What articles said before.

use crate::decide::revision::Revision;
use crate::domain::{ArticleId, Timestamp};
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{select_all, select_one, select_optional};
use crate::store::engine::{Store, StoreError, moment, seconds};

/// A change of an article's headline or text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRevision {
    pub id: i64,
    pub replaced_at: Timestamp,
    pub title: String,
    pub text: String,
}

impl Store {
    /// Returns the number of the latest revision, or 0: what is written later has a larger one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_revision(&self) -> Result<i64, StoreError> {
        self.read(|c| select_one(c, "SELECT coalesce(max(id), 0) FROM revision", (), |row| row.get(0)))
    }

    /// Returns what an article said before, oldest first, and its text now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn history(&self, article: ArticleId) -> Result<(Vec<StoredRevision>, String), StoreError> {
        self.read(|c| {
            let sql = "SELECT coalesce(text, feed_text) FROM body WHERE article = ?1";
            let text = select_optional(c, sql, [article.0], |row| row.get(0))?;
            Ok((revisions(c, article)?, text.unwrap_or_default()))
        })
    }
}

pub fn revisions(c: &Connection, article: ArticleId) -> Result<Vec<StoredRevision>, StoreError> {
    let sql = "SELECT replaced_at, title, text, id FROM revision WHERE article = ?1 ORDER BY id";
    select_all(c, sql, [article.0], of_row)
}

/// Returns what an article said before each change after a moment, of revisions those up to a number, oldest first.
pub fn revisions_since(
    c: &Connection,
    article: ArticleId,
    since: Timestamp,
    last_revision: i64,
) -> Result<Vec<StoredRevision>, StoreError> {
    let sql = "SELECT replaced_at, title, text, id FROM revision
               WHERE article = ?1 AND id <= ?2 AND +replaced_at > ?3 ORDER BY id";
    select_all(c, sql, params![article.0, last_revision, seconds(since)], of_row)
}

/// Returns the first revision of an article from a number on.
pub fn first_revision(c: &Connection, article: ArticleId, from: i64) -> Result<Option<StoredRevision>, StoreError> {
    let sql = "SELECT replaced_at, title, text, id FROM revision WHERE article = ?1 AND id >= ?2 ORDER BY id LIMIT 1";
    select_optional(c, sql, [article.0, from], of_row)
}

fn of_row(row: &Row<'_>) -> DatabaseResult<StoredRevision> {
    Ok(StoredRevision {
        replaced_at: moment(row.get(0)?),
        title: row.get(1)?,
        text: row.get(2)?,
        id: row.get(3)?,
    })
}

/// A digest recorded this much later than the moment of a revision may have been composed before that was written, in seconds.
const DIGEST_SECONDS_MAX: i64 = 3600;

/// Keeps what an article said before. Its moment is when the work that found it began: where a digest was recorded
/// meanwhile, it is set after that one's end, so that the next tells it.
pub fn insert_revision(c: &Connection, id: ArticleId, revision: &Revision) -> Result<(), StoreError> {
    let began_at = seconds(revision.replaced_at);
    let sql = "SELECT to_at + 1 FROM digest WHERE id = (SELECT max(id) FROM digest) AND to_at BETWEEN ?1 AND ?2";
    let after_digest = select_optional(c, sql, [began_at, began_at + DIGEST_SECONDS_MAX], |row| row.get(0))?;
    c.prepare_cached("INSERT INTO revision (article, replaced_at, title, excerpt, text) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            id.0,
            after_digest.unwrap_or(began_at),
            revision.title,
            revision.excerpt,
            revision.text
        ])?;
    Ok(())
}

/// Sets what was written while a digest was composed after its end.
pub fn leave_to_next_digest(c: &Connection, last_seen: i64, to: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE revision SET replaced_at = ?2 + 1 WHERE id > ?1 AND replaced_at <= ?2")?
        .execute(params![last_seen, seconds(to)])?;
    Ok(())
}
