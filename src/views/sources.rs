//! How each source fares.

use serde::{Serialize, Serializer};
use serde_json::json;

use super::error::ViewError;
use crate::domain::Timestamp;
use crate::domain::health::{Health, health};
use crate::store::Store;
use crate::store::sources::StoredSource;

/// A source and how it fares.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceView {
    pub source: StoredSource,
    pub health: Health,
}

impl SourceView {
    /// Returns when it is polled next; nothing for one that is not polled any more.
    pub fn next_poll_at(&self) -> Option<Timestamp> {
        let state = &self.source.state;
        state.next_poll_at.filter(|_| !state.stopped)
    }
}

// Most of what is remembered of a source is nobody's business, and what is shown stands in an order of its own.
impl Serialize for SourceView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (source, state, health) = (&self.source, &self.source.state, &self.health);
        let shown = json!({
            "id": source.id,
            "kind": source.kind,
            "address": source.address,
            "name": source.name,
            "folder": source.folder,
            "title": state.title,
            "health": health.condition,
            "since": health.since,
            "why": health.why,
            "schedule": source.schedule,
            "articles": source.articles,
            "failures": state.failures,
            "error": state.last_error,
            "polledDateTime": state.polled_at,
            "succeededDateTime": state.succeeded_at,
            "changedDateTime": state.changed_at,
            "newestDateTime": state.newest_at,
            "nextPollDateTime": self.next_poll_at(),
            "intervalSeconds": state.interval_seconds,
            "currentAddress": state.current_address,
        });
        shown.serialize(serializer)
    }
}

/// Returns the followed sources, the worst first, then by name.
///
/// # Errors
/// The store cannot be read.
pub fn list(store: &Store, now: Timestamp) -> Result<Vec<SourceView>, ViewError> {
    let followed = store.sources()?.into_iter().filter(|source| source.active);
    let seen = |source: StoredSource| SourceView {
        health: health(now, source.kind, &source.state),
        source,
    };
    let mut sources: Vec<SourceView> = followed.map(seen).collect();
    sources.sort_by_cached_key(|view| (view.health.condition, view.source.display_name().to_lowercase()));
    Ok(sources)
}
