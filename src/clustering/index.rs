//! Live stories by their words: candidates for an article, and how close each is.

use std::collections::{BTreeSet, HashMap};

use super::postings::Postings;
use super::words::{Vector, Weigher};
use crate::domain::{StoryId, Timestamp};

/// Postings read for one article, rarest terms first, and the latest of each term.
const POSTINGS_READ_MAX: usize = 2048;
const POSTINGS_READ_PER_TERM: usize = 512;
/// Stories compared with one article.
const CANDIDATES_MAX: usize = 20;
/// Terms of a story; of more, the weightiest stay.
const STORY_TERMS_MAX: usize = 256;

#[derive(Debug, Clone)]
struct Story {
    id: StoryId,
    first_at: Timestamp,
    last_at: Timestamp,
    size: u32,
    /// Topics of its members; 0 stands for none.
    topics: Vec<u32>,
    /// Sum of the members' weights, sorted by term.
    terms: Vec<(u32, f32)>,
    /// Length of the vector as weighed at the last change in `topics[0]`.
    length: f32,
}

/// A story and how close it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub story: StoryId,
    pub cosine: f64,
    pub last_at: Timestamp,
    pub size: u32,
}

/// The live stories and which of them hold which term.
#[derive(Debug, Clone, Default)]
pub struct Index {
    slots: Vec<Option<Story>>,
    free: Vec<u32>,
    by_id: HashMap<StoryId, u32>,
    by_age: BTreeSet<(Timestamp, u32)>,
    postings: Postings,
    /// Working space: what each slot shares with the article being compared; all zero in between.
    shared: Vec<f32>,
}

impl Index {
    /// Returns the number of stories.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Returns the stories that share the article's rarest terms, with their likeness.
    pub fn candidates(&mut self, weigher: &Weigher, vector: &Vector) -> Vec<Scored> {
        let weighed: Vec<(u32, f32, f32)> = vector
            .terms
            .iter()
            .map(|(term, weight)| {
                let worth = weigher.worth(vector.topic, *term);
                (*term, weight * worth, worth)
            })
            .collect();
        let length = weighed.iter().map(|(_, weight, _)| weight * weight).sum::<f32>().sqrt();
        let mut lists: Vec<(&[u32], f32)> = weighed
            .iter()
            .map(|(term, weight, _)| (self.postings.of(*term), *weight))
            .filter(|(list, _)| !list.is_empty())
            .collect();
        lists.sort_by_key(|(list, _)| list.len());
        self.shared.resize(self.slots.len(), 0.0);
        let mut touched: Vec<u32> = Vec::new();
        let mut budget = POSTINGS_READ_MAX;
        for (list, weight) in lists {
            for slot in list.iter().rev().take(POSTINGS_READ_PER_TERM.min(budget)) {
                let sum = &mut self.shared[*slot as usize];
                if *sum == 0.0 {
                    touched.push(*slot);
                }
                *sum += weight;
            }
            budget = budget.saturating_sub(list.len().min(POSTINGS_READ_PER_TERM));
        }
        let mut best: Vec<(u32, f32)> = Vec::with_capacity(touched.len());
        for slot in touched {
            let sum = std::mem::take(&mut self.shared[slot as usize]);
            if sum != 0.0 {
                best.push((slot, sum));
            }
        }
        let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if best.len() > CANDIDATES_MAX {
            best.select_nth_unstable_by(CANDIDATES_MAX, order);
            best.truncate(CANDIDATES_MAX);
        }
        best.sort_by(order);
        best.into_iter()
            .filter_map(|(slot, _)| self.slots[slot as usize].as_ref())
            .map(|story| Scored {
                story: story.id,
                cosine: cosine(story, weigher, vector.topic, &weighed, length),
                last_at: story.last_at,
                size: story.size,
            })
            .collect()
    }

    /// Returns the stories closest to a story, with their likeness in its first topic: of those alone that have members
    /// of it too.
    pub fn alike(&mut self, weigher: &Weigher, id: StoryId) -> Vec<Scored> {
        let Some(story) = self.story(id) else {
            return Vec::new();
        };
        let topic = story.topics.first().copied().unwrap_or(0);
        let vector = Vector {
            terms: story.terms.clone(),
            topic,
        };
        let mut found = self.candidates(weigher, &vector);
        found.retain(|other| other.story != id && self.has_topic(other.story, topic));
        for other in &mut found {
            // A story's length is as old as the story; here there is time to weigh its words as they weigh now.
            let Some(story) = self
                .story(other.story)
                .filter(|story| story.topics.first() == Some(&topic))
            else {
                continue;
            };
            let now = length(&story.terms, weigher, topic);
            if now > 0.0 {
                other.cosine = (other.cosine * f64::from(story.length / now)).min(1.0);
            }
        }
        found
    }

    /// Returns the hours between two stories: none where their spans meet.
    pub fn gap_hours(&self, one: StoryId, other: StoryId) -> Option<i64> {
        let (one, other) = (self.story(one)?, self.story(other)?);
        let gap = one.first_at.max(other.first_at) - one.last_at.min(other.last_at);
        Some(gap.num_hours().max(0))
    }

