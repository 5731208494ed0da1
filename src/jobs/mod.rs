//! The use cases, in rooms: read, decide, write. What they run in stands before them, the pool that runs them after.
//!
//! A job reads the clock once, at its start, and finishes with the `Context` it began with, whatever is reloaded
//! meanwhile. Killed anywhere, its lease is void at the next start and it runs again to the same rows.

pub mod runtime;
pub mod discover;
pub mod poll;
pub mod articles;
pub mod archive;
pub mod digest;
pub mod maintenance;
pub mod worker_pool;

pub use runtime::{Context, JobError, SharedState, compile};
