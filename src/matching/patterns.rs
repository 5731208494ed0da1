//! The form in which terms are looked for in texts in comparable form.

use crate::text;

/// Returns the pattern of some words: whole words, or the last one open at its end. A letter of an unspaced script that
/// stands alone is a piece of the pairs that texts in it are cut into.
pub fn pattern(words: &[String], is_prefix: bool) -> String {
    let is_piece = |word: Option<&String>| {
        word.is_some_and(|word| {
            let mut letters = word.chars();
            letters.next().is_some_and(text::is_unspaced) && letters.next().is_none()
        })
    };
    let start = if is_piece(words.first()) { "" } else { " " };
    let end = if is_prefix || is_piece(words.last()) { "" } else { " " };
    format!("{start}{}{end}", words.join(" "))
}
