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

/// Lists the followed sources, the worst first.
pub fn answer(context: &ToolContext<'_>, asked: &Asked<SourcesArguments>) -> Result<String, ToolError> {
    let mut answer = ToolAnswer::new(context.head()?);
    let all = sources::list_shown(context.config, context.store, context.now)?;
    let from = match asked.from {
        None => 0,
        Some(last) => all
            .iter()
            .position(|view| view.source.id.0 == last.id)
            .map_or(asked.offset(), |position| position + 1),
    };
    for view in all.iter().skip(from).take(asked.limit) {
        if !answer.push(item(view)) {
            break;
        }
    }
    let to = from + answer.told();
    let last = all.get(to.saturating_sub(1)).map(|view| view.source.id.0);
    let cursor = last.filter(|_| to < all.len()).map(|id| asked.cursor(to as i64, id));
    Ok(answer.finish(cursor))
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
