//! Digests and alerts: composed, frozen in the store, delivered. Nothing is sent that is not stored first.

pub mod input;
mod changed_pages;
mod deadlines;
mod compose;
pub mod freeze;
mod schedule;
pub mod alert;
pub mod delivery;

pub use compose::{ComposedDigest, compose};
pub use schedule::{DigestRunResult, next_due, next_due_of, or_unmade, run, run_due};
