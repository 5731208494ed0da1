//! Which sentences of a text came, went and changed, and which words of those that changed.
//!
//! A sentence that moved is the same one, unless all that changed is the order. Two sentences are one that changed if they have words enough in common; where
//! they stand between the same neighbours fewer are enough.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::word_diff::{self, WordRun};
use super::{comparable, each_hashed_word, sentences};

/// Sentences of either side that are looked at for one that changed; the others came or went.
const PAIRED_MAX: usize = 200;
/// Words of a sentence that are compared with those of another.
const SENTENCE_WORDS_MAX: usize = 500;
/// Words that the two states of a sentence have in common at least, in percent of the words of both.
const COMMON_PERCENT: usize = 50;
/// The same for sentences in one place.
const COMMON_IN_PLACE_PERCENT: usize = 30;

/// A sentence as it is shown, and what counts of it when two are compared.
#[derive(Debug, Clone)]
pub struct Sentence<'a> {
    pub shown: &'a str,
    pub said: String,
}

impl<'a> Sentence<'a> {
    /// Returns a sentence of which all counts but its punctuation.
    pub fn of(shown: &'a str) -> Self {
        Self {
            shown,
            said: comparable(shown),
        }
    }
}

/// What became of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SentenceStatus {
    Removed,
    Changed,
    Added,
}

/// A sentence that came, went or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentenceChange {
    pub status: SentenceStatus,
    pub words: Vec<WordRun>,
}

impl SentenceChange {
    /// Returns it as plain text; the words that changed stand in brackets.
    pub fn marked(&self) -> String {
        match (self.status, &*self.words) {
            (SentenceStatus::Removed | SentenceStatus::Added, [WordRun::Removed(text) | WordRun::Added(text)]) => {
                text.clone()
            }
            (_, words) => word_diff::marked(words),
        }
    }
}

/// Returns the sentences of a text, line by line.
pub fn sentences_of(text: &str) -> Vec<Sentence<'_>> {
    text.lines().flat_map(sentences).map(Sentence::of).collect()
}

/// Returns the sentences of `text` that `other` does not hold, or less often, in order.
pub fn missing<'s, 'a>(text: &'s [Sentence<'a>], other: &[Sentence<'_>]) -> Vec<&'s Sentence<'a>> {
    places(text, other).into_iter().map(|(_, sentence)| sentence).collect()
}

/// Returns what changed from one text to the other, in the order in which it stands there.
pub fn sentence_diff(before: &[Sentence<'_>], after: &[Sentence<'_>]) -> Vec<SentenceChange> {
    let (gone, came) = (places(before, after), places(after, before));
    if gone.is_empty() && came.is_empty() {
        return moved(before, after);
    }
    let pairs = pairs(&gone, &came);
    let mut found = Vec::with_capacity(gone.len() + came.len());
    let (mut is_old_paired, mut old_of) = (HashSet::new(), HashMap::new());
    for (old, new) in pairs {
        is_old_paired.insert(old);
        old_of.insert(new, old);
    }
    for (at, (kept, sentence)) in gone.iter().enumerate() {
        if !is_old_paired.contains(&at) {
            found.push(((*kept, 0, at), whole(SentenceStatus::Removed, sentence)));
        }
    }
    for (at, (kept, sentence)) in came.iter().enumerate() {
        let change = match old_of.get(&at) {
            Some(old) => changed(gone[*old].1, sentence),
            None => whole(SentenceStatus::Added, sentence),
        };
        found.push(((*kept, 1, at), change));
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, change)| change).collect()
}

fn changed(old: &Sentence<'_>, new: &Sentence<'_>) -> SentenceChange {
    SentenceChange {
        status: SentenceStatus::Changed,
        words: word_diff::word_diff(old.shown, new.shown),
    }
}

fn whole(status: SentenceStatus, sentence: &Sentence<'_>) -> SentenceChange {
    let text = word_diff::whole(sentence.shown);
    let run = match status {
        SentenceStatus::Added => WordRun::Added(text),
        SentenceStatus::Removed | SentenceStatus::Changed => WordRun::Removed(text),
    };
    SentenceChange {
        status,
        words: vec![run],
    }
}

