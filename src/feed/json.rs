//! JSON Feed 1.0 and 1.1.
//!
//! Values of the wrong type are passed over, numbers are taken where text is asked for; only what is no JSON, or has
//! no list of items, is refused. What damaged JSON still says is `text::json`'s to find out.

use std::borrow::Cow;

use serde_json::{Map, Value};
use url::Url;

use super::{ENTRIES_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX, date, html_to_text, resolve};
use crate::domain::feed::{Enclosure, Entry, Feed, FeedKind, Markup};
use crate::text::head;
use crate::text::json::{self, Damage};

/// A file said to have more bytes has none that are known: nothing counts so far exactly.
const LENGTH_MAX: f64 = 9e15;
/// The most authors, tags or attachments of one item.
const LIST_MAX: usize = 100;

/// Returns the feed in a JSON text and what was wrong with it.
///
/// # Errors
/// Says why the text is no JSON Feed.
pub fn read(text: &str, base: Option<&Url>) -> Result<(Feed, Vec<String>), String> {
    let (value, damage) = json::parse(text).ok_or("it is empty")?;
    let Value::Object(object) = value else {
        return Err("its root is no object".to_owned());
    };
    let is_said = string(&object, "version").is_some_and(|version| version.contains("jsonfeed"));
    let items = match object.get("items") {
        Some(Value::Array(items)) => items.as_slice(),
        _ if is_said => &[],
        _ => return Err("it has no \"items\"".to_owned()),
    };
    let mut warnings = Vec::new();
    match damage {
        Damage::None => {}
        Damage::Values => warnings.push("damaged JSON: some values were mended or left out".to_owned()),
        Damage::Structure | Damage::End => warnings.push("broken JSON: read as far as it makes sense".to_owned()),
    }
    if items.len() > ENTRIES_MAX {
        warnings.push(format!("only the first {ENTRIES_MAX} entries were read"));
    }
    let language = string(&object, "language");
    let shared = authors(&object);
    let mut entries: Vec<Entry> = items
        .iter()
        .take(ENTRIES_MAX)
        .filter_map(|item| entry(item.as_object()?, base))
        .collect();
    for entry in entries.iter_mut().filter(|entry| entry.authors.is_empty()) {
        entry.authors.clone_from(&shared);
    }
    let description = string(&object, "description");
    let feed = Feed {
        kind: FeedKind::Json,
        title: string(&object, "title").map(|title| html_to_text::line(&title)),
        link: string(&object, "home_page_url").map(|link| resolve(base, &link)),
        description: description.as_deref().map(html_to_text::from_text),
        description_markup: description.map(Markup::text),
        language,
        updated: entries
            .iter()
            .filter_map(|entry| entry.updated.or(entry.published))
            .max(),
        ttl_minutes: None,
        skip_hours: Vec::new(),
        skip_days: Vec::new(),
        entries,
    };
    Ok((feed, warnings))
}

fn entry(item: &Map<String, Value>, base: Option<&Url>) -> Option<Entry> {
    let content = match (string(item, "content_html"), string(item, "content_text")) {
        (Some(html), _) => Some(Markup::html(html)),
        (None, text) => text.map(Markup::text),
    };
    let entry = Entry {
        id: string(item, "id"),
        title: string(item, "title").map(|title| html_to_text::line(&title)),
        link: ["url", "external_url"]
            .iter()
            .find_map(|key| string(item, key))
            .map(|link| resolve(base, &link)),
        original_link: None,
        published: string(item, "date_published").and_then(|text| date::parse_lenient(&text)),
        updated: string(item, "date_modified").and_then(|text| date::parse_lenient(&text)),
        authors: authors(item),
        summary: string(item, "summary").map(Markup::text),
        content,
        categories: list(item, "tags").filter_map(text_of).collect(),
        enclosures: list(item, "attachments")
            .filter_map(|file| enclosure(file.as_object()?, base))
            .collect(),
        language: string(item, "language"),
        publisher: None,
        record: Vec::new(),
        publisher_domain: None,
    };
    (entry != Entry::default()).then_some(entry)
}

fn enclosure(file: &Map<String, Value>, base: Option<&Url>) -> Option<Enclosure> {
    let length = string(file, "size_in_bytes")
        .and_then(|text| text.parse::<f64>().ok())
        .filter(|bytes| (0.0..LENGTH_MAX).contains(bytes));
    Some(Enclosure {
        url: resolve(base, &string(file, "url")?),
        media_type: string(file, "mime_type"),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is within bounds"
        )]
        length: length.map(|bytes| bytes as u64),
    })
}

