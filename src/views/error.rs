//! Why a view has nothing to show.

use thiserror::Error;

use crate::store::StoreError;

/// Why there is nothing to show.
#[derive(Debug, Error)]
pub enum ViewError {
    /// What was named is not there.
    #[error("{0}")]
    NotFound(String),
    /// What was asked cannot be meant.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}
