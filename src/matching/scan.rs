//! One pass over an article's text that finds every term of every topic and where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, BuildError, MatchKind};

use super::sieve::Sieve;
use super::{Subject, TEXT_BYTES_MAX};
use crate::text;

/// Places of one article that are remembered; beyond them nothing new is learned about it.
const HITS_MAX: usize = 20_000;
/// Words of a lead that, found in the body, show the lead to be a piece of it.
const LEAD_WORDS: usize = 8;

/// The parts of an article, in the order in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Title,
    Lead,
    Body,
}

impl Place {
    pub const ALL: [Self; 3] = [Self::Title, Self::Lead, Self::Body];

    /// Returns the name used in reasons.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Lead => "lead",
            Self::Body => "body",
        }
    }
}

/// Where a term stands: its first word and the one after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub place: Place,
    pub start: u32,
    pub end: u32,
}

/// All that was found in one article.
#[derive(Debug, Default)]
pub struct Hits {
    by_pattern: BTreeMap<usize, Vec<Hit>>,
    pub words: usize,
    /// The lead repeats the body's words, so what stands in it was said once.
    pub is_lead_in_body: bool,
}

impl Hits {
    /// Returns the patterns that were found.
    pub fn patterns(&self) -> impl Iterator<Item = usize> + '_ {
        self.by_pattern.keys().copied()
    }

    /// Returns where a pattern stands, in reading order.
    pub fn of(&self, pattern: usize) -> &[Hit] {
        self.by_pattern.get(&pattern).map_or(&[], Vec::as_slice)
    }
}

/// The terms of all topics as one automaton over texts in comparable form.
#[derive(Debug, Clone)]
pub struct Automaton {
    inner: Arc<AhoCorasick>,
    sieve: Arc<Sieve>,
}

impl Automaton {
    /// Returns an automaton for patterns made by `pattern`.
    pub fn new(patterns: &[String]) -> Result<Self, BuildError> {
        let inner = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(patterns)?;
        Ok(Self {
            inner: Arc::new(inner),
            sieve: Arc::new(Sieve::new(patterns)?),
        })
    }

    /// Returns every term found in an article; of one that holds none, nothing else is told.
    pub fn scan(&self, subject: &Subject<'_>) -> Hits {
        let mut hits = Hits::default();
        let parts = [subject.title, subject.lead, subject.body];
        if !parts.iter().any(|text| self.sieve.may_hold(text)) {
            return hits;
        }
        let mut total = 0;
        let mut lead_start = String::new();
        for (place, text) in Place::ALL.into_iter().zip(parts) {
            let (plain, starts) = normal(text);
            match place {
                Place::Title => {}
                Place::Lead => {
                    let end = starts.get(LEAD_WORDS).map_or(plain.len(), |start| *start as usize);
                    lead_start.push_str(&plain[..end]);
                }
                Place::Body => hits.is_lead_in_body = lead_start.len() > 1 && plain.contains(&lead_start),
            }
            hits.words += starts.len();
            for found in self.inner.find_overlapping_iter(&plain) {
                // A pattern begins at the space before its first word; a word's start is the byte after it.
                let start = starts.partition_point(|start| (*start as usize) <= found.start());
                let end = starts.partition_point(|start| (*start as usize) < found.end());
                let hit = Hit {
                    place,
                    start: start as u32,
                    end: end as u32,
                };
                hits.by_pattern.entry(found.pattern().as_usize()).or_default().push(hit);
                total += 1;
                if total >= HITS_MAX {
                    return hits;
                }
            }
        }
        hits
    }

    /// Whether a text holds a pattern that is `wanted`.
    pub fn finds_any(&self, text: &str, wanted: impl Fn(usize) -> bool) -> bool {
        if !self.sieve.may_hold(text) {
            return false;
        }
        let (plain, _) = normal(text);
        self.inner
            .find_overlapping_iter(&plain)
            .any(|found| wanted(found.pattern().as_usize()))
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

/// Returns the pattern of some words: whole words, or the last one open at its end.
pub fn pattern(words: &[String], is_prefix: bool) -> String {
    let end = if is_prefix { "" } else { " " };
    format!(" {}{end}", words.join(" "))
}
