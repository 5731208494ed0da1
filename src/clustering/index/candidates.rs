//! Candidates for an article: the stories that share its rarest terms, and how close each is.

use super::Index;
use crate::clustering::postings::PostingList;
use crate::clustering::story::{LiveStory, ScoredStory};
use crate::clustering::vectorize::TermVector;
use crate::domain::StoryId;

/// Postings read for one article, rarest terms first, and the latest of each term.
const POSTINGS_READ_MAX: usize = 2048;
const POSTINGS_READ_PER_TERM: usize = 512;
/// Once an article's rarest terms lead to so many stories, those that are more common lead to no others and only add to
/// these.
const LED_TO_MAX: usize = 256;
/// Stories compared with one article.
const CANDIDATES_MAX: usize = 20;
/// How much closer a story may be than what it shares tells: words may have become rarer since its length was taken, and the
/// longest lists have lost their oldest stories.
const COSINE_SLACK: f32 = 1.2;
/// Bits of the sieve a story's terms pass through before they are looked for in the article; a power of two.
const SIEVE_BITS: usize = 2048;

/// What a story shares with an article, as far as the lists of its terms were read.
#[derive(Debug, Clone, Copy, Default)]
pub struct SharedWeight {
    /// Sum of the weights of the terms in both.
    weights: f32,
    /// Sum of their squares.
    squares: f32,
}

/// A story, its size and its rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatedStory {
    pub story: StoryId,
    pub size: u32,
    pub rate: f64,
}

/// An article and what was found for it.
#[derive(Debug, Clone)]
pub struct Found {
    vector: TermVector,
    weighed: Weighed,
    sharing: Sharing,
}

/// The stories that share most with an article.
#[derive(Debug, Clone)]
struct Sharing {
    /// Their slots, those that share most first.
    slots: Vec<(SharedWeight, u32)>,
    /// Sum of the squared weights of the terms whose lists were not read to their end: any story may have these too.
    unread: f32,
}

/// An article's terms as they weigh now in its topic, sorted by term.
#[derive(Debug, Clone)]
struct Weighed {
    topic: u32,
    terms: Vec<Weight>,
    length: f32,
    /// Which terms there may be, by their lowest bits.
    sieve: [u64; SIEVE_BITS / 64],
}

#[derive(Debug, Clone)]
struct Weight {
    term: u32,
    idf: f32,
    /// The weight in the article times the worth.
    weight: f32,
    stories: PostingList,
}

impl Index {
    /// Returns the stories that share the article's rarest terms, with their similarity.
    pub fn candidates(&mut self, vector: &TermVector) -> Vec<ScoredStory> {
        let weighed = self.weigh(vector);
        let sharing = self.sharing(&weighed);
        let stories = sharing
            .slots
            .iter()
            .filter_map(|(_, slot)| self.slots[*slot as usize].as_ref());
        stories
            .map(|story| story.scored(self.cosine(story, &weighed)))
            .collect()
    }

    /// Returns the candidates that are at least so close, each with the part of its similarity that is not of the `strongest`
    /// terms.
    pub fn alike_beyond(&mut self, vector: &TermVector, cosine_min: f64, strongest: usize) -> Vec<(ScoredStory, f64)> {
        let Found { weighed, sharing, .. } = self.found_for(vector);
        let mut found = Vec::new();
        for (shared, slot) in &sharing.slots {
            let most = (shared.squares + sharing.unread).sqrt() / weighed.length * COSINE_SLACK;
            let Some(story) = self.slots[*slot as usize]
                .as_ref()
                .filter(|_| f64::from(most) >= cosine_min)
            else {
                continue;
            };
            let cosine = self.cosine(story, &weighed);
            if cosine >= cosine_min {
                found.push((story.scored(cosine), cosine * rest_share(story, &weighed, strongest)));
            }
        }
        found
    }

    /// Returns that one of the candidates which `rate` rates highest, the earliest of equals, and the next if it is rated
    /// above `floor`; none of those that are `out`. A story of a higher cosine must rate no lower.
    pub fn best(
        &mut self,
        vector: &TermVector,
        out: &[StoryId],
        floor: f64,
        rate: impl Fn(&ScoredStory) -> f64,
    ) -> Option<(RatedStory, Option<RatedStory>)> {
        let found = self.found_for(vector);
        let Found { weighed, sharing, .. } = &found;
        let mut first: Option<RatedStory> = None;
        let mut second: Option<RatedStory> = None;
        for (shared, slot) in &sharing.slots {
            let Some(story) = self.slots[*slot as usize].as_ref() else {
                continue;
            };
            // By Cauchy and Schwarz; most stories need not be read.
            let most = ((shared.squares + sharing.unread).sqrt() / weighed.length * COSINE_SLACK).min(1.0);
            let wanted = first.map(|best| second.map_or(floor, |next| next.rate.max(floor)).min(best.rate));
            let is_hopeless = |wanted: f64| rate(&story.scored(f64::from(most))) < wanted;
            if out.contains(&story.id) || wanted.is_some_and(is_hopeless) {
                continue;
            }
            let rated = RatedStory {
                story: story.id,
                size: story.size,
                rate: rate(&story.scored(self.cosine(story, weighed))),
            };
            let is_before =
                |other: RatedStory| rated.rate > other.rate || (rated.rate == other.rate && rated.story < other.story);
            if first.is_none_or(is_before) {
                second = first.replace(rated);
            } else if second.is_none_or(is_before) {
                second = Some(rated);
            }
        }
        self.last_found = Some(found);
        first.map(|first| (first, second.filter(|second| second.rate > floor)))
    }

