//! An article's words as a vector, and what each word is worth.
//!
//! Worth is measured in the article's topic, or in the stream as a whole where there is none. Counts are halved when
//! they grow large: they follow the present, and their memory is bounded.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use rust_stemmers::{Algorithm, Stemmer};

use super::Item;
use crate::domain::topic::{Rule, Topic};
use crate::query::{self, Term};
use crate::text::{self, Hashed};

/// A map whose keys are hashes.
pub type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<Hashed>>;

/// Words read of a title, and of the text after it.
const TITLE_WORDS_MAX: usize = 40;
const TEXT_WORDS_MAX: usize = 88;
/// Bytes looked at for them.
const TITLE_BYTES_MAX: usize = 1024;
const TEXT_BYTES_MAX: usize = 1536;
/// Terms of one vector.
const TERMS_MAX: usize = 96;
/// Different words whose stems are remembered.
const STEMS_MAX: usize = 1 << 16;
/// Weights of the places a word can stand in.
const TITLE_WEIGHT: f32 = 1.6;
const TEXT_WEIGHT: f32 = 0.55;
const PAIR_WEIGHT: f32 = 0.75;
const NUMBER_FACTOR: f32 = 1.8;
/// What is left of a word the topic's own rule looks for: it says what the topic is, and only a little of the event.
const OWN_FACTOR: f32 = 0.35;
/// How much is supposed known of a stream and of a topic before anything was read.
const STREAM_PRIOR: f32 = 65.0;
const TOPIC_PRIOR: f32 = 80.0;
/// Articles counted before all counts are halved.
const COUNTED_MAX: u32 = 100_000;

/// English words that say nothing about an event.
const STOP_WORDS: &str = "a about after again all also am an and any are as at be because been before being between \
    both but by can could did do does doing down during each few for from further had has have having he her here hers \
    him his how i if in into is it it's its just me more most my no nor not now of off on once only or other our out \
    over own said same say says she should so some such than that the their them then there these they this those \
    through to too under until up us very was we were what when where which while who whom why will with would you your";
/// Words that show another language, in which English stemming would only do harm.
const FOREIGN: &str = "der die das und ist nicht ein eine mit le la les des est une dans pour el los las del y en por \
    il di che della il per een het van zijn och att som inte";

/// An article's terms and their weights before worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector {
    /// Sorted by term.
    pub terms: Vec<(u32, f32)>,
    /// 0 for the stream, else the topic's position + 1.
    pub topic: u32,
}

#[derive(Debug, Clone, Default)]
struct Counts {
    articles: u32,
    holding: HashedMap<u32, u32>,
}

impl Counts {
    fn count(&mut self, terms: &[(u32, f32)]) {
        self.articles += 1;
        for (term, _) in terms {
            *self.holding.entry(*term).or_default() += 1;
        }
        if self.articles >= COUNTED_MAX {
            self.articles /= 2;
            self.holding.retain(|_, count| {
                *count /= 2;
                *count > 0
            });
        }
    }

    fn worth(&self, term: u32, prior: f32) -> f32 {
        let holding = self.holding.get(&term).copied().unwrap_or(0) as f32;
        ((self.articles as f32 + prior) / (holding + prior / 100.0)).ln()
    }
}

/// What is known of a word: its stem in English, itself, and what it tells of its language.
#[derive(Debug, Clone, Copy)]
struct Word {
    whole: u64,
    stem: u64,
    is_stop: bool,
    is_foreign: bool,
    has_digit: bool,
    /// 1, or less for a word of the topic's own rule.
    factor: f32,
}

/// The words a topic's own rule looks for.
#[derive(Debug, Clone, Default)]
struct OwnWords {
    whole: HashSet<String>,
    beginnings: Vec<String>,
}

impl OwnWords {
    fn of(topic: &Topic) -> Self {
        let mut own = Self::default();
        let mut take = |term: &Term| {
            let (last, before) = term.words.split_last().expect("a term has a word");
            own.whole.extend(before.iter().cloned());
            if term.is_prefix {
                own.beginnings.push(last.clone());
            } else {
                own.whole.insert(last.clone());
            }
        };
        match &topic.rule {
            Rule::None => {}
            Rule::Keywords { any, .. } => any
                .iter()
                .filter_map(|word| Term::new(word, false))
                .for_each(|t| take(&t)),
            Rule::Query(text) => {
                if let Ok(query) = query::parse(text) {
                    query.positive_terms().into_iter().for_each(take);
                }
            }
        }
        own
    }

    fn factor(&self, word: &str) -> f32 {
        let is_own = self.whole.contains(word) || self.beginnings.iter().any(|start| word.starts_with(start.as_str()));
        if is_own { OWN_FACTOR } else { 1.0 }
    }
}

/// Knows what words are worth.
pub struct Weigher {
    stemmer: Stemmer,
    stop_words: HashSet<&'static str>,
    foreign: HashSet<&'static str>,
    topics: HashMap<String, u32>,
    own_words: Vec<OwnWords>,
    /// Words met lately, by their hash: most are met again, and stemming costs more than looking up.
    met: HashedMap<u64, Word>,
    /// The stream first, then the topics.
    counts: Vec<Counts>,
}

impl Clone for Weigher {
    fn clone(&self) -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::English),
            stop_words: self.stop_words.clone(),
            foreign: self.foreign.clone(),
            topics: self.topics.clone(),
            own_words: self.own_words.clone(),
            met: HashedMap::default(),
            counts: self.counts.clone(),
        }
    }
}

