//! One article with all that is known of it.

use super::error::ViewError;
use super::placement::{self, PlacementView};
use super::revision_diff::{self, ArticleChange};
use super::story_lines::{self, StoryLine};
use super::without_secrets;
use crate::domain::ArticleId;
use crate::domain::article::Article;
use crate::store::Store;
use crate::store::articles::ArticleStanding;

/// An article, where it stands, and what changed in it.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleDetail {
    pub article: Article,
    pub standing: ArticleStanding,
    pub story: Option<StoryLine>,
    /// Why it is in that story, where that is known.
    pub placed: Option<PlacementView>,
    /// The latest first.
    pub changes: Vec<ArticleChange>,
}

/// Returns one article with all that is known of it.
///
/// # Errors
/// There is no such article, or the store cannot be read.
pub fn detail(store: &Store, id: ArticleId) -> Result<ArticleDetail, ViewError> {
    let gone = || ViewError::NotFound(format!("there is no article {id}; `tidings articles` lists them"));
    let mut article = store.article(id)?.ok_or_else(gone)?;
    article.source = without_secrets::address(&article.source);
    let standing = store.article_standing(id)?.ok_or_else(gone)?;
    let story = store.story_of(id)?;
    let log = story.map(|story| store.story_edits(story)).transpose()?;
    let before = store.revisions(id)?;
    Ok(ArticleDetail {
        standing,
        story: story_lines::of_ids(store, story.as_slice(), None)?.pop(),
        placed: placement::of(store, id, &log.unwrap_or_default())?,
        changes: revision_diff::changes(&before, &article.title, &article.body_text),
        article,
    })
}
