//! Digests that were sent, and what did not arrive.

use serde::Serialize;

use super::error::{UnknownKind, ViewError};
use super::story_lines::{self, StoryLine};
use super::without_secrets;
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
    /// Whether it could be made.
    pub has_html: bool,
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

/// Returns those that were made before one, newest first, `limit` at most, for readers: to whom they went is left out.
///
/// # Errors
/// The store cannot be read.
pub fn list_shown_before(store: &Store, later: DigestId, limit: usize) -> Result<Vec<StoredDigest>, ViewError> {
    let found = store.digests_before(later, limit)?;
    Ok(found.into_iter().map(without_secrets::digest).collect())
}

/// Returns the digests of a name as they were frozen, for readers, newest first, `limit` at most.
///
/// # Errors
/// No digest has this name, or the store cannot be read.
pub fn frozen(store: &Store, config: &Config, name: &str, limit: usize) -> Result<Vec<FrozenDigest>, ViewError> {
    let mut found = store.frozen_digests(name, limit)?;
    for digest in &mut found {
        digest.html = shown(store, &digest.html)?;
    }
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

/// Returns the same for readers: whom another digest did not reach is left out.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn text_shown(store: &Store, id: DigestId) -> Result<String, ViewError> {
    shown(store, &text(store, id)?)
}

/// Returns the HTML of a digest as it was sent, for readers; empty of one that could not be made.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn html(store: &Store, id: DigestId) -> Result<String, ViewError> {
    let html = store.digest_html(id)?.ok_or_else(|| gone(id))?;
    shown(store, &html)
}

/// Returns a text or a page as it was sent, without what it tells its own reader and no other.
fn shown(store: &Store, text: &str) -> Result<String, ViewError> {
    let text = without_secrets::without_channels(text, &store.channels()?);
    let places = without_secrets::places_of_keys(&text);
    let written: Vec<&str> = places.iter().map(|(_, written)| written.as_str()).collect();
    let sources = store.addresses_beginning(&written)?;
    let found = places
        .iter()
        .zip(sources)
        .filter_map(|((at, _), source)| Some((*at, source?)));
    Ok(without_secrets::without_keys(&text, found))
}

/// Returns one digest with all that is known of it, for readers.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn detail(store: &Store, id: DigestId) -> Result<DigestDetail, ViewError> {
    let digest = store.digest(id)?.ok_or_else(|| gone(id))?;
    let [before, after] = store.digest_neighbours(&digest.name, id)?;
    let stories = store.told_stories(id, STORIES_MAX)?;
    Ok(DigestDetail {
        text: text_shown(store, id)?,
        has_html: store.digest_html(id)?.is_some_and(|html| !html.is_empty()),
        stories: story_lines::of_ids(store, &stories, None)?,
        before,
        after,
        digest: without_secrets::digest(digest),
    })
}

fn gone(id: DigestId) -> ViewError {
    UnknownKind::Digest.named(id)
}

/// Returns a digest with its text, for readers.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn full_shown(store: &Store, id: DigestId) -> Result<FullDigest, ViewError> {
    let text = text_shown(store, id)?;
    let digest = store.digest(id)?.ok_or_else(|| gone(id))?;
    Ok(FullDigest {
        digest: without_secrets::digest(digest),
        text,
    })
}

/// Returns at most `limit` deliveries in trouble, the ones given up first.
///
/// # Errors
/// The store cannot be read.
pub fn undelivered(store: &Store, limit: usize) -> Result<Vec<TroubledDelivery>, ViewError> {
    Ok(store.troubled_deliveries(limit)?)
}
