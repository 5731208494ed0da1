//! The list that an answer is asked for, or why there is none.

use serde_json::Value;

use super::lookup::Item;
use super::untold::names;
use crate::domain::json_path::{JsonPath, PathStep};
use crate::domain::record::RecordFormat;
use crate::feed::{ENTRIES_MAX, NAME_BYTES_MAX};
use crate::text::{self, head};

/// Returns the items of an answer.
pub(super) fn of<'v>(root: &'v Value, format: &RecordFormat) -> Vec<Item<'v>> {
    let whole = Item::whole(root);
    if format.items.is_empty() {
        let list = JsonPath::parse("[]").expect("it is a path");
        return whole.at(&list, ENTRIES_MAX);
    }
    let mut found: Vec<Item<'v>> = format
        .items
        .iter()
        .flat_map(|path| whole.at(path, ENTRIES_MAX))
        .collect();
    found.truncate(ENTRIES_MAX);
    found
}

/// Whether a list stands where items are to be, be it an empty one. Where none does and nothing is found, the answer is an
/// error's, or another than it was.
pub(super) fn has_list(root: &Value, format: &RecordFormat) -> bool {
    // Some leave the list out where it is empty.
    if root.get("count").and_then(Value::as_u64) == Some(0) {
        return true;
    }
    let ends_in_list = |path: &JsonPath| {
        let mut at = root;
        for step in &path.steps {
            match step {
                PathStep::Name(name) => match at.get(name) {
                    Some(below) => at = below,
                    None => return false,
                },
                PathStep::Each if at.is_array() => return true,
                PathStep::Each => {}
                PathStep::Any | PathStep::Below(_) => return at.is_array() || at.is_object(),
            }
        }
        at.is_array()
    };
    match format.items.is_empty() {
        true => root.is_array(),
        false => format.items.iter().any(ends_in_list),
    }
}

/// Returns what an answer without items says of it, else what stands where they were looked for.
pub(super) fn reason(root: &Value, format: &RecordFormat) -> String {
    let said = ["error", "errors", "detail", "message"].iter().map(|name| &root[*name]);
    if let Some(said) = said.chain([&root["status"]["text"]]).find(|said| !said.is_null()) {
        return format!(": {}", head(&text::one_line(&said.to_string()), NAME_BYTES_MAX));
    }
    let mut at = root;
    for step in format
        .items
        .first()
        .map(|path| path.steps.as_slice())
        .unwrap_or_default()
    {
        match step {
            PathStep::Name(name) => match at.get(name) {
                Some(below) => at = below,
                None => return format!("; there is no \"{name}\" beside {}", names(at)),
            },
            _ => break,
        }
    }
    match at {
        Value::Object(_) => format!("; an object with {} is there, whose values are read by .*", names(at)),
        _ => String::new(),
    }
}
