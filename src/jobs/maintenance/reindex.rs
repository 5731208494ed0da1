//! Brings the full-text rows of older articles up to date after an upgrade that cuts texts into words in another way.

use std::sync::Arc;

use crate::jobs::runtime::{Context, JobError};

/// Articles looked at in one step.
const BATCH: usize = 200;
/// Articles one round of work that is waited for looks at.
pub const ROUND_MAX: usize = 5_000;

/// Looks at up to `limit` articles, until all are done.
///
/// # Errors
/// The store cannot be used; the next run goes on where this one ended.
pub async fn run(ctx: &Arc<Context>, limit: usize) -> Result<(), JobError> {
    let mut left = limit;
    while left > 0 {
        match ctx.store.reindex(BATCH.min(left)).await? {
            0 => break,
            looked_at => left -= looked_at.min(left),
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}
