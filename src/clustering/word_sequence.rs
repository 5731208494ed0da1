//! The first words of an article in their order, and how two of them differ.
//!
//! A copy shares what its original is filled with, names and numbers; a template shares all but these. So each word is
//! kept with what it is, and what stands in one place of two texts is compared with what stands there in the other.

use super::common_sequence::{self, PlacesOfWord};

/// First words of a title, and of the text after it, that are kept.
const TITLE_WORDS_MAX: usize = 24;
pub const TEXT_WORDS_MAX: usize = 128;
/// Words in a row in both texts from which on they run together: what stands before the first such run is a byline or
/// another lead, what stands behind the last a credit or what was cut off.
const RUN: usize = 3;
/// Words within which a "not" turns the sentence around that it stands in.
const TURN_MAX: usize = 6;
/// Words of a credit, which may name anyone.
const CREDIT_MAX: usize = 8;
/// Words of content of which an editor changes one and the text is still the same.
const WORDS_PER_EDIT: usize = 20;
/// Share of a text's content that makes a pattern, and of what is left that makes two of one pattern one event.
const PATTERN_SHARE: f32 = 0.35;
const EVIDENCE_SHARE: f32 = 0.2;
/// Words of content below which a text has no pattern, and below which nothing is left to tell events apart.
const PATTERN_WORDS_MIN: usize = 8;
const EVIDENCE_WORDS_MIN: usize = 3;
/// Share of two titles that makes them one but for what differs.
const TITLE_SHARE: f32 = 0.6;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// Says nothing about an event.
    Function,
    Content,
    /// A name or a number: what a template is filled with.
    Filling,
    /// Turns what is said into its opposite.
    Negation,
}

/// A word: its kind in the highest bits, and of its hash what fits below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordMark(u16);

const HASH_BITS: u32 = 14;
const HASH: u16 = (1 << HASH_BITS) - 1;

impl WordMark {
    /// Returns the mark of a word with this hash.
    pub fn new(hash: u64, kind: WordKind) -> Self {
        Self((kind as u16) << HASH_BITS | (hash as u16 & HASH))
    }

    fn kind(self) -> WordKind {
        use WordKind::{Content, Filling, Function, Negation};
        [Function, Content, Filling, Negation][usize::from(self.0 >> HASH_BITS)]
    }

    fn word(self) -> u16 {
        self.0 & HASH
    }

    /// Whether two stand for one word, which may be a name in one place and not in the other.
    fn is_word(self, other: Self) -> bool {
        self.word() == other.word()
    }

    fn says_something(self) -> bool {
        self.kind() != WordKind::Function
    }

    /// Returns the mark as it is kept.
    pub fn bits(self) -> u16 {
        self.0
    }

    /// Returns the mark that was kept so.
    pub fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}

/// The first words of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordSequence {
    pub title: Box<[WordMark]>,
    pub text: Box<[WordMark]>,
}

/// How two texts differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Share of the shorter text, and of the longer, that stands in the other in the same order.
    pub of_shorter: f32,
    pub of_longer: f32,
    /// Whether words of content were replaced.
    pub is_reworded: bool,
    /// Whether what differs changes what is said: other names or numbers in the same place, another subject, a "not".
    pub is_another: bool,
}

impl WordSequence {
    /// Returns the first words of a title and of a text.
    pub fn new(title: impl Iterator<Item = WordMark>, text: impl Iterator<Item = WordMark>) -> Self {
        Self {
            title: title.take(TITLE_WORDS_MAX).collect(),
            text: text.take(TEXT_WORDS_MAX).collect(),
        }
    }

    /// Whether the text goes on behind what is kept of it.
    pub fn is_cut(&self) -> bool {
        self.text.len() == TEXT_WORDS_MAX
    }