    /// Returns which stories share most with an article: as found before, if it was the last one asked about.
    fn found_for(&mut self, vector: &TermVector) -> Found {
        let last = self.last_found.take();
        last.filter(|last| last.vector == *vector).unwrap_or_else(|| {
            let weighed = self.weigh(vector);
            let sharing = self.sharing(&weighed);
            Found {
                vector: vector.clone(),
                weighed,
                sharing,
            }
        })
    }

    fn weigh(&self, vector: &TermVector) -> Weighed {
        let mut sieve = [0; SIEVE_BITS / 64];
        let terms = vector.terms.iter().map(|(term, weight)| {
            let (idf, stories) = self.terms.look_up(vector.topic, *term);
            let bit = *term as usize % SIEVE_BITS;
            sieve[bit / 64] |= 1 << (bit % 64);
            Weight {
                term: *term,
                idf,
                weight: weight * idf,
                stories: *stories,
            }
        });
        let terms: Vec<Weight> = terms.collect();
        let length = terms.iter().map(|own| own.weight * own.weight).sum::<f32>().sqrt();
        Weighed {
            topic: vector.topic,
            terms,
            length,
            sieve,
        }
    }

    /// Returns the stories that share most with an article, by its rarest terms.
    fn sharing(&mut self, weighed: &Weighed) -> Sharing {
        let Self {
            terms,
            shared,
            touched,
            is_touched,
            ..
        } = self;
        shared.resize(self.slots.len(), SharedWeight::default());
        is_touched.resize(self.slots.len().div_ceil(64), 0);
        let mut rarest: Vec<&Weight> = weighed.terms.iter().filter(|own| !own.stories.is_empty()).collect();
        rarest.sort_by_key(|own| own.stories.len());
        let (mut budget, mut unread) = (POSTINGS_READ_MAX, 0.0);
        for Weight { weight, stories, .. } in rarest {
            let read = stories.len().min(POSTINGS_READ_PER_TERM).min(budget);
            budget -= read;
            let square = weight * weight;
            if read < stories.len() {
                unread += square;
            }
            let [older, latest] = terms.stories(stories);
            let is_full = touched.len() >= LED_TO_MAX;
            for slot in latest.iter().rev().chain(older.iter().rev()).take(read) {
                let (word, bit) = (&mut is_touched[*slot as usize / 64], 1 << (slot % 64));
                if *word & bit == 0 {
                    if is_full {
                        continue;
                    }
                    *word |= bit;
                    touched.push(*slot);
                }
                let sum = &mut shared[*slot as usize];
                sum.weights += weight;
                sum.squares += square;
            }
        }
        let mut most: Vec<(SharedWeight, u32)> = Vec::with_capacity(touched.len());
        for slot in touched.drain(..) {
            most.push((std::mem::take(&mut shared[slot as usize]), slot));
            is_touched[slot as usize / 64] = 0;
        }
        let order =
            |a: &(SharedWeight, u32), b: &(SharedWeight, u32)| b.0.weights.total_cmp(&a.0.weights).then(a.1.cmp(&b.1));
        if most.len() > CANDIDATES_MAX {
            most.select_nth_unstable_by(CANDIDATES_MAX, order);
            most.truncate(CANDIDATES_MAX);
        }
        most.sort_unstable_by(order);
        Sharing { slots: most, unread }
    }

    /// Similarity of a story to an article's weighed terms, in the article's topic.
    fn cosine(&self, story: &LiveStory, weighed: &Weighed) -> f64 {
        let mut product = 0.0f32;
        // Both are sorted by term.
        let mut rest = weighed.terms.as_slice();
        for (place, term) in story.words.terms().iter().enumerate() {
            let bit = *term as usize % SIEVE_BITS;
            if weighed.sieve[bit / 64] >> (bit % 64) & 1 == 0 {
                continue;
            }
            while let Some((own, after)) = rest.split_first()
                && own.term < *term
            {
                rest = after;
            }
            match rest.first() {
                Some(own) if own.term == *term => product += own.weight * story.words.weight(place) * own.idf,
                Some(_) => {}
                None => break,
            }
        }
        let is_weighed_alike = story.topics.first() == Some(&weighed.topic);
        let story_length = if is_weighed_alike {
            story.length
        } else {
            self.length(&story.words, weighed.topic)
        };
        let scale = story_length * weighed.length;
        if scale > 0.0 {
            f64::from(product / scale).min(1.0)
        } else {
            0.0
        }
    }
}

/// Returns the share of what a story and an article have in common that is not of the `strongest` terms.
fn rest_share(story: &LiveStory, weighed: &Weighed, strongest: usize) -> f64 {
    let in_story = |term: u32| story.words.terms().binary_search(&term).ok();
    let parts = weighed
        .terms
        .iter()
        .filter_map(|own| Some(own.weight * own.idf * story.words.weight(in_story(own.term)?)));
    let mut parts: Vec<f32> = parts.collect();
    parts.sort_unstable_by(|a, b| b.total_cmp(a));
    let all: f32 = parts.iter().sum();
    let rest: f32 = parts.iter().skip(strongest).sum();
    if all > 0.0 { f64::from(rest / all) } else { 0.0 }
}
