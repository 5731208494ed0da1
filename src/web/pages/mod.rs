//! Pages: each file one kind.

mod bars;
mod story_list;
mod text_changes;
pub mod failure;
pub mod today;
pub mod topics;
pub mod story;
pub mod article;
pub mod sources;
mod search_help;
pub mod search;
pub mod digests;
