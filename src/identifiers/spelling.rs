//! One way in which numbers are written, and what stands around one that is found.

use std::cell::OnceCell;

use regex::Captures;

use super::Identifier;
use super::scan::ScannedText;
use crate::domain::Timestamp;

/// How far a court may stand from its number, in bytes.
pub const COURT_BYTES: usize = 200;

/// One way of writing numbers.
pub struct Spelling {
    pub expression: &'static str,
    pub read: fn(&NumberContext<'_>, &Captures<'_>) -> Option<Identifier>,
}

/// What stands around a match.
pub struct NumberContext<'a> {
    pub text: &'a ScannedText,
    pub from: usize,
    pub to: usize,
    pub now: Timestamp,
    pub linked: &'a [Identifier],
    /// Whether the text names a court of the Union anywhere, asked once.
    pub has_eu_court: &'a OnceCell<bool>,
}

impl NumberContext<'_> {
    /// Returns the number as it is written.
    pub fn written(&self) -> &str {
        &self.text.text[self.from..self.to]
    }

    /// Returns what stands beside the number in its sentence, so many bytes on each side at most.
    pub fn around(&self, bytes_max: usize) -> String {
        let (before, behind) = (
            self.text.before(self.from, bytes_max),
            self.text.behind(self.to, bytes_max),
        );
        format!("{before} \u{2022} {behind}")
    }
}
