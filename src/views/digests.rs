//! Digests that were sent, and what did not arrive.

use super::error::{UnknownKind, ViewError};
use crate::domain::DigestId;
use crate::store::Store;
use crate::store::digests::StoredDigest;
use crate::store::digests::TroubledDelivery;

/// Returns the digests that were made, newest first, `limit` at most.
///
/// # Errors
/// The store cannot be read.
pub fn list(store: &Store, limit: usize) -> Result<Vec<StoredDigest>, ViewError> {
    Ok(store.digests(limit)?)
}

/// Returns those that were made before one, newest first, `limit` at most.
///
/// # Errors
/// The store cannot be read.
pub fn list_before(store: &Store, later: DigestId, limit: usize) -> Result<Vec<StoredDigest>, ViewError> {
    Ok(store.digests_before(later, limit)?)
}

/// Returns the text of a digest as it was sent.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn text(store: &Store, id: DigestId) -> Result<String, ViewError> {
    store.digest_text(id)?.ok_or_else(|| UnknownKind::Digest.named(id))
}

/// Returns at most `limit` deliveries in trouble, the ones given up first.
///
/// # Errors
/// The store cannot be read.
pub fn undelivered(store: &Store, limit: usize) -> Result<Vec<TroubledDelivery>, ViewError> {
    Ok(store.troubled_deliveries(limit)?)
}
