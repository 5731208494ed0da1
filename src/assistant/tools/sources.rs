//! `sources`: what is read, and how each fares.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

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
    let all = sources::list(context.config, context.store, context.now)?;
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
    let address = without_keys(&source.address);
    let name = match source.display_name() {
        name if name == source.address => address.clone(),
        name => cited::title(name),
    };
    let why = view.health.why.as_deref().map(|why| {
        let mut why = why.to_owned();
        for known in [Some(&source.address), state.current_address.as_ref()]
            .into_iter()
            .flatten()
        {
            why = why.replace(known.as_str(), &without_keys(known));
        }
        display_text::line(&why, ERROR_CHARS_MAX)
    });
    marked(fields(json!({
        "id": source.id,
        "address": address,
        "publisher": name,
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

/// Returns an address without what may be a key to it: name, password and query. An assistant may be somebody else's machine.
fn without_keys(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else {
        return cited::title(address);
    };
    // An address that can have neither has none.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    let had_query = url.query().is_some();
    url.set_query(None);
    url.set_fragment(None);
    let shown = if had_query {
        format!("{url}?…")
    } else {
        url.to_string()
    };
    cited::title(&shown)
}

#[cfg(test)]
mod tests {
    use super::without_keys;

    #[test]
    fn an_address_keeps_its_keys_to_itself() {
        for (address, shown) in [
            (
                "https://jo:hunter2@news.example/feed.xml",
                "https://news.example/feed.xml",
            ),
            (
                "https://news.example/feed?token=hunter2#x",
                "https://news.example/feed?…",
            ),
            ("https://news.example/feed", "https://news.example/feed"),
            ("/srv/reading list.md", "/srv/reading list.md"),
        ] {
            assert_eq!(without_keys(address), shown);
        }
    }
}
