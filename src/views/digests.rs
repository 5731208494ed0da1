//! Digests that were sent, and what did not arrive.

use super::error::{UnknownKind, ViewError};
use super::story_lines::{self, StoryLine};
use crate::domain::DigestId;
use crate::store::Store;
use crate::store::digests::StoredDigest;
use crate::store::digests::TroubledDelivery;

/// Stories named of one digest.
const STORIES_MAX: usize = 60;

/// A digest as it was frozen, and where its stories stand now.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestDetail {
    pub digest: StoredDigest,
    /// As it was sent.
    pub text: String,
    /// Empty of one that could not be made.
    pub html: String,
    pub stories: Vec<StoryLine>,
    /// Those of its name before and after it.
    pub before: Option<DigestId>,
    pub after: Option<DigestId>,
}

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
    store.digest_text(id)?.ok_or_else(|| gone(id))
}

/// Returns the HTML of a digest as it was sent; empty of one that could not be made.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn html(store: &Store, id: DigestId) -> Result<String, ViewError> {
    store.digest_html(id)?.ok_or_else(|| gone(id))
}

/// Returns one digest with all that is known of it.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn detail(store: &Store, id: DigestId) -> Result<DigestDetail, ViewError> {
    let digest = store.digest(id)?.ok_or_else(|| gone(id))?;
    let [before, after] = store.digest_neighbours(&digest.name, id)?;
    let stories = store.told_stories(id, STORIES_MAX)?;
    Ok(DigestDetail {
        text: text(store, id)?,
        html: html(store, id)?,
        stories: story_lines::of_ids(store, &stories, None)?,
        before,
        after,
        digest,
    })
}

fn gone(id: DigestId) -> ViewError {
    UnknownKind::Digest.named(id)
}

/// Returns at most `limit` deliveries in trouble, the ones given up first.
///
/// # Errors
/// The store cannot be read.
pub fn undelivered(store: &Store, limit: usize) -> Result<Vec<TroubledDelivery>, ViewError> {
    Ok(store.troubled_deliveries(limit)?)
}
