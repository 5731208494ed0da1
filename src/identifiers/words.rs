//! Words around numbers, as all languages have them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::lexicon::{IdentifierWords, Phrases, all};
use crate::text::is_unspaced;

/// Words to be found anywhere in a text in small letters.
pub struct WordSet(AhoCorasick);

impl WordSet {
    fn of(key: impl Fn(&IdentifierWords) -> Phrases) -> Self {
        let words: Vec<&str> = all(|language| key(&language.identifiers));
        Self(AhoCorasick::new(words).expect("the words are short"))
    }

    /// Whether one of them stands in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

pub static EU_COURTS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.eu_courts));
static CASES: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.identifiers.cases));

/// Letters from which on a word for a case may be the beginning of a longer one.
const STEM_LETTERS_MIN: usize = 4;
/// Words before a number that may say it is a case.
const CASE_WORDS_MAX: usize = 3;

/// Whether the last words before a number, in small letters, say that it is a case.
pub fn says_case(before: &str) -> bool {
    let mut last = before
        .split([' ', '\'', '\n'])
        .filter(|word| !word.is_empty())
        .rev()
        .take(CASE_WORDS_MAX);
    last.any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        CASES.iter().any(|case| {
            let is_stem = case.chars().count() >= STEM_LETTERS_MIN && word.starts_with(case);
            *case == word || is_stem || (case.chars().any(is_unspaced) && word.contains(case))
        })
    })
}
/// The Supreme Court of the USA, in other languages than English.
pub static US_SUPREME_COURT: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.us_supreme_court));
/// Words of sentences about bills.
pub static BILLS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.bills));
pub static US_CONGRESS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.us_congress));
pub static EARLIER_CONGRESS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.earlier_congress));

/// The marks of the treaties in small letters: "eu" for what English writes "(EU)".
pub static TREATY_MARKS: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.identifiers.treaty_marks));

/// A number of a Congress: "118th Congress".
pub static NUMBERED_CONGRESS: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<&str> = all(|language| language.identifiers.us_congress);
    compiled(&format!(
        r"\b([1-9][0-9]{{1,2}})[^0-9\s]{{0,4}} ?(?:{})",
        either(&words)
    ))
});

/// Returns an expression for any of these words.
pub fn either(words: &[&str]) -> String {
    let escaped: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    escaped.join("|")
}

/// Returns an expression that is written in the program.
pub fn compiled(expression: &str) -> Regex {
    Regex::new(expression).unwrap_or_else(|error| unreachable!("{error}"))
}
