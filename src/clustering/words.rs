//! What a word is: its stem, whether it says anything, and what it tells of the language it stands in.

use std::collections::HashSet;

use rust_stemmers::{Algorithm, Stemmer};

use crate::domain::topic::{Rule, Topic};
use crate::lexicon;
use crate::query::{self, Term};
use crate::text;

/// Words that are remembered, a power of two; a word takes the place of another that was met before it.
const MET_MAX: usize = 1 << 16;
/// What is left of a word the topic's own rule looks for: it says what the topic is, and only a little of the event.
const OWN_FACTOR: f32 = 0.35;

/// What is known of a word: its stem in English, itself, and what it tells of its language.
#[derive(Debug, Clone, Copy, Default)]
pub struct Word {
    pub whole: u64,
    pub stem: u64,
    pub is_stop: bool,
    pub is_foreign: bool,
    pub has_digit: bool,
    /// 1, or less for a word of the topic's own rule.
    pub factor: f32,
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

    fn has(&self, word: &str) -> bool {
        self.whole.contains(word) || self.beginnings.iter().any(|start| word.starts_with(start.as_str()))
    }
}

/// A word that was met, at the place that its key's lowest bits say: these need not be kept, and the marks stand there.
#[derive(Debug, Clone, Copy, Default)]
struct Met {
    key_and_marks: u64,
    stem: u64,
}

/// What is known of a word beside its stem, a bit each.
const IS_MET: u64 = 1;
const IS_STOP: u64 = 2;
const IS_FOREIGN: u64 = 4;
const HAS_DIGIT: u64 = 8;
const IS_OWN: u64 = 16;
const MARKS: u64 = MET_MAX as u64 - 1;

/// Knows words, and remembers those it met: most are met again, and stemming costs more than looking up.
pub struct Words {
    stemmer: Stemmer,
    stop_words: HashSet<&'static str>,
    foreign: HashSet<&'static str>,
    /// The stream first, which has none, then the topics.
    own_words: Vec<OwnWords>,
    met: Vec<Met>,
}

impl Words {
    /// Returns what is known of words in these topics.
    pub fn new(topics: &[Topic]) -> Self {
        Self::of(
            std::iter::once(OwnWords::default())
                .chain(topics.iter().map(OwnWords::of))
                .collect(),
        )
    }

    fn of(own_words: Vec<OwnWords>) -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::English),
            stop_words: lexicon::all(|language| language.function_words),
            foreign: lexicon::all(|language| language.telling_words),
            own_words,
            met: vec![Default::default(); MET_MAX],
        }
    }

    /// Returns what a word with this hash is in a topic, or in the stream where that is 0.
    pub fn look_up(&mut self, topic: u32, word: &str, whole: u64) -> Word {
        let key = text::mix(whole ^ u64::from(topic));
        let place = key as usize % MET_MAX;
        let met = self.met[place];
        let is_it = met.key_and_marks & !MARKS == key & !MARKS && met.key_and_marks & IS_MET != 0;
        let Met { key_and_marks, stem } = match is_it {
            true => met,
            false => {
                let mut read = self.read(topic, word, whole);
                read.key_and_marks |= key & !MARKS;
                self.met[place] = read;
                read
            }
        };
        let is = |mark| key_and_marks & mark != 0;
        Word {
            whole,
            stem,
            is_stop: is(IS_STOP),
            is_foreign: is(IS_FOREIGN),
            has_digit: is(HAS_DIGIT),
            factor: if is(IS_OWN) { OWN_FACTOR } else { 1.0 },
        }
    }

    /// Returns what is to be remembered of a word, but for its key.
    fn read(&self, topic: u32, word: &str, whole: u64) -> Met {
        let marks = [
            (IS_MET, true),
            (IS_STOP, self.stop_words.contains(word)),
            (IS_FOREIGN, self.foreign.contains(word)),
            (HAS_DIGIT, word.bytes().any(|byte| byte.is_ascii_digit())),
            (IS_OWN, self.own_words[topic as usize].has(word)),
        ];
        Met {
            key_and_marks: marks.iter().filter(|(_, is)| *is).map(|(mark, _)| mark).sum(),
            stem: match word.is_ascii() {
                true => text::word_hash(&self.stemmer.stem(word)),
                false => whole,
            },
        }
    }
}

impl Clone for Words {
    fn clone(&self) -> Self {
        Self::of(self.own_words.clone())
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").finish_non_exhaustive()
    }
}

/// Whether words are English, or cannot be told from it.
pub fn is_english<'w>(words: impl Iterator<Item = &'w Word>) -> bool {
    let (mut english, mut foreign) = (0, 0);
    for word in words {
        english += i32::from(word.is_stop);
        foreign += i32::from(word.is_foreign);
    }
    foreign <= english.max(1)
}
