//! One article with its text and what has changed in it.

use serde::Serialize;

use super::error::{UnknownKind, ViewError};
use super::revision_diff::{self, ArticleChange};
use super::without_secrets;
use crate::domain::{ArticleId, Timestamp};
use crate::store::Store;
use crate::store::articles::ListedArticle;

/// An article with all that is read of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FullArticle {
    #[serde(flatten)]
    pub article: ListedArticle,
    pub provider: String,
    pub byline: Option<String>,
    pub language: Option<String>,
    pub seen_date_time: Timestamp,
    pub excerpt: String,
    /// As Markdown; empty where there is none.
    pub body: String,
    /// The latest first.
    pub changes: Vec<ArticleChange>,
}

/// Returns an article with its text.
///
/// # Errors
/// There is no such article, or the store cannot be read.
pub fn of(store: &Store, id: ArticleId) -> Result<FullArticle, ViewError> {
    let gone = || UnknownKind::Article.named(id);
    let article = store.article(id)?.ok_or_else(gone)?;
    let mut listed = store.listed_article(id)?.ok_or_else(gone)?;
    listed.source = without_secrets::address(&listed.source);
    let (before, text) = store.history(id)?;
    Ok(FullArticle {
        changes: revision_diff::changes(&before, &article.title, &text),
        article: listed,
        provider: article.provider_name,
        byline: article.byline,
        language: article.language,
        seen_date_time: article.seen_at,
        excerpt: article.excerpt,
        body: article.body_markdown,
    })
}
