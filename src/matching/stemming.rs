//! Words in all their forms, for topics that ask for it: "regulation" finds "regulations".
//!
//! Texts and terms are cut to their stems (Snowball) in the article's language, and compared there; each language has its
//! automaton, made when the first article in it comes. Stems are taken of words in comparable form, without accents. An
//! article in a language without stems, or in none that can be told, is matched word for word.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use rust_stemmers::{Algorithm, Stemmer};

use super::patterns::pattern;
use crate::text;

/// Bytes of each part of an article from which its language is told when nothing says it.
const GUESS_BYTES: usize = 1024;

/// Languages with stems: their codes, and what the guess calls them.
const LANGUAGES: [(&str, &str, Algorithm); 16] = [
    ("da", "dan", Algorithm::Danish),
    ("de", "deu", Algorithm::German),
    ("en", "eng", Algorithm::English),
    ("es", "spa", Algorithm::Spanish),
    ("fi", "fin", Algorithm::Finnish),
    ("fr", "fra", Algorithm::French),
    ("hu", "hun", Algorithm::Hungarian),
    ("it", "ita", Algorithm::Italian),
    ("nb", "nob", Algorithm::Norwegian),
    ("nl", "nld", Algorithm::Dutch),
    ("no", "nob", Algorithm::Norwegian),
    ("pt", "por", Algorithm::Portuguese),
    ("ro", "ron", Algorithm::Romanian),
    ("ru", "rus", Algorithm::Russian),
    ("sv", "swe", Algorithm::Swedish),
    ("tr", "tur", Algorithm::Turkish),
];

/// A pattern whose words are looked for by their stems.
#[derive(Debug, Clone)]
pub struct Stemmed {
    pub pattern: usize,
    pub words: Vec<String>,
}

/// The patterns of all topics that ask for stems, per language.
#[derive(Debug)]
pub struct Stems {
    terms: Vec<Stemmed>,
    languages: [OnceLock<Option<AhoCorasick>>; LANGUAGES.len()],
}

/// The patterns in one language.
#[derive(Clone, Copy)]
pub struct StemLanguage<'a> {
    stems: &'a Stems,
    automaton: &'a AhoCorasick,
    position: usize,
}

impl Stems {
    /// Returns the stems of these patterns.
    pub fn new(terms: Vec<Stemmed>) -> Self {
        Self {
            terms,
            languages: Default::default(),
        }
    }

    /// Returns the patterns in a language, told by its code or else by some texts; nothing without stems.
    pub fn of(&self, code: Option<&str>, texts: &[&str]) -> Option<StemLanguage<'_>> {
        let position = match code.map(str::trim).filter(|code| !code.is_empty()) {
            Some(code) => {
                let code = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
                LANGUAGES.iter().position(|(own, _, _)| *own == code)?
            }
            None => {
                let heads: Vec<&str> = texts.iter().map(|text| text::head(text, GUESS_BYTES)).collect();
                let guess = whatlang::detect(&heads.join(" ")).filter(whatlang::Info::is_reliable)?;
                LANGUAGES.iter().position(|(_, name, _)| *name == guess.lang().code())?
            }
        };
        let automaton = self.languages[position].get_or_init(|| {
            let stemmer = Stemmer::create(LANGUAGES[position].2);
            let patterns = self.terms.iter().map(|term| {
                let words: Vec<String> = term.words.iter().map(|word| stem(&stemmer, word)).collect();
                pattern(&words, false)
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
            position,
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
        let stemmer = Stemmer::create(LANGUAGES[self.position].2);
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
        let told = |code: Option<&str>, text: &str| stems.of(code, &[text]).map(|found| LANGUAGES[found.position].0);
        assert_eq!(told(Some("de-AT"), ""), Some("de"));
        assert_eq!(told(Some("PT_br"), ""), Some("pt"));
        assert_eq!(told(Some("ja"), "the laws of the land"), None);
        let text =
            "The council of the city has decided that the bridge over the river will be closed until the summer.";
        assert_eq!(told(None, text), Some("en"));
        assert_eq!(told(None, ""), None);
    }

    proptest! {
        #[test]
        fn no_word_upsets_a_stemmer(word in "[a-zа-яçğıñ'0-9人]{1,12}") {
            for (_, _, algorithm) in LANGUAGES {
                let found = stem(&Stemmer::create(algorithm), &word);
                prop_assert!(!found.is_empty() && !found.contains(' '));
            }
        }
    }
}