impl std::fmt::Debug for Weigher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Weigher")
            .field("topics", &self.topics.len())
            .finish_non_exhaustive()
    }
}

impl Weigher {
    /// Returns a weigher that has counted nothing yet.
    pub fn new(topics: &[Topic]) -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::English),
            stop_words: STOP_WORDS.split_whitespace().collect(),
            foreign: FOREIGN.split_whitespace().collect(),
            topics: topics
                .iter()
                .zip(1..)
                .map(|(topic, number)| (topic.name.clone(), number))
                .collect(),
            own_words: std::iter::once(OwnWords::default())
                .chain(topics.iter().map(OwnWords::of))
                .collect(),
            met: HashedMap::default(),
            counts: vec![Counts::default(); topics.len() + 1],
        }
    }

    /// Returns an article's vector.
    pub fn vector(&mut self, item: &Item<'_>) -> Vector {
        let topic = item.topic.and_then(|name| self.topics.get(name)).copied().unwrap_or(0);
        let title = self.first_words(topic, item.title, TITLE_BYTES_MAX, TITLE_WORDS_MAX);
        let mut rest = self.first_words(topic, item.excerpt, TEXT_BYTES_MAX, TEXT_WORDS_MAX);
        if rest.len() < TEXT_WORDS_MAX / 2 {
            // A lead that is cut from the body would count twice.
            let body = self.first_words(topic, item.body, TEXT_BYTES_MAX, TEXT_WORDS_MAX);
            let repeated = rest.iter().zip(&body).take_while(|(a, b)| a.whole == b.whole).count();
            rest.extend(body.into_iter().skip(repeated));
            rest.truncate(TEXT_WORDS_MAX);
        }
        let is_english = is_english(title.iter().chain(&rest));
        let term = |word: &Word| if is_english { word.stem } else { word.whole };
        let mut weights: Vec<(u32, f32)> = Vec::with_capacity(2 * title.len() + rest.len());
        let mut previous: Option<u64> = None;
        for word in title.iter().filter(|word| !word.is_stop) {
            let hash = term(word);
            let number = if word.has_digit { NUMBER_FACTOR } else { 1.0 };
            weights.push((hash as u32, TITLE_WEIGHT * number * word.factor));
            if let Some(before) = previous.replace(hash) {
                weights.push((text::mix(before.rotate_left(9) ^ hash) as u32, PAIR_WEIGHT));
            }
        }
        let told = rest.iter().filter(|word| !word.is_stop);
        weights.extend(told.map(|word| (term(word) as u32, TEXT_WEIGHT * word.factor)));
        // Stable: equal terms are summed in reading order, so that equal texts give equal sums.
        weights.sort_by_key(|(term, _)| *term);
        let mut terms: Vec<(u32, f32)> = Vec::with_capacity(weights.len());
        for (term, weight) in weights {
            match terms.last_mut() {
                Some((last, sum)) if *last == term => *sum += weight,
                _ => terms.push((term, weight)),
            }
        }
        // A word repeated says more, but not twice as much.
        terms.iter_mut().for_each(|(_, weight)| *weight = weight.ln_1p());
        if terms.len() > TERMS_MAX {
            terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            terms.truncate(TERMS_MAX);
            terms.sort_unstable_by_key(|(term, _)| *term);
        }
        Vector { terms, topic }
    }

    /// Counts an article that was added.
    pub fn count(&mut self, vector: &Vector) {
        self.counts[0].count(&vector.terms);
        if vector.topic != 0 {
            self.counts[vector.topic as usize].count(&vector.terms);
        }
    }

    /// Returns what a term is worth in a topic, or in the stream.
    pub fn worth(&self, topic: u32, term: u32) -> f32 {
        let prior = if topic == 0 { STREAM_PRIOR } else { TOPIC_PRIOR };
        self.counts[topic as usize].worth(term, prior)
    }

    fn first_words(&mut self, topic: u32, text: &str, bytes_max: usize, words_max: usize) -> Vec<Word> {
        let mut found = Vec::new();
        text::each_word(text::head(text, bytes_max), |word| {
            if found.len() < words_max {
                found.push(self.look_up(topic, word));
            }
        });
        found
    }

    fn look_up(&mut self, topic: u32, word: &str) -> Word {
        let whole = text::word_hash(word);
        let key = text::mix(whole ^ u64::from(topic));
        if let Some(met) = self.met.get(&key) {
            return *met;
        }
        let stem = if word.is_ascii() {
            text::word_hash(&self.stemmer.stem(word))
        } else {
            whole
        };
        let looked_up = Word {
            whole,
            stem,
            is_stop: self.stop_words.contains(word),
            is_foreign: self.foreign.contains(word),
            has_digit: word.bytes().any(|byte| byte.is_ascii_digit()),
            factor: self.own_words[topic as usize].factor(word),
        };
        if self.met.len() >= STEMS_MAX {
            self.met.clear();
        }
        self.met.insert(key, looked_up);
        looked_up
    }
}

fn is_english<'w>(words: impl Iterator<Item = &'w Word>) -> bool {
    let (mut english, mut foreign) = (0, 0);
    for word in words {
        english += i32::from(word.is_stop);
        foreign += i32::from(word.is_foreign);
    }
    foreign <= english.max(1)
}