/// Returns the names in `authors` (1.1) or `author` (1.0); either may be text instead of an object.
fn authors(object: &Map<String, Value>) -> Vec<String> {
    let one = object.get("author").into_iter();
    let name = |value: &Value| match value {
        Value::Object(person) => string(person, "name").or_else(|| string(person, "url")),
        other => text_of(other),
    };
    let mut names: Vec<String> = list(object, "authors").filter_map(name).collect();
    if names.is_empty() {
        names.extend(one.filter_map(name));
    }
    for name in &mut names {
        name.truncate(head(name, NAME_BYTES_MAX).len());
    }
    names
}

/// Returns the values of a list; one that stands alone where a list belongs is a list of one.
fn list<'v>(object: &'v Map<String, Value>, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    let values = match object.get(key) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    values.iter().take(LIST_MAX)
}

fn string(object: &Map<String, Value>, key: &str) -> Option<String> {
    text_of(object.get(key)?)
}

pub(super) fn text_of(value: &Value) -> Option<String> {
    borrowed_text_of(value).map(Cow::into_owned)
}

/// Returns a text as it stands in its answer.
pub(super) fn borrowed_text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty() && text.len() <= TEXT_BYTES_MAX).then_some(Cow::Borrowed(text))
        }
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_types_cost_only_themselves() {
        let text = r#"{"version":"https://jsonfeed.org/version/1","title":7,"items":[
            {"id":12,"url":"/a","title":["x"],"content_text":"t","author":"Jo","attachments":[{"url":"b.mp3","size_in_bytes":"9"}]},
            "nothing", {}]}"#;
        let (feed, _) = read(text, Some(&Url::parse("https://example.org/feed").unwrap())).unwrap();
        assert_eq!(feed.title.as_deref(), Some("7"));
        assert_eq!(feed.entries.len(), 1);
        let entry = &feed.entries[0];
        assert_eq!((entry.id.as_deref(), entry.title.as_deref()), (Some("12"), None));
        assert_eq!(entry.link.as_deref(), Some("https://example.org/a"));
        assert_eq!(entry.authors, ["Jo"]);
        assert_eq!(entry.enclosures[0].length, Some(9));
    }

    /// A feed of two items; `bad` stands in the first, the second is whole.
    #[track_caller]
    fn check(bad: &str, expected: usize) {
        let text = format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"items\":[{bad},\
             {{\"id\":\"good\",\"url\":\"https://example.org/g\",\"title\":\"Good\"}}]}}"
        );
        let (feed, _) = read(&text, None).unwrap();
        assert_eq!(feed.entries.len(), expected, "{bad}");
        assert_eq!(feed.entries[expected - 1].id.as_deref(), Some("good"), "{bad}");
    }

    #[test]
    fn one_bad_value_never_loses_the_feed() {
        check(r#"{"id":"1","title":"cut \ud83d"}"#, 2);
        check(r#"{"id":1e400,"title":"x"}"#, 2);
        check(r#"{"id":NaN,"title":"x"}"#, 2);
        check(r#"{"id":123456789012345678901234567890}"#, 2);
        check("{\"id\":\"1\",\"title\":\"a\u{0}\u{1b}\n\"}", 2);
        check(r#"{"id":"1","id":"1b","tags":["a"],"tags":[[{}]]}"#, 2);
        check(
            r#"{"id":{"x":[]},"title":[],"url":false,"authors":"Jo","attachments":7,"tags":{"a":1}}"#,
            2,
        );
        check(r#"{"id":"1","title":"t",},"#, 2);
        check(
            r#"{"id":"1","attachments":[{"url":"u","size_in_bytes":1e400},{"url":"v","size_in_bytes":-9e99}]}"#,
            2,
        );
        check("null,7,\"x\",[[[]]]", 1);
        let whole = r#"{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"}]}"#;
        for text in [
            format!("\u{feff}\u{feff}{whole}"),
            format!("{whole}<!-- cached -->"),
            format!("{whole}{whole}"),
            whole.replace("]}", "],\"items\":null}"),
            whole.replace("]}", ",]"),
            whole[..whole.len() - 2].to_owned(),
        ] {
            assert_eq!(read(&text, None).unwrap().0.entries.len(), 1, "{text}");
        }
    }

    #[test]
    fn ids_too_large_for_a_number_stay_apart() {
        let text = r#"{"items":[{"id":123456789012345678901234567890},{"id":123456789012345678901234567891}]}"#;
        let (feed, _) = read(text, None).unwrap();
        assert_ne!(feed.entries[0].id, feed.entries[1].id);
    }

    #[test]
    fn other_json_is_refused() {
        assert!(read("[1]", None).is_err());
        assert!(read(r#"{"error":"not found"}"#, None).is_err());
        assert!(read(&"[".repeat(100_000), None).is_err());
    }
}
