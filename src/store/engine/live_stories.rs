//! The live stories in memory, on the writer thread, in step with what is committed: what is kept, and how far it is read.
//!
//! What is asked of them, and how they are read, stands in `assigner`.

use std::collections::VecDeque;

use crate::clustering::StoryIndex;
use crate::domain::topic::Topic;
use crate::domain::{ArticleId, StoryId, Timestamp};

/// The live stories of the followed topics.
#[derive(Default)]
pub struct LiveStories {
    pub topics: Vec<Topic>,
    pub index: Option<StoryIndex>,
    /// The live stories as far as they are read.
    pub loading: Option<Loading>,
    /// Set while articles are placed by their own dates: how far the members stored before are told.
    pub replay: Option<Replay>,
    /// Articles placed and stories merged since the start: tells whether a write that failed had changed anything here.
    pub(in crate::store) changed: u64,
}

impl LiveStories {
    /// Follows these topics from now on.
    pub fn follow(&mut self, topics: Vec<Topic>) {
        if self.topics != topics {
            self.topics = topics;
            self.forget();
        }
    }

    /// Forgets the live stories; the next use reads them again.
    pub fn forget(&mut self) {
        self.index = None;
        self.loading = None;
        self.replay = None;
    }
}

/// The live stories while they are read, a few members at a time.
pub struct Loading {
    pub index: StoryIndex,
    pub since: Timestamp,
    /// Of the last member that was read.
    pub last: (i64, i64),
}

/// The members that were stored before, in the order in which they joined, read a few at a time.
pub struct Replay {
    pub waiting: VecDeque<PreparedMember>,
    /// Of the last one that was read.
    pub last: (i64, i64),
    /// Articles stored later than this are placed in the course of it.
    pub newest: i64,
    pub is_over: bool,
}

/// Where a member of a live story stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveMember {
    pub story: StoryId,
    pub copy_of: Option<ArticleId>,
    pub joined_at: Timestamp,
    pub article: ArticleId,
    pub published_at: Timestamp,
    /// None that is no copy joined its story later.
    pub is_last: bool,
}

/// A member of a live story, with what was prepared of it.
pub type PreparedMember = (LiveMember, Option<Vec<u8>>);
