//! Copies: articles that say the same in the same words.
//!
//! A copy has the title of another article and nothing against it, or a long text that is nearly the same. Two
//! articles of one event in different words are no copies.

use std::collections::HashMap;

use super::words::HashedMap;
use super::{Item, WINDOW_DAYS};
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::text::{self, Signature};

/// Bytes of a text that are compared.
const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Words of a title that is no headline anyone would use twice, and the days in which it is the same news.
const TITLE_WORDS_MIN: usize = 4;
const TITLE_DAYS: i64 = 3;
/// Words of a text long enough to be compared.
const TEXT_WORDS_MIN: usize = 24;
/// Likeness of texts that are copies, and below which equal titles are a coincidence.
const SIMILARITY_COPY: f32 = 0.8;
const SIMILARITY_TITLE: f32 = 0.3;
/// Articles remembered per title or band, and per story; the latest stay.
const SAME_KEY_MAX: usize = 8;
const PER_STORY_MAX: usize = 256;

#[derive(Debug, Clone)]
struct Known {
    original: ArticleId,
    story: StoryId,
    published_at: Timestamp,
    title: u64,
    text: Option<Signature>,
}

/// What copies are known by.
#[derive(Debug, Clone, Default)]
pub struct Copies {
    known: HashedMap<u64, Known>,
    next: u64,
    by_title: HashedMap<u64, Vec<u64>>,
    by_band: HashedMap<u64, Vec<u64>>,
    by_story: HashMap<StoryId, Vec<u64>>,
}

impl Copies {
    /// Returns the article this one is a copy of, and its story.
    pub fn find(&self, item: &Item<'_>) -> Option<(ArticleId, StoryId)> {
        let (title, title_words) = title_of(item);
        let text = text_of(item);
        let days = |known: &Known| (item.published_at - known.published_at).num_days().abs();
        let known = |number: &u64| self.known.get(number).filter(|known| known.original != item.id);
        let by_title = self
            .by_title
            .get(&title)
            .into_iter()
            .flatten()
            .rev()
            .filter_map(known)
            .find(|known| match (&text, &known.text) {
                (Some(own), Some(other)) => text::similarity(own, other) >= SIMILARITY_TITLE,
                _ => title_words >= TITLE_WORDS_MIN && days(known) < TITLE_DAYS,
            });
        let by_text = || {
            let own = text.as_ref()?;
            let close = |known: &&Known| {
                let likeness = known.text.as_ref().map_or(0.0, |other| text::similarity(own, other));
                likeness >= SIMILARITY_COPY && days(known) <= WINDOW_DAYS
            };
            own.bands()
                .filter_map(|band| self.by_band.get(&band))
                .flatten()
                .filter_map(known)
                .find(close)
        };
        by_title.or_else(by_text).map(|known| (known.original, known.story))
    }

    /// Remembers an article, itself or as a copy of another.
    pub fn add(&mut self, item: &Item<'_>, original: ArticleId, story: StoryId) {
        let number = self.next;
        self.next += 1;
        let known = Known {
            original,
            story,
            published_at: item.published_at,
            title: title_of(item).0,
            text: text_of(item),
        };
        let of_story = self.by_story.entry(story).or_default();
        of_story.push(number);
        let oldest = (of_story.len() > PER_STORY_MAX).then(|| of_story.remove(0));
        push(&mut self.by_title, known.title, number);
        known
            .text
            .iter()
            .flat_map(Signature::bands)
            .for_each(|band| push(&mut self.by_band, band, number));
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

    fn remove(&mut self, number: u64) {
        let Some(known) = self.known.remove(&number) else {
            return;
        };
        unlist(&mut self.by_title, known.title, number);
        known
            .text
            .iter()
            .flat_map(Signature::bands)
            .for_each(|band| unlist(&mut self.by_band, band, number));
    }
}

fn push(lists: &mut HashedMap<u64, Vec<u64>>, key: u64, number: u64) {
    let list = lists.entry(key).or_default();
    if list.len() >= SAME_KEY_MAX {
        list.remove(0);
    }
    list.push(number);
}

fn unlist(lists: &mut HashedMap<u64, Vec<u64>>, key: u64, number: u64) {
    if let Some(list) = lists.get_mut(&key) {
        list.retain(|own| *own != number);
        if list.is_empty() {
            lists.remove(&key);
        }
    }
}

fn title_of(item: &Item<'_>) -> (u64, usize) {
    let (mut hash, mut words) = (1, 0);
    text::each_word(text::head(item.title, TEXT_BYTES_MAX), |word| {
        hash = text::mix(u64::rotate_left(hash, 5) ^ text::word_hash(word));
        words += 1;
    });
    (hash, words)
}

/// The body where it is long enough, else the excerpt.
fn text_of(item: &Item<'_>) -> Option<Signature> {
    [item.body, item.excerpt].into_iter().find_map(|text| {
        let mut hashes = Vec::new();
        text::each_word(text::head(text, TEXT_BYTES_MAX), |word| {
            hashes.push(text::word_hash(word))
        });
        (hashes.len() >= TEXT_WORDS_MIN).then(|| Signature::of_hashes(&hashes))
    })
}
