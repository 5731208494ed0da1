//! Digests that were sent, and what did not arrive.

use serde::Serialize;

use super::error::{UnknownKind, ViewError};
use super::story_lines::{self, StoryLine};
use crate::config::Config;
use crate::domain::DigestId;
use crate::store::Store;
use crate::store::digests::TroubledDelivery;
use crate::store::digests::{FrozenDigest, StoredDigest};

/// A digest with its text as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FullDigest {
    #[serde(flatten)]
    pub digest: StoredDigest,
    pub text: String,
}

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

/// Returns the digests of a name as they were frozen, newest first, `limit` at most.
///
/// # Errors
/// No digest has this name, or the store cannot be read.
pub fn frozen(store: &Store, config: &Config, name: &str, limit: usize) -> Result<Vec<FrozenDigest>, ViewError> {
    let found = store.frozen_digests(name, limit)?;
    match found.is_empty() && config.digests.iter().all(|digest| digest.name != name) {
        true => Err(ViewError::NotFound(format!("no digest is called \"{name}\""))),
        false => Ok(found),
    }
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

/// Returns a digest with its text.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn full(store: &Store, id: DigestId) -> Result<FullDigest, ViewError> {
    let text = text(store, id)?;
    let digest = store.digest(id)?.ok_or_else(|| gone(id))?;
    Ok(FullDigest { digest, text })
}

/// Returns at most `limit` deliveries in trouble, the ones given up first.
///
/// # Errors
/// The store cannot be read.
pub fn undelivered(store: &Store, limit: usize) -> Result<Vec<TroubledDelivery>, ViewError> {
    Ok(store.troubled_deliveries(limit)?)
}