    /// Returns how the text differs from another article's.
    pub fn difference(&self, other: &Self) -> Difference {
        let (own, theirs) = (&self.text, &other.text);
        let pairs = pairs(own, theirs);
        let share = |length: usize| pairs.len() as f32 / length.max(1) as f32;
        let mut difference = Difference {
            of_shorter: share(own.len().min(theirs.len())),
            of_longer: share(own.len().max(theirs.len())),
            is_reworded: false,
            is_another: false,
        };
        let is_run = |pairs: &[(usize, usize)]| pairs.windows(2).all(|next| follow(next[0], next[1], 1));
        let Some(first) = pairs.windows(RUN).position(is_run) else {
            return difference;
        };
        let last = pairs.len() - 1 - pairs.windows(RUN).rev().position(is_run).unwrap_or(0);
        let (begin, end) = (pairs[first], pairs[last]);
        let mut replaced = 0;
        for gap in pairs[first..=last].windows(2) {
            let (one, two) = (&own[gap[0].0 + 1..gap[1].0], &theirs[gap[0].1 + 1..gap[1].1]);
            difference.is_another |= is_filled_otherwise(one, two) || is_turned(one, two);
            if says_something(one) && says_something(two) {
                replaced += one.len().max(two.len());
            }
        }
        let (one, two) = (&own[end.0 + 1..], &theirs[end.1 + 1..]);
        let are_both_long = one.len().min(two.len()) > CREDIT_MAX;
        difference.is_another |= one.len().max(two.len()) > CREDIT_MAX && swap_fillings(one, two);
        difference.is_another |= are_both_long && lacks(one, two, |_| true) && lacks(two, one, |_| true);
        let (one, two) = (&own[..begin.0], &theirs[..begin.1]);
        difference.is_another |= !one.is_empty() && !two.is_empty() && is_turned(one, two);
        difference.is_another |= self.has_subject(begin.0, other) && other.has_subject(begin.1, self);
        // Editors change a word here and there.
        difference.is_another |= replaced * WORDS_PER_EDIT > pairs.len();
        difference.is_reworded = replaced > 0;
        difference
    }

    /// Whether a text begins with so many words about something that it goes on about, and the other does not know.
    fn has_subject(&self, words: usize, other: &Self) -> bool {
        let (beginning, rest) = self.text.split_at(words);
        let is_subject = |word: &WordMark| {
            word.says_something() && (has(rest, *word) || has(&self.title, *word)) && !other.knows(*word)
        };
        beginning.iter().any(is_subject)
    }

    fn knows(&self, word: WordMark) -> bool {
        has(&self.text, word) || has(&self.title, word)
    }

    /// Whether the title is nearly another's and says something else: a "not", or other words where the text was reworded
    /// too.
    pub fn is_titled_otherwise(&self, other: &Self, is_reworded: bool) -> bool {
        let (own, theirs) = (&self.title, &other.title);
        let shared = pairs(own, theirs).len() as f32;
        let is_near = shared >= TITLE_SHARE * own.len().min(theirs.len()) as f32;
        let is_replaced = || lacks(theirs, own, |_| true) && lacks(own, theirs, |_| true);
        is_near && (negations(own) != negations(theirs) || is_reworded && is_replaced())
    }

    /// Whether each of two titles names something that the other article does not know.
    pub fn has_another_subject(&self, other: &Self) -> bool {
        let names = |one: &Self, two: &Self| {
            let mut fillings = one.title.iter().filter(|word| word.kind() == WordKind::Filling);
            fillings.any(|word| !two.knows(*word))
        };
        names(self, other) && names(other, self)
    }

    /// Whether hardly a name or number stands in both.
    pub fn has_other_fillings(&self, other: &Self) -> bool {
        let fillings = |wording: &Self| {
            let all = wording.title.iter().chain(&wording.text);
            sorted(all.filter(|word| word.kind() == WordKind::Filling))
        };
        let (own, theirs) = (fillings(self), fillings(other));
        !own.is_empty() && !theirs.is_empty() && shared_share(&own, &theirs) < EVIDENCE_SHARE
    }

    /// Share of what the shorter text says, apart from both titles, that the other says too; all of it where that is too little
    /// to tell.
    pub fn overlap(&self, other: &Self) -> f32 {
        let said = |wording: &Self| {
            let words = wording.text.iter().filter(|word| word.says_something());
            sorted(words.filter(|word| !has(&self.title, **word) && !has(&other.title, **word)))
        };
        let (own, theirs) = (said(self), said(other));
        match own.len().min(theirs.len()) < EVIDENCE_WORDS_MIN {
            true => 1.0,
            false => shared_share(&own, &theirs),
        }
    }

