//! Reading an article: each word once, for its vector and for its fingerprint.

use std::collections::HashMap;

use super::names::Names;
use super::near_duplicates::Fingerprint;
use super::word_sequence::{self, WordKind, WordMark, WordSequence};
use super::words::{Tongue, Word, Words};
use super::{ClusterItem, PreparedArticle};
use crate::domain::topic::Topic;
use crate::text;

/// Bytes read of a title, and of a text after it.
const TITLE_BYTES_MAX: usize = 1024;
const TEXT_BYTES_MAX: usize = 16 * 1024;
/// First words of a title, and of the text after it, that are weighed.
const TITLE_WORDS_MAX: usize = 40;
const TEXT_WORDS_MAX: usize = 88;
/// Terms of one vector.
const TERMS_MAX: usize = 96;
/// Weights of the places a word can stand in.
const TITLE_WEIGHT: f32 = 1.6;
const TEXT_WEIGHT: f32 = 0.55;
const PAIR_WEIGHT: f32 = 0.75;
/// Numbers, in a title and in a text, and names say more than other words.
const TITLE_NUMBER_FACTOR: f32 = 1.2;
const TEXT_NUMBER_FACTOR: f32 = 2.0;
const NAME_FACTOR: f32 = 1.25;
/// What is left of a word of a language that is not known: its function words are not known either, and most are short.
const UNKNOWN_FACTOR: f32 = 0.35;
const UNKNOWN_SHORT_FACTOR: f32 = 0.26;

/// An article's terms and their weights before worth.
#[derive(Debug, Clone, PartialEq)]
pub struct TermVector {
    /// Sorted by term.
    pub terms: Vec<(u32, f32)>,
    /// 0 for the stream, else the topic's position + 1.
    pub topic: u32,
}

/// Reads articles.
#[derive(Debug, Clone)]
pub struct Vectorizer {
    words: Words,
    topics: HashMap<String, u32>,
}

/// A text's words: their hashes, and what is known of the first of them.
struct Text {
    hashes: Vec<u64>,
    first: Vec<Word>,
}

impl Vectorizer {
    /// Returns a reader that knows the words these topics look for.
    pub fn new(topics: &[Topic]) -> Self {
        let numbered = topics.iter().zip(1..);
        Self {
            words: Words::new(topics),
            topics: numbered.map(|(topic, number)| (topic.name.clone(), number)).collect(),
        }
    }

    /// Returns an article read.
    pub fn vectorize(&mut self, item: &ClusterItem<'_>) -> PreparedArticle {
        let topic = item.topic.and_then(|name| self.topics.get(name)).copied().unwrap_or(0);
        let (title, excerpt, body) = (
            text::head(item.title, TITLE_BYTES_MAX),
            text::head(item.excerpt, TEXT_BYTES_MAX),
            text::head(item.body, TEXT_BYTES_MAX),
        );
        let names = Names::of(&[title, excerpt, body]);
        let title = self.read_words(topic, title, TITLE_WORDS_MAX);
        let excerpt = self.read_words(topic, excerpt, word_sequence::TEXT_WORDS_MAX);
        let mut body = self.read_words(topic, body, word_sequence::TEXT_WORDS_MAX);
        let told = if body.hashes.len() < excerpt.hashes.len() {
            &excerpt
        } else {
            &body
        };
        let mark = |word: &Word| WordMark::new(word.whole, kind(word, &names));
        let wording = WordSequence::new(title.first.iter().map(mark), told.first.iter().map(mark));
        let fingerprint = Fingerprint::of(&title.hashes, &[&body.hashes, &excerpt.hashes], wording);
        let mut rest = excerpt.first;
        rest.truncate(TEXT_WORDS_MAX);
        let is_short = rest.len() < TEXT_WORDS_MAX / 2;
        body.first.truncate(if is_short { TEXT_WORDS_MAX } else { 0 });
        // A lead that is cut from the body would count twice.
        let both = rest.iter().zip(&body.first);
        let repeated = both.take_while(|(a, b)| a.whole == b.whole).count();
        rest.extend(body.first.into_iter().skip(repeated));
        rest.truncate(TEXT_WORDS_MAX);
        PreparedArticle {
            id: item.id,
            published_at: item.published_at,
            vector: TermVector {
                terms: terms(&title.first, &rest, &names),
                topic,
            },
            fingerprint,
        }
    }

    fn read_words(&mut self, topic: u32, text: &str, first_max: usize) -> Text {
        // Words of six letters, as they are in most languages that put spaces between them.
        let mut hashes = Vec::with_capacity(text.len() / 6);
        let mut first = Vec::with_capacity(first_max.min(text.len() / 4));
        text::each_hashed_word(text, |word, hash| {
            if hashes.len() < first_max {
                first.push(self.words.look_up(topic, word, hash));
            }
            hashes.push(hash);
        });
        Text { hashes, first }
    }
}

/// Returns what a word is where texts are compared.
fn kind(word: &Word, names: &Names) -> WordKind {
    // Where no word has a capital each may be a name.
    let is_name = || !names.has_case || names.has(word.whole);
    match word {
        _ if word.is_negation => WordKind::Negation,
        // Of the topic's own words every article is full.
        _ if word.languages != 0 || word.is_date || word.factor < 1.0 => WordKind::Function,
        _ if word.has_digit || is_name() => WordKind::Filling,
        _ => WordKind::Content,
    }
}

/// Returns the terms of a title and of the text after it with their weights, sorted by term.
fn terms(title: &[Word], rest: &[Word], names: &Names) -> Vec<(u32, f32)> {
    let tongue = Tongue::of(title.iter().chain(rest));
    let term = |word: &Word| {
        if tongue == Tongue::English {
            word.stem
        } else {
            word.whole
        }
    };
    let factor = |word: &Word| match tongue {
        _ if names.has(word.whole) || word.has_digit => NAME_FACTOR,
        Tongue::Unknown if word.is_short => UNKNOWN_SHORT_FACTOR,
        Tongue::Unknown if names.has_case => UNKNOWN_FACTOR,
        _ => 1.0,
    };
    let mut weights: Vec<(u32, f32)> = Vec::with_capacity(2 * title.len() + rest.len());
    let mut previous: Option<(u64, f32)> = None;
    for word in title.iter().filter(|word| !tongue.is_function_word(word)) {
        let (hash, factor) = (term(word), factor(word));
        let number = if word.has_digit { TITLE_NUMBER_FACTOR } else { 1.0 };
        weights.push((hash as u32, TITLE_WEIGHT * number * word.factor * factor));
        if let Some((before, factor_before)) = previous.replace((hash, factor)) {
            let pair = text::mix(before.rotate_left(9) ^ hash) as u32;
            weights.push((pair, PAIR_WEIGHT * factor.min(factor_before).min(1.0)));
        }
    }
    for word in rest.iter().filter(|word| !tongue.is_function_word(word)) {
        let number = if word.has_digit { TEXT_NUMBER_FACTOR } else { 1.0 };
        weights.push((term(word) as u32, TEXT_WEIGHT * number * word.factor * factor(word)));
    }
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
    terms
}
