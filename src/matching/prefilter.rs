//! Tells cheaply, from a text as it stands, that no term can be in it.
//!
//! Most articles are about none of the few topics most readers follow. Cutting such a text into words in comparable form
//! costs several times what it costs to see that not one word of any term is in it, in whatever case.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, BuildError, MatchKind};

use crate::text;

/// Terms up to which a text is asked first. With thousands every text holds a word of some: asking would be one more
/// pass for nothing.
const TERMS_MAX: usize = 256;

/// The longest run of letters of every term, to be looked for in texts as they stand.
#[derive(Debug, Clone)]
pub struct Prefilter {
    /// Nothing when there are too many terms for it to be worth it.
    words: Option<AhoCorasick>,
}

impl Prefilter {
    /// Returns a sieve for patterns: words in comparable form between spaces.
    pub fn new(patterns: &[String]) -> Result<Self, BuildError> {
        if patterns.len() > TERMS_MAX {
            return Ok(Self { words: None });
        }
        // A letter that is not ASCII cannot come out of a text that is.
        let plain = patterns.iter().filter(|pattern| pattern.is_ascii());
        let longest = plain.filter_map(|pattern| {
            let runs = pattern.split(|letter: char| !letter.is_ascii_alphanumeric());
            runs.max_by_key(|run| run.len())
        });
        let words = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(longest)?;
        Ok(Self { words: Some(words) })
    }

    /// Returns a sieve that keeps nothing back.
    pub fn open() -> Self {
        Self { words: None }
    }

    /// Whether a text may hold a term. False only when none of its words can be one of a term's.
    pub fn may_hold(&self, text: &str) -> bool {
        match &self.words {
            Some(words) => words.is_match(text) || !is_cut_as_it_stands(text),
            None => true,
        }
    }
}

/// Whether every word of a text's comparable form stands in the text itself but for the case of its letters: no letter
/// changes into others, and no points or apostrophes fall out of the middle of a word ("U.S.", "Hawai'i").
fn is_cut_as_it_stands(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let has_point = memchr::memchr_iter(b'.', bytes).any(|at| at > 0 && is_letter(at - 1) && is_letter(at + 1));
    !has_point
        && !text::may_join_vowels(text)
        && (text.is_ascii() || text.chars().all(|letter| letter.is_ascii() || is_mark(letter)))
}

/// Whether a character never becomes part of a word: the dashes, quotation marks and bullets that printed text is full of,
/// the dots of omission, the space that does not break, signs of rights.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{2012}'..='\u{2015}' | '\u{2018}'..='\u{2022}' | '…' | '\u{A0}' | '«' | '»' | '€' | '£' | '®' | '©' | '™')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Prefilter;
    use crate::matching::patterns::pattern;
    use crate::query::{Term, TermSigns};
    use crate::text;

    fn check(term: &str, text: &str, expected: bool) {
        let term = Term::of_keyword(term).unwrap();
        let sieve = Prefilter::new(&[pattern(&term)]).unwrap();
        assert_eq!(sieve.may_hold(text), expected, "{term}: {text}");
    }

    #[test]
    fn what_cannot_hold_a_term_is_told() {
        check("power grid", "The GRID is out", false);
        check("power grid", "A Grid — “of” power", true);
        check("us", "The U.S. said", true);
        check("o'brien", "Mr O’Brien", true);
        check("cafe", "Das Café", true);
        check("strasse", "Eine Stra\u{DF}e", true);
        check("energy", "prices rose…", false);
        check("energy", "en\u{AD}ergy", true);
        check("*recht", "Das Menschenrecht gilt", true);
        check("*recht", "Das Menschenbild", false);
        check("hawaii", "On Hawai'i", true);
        check("hawaii", "On Hawai’i", true);
        check("hawaii", "On it's side", false);
        check("ecole", "l’industrie", false);
        check("日本", "a text in English", false);
        check("日本", "日本", true);
    }

    proptest! {
        #[test]
        fn nothing_is_kept_back(
            term in "[a-c]{1,3}([ '][a-c]{1,2})?", is_suffix: bool, text in "[a-cA-C .'_:’…\u{AD}\u{B9}é’–-]{0,24}",
        ) {
            let signs = TermSigns { is_suffix, is_prefix: true, ..TermSigns::default() };
            let pattern = pattern(&Term::new(&term, signs).unwrap());
            let sieve = Prefilter::new(std::slice::from_ref(&pattern)).unwrap();
            let plain: String = text::words(&text).flat_map(|word| [" ".to_owned(), word]).collect();
            prop_assert!(!plain.contains(&pattern) || sieve.may_hold(&text), "{plain}");
        }
    }
}
