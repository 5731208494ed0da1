//! Words in all their forms, for topics that ask for it: "regulation" finds "regulations".
//!
//! Texts and terms are cut to their stems (Snowball) in the article's language, and compared there; each language has its
//! automaton, made when the first article in it comes. Stems are taken of words in comparable form, without accents. An
//! article in a language without stems, or in none that can be told, is matched word for word.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use rust_stemmers::{Algorithm, Stemmer};
use serde::Deserialize;
use serde::de::value::{Error as ValueError, StrDeserializer};

use super::patterns::pattern;
use crate::lexicon::{LANGUAGES, Language};
use crate::query::Term;
use crate::text;

/// Bytes of each part of an article from which its language is told when nothing says it.
const GUESS_BYTES: usize = 1024;

/// A pattern whose words are looked for by their stems.
#[derive(Debug, Clone)]
pub struct Stemmed {
    pub pattern: usize,
    pub term: Term,
}

/// The patterns of all topics that ask for stems, per language.
#[derive(Debug)]
pub struct Stems {
    terms: Vec<Stemmed>,
    /// One for each of `LANGUAGES`.
    automata: Vec<OnceLock<Option<AhoCorasick>>>,
}

/// The patterns in one language.
#[derive(Clone, Copy)]
pub struct StemLanguage<'a> {
    stems: &'a Stems,
    automaton: &'a AhoCorasick,
    algorithm: Algorithm,
}

impl Stems {
    /// Returns the stems of these patterns.
    pub fn new(terms: Vec<Stemmed>) -> Self {
        Self {
            terms,
            automata: LANGUAGES.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Returns the patterns in a language, told by its code or else by some texts; nothing without stems.
    pub fn of(&self, code: Option<&str>, texts: &[&str]) -> Option<StemLanguage<'_>> {
        let position = match code.map(str::trim).filter(|code| !code.is_empty()) {
            Some(code) => {
                let code = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
                // Norwegian as a whole is stemmed like the one of its forms that most write.
                let tag = if code == "no" { "nb" } else { &code };
                LANGUAGES.iter().position(|language| language.tag == tag)?
            }
            None => {
                let heads: Vec<&str> = texts.iter().map(|text| text::head(text, GUESS_BYTES)).collect();
                let guess = whatlang::detect(&heads.join(" ")).filter(whatlang::Info::is_reliable)?;
                LANGUAGES
                    .iter()
                    .position(|language| language.iso_639_3 == guess.lang().code())?
            }
        };
        let algorithm = algorithm(&LANGUAGES[position])?;
        let automaton = self.automata[position].get_or_init(|| {
            let stemmer = Stemmer::create(algorithm);
            let patterns = self.terms.iter().map(|term| {
                let words = term.term.words.iter().map(|word| stem(&stemmer, word)).collect();
                pattern(&Term {
                    words,
                    ..term.term.clone()
                })
            });
            // Terms too many for one automaton were refused when the words themselves were compiled.
            AhoCorasickBuilder::new()
                .match_kind(MatchKind::Standard)
                .build(patterns)
                .ok()
        });
        Some(StemLanguage {
            stems: self,
            automaton: automaton.as_ref()?,
            algorithm,
        })
    }
}

impl<'a> StemLanguage<'a> {
    /// Returns the automaton over texts that were `stemmed`.
    pub fn automaton(&self) -> &'a AhoCorasick {
        self.automaton
    }

    /// Returns the number of the pattern that one of this automaton's stands for.
    pub fn pattern(&self, own: usize) -> usize {
        self.stems.terms[own].pattern
    }

    /// Returns the stems of words between single spaces, and where each starts.
    pub fn stemmed(&self, plain: &str) -> (String, Vec<u32>) {
        let stemmer = Stemmer::create(self.algorithm);
        let mut stemmed = String::with_capacity(plain.len());
        let mut starts = Vec::new();
        stemmed.push(' ');
        for word in plain.split(' ').filter(|word| !word.is_empty()) {
            starts.push(stemmed.len() as u32);
            stemmed.push_str(&stem(&stemmer, word));
            stemmed.push(' ');
        }
        (stemmed, starts)
    }
}

/// Returns the stemmer a language names.
fn algorithm(language: &Language) -> Option<Algorithm> {
    let named = Algorithm::deserialize(StrDeserializer::<ValueError>::new(language.stemmer));
    named.ok()
}

fn stem(stemmer: &Stemmer, word: &str) -> String {
    let stem = stemmer.stem(word);
    if stem.is_empty() {
        word.to_owned()
    } else {
        stem.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn languages_are_told_by_code_or_by_text() {
        let stems = Stems::new(Vec::new());
        let told = |code: Option<&str>, text: &str| stems.of(code, &[text]).map(|found| found.algorithm);
        assert_eq!(told(Some("de-AT"), ""), Some(Algorithm::German));
        assert_eq!(told(Some("PT_br"), ""), Some(Algorithm::Portuguese));
        assert_eq!(told(Some("ja"), "the laws of the land"), None);
        let text =
            "The council of the city has decided that the bridge over the river will be closed until the summer.";
        assert_eq!(told(None, text), Some(Algorithm::English));
        assert_eq!(told(None, ""), None);
    }

    #[test]
    fn every_stemmer_that_is_named_is_one() {
        let named = LANGUAGES.iter().filter(|language| !language.stemmer.is_empty());
        for language in named {
            assert!(algorithm(language).is_some(), "{}: {}", language.tag, language.stemmer);
        }
    }

    proptest! {
        #[test]
        fn no_word_upsets_a_stemmer(word in "[a-zа-яçğıñ'0-9人]{1,12}") {
            for algorithm in LANGUAGES.iter().filter_map(algorithm) {
                let found = stem(&Stemmer::create(algorithm), &word);
                prop_assert!(!found.is_empty() && !found.contains(' '));
            }
        }
    }
}
