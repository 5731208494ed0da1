//! What a tool was asked: its own arguments, how many items, and where to go on.

use std::collections::BTreeMap;
use std::sync::Arc;

use rmcp::handler::server::tool::schema_for_type;
use rmcp::model::JsonObject;
use rmcp::schemars::JsonSchema;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize as _, Deserializer};
use serde_json::{Map, Value, json};

use super::cursor::Cursor;
use super::error::ToolError;
use crate::domain::Timestamp;
use crate::domain::schedule;

/// Items when no number is asked for, and at most.
const LIMIT: usize = 20;
const LIMIT_MAX: usize = 100;

/// A question to a tool.
#[derive(Debug)]
pub struct Asked<A> {
    pub arguments: A,
    pub limit: usize,
    pub from: Option<Cursor>,
    question: String,
}

impl<A: DeserializeOwned> Asked<A> {
    /// Reads the arguments of a tool.
    ///
    /// # Errors
    /// One of them is not known or not understood, or the cursor belongs to another question.
    pub fn read(tool: &str, mut given: JsonObject) -> Result<Self, ToolError> {
        given.retain(|_, value| !value.is_null());
        let cursor = given.remove("cursor");
        let limit = given.remove("limit");
        let question = {
            let sorted: BTreeMap<&String, &Value> = given.iter().collect();
            let arguments = serde_json::to_string(&sorted).unwrap_or_default();
            format!("{tool} {arguments}")
        };
        let arguments = serde_json::from_value(Value::Object(given)).map_err(|error| {
            ToolError::new(format!(
                "the arguments of `{tool}` are not understood: {error}; beside its own it takes `limit` and `cursor`"
            ))
        })?;
        let from = match cursor {
            None => None,
            Some(Value::String(text)) => Some(Cursor::read(&text, &question)?),
            Some(_) => {
                return Err(ToolError::new(
                    "`cursor` is the text that the last answer gave as `cursor`",
                ));
            }
        };
        Ok(Self {
            arguments,
            limit: limit.as_ref().map_or(Ok(LIMIT), read_limit)?,
            from,
            question,
        })
    }
}

impl<A> Asked<A> {
    /// Returns the cursor of the answer that goes on there.
    pub fn cursor(&self, at: i64, id: i64) -> String {
        Cursor { at, id }.to_text(&self.question)
    }

    /// Returns how many were told before, where the cursor counts them.
    pub fn offset(&self) -> usize {
        self.from.map_or(0, |from| usize::try_from(from.at).unwrap_or(0))
    }
}

fn read_limit(value: &Value) -> Result<usize, ToolError> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    };
    match number.and_then(|number: u64| usize::try_from(number).ok()) {
        Some(number) if number > 0 => Ok(number.min(LIMIT_MAX)),
        _ => Err(ToolError::new(format!("`limit` is a number from 1 to {LIMIT_MAX}"))),
    }
}

/// Returns the moment a span before now.
///
/// # Errors
/// The text is no span of time.
pub fn since(now: Timestamp, span: Option<&str>) -> Result<Option<Timestamp>, ToolError> {
    schedule::since(now, span).map_err(ToolError::new)
}

/// Reads a number that may be written as text.
pub fn number<'de, D: Deserializer<'de>>(given: D) -> Result<Option<i64>, D::Error> {
    let value = Value::deserialize(given)?;
    let number = match &value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_i64(),
    };
    let wrong = || D::Error::custom(format!("an id is a whole number, and this is none: {value}"));
    number.map(Some).ok_or_else(wrong)
}

/// Returns the schema of a tool's arguments, with those that all tools take.
pub fn schema<A: JsonSchema + 'static>() -> Arc<JsonObject> {
    let mut schema = (*schema_for_type::<A>()).clone();
    for word in ["$schema", "title", "description"] {
        schema.remove(word);
    }
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    // What may be left out need not be null besides, and not every client knows a list of types.
    for property in properties.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if let Some(first) = property["type"].get(0).cloned() {
            property["type"] = first;
        }
    }
    properties["limit"] = json!({
        "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT,
        "description": "Items at most; an answer ends earlier where it would grow too long.",
    });
    properties["cursor"] = json!({
        "type": "string",
        "description": "`cursor` of the last answer, to read on: repeat all other arguments as they were.",
    });
    Arc::new(schema)
}
