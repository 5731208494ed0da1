//! The documents: which are dirty, what they are called, and which articles have none.

use crate::domain::{ArticleId, StoryId};
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Row, params};
use crate::store::engine::statement::{count, select_all, select_optional};
use crate::store::engine::{Role, Store, StoreError};
use crate::store::rows::document_marks;

/// A document whose file may not say what the store says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirtyDocument {
    pub article: ArticleId,
    pub name: String,
    /// Which change it is dirty from.
    pub mark: i64,
    pub story: Option<StoryId>,
}

/// A named document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedDocument {
    pub article: ArticleId,
    pub name: String,
    /// Its file may not say what the store says, and is still to be written.
    pub is_dirty: bool,
}

fn named_from(row: &Row<'_>) -> DatabaseResult<NamedDocument> {
    Ok(NamedDocument {
        article: row.get(0)?,
        name: row.get(1)?,
        is_dirty: row.get(2)?,
    })
}

impl Store {
    /// Returns up to `limit` dirty documents with ids above `after`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn dirty_documents(&self, after: ArticleId, limit: usize) -> Result<Vec<DirtyDocument>, StoreError> {
        self.read(|c| {
            let sql = "SELECT article, name, dirty, (SELECT story FROM member WHERE member.article = document.article)
                       FROM document WHERE dirty > 0 AND article > ?1 ORDER BY article LIMIT ?2";
            select_all(c, sql, params![after.0, limit as i64], |row| {
                Ok(DirtyDocument {
                    article: row.get(0)?,
                    name: row.get(1)?,
                    mark: row.get(2)?,
                    story: row.get(3)?,
                })
            })
        })
    }

    /// Whether any document is dirty.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn has_dirty_documents(&self) -> Result<bool, StoreError> {
        self.read(|c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM document WHERE dirty > 0)";
            Ok(c.prepare_cached(sql)?.query_row((), |row| row.get(0))?)
        })
    }

    /// Takes the dirty marks off documents that were settled; one that changed again meanwhile keeps its mark.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn documents_written(&self, settled: Vec<DirtyDocument>) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            let mut clean = c.prepare_cached("UPDATE document SET dirty = 0 WHERE article = ?1 AND dirty = ?2")?;
            for document in &settled {
                clean.execute(params![document.article.0, document.mark])?;
            }
            Ok(())
        })
        .await
    }

    /// Returns up to `limit` documents of articles with ids above `after`, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn documents_after(&self, after: ArticleId, limit: usize) -> Result<Vec<NamedDocument>, StoreError> {
        self.read(|c| {
            let sql = "SELECT article, name, dirty > 0 FROM document WHERE article > ?1 ORDER BY article LIMIT ?2";
            select_all(c, sql, params![after.0, limit as i64], named_from)
        })
    }

    /// Whether a file of this name is a document's, and whether that is still to be written.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn document_named(&self, name: &str) -> Result<Option<NamedDocument>, StoreError> {
        self.read(|c| {
            let sql = "SELECT article, name, dirty > 0 FROM document WHERE name = ?1";
            select_optional(c, sql, [name], named_from)
        })
    }

    /// Returns how many documents are named.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn count_documents(&self) -> Result<u64, StoreError> {
        self.read(|c| Ok(count(c, "SELECT count(*) FROM document", ())? as u64))
    }

    /// Returns up to `limit` articles with ids above `after` that have been read and have no document: members of
    /// stories, or with `all` whatever they are.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn without_document(&self, all: bool, after: ArticleId, limit: usize) -> Result<Vec<ArticleId>, StoreError> {
        self.read(|c| {
            let sql = "SELECT id FROM article
                       WHERE id > ?1 AND body_state <> 'pending'
                         AND NOT EXISTS (SELECT 1 FROM document WHERE document.article = article.id)
                         AND (?2 OR EXISTS (SELECT 1 FROM member WHERE member.article = article.id))
                       ORDER BY id LIMIT ?3";
            select_all(c, sql, params![after.0, all, limit as i64], |row| row.get(0))
        })
    }

    /// Gives articles' documents their names, each from its stem.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn name_documents(&self, stems: Vec<(ArticleId, String)>) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            stems
                .iter()
                .try_for_each(|(article, stem)| document_marks::name(c, *article, stem))
        })
        .await
    }
}
