//! One round of polling by hand.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{CommandError, CommandOutput, CommandReport, OutputSink, report};
use crate::domain::SourceId;
use crate::domain::source::Source;
use crate::jobs::Context;
use crate::jobs::worker_pool::{PoolTotals, WorkerPool};

/// A source that is being polled at this moment is waited for this long, in seconds.
const WAIT_SECONDS_MAX: u64 = 120;
/// Between two looks at it, in milliseconds.
const LOOK_MILLISECONDS: u64 = 200;

/// Polls the named sources, due or not, and what is due.
pub(super) async fn run(
    ctx: &Arc<Context>,
    names: &[String],
    stop: &CancellationToken,
    say: &OutputSink,
) -> Result<u8, CommandError> {
    let ids = named(ctx, names)?;
    let _lent = ctx.shared.poll_lock.acquire().await;
    let mut pool = WorkerPool::new();
    claim(ctx, &mut pool, ids, stop).await?;
    let result = pool
        .finish_all(ctx, stop, |done| say(CommandOutput::Progress(*done)))
        .await;
    // What was only claimed is given back first, so that nobody waits until its lease ends.
    pool.give_back(ctx).await?;
    if stop.is_cancelled() && !ctx.shared.was_cancelled() {
        // The daemon goes on: so does what was begun.
        while !pool.is_idle() {
            pool.next_finished().await?;
        }
    }
    pool.stop().await;
    result?;
    let done = match pool.done == PoolTotals::default() && names.is_empty() {
        true => CommandReport::NothingDue {
            at: ctx.store.next_source_due()?,
            failing: ctx.store.failing_sources()?,
        },
        false => CommandReport::Polled(pool.done),
    };
    report(say, done);
    Ok(0)
}

/// Claims the named sources; one that is being polled right now is polled again after that.
async fn claim(
    ctx: &Arc<Context>,
    pool: &mut WorkerPool,
    mut ids: Vec<SourceId>,
    stop: &CancellationToken,
) -> Result<(), CommandError> {
    let begun = Instant::now();
    loop {
        ids = pool.start_named(ctx, ids).await?;
        let Some(first) = ids.first() else { return Ok(()) };
        if begun.elapsed() >= Duration::from_secs(WAIT_SECONDS_MAX) {
            pool.give_back(ctx).await?;
            let name = ctx.sources.get(first).map_or("a source", Source::display_name);
            return Err(CommandError::Unfinished(format!(
                "{name} is being polled for more than {WAIT_SECONDS_MAX} s already; try again later"
            )));
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(LOOK_MILLISECONDS)) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// Finds sources by name, configured address, an address before (`was`) or the one they have moved to.
fn named(ctx: &Context, names: &[String]) -> Result<Vec<SourceId>, CommandError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let stored = ctx.store.sources()?;
    let has_moved_to = |id: SourceId, name: &str| {
        let moved = stored.iter().find(|source| source.id == id);
        moved.is_some_and(|source| source.state.current_address.as_deref() == Some(name))
    };
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let alias = ctx.store.source_by_alias(name)?;
        let by_own = ctx
            .sources
            .iter()
            .find(|(_, s)| s.address == *name || s.name.as_deref() == Some(name.as_str()));
        // A source without a name of its own is shown under its feed's.
        let titled: Vec<_> = stored.iter().filter(|s| s.active && s.display_name() == name).collect();
        let by_title = || match titled[..] {
            [only] => ctx.sources.get_key_value(&only.id),
            _ => None,
        };
        let by_alias = || {
            let is_alias =
                |id: SourceId, s: &Source| s.was.as_ref() == Some(name) || alias == Some(id) || has_moved_to(id, name);
            ctx.sources.iter().find(|(id, s)| is_alias(**id, s))
        };
        let Some((id, _)) = by_own.or_else(by_alias).or_else(by_title) else {
            if titled.len() > 1 {
                return Err(CommandError::WrongUse(format!(
                    "{} sources are called \"{name}\"; `tidings sources --format json` has their addresses",
                    titled.len()
                )));
            }
            return Err(CommandError::WrongUse(format!(
                "no source is called \"{name}\"; `tidings sources` lists names and addresses"
            )));
        };
        if !found.contains(id) {
            found.push(*id);
        }
    }
    Ok(found)
}
