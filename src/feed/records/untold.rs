//! Paths of a reader's own that found nothing: most likely written wrong.

use serde_json::Value;

use super::lookup::Item;
use crate::domain::record::RecordFormat;

/// Names of an item that are told.
const NAMES_MAX: usize = 20;
/// Items that are looked at.
const ITEMS_MAX: usize = 50;

/// Returns what of a format gave nothing in any item, with what an item has.
pub(super) fn warnings(items: &[Item<'_>], format: &RecordFormat) -> Vec<String> {
    let Some(first) = items.first() else { return Vec::new() };
    let looked = &items[..items.len().min(ITEMS_MAX)];
    let paths = [
        ("id", &format.id),
        ("title", &format.title),
        ("link", &format.link),
        ("date", &format.date),
        ("summary", &format.summary),
        ("text", &format.text),
    ];
    let paths = paths.map(|(key, patterns)| (format!("paths.{key}"), patterns));
    let fields = format
        .fields
        .iter()
        .map(|(name, patterns)| (format!("fields.{name}"), patterns));
    let is_untold = |patterns: &[_]| {
        let gives = |item: &Item<'_>| item.first(patterns, str::to_owned).is_some();
        !patterns.is_empty() && !looked.iter().any(gives)
    };
    let untold = paths
        .into_iter()
        .chain(fields)
        .filter(|(_, patterns)| is_untold(patterns));
    untold
        .map(|(key, _)| {
            let count = looked.len();
            format!(
                "{key} found nothing in {count} of {count} items; an item has {}",
                names(first.value)
            )
        })
        .collect()
}

/// Returns the names a value has, for messages.
pub(super) fn names(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let names: Vec<&str> = object.keys().take(NAMES_MAX).map(String::as_str).collect();
            let more = if object.len() > NAMES_MAX { ", …" } else { "" };
            crate::text::head(&format!("{}{more}", names.join(", ")), crate::feed::NAME_BYTES_MAX).to_owned()
        }
        Value::Array(list) => format!("a list of {}", list.len()),
        _ => "no names".to_owned(),
    }
}
