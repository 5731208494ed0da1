//! Counts of what is stored.

use super::error::ViewError;
use crate::store::Store;
use crate::store::articles::Stats;

/// Returns the counts.
///
/// # Errors
/// The store cannot be read.
pub fn counts(store: &Store) -> Result<Stats, ViewError> {
    Ok(store.stats()?)
}
