//! One poll of one source: ask, read, decide, write. Each kind of source is asked and read in a file of its own.

mod failure;
mod documents;
mod mail;
mod request;
mod read_page;
mod feed;
mod listing;
mod page;
mod sitemap;
mod json;

use std::sync::Arc;

use chrono::TimeDelta;

use crate::decide::article::WriteDocuments;
use crate::decide::{self, Outcome};
use crate::domain::health::{self, Condition};
use crate::domain::source::{LeasedSource, Source, SourceKind, Trouble};
use crate::domain::{SourceId, Timestamp};
use crate::jobs::runtime::catch_panic::{self, WorkFailure};
use crate::jobs::runtime::{Context, JobError};
use crate::store::StoreError;
use failure::{failed, panicked};

/// How long a source waits that this machine was not able to ask, in minutes.
const WANT_MINUTES: i64 = 5;

/// How one poll ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollReport {
    pub failed: bool,
    pub new_articles: usize,
}

/// Polls one source and writes what that changes. A failure of the source is part of what is written. With `is_last`
/// nothing else waits for its host, and the connection is not kept.
///
/// # Errors
/// The store cannot be used.
pub async fn poll(ctx: &Arc<Context>, lease: LeasedSource, is_last: bool) -> Result<PollReport, JobError> {
    let now = ctx.clock.now();
    let work = async {
        match read(ctx, now, &lease, is_last).await? {
            Some(outcome) => finish(ctx, now, &lease, outcome).await,
            None => Ok(UNREAD),
        }
    };
    or_failed(ctx, now, &lease, work).await
}

/// What a poll that was given up comes to.
const UNREAD: PollReport = PollReport {
    failed: false,
    new_articles: 0,
};

/// Does the work of one poll. One that panics, wherever it does, is a failed poll like any other: counted, told and tried
/// again later.
///
/// # Errors
/// The store cannot be used.
pub async fn or_failed(
    ctx: &Arc<Context>,
    now: Timestamp,
    lease: &LeasedSource,
    work: impl Future<Output = Result<PollReport, JobError>>,
) -> Result<PollReport, JobError> {
    match catch_panic::catch(work).await {
        Ok(polled) => Ok(polled),
        Err(WorkFailure::Failed(error)) => Err(error),
        Err(WorkFailure::Panicked(said)) => finish(ctx, now, lease, Outcome::Failed(panicked(&said))).await,
    }
}

/// Asks a source; none when the poll is given up, and its lease with it.
async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    lease: &LeasedSource,
    is_last: bool,
) -> Result<Option<Outcome>, JobError> {
    let LeasedSource { id, state } = lease;
    let Some(source) = ctx.sources.get(id) else {
        // Taken out of the configuration while it was due.
        ctx.store.return_unbegun(vec![*id], Vec::new()).await?;
        return Ok(None);
    };
    if let Some(why) = &source.unready {
        let message = format!("{} is not asked: {why}", source.display_name());
        return Ok(Some(Outcome::Failed(failed(message))));
    }
    let outcome = match source.kind {
        SourceKind::Feed => feed::read(ctx, now, source, state, is_last).await,
        SourceKind::Sitemap => sitemap::read(ctx, now, source, state).await,
        SourceKind::Listing => listing::read(ctx, now, source, state).await,
        SourceKind::Json => json::read(ctx, now, *id, source, state).await,
        SourceKind::Page => page::read(ctx, now, source, state).await,
        SourceKind::Documents => documents::read(source, state),
        SourceKind::Mail => return mail::read(ctx, now, *id, source, state).map(Some),
    };
    if source.kind == SourceKind::Page && ctx.shared.was_cancelled() {
        // The page may have been cut; that is no change of it.
        ctx.store.return_unbegun(vec![*id], Vec::new()).await?;
        return Ok(None);
    }
    Ok(Some(outcome.unwrap_or_else(Outcome::Failed)))
}

