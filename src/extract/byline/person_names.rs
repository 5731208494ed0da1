//! Names of persons in the pieces of a line: what stands before them, what ends them, what is none.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::byline_names::{AUTHORS_MAX, LABELS, PARTICLES, clean, is_role, split_names};
use crate::extract::phrase_sets::PrefixSet;
use crate::lexicon::all;

/// Beginnings of a line that go on with a name.
static STARTS: LazyLock<PrefixSet> = LazyLock::new(|| all(|language| language.byline.by));
/// Words between names.
static SKIPPED: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.skipped));
/// Words of links and labels that are in no name.
static NEVER: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.no_name_words));

/// Returns what stands behind a "By".
pub fn without_by(text: &str) -> Option<&str> {
    STARTS.of_line(text).iter().find_map(|start| text.strip_prefix(start))
}

/// Returns pieces without a label or a "By" before the name.
pub fn without_label(mut pieces: Vec<&str>) -> Vec<&str> {
    while let Some(first) = pieces.first() {
        let text = first.trim();
        if LABELS.contains(text.to_lowercase().trim_end_matches([':', ' '])) {
            pieces.remove(0);
            continue;
        }
        if let Some(rest) = without_by(text) {
            pieces[0] = rest;
        }
        break;
    }
    pieces
}

/// Returns the persons a line names, piece by piece, until something that is none.
pub fn persons(pieces: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces {
        for part in piece.split(['|', '•', '·', '/', ';', '—', '–']) {
            let mut is_done = false;
            for name in split_names(part) {
                let bare = name.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                if bare.is_empty() || SKIPPED.contains(bare.as_str()) {
                    continue;
                }
                match clean(&name).filter(|name| is_person(name)) {
                    Some(name) => found.push(name),
                    None if !found.is_empty() && is_degree(&name) => {}
                    // What the first of several is; the next one stands in a piece of its own.
                    None if !found.is_empty() && is_role(&name) => break,
                    None => {
                        is_done = true;
                        break;
                    }
                }
            }
            if is_done || found.len() >= AUTHORS_MAX {
                return found;
            }
        }
    }
    found
}

/// Whether a part of a line is a degree: "PhD", "M.D.", "RN".
fn is_degree(text: &str) -> bool {
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    text.chars().count() <= 8 && capitals >= 2 && !text.contains(char::is_whitespace)
}

/// Returns the first name the pieces of a line give.
pub fn first_name(pieces: &[&str]) -> Option<String> {
    let text = pieces.first()?;
    text.split([';', '|', '•', '·', '/'])
        .flat_map(split_names)
        .find_map(|part| clean(&part))
        .filter(|name| !name.to_lowercase().split(' ').any(|word| NEVER.contains(word)))
}

/// Whether a text reads like a person's name: a few words, each with a capital.
fn is_person(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_word = |word: &&str| {
        let lower = word.to_lowercase();
        !NEVER.contains(lower.as_str())
            && (PARTICLES.contains(lower.as_str())
                || word.starts_with(|c: char| c.is_uppercase())
                || word.chars().all(|c| c.is_alphabetic() && !c.is_lowercase()))
            && !word.contains(|c: char| c.is_ascii_digit())
    };
    let is_wide = words.len() == 1 && !text.is_ascii() && (2..=5).contains(&text.chars().count());
    is_wide || ((2..=9).contains(&words.len()) && words.iter().all(is_word))
}
