//! Acts of the European Union by their CELEX numbers: the word for the kind of act stands beside the number, in any language.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use chrono::Datelike;

use super::scan::ScannedText;
use super::words::TREATY_MARKS;
use super::{Identifier, IdentifierKind};
use crate::domain::Timestamp;
use crate::lexicon::{IdentifierWords, LANGUAGES, Phrases};

/// Since this year the year stands first in every number.
const YEAR_FIRST: u32 = 2015;
/// The treaties' first year.
const FIRST_YEAR: u32 = 1952;
/// How far a word for the act may be from its number, in bytes and in words between.
const WORD_BYTES: usize = 90;
const WORDS_BEFORE_MAX: usize = 3;
const WORDS_BEHIND_MAX: usize = 5;

/// Words for kinds of acts, each with the letter of the kind.
struct ActWords {
    automaton: AhoCorasick,
    letters: Vec<char>,
}

impl ActWords {
    fn of(keys: [fn(&IdentifierWords) -> Phrases; 3]) -> Self {
        let mut words: Vec<(&str, char)> = Vec::new();
        for (key, letter) in keys.into_iter().zip(['R', 'L', 'D']) {
            let all = LANGUAGES.iter().flat_map(|language| key(&language.identifiers));
            words.extend(all.map(|word| (*word, letter)));
        }
        Self {
            automaton: AhoCorasick::new(words.iter().map(|(word, _)| word)).expect("the words are short"),
            letters: words.into_iter().map(|(_, letter)| letter).collect(),
        }
    }
}

static WORDS: LazyLock<ActWords> = LazyLock::new(|| {
    ActWords::of([
        |words| words.regulations,
        |words| words.directives,
        |words| words.decisions,
    ])
});
static WORDS_BEHIND: LazyLock<ActWords> = LazyLock::new(|| {
    ActWords::of([
        |words| words.regulations_behind,
        |words| words.directives_behind,
        |words| words.decisions_behind,
    ])
});

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberForm {
    /// "(EU) 2024/1689", "(EU) No 1234/2012".
    Marked { has_no: bool },
    /// "95/46/EC".
    MarkedBehind,
}

/// Whether a mark is that of one of the treaties.
pub fn is_treaty(mark: &str) -> bool {
    TREATY_MARKS.contains(&mark.to_lowercase().as_str())
}

/// Returns the letter of the act whose number stands there.
pub fn letter_beside(text: &ScannedText, from: usize, to: usize) -> Option<char> {
    let before = text.before(from, WORD_BYTES).to_lowercase();
    let last = WORDS.automaton.find_overlapping_iter_last(&before);
    if let Some((end, letter)) = last.map(|(end, pattern)| (end, WORDS.letters[pattern])) {
        let rest = &before[end..];
        // The rest of its own word: "Verordnungen", "règlements".
        let between = rest.trim_start_matches(char::is_alphanumeric);
        let is_near = !between.contains([',', ':', '(', ')', '"']) && !between.contains(|c: char| c.is_ascii_digit());
        if is_near && between.split_whitespace().count() <= WORDS_BEFORE_MAX {
            return Some(letter);
        }
    }
    let behind = text.behind(to, WORD_BYTES).to_lowercase();
    let found = WORDS_BEHIND.automaton.find(&behind)?;
    let between = &behind[..found.start()];
    let is_near =
        !between.contains([',', ':', '.', '(', ')']) && between.split_whitespace().count() <= WORDS_BEHIND_MAX;
    is_near.then(|| WORDS_BEHIND.letters[found.pattern().as_usize()])
}

trait LastMatch {
    fn find_overlapping_iter_last(&self, text: &str) -> Option<(usize, usize)>;
}

impl LastMatch for AhoCorasick {
    fn find_overlapping_iter_last(&self, text: &str) -> Option<(usize, usize)> {
        let found = self.find_iter(text).last()?;
        Some((found.end(), found.pattern().as_usize()))
    }
}

/// Returns the act of a kind with these two numbers, whichever of them is the year.
pub fn act(letter: char, form: NumberForm, first: &str, second: &str, now: Timestamp) -> Option<Identifier> {
    let latest = u32::try_from(now.year()).ok()? + 1;
    let (one, other): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
    let year_of = |text: &str, number: u32| match text.len() {
        4 => Some(number).filter(|year| (FIRST_YEAR..=latest).contains(year)),
        2 => Some(1900 + number).filter(|year| (FIRST_YEAR..2000).contains(year)),
        _ => None,
    };
    let year_first = year_of(first, one).map(|year| (year, other));
    let year_last = year_of(second, other).map(|year| (year, one));
    let (year, number) = match (form, letter) {
        (NumberForm::Marked { has_no: true }, 'R' | 'D') => year_last.filter(|(year, _)| *year < YEAR_FIRST)?,
        (NumberForm::Marked { has_no: true }, _) => return None,
        (NumberForm::Marked { .. }, _) if year_first.is_some_and(|(year, _)| year >= YEAR_FIRST) => year_first?,
        (NumberForm::Marked { .. }, 'R') => year_last.filter(|(year, _)| *year < YEAR_FIRST)?,
        (NumberForm::Marked { .. }, _) => return None,
        (NumberForm::MarkedBehind, 'R') => return None,
        (NumberForm::MarkedBehind, _) if year_first.is_some() => year_first?,
        (NumberForm::MarkedBehind, 'D') => year_last?,
        (NumberForm::MarkedBehind, _) => return None,
    };
    (1..10_000)
        .contains(&number)
        .then(|| Identifier::new(IdentifierKind::EuAct, format!("3{year}{letter}{number:04}")))
}

/// Returns what a CELEX number stands for: an act, also where it is of its consolidated text, or a case.
pub fn of_celex(celex: &str) -> Option<Identifier> {
    let celex = celex.trim();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (sector, year, rest) = (celex.get(..1)?, celex.get(1..5)?, celex.get(5..)?);
    if !is_number(year) || !(FIRST_YEAR..2100).contains(&year.parse().ok()?) {
        return None;
    }
    match sector {
        "3" | "0" => {
            let (letter, number) = (rest.get(..1)?, rest.get(1..5)?);
            // What was made of it is dated; what corrects it is another document.
            let behind = rest.get(5..)?;
            let is_whole = behind.is_empty() || (sector == "0" && behind.starts_with('-'));
            let is_act = ["R", "L", "D", "F"].contains(&letter) && is_number(number) && is_whole;
            is_act.then(|| Identifier::new(IdentifierKind::EuAct, format!("3{year}{letter}{number}")))
        }
        "6" => {
            let (court, number) = (rest.get(..2)?, rest.get(2..)?);
            let court = court
                .strip_suffix(['J', 'C', 'O', 'N', 'B'])
                .filter(|court| ["C", "T"].contains(court))?;
            if number.len() != 4 || !is_number(number) {
                return None;
            }
            let number = number.trim_start_matches('0');
            Some(Identifier::new(
                IdentifierKind::EuCase,
                format!("{court}-{number}/{}", &year[2..]),
            ))
        }
        _ => None,
    }
}
