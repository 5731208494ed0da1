//! One article: what is read of it with its text, and all that is known of it.

use serde::Serialize;

use super::error::{UnknownKind, ViewError};
use super::placement::{self, PlacementView};
use super::revision_diff::{self, ArticleChange};
use super::story_lines::{self, StoryLine};
use super::without_secrets;
use crate::domain::record::RecordFact;
use crate::domain::{ArticleId, Timestamp};
use crate::store::Store;
use crate::store::articles::{ArticleStanding, ListedArticle};

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
    /// What the register it comes from says of it.
    pub record: Vec<RecordFact>,
}

/// An article, where it stands, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleDetail {
    pub full: FullArticle,
    pub standing: ArticleStanding,
    pub story: Option<StoryLine>,
    /// Why it is in that story, where that is known.
    pub placed: Option<PlacementView>,
}

/// Returns an article with its text.
///
/// # Errors
/// There is no such article, or the store cannot be read.
pub fn full(store: &Store, id: ArticleId) -> Result<FullArticle, ViewError> {
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
        record: store.record_of(id)?,
    })
}

/// Returns one article with all that is known of it.
///
/// # Errors
/// There is no such article, or the store cannot be read.
pub fn detail(store: &Store, id: ArticleId) -> Result<ArticleDetail, ViewError> {
    let full = full(store, id)?;
    let standing = store
        .article_standing(id)?
        .ok_or_else(|| UnknownKind::Article.named(id))?;
    let story = full.article.story;
    let log = story.map(|story| store.story_edits(story)).transpose()?;
    Ok(ArticleDetail {
        standing,
        story: story_lines::of_ids(store, story.as_slice(), None)?.pop(),
        placed: placement::of(store, id, &log.unwrap_or_default())?,
        full,
    })
}
