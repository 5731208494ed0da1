//! How much of what is followed is read.

use super::error::ViewError;
use crate::domain::Timestamp;
use crate::domain::health::health;
use crate::store::Store;

/// How many of the followed sources are read, and when any was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverageView {
    pub sources: usize,
    pub read: usize,
    pub last_read_at: Option<Timestamp>,
}

/// Returns how much of what is followed is read.
///
/// # Errors
/// The store cannot be read.
pub fn of(store: &Store, now: Timestamp) -> Result<CoverageView, ViewError> {
    let states = store.active_source_states()?;
    let is_read = |(kind, state): &&(_, _)| !health(now, *kind, state).condition.is_unread();
    Ok(CoverageView {
        sources: states.len(),
        read: states.iter().filter(is_read).count(),
        last_read_at: states.iter().filter_map(|(_, state)| state.succeeded_at).max(),
    })
}
