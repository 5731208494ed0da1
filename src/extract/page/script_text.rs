//! The article's text in the data of a page's scripts, for pages whose markup holds none of it: that of the part which tells
//! most.
//!
//! What is read is bounded in bytes, values and depth.

use std::collections::HashMap;

use serde_json::Value;

use super::script_values::{of_rows, pushed, values};
use super::text::{ends_sentence, has_markup, weight};
use crate::text::escape;

/// Bytes of scripts that are read.
const SCRIPT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Values of scripts that are read.
const VALUES_MAX: usize = 100_000;
/// Shorter scripts hold no article, in bytes.
const SCRIPT_BYTES_MIN: usize = 300;
/// How deep data is followed.
const DEPTH_MAX: usize = 120;
/// A text that says less is a label, unless it stands in a paragraph.
const TEXT_MIN: usize = 40;
/// One part of the data that holds this share of what the whole tells is followed alone, in percent.
const SHARE_MIN: usize = 55;
/// What such a name holds stands beside the article, or tells of it.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "alt", "caption", "copyright", "credit", "description", "excerpt", "summary", "teaser", "seo", "meta", "metadata",
    "dek", "subtitle", "comments", "related", "className", "style", "href", "src", "url", "schema", "jsonLd",
];

/// Returns the text that a page's scripts tell, as HTML; none where they tell none.
pub fn of(scripts: &[&str]) -> Option<String> {
    let (mut best, mut most) = (None, 0);
    let mut offer = |value: &Value| {
        let mut told = Told::new();
        let whole = tell(value, DEPTH_MAX, &mut told).weight;
        if whole > most {
            (best, most) = (Some(html(value, &told)), whole);
        }
    };
    let (mut bytes_left, mut values_left) = (SCRIPT_BYTES_MAX, VALUES_MAX);
    let mut rows = String::new();
    for script in scripts {
        let Some(rest) = bytes_left.checked_sub(script.len()) else {
            continue;
        };
        bytes_left = rest;
        // What is pushed may be cut anywhere.
        match pushed(script, &mut values_left) {
            Some(row) => rows.push_str(&row),
            None if script.len() < SCRIPT_BYTES_MIN => {}
            None => values(script, &mut values_left).iter().for_each(&mut offer),
        }
    }
    if !rows.is_empty() {
        offer(&Value::Array(of_rows(&rows, &mut values_left)));
    }
    best
}

/// What each part of some data tells; each is looked at once, however deep it stands.
type Told = HashMap<*const Value, PartTold>;

/// What a part of some data tells.
#[derive(Clone, Copy, Default)]
struct PartTold {
    weight: usize,
    pieces: usize,
    has_markup: bool,
}

impl PartTold {
    /// Whether it is one paragraph, which may be the longest of an article.
    fn is_one_piece(self) -> bool {
        self.pieces == 1 && !self.has_markup
    }
}

/// Returns how much running text a value tells, and notes the same of each of its parts.
fn tell(value: &Value, depth: usize, told: &mut Told) -> PartTold {
    let Some(depth) = depth.checked_sub(1) else {
        return PartTold::default();
    };
    let mut own = PartTold::default();
    if is_piece(value) {
        let mut pieces = Vec::new();
        gather(value, depth + 1, &mut pieces);
        own.weight = pieces.iter().map(|piece| weight(piece)).sum();
        own.pieces = pieces.len();
        own.has_markup = pieces.iter().any(|piece| has_markup(piece));
    } else {
        for part in parts(value) {
            let part = tell(part, depth, told);
            own.weight += part.weight;
            own.pieces += part.pieces;
            own.has_markup |= part.has_markup;
        }
    }
    told.insert(std::ptr::from_ref(value), own);
    own
}

/// Whether a value is a text, or a paragraph.
fn is_piece(value: &Value) -> bool {
    value.is_string() || paragraph(value).is_some()
}

