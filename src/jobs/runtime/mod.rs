//! What jobs run in: their context, what they share, and the queues their work waits in. No use case stands here.

pub mod error;
pub mod counters;
pub mod poll_lock;
pub mod host_queue;
pub mod placement_order;
pub mod held_hosts;
pub mod read_files;
pub mod shared_state;
pub mod context;
pub mod catch_panic;

pub use context::{Context, compile};
pub use error::JobError;
pub use shared_state::SharedState;
