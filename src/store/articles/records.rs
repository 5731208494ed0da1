//! What a register says of an article beside its words: what stands, and what it replaced.

use crate::domain::record::{RecordFact, RecordField};
use crate::domain::{ArticleId, Timestamp};
use crate::identifiers::of_record;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_all, select_one};
use crate::store::engine::{Store, StoreError, moment, seconds};
use crate::store::rows::identifiers;

impl Store {
    /// Returns what stands in a register of an article, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn record_of(&self, article: ArticleId) -> Result<Vec<RecordFact>, StoreError> {
        self.read(|c| {
            let sql = "SELECT name, value,
                              (SELECT max(old.value) FROM record_field AS old
                               WHERE old.article = record_field.article AND old.name = record_field.name
                                 AND old.replaced_at = record_field.since_at)
                       FROM record_field WHERE article = ?1 AND replaced_at IS NULL ORDER BY name, since_at, value";
            select_all(c, sql, [article.0], |row| {
                Ok(RecordFact {
                    name: row.get(0)?,
                    value: row.get(1)?,
                    was: row.get(2)?,
                })
            })
        })
    }
}

/// Takes over what a register says now. What it says otherwise than before is kept as replaced; a name without a value is withdrawn,
/// and one that is not there keeps what it had, since not every list says everything.
pub fn take_over(c: &Connection, now: Timestamp, article: ArticleId, said: &[RecordField]) -> Result<(), StoreError> {
    let mut is_changed = false;
    let names: Vec<&str> = said
        .iter()
        .enumerate()
        .filter(|(at, field)| said[..*at].iter().all(|earlier| earlier.name != field.name))
        .map(|(_, field)| field.name.as_str())
        .collect();
    for name in names {
        let sql = "SELECT value FROM record_field WHERE article = ?1 AND name = ?2 AND replaced_at IS NULL";
        let standing: Vec<String> = select_all(c, sql, params![article.0, name], |row| row.get(0))?;
        let values: Vec<&str> = said
            .iter()
            .filter(|field| field.name == name && !field.value.is_empty())
            .map(|field| field.value.as_str())
            .collect();
        for old in standing.iter().filter(|old| !values.contains(&old.as_str())) {
            let sql = "UPDATE record_field SET replaced_at = ?4 WHERE article = ?1 AND name = ?2 AND value = ?3";
            execute(c, sql, params![article.0, name, old, seconds(now)])?;
            is_changed = true;
        }
        for new in values.iter().filter(|new| !standing.iter().any(|old| old == *new)) {
            let sql = "INSERT INTO record_field (article, name, value, since_at) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (article, name, value) DO UPDATE SET since_at = excluded.since_at, replaced_at = NULL";
            execute(c, sql, params![article.0, name, *new, seconds(now)])?;
            is_changed = true;
        }
    }
    if is_changed { keep_numbers(c, article) } else { Ok(()) }
}

/// Keeps the numbers that a document has by what stands in its register.
fn keep_numbers(c: &Connection, article: ArticleId) -> Result<(), StoreError> {
    let sql = "SELECT name, value FROM record_field WHERE article = ?1 AND replaced_at IS NULL";
    let standing: Vec<RecordField> = select_all(c, sql, [article.0], |row| {
        Ok(RecordField {
            name: row.get(0)?,
            value: row.get(1)?,
        })
    })?;
    let sql = "SELECT web_url, published_at FROM article WHERE id = ?1";
    let (address, published_at): (String, i64) = select_one(c, sql, [article.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    identifiers::keep_own(c, article, &of_record(&standing, &address, moment(published_at)))
}
