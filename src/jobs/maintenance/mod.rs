//! What is done to stored articles and stories now and then.

pub mod backfill_topics;
pub mod merge;
pub mod place_waiting;
pub mod reindex;
pub mod purge;
pub mod sweep_images;
pub mod daily;
