//! The full-text index, written last in every transaction.
//!
//! FTS5 gathers rows in memory, and writes them out as a segment of their own at every savepoint; SQLite opens one for
//! each unit of work and within many statements. So rows wait here until nothing else is to be written: then hundreds
//! of articles become one segment, at a third of the price. They are part of the same transaction all the same.

use rusqlite::{Connection, params};

use super::StoreError;
use crate::domain::ArticleId;

/// One article's row.
#[derive(Debug)]
pub(super) struct Row {
    pub article: ArticleId,
    /// An older row may stand in the index.
    pub is_indexed: bool,
    pub title: String,
    pub excerpt: String,
    pub body: String,
}

/// Rows that wait for the end of the transaction.
#[derive(Debug, Default)]
pub(super) struct Pending {
    rows: Vec<Row>,
}

impl Pending {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Forgets what was added since there were `len` rows: its unit of work was taken back.
    pub(super) fn truncate(&mut self, len: usize) {
        self.rows.truncate(len);
    }

    /// Adds an article's row, in place of an older one. An excerpt that is the text's beginning says nothing more.
    pub(super) fn add(&mut self, mut row: Row) {
        if row.body.starts_with(row.excerpt.trim_end_matches('…')) {
            row.excerpt.clear();
        }
        self.rows.push(row);
    }

    /// Writes what waits. Whatever comes of it, nothing waits afterwards.
    pub(super) fn write(&mut self, c: &Connection) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.rows);
        let mut delete = c.prepare_cached("DELETE FROM article_text WHERE rowid = ?1")?;
        let mut insert =
            c.prepare_cached("INSERT INTO article_text (rowid, title, excerpt, body) VALUES (?1, ?2, ?3, ?4)")?;
        for row in rows {
            if row.is_indexed {
                delete.execute([row.article.0])?;
            }
            insert.execute(params![row.article.0, row.title, row.excerpt, row.body])?;
        }
        Ok(())
    }
}
