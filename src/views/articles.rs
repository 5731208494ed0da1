//! Articles in lists, and what has changed in them.

use serde::Serialize;
use url::Url;

use super::error::{UnknownKind, ViewError};
use super::revision_diff::{self, ArticleChange};
use super::without_secrets;
use crate::config::Config;
use crate::domain::ArticleId;
use crate::domain::record::RecordFact;
use crate::domain::url::CanonicalUrl;
use crate::store::Store;
use crate::store::articles::{ArticleFilter, Citation, ListedArticle};

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
    let seen = |mut article: ListedArticle| -> Result<ArticleView, ViewError> {
        article.source = without_secrets::address(&article.source);
        let changes = match filter.changed {
            true => changes(store, article.id, &article.title)?,
            false => Vec::new(),
        };
        Ok(ArticleView { article, changes })
    };
    store.list_articles(filter)?.into_iter().map(seen).collect()
}

/// Returns what an article is cited by, if it is stored.
///
/// # Errors
/// The store cannot be read.
pub fn citation(store: &Store, id: ArticleId) -> Result<Option<Citation>, ViewError> {
    let mut found = store.citation(id)?;
    if let Some(article) = &mut found {
        article.source = without_secrets::address(&article.source);
    }
    Ok(found)
}

/// Returns what the register an article comes from says of it.
///
/// # Errors
/// The store cannot be read.
pub fn record(store: &Store, id: ArticleId) -> Result<Vec<RecordFact>, ViewError> {
    Ok(store.record_of(id)?)
}

/// Returns the plain text of an article; empty where there is none.
///
/// # Errors
/// There is no such article, or the store cannot be read.
pub fn text(store: &Store, id: ArticleId) -> Result<String, ViewError> {
    let article = store.article(id)?.ok_or_else(|| UnknownKind::Article.named(id))?;
    Ok(article.body_text)
}

/// Returns the changes of an article, the latest first.
///
/// # Errors
/// The store cannot be read.
pub fn changes(store: &Store, id: ArticleId, title: &str) -> Result<Vec<ArticleChange>, ViewError> {
    let (before, text) = store.history(id)?;
    Ok(revision_diff::changes(&before, title, &text))
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
        Some(name) if !store.knows_source(name)? => Err(UnknownKind::Source.named(name)),
        _ => Ok(()),
    }
}

/// Refuses a topic that neither the store nor the configuration knows.
pub(super) fn check_topic(store: &Store, config: &Config, topic: Option<&str>) -> Result<(), ViewError> {
    match topic {
        Some(name) if !config.topics.iter().any(|topic| topic.name == name) && !store.knows_topic(name)? => {
            Err(UnknownKind::Topic.named(name))
        }
        _ => Ok(()),
    }
}

/// Returns the number of an article that is known by it or by its address.
///
/// # Errors
/// The text is neither, no stored article has the address, or the store cannot be read.
pub fn find(store: &Store, article: &str) -> Result<ArticleId, ViewError> {
    if let Ok(number) = article.parse() {
        return Ok(ArticleId(number));
    }
    let url = Url::parse(article).map_err(|error| ViewError::Invalid(format!("{article} is no address: {error}")))?;
    let found = store.article_by_url_key(CanonicalUrl::new(&url).as_str())?;
    found.ok_or_else(|| UnknownKind::Address.named(article))
}
