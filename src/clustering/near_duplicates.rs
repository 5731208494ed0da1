//! Copies: articles that say the same in the same words; and what only looks like one.
//!
//! A copy has the text of another article, whatever its title, or its title and no text that says otherwise. Two articles
//! of one event in different words are no copies, nor are those that fill one template with other names, numbers or days.

use std::collections::HashMap;

use super::word_sequence::WordSequence;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::text::{self, HashedMap, Signature};

/// Words of a title that says enough to be the same news where there is no text, and the hours in which it is: next day it
/// stands above a column.
const TITLE_WORDS_MIN: u32 = 4;
const SAME_NEWS_HOURS: i64 = 20;
/// Words of a text long enough to be compared without its title, and with it.
const TEXT_WORDS_MIN: usize = 24;
const TEASER_WORDS_MIN: usize = 5;
/// Share of the first words that copies have in common, and from which on texts look alike.
const SHARED_COPY: f32 = 0.8;
const SHARED_ALIKE: f32 = 0.5;
/// Similarity of whole texts that go on behind their first words, where they are copies; and where their titles are the same.
const SIMILARITY_COPY: f32 = 0.8;
const SIMILARITY_TITLED: f32 = 0.6;
/// Share of what texts under one title say that is the same where they are about one event.
const OVERLAP_TITLED: f32 = 0.12;
/// Articles looked at per title, the latest first, and in all; and remembered per story.
const SAME_TITLE_MAX: usize = 8;
const LOOKED_AT_MAX: usize = 12;
const PER_STORY_MAX: usize = 256;
/// Texts of each of two stories that are compared, and the latest of a story that tell its pattern.
const COMPARED_MAX: usize = 16;
const PATTERN_TEXTS: usize = 3;
/// No article.
const NONE: u32 = u32::MAX;

/// What an article's copies would be known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    pub title: u64,
    pub title_words: u32,
    pub text: Option<Signature>,
    pub wording: WordSequence,
}

/// How an article stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// It is the same text.
    Copy,
    /// It looks like it and is about something else.
    LookAlike,
    Other,
}

impl Fingerprint {
    /// Returns an article's fingerprint, of the hashes of its words: of its title, and of the first of these texts that
    /// is long enough; and of its wording.
    pub fn of(title: &[u64], texts: &[&[u64]], wording: WordSequence) -> Self {
        let hash = |sum: u64, word: &u64| text::mix(u64::rotate_left(sum, 5) ^ word);
        let text = texts.iter().find(|text| text.len() >= TEXT_WORDS_MIN);
        Self {
            title: title.iter().fold(1, hash),
            title_words: title.len() as u32,
            text: text.map(|text| Signature::of_hashes(text)),
            wording,
        }
    }

    /// Returns how an article stands to another that was published so many hours before or after it.
    fn relation(&self, other: &Self, hours: i64) -> Relation {
        // A title without a word is nobody's.
        let is_titled_alike = self.title_words > 0 && self.title == other.title;
        let is_next_day = hours >= SAME_NEWS_HOURS;
        let (own, theirs) = (&self.wording, &other.wording);
        let shorter = own.text.len().min(theirs.text.len());
        if shorter < TEASER_WORDS_MIN {
            return match is_titled_alike && self.title_words >= TITLE_WORDS_MIN {
                true if is_next_day => Relation::LookAlike,
                true => Relation::Copy,
                false => Relation::Other,
            };
        }
        let difference = own.difference(theirs);
        let is_same_beginning = match is_titled_alike {
            true => difference.of_shorter >= SHARED_COPY,
            false => shorter >= TEXT_WORDS_MIN && difference.of_longer >= SHARED_COPY,
        };
        let needed = if is_titled_alike {
            SIMILARITY_TITLED
        } else {
            SIMILARITY_COPY
        };
        let is_same_text = is_same_beginning && (!own.is_cut() || !theirs.is_cut() || self.similarity(other) >= needed);
        let is_another = difference.is_another || own.is_titled_otherwise(theirs, difference.is_reworded);
        if is_same_text && !is_another {
            return Relation::Copy;
        }
        let is_alike = is_another && difference.of_shorter >= SHARED_ALIKE;
        let is_standing_title = || is_titled_alike && own.overlap(theirs) < OVERLAP_TITLED;
        let is_look_alike = (is_alike || is_titled_alike) && (is_next_day || own.has_other_fillings(theirs))
            || is_standing_title()
            || is_alike && own.has_another_subject(theirs);
        match is_look_alike {
            true => Relation::LookAlike,
            false => Relation::Other,
        }
    }

    /// Similarity of the whole texts.
    fn similarity(&self, other: &Self) -> f32 {
        let both = self.text.as_ref().zip(other.text.as_ref());
        both.map_or(0.0, |(own, theirs)| text::similarity(own, theirs))
    }
}

/// What is known of an article's text: what it is a copy of, with its story, and the stories of what only looks like it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownAlike {
    pub copy: Option<(ArticleId, StoryId)>,
    pub look_alikes: Vec<StoryId>,
}

#[derive(Debug, Clone)]
struct KnownText {
    original: ArticleId,
    story: StoryId,
    published_at: Timestamp,
    fingerprint: Fingerprint,
    /// The article before it with the same title.
    same_title: u32,
}

impl KnownText {
    fn relation(&self, published_at: Timestamp, fingerprint: &Fingerprint) -> Relation {
        let hours = (published_at - self.published_at).num_hours().abs();
        fingerprint.relation(&self.fingerprint, hours)
    }
}

/// What copies are known by. Numbers are given in order of arrival and never again; one that is known no more ends
/// the list it stands in.
#[derive(Debug, Clone, Default)]
pub struct Copies {
    known: HashedMap<u32, KnownText>,
    next: u32,
    /// The latest article of each title, and of each band of a text.
    by_title: HashedMap<u64, u32>,
    by_band: HashedMap<u32, u32>,
    by_story: HashMap<StoryId, Vec<u32>>,
}

