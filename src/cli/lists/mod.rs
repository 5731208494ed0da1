//! Commands that show what is stored.

pub mod articles;
pub mod search;
pub mod stories;
pub mod topics;
pub mod digest;
pub mod stats;
