//! A text as it is searched for numbers: hyphens, spaces and full-width forms as ASCII has them, its headline known.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::LazyLock;

use regex::Regex;

use super::words::{US_CONGRESS, compiled};

/// A headline and a text below it.
pub struct ScannedText {
    pub text: String,
    /// Where the headline ends.
    pub title_end: usize,
    lower: OnceCell<String>,
    names_congress: OnceCell<bool>,
}

impl ScannedText {
    /// Returns a text ready to be searched.
    pub fn new(title: &str, text: &str) -> Self {
        let title = plain(title);
        Self {
            title_end: title.len(),
            text: format!("{title}\n{}", joined(plain(text))),
            lower: OnceCell::new(),
            names_congress: OnceCell::new(),
        }
    }

    /// Returns all of it in small letters.
    pub fn lower(&self) -> &str {
        self.lower.get_or_init(|| self.text.to_lowercase())
    }

    /// Whether it speaks of the Congress of the USA anywhere.
    pub fn names_congress(&self) -> bool {
        *self.names_congress.get_or_init(|| US_CONGRESS.is_in(self.lower()))
    }

    /// Returns what stands before a place in its sentence, so many bytes at most.
    pub fn before(&self, at: usize, bytes_max: usize) -> &str {
        let from = self.text.floor_char_boundary(at.saturating_sub(bytes_max));
        let window = &self.text[from..at];
        &window[sentence_start(window)..]
    }

    /// Returns what stands behind a place in its sentence, so many bytes at most.
    pub fn behind(&self, at: usize, bytes_max: usize) -> &str {
        let to = self.text.floor_char_boundary(at.saturating_add(bytes_max));
        let window = &self.text[at..to];
        &window[..sentence_end(window)]
    }

    /// Returns what stands right before a place, so many bytes at most, whatever sentence it is of.
    pub fn just_before(&self, at: usize, bytes_max: usize) -> &str {
        let from = self.text.floor_char_boundary(at.saturating_sub(bytes_max));
        &self.text[from..at]
    }

    /// Returns what stands around a place, so many bytes on each side at most, whatever sentences it is of.
    pub fn near(&self, from: usize, to: usize, bytes_max: usize) -> &str {
        let from = self.text.floor_char_boundary(from.saturating_sub(bytes_max));
        let to = self.text.floor_char_boundary(to.saturating_add(bytes_max));
        &self.text[from..to]
    }
}

/// Returns where the last sentence of a text begins. A point behind a short word or a capital ends none: "H.R. 12", "No. 3".
fn sentence_start(window: &str) -> usize {
    let mut ends = window.char_indices().filter(|(at, c)| ends_sentence(window, *at, *c));
    ends.next_back().map_or(0, |(at, c)| at + c.len_utf8())
}

fn sentence_end(window: &str) -> usize {
    let mut ends = window.char_indices().filter(|(at, c)| ends_sentence(window, *at, *c));
    ends.next().map_or(window.len(), |(at, _)| at)
}

/// Letters in small that stand before the point that ends a sentence.
const LAST_LETTERS_MIN: usize = 3;

fn ends_sentence(window: &str, at: usize, c: char) -> bool {
    match c {
        '\n' | '!' | '?' | ';' | '。' => true,
        '.' => {
            let before = window[..at].chars().rev().take(LAST_LETTERS_MIN);
            let letters = before.filter(|c| c.is_lowercase() || c.is_ascii_digit()).count();
            let mut behind = window[at + 1..].chars();
            // "M.D. Tenn. 2024" goes on.
            let goes_on = |c: char| c.is_lowercase() || c.is_ascii_digit();
            letters == LAST_LETTERS_MIN
                && behind.next().is_some_and(char::is_whitespace)
                && !behind.next().is_some_and(goes_on)
        }
        _ => false,
    }
}

/// Returns a text in which no line ends amid a number: "H.R." at the end of one, "1526" at the beginning of the next.
fn joined(text: Cow<'_, str>) -> Cow<'_, str> {
    static BROKEN: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"(\b(?:[A-Z]\.|No\.|Nr\.|Bill|RIN|Docket|File)) ?\n([0-9])"));
    match BROKEN.is_match(&text) {
        true => Cow::Owned(BROKEN.replace_all(&text, "$1 $2").into_owned()),
        false => text,
    }
}

/// Returns a text with hyphens, spaces, brackets and digits as ASCII has them.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let one = |c: char| match c {
        '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' => '-',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        '\u{2019}' => '\'',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let is_seen = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}');
    Cow::Owned(text.chars().filter(is_seen).map(one).collect())
}
