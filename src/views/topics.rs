//! Topics in a list, and why an article matches one or not.

use serde::Serialize;

use super::articles;
use super::error::{UnknownKind, ViewError};
use super::placement::{self, PlacementView};
use crate::config::Config;
use crate::domain::topic::Topic;
use crate::domain::{ArticleId, StoryId};
use crate::jobs;
use crate::matching::{MatchExplanation, Subject};
use crate::store::Store;
use crate::store::articles::StoredTopic;

/// Why an article matches a topic or not, and why it is in its story.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicExplanation {
    pub id: ArticleId,
    pub title: String,
    pub web_url: String,
    #[serde(flatten)]
    pub explanation: MatchExplanation,
    pub story: Option<StoryId>,
    pub placed: Option<PlacementView>,
}

/// Returns the topics with how many articles and stories each has.
///
/// # Errors
/// The store cannot be read.
pub fn list(store: &Store) -> Result<Vec<StoredTopic>, ViewError> {
    Ok(store.topics()?)
}

/// Returns a topic of the configuration by its name, with its position there.
///
/// # Errors
/// There is none of this name.
pub fn named<'c>(config: &'c Config, name: &str) -> Result<(usize, &'c Topic), ViewError> {
    let found = config.topics.iter().enumerate().find(|(_, topic)| topic.name == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = config.topics.iter().map(|topic| topic.name.as_str()).collect();
        let there_is = match names.as_slice() {
            [] => "the configuration has no [[topic]]".to_owned(),
            names => format!("there is {}", names.join(", ")),
        };
        ViewError::NotFound(format!("no topic is called \"{name}\"; {there_is}"))
    })
}

/// Returns why an article, known by its number or its address, matches a topic or not.
///
/// # Errors
/// The topic or the article is not there, or the store cannot be read.
pub fn explain(store: &Store, config: &Config, topic: &str, article: &str) -> Result<TopicExplanation, ViewError> {
    let (position, _) = named(config, topic)?;
    let found = store.article(articles::find(store, article)?)?;
    let article = found.ok_or_else(|| UnknownKind::Article.named(article))?;
    let matcher = jobs::compile(config).map_err(|error| ViewError::Invalid(error.to_string()))?;
    let explanation = matcher.explain(position, &Subject::of(&article));
    let story = store.story_of(article.id)?;
    let log = story.map(|story| store.story_edits(story)).transpose()?;
    Ok(TopicExplanation {
        id: article.id,
        explanation,
        story,
        placed: placement::of(store, article.id, &log.unwrap_or_default())?,
        title: article.title,
        web_url: article.web_url,
    })
}
