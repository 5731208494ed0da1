//! Words around numbers, as all languages have them.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use crate::lexicon::{IdentifierWords, Phrases, all};
use crate::text::is_unspaced;

/// Words to be found anywhere in a text in small letters.
pub struct WordSet(AhoCorasick);

impl WordSet {
    /// Returns the words that all languages have under a key.
    pub fn of(key: impl Fn(&IdentifierWords) -> Phrases) -> Self {
        Self::among(all(|language| key(&language.identifiers)))
    }

    /// Returns these words.
    pub fn among(words: Vec<&str>) -> Self {
        let longest = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).clone();
        Self(longest.build(words).expect("the words are short"))
    }

    /// Whether one of them stands in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Whether one of them begins a word of a text; one of few letters has to be all of it.
    pub fn begins_word_in(&self, text: &str) -> bool {
        let mut found = self.0.find_iter(text);
        found.any(|found| is_whole(text, found.start(), found.end()))
    }
}

pub static EU_COURTS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.eu_courts));
/// Courts whose numbers look like those of the Union's.
pub static OTHER_COURTS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.other_courts));
static CASES: LazyLock<Vec<&str>> = LazyLock::new(|| all(|language| language.identifiers.cases));

/// Whether what stands there begins a word, and ends it where it has few letters.
pub fn is_whole(text: &str, from: usize, to: usize) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
    let letters = text[from..to].chars().count();
    !goes_on(text[..from].chars().next_back()) && (letters >= STEM_LETTERS_MIN || !goes_on(text[to..].chars().next()))
}

/// Returns a text in small letters, each in as many bytes as it had: places in both are the same.
pub fn lowered(text: &str) -> String {
    let one = |c: char| {
        let mut small = c.to_lowercase();
        small
            .next()
            .filter(|one| small.next().is_none() && one.len_utf8() == c.len_utf8())
            .unwrap_or(c)
    };
    text.chars().map(one).collect()
}

/// Letters from which on a word for a case may be the beginning of a longer one.
const STEM_LETTERS_MIN: usize = 4;
/// Words before a number that may say it is a case.
const CASE_WORDS_MAX: usize = 3;

/// Words behind a number that may say so.
const CASE_WORDS_BEHIND_MAX: usize = 2;

/// Whether the last words before a number, or the first behind it, say in small letters that it is a case.
pub fn says_case(before: &str, behind: &str) -> bool {
    let between = [' ', '\'', '\n'];
    let behind = behind.split([',', ';', ':', '(', ')']).next().unwrap_or_default();
    let words = |text: &'_ str| -> Vec<String> {
        let all = text
            .split(between)
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned());
        all.filter(|word| !word.is_empty()).collect()
    };
    let (before, behind) = (words(before), words(behind));
    let mut last = before.iter().rev().take(CASE_WORDS_MAX);
    let mut first = behind.iter().take(CASE_WORDS_BEHIND_MAX);
    last.any(|word| is_case(word)) || first.any(|word| is_case(word))
}

fn is_case(word: &str) -> bool {
    CASES.iter().any(|case| {
        let is_stem = case.chars().count() >= STEM_LETTERS_MIN && word.starts_with(case);
        *case == word || is_stem || (case.chars().any(is_unspaced) && word.contains(case))
    })
}

/// The Supreme Court of the USA, in other languages than English.
pub static US_SUPREME_COURT: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.us_supreme_court));
/// Words of sentences about bills.
pub static BILLS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.bills));
pub static US_CONGRESS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.us_congress));
pub static EARLIER_CONGRESS: LazyLock<WordSet> = LazyLock::new(|| WordSet::of(|words| words.earlier_congress));

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
