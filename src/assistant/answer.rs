//! An answer of a tool: one JSON object with items, as many as fit into what is promised.

use serde_json::{Map, Value, json};

use crate::text;

/// Bytes of an answer at most, as they go over the wire: there it is a text within a message, its quotes escaped once more.
pub const ANSWER_BYTES_MAX: usize = 25_000;
/// Bytes kept for what stands around the items: brackets, names, the cursor.
const FRAME_BYTES: usize = 400;
/// Bytes of what is said before the items.
const HEAD_BYTES_MAX: usize = 12_000;
/// A text that is no longer than this is not shortened to make room.
const SHORT_BYTES: usize = 40;

/// An answer while it is filled.
#[derive(Debug)]
pub struct ToolAnswer {
    head: Map<String, Value>,
    items: Vec<Value>,
    left: usize,
}

impl ToolAnswer {
    /// Begins an answer with what stands before the items.
    pub fn new(head: Map<String, Value>) -> Self {
        let mut head = Value::Object(head);
        fit(&mut head, HEAD_BYTES_MAX);
        let left = ANSWER_BYTES_MAX - FRAME_BYTES - wire_bytes(&head).min(HEAD_BYTES_MAX);
        let head = match head {
            Value::Object(head) => head,
            _ => Map::new(),
        };
        Self {
            head,
            items: Vec::new(),
            left,
        }
    }

    /// Adds an item, if there is room for it; one that has none for itself is shortened.
    #[must_use]
    pub fn push(&mut self, mut item: Value) -> bool {
        if self.items.is_empty() {
            fit(&mut item, self.left);
        }
        // And the comma.
        let bytes = wire_bytes(&item) + 1;
        if bytes > self.left && !self.items.is_empty() {
            return false;
        }
        self.left = self.left.saturating_sub(bytes);
        self.items.push(item);
        true
    }

    /// Returns how many bytes there is room for beside an item that is to come, as they go over the wire.
    pub fn room_beside(&self, item: &Value) -> usize {
        self.left.saturating_sub(wire_bytes(item) + 1)
    }

    /// Returns how many items it tells.
    pub fn told(&self) -> usize {
        self.items.len()
    }

    /// Returns the answer as JSON. `cursor` tells where it goes on; without one it is complete.
    pub fn finish(self, cursor: Option<String>) -> String {
        let mut whole = self.head;
        whole.insert("items".to_owned(), Value::Array(self.items));
        whole.insert("truncated".to_owned(), Value::Bool(cursor.is_some()));
        if let Some(cursor) = cursor {
            whole.insert("cursor".to_owned(), Value::String(cursor));
        }
        Value::Object(whole).to_string()
    }
}

/// Returns how many bytes a value has as JSON within a text.
pub fn wire_bytes(value: &Value) -> usize {
    let json = value.to_string();
    Value::String(json).to_string().len() - 2
}

/// Shortens the longest texts of a value until it fits; one of which that is not enough loses all but its number.
fn fit(value: &mut Value, bytes: usize) {
    while wire_bytes(value) > bytes {
        let mut texts = Vec::new();
        collect(value, &mut texts);
        match texts.into_iter().max_by_key(|text| text.len()) {
            Some(longest) if longest.len() > SHORT_BYTES => {
                let kept = text::head(longest, longest.len() / 2).len();
                longest.truncate(kept);
                longest.push('…');
            }
            _ => {
                *value = json!({ "id": value.get("id").cloned(), "omitted": "too large to be shown" });
                return;
            }
        }
    }
}

fn collect<'v>(value: &'v mut Value, texts: &mut Vec<&'v mut String>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter_mut().for_each(|value| collect(value, texts)),
        Value::Object(map) => map.values_mut().for_each(|value| collect(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wire(answer: String) -> usize {
        Value::String(answer).to_string().len()
    }

    #[test]
    fn what_has_no_room_by_itself_is_shortened() {
        for text in ["\\\"".repeat(1 << 20), "\u{1}".repeat(1 << 20), "é𝔞".repeat(1 << 18)] {
            let head = Map::from_iter([("story".to_owned(), json!({ "title": text }))]);
            let mut answer = ToolAnswer::new(head);
            assert!(answer.push(json!({ "id": 1, "title": text, "topics": [text, text] })));
            let text = answer.finish(Some("1.2.3".to_owned()));
            assert!(wire(text.clone()) <= ANSWER_BYTES_MAX, "{}", wire(text));
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["items"][0]["id"], 1);
        }
        let mut answer = ToolAnswer::new(Map::new());
        assert!(answer.push(json!({ "id": 7, "topics": vec!["a"; 50_000] })));
        let text = answer.finish(None);
        assert!(text.contains("\"id\":7,\"omitted\""), "{text}");
    }

    proptest! {
        #[test]
        fn no_items_go_over_the_bound(texts in proptest::collection::vec((".{0,4000}", 0_usize..40), 1..30)) {
            let mut answer = ToolAnswer::new(Map::new());
            let mut pushed = 0;
            for (text, times) in &texts {
                pushed += 1;
                if !answer.push(json!({ "id": pushed, "text": text.repeat(*times) })) {
                    pushed -= 1;
                    break;
                }
            }
            prop_assert!(pushed > 0);
            prop_assert_eq!(answer.told(), pushed);
            prop_assert!(wire(answer.finish(Some("1.2.00000000".to_owned()))) <= ANSWER_BYTES_MAX);
        }
    }
}