/// Returns the parts of a value that may tell of the article.
fn parts(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(parts) => parts.iter().collect(),
        Value::Object(parts) => {
            let parts = parts.iter().filter(|(name, _)| !BESIDE.contains(&name.as_str()));
            parts.map(|(_, part)| part).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the text of the part that tells most of what a value does.
fn html(value: &Value, told: &Told) -> String {
    let of = |part: &Value| told.get(&std::ptr::from_ref(part)).copied().unwrap_or_default();
    let mut value = value;
    while !is_piece(value) {
        let most = parts(value).into_iter().max_by_key(|part| of(part).weight);
        match most {
            Some(part)
                if of(part).weight * 100 >= of(value).weight * SHARE_MIN
                    && of(part).weight > 0
                    && !(value.is_array() && of(part).is_one_piece()) =>
            {
                value = part;
            }
            _ => break,
        }
    }
    let mut pieces = Vec::new();
    gather(value, DEPTH_MAX, &mut pieces);
    let written = pieces.iter().map(|piece| match has_markup(piece) {
        true => piece.clone(),
        false => format!("<p>{}</p>", escape(piece)),
    });
    written.collect()
}

/// Gathers the pieces of running text in a value, in order.
fn gather(value: &Value, depth: usize, pieces: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if let Some(parts) = paragraph(value) {
        let mut text = String::new();
        parts.iter().for_each(|part| join(part, depth, &mut text));
        if !text.trim().is_empty() {
            pieces.push(text);
        }
        return;
    }
    match value {
        Value::String(text) if is_text(text) => pieces.push(text.clone()),
        Value::String(_) => {}
        _ => parts(value).into_iter().for_each(|part| gather(part, depth, pieces)),
    }
}

/// Returns what stands in a paragraph, as trees of components (`["$", "p", null, {…}]`) and of texts (`"type": "paragraph"`)
/// hold it.
fn paragraph(value: &Value) -> Option<Vec<&Value>> {
    const ELEMENTS: &[&str] = &["p", "h2", "h3", "h4", "li", "blockquote"];
    const KINDS: &[&str] = &["p", "paragraph", "block"];
    let (kind, children) = match value {
        Value::Array(parts) if parts.len() >= 4 && parts[0] == "$" => {
            let kind = parts[1].as_str().filter(|kind| ELEMENTS.contains(kind));
            (kind, parts[3].get("children"))
        }
        Value::Object(parts) => {
            let kind = ["type", "_type", "nodeType", "tag"]
                .iter()
                .find_map(|name| parts.get(*name)?.as_str());
            let children = ["children", "content", "spans"]
                .iter()
                .find_map(|name| parts.get(*name));
            (kind.filter(|kind| KINDS.contains(kind)), children)
        }
        _ => return None,
    };
    kind?;
    match children? {
        Value::Array(parts) if parts.first().is_none_or(|first| first != "$") => Some(parts.iter().collect()),
        one => Some(vec![one]),
    }
}

/// Joins the texts that stand in a paragraph.
fn join(value: &Value, depth: usize, text: &mut String) {
    const TEXTS: &[&str] = &["text", "value", "children", "content", "spans"];
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::String(part) if !part.starts_with('$') => text.push_str(part),
        Value::Array(parts) if parts.first().is_some_and(|first| first == "$") => {
            if let Some(children) = parts.get(3).and_then(|own| own.get("children")) {
                join(children, depth, text);
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| join(part, depth, text)),
        Value::Object(parts) => {
            if let Some(part) = TEXTS.iter().find_map(|name| parts.get(*name)) {
                join(part, depth, text);
            }
        }
        _ => {}
    }
}

/// Whether a text is running text: sentences, or markup with some.
fn is_text(text: &str) -> bool {
    let is_address = text.starts_with("http") || text.starts_with('/');
    let is_code = text.contains("function(") || text.contains("=>") || text.starts_with(['{', '.', '#', '@', '$']);
    !is_address && !is_code && weight(text) >= TEXT_MIN && (text.contains("<p") || ends_sentence(text))
}

#[cfg(test)]
mod tests {
    use super::of;

    const FIRST: &str = "The ferry came back to Ostmere on Monday, and all who had waited for it came down.";
    const SECOND: &str = "It had lain in the yard of Penmoor since March, for want of a part that nobody makes.";

    #[track_caller]
    fn tells(scripts: &[&str]) {
        let filler = format!("/* {} */", "x".repeat(400));
        let padded: Vec<String> = scripts.iter().map(|script| format!("{script}{filler}")).collect();
        let padded: Vec<&str> = padded.iter().map(String::as_str).collect();
        let found = of(&padded).unwrap_or_default();
        let (first, second) = (found.find("The ferry came"), found.find("since March"));
        assert!(first < second && first.is_some(), "{found}");
        assert!(!found.contains("Elsewhere"), "{found}");
    }

    #[test]
    fn data_of_every_kind_is_read() {
        let beside = r#""teasers":[{"title":"A","text":"Elsewhere a bridge was closed for a day, the town said."}]"#;
        let lines =
            format!(r#"{{"props":{{{beside},"article":{{"blocks":[{{"text":"{FIRST}"}},{{"text":"{SECOND}"}}]}}}}}}"#);
        let markup = format!(r#"{{{beside},"content":{{"rendered":"<p>{FIRST}<\/p><p>{SECOND}<\/p>"}}}}"#);
        let spans = format!(
            r#"{{{beside},"body":[{{"_type":"block","children":[{{"text":"The ferry came "}},{{"text":"back."}}]}},{{"type":"paragraph","content":[{{"value":"{SECOND}"}}]}}]}}"#
        );
        for data in [&lines, &markup, &spans] {
            tells(&[data]);
            tells(&[&format!(
                "window.a = window.a || {{}};\nwindow.__STATE__={data};(function(){{}})()"
            )]);
        }
    }

    #[test]
    fn pushed_rows_are_joined() {
        let tree = format!(
            r#"1:["$","div",null,{{"children":[["$","p",null,{{"children":["The ferry came ",["$","a",null,{{"href":"/b","children":"back"}}],"."]}}],["$","p","2",{{"children":"{SECOND}"}}]]}}]"#
        );
        let push = |text: &str| format!("self.__next_f.push([1,{}])", serde_json::to_string(text).unwrap());
        let (head, tail) = tree.split_at(60);
        tells(&[&push(&format!("0:I[1,[],\"x\"]\n{head}")), &push(&format!("{tail}\n"))]);
        let html = format!("<p>{FIRST}</p><p>{SECOND}</p>");
        tells(&[&push(&format!("a:T{:x},{html}b:[\"$\",\"p\",null,{{}}]\n", html.len()))]);
    }

    #[test]
    fn what_is_no_data_is_not_read() {
        for script in [
            "function a() { return {b: 1} }",
            "{not json",
            "self.__next_f.push([0])",
            "a={b:'c'}",
        ] {
            assert_eq!(of(&[&format!("{script}{}", " ".repeat(400))]), None, "{script}");
        }
        let many = format!(r#"[{}{{"text":"{FIRST}"}}]"#, r#"{"":0},"#.repeat(60_000));
        assert_eq!(of(&[&many]), None);
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(of(&[&deep, &format!("a={deep}"), &"=[".repeat(200_000)]), None);
    }
}
