//! How each source fares.

use std::collections::HashMap;

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::error::ViewError;
use super::revision_diff::{self, ArticleChange};
use super::without_secrets;
use crate::config::Config;
use crate::decide::poll_schedule::HINT_DAYS_MAX;
use crate::digest::{ChartBar, chart};
use crate::domain::health::{Health, health};
use crate::domain::named::named;
use crate::domain::schedule::Schedule;
use crate::domain::source::{FullText, SourceKind};
use crate::domain::{SourceId, Timestamp};
use crate::store::Store;
use crate::store::articles::ListedArticle;
use crate::store::sources::StoredSource;

/// How far back a source's articles are counted by day, in days.
const DAYS: i64 = 14;
/// Changes of a watched page that are told, the latest.
const CHANGES_MAX: usize = 20;

/// A source and how it fares.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceView {
    pub source: StoredSource,
    pub health: Health,
    /// When its entries' pages are fetched.
    pub full_text: FullText,
}

/// What a source gave, of what it was the first to bring.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceActivity {
    /// Articles per day of the reader.
    pub days: Vec<ChartBar>,
    /// The latest first.
    pub latest: Vec<ListedArticle>,
}

/// What topics judge a feed's articles by, where no word of theirs stands in what it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedBy {
    /// The feed gives whole texts.
    Text,
    Page,
    /// A teaser is all there is.
    Teaser,
}

// The word in JSON.
named!(JudgedBy, Text = "text", Page = "page", Teaser = "teaser");

impl SourceView {
    /// Returns what its articles are judged by; nothing where it is no feed, or was not measured yet.
    pub fn judged_by(&self) -> Option<JudgedBy> {
        let state = &self.source.state;
        let is_measured = self.source.kind == SourceKind::Feed && !state.entry_lengths.is_empty();
        is_measured.then(|| match self.full_text {
            FullText::Always => JudgedBy::Page,
            _ if !state.entry_lengths.are_teasers() => JudgedBy::Text,
            FullText::Matched if !state.leads_away => JudgedBy::Page,
            FullText::Matched | FullText::Never => JudgedBy::Teaser,
        })
    }

    /// Returns how long it asks to be left alone between polls, and how long it is at most, in seconds, where it asks for more
    /// than is granted. An explicit schedule is its owner's word, whatever the source asks for.
    pub fn capped_rest(&self) -> Option<(i64, i64)> {
        // In whole days, as it is told: a header's seven days end some seconds after they were asked for.
        let is_more = |asked: &i64| TimeDelta::seconds(*asked).num_days() > HINT_DAYS_MAX;
        let asked = self.source.state.asked_rest_seconds.filter(is_more)?;
        let most = TimeDelta::days(HINT_DAYS_MAX).num_seconds();
        (self.source.schedule == Schedule::Adaptive.to_string()).then_some((asked, most))
    }

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
            "lateSeconds": state.late_seconds,
            "succeededDateTime": state.succeeded_at,
            "changedDateTime": state.changed_at,
            "newestDateTime": state.newest_at,
            "nextPollDateTime": self.next_poll_at(),
            "intervalSeconds": state.interval_seconds,
            "askedRestSeconds": state.asked_rest_seconds,
            "cappedRestSeconds": self.capped_rest().map(|(_, most)| most),
            "currentAddress": state.current_address,
            "fullText": self.full_text,
            "entryWords": state.entry_lengths.median(),
            "givesTeasers": self.judged_by().map(|_| state.entry_lengths.are_teasers()),
            "judgedBy": self.judged_by(),
        });
        shown.serialize(serializer)
    }
}

/// Returns the followed sources, the worst first, then by name.
///
/// # Errors
/// The store cannot be read.
pub fn list(config: &Config, store: &Store, now: Timestamp) -> Result<Vec<SourceView>, ViewError> {
    let configured = config
        .sources
        .iter()
        .map(|source| (source.address.as_str(), source.full_text));
    let configured: HashMap<_, _> = configured.collect();
    let followed = store.sources()?.into_iter().filter(|source| source.active);
    let seen = |source: StoredSource| seen(now, configured.get(source.address.as_str()).copied(), source);
    let mut sources: Vec<SourceView> = followed.map(seen).collect();
    sources.sort_by_cached_key(|view| (view.health.condition, view.source.display_name().to_lowercase()));
    Ok(sources)
}

/// Returns the same for readers: no address holds a key.
///
/// # Errors
/// The store cannot be read.
pub fn list_shown(config: &Config, store: &Store, now: Timestamp) -> Result<Vec<SourceView>, ViewError> {
    let mut found = list(config, store, now)?;
    for view in &mut found {
        without_secrets::source(&mut view.source, &mut view.health);
    }
    Ok(found)
}

/// Returns one source, followed now or before, for readers: no address holds a key.
///
/// # Errors
/// There is none of this number, or the store cannot be read.
pub fn one(config: &Config, store: &Store, now: Timestamp, id: SourceId) -> Result<SourceView, ViewError> {
    let gone = || ViewError::NotFound(format!("there is no source {id}; `tidings sources` lists them"));
    let source = store.source(id)?.ok_or_else(gone)?;
    let configured = config.sources.iter().find(|own| own.address == source.address);
    let mut view = seen(now, configured.map(|own| own.full_text), source);
    without_secrets::source(&mut view.source, &mut view.health);
    Ok(view)
}

/// Returns what changed in a watched page, the latest first; nothing for a source of another kind.
///
/// # Errors
/// The store cannot be read.
pub fn changes(store: &Store, source: &StoredSource) -> Result<Vec<ArticleChange>, ViewError> {
    let watched = match source.kind {
        SourceKind::Page => store.watched_article(source.id)?,
        _ => None,
    };
    let Some(article) = watched.map(|id| store.article(id)).transpose()?.flatten() else {
        return Ok(Vec::new());
    };
    let (before, text) = store.history(article.id)?;
    let before = &before[before.len().saturating_sub(CHANGES_MAX)..];
    Ok(revision_diff::changes(before, &article.title, &text))
}

/// Returns what a source gave: its latest `limit` articles, and how many a day.
///
/// # Errors
/// The store cannot be read.
pub fn activity(
    store: &Store,
    now: Timestamp,
    zone: Tz,
    id: SourceId,
    limit: usize,
) -> Result<SourceActivity, ViewError> {
    let moments = store.source_moments(id, now - TimeDelta::days(DAYS))?;
    let mut latest = store.source_articles(id, limit)?;
    for article in &mut latest {
        article.source = without_secrets::address(&article.source);
    }
    Ok(SourceActivity {
        days: chart::days(moments.into_iter().map(|at| (at, false)), now, zone),
        latest,
    })
}

fn seen(now: Timestamp, full_text: Option<FullText>, source: StoredSource) -> SourceView {
    SourceView {
        health: health(now, source.kind, &source.state),
        full_text: full_text.unwrap_or_default(),
        source,
    }
}
