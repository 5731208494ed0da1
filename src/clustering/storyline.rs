//! Which earlier story a story continues: a bill introduced, its committee, the vote.
//!
//! A story continues another when its first articles are as close to that one as articles of one event are but for the days
//! between, names what they name, and not by a name alone: the rest of what they share must be much too. Stories stay what
//! they are; a wrong link is worse than none (docs/decisions/0018-storylines.md says how it was measured).

use super::{PreparedArticle, StoryIndex};
use crate::domain::StoryId;

/// Similarity from which on one may continue the other.
const COSINE_MIN: f64 = 0.22;
/// The terms that bring the two together most, which one name and its words may be, and the part of the similarity that the
/// others are to bring.
const STRONGEST: usize = 3;
const REST_MIN: f64 = 0.07;
/// Members of a story with which it is looked for.
pub const FIRST_MEMBERS: u32 = 3;

impl StoryIndex {
    /// Returns the story that the article's story continues, of its topic: the closest. To be asked between `place` and `add`
    /// of the article; `own` is the story it joins, if it does not start one. Counts nothing.
    pub fn predecessor(&mut self, item: &PreparedArticle, own: Option<StoryId>) -> Option<StoryId> {
        if own.is_some_and(|own| self.index.size(own) >= FIRST_MEMBERS) {
            return None;
        }
        let mut found = self.index.alike_beyond(&item.vector, COSINE_MIN, STRONGEST);
        found.retain(|(story, rest)| {
            *rest >= REST_MIN
                && own.is_none_or(|own| story.story < own)
                && self.index.has_topic(story.story, item.vector.topic)
                && self.index.began_by(story.story, item.published_at)
                && self.copies.names_what(story.story, &item.fingerprint)
        });
        found.sort_by(|(a, _), (b, _)| b.cosine.total_cmp(&a.cosine).then(a.story.cmp(&b.story)));
        let (closest, _) = found.first()?;
        // The next issue of a column continues nothing, whatever it says.
        let known = self.copies.find(item.id, item.published_at, &item.fingerprint);
        let is_column = !known.look_alikes.is_empty() || self.copies.has_pattern_of(closest.story, &item.fingerprint);
        (!is_column).then_some(closest.story)
    }
}
