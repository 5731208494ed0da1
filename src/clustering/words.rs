//! What a word is: its stem, whether it says anything, and what it tells of the language it stands in.

use std::collections::HashSet;

use rust_stemmers::{Algorithm, Stemmer};

use crate::domain::topic::{Rule, Topic};
use crate::lexicon::LANGUAGES;
use crate::query::{self, Term};
use crate::text::{self, HashedMap};

/// Words that are remembered, a power of two; a word takes the place of another that was met before it.
const MET_MAX: usize = 1 << 16;
/// What is left of a word the topic's own rule looks for: it says what the topic is, and only a little of the event.
const OWN_FACTOR: f32 = 0.35;

/// About so many words are in the lexicon.
const LEXICON_WORDS: usize = 8_000;
/// Letters of a word that is short: where a language is not known, most of these say nothing.
const SHORT_LETTERS_MAX: usize = 3;
/// English, among the languages.
const ENGLISH: u32 = 1;
/// Function words of another language that an English text may hold more than its own: names and quotes have them.
const FOREIGN_MAX: u32 = 1;
/// Words from which on their language can be told, and the share of them that are function words: of English, and of a
/// language that may only be akin to the one it is.
const TOLD_WORDS_MIN: u32 = 16;
const ENGLISH_SHARE: f32 = 0.12;
const KNOWN_SHARE: f32 = 0.25;

/// What is known of a word: its stem in English, itself, and what it says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Word {
    pub whole: u64,
    pub stem: u64,
    /// The languages in which it is a function word, a bit each.
    pub languages: u32,
    pub is_negation: bool,
    /// The name of a month or a day.
    pub is_date: bool,
    pub is_short: bool,
    pub has_digit: bool,
    /// 1, or less for a word of the topic's own rule.
    pub factor: f32,
}

/// The languages of which the lexicon knows a word as what, a bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    function: u32,
    negation: u32,
    date: u32,
}

/// Returns what the lexicon says of words, by their hashes.
fn lexicon() -> HashedMap<u64, Said> {
    let mut words = HashedMap::with_capacity_and_hasher(LEXICON_WORDS, Default::default());
    let (english, others): (Vec<_>, Vec<_>) = LANGUAGES.iter().partition(|language| language.tag == "en");
    for (language, number) in english.into_iter().chain(others).zip(0..) {
        let bit = ENGLISH << number;
        let mut each = |word: &str, note: fn(&mut Said) -> &mut u32| {
            text::each_hashed_word(word, |_, hash| *note(words.entry(hash).or_default()) |= bit);
        };
        let date = &language.date;
        let months = language.months.iter().copied().flatten().chain(date.months);
        language
            .function_words
            .iter()
            // Longer ones are adjectives too ("bell'", "grand'").
            .chain(language.elisions.iter().filter(|head| head.len() < SHORT_LETTERS_MAX))
            .for_each(|word| each(word, |said| &mut said.function));
        language
            .negations
            .iter()
            .for_each(|word| each(word, |said| &mut said.negation));
        months
            .chain(date.weekdays)
            .for_each(|word| each(word, |said| &mut said.date));
    }
    words
}

/// The words a topic's own rule looks for.
#[derive(Debug, Clone, Default)]
struct OwnWords {
    whole: HashSet<String>,
    beginnings: Vec<String>,
    ends: Vec<String>,
}

impl OwnWords {
    fn of(topic: &Topic) -> Self {
        let mut own = Self::default();
        let mut take = |term: &Term| {
            let (last, before) = term.words.split_last().expect("a term has a word");
            own.whole.extend(before.iter().cloned());
            if term.is_suffix {
                own.ends.extend(term.words.first().cloned());
            }
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
                .filter_map(|word| Term::of_keyword(word))
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
        self.whole.contains(word)
            || self.beginnings.iter().any(|start| word.starts_with(start.as_str()))
            || self.ends.iter().any(|end| word.ends_with(end.as_str()))
    }
}

/// A word that was met, at the place that its key's lowest bits say: these need not be kept, and the marks stand there.
#[derive(Debug, Clone, Copy, Default)]
struct Met {
    key_and_marks: u64,
    stem: u64,
    languages: u32,
}

/// What is known of a word beside its stem, a bit each.
const IS_MET: u64 = 1;
const IS_NEGATION: u64 = 2;
const IS_DATE: u64 = 4;
const HAS_DIGIT: u64 = 8;
const IS_OWN: u64 = 16;
const IS_SHORT: u64 = 32;
const MARKS: u64 = MET_MAX as u64 - 1;

/// Knows words, and remembers those it met: most are met again, and stemming costs more than looking up.
pub struct Words {
    stemmer: Stemmer,
    lexicon: HashedMap<u64, Said>,
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
            lexicon: lexicon(),
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
        let known = match is_it {
            true => met,
            false => {
                let mut read = self.read(topic, word, whole);
                read.key_and_marks |= key & !MARKS;
                self.met[place] = read;
                read
            }
        };
        let is = |mark| known.key_and_marks & mark != 0;
        Word {
            whole,
            stem: known.stem,
            languages: known.languages,
            is_negation: is(IS_NEGATION),
            is_date: is(IS_DATE),
            is_short: is(IS_SHORT),
            has_digit: is(HAS_DIGIT),
            factor: if is(IS_OWN) { OWN_FACTOR } else { 1.0 },
        }
    }

    /// Returns what is to be remembered of a word, but for its key.
    fn read(&self, topic: u32, word: &str, whole: u64) -> Met {
        let said = self.lexicon.get(&whole).copied().unwrap_or_default();
        let marks = [
            (IS_MET, true),
            (IS_NEGATION, said.negation != 0),
            (IS_DATE, said.date != 0),
            (IS_SHORT, word.chars().nth(SHORT_LETTERS_MAX).is_none()),
            (HAS_DIGIT, word.bytes().any(|byte| byte.is_ascii_digit())),
            (IS_OWN, self.own_words[topic as usize].has(word)),
        ];
        Met {
            key_and_marks: marks.iter().filter(|(_, is)| *is).map(|(mark, _)| mark).sum(),
            stem: match word.is_ascii() {
                true => text::word_hash(&self.stemmer.stem(word)),
                false => whole,
            },
            languages: said.function,
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

/// What is known of the language that words stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// English, or cannot be told from it.
    English,
    /// Another language of the lexicon, or one akin to it.
    Known,
    /// None of these.
    Unknown,
}

impl Tongue {
    /// Returns what function words tell of the language.
    pub fn of<'w>(words: impl Iterator<Item = &'w Word>) -> Self {
        let mut counts = [0; u32::BITS as usize];
        let mut all = 0;
        for word in words {
            all += 1;
            let mut languages = word.languages;
            while languages != 0 {
                counts[languages.trailing_zeros() as usize] += 1;
                languages &= languages - 1;
            }
        }
        let [english, others @ ..] = counts;
        let most = others.into_iter().max().unwrap_or(0);
        let (told, count, share) = match most <= english.max(1) + FOREIGN_MAX {
            true => (Self::English, english, ENGLISH_SHARE),
            false => (Self::Known, most, KNOWN_SHARE),
        };
        match all >= TOLD_WORDS_MIN && (count as f32) < share * all as f32 {
            true => Self::Unknown,
            false => told,
        }
    }

    /// Whether a word says nothing about an event in this language; what is another's word may be a name in English.
    pub fn is_function_word(self, word: &Word) -> bool {
        match self {
            Self::English => word.languages & ENGLISH != 0,
            Self::Known | Self::Unknown => word.languages != 0,
        }
    }
}
