//! `story`: how one event was reported, article by article.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::stories::summary;
use crate::assistant::answer::ToolAnswer;
use crate::assistant::asked::{Asked, number};
use crate::assistant::cited::{self, cited, marked, moment};
use crate::assistant::context::ToolContext;
use crate::assistant::error::ToolError;
use crate::domain::{ArticleId, StoryId};
use crate::store::stories::EditKind;
use crate::views::stories::{self, MemberView, StoryTimeline};
use crate::views::{UnknownKind, articles};

/// Headlines an article had before that are told, the latest.
const HEADLINES_MAX: usize = 5;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub struct StoryArguments {
    /// The story's `id`, as `stories` gives it, or `story` of an article.
    #[serde(default, deserialize_with = "number")]
    #[schemars(with = "i64", required)]
    id: Option<i64>,
}

/// Tells a story: what it goes on from, and its articles, oldest first.
pub fn answer(context: &ToolContext<'_>, asked: &Asked<StoryArguments>) -> Result<String, ToolError> {
    let Some(id) = asked.arguments.id.map(StoryId) else {
        return Err(ToolError::new(
            "`story` needs `id`; `stories` lists stories with their ids",
        ));
    };
    let told = stories::timeline(context.store, id, context.config.zone)?;
    let mut head = context.head()?;
    head.insert("story".to_owned(), about(&told)?);
    let mut answer = ToolAnswer::new(head);
    let members = &told.story.articles;
    let from = match asked.from {
        None => 0,
        // What came in between stands behind; what went leaves the rest in its place.
        Some(last) => members
            .iter()
            .position(|member| member.id.0 == last.id)
            .map_or(asked.offset(), |position| position + 1),
    };
    for member in members.iter().skip(from).take(asked.limit) {
        // Purged a moment ago, it is no member any more.
        let Some(item) = item(context, &told, member)? else {
            continue;
        };
        if !answer.push(item) {
            break;
        }
    }
    let to = from + answer.told();
    let last = members.get(to.saturating_sub(1)).map(|member| member.id);
    let cursor = last
        .filter(|_| to < members.len())
        .map(|ArticleId(id)| asked.cursor(to as i64, id));
    Ok(answer.finish(cursor))
}

fn about(told: &StoryTimeline) -> Result<Value, ToolError> {
    let mut fields = summary(&told.story);
    if told.story.articles.is_empty() {
        // A merged story keeps its number.
        let merged = told.corrections.iter().rev().find_map(|edit| match edit.change {
            EditKind::MergedInto(into) => Some(into),
            _ => None,
        });
        match merged {
            Some(into) => fields.insert("mergedInto".to_owned(), json!(into)),
            None => return Err(UnknownKind::Story.named(told.story.id).into()),
        };
    }
    if let Some(earlier) = told.continues {
        fields.insert("continues".to_owned(), json!(earlier));
    }
    if !told.storyline.is_empty() {
        let line = told.storyline.iter().map(|step| {
            json!({ "id": step.id, "title": cited::title(&step.title), "started": moment(step.started_date_time) })
        });
        fields.insert("storyline".to_owned(), line.collect());
    }
    Ok(marked(fields))
}

fn item(context: &ToolContext<'_>, told: &StoryTimeline, member: &MemberView) -> Result<Option<Value>, ToolError> {
    let Some(article) = articles::citation(context.store, member.id)? else {
        return Ok(None);
    };
    let mut fields = cited(&article);
    if let Some(original) = member.copy_of {
        fields.insert("copyOf".to_owned(), json!(original));
    }
    let changes = &told.story.headline_changes;
    let before = changes.iter().rev().filter(|change| change.article == member.id);
    let before: Vec<Value> = before
        .take(HEADLINES_MAX)
        .map(|change| json!({ "title": cited::title(&change.before), "until": moment(change.at) }))
        .collect();
    if !before.is_empty() {
        fields.insert("headlinesBefore".to_owned(), before.into());
    }
    Ok(Some(marked(fields)))
}
