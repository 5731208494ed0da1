//! What stands at a path of a JSON answer.

use std::borrow::Cow;

use regex::Regex;
use serde_json::Value;

use crate::domain::json_path::{JsonPath, PathStep, PatternPiece, TextPattern};
use crate::feed::json::borrowed_text_of;
use crate::text::{head, one_line};

/// The most values that one path gives of one item.
const VALUES_MAX: usize = 100;
/// How much is read of a text that stands around items, in bytes: each of them is told it again.
const AROUND_BYTES_MAX: usize = 4096;
/// How many objects deep a name is looked for.
const DESCENT_MAX: usize = 16;

/// An item of a list, and the objects around it with the names they stand under, the outermost first.
#[derive(Debug, Clone)]
pub struct Item<'v> {
    pub value: &'v Value,
    around: Vec<(&'v str, &'v Value)>,
}

impl<'v> Item<'v> {
    /// Returns an answer as a whole.
    pub fn whole(value: &'v Value) -> Self {
        let around = Vec::new();
        Self { value, around }
    }

    /// Returns what stands at a path, up to `max`.
    pub fn at(&self, path: &JsonPath, max: usize) -> Vec<Self> {
        let mut found = Vec::new();
        let named = |from: &String| {
            let mut around = self.around.iter().rev();
            around.find(|(name, _)| name == from).map(|(_, value)| *value)
        };
        let start = match &path.from {
            Some(from) => named(from),
            None => Some(self.value),
        };
        if let Some(start) = start {
            let mut walk = Walk {
                around: Vec::new(),
                found: &mut found,
                max,
            };
            walk.go(start, "", &path.steps);
        }
        found
    }

    /// Returns the texts at a path that says what is kept of them.
    fn texts(&self, path: &JsonPath) -> Vec<Cow<'v, str>> {
        let found = self.at(path, VALUES_MAX);
        let texts = found.iter().filter_map(|item| borrowed_text_of(item.value));
        let bounded = texts.map(|text| match (&path.from, text) {
            (Some(_), Cow::Borrowed(text)) => Cow::Borrowed(head(text, AROUND_BYTES_MAX)),
            (_, text) => text,
        });
        let kept = bounded.filter_map(|text| match (&path.kept, text) {
            (None, text) => Some(text),
            (Some(kept), Cow::Borrowed(text)) => part(kept, text).map(Cow::Borrowed),
            (Some(kept), Cow::Owned(text)) => part(kept, &text).map(|part| Cow::Owned(part.to_owned())),
        });
        kept.filter(|text| !text.trim().is_empty()).collect()
    }

    /// Returns all that a pattern gives. What stands in a text is made fit for it by `fit`.
    pub fn all(&self, pattern: &TextPattern, fit: impl Fn(&str) -> String) -> Vec<Cow<'v, str>> {
        let pieces = match pattern {
            TextPattern::Path(path) => return self.texts(path),
            TextPattern::Text(pieces) => pieces,
        };
        let filled = pieces.iter().map(|piece| match piece {
            PatternPiece::Words(words) => Some(words.clone()),
            PatternPiece::Path(path) => self.texts(path).first().map(|text| fit(&one_line(text))),
        });
        filled.collect::<Option<String>>().map(Cow::Owned).into_iter().collect()
    }

    /// Returns the first that any of these patterns gives.
    pub fn first(&self, patterns: &[TextPattern], fit: impl Fn(&str) -> String) -> Option<Cow<'v, str>> {
        patterns
            .iter()
            .find_map(|pattern| self.all(pattern, &fit).into_iter().next())
    }
}

/// Returns what an expression keeps of a text.
fn part<'t>(kept: &Regex, text: &'t str) -> Option<&'t str> {
    let groups = kept.captures(text)?;
    let mut own = groups.iter().skip(1).flatten();
    own.next().or_else(|| groups.get(0)).map(|part| part.as_str())
}

struct Walk<'v, 'f> {
    around: Vec<(&'v str, &'v Value)>,
    found: &'f mut Vec<Item<'v>>,
    max: usize,
}

