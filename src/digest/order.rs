//! Which story stands first: the one most outlets report.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::columns::is_column;
use super::input::{MemberInput, StoryInput};
use crate::domain::{StoryId, Timestamp};

/// What stories are ordered by; the least stands first. What is one of a series stands last, an exclusive before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoryRank {
    is_column: bool,
    /// Outlets that report something new in words of their own; one that only corrects its headline counts too.
    outlets: Reverse<usize>,
    /// Outlets that have anything new of it, copies among them: how fast it spreads.
    spread: Reverse<usize>,
    /// Topics of the digest it is about.
    topics: Reverse<usize>,
    /// Outlets that have reported it since it began.
    outlets_so_far: Reverse<usize>,
    quality: Reverse<i32>,
    newest: Reverse<Timestamp>,
    id: StoryId,
}

/// Returns the place in the order of a story that is about so many topics.
pub(super) fn rank(story: &StoryInput, topics: usize) -> StoryRank {
    let members = || story.members.iter();
    let fresh = || members().filter(|member| member.is_new && member.copy_of.is_none());
    let outlets = outlets(fresh());
    StoryRank {
        is_column: outlets > 0 && fresh().all(is_column),
        outlets: Reverse(outlets.max(1)),
        spread: Reverse(self::outlets(members().filter(|member| member.is_new))),
        topics: Reverse(topics),
        outlets_so_far: Reverse(self::outlets(members().filter(|member| member.copy_of.is_none()))),
        quality: Reverse(fresh().map(|member| member.quality).max().unwrap_or(0)),
        newest: Reverse(fresh().map(|member| member.published_at).max().unwrap_or_default()),
        id: story.id,
    }
}

fn outlets<'a>(members: impl Iterator<Item = &'a MemberInput>) -> usize {
    let names = members.map(|member| member.provider.trim().to_lowercase());
    names.filter(|name| !name.is_empty()).collect::<HashSet<_>>().len()
}
