//! Digests whose time has come: composed and frozen in the store; `delivery` sends what is frozen.
//!
//! Nothing is sent that is not stored first.

use std::sync::Arc;

use super::compose::compose;
use super::freeze::{record, record_unmade};
use crate::config::DigestSettings;
use crate::digest::DigestKind;
use crate::domain::schedule::LastRun;
use crate::domain::{DigestId, Timestamp};
use crate::jobs::runtime::catch_panic::{self, WorkFailure};
use crate::jobs::runtime::{Context, JobError};

/// How one run of a digest ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestRunResult {
    /// Nothing new: nothing is sent, and the run counts.
    Nothing,
    Recorded(DigestId),
}

/// Composes a digest and freezes it with one delivery per channel; sends nothing yet.
///
/// # Errors
/// The store cannot be used.
pub async fn run(ctx: &Arc<Context>, now: Timestamp, settings: &DigestSettings) -> Result<DigestRunResult, JobError> {
    let _one_at_a_time = ctx.shared.digests.lock().await;
    run_alone(ctx, now, settings).await
}

async fn run_alone(ctx: &Arc<Context>, now: Timestamp, settings: &DigestSettings) -> Result<DigestRunResult, JobError> {
    let done = settings.schedule.done(last_done(ctx, &settings.name, now).await?, now);
    or_unmade(ctx, settings, done, make(ctx, now, settings, done)).await
}

/// Makes a digest. One that panics is a digest that was not delivered: its run counts, and the next one names it and tells what it
/// would have told.
///
/// # Errors
/// The store cannot be used.
pub async fn or_unmade(
    ctx: &Arc<Context>,
    settings: &DigestSettings,
    done: LastRun,
    work: impl Future<Output = Result<DigestRunResult, JobError>>,
) -> Result<DigestRunResult, JobError> {
    match catch_panic::catch(work).await {
        Ok(result) => Ok(result),
        Err(WorkFailure::Failed(error)) => Err(error),
        Err(WorkFailure::Panicked(said)) => {
            let (name, kind, items) = (&settings.name, DigestKind::Digest, Vec::new());
            let id = record_unmade(ctx, name, kind, &settings.deliver, items, done, &said).await?;
            Ok(DigestRunResult::Recorded(id))
        }
    }
}

async fn make(
    ctx: &Arc<Context>,
    now: Timestamp,
    settings: &DigestSettings,
    done: LastRun,
) -> Result<DigestRunResult, JobError> {
    let composed = compose(&ctx.store, now, settings)?;
    let name = &settings.name;
    if !composed.is_due {
        tracing::info!(name: "digest-empty", digest = %name, "digest {name}: nothing new");
        ctx.store.digest_ran(name.clone(), done).await?;
        return Ok(DigestRunResult::Nothing);
    }
    let id = record(ctx, now, name, &settings.deliver, settings.thread, composed, done).await?;
    Ok(DigestRunResult::Recorded(id))
}

/// Runs every digest whose schedule owes a run. Returns how many were recorded.
///
/// # Errors
/// The store cannot be used.
pub async fn run_due(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let _one_at_a_time = ctx.shared.digests.lock().await;
    let now = ctx.clock.now();
    let mut recorded = 0;
    for settings in &ctx.config.digests {
        let last = last_done(ctx, &settings.name, now).await?;
        if settings.schedule.owed(last, now).is_some() {
            recorded += usize::from(run_alone(ctx, now, settings).await? != DigestRunResult::Nothing);
        }
    }
    Ok(recorded)
}

/// Returns when the next digest is due, if there is one.
///
/// # Errors
/// The store cannot be used.
pub async fn next_due(ctx: &Arc<Context>) -> Result<Option<Timestamp>, JobError> {
    let mut next: Option<Timestamp> = None;
    for settings in &ctx.config.digests {
        next = next.into_iter().chain(next_due_of(ctx, settings).await?).min();
    }
    Ok(next)
}

/// Returns when this digest is due next, if it is.
///
/// # Errors
/// The store cannot be used.
pub async fn next_due_of(ctx: &Arc<Context>, settings: &DigestSettings) -> Result<Option<Timestamp>, JobError> {
    let last = last_done(ctx, &settings.name, ctx.clock.now()).await?;
    Ok(settings.schedule.next_owed(last))
}

/// Returns what was last done for a digest. A run from a future that never came does not silence it until then.
async fn last_done(ctx: &Arc<Context>, name: &str, now: Timestamp) -> Result<LastRun, JobError> {
    let last = ctx.store.digest_done(name, now).await?;
    if !last.is_ahead_of(now) {
        return Ok(last);
    }
    tracing::warn!(digest = %name, "digest {name} last ran at {}, which is still to come; its schedule begins anew now", last.at);
    ctx.store.digest_begins_anew(name.to_owned(), now).await?;
    Ok(LastRun::starting(now))
}
