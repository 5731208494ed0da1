//! Articles in lists, and what has changed in them.

use serde::Serialize;

use super::error::ViewError;
use super::revision_diff::{self, ArticleChange};
use crate::config::Config;
use crate::store::Store;
use crate::store::articles::{ArticleFilter, ListedArticle};

/// An article in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArticleView {
    #[serde(flatten)]
    pub article: ListedArticle,
    /// The latest first; only where changes were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ArticleChange>,
}

/// Returns stored articles, newest first; those that have changed with what changed.
///
/// # Errors
/// The source or the topic is unknown, or the store cannot be read.
pub fn list(store: &Store, config: &Config, filter: &ArticleFilter) -> Result<Vec<ArticleView>, ViewError> {
    check(store, config, filter)?;
    let seen = |article: ListedArticle| -> Result<ArticleView, ViewError> {
        let changes = match filter.changed {
            true => {
                let (before, text) = store.history(article.id)?;
                revision_diff::changes(&before, &article.title, &text)
            }
            false => Vec::new(),
        };
        Ok(ArticleView { article, changes })
    };
    store.list_articles(filter)?.into_iter().map(seen).collect()
}

/// Whether no article is stored at all.
///
/// # Errors
/// The store cannot be read.
pub fn is_empty(store: &Store) -> Result<bool, ViewError> {
    Ok(store.stats()?.articles == 0)
}

/// Refuses a source or topic that nobody knows: a slip of the pen would look like an empty archive.
pub(super) fn check(store: &Store, config: &Config, filter: &ArticleFilter) -> Result<(), ViewError> {
    check_topic(store, config, filter.topic.as_deref())?;
    match &filter.source {
        Some(name) if !store.knows_source(name)? => Err(ViewError::NotFound(format!(
            "no source is called \"{name}\"; `tidings sources` lists them"
        ))),
        _ => Ok(()),
    }
}

/// Refuses a topic that neither the store nor the configuration knows.
pub(super) fn check_topic(store: &Store, config: &Config, topic: Option<&str>) -> Result<(), ViewError> {
    match topic {
        Some(name) if !config.topics.iter().any(|topic| topic.name == name) && !store.knows_topic(name)? => Err(
            ViewError::NotFound(format!("no topic is called \"{name}\"; `tidings topics` lists them")),
        ),
        _ => Ok(()),
    }
}
