//! One pass over an article's text that finds every term of every topic and where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, BuildError, MatchKind};

use super::prefilter::Prefilter;
use super::stemming::{Stemmed, Stems};
use super::{Subject, TEXT_BYTES_MAX};
use crate::query::{ArticlePart, Term};
use crate::text;

/// Places of one article that are remembered; beyond them nothing new is learned about it.
const HITS_MAX: usize = 20_000;
/// Words of a lead that, found in the body, show the lead to be a piece of it.
const LEAD_WORDS: usize = 8;

/// Where a term stands: its first word and the one after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub place: ArticlePart,
    pub start: u32,
    pub end: u32,
}

/// All that was found in one article.
#[derive(Debug, Default)]
pub struct Hits {
    by_pattern: BTreeMap<usize, Vec<Hit>>,
    pub words: usize,
    total: usize,
    /// How often a pattern that asks for its capitals stands there in others.
    written_otherwise: BTreeMap<usize, usize>,
    /// The lead repeats the body's words, so what stands in it was said once.
    pub is_lead_in_body: bool,
}

impl Hits {
    /// Returns the patterns that were found.
    pub fn patterns(&self) -> impl Iterator<Item = usize> + '_ {
        self.by_pattern.keys().copied()
    }

    fn add(
        &mut self,
        place: ArticlePart,
        automaton: &AhoCorasick,
        plain: &str,
        starts: &[u32],
        number: impl Fn(usize) -> usize,
    ) {
        for found in automaton.find_overlapping_iter(plain) {
            if self.total >= HITS_MAX {
                return;
            }
            self.total += 1;
            // A pattern begins at the space before its first word, whose start is the byte after it, or, where a letter
            // of an unspaced script may stand anywhere, inside the word.
            let begun = starts.partition_point(|start| (*start as usize) <= found.start());
            let start = begun - usize::from(plain.as_bytes()[found.start()] != b' ');
            let end = starts.partition_point(|start| (*start as usize) < found.end());
            let hit = Hit {
                place,
                start: start as u32,
                end: end as u32,
            };
            let hits = self.by_pattern.entry(number(found.pattern().as_usize()));
            hits.or_default().push(hit);
        }
    }

    /// Takes away what is not written as the terms that ask for it are.
    fn keep_exact(&mut self, place: ArticlePart, text: &str, exact: &[ExactTerm]) {
        let mut words = None;
        for ExactTerm { pattern, term } in exact {
            let Some(found) = self.by_pattern.get_mut(pattern) else {
                continue;
            };
            // A text is cut once more only where one of these words is in it.
            let words: &Vec<String> = words.get_or_insert_with(|| text::cased_words(text::head(text, TEXT_BYTES_MAX)));
            let before = found.len();
            found.retain(|hit| {
                let here = words.get(hit.start as usize..hit.end as usize).unwrap_or_default();
                hit.place != place || term.is_as_written(here.iter().map(String::as_str))
            });
            *self.written_otherwise.entry(*pattern).or_default() += before - found.len();
            if found.is_empty() {
                self.by_pattern.remove(pattern);
            }
        }
    }

    /// Returns how often a pattern that asks for its capitals stands there in others.
    pub fn written_otherwise(&self, pattern: usize) -> usize {
        self.written_otherwise.get(&pattern).copied().unwrap_or(0)
    }

    /// Returns where a pattern stands, in reading order.
    pub fn of(&self, pattern: usize) -> &[Hit] {
        self.by_pattern.get(&pattern).map_or(&[], Vec::as_slice)
    }
}

/// A pattern that is found only as its term is written.
#[derive(Debug, Clone)]
pub struct ExactTerm {
    pub pattern: usize,
    pub term: Term,
}

/// The terms of all topics as one automaton over texts in comparable form.
#[derive(Debug, Clone)]
pub struct Automaton {
    inner: Arc<AhoCorasick>,
    sieve: Arc<Prefilter>,
    /// Nothing when no topic asks for stems.
    stems: Option<Arc<Stems>>,
    exact: Arc<[ExactTerm]>,
}

