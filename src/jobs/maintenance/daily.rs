//! Care for the store: the look at the whole database after an end out of order, while everything else goes on, and once a
//! day what is to be purged and given back.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{purge, sweep_images};
use crate::jobs::runtime::{Context, JobError};
use crate::store::maintenance::CheckDepth;
use crate::store::{Role, StoreError};

/// How often the house is kept, in hours.
pub const MAINTENANCE_HOURS: i64 = 24;

/// Purges what is past its time, gives free pages back to the disk and cuts the log off, if that was not done within a day.
/// Each step is short, so that nobody waits for it.
///
/// # Errors
/// The store or the archive folder cannot be used; it is done again then.
pub async fn run_daily(ctx: &Arc<Context>) -> Result<(), JobError> {
    let now = ctx.clock.now();
    let is_fresh = |at| now - at < TimeDelta::hours(MAINTENANCE_HOURS) && at <= now;
    // Where another worker keeps the house, it is kept.
    if !ctx.store.holds(Role::Stories) || ctx.store.maintained_at()?.is_some_and(is_fresh) {
        return Ok(());
    }
    purge::run(ctx).await?;
    sweep_images::run(ctx).await?;
    ctx.store.forget_hosts(now).await?;
    ctx.store.reclaim_pages().await?;
    ctx.store.set_maintained_at(now).await?;
    ctx.store.truncate_wal().await?;
    Ok(())
}

/// Keeps the house and, after an end out of order, looks at the whole database: what a round without a daemon ends with.
///
/// # Errors
/// The store or the archive folder cannot be used, or the database is damaged.
pub async fn after_round(ctx: &Arc<Context>) -> Result<(), JobError> {
    check_if_owed(ctx).await?;
    match ctx.store.damage() {
        Some(damage) => Err(damage.into()),
        None => run_daily(ctx).await,
    }
}

/// Checks the database if its last owner did not end in order, on a thread of its own. Dropped, it stops at once, and
/// the check stays owed.
///
/// # Errors
/// The database cannot be read. What is wrong with it is kept in the store (`Store::damage`).
pub async fn check_if_owed(ctx: &Arc<Context>) -> Result<(), JobError> {
    if !ctx.store.owes_check() {
        return Ok(());
    }
    tracing::info!("the last run did not end in order; checking the database meanwhile");
    let check = ctx.store.check(CheckDepth::Full)?;
    let _stops_with_us = check.stopper();
    // A check that panicked has told nothing, so it stays owed.
    let problems = tokio::task::spawn_blocking(move || check.run())
        .await
        .map_err(|_| StoreError::Closed)??;
    if problems.is_empty() {
        ctx.store.check_passed();
        tracing::info!(name: "database-checked", "the database is whole");
    } else {
        // The loop ends for it and says so: what is written from here on would be lost with the database.
        ctx.store.check_failed(&problems);
    }
    Ok(())
}