impl<'v> Walk<'v, '_> {
    /// Follows the steps that are left from a value, which stands under a name.
    fn go(&mut self, value: &'v Value, name: &'v str, steps: &[PathStep]) {
        if self.found.len() >= self.max || value.is_null() {
            return;
        }
        let Some((step, rest)) = steps.split_first() else {
            let around = self.around.clone();
            self.found.push(Item { value, around });
            return;
        };
        match (step, value) {
            (PathStep::Name(next), Value::Object(object)) => {
                if let Some((next, below)) = object.get_key_value(next) {
                    self.around.push((name, value));
                    self.go(below, next, rest);
                    self.around.pop();
                }
            }
            (PathStep::Name(_), _) => {}
            (PathStep::Each | PathStep::Any, Value::Array(values)) => {
                for one in values {
                    self.go(one, name, rest);
                }
            }
            (PathStep::Any, Value::Object(object)) => {
                self.around.push((name, value));
                for (next, below) in object {
                    self.go(below, next, rest);
                }
                self.around.pop();
            }
            (PathStep::Below(_), Value::Array(values)) => {
                for one in values {
                    self.go(one, name, steps);
                }
            }
            (PathStep::Below(sought), Value::Object(object)) if self.around.len() < DESCENT_MAX => {
                self.around.push((name, value));
                for (next, below) in object {
                    let left = if next == sought { rest } else { steps };
                    self.go(below, next, left);
                }
                self.around.pop();
            }
            (PathStep::Below(_), _) => {}
            // What a list of one is written as by what was XML once.
            (PathStep::Each, _) => self.go(value, name, rest),
            (PathStep::Any, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: &Value, items: &str, pattern: &str, expected: &[&str]) {
        let pattern = TextPattern::parse(pattern).unwrap();
        let items = Item::whole(value).at(&JsonPath::parse(items).unwrap(), 100);
        let found: Vec<Cow<'_, str>> = items
            .iter()
            .flat_map(|item| item.all(&pattern, |text| text.replace(' ', "+")))
            .collect();
        assert_eq!(found, expected, "{pattern:?}");
    }

    #[test]
    fn what_stands_where() {
        let value =
            json!({ "list": [{ "n": 1, "t": " a b ", "of": ["x", null, "y"] }, { "t": "" }, "z", null, { "n": 2.5 }] });
        check(&value, "list[]", "t", &["a b"]);
        check(&value, "list[]", "n", &["1", "2.5"]);
        check(&value, "list[]", "of[]", &["x", "y"]);
        check(&value, "list[]", "of", &[]);
        check(&value, "list[]", "{n}: {t}", &["1: a+b"]);
        check(&value, "list[]", "t ~ ^(.)", &["a"]);
        check(&value, "list[]", "t ~ b$", &["b"]);
        check(&value, "list[]", "t ~ ^(?:(x)|a (b))$", &["b"]);
        check(&value, "other[]", "t", &[]);
    }

    #[test]
    fn a_list_of_one_may_be_written_without_a_list() {
        let one = json!({ "days": { "item": { "t": "a" } } });
        let two = json!({ "days": [{ "item": [{ "t": "a" }, { "t": "b" }] }] });
        check(&one, "days[].item[]", "t", &["a"]);
        check(&two, "days[].item[]", "t", &["a", "b"]);
    }

    #[test]
    fn what_stands_around() {
        let value = json!({ "office": [
            { "name": "A", "part": [{ "name": "p", "item": [{ "t": 1 }, { "t": 2 }] }] },
            { "name": "B", "part": { "name": "q", "item": { "t": 3 } } },
        ] });
        check(&value, "office[].part[].item[]", "^office.name", &["A", "A", "B"]);
        check(&value, "office[].part[].item[]", "{^part.name}{t}", &["p1", "p2", "q3"]);
        check(&value, "office[].part[].item[]", "^other.name", &[]);
        check(
            &value,
            "**.item[]",
            "{^office.name}{^part.name}{t}",
            &["Ap1", "Ap2", "Bq3"],
        );
        let map = json!({ "by": { "one": { "t": 1 }, "two": { "t": 2 } } });
        check(&map, "by.*", "t", &["1", "2"]);
    }

    #[test]
    fn a_name_is_found_however_deep_it_stands() {
        let value = json!({ "day": [
            { "item": { "t": 1, "item": { "t": 9 } }, "part": { "text": { "name": "p", "item": [{ "t": 2 }, { "t": 3 }] } } },
            [[{ "text": { "x": { "item": { "t": 4 } } } }]],
            { "item": null, "items": { "t": 9 } },
            "item",
        ] });
        check(&value, "day[].**.item[]", "t", &["1", "2", "3", "4"]);
        check(&value, "**.item", "t", &["1", "4"]);
        check(&value, "**.text.item[]", "t", &["2", "3"]);
        check(&value, "**.text.**.item[]", "t", &["2", "3", "4"]);
        check(&value, "day[]", "**.t", &["1", "9", "2", "3", "4", "9"]);
        let deep = |depth: usize| (0..depth).fold(json!({ "item": { "t": 1 } }), |below, _| json!({ "a": below }));
        check(&deep(DESCENT_MAX - 1), "**.item", "t", &["1"]);
        check(&deep(DESCENT_MAX), "**.item", "t", &[]);
    }
}
