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
    let secrets = Secrets::of(store)?;
    for digest in &mut found {
        digest.html = secrets.out_of(std::mem::take(&mut digest.html));
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
    Ok(Secrets::of(store)?.out_of(text(store, id)?))
}

/// Returns the HTML of a digest as it was sent, for readers; empty of one that could not be made.
///
/// # Errors
/// There is no such digest, or the store cannot be read.
pub fn html(store: &Store, id: DigestId) -> Result<String, ViewError> {
    let html = store.digest_html(id)?.ok_or_else(|| gone(id))?;
    Ok(Secrets::of(store)?.out_of(html))
}

/// What a digest tells its own reader, and no other.
struct Secrets {
    channels: Vec<String>,
    sources: Vec<String>,
}

impl Secrets {
    fn of(store: &Store) -> Result<Self, ViewError> {
        Ok(Self {
            channels: store.channels()?,
            sources: store.sources()?.into_iter().map(|source| source.address).collect(),
        })
    }

    fn out_of(&self, text: String) -> String {
        without_secrets::sent(text, &self.channels, &self.sources)
    }
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
        html: html(store, id)?,
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
