//! Stories of the last days that may be one, or two.

use serde::Serialize;

use super::error::ViewError;
use super::stories::{self, StoryView};
use crate::clustering::second_look::StoryDoubt;
use crate::config::Config;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::Store;

/// What a second look at the stories found.
#[derive(Debug, Clone, PartialEq)]
pub struct DoubtfulView {
    pub since: Timestamp,
    /// Articles looked at, copies apart.
    pub articles: usize,
    pub doubts: Vec<DoubtView>,
}

/// What may be otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "doubt", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum DoubtView {
    /// Two stories may be one event.
    One { stories: [DoubtfulStory; 2] },
    /// Some articles of a story may be another event.
    Two {
        story: DoubtfulStory,
        articles: Vec<DoubtfulArticle>,
    },
}

/// A story by its headline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DoubtfulStory {
    pub id: StoryId,
    pub title: String,
    pub updated_date_time: Timestamp,
    /// So many articles, copies among them.
    pub articles: usize,
}

/// An article by its headline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DoubtfulArticle {
    pub id: ArticleId,
    pub title: String,
    pub provider: String,
}

/// Looks at the stories of the last days a second time, and returns what is doubtful: first what may be one, then what may
/// be two; nothing where there are no stories.
///
/// # Errors
/// The store cannot be read.
pub fn look(store: &Store, config: &Config) -> Result<Option<DoubtfulView>, ViewError> {
    let Some(look) = store.second_look(&config.topics)? else {
        return Ok(None);
    };
    let mut doubts = Vec::with_capacity(look.doubts.len());
    for doubt in look.doubts {
        doubts.extend(view(store, &doubt)?);
    }
    Ok(Some(DoubtfulView {
        since: look.since,
        articles: look.articles,
        doubts,
    }))
}

fn view(store: &Store, doubt: &StoryDoubt) -> Result<Option<DoubtView>, ViewError> {
    Ok(match doubt {
        StoryDoubt::One(into, from) => {
            let both = stories::story(store, *into)?.zip(stories::story(store, *from)?);
            both.map(|(into, from)| DoubtView::One {
                stories: [summary(&into), summary(&from)],
            })
        }
        StoryDoubt::Two(story, articles) => stories::story(store, *story)?.map(|story| {
            let members = story.articles.iter().filter(|member| articles.contains(&member.id));
            DoubtView::Two {
                articles: members
                    .map(|member| DoubtfulArticle {
                        id: member.id,
                        title: member.title.clone(),
                        provider: member.provider.clone(),
                    })
                    .collect(),
                story: summary(&story),
            }
        }),
    })
}

fn summary(story: &StoryView) -> DoubtfulStory {
    DoubtfulStory {
        id: story.id,
        title: story.title.clone(),
        updated_date_time: story.updated_date_time,
        articles: story.articles.len(),
    }
}
