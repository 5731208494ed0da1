//! The tools, a file each, and the table of them.

mod topics;
mod stories;
mod story;
mod search;
mod article;
mod sources;
mod digests;
mod table;

pub use table::{TOOLS, ToolKind};
