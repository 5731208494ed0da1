//! Why an article is in its story.

use serde::Serialize;

use super::error::ViewError;
use crate::domain::ArticleId;
use crate::domain::topic::Reasoning;
use crate::store::Store;
use crate::store::stories::{self, EditCause, StoryEdit};

/// Why the assigner placed an article where it did, and how it came elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlacementView {
    #[serde(flatten)]
    pub placed: Reasoning,
    /// How it came later to the story it is in, where that is logged.
    #[serde(skip)]
    pub moved: Option<EditCause>,
}

/// Returns why an article is where it is, where that is known; `log` is its story's.
///
/// # Errors
/// The store cannot be read.
pub fn of(store: &Store, article: ArticleId, log: &[StoryEdit]) -> Result<Option<PlacementView>, ViewError> {
    Ok(store.reasoning(article)?.map(|placed| seen(placed, article, log)))
}

/// Returns the same of an article of which the store's reasoning was read.
pub fn seen(placed: Reasoning, article: ArticleId, log: &[StoryEdit]) -> PlacementView {
    let moved = stories::moved_by(log, article).map(|edit| edit.cause.clone());
    PlacementView { placed, moved }
}
