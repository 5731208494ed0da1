//! What the full-text index holds of an article.

use crate::domain::ArticleId;

/// One article's row.
#[derive(Debug)]
pub struct FullTextRow {
    pub article: ArticleId,
    /// An older row may stand in the index.
    pub is_indexed: bool,
    pub title: String,
    pub excerpt: String,
    pub body: String,
}
