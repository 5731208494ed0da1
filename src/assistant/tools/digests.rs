//! `digests`: what the reader was told, and when.

use std::collections::BTreeMap;

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::article::mark_of;
use crate::assistant::answer::ToolAnswer;
use crate::assistant::asked::{Asked, number};
use crate::assistant::cited::{self, fields, marked, moment};
use crate::assistant::context::ToolContext;
use crate::assistant::error::ToolError;
use crate::assistant::text_part;
use crate::digest::display_text;
use crate::domain::DigestId;
use crate::store::digests::StoredDigest;
use crate::views::digests;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub struct DigestsArguments {
    /// Gives the text of this digest as it was sent; without it digests are listed.
    #[serde(default, deserialize_with = "number")]
    #[schemars(with = "Option<i64>")]
    id: Option<i64>,
}

/// Lists digests, newest first, or gives the text of one.
pub fn answer(context: &ToolContext<'_>, asked: &Asked<DigestsArguments>) -> Result<String, ToolError> {
    match asked.arguments.id {
        Some(id) => text_of(context, asked, DigestId(id)),
        None => list(context, asked),
    }
}

fn list(context: &ToolContext<'_>, asked: &Asked<DigestsArguments>) -> Result<String, ToolError> {
    let mut answer = ToolAnswer::new(context.head()?);
    let mut last = DigestId(asked.from.map_or(i64::MAX, |from| from.id));
    // One more tells whether there are more.
    let found = digests::list_shown_before(context.store, last, asked.limit + 1)?;
    for digest in found.iter().take(asked.limit) {
        if !answer.push(item(digest)) {
            break;
        }
        last = digest.id;
    }
    let is_all = answer.told() == found.len();
    Ok(answer.finish((!is_all).then(|| asked.cursor(0, last.0))))
}

/// Returns a digest; to whom it went is nobody's business, how it arrived is.
fn item(digest: &StoredDigest) -> Value {
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    for delivery in &digest.deliveries {
        *states.entry(cited::name(&delivery.state)).or_default() += 1;
    }
    marked(fields(json!({
        "id": digest.id,
        "name": cited::title(&digest.name),
        "published": moment(digest.to),
        "title": cited::title(&digest.subject),
        "stories": digest.stories,
        "deliveries": states,
    })))
}

fn text_of(context: &ToolContext<'_>, asked: &Asked<DigestsArguments>, id: DigestId) -> Result<String, ToolError> {
    let text = display_text::lines(&digests::text_shown(context.store, id)?);
    let mut answer = ToolAnswer::new(context.head()?);
    let from = asked.offset();
    let mut fields = Map::from_iter([
        ("id".to_owned(), json!(id)),
        ("textBytes".to_owned(), text.len().into()),
        ("textBegins".to_owned(), from.min(text.len()).into()),
        ("text".to_owned(), Value::String(String::new())),
    ]);
    let room = answer.room_beside(&marked(fields.clone()));
    let part = text_part::part(&text, from, room);
    fields.insert("text".to_owned(), part.text.into());
    let is_told = answer.push(marked(fields));
    debug_assert!(is_told, "the first item always has room");
    Ok(answer.finish(part.next.map(|next| asked.cursor(next as i64, mark_of(&text)))))
}
