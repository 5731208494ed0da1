//! Stories put right by hand: merged and split.

use serde_json::json;

use super::{CommandError, CommandOutput, OutputSink};
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::Store;

/// Moves the articles of `from` into `into`.
pub(super) async fn merge(
    store: &Store,
    now: Timestamp,
    into: StoryId,
    from: StoryId,
    is_json: bool,
    say: &OutputSink,
) -> Result<u8, CommandError> {
    let merged = store.merge_stories(now, into, from).await?;
    merged.map_err(|refused| CommandError::WrongUse(refused.to_string()))?;
    say(CommandOutput::Out(match is_json {
        true => format!("{}\n", json!({ "story": into.0, "merged": from.0 })),
        false => format!("story {from} is now part of story {into}\n"),
    }));
    Ok(0)
}

/// Moves articles into a story of their own.
pub(super) async fn split(
    store: &Store,
    now: Timestamp,
    story: StoryId,
    articles: Vec<ArticleId>,
    is_json: bool,
    say: &OutputSink,
) -> Result<u8, CommandError> {
    let moved: Vec<i64> = articles.iter().map(|id| id.0).collect();
    let split = store.split_story(now, story, articles).await?;
    let to = split.map_err(|refused| CommandError::WrongUse(refused.to_string()))?;
    say(CommandOutput::Out(match is_json {
        true => format!(
            "{}\n",
            json!({ "story": to.0, "splitFrom": story.0, "articles": moved })
        ),
        false => format!("they are story {to} now\n"),
    }));
    Ok(0)
}