impl Copies {
    /// Returns what is known of an article's text.
    pub fn find(&self, id: ArticleId, published_at: Timestamp, fingerprint: &Fingerprint) -> KnownAlike {
        let same_title = std::iter::successors(self.by_title.get(&fingerprint.title).copied(), |number| {
            Some(self.known.get(number)?.same_title)
        });
        let bands = fingerprint.text.iter().flat_map(Signature::bands);
        let same_band = bands.filter_map(|band| self.by_band.get(&(band as u32)).copied());
        let mut numbers: Vec<u32> = Vec::with_capacity(LOOKED_AT_MAX);
        for number in same_title.take(SAME_TITLE_MAX).chain(same_band) {
            if numbers.len() < LOOKED_AT_MAX && !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        let mut found = KnownAlike::default();
        for known in numbers.iter().filter_map(|number| self.known.get(number)) {
            match known.relation(published_at, fingerprint) {
                _ if known.original == id => {}
                Relation::Copy => {
                    found.copy = Some((known.original, known.story));
                    break;
                }
                Relation::LookAlike => found.look_alikes.push(known.story),
                Relation::Other => {}
            }
        }
        found
    }

    /// Whether an article follows the pattern of a story's latest articles and shares nothing else with them.
    pub fn has_pattern_of(&self, story: StoryId, fingerprint: &Fingerprint) -> bool {
        let mut latest = self.latest(story, PATTERN_TEXTS).peekable();
        latest.peek().is_some() && latest.all(|known| fingerprint.wording.is_of_one_pattern(&known.fingerprint.wording))
    }

    /// Whether an article has names and numbers in common with one of a story's latest articles, as far as these have any.
    pub fn names_what(&self, story: StoryId, fingerprint: &Fingerprint) -> bool {
        let mut latest = self.latest(story, PATTERN_TEXTS);
        latest.any(|known| !fingerprint.wording.has_other_fillings(&known.fingerprint.wording))
    }

    /// Returns a story's articles, the latest first.
    fn latest(&self, story: StoryId, count: usize) -> impl Iterator<Item = &KnownText> {
        let numbers = self.by_story.get(&story).into_iter().flatten().rev();
        numbers.take(count).filter_map(|number| self.known.get(number))
    }

    /// Remembers an article, itself or as a copy of another.
    pub fn add(&mut self, fingerprint: &Fingerprint, published_at: Timestamp, original: ArticleId, story: StoryId) {
        let number = self.next;
        self.next = self.next.wrapping_add(1) % NONE;
        let of_story = self.by_story.entry(story).or_default();
        of_story.push(number);
        let oldest = (of_story.len() > PER_STORY_MAX).then(|| of_story.remove(0));
        let same_title = self.by_title.insert(fingerprint.title, number).unwrap_or(NONE);
        for band in fingerprint.text.iter().flat_map(Signature::bands) {
            self.by_band.insert(band as u32, number);
        }
        let known = KnownText {
            original,
            story,
            published_at,
            fingerprint: fingerprint.clone(),
            same_title,
        };
        self.known.insert(number, known);
        if let Some(oldest) = oldest {
            self.remove(oldest);
        }
    }

    /// Forgets a story's articles.
    pub fn forget(&mut self, story: StoryId) {
        for number in self.by_story.remove(&story).unwrap_or_default() {
            self.remove(number);
        }
    }

    /// Whether two stories hold copies of one text, which were told apart when they came; of each the latest are looked at.
    pub fn have_a_text_in_common(&self, one: StoryId, other: StoryId) -> bool {
        let texts = |story| {
            self.latest(story, COMPARED_MAX)
                .filter(|known| known.fingerprint.text.is_some())
        };
        texts(one).any(|own| {
            let is_copy = |known: &KnownText| {
                own.fingerprint.similarity(&known.fingerprint) >= SIMILARITY_COPY
                    && known.relation(own.published_at, &own.fingerprint) == Relation::Copy
            };
            texts(other).any(is_copy)
        })
    }

    /// Whether the latest articles of two stories only look alike.
    pub fn look_alike(&self, one: StoryId, other: StoryId) -> bool {
        self.latest(one, PATTERN_TEXTS).any(|own| {
            let is_look_alike =
                |known: &KnownText| known.relation(own.published_at, &own.fingerprint) == Relation::LookAlike;
            self.latest(other, PATTERN_TEXTS).any(is_look_alike) || self.has_pattern_of(other, &own.fingerprint)
        })
    }

    /// Counts a story's articles as another's.
    pub fn merge(&mut self, into: StoryId, from: StoryId) {
        let moved = self.by_story.remove(&from).unwrap_or_default();
        for number in &moved {
            if let Some(known) = self.known.get_mut(number) {
                known.story = into;
            }
        }
        let of_story = self.by_story.entry(into).or_default();
        of_story.extend(moved);
        // Numbers follow arrival, so the latest stay.
        of_story.sort_unstable();
        let oldest: Vec<u32> = of_story.drain(..of_story.len().saturating_sub(PER_STORY_MAX)).collect();
        oldest.into_iter().for_each(|number| self.remove(number));
    }

    fn remove(&mut self, number: u32) {
        let Some(known) = self.known.remove(&number) else {
            return;
        };
        if self.by_title.get(&known.fingerprint.title) == Some(&number) {
            self.by_title.remove(&known.fingerprint.title);
        }
        for band in known.fingerprint.text.iter().flat_map(Signature::bands) {
            if self.by_band.get(&(band as u32)) == Some(&number) {
                self.by_band.remove(&(band as u32));
            }
        }
    }
}
