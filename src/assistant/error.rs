//! Why a tool has no answer, in words that tell an assistant what to do instead.

use thiserror::Error;

use crate::digest::display_text;
use crate::store::StoreError;
use crate::text;
use crate::views::{UnknownKind, ViewError};

/// Bytes of an error: it may quote what was asked.
const ERROR_BYTES_MAX: usize = 2_000;

/// What an assistant is told in place of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ToolError(String);

impl ToolError {
    /// Returns an error of these words; they may quote anything.
    pub fn new(words: impl AsRef<str>) -> Self {
        let words = display_text::lines(text::head(words.as_ref(), ERROR_BYTES_MAX));
        Self(words)
    }
}

impl From<ViewError> for ToolError {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Unknown { kind, name } => Self::new(format!("{kind} {}; {}", quoted(&name), remedy(kind))),
            ViewError::NotFound(words) | ViewError::Invalid(words) => Self::new(words),
            ViewError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ToolError {
    fn from(error: StoreError) -> Self {
        let words = match &error {
            StoreError::Missing { .. } => {
                format!(
                    "nothing is stored yet: {error}. That is for the owner of this machine to do; ask again afterwards"
                )
            }
            _ => error.to_string(),
        };
        Self::new(words)
    }
}

/// Returns what was asked for, short enough for the words behind it to be read.
fn quoted(name: &str) -> &str {
    text::head(name, 300)
}

/// Returns which tool tells what there is.
fn remedy(kind: UnknownKind) -> &'static str {
    match kind {
        UnknownKind::Article => "`search` finds articles and gives their ids; old ones may have been purged",
        UnknownKind::Address => "`search` finds articles and gives their ids and addresses",
        UnknownKind::Story => "`stories` lists stories with their ids, and `search` names the story of each article",
        UnknownKind::Topic => "`topics` lists the names",
        UnknownKind::Source => "`sources` lists the names (publisher)",
        UnknownKind::Digest => "`digests` without an id lists them",
    }
}
