//! `stories`: what happened, the latest first.

use std::collections::BTreeSet;

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::assistant::answer::ToolAnswer;
use crate::assistant::asked::{Asked, since};
use crate::assistant::cited::{self, cited, fields, marked, moment};
use crate::assistant::context::ToolContext;
use crate::assistant::error::ToolError;
use crate::domain::{StoryId, Timestamp};
use crate::views::articles;
use crate::views::stories::{self, StoryView};

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub struct StoriesArguments {
    /// Only stories of this topic: an `id` that `topics` gives.
    topic: Option<String>,
    /// Only stories that changed within this span before now: 12h, 7d, 4w.
    since: Option<String>,
}

/// Lists stories, the one that changed last first.
pub fn answer(context: &ToolContext<'_>, asked: &Asked<StoriesArguments>) -> Result<String, ToolError> {
    let ToolContext { store, config, now } = *context;
    let StoriesArguments { topic, since: span } = &asked.arguments;
    let since = since(now, span.as_deref())?;
    let mut last = match asked.from {
        None => None,
        Some(from) => {
            let at = Timestamp::from_timestamp(from.at, 0).unwrap_or_default();
            Some((at, StoryId(from.id)))
        }
    };
    let mut answer = ToolAnswer::new(context.head()?);
    // One more tells whether there are more.
    let ids = stories::ids_behind(store, config, last, since, topic.as_deref(), asked.limit + 1)?;
    let mut is_all = ids.len() <= asked.limit;
    for id in ids.into_iter().take(asked.limit) {
        let Some(story) = stories::story(store, id)? else {
            continue;
        };
        // One that changes while it is listed stands first in the next list, and is not told twice in this one.
        if last.is_some_and(|(at, _)| story.updated_date_time > at) {
            continue;
        }
        if !answer.push(item(context, &story)?) {
            is_all = false;
            break;
        }
        last = Some((story.updated_date_time, id));
    }
    let cursor = last
        .filter(|_| !is_all)
        .map(|(at, id)| asked.cursor(at.timestamp(), id.0));
    Ok(answer.finish(cursor))
}

fn item(context: &ToolContext<'_>, story: &StoryView) -> Result<Value, ToolError> {
    let mut fields = summary(story);
    let lead = story.lead.map(|lead| articles::citation(context.store, lead));
    if let Some(lead) = lead.transpose()?.flatten() {
        fields.insert("article".to_owned(), json!(lead.id));
        let own = cited(&lead).into_iter();
        fields.extend(own.filter(|(name, _)| name != "id" && name != "title"));
    }
    Ok(marked(fields))
}

/// Returns what is said of a story as a whole.
pub fn summary(story: &StoryView) -> Map<String, Value> {
    let publishers: BTreeSet<&String> = story.articles.iter().map(|member| &member.provider).collect();
    fields(json!({
        "id": story.id,
        "title": cited::title(&story.title),
        "topics": cited::topics(&story.topics),
        "started": moment(story.started_date_time),
        "updated": moment(story.updated_date_time),
        "articles": story.articles.len(),
        "copies": story.copies(),
        "publishers": publishers.len(),
    }))
}
