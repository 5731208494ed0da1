//! Copies: articles that say the same in the same words.
//!
//! A copy has the title of another article and nothing against it, or a long text that is nearly the same. Two
//! articles of one event in different words are no copies.

use std::collections::HashMap;

use super::WINDOW_DAYS;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::text::{self, HashedMap, Signature};

/// Words of a title that is no headline anyone would use twice, and the days in which it is the same news.
const TITLE_WORDS_MIN: u32 = 4;
const TITLE_DAYS: i64 = 3;
/// Words of a text long enough to be compared.
const TEXT_WORDS_MIN: usize = 24;
/// Similarity of texts that are copies, and below which equal titles are a coincidence.
const SIMILARITY_COPY: f32 = 0.8;
const SIMILARITY_TITLE: f32 = 0.3;
/// Articles looked at per title, the latest first, and remembered per story.
const SAME_TITLE_MAX: usize = 8;
const PER_STORY_MAX: usize = 256;
/// Texts of each of two stories that are compared.
const COMPARED_MAX: usize = 16;
/// No article.
const NONE: u32 = u32::MAX;

/// What an article's copies would be known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    pub title: u64,
    pub title_words: u32,
    pub text: Option<Signature>,
}

impl Fingerprint {
    /// Returns an article's fingerprint, of the hashes of its words: of its title, and of the first of these texts that
    /// is long enough.
    pub fn of(title: &[u64], texts: &[&[u64]]) -> Self {
        let hash = |sum: u64, word: &u64| text::mix(u64::rotate_left(sum, 5) ^ word);
        let text = texts.iter().find(|text| text.len() >= TEXT_WORDS_MIN);
        Self {
            title: title.iter().fold(1, hash),
            title_words: title.len() as u32,
            text: text.map(|text| Signature::of_hashes(text)),
        }
    }
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
    /// Returns the article this one is a copy of, and its story.
    pub fn find(
        &self,
        id: ArticleId,
        published_at: Timestamp,
        fingerprint: &Fingerprint,
    ) -> Option<(ArticleId, StoryId)> {
        let days = |known: &KnownText| (published_at - known.published_at).num_days().abs();
        let is_other = |known: &&KnownText| known.original != id;
        let same_title = |known: &&KnownText| match (&fingerprint.text, &known.fingerprint.text) {
            (Some(own), Some(other)) => text::similarity(own, other) >= SIMILARITY_TITLE,
            _ => fingerprint.title_words >= TITLE_WORDS_MIN && days(known) < TITLE_DAYS,
        };
        let first = self
            .by_title
            .get(&fingerprint.title)
            .and_then(|number| self.known.get(number));
        let by_title = std::iter::successors(first, |known| self.known.get(&known.same_title))
            .take(SAME_TITLE_MAX)
            .filter(is_other)
            .find(same_title);
        let by_text = || {
            let own = fingerprint.text.as_ref()?;
            own.bands()
                .filter_map(|band| self.known.get(self.by_band.get(&(band as u32))?))
                .filter(is_other)
                .find(|known| {
                    let similarity = known
                        .fingerprint
                        .text
                        .as_ref()
                        .map_or(0.0, |other| text::similarity(own, other));
                    similarity >= SIMILARITY_COPY && days(known) <= WINDOW_DAYS
                })
        };
        by_title.or_else(by_text).map(|known| (known.original, known.story))
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
            let numbers = self.by_story.get(&story).into_iter().flatten().rev();
            numbers
                .take(COMPARED_MAX)
                .filter_map(|number| self.known.get(number)?.fingerprint.text.as_ref())
        };
        texts(one).any(|own| texts(other).any(|text| text::similarity(own, text) >= SIMILARITY_COPY))
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