/// Returns what changed between texts of the same sentences in another order: what stands where others stood, or, where that
/// is less, what went from one place and came to another.
fn moved(before: &[Sentence<'_>], after: &[Sentence<'_>]) -> Vec<SentenceChange> {
    let (old, new): (Vec<_>, Vec<_>) = (telling(before).collect(), telling(after).collect());
    let is_same = |(one, other): &(&&Sentence<'_>, &&Sentence<'_>)| one.said == other.said;
    let head = old.iter().zip(&new).take_while(is_same).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(is_same).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let others: Vec<_> = old.iter().zip(new).filter(|pair| !is_same(pair)).collect();
    let said = |text: &[&Sentence<'_>]| text.iter().map(|sentence| sentence.said.clone()).collect::<Vec<_>>();
    let kept = word_diff::common(&said(old), &said(new));
    if kept.is_empty() || 2 * (old.len() - kept.len()) >= others.len() {
        let in_place = others.into_iter().enumerate();
        return in_place
            .map(|(at, (one, other))| match at < PAIRED_MAX {
                true => changed(one, other),
                false => whole(SentenceStatus::Added, other),
            })
            .collect();
    }
    let mut found = Vec::new();
    let (mut at, mut there) = (0, 0);
    for (one, other) in kept.into_iter().chain([(old.len(), new.len())]) {
        found.extend(
            old[at..one]
                .iter()
                .map(|sentence| whole(SentenceStatus::Removed, sentence)),
        );
        found.extend(
            new[there..other]
                .iter()
                .map(|sentence| whole(SentenceStatus::Added, sentence)),
        );
        (at, there) = (one + 1, other + 1);
    }
    found
}

/// Returns the sentences that say something: what holds neither letters nor numbers does not.
fn telling<'s, 'a>(text: &'s [Sentence<'a>]) -> impl Iterator<Item = &'s Sentence<'a>> {
    text.iter().filter(|sentence| !sentence.said.is_empty())
}

/// A sentence that the other text lacks, and how many of both stand before it.
type Place<'s, 'a> = (usize, &'s Sentence<'a>);

fn places<'s, 'a>(text: &'s [Sentence<'a>], other: &[Sentence<'_>]) -> Vec<Place<'s, 'a>> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for sentence in other {
        *left.entry(&sentence.said).or_default() += 1;
    }
    let (mut kept, mut found) = (0, Vec::new());
    for sentence in telling(text) {
        match left.get_mut(&*sentence.said) {
            Some(count) if *count > 0 => {
                *count -= 1;
                kept += 1;
            }
            _ => found.push((kept, sentence)),
        }
    }
    found
}

/// Returns which sentences are two states of one, by their numbers; what has most in common is one first.
fn pairs(gone: &[Place<'_, '_>], came: &[Place<'_, '_>]) -> Vec<(usize, usize)> {
    let words = |places: &[Place<'_, '_>]| -> Vec<Vec<u64>> {
        places
            .iter()
            .take(PAIRED_MAX)
            .map(|(_, sentence)| word_hashes(sentence.shown))
            .collect()
    };
    let (old_words, new_words) = (words(gone), words(came));
    let mut likely = Vec::new();
    for (old, own) in old_words.iter().enumerate() {
        for (new, other) in new_words.iter().enumerate() {
            let percent = in_common(own, other);
            let apart = gone[old].0.abs_diff(came[new].0);
            let least = if apart == 0 {
                COMMON_IN_PLACE_PERCENT
            } else {
                COMMON_PERCENT
            };
            if percent >= least {
                likely.push((Reverse(percent), apart, old.abs_diff(new), old, new));
            }
        }
    }
    likely.sort_unstable();
    let (mut olds, mut news) = (HashSet::new(), HashSet::new());
    let pair = |(_, _, _, old, new): (_, _, _, usize, usize)| {
        let is_free = !olds.contains(&old) && !news.contains(&new);
        is_free.then(|| {
            olds.insert(old);
            news.insert(new);
            (old, new)
        })
    };
    likely.into_iter().filter_map(pair).collect()
}

fn word_hashes(sentence: &str) -> Vec<u64> {
    let mut hashes = Vec::new();
    each_hashed_word(sentence, |_, hash| hashes.push(hash));
    hashes.truncate(SENTENCE_WORDS_MAX);
    hashes.sort_unstable();
    hashes
}

/// Returns how much of two sorted lists of words is the same, in percent of both.
fn in_common(one: &[u64], other: &[u64]) -> usize {
    let (mut at, mut there, mut common) = (0, 0, 0);
    while let (Some(own), Some(word)) = (one.get(at), other.get(there)) {
        match own.cmp(word) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => there += 1,
            std::cmp::Ordering::Equal => (at, there, common) = (at + 1, there + 1, common + 1),
        }
    }
    200 * common / (one.len() + other.len()).max(1)
}