/// Decides what an outcome changes and writes it.
async fn finish(
    ctx: &Arc<Context>,
    now: Timestamp,
    lease: &LeasedSource,
    outcome: Outcome,
) -> Result<PollReport, JobError> {
    let (id, state) = (lease.id, &lease.state);
    let Some(source) = ctx.sources.get(&id) else {
        ctx.store.return_unbegun(vec![id], Vec::new()).await?;
        return Ok(UNREAD);
    };
    if let Outcome::Failed(failure) = &outcome
        && failure.trouble == Some(Trouble::Own)
    {
        ctx.shared.tell_want(now, &failure.message);
        ctx.store
            .reschedule_source(id, now + TimeDelta::minutes(WANT_MINUTES))
            .await?;
        return Ok(PollReport {
            failed: true,
            new_articles: 0,
        });
    }
    let failure = match &outcome {
        Outcome::Failed(failure) => Some(failure.message.clone()),
        _ => None,
    };
    let policy = decide::PollPolicy {
        matcher: &ctx.matcher,
        documents_for_all: ctx.config.archive.write == WriteDocuments::All,
        limits: &ctx.config.adaptive,
    };
    let (result, items) = match &outcome {
        Outcome::NotModified(_) => ("not-modified", 0),
        Outcome::Fetched(_, parsed) => ("nothing-new", parsed.feed.entries.len()),
        Outcome::Failed(_) => ("failed", 0),
    };
    let was = health::health(now, source.kind, state).condition;
    let (new_state, changed, new_articles) = loop {
        let known = known(ctx, id, source, &outcome)?;
        let plan = decide::decide(now, source, state, &outcome, known, &policy);
        let (new_state, changed) = (plan.state.clone(), plan.changed.len() + plan.syndicated.len());
        // Both at once, so that they share a transaction.
        let written = ctx.store.finish_poll(now, id, plan);
        let (kept, written) = tokio::join!(ctx.remember_hosts(now), written);
        kept?;
        // Another source may have brought one of the articles meanwhile, which makes this one a second voice.
        match written {
            Ok(Some(new_articles)) => break (new_state, changed, new_articles),
            Ok(None) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    };
    let failures = new_state.failures;
    let is = health::health(now, source.kind, &new_state).condition;
    let moved = new_state
        .current_address
        .filter(|address| Some(address) != state.current_address.as_ref());
    let counters = &ctx.shared.counters;
    counters.polls.count(if new_articles > 0 { "new" } else { result });
    counters.items.add(items);
    counters.new_articles.add(new_articles);
    let name = source.display_name();
    match &failure {
        Some(error) if is == Condition::Gone => {
            tracing::warn!(name: "source-gone", source = %id, health = is.as_str(), "{name} is gone and will not be polled again: {error}");
        }
        Some(error) => {
            tracing::warn!(name: "source-failing", source = %id, health = is.as_str(), failures, "could not poll {name}: {error}");
        }
        None if was.is_unread() => {
            tracing::info!(name: "source-recovered", source = %id, health = is.as_str(), "{name} is {} again", is.as_str())
        }
        None if new_articles + changed > 0 => {
            tracing::info!(name: "poll-done", source = %id, new = new_articles, changed, "polled {name}: {new_articles} new, {changed} changed");
        }
        None => tracing::debug!(source = %id, "polled {name}: nothing new"),
    }
    if let Some(address) = moved {
        tracing::info!(name: "source-moved", source = %id, "{name} has moved to {address}; `was` in the configuration makes it permanent");
    }
    Ok(PollReport {
        failed: failure.is_some(),
        new_articles,
    })
}

/// Returns what is stored of the entries a poll brought.
fn known(ctx: &Context, id: SourceId, source: &Source, outcome: &Outcome) -> Result<decide::StoredEntries, StoreError> {
    let Outcome::Fetched(_, parsed) = outcome else {
        return Ok(decide::StoredEntries::default());
    };
    let identities = decide::entry_identities::identify(source, &parsed.feed);
    let said = |at: usize| decide::identity::entry_mark(&parsed.feed.entries[at]);
    ctx.store.known_entries(id, identities, said)
}
