//! Live stories by their words.

mod candidates;

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::story::{LiveStory, ScoredStory, TermSums};
use super::term_dictionary::TermDictionary;
use super::vectorize::TermVector;
use crate::domain::{StoryId, Timestamp};

/// The live stories and which of them hold which term.
#[derive(Debug, Clone)]
pub struct Index {
    slots: Vec<Option<LiveStory>>,
    free: VecDeque<u32>,
    by_id: HashMap<StoryId, u32>,
    by_age: BTreeSet<(Timestamp, u32)>,
    terms: TermDictionary,
    /// Working space: what each slot shares with the article being compared; nothing in between.
    shared: Vec<candidates::SharedWeight>,
    /// Working space: the slots that share something, as they are and as a bit each.
    touched: Vec<u32>,
    is_touched: Vec<u64>,
    /// What was found for the article asked about last, as long as nothing was added.
    last_found: Option<candidates::Found>,
}

impl Index {
    /// Returns an index without stories, for so many topics.
    pub fn new(topics: usize) -> Self {
        Self {
            slots: Vec::new(),
            free: VecDeque::new(),
            by_id: HashMap::new(),
            by_age: BTreeSet::new(),
            terms: TermDictionary::new(topics),
            shared: Vec::new(),
            touched: Vec::new(),
            is_touched: Vec::new(),
            last_found: None,
        }
    }

    /// Returns the number of stories.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Returns the stories closest to a story, with their similarity in its first topic: of those alone that have
    /// members of it too.
    pub fn alike(&mut self, id: StoryId) -> Vec<ScoredStory> {
        let Some(story) = self.story(id) else {
            return Vec::new();
        };
        let topic = story.topics.first().copied().unwrap_or(0);
        let vector = TermVector {
            terms: story.words.iter().collect(),
            topic,
        };
        let mut found = self.candidates(&vector);
        found.retain(|other| other.story != id && self.has_topic(other.story, topic));
        for other in &mut found {
            // A story's length is as old as the story; here there is time to weigh its words as they weigh now.
            let Some(story) = self
                .story(other.story)
                .filter(|story| story.topics.first() == Some(&topic))
            else {
                continue;
            };
            let now = self.length(&story.words, topic);
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

    fn story(&self, id: StoryId) -> Option<&LiveStory> {
        let slot = self.by_id.get(&id)?;
        self.slots[*slot as usize].as_ref()
    }

    /// Whether a story has members of a topic.
    pub fn has_topic(&self, id: StoryId, topic: u32) -> bool {
        self.story(id).is_some_and(|story| story.topics.contains(&topic))
    }

    /// Returns the number of a story's members that are no copies.
    pub fn size(&self, id: StoryId) -> u32 {
        self.story(id).map_or(0, |story| story.size)
    }

    /// Whether a story has a member from then or before.
    pub fn began_by(&self, id: StoryId, at: Timestamp) -> bool {
        self.story(id).is_some_and(|story| story.first_at <= at)
    }

    /// Counts an article and adds its vector to a story, which begins with it if it is not there.
    pub fn add(&mut self, vector: &TermVector, id: StoryId, at: Timestamp) {
        let slot = self.add_amid(vector, id, at);
        self.measure(slot);
    }

    /// Counts an article and adds its vector to a story, whose length is weighed later.
    pub fn add_amid(&mut self, vector: &TermVector, id: StoryId, at: Timestamp) -> u32 {
        self.last_found = None;
        self.terms.count(vector);
        let slot = self.slot(id, at);
        let one = LiveStory::new(id, at, 1, vec![vector.topic]);
        self.grow(slot, &one, vector.terms.iter().copied());
        slot
    }

    /// Measures the length of a story's words as they weigh now.
    fn measure(&mut self, slot: u32) {
        let story = self.slots[slot as usize].as_ref().expect("a slot in use holds a story");
        let length = self.length(&story.words, story.topics[0]);
        if let Some(story) = &mut self.slots[slot as usize] {
            story.length = length;
        }
    }

    /// Makes one story part of another; nothing where one of them is not live.
    pub fn merge(&mut self, into: StoryId, from: StoryId) {
        self.last_found = None;
        if into == from || !self.by_id.contains_key(&from) {
            return;
        }
        let Some(slot) = self.by_id.get(&into).copied() else {
            return;
        };
        if let Some(story) = self.take(from) {
            self.grow(slot, &story, story.words.iter());
            self.measure(slot);
        }
    }

    fn grow(&mut self, slot: u32, by: &LiveStory, words: impl ExactSizeIterator<Item = (u32, f32)>) {
        let mut story = self.slots[slot as usize].take().expect("a slot in use holds a story");
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
        story.words.add(words, |term, is_new| match is_new {
            true => self.terms.add_story(term, slot),
            false => self.terms.remove_story(term, slot),
        });
        self.slots[slot as usize] = Some(story);
    }

    /// Forgets one story whose last article is older, and returns it.
    pub fn evict_one(&mut self, before: Timestamp) -> Option<StoryId> {
        let (_, slot) = *self.by_age.first().filter(|(at, _)| *at < before)?;
        let id = self.slots[slot as usize].as_ref()?.id;
        self.take(id).map(|story| story.id)
    }

    /// Takes a story out.
    fn take(&mut self, id: StoryId) -> Option<LiveStory> {
        self.last_found = None;
        let slot = self.by_id.remove(&id)?;
        let story = self.slots[slot as usize].take()?;
        self.by_age.remove(&(story.last_at, slot));
        self.terms.remove_old(story.words.terms(), slot);
        self.free.push_back(slot);
        Some(story)
    }

    fn slot(&mut self, id: StoryId, at: Timestamp) -> u32 {
        if let Some(slot) = self.by_id.get(&id) {
            return *slot;
        }
        let story = LiveStory::new(id, at, 0, Vec::new());
        let slot = self.free.pop_front().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() as u32 - 1
        });
        self.slots[slot as usize] = Some(story);
        self.by_id.insert(id, slot);
        slot
    }

    fn length(&self, words: &TermSums, topic: u32) -> f32 {
        let weighed = words.iter().map(|(term, weight)| weight * self.terms.idf(topic, term));
        weighed.map(|weight| weight.powi(2)).sum::<f32>().sqrt()
    }
}
