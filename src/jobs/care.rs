//! The look at the whole database after an end out of order, while everything else goes on.

use std::sync::Arc;

use super::{Context, JobError};
use crate::store::StoreError;
use crate::store::care::Depth;

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
    let check = ctx.store.check(Depth::Full)?;
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
