//! What is known of every term: how many articles hold it, which live stories do, and what it is worth for that.
//!
//! Worth is measured in the article's topic, or in the stream as a whole where there is none. Counts are halved when
//! they grow large: they follow the present, and their memory is bounded. One look into one table tells all that is
//! known of a term in the stream, for such looks are most of the work of placing an article.

use super::postings::{PostingList, Postings};
use super::vectorize::TermVector;
use crate::text::HashedMap;

/// How much is supposed known of a stream and of a topic before anything was read.
const STREAM_PRIOR: f32 = 65.0;
const TOPIC_PRIOR: f32 = 80.0;
/// Articles counted before all counts are halved.
const COUNTED_MAX: u32 = 100_000;
/// Counts whose worth is known beforehand: most terms were met a few times.
const FEW: usize = 32;
/// Places of the smallest table, a power of two.
const PLACES_MIN: usize = 1 << 10;

/// What is known of a term; all zero for a place in the table that none has taken.
#[derive(Debug, Clone, Copy, Default)]
struct KnownTerm {
    term: u32,
    /// Articles that held it.
    counted: u32,
    stories: PostingList,
}

impl KnownTerm {
    fn is_nothing(&self) -> bool {
        self.counted == 0 && self.stories.is_empty()
    }
}

/// So many articles, and what a term is worth for how many of them hold it.
#[derive(Debug, Clone)]
struct Articles {
    count: u32,
    prior: f32,
    of_few: [f32; FEW],
}

impl Articles {
    fn new(prior: f32) -> Self {
        let mut articles = Self {
            count: 0,
            prior,
            of_few: [0.0; FEW],
        };
        articles.become_so_many(0);
        articles
    }

    fn become_so_many(&mut self, count: u32) {
        self.count = count;
        self.of_few = std::array::from_fn(|holding| self.worth(holding as u32));
    }

    fn idf(&self, holding: u32) -> f32 {
        match self.of_few.get(holding as usize) {
            Some(known) => *known,
            None => self.worth(holding),
        }
    }

    fn worth(&self, holding: u32) -> f32 {
        ((self.count as f32 + self.prior) / (holding as f32 + self.prior / 100.0)).ln()
    }
}

/// Articles of one topic, and how many of them held each term.
#[derive(Debug, Clone)]
struct Counts {
    articles: Articles,
    holding: HashedMap<u32, u32>,
}

/// What is known of every term.
#[derive(Debug, Clone)]
pub struct TermDictionary {
    /// Each term stands at the place its number says, or after it where that is taken; the length is a power of two.
    table: Vec<KnownTerm>,
    used: usize,
    lists: Postings,
    /// Articles of the stream that were counted.
    articles: Articles,
    topics: Vec<Counts>,
}

impl TermDictionary {
    /// Returns what is known before anything was read, for so many topics.
    pub fn new(topics: usize) -> Self {
        Self {
            table: vec![KnownTerm::default(); PLACES_MIN],
            used: 0,
            lists: Postings::default(),
            articles: Articles::new(STREAM_PRIOR),
            topics: vec![Counts::new(); topics],
        }
    }

    /// Returns what a term is worth in a topic, or in the stream where that is 0, and the stories that hold it.
    pub fn look_up(&self, topic: u32, term: u32) -> (f32, &PostingList) {
        let known = &self.table[self.place(term)];
        let idf = match self.topic(topic) {
            None => self.articles.idf(known.counted),
            Some(topic) => topic.idf(term),
        };
        (idf, &known.stories)
    }

    /// Returns what a term is worth in a topic, or in the stream where that is 0.
    pub fn idf(&self, topic: u32, term: u32) -> f32 {
        self.look_up(topic, term).0
    }

