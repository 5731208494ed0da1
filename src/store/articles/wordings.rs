//! What other sources than its own say of an article, kept to be matched beside its own words.

use crate::domain::article::Wording;
use crate::domain::{ArticleId, SourceId};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_all};
use crate::store::engine::{Store, StoreError};

impl Store {
    /// Returns what other sources say of articles above `after` up to `to`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn wordings_between(&self, after: ArticleId, to: ArticleId) -> Result<Vec<(ArticleId, Wording)>, StoreError> {
        self.read(|c| between(c, after, to))
    }
}

/// Returns what other sources say of an article.
pub fn of(c: &Connection, article: ArticleId) -> Result<Vec<Wording>, StoreError> {
    let found = between(c, ArticleId(article.0 - 1), article)?;
    Ok(found.into_iter().map(|(_, wording)| wording).collect())
}

fn between(c: &Connection, after: ArticleId, to: ArticleId) -> Result<Vec<(ArticleId, Wording)>, StoreError> {
    let sql = "SELECT wording.article, coalesce(source.name, source.title, source.address), wording.title, text,
                      language, yields
               FROM wording JOIN source ON source.id = wording.source
               WHERE wording.article > ?1 AND wording.article <= ?2";
    select_all(c, sql, params![after.0, to.0], |row| {
        let wording = Wording {
            source: row.get(1)?,
            title: row.get(2)?,
            text: row.get(3)?,
            language: row.get(4)?,
            yields_to_page: row.get(5)?,
        };
        Ok((ArticleId(row.get(0)?), wording))
    })
}

/// Forgets what a source says of an article beside the words that stand.
pub fn forget_own(c: &Connection, article: ArticleId, source: SourceId) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM wording WHERE article = ?1 AND source = ?2")?
        .execute([article.0, source.0])?;
    Ok(())
}

/// Forgets what others said of an article whose page says more.
pub fn yield_to_page(c: &Connection, article: ArticleId) -> Result<(), StoreError> {
    execute(c, "DELETE FROM wording WHERE article = ?1 AND yields = 1", [article.0])?;
    Ok(())
}