    /// Whether both follow one pattern, which says nothing, and share hardly anything outside it.
    pub fn is_of_one_pattern(&self, other: &Self) -> bool {
        let content = |wording: &Self| -> usize { wording.text.iter().filter(|word| word.says_something()).count() };
        let words = content(self).min(content(other));
        let needed = PATTERN_SHARE * words as f32;
        if words < PATTERN_WORDS_MIN {
            return false;
        }
        let places = places(&other.text);
        // Cheaper than the order of the words, and never less.
        let shared = self
            .text
            .iter()
            .filter(|word| word.says_something() && places.have(word.word()));
        if (shared.count() as f32) < needed {
            return false;
        }
        let (mut own, mut theirs) = (vec![false; self.text.len()], vec![false; other.text.len()]);
        let pairs = places.pairs(self.text.iter().map(|word| word.word()));
        let runs = pairs.chunk_by(|one, next| follow(*one, *next, 2));
        for (place, other_place) in runs.filter(|run| run.len() >= RUN).flatten() {
            (own[*place], theirs[*other_place]) = (true, true);
        }
        let inside = self
            .text
            .iter()
            .zip(&own)
            .filter(|(word, is_in)| **is_in && word.says_something());
        if (inside.count() as f32) < needed {
            return false;
        }
        let outside = |wording: &Self, is_in: &[bool]| {
            let text = wording.text.iter().zip(is_in).filter(|(_, is_in)| !**is_in);
            let all = text.map(|(word, _)| word).chain(&wording.title);
            sorted(all.filter(|word| word.says_something()))
        };
        let (own, theirs) = (outside(self, &own), outside(other, &theirs));
        own.len().min(theirs.len()) >= EVIDENCE_WORDS_MIN && shared_share(&own, &theirs) < EVIDENCE_SHARE
    }
}

/// Whether a pair of places comes at most so many words behind another in both texts.
fn follow(one: (usize, usize), next: (usize, usize), words: usize) -> bool {
    next.0 <= one.0 + words && next.1 <= one.1 + words
}

fn has(words: &[WordMark], word: WordMark) -> bool {
    words.iter().any(|own| own.is_word(word))
}

fn says_something(words: &[WordMark]) -> bool {
    words.iter().any(|word| word.says_something())
}

fn negations(words: &[WordMark]) -> usize {
    words.iter().filter(|word| word.kind() == WordKind::Negation).count()
}

/// Whether words lack one of others that says something, of those that are asked for.
fn lacks(words: &[WordMark], others: &[WordMark], is_asked: impl Fn(WordMark) -> bool) -> bool {
    others
        .iter()
        .any(|word| word.says_something() && is_asked(*word) && !has(words, *word))
}

fn is_filling(word: WordMark) -> bool {
    word.kind() == WordKind::Filling
}

/// Whether two stand for each other and one names or counts what the other does not.
fn is_filled_otherwise(one: &[WordMark], two: &[WordMark]) -> bool {
    says_something(one) && says_something(two) && (lacks(one, two, is_filling) || lacks(two, one, is_filling))
}

/// Whether each of two names or counts what the other does not.
fn swap_fillings(one: &[WordMark], two: &[WordMark]) -> bool {
    lacks(one, two, is_filling) && lacks(two, one, is_filling)
}

/// Whether one of two says the opposite of the other.
fn is_turned(one: &[WordMark], two: &[WordMark]) -> bool {
    one.len().max(two.len()) <= TURN_MAX && negations(one) != negations(two)
}

/// Returns words as they are compared, each once.
fn sorted<'w>(words: impl Iterator<Item = &'w WordMark>) -> Vec<u16> {
    let mut words: Vec<u16> = words.map(|word| word.word()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Share of the fewer of two sets of words that is in both.
fn shared_share(one: &[u16], two: &[u16]) -> f32 {
    let both = one.iter().filter(|word| two.binary_search(word).is_ok()).count();
    both as f32 / one.len().min(two.len()).max(1) as f32
}

/// Returns the most words that two texts have in the same order, each by its place in both.
fn pairs(one: &[WordMark], two: &[WordMark]) -> Vec<(usize, usize)> {
    places(two).pairs(one.iter().map(|word| word.word()))
}

fn places(words: &[WordMark]) -> PlacesOfWord {
    PlacesOfWord::of(words.iter().map(|word| word.word()))
}

const _: () = assert!(TEXT_WORDS_MAX <= common_sequence::WORDS_MAX && TITLE_WORDS_MAX <= TEXT_WORDS_MAX);
const _: () = assert!(HASH_BITS < u16::BITS);
