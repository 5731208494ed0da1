//! Stories that are one event: found by looking again at stories that grew, apart from the placing of articles.
//!
//! Wrongly joined stories are worse than two of one event, so the bar is far above the one for joining
//! (docs/decisions/0012-merges-found-later.md says how it was measured).

use super::StoryIndex;
use crate::domain::StoryId;

/// Similarity of two stories' words from which on they are one; an article joins a story at about 0.16.
const SIMILARITY_MIN: f64 = 0.5;
/// Hours that may lie between them.
const GAP_HOURS_MAX: i64 = 48;

/// A story that is one with another.
#[derive(Debug, Clone, PartialEq)]
pub struct DuplicateStory {
    pub story: StoryId,
    /// Similarity of the two stories' words.
    pub similarity: f64,
    /// Both hold the same text.
    pub is_copied: bool,
    /// Between the last article of one and the first of the other; 0 where they overlap.
    pub gap_hours: i64,
}

impl DuplicateStory {
    /// Returns in a few words why the two are one.
    pub fn reason(&self) -> String {
        let copied = if self.is_copied { "the same text in both, " } else { "" };
        match self.gap_hours {
            0 => format!("{copied}{:.2} alike, at the same time", self.similarity),
            hours => format!("{copied}{:.2} alike, {hours} h apart", self.similarity),
        }
    }
}

impl StoryIndex {
    /// Returns the live stories that are one event with this one, the surest first. Counts nothing.
    pub fn duplicate_stories(&mut self, story: StoryId) -> Vec<DuplicateStory> {
        let found = self.index.alike(story);
        let mut duplicates: Vec<DuplicateStory> = found
            .into_iter()
            .filter_map(|other| {
                let gap_hours = self.index.gap_hours(story, other.story)?;
                let is_copied = self.copies.have_a_text_in_common(story, other.story);
                let is_alike = || other.cosine >= SIMILARITY_MIN && !self.copies.look_alike(story, other.story);
                let is_one = gap_hours <= GAP_HOURS_MAX && (is_copied || is_alike());
                is_one.then_some(DuplicateStory {
                    story: other.story,
                    similarity: other.cosine,
                    is_copied,
                    gap_hours,
                })
            })
            .collect();
        let order = |duplicate: &DuplicateStory| (std::cmp::Reverse(duplicate.is_copied), duplicate.story);
        duplicates.sort_by(|a, b| {
            b.similarity
                .total_cmp(&a.similarity)
                .then_with(|| order(a).cmp(&order(b)))
        });
        duplicates
    }

    /// Makes one live story part of another: what is like either joins it from now on.
    pub fn merge(&mut self, into: StoryId, from: StoryId) {
        self.index.merge(into, from);
        self.copies.merge(into, from);
        self.ambiguous_joins.merge(into, from);
    }
}