    /// Returns a list's stories, the latest last.
    pub fn stories<'a>(&'a self, list: &'a PostingList) -> [&'a [u32]; 2] {
        self.lists.of(list)
    }

    /// Counts an article that was added.
    pub fn count(&mut self, vector: &TermVector) {
        self.articles.become_so_many(self.articles.count + 1);
        for (term, _) in &vector.terms {
            let place = self.take_place(*term);
            self.table[place].counted += 1;
        }
        if self.articles.count >= COUNTED_MAX {
            self.articles.become_so_many(self.articles.count / 2);
            self.table.iter_mut().for_each(|known| known.counted /= 2);
            self.rebuild(self.table.len());
        }
        if let Some(topic) = vector.topic.checked_sub(1) {
            self.topics[topic as usize].count(&vector.terms);
        }
    }

    /// Adds a story to those that hold a term.
    pub fn add_story(&mut self, term: u32, slot: u32) {
        let place = self.take_place(term);
        self.lists.push(&mut self.table[place].stories, slot);
    }

    /// Takes a story from those that hold a term: one of the latest.
    pub fn remove_story(&mut self, term: u32, slot: u32) {
        let place = self.place(term);
        self.lists.remove(&mut self.table[place].stories, slot, false);
    }

    /// Takes a story from those that hold its terms: it is old, and looked for where the old stand.
    pub fn remove_old(&mut self, terms: &[u32], slot: u32) {
        // All are found before the first is changed: memory then answers for many at a time.
        let places: Vec<usize> = terms.iter().map(|term| self.place(*term)).collect();
        for place in places {
            self.lists.remove(&mut self.table[place].stories, slot, true);
        }
    }

    fn topic(&self, topic: u32) -> Option<&Counts> {
        Some(&self.topics[topic.checked_sub(1)? as usize])
    }

    /// Returns where a term stands, or would.
    fn place(&self, term: u32) -> usize {
        let term = term.max(1);
        // Terms are hashes: their highest bits are spread as well as any.
        let mut at = (term >> (u32::BITS - self.table.len().trailing_zeros())) as usize;
        loop {
            let known = self.table[at].term;
            if known == term || known == 0 {
                return at;
            }
            at = (at + 1) & (self.table.len() - 1);
        }
    }

    fn take_place(&mut self, term: u32) -> usize {
        let place = self.place(term);
        if self.table[place].term != 0 {
            return place;
        }
        if self.used >= self.table.len() / 4 * 3 {
            self.rebuild(2 * self.table.len());
            return self.take_place(term);
        }
        self.used += 1;
        self.table[place].term = term.max(1);
        place
    }

    /// Puts every term that something is known of in its place in a table of this length.
    fn rebuild(&mut self, places: usize) {
        let table = std::mem::replace(&mut self.table, vec![KnownTerm::default(); places]);
        self.used = 0;
        for known in table.into_iter().filter(|known| !known.is_nothing()) {
            let place = self.place(known.term);
            self.table[place] = known;
            self.used += 1;
        }
    }
}

impl Counts {
    fn new() -> Self {
        Self {
            articles: Articles::new(TOPIC_PRIOR),
            holding: HashedMap::default(),
        }
    }

    fn count(&mut self, terms: &[(u32, f32)]) {
        self.articles.become_so_many(self.articles.count + 1);
        for (term, _) in terms {
            *self.holding.entry(*term).or_default() += 1;
        }
        if self.articles.count >= COUNTED_MAX {
            self.articles.become_so_many(self.articles.count / 2);
            self.holding.retain(|_, count| {
                *count /= 2;
                *count > 0
            });
        }
    }

    fn idf(&self, term: u32) -> f32 {
        self.articles.idf(self.holding.get(&term).copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn vector(terms: &[u32]) -> TermVector {
        TermVector {
            terms: terms.iter().map(|term| (*term, 1.0)).collect(),
            topic: 0,
        }
    }

    proptest::proptest! {
        #[test]
        fn a_term_is_found_wherever_it_had_to_give_way(numbers in proptest::collection::vec(0u32..4_000, 1..4_000)) {
            // The highest bits are few, so that terms stand in each other's way, also round the table's end.
            let terms: Vec<u32> = numbers.iter().map(|n| (n % 7).wrapping_sub(3) << 28 | n).collect();
            let mut known = TermDictionary::new(0);
            let mut counts = BTreeMap::new();
            for term in &terms {
                known.count(&vector(&[*term]));
                known.add_story(*term, *term % 5);
                *counts.entry(*term).or_insert(0u32) += 1;
            }
            for (term, count) in counts {
                let (_, stories) = known.look_up(0, term);
                proptest::prop_assert_eq!(stories.len(), count.min(1024) as usize);
                proptest::prop_assert_eq!(known.idf(0, term), known.articles.worth(count));
            }
            let absent = known.look_up(0, 4_001);
            proptest::prop_assert!(absent.1.is_empty());
        }
    }

    #[test]
    fn halving_forgets_what_was_seen_once_and_keeps_what_stories_hold() {
        let mut known = TermDictionary::new(0);
        known.count(&vector(&[7, 8]));
        known.add_story(8, 3);
        known.articles.count = COUNTED_MAX - 1;
        known.count(&vector(&[9, 9]));
        assert_eq!((known.articles.count, known.used), (COUNTED_MAX / 2, 2));
        assert_eq!(known.stories(known.look_up(0, 8).1), [&[3][..], &[]]);
        known.remove_old(&[8], 3);
        assert!(known.look_up(0, 8).1.is_empty());
    }
}
