//! How an article is cited in every answer: the same fields, bounded, and marked as what strangers wrote.

use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

use crate::digest::display_text::{self, NAME_CHARS_MAX, TITLE_CHARS_MAX};
use crate::domain::Timestamp;
use crate::store::articles::Citation;

/// Topics named of one article or story.
const TOPICS_MAX: usize = 12;

/// Returns the fields by which an article is cited.
pub fn cited(article: &Citation) -> Map<String, Value> {
    let mut fields = fields(json!({
        "id": article.id,
        "title": title(&article.title),
        "address": display_text::link(&article.address),
        "publisher": name(&article.publisher),
        "published": moment(article.published_at),
        "fetched": moment(article.seen_at),
        "verdict": article.verdict,
        "revision": article.revision,
    }));
    if let Some(at) = article.revised_at {
        fields.insert("revised".to_owned(), moment(at).into());
    }
    fields
}

/// Returns the fields of an object.
pub fn fields(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Marks an item as text from outside; the mark is read before the text.
pub fn marked(fields: Map<String, Value>) -> Value {
    let mark = ("untrusted".to_owned(), Value::Bool(true));
    Value::Object(std::iter::once(mark).chain(fields).collect())
}

/// Returns names of topics, as many as are told.
pub fn topics<'t>(names: impl IntoIterator<Item = &'t String>) -> Vec<String> {
    names.into_iter().take(TOPICS_MAX).map(|topic| title(topic)).collect()
}

/// Returns a headline or another line of text.
pub fn title(text: &str) -> String {
    display_text::line(text, TITLE_CHARS_MAX)
}

/// Returns the name of an outlet or a source.
pub fn name(text: &str) -> String {
    display_text::line(text, NAME_CHARS_MAX)
}

/// Returns a moment as it stands in JSON.
pub fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
