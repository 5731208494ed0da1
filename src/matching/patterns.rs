//! The form in which terms are looked for in texts in comparable form.

use crate::query::Term;

/// Returns the pattern of a term: whole words, or the first and the last open where it says so.
pub fn pattern(term: &Term) -> String {
    let start = if term.opens_at_start() { "" } else { " " };
    let end = if term.opens_at_end() { "" } else { " " };
    format!("{start}{}{end}", term.words.join(" "))
}
