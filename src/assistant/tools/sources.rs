//! `sources`: what is read, and how each fares.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::assistant::answer::ToolAnswer;
use crate::assistant::asked::Asked;
use crate::assistant::cited::{self, fields, marked, moment};
use crate::assistant::context::ToolContext;
use crate::assistant::error::ToolError;
use crate::digest::display_text::{self, ERROR_CHARS_MAX};
use crate::views::sources::{self, SourceView};

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub struct SourcesArguments {}

/// Lists the followed sources, the worst first. One is told once, wherever others go meanwhile.
pub fn answer(context: &ToolContext<'_>, asked: &Asked<SourcesArguments>) -> Result<String, ToolError> {
    let mut answer = ToolAnswer::new(context.head()?);
    let mut all = sources::list_shown(context.config, context.store, context.now)?;
    let place = |view: &SourceView| (view.health.condition as i64, view.source.id.0);
    all.sort_by_key(place);
    let last = asked.from.map(|last| (last.at, last.id));
    let rest = &all[all.partition_point(|view| last.is_some_and(|last| place(view) <= last))..];
    for view in rest.iter().take(asked.limit) {
        if !answer.push(item(view)) {
            break;
        }
    }
    let told = answer.told();
    let last = rest[..told].last().filter(|_| told < rest.len()).map(place);
    Ok(answer.finish(last.map(|(condition, id)| asked.cursor(condition, id))))
}

fn item(view: &SourceView) -> Value {
    let (source, state) = (&view.source, &view.source.state);
    let why = view
        .health
        .why
        .as_deref()
        .map(|why| display_text::line(why, ERROR_CHARS_MAX));
    marked(fields(json!({
        "id": source.id,
        "address": cited::title(&source.address),
        "publisher": cited::title(source.display_name()),
        "kind": source.kind,
        "published": state.newest_at.map(moment),
        "fetched": state.succeeded_at.map(moment),
        "health": view.health.condition,
        "since": view.health.since.map(moment),
        "why": why,
        "articles": source.articles,
        "nextPoll": view.next_poll_at().map(moment),
    })))
}
