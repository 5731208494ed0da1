//! Pages: each file one kind.

mod bars;
mod story_list;
pub mod failure;
pub mod today;
pub mod topics;
pub mod story;
