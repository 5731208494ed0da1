//! Lists of phrases made ready to be looked for: a text is run through once, however long the list is.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

/// Phrases looked for anywhere in a text.
pub struct PhraseSet(AhoCorasick);

impl PhraseSet {
    /// Returns these phrases, to be found in whatever case their ASCII letters are.
    pub fn of_any_case(phrases: &[&str]) -> Self {
        Self::build(phrases, true)
    }

    fn build(phrases: &[&str], is_any_case: bool) -> Self {
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            // The usual kind for so few takes milliseconds to make, more than a page.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .ascii_case_insensitive(is_any_case)
            .build(phrases);
        Self(automaton.expect("a list written here is far from what an automaton can hold"))
    }

    /// Whether any of them stands in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Returns how many of them stand in a text, each counted once.
    pub fn count_in(&self, text: &str) -> usize {
        if !self.is_in(text) {
            return 0;
        }
        let mut is_found = vec![false; self.0.patterns_len()];
        for found in self.0.find_overlapping_iter(text) {
            is_found[found.pattern().as_usize()] = true;
        }
        is_found.into_iter().filter(|is| *is).count()
    }

    /// Returns where the first of them begins.
    pub fn start_in(&self, text: &str) -> Option<usize> {
        self.0.find_overlapping_iter(text).map(|found| found.start()).min()
    }

    /// Returns where one of them is first over.
    pub fn end_in(&self, text: &str) -> Option<usize> {
        self.0.find(text).map(|found| found.end())
    }
}

impl FromIterator<&'static str> for PhraseSet {
    /// Returns these phrases, to be found as they are written.
    fn from_iter<I: IntoIterator<Item = &'static str>>(phrases: I) -> Self {
        Self::build(&phrases.into_iter().collect::<Vec<_>>(), false)
    }
}

/// Phrases looked for at the beginning of a line.
#[derive(Debug)]
pub struct PrefixSet(HashMap<char, Vec<&'static str>>);

impl PrefixSet {
    /// Returns those that may begin a line: the ones with its first character.
    pub fn of_line(&self, line: &str) -> &[&'static str] {
        let found = line.chars().next().and_then(|first| self.0.get(&first));
        found.map_or(&[], Vec::as_slice)
    }
}

impl FromIterator<&'static str> for PrefixSet {
    fn from_iter<I: IntoIterator<Item = &'static str>>(phrases: I) -> Self {
        let mut by_first: HashMap<char, Vec<&str>> = HashMap::new();
        for phrase in phrases {
            if let Some(first) = phrase.chars().next() {
                by_first.entry(first).or_default().push(phrase);
            }
        }
        Self(by_first)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PhraseSet, PrefixSet};

    const PHRASES: &[&str] = &["ab", "b", "abc", "ca", "é", "c é", "bb"];

    proptest! {
        #[test]
        fn a_list_is_found_as_one_phrase_after_the_other_is(text in "[abc é]{0,12}") {
            let set: PhraseSet = PHRASES.iter().copied().collect();
            let found = || PHRASES.iter().filter_map(|phrase| Some((text.find(phrase)?, phrase.len())));
            prop_assert_eq!(set.count_in(&text), found().count());
            prop_assert_eq!(set.is_in(&text), found().count() > 0);
            prop_assert_eq!(set.start_in(&text), found().map(|(at, _)| at).min());
            prop_assert_eq!(set.end_in(&text), found().map(|(at, bytes)| at + bytes).min());
            let beginnings: PrefixSet = PHRASES.iter().copied().collect();
            let begins = beginnings.of_line(&text).iter().any(|phrase| text.starts_with(phrase));
            prop_assert_eq!(begins, PHRASES.iter().any(|phrase| text.starts_with(phrase)));
        }
    }

    #[test]
    fn only_ascii_letters_have_any_case() {
        let set = PhraseSet::of_any_case(&["/Author/", "é"]);
        assert!(set.is_in("/AUTHOR/x") && set.is_in("é") && !set.is_in("É"));
    }
}
