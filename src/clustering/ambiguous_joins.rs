//! Stories that may be one event: articles that would have joined either of two tell so.
//!
//! The second report of an event may share no word with the first; what comes later shares words with both. One such
//! article may be of anything, many are not: the larger the smaller story, the more it takes
//! (docs/decisions/0013-articles-that-fit-two-stories.md says how it was measured).

use std::collections::HashMap;

use super::THRESHOLD;
use crate::domain::StoryId;

/// Similarity from which on the next best story is a rival of the best: that at which a headline would join it, a little
/// below the one at which a text would.
pub const FLOOR: f64 = THRESHOLD;
/// How far below the best it may be.
pub const REACH: f64 = 0.2;
/// Articles that make two stories one: so many, and so many more for each article of the smaller; one is never enough.
const ARTICLES_BASE: f64 = 1.0;
const ARTICLES_PER_MEMBER: f64 = 0.3;
/// Rivals remembered of one story: those that articles fitted last, so that stories that are over give way.
const PER_STORY_MAX: usize = 8;

/// Two stories that an article would have joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmbiguousJoin {
    pub larger: StoryId,
    pub smaller: StoryId,
    /// Articles that would have joined either, with this one.
    pub articles: u32,
    /// Whether so many make the two one.
    pub is_settled: bool,
}

/// How many articles would have joined either of two stories. The earlier story of two remembers it.
#[derive(Debug, Clone, Default)]
pub struct AmbiguousJoins(HashMap<StoryId, Vec<(StoryId, u32)>>);

impl AmbiguousJoins {
    /// Returns what an article says of two stories, each given with its size; of two that are equally large the earlier
    /// counts as the larger. Counts nothing.
    pub fn weigh(&self, one: (StoryId, u32), other: (StoryId, u32)) -> AmbiguousJoin {
        let is_larger = (one.1, other.0) > (other.1, one.0);
        let (larger, smaller) = if is_larger { (one, other) } else { (other, one) };
        let articles = self.counted(one.0, other.0) + 1;
        AmbiguousJoin {
            larger: larger.0,
            smaller: smaller.0,
            articles,
            is_settled: f64::from(articles) >= ARTICLES_BASE + ARTICLES_PER_MEMBER * f64::from(smaller.1),
        }
    }

    fn counted(&self, one: StoryId, other: StoryId) -> u32 {
        let rivals = self.0.get(&one.min(other)).into_iter().flatten();
        let found = rivals.filter(|(rival, _)| *rival == one.max(other));
        found.map(|(_, articles)| *articles).sum()
    }

    /// Counts an article that was added to one of the two.
    pub fn count(&mut self, ambiguous_join: &AmbiguousJoin) {
        let (larger, smaller) = (ambiguous_join.larger, ambiguous_join.smaller);
        let (one, other) = (larger.min(smaller), larger.max(smaller));
        let rivals = self.0.entry(one).or_default();
        let known = rivals.iter().position(|(rival, _)| *rival == other);
        let counted = known.map_or(0, |place| rivals.remove(place).1);
        if rivals.len() >= PER_STORY_MAX {
            rivals.remove(0);
        }
        rivals.push((other, counted + 1));
    }

    /// Forgets a story that became part of another.
    pub fn merge(&mut self, into: StoryId, from: StoryId) {
        self.forget(from);
        if let Some(rivals) = self.0.get_mut(&into) {
            rivals.retain(|(rival, _)| *rival != from);
        }
    }

    /// Forgets what a story remembers, which is no longer live.
    pub fn forget(&mut self, story: StoryId) {
        self.0.remove(&story);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_articles_are_needed_the_larger_the_smaller_story() {
        let mut rivals = AmbiguousJoins::default();
        let mut needed = |one: (StoryId, u32), other: (StoryId, u32)| {
            (1..)
                .find(|_| {
                    let ambiguous_join = rivals.weigh(one, other);
                    assert_eq!((ambiguous_join.larger, ambiguous_join.smaller), (one.0, other.0));
                    rivals.count(&ambiguous_join);
                    ambiguous_join.is_settled
                })
                .unwrap()
        };
        let (old, new) = (StoryId(1), StoryId(9));
        assert_eq!(needed((old, 2), (StoryId(2), 1)), 2);
        assert_eq!(needed((old, 30), (StoryId(3), 10)), 4);
        // The larger one keeps its number, of two equals the earlier.
        assert_eq!(needed((new, 30), (StoryId(4), 20)), 7);
        assert_eq!(needed((StoryId(5), 3), (new, 3)), 2);
    }

    #[test]
    fn few_rivals_are_remembered_those_met_last() {
        let mut rivals = AmbiguousJoins::default();
        let mut meet = |other: i64| {
            let ambiguous_join = rivals.weigh((StoryId(1), 90), (StoryId(other), 80));
            rivals.count(&ambiguous_join);
            ambiguous_join.articles
        };
        assert_eq!([meet(2), meet(2), meet(3)], [1, 2, 1]);
        (4..12).for_each(|other| assert_eq!(meet(other), 1));
        // 2 and 3 gave way, 11 was met last.
        assert_eq!([meet(2), meet(11), meet(3)], [1, 2, 1]);
        let articles = |rivals: &AmbiguousJoins, other| rivals.weigh((StoryId(1), 90), (StoryId(other), 80)).articles;
        assert_eq!([articles(&rivals, 11), articles(&rivals, 3)], [3, 2]);
        rivals.merge(StoryId(1), StoryId(11));
        assert_eq!([articles(&rivals, 11), articles(&rivals, 3)], [1, 2]);
        rivals.forget(StoryId(1));
        assert_eq!(articles(&rivals, 3), 1);
    }
}
