//! Stories: their members and why each is there, merges and splits, storylines, and the one serial assigner.

pub(super) mod storylines;
mod story_edits;
mod live_members;
pub(super) mod story;
mod story_heads;
mod story_changes;
mod named_documents;
mod placement_reasons;
mod assigner;
pub(super) mod unplaced;
mod merge_sweep;
mod doubtful;

pub use doubtful::SecondLook;
pub use story::{Member, StoredStory};
pub use story_changes::StoryChange;
pub use story_edits::{EditCause, EditKind, EditRefused, StoryEdit, StoryMerge, moved_by};
pub use story_heads::{MemberHead, StoryHeads};
pub use storylines::StorylineStep;