impl Automaton {
    /// Returns an automaton for patterns made by `pattern`; those that are also `stemmed` are found by their stems too,
    /// those that are `exact` only as they are written.
    pub fn new(patterns: &[String], stemmed: Vec<Stemmed>, exact: Vec<ExactTerm>) -> Result<Self, BuildError> {
        let inner = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(patterns)?;
        Ok(Self {
            inner: Arc::new(inner),
            // No run of letters of a term need stand in another form of it.
            sieve: Arc::new(if stemmed.is_empty() {
                Prefilter::new(patterns)?
            } else {
                Prefilter::open()
            }),
            stems: (!stemmed.is_empty()).then(|| Arc::new(Stems::new(stemmed))),
            exact: exact.into(),
        })
    }

    /// Returns every term found in an article; of one that holds none, nothing else is told.
    pub fn scan(&self, subject: &Subject<'_>) -> Hits {
        let mut hits = Hits::default();
        let parts = [subject.title, subject.lead, subject.body];
        if !parts.iter().any(|text| self.sieve.may_hold(text)) {
            return hits;
        }
        let mut lead_start = String::new();
        let stems = self.stems.as_ref().and_then(|stems| stems.of(subject.language, &parts));
        for (place, text) in ArticlePart::ALL.into_iter().zip(parts) {
            let (plain, starts) = normal(text);
            match place {
                ArticlePart::Title => {}
                ArticlePart::Lead => {
                    let end = starts.get(LEAD_WORDS).map_or(plain.len(), |start| *start as usize);
                    lead_start.push_str(&plain[..end]);
                }
                ArticlePart::Body => hits.is_lead_in_body = lead_start.len() > 1 && plain.contains(&lead_start),
            }
            hits.words += starts.len();
            hits.add(place, &self.inner, &plain, &starts, |pattern| pattern);
            hits.keep_exact(place, text, &self.exact);
            if let Some(stems) = stems {
                let (plain, starts) = stems.stemmed(&plain);
                hits.add(place, stems.automaton(), &plain, &starts, |pattern| {
                    stems.pattern(pattern)
                });
            }
        }
        if stems.is_some() {
            // The word itself is a form of itself.
            hits.by_pattern.values_mut().for_each(|found| {
                found.sort_unstable();
                found.dedup();
            });
        }
        hits
    }

    /// Whether a text holds a pattern that is `wanted`.
    pub fn finds_any(&self, language: Option<&str>, text: &str, wanted: impl Fn(usize) -> bool) -> bool {
        if !self.sieve.may_hold(text) {
            return false;
        }
        let (plain, starts) = normal(text);
        let is_plainly = if self.exact.is_empty() {
            let mut plainly = self.inner.find_overlapping_iter(&plain);
            plainly.any(|found| wanted(found.pattern().as_usize()))
        } else {
            let mut hits = Hits::default();
            hits.add(ArticlePart::Body, &self.inner, &plain, &starts, |pattern| pattern);
            hits.keep_exact(ArticlePart::Body, text, &self.exact);
            hits.patterns().any(&wanted)
        };
        if is_plainly {
            return true;
        }
        let stems = self.stems.as_ref().and_then(|stems| stems.of(language, &[text]));
        stems.is_some_and(|stems| {
            let (plain, _) = stems.stemmed(&plain);
            let mut by_stem = stems.automaton().find_overlapping_iter(&plain);
            by_stem.any(|found| wanted(stems.pattern(found.pattern().as_usize())))
        })
    }
}

/// Returns a text's words between single spaces, and where each word starts.
fn normal(text: &str) -> (String, Vec<u32>) {
    let text = text::head(text, TEXT_BYTES_MAX);
    let mut plain = String::with_capacity(text.len() + 2);
    let mut starts = Vec::new();
    plain.push(' ');
    text::each_word(text, |word| {
        starts.push(plain.len() as u32);
        plain.push_str(word);
        plain.push(' ');
    });
    (plain, starts)
}
