//! Reading an article: each word once, for its vector and for its fingerprint.

use std::collections::HashMap;

use super::near_duplicates::Fingerprint;
use super::words::{Word, Words, is_english};
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
const NUMBER_FACTOR: f32 = 1.8;

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
        let title = self.read_words(topic, text::head(item.title, TITLE_BYTES_MAX), TITLE_WORDS_MAX);
        let excerpt = self.read_words(topic, text::head(item.excerpt, TEXT_BYTES_MAX), TEXT_WORDS_MAX);
        let is_short = excerpt.first.len() < TEXT_WORDS_MAX / 2;
        let of_body = if is_short { TEXT_WORDS_MAX } else { 0 };
        let body = self.read_words(topic, text::head(item.body, TEXT_BYTES_MAX), of_body);
        let fingerprint = Fingerprint::of(&title.hashes, &[&body.hashes, &excerpt.hashes]);
        let mut rest = excerpt.first;
        // A lead that is cut from the body would count twice.
        let both = rest.iter().zip(&body.first);
        let repeated = both.take_while(|(a, b)| a.whole == b.whole).count();
        rest.extend(body.first.into_iter().skip(repeated));
        rest.truncate(TEXT_WORDS_MAX);
        PreparedArticle {
            id: item.id,
            published_at: item.published_at,
            vector: TermVector {
                terms: terms(&title.first, &rest),
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

/// Returns the terms of a title and of the text after it with their weights, sorted by term.
fn terms(title: &[Word], rest: &[Word]) -> Vec<(u32, f32)> {
    let is_english = is_english(title.iter().chain(rest));
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
    terms
}
