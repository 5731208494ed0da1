//! Numbers of documents that articles name or have.

use crate::domain::ArticleId;
use crate::identifiers::{Identifier, NamedIdentifiers};
use crate::store::engine::StoreError;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_all, select_one};

/// A number that says which document an article is, or is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectNumber {
    pub value: String,
    pub is_own: bool,
}

/// Keeps what an article names, in place of what it named before. A document of record names others, and is itself.
pub fn keep_named(
    c: &Connection,
    article: ArticleId,
    named: &NamedIdentifiers,
    has_old: bool,
) -> Result<(), StoreError> {
    if has_old {
        execute(
            c,
            "DELETE FROM identifier WHERE article = ?1 AND is_own = 0",
            [article.0],
        )?;
    }
    if named.all.is_empty() {
        return Ok(());
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM identifier WHERE article = ?1 AND is_own = 1)";
    let is_document: bool = select_one(c, sql, [article.0], |row| row.get(0))?;
    for one in &named.all {
        let is_subject = !is_document && named.subject.contains(one);
        let sql = "INSERT INTO identifier (article, value, is_own, is_subject) VALUES (?1, ?2, 0, ?3)
                   ON CONFLICT (article, value) DO NOTHING";
        execute(c, sql, params![article.0, one.key(), is_subject])?;
    }
    Ok(())
}

/// Keeps the numbers that a document of record has itself.
pub fn keep_own(c: &Connection, article: ArticleId, own: &[Identifier]) -> Result<(), StoreError> {
    execute(
        c,
        "DELETE FROM identifier WHERE article = ?1 AND is_own = 1",
        [article.0],
    )?;
    for one in own {
        let sql = "INSERT INTO identifier (article, value, is_own, is_subject) VALUES (?1, ?2, 1, 1)
                   ON CONFLICT (article, value) DO UPDATE SET is_own = 1, is_subject = 1";
        execute(c, sql, params![article.0, one.key()])?;
    }
    if !own.is_empty() {
        execute(
            c,
            "UPDATE identifier SET is_subject = is_own WHERE article = ?1",
            [article.0],
        )?;
    }
    Ok(())
}

/// Returns the numbers that say which document an article is, or is about: its own where it has some.
pub fn subject_of(c: &Connection, article: ArticleId) -> Result<Vec<SubjectNumber>, StoreError> {
    let sql = "SELECT value, is_own FROM identifier WHERE article = ?1 AND is_subject = 1";
    select_all(c, sql, [article.0], |row| {
        Ok(SubjectNumber {
            value: row.get(0)?,
            is_own: row.get(1)?,
        })
    })
}
