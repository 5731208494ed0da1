//! Mistakes in a configuration: all of them, each with its place, its key, its value and the fix.
//!
//! Nothing is judged here. A value that may be a secret never enters a mistake; whoever finds one leaves the value out.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// How many mistakes are shown before the rest is only counted.
const MISTAKES_SHOWN_MAX: usize = 100;
/// Longest key that is shown, in characters.
const KEY_CHARS_MAX: usize = 100;
/// Longest message that is shown, in characters: it may name what stands in the file.
const MESSAGE_CHARS_MAX: usize = 2_000;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    #[serde(rename = "file", serialize_with = "as_shown")]
    pub path: PathBuf,
    /// Line in the file, from 1; none where the file as a whole is meant.
    pub line: Option<usize>,
    /// The key with its table, such as `fetch.timeout`.
    pub key: Option<String>,
    /// The value as written, on one line and cut.
    pub value: Option<String>,
    /// What is wrong, and the fix after a semicolon.
    pub message: String,
}

fn as_shown<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        let key = self.key.as_ref().map(|key| cut(key, KEY_CHARS_MAX));
        match (&key, &self.value) {
            (Some(key), Some(value)) => write!(f, " {key} = {value}:")?,
            (Some(key), None) => write!(f, " {key}:")?,
            (None, _) => {}
        }
        write!(f, " {}", cut(&self.message, MESSAGE_CHARS_MAX))
    }
}

/// Returns text that is not endless.
fn cut(text: &str, chars: usize) -> Cow<'_, str> {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Every mistake of a configuration, in the order of its files and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    pub mistakes: Vec<Mistake>,
}

impl ConfigErrors {
    /// Returns the one mistake of a configuration that cannot be read at all.
    pub fn unreadable(path: &Path, message: String) -> Self {
        Self {
            mistakes: vec![Mistake {
                path: path.to_owned(),
                line: None,
                key: None,
                value: None,
                message,
            }],
        }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.mistakes.len().min(MISTAKES_SHOWN_MAX);
        for (position, mistake) in self.mistakes[..shown].iter().enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            write!(f, "{mistake}")?;
        }
        if self.mistakes.len() > shown {
            write!(f, "\nand {} more mistakes", self.mistakes.len() - shown)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_file_is_not_shown_without_end() {
        let mistake = Mistake {
            path: PathBuf::from("t.toml"),
            line: Some(1),
            key: Some("é".repeat(1_000_000)),
            value: None,
            message: "ü".repeat(1_000_000),
        };
        let shown = mistake.to_string();
        assert!(
            shown.chars().count() < KEY_CHARS_MAX + MESSAGE_CHARS_MAX + 20,
            "{}",
            shown.len()
        );
        assert!(shown.starts_with("t.toml:1: éé") && shown.contains("é…: üü") && shown.ends_with('…'));
    }
}