    fn story(&self, id: StoryId) -> Option<&Story> {
        let slot = self.by_id.get(&id)?;
        self.slots[*slot as usize].as_ref()
    }

    /// Whether a story has members of a topic.
    pub fn has_topic(&self, id: StoryId, topic: u32) -> bool {
        self.story(id).is_some_and(|story| story.topics.contains(&topic))
    }

    /// Adds an article's vector to a story, which begins with it if it is not there.
    pub fn add(&mut self, weigher: &Weigher, vector: &Vector, id: StoryId, at: Timestamp) {
        let slot = self.slot(id, at);
        let grown = Story {
            id,
            first_at: at,
            last_at: at,
            size: 1,
            topics: vec![vector.topic],
            terms: Vec::new(),
            length: 0.0,
        };
        self.grow(weigher, slot, &grown, &vector.terms);
    }

    /// Makes one story part of another; nothing where one of them is not live.
    pub fn merge(&mut self, weigher: &Weigher, into: StoryId, from: StoryId) {
        if into == from || !self.by_id.contains_key(&from) {
            return;
        }
        let Some(slot) = self.by_id.get(&into).copied() else {
            return;
        };
        if let Some(story) = self.take(from) {
            self.grow(weigher, slot, &story, &story.terms);
        }
    }

    fn grow(&mut self, weigher: &Weigher, slot: u32, by: &Story, terms: &[(u32, f32)]) {
        let story = self.slots[slot as usize].as_mut().expect("a slot in use holds a story");
        self.by_age.remove(&(story.last_at, slot));
        story.first_at = story.first_at.min(by.first_at);
        story.last_at = story.last_at.max(by.last_at);
        self.by_age.insert((story.last_at, slot));
        story.size = story.size.saturating_add(by.size);
        for topic in &by.topics {
            if !story.topics.contains(topic) {
                story.topics.push(*topic);
            }
        }
        // Both are sorted by term.
        let (known, mut at) = (story.terms.len(), 0);
        for (term, weight) in terms {
            while at < known && story.terms[at].0 < *term {
                at += 1;
            }
            if at < known && story.terms[at].0 == *term {
                story.terms[at].1 += weight;
            } else {
                story.terms.push((*term, *weight));
                self.postings.push(*term, slot);
            }
        }
        // Two runs, each sorted: a stable sort only merges them.
        story.terms.sort_by_key(|(term, _)| *term);
        if story.terms.len() > STORY_TERMS_MAX + STORY_TERMS_MAX / 4 {
            story.terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for (term, _) in story.terms.drain(STORY_TERMS_MAX..) {
                self.postings.remove(term, slot, false);
            }
            story.terms.sort_unstable_by_key(|(term, _)| *term);
        }
        story.terms.shrink_to_fit();
        story.length = length(&story.terms, weigher, story.topics[0]);
    }

    /// Forgets one story whose last article is older, and returns it.
    pub fn evict_one(&mut self, before: Timestamp) -> Option<StoryId> {
        let (_, slot) = *self.by_age.first().filter(|(at, _)| *at < before)?;
        let id = self.slots[slot as usize].as_ref()?.id;
        self.take(id).map(|story| story.id)
    }

    /// Takes a story out.
    fn take(&mut self, id: StoryId) -> Option<Story> {
        let slot = self.by_id.remove(&id)?;
        let story = self.slots[slot as usize].take()?;
        self.by_age.remove(&(story.last_at, slot));
        for (term, _) in &story.terms {
            self.postings.remove(*term, slot, true);
        }
        self.free.push(slot);
        Some(story)
    }

    fn slot(&mut self, id: StoryId, at: Timestamp) -> u32 {
        if let Some(slot) = self.by_id.get(&id) {
            return *slot;
        }
        let story = Story {
            id,
            first_at: at,
            last_at: at,
            size: 0,
            topics: Vec::new(),
            terms: Vec::new(),
            length: 0.0,
        };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() as u32 - 1
        });
        self.slots[slot as usize] = Some(story);
        self.by_id.insert(id, slot);
        slot
    }
}

fn length(terms: &[(u32, f32)], weigher: &Weigher, topic: u32) -> f32 {
    terms
        .iter()
        .map(|(term, weight)| (weight * weigher.worth(topic, *term)).powi(2))
        .sum::<f32>()
        .sqrt()
}

/// Likeness of a story to an article's weighed terms, in the article's topic.
fn cosine(story: &Story, weigher: &Weigher, topic: u32, weighed: &[(u32, f32, f32)], item_length: f32) -> f64 {
    let mut product = 0.0f32;
    // Both are sorted by term.
    let mut rest = story.terms.as_slice();
    for (term, weight, worth) in weighed {
        let skip = rest.iter().position(|(own, _)| own >= term).unwrap_or(rest.len());
        rest = &rest[skip..];
        match rest.first() {
            Some((own, sum)) if own == term => product += weight * sum * worth,
            Some(_) => {}
            None => break,
        }
    }
    let is_weighed_alike = story.topics.first() == Some(&topic);
    let story_length = if is_weighed_alike {
        story.length
    } else {
        length(&story.terms, weigher, topic)
    };
    let scale = story_length * item_length;
    if scale > 0.0 {
        f64::from(product / scale).min(1.0)
    } else {
        0.0
    }
}
