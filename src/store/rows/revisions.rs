//! What articles said before.

use rusqlite::{Connection, params};

use crate::decide::revision::Revision;
use crate::domain::{ArticleId, Timestamp};
use crate::store::engine::statement::{select_all, select_optional};
use crate::store::engine::{Store, StoreError, moment, seconds};

/// A change of an article's headline or text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRevision {
    pub replaced_at: Timestamp,
    pub title: String,
    pub text: String,
}

impl Store {
    /// Returns what an article said before, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn revisions(&self, article: ArticleId) -> Result<Vec<StoredRevision>, StoreError> {
        self.read(|c| revisions(c, article))
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
    let sql = "SELECT replaced_at, title, text FROM revision WHERE article = ?1 ORDER BY id";
    select_all(c, sql, [article.0], |row| {
        Ok(StoredRevision {
            replaced_at: moment(row.get(0)?),
            title: row.get(1)?,
            text: row.get(2)?,
        })
    })
}

/// Keeps what an article said before.
pub fn insert_revision(c: &Connection, id: ArticleId, revision: &Revision) -> Result<(), StoreError> {
    c.prepare_cached("INSERT INTO revision (article, replaced_at, title, excerpt, text) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            id.0,
            seconds(revision.replaced_at),
            revision.title,
            revision.excerpt,
            revision.text
        ])?;
    Ok(())
}
