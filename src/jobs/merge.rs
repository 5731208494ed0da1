//! Stories that turned out to be one, merged once an hour, away from the placing of articles.

use std::sync::Arc;

use super::{Context, JobError};

/// Merges what is found, if the last look is an hour ago and a story grew since. Returns how many stories were merged.
///
/// # Errors
/// The store cannot be used.
pub async fn run(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let now = ctx.clock.now();
    if !ctx.store.owes_merge_look(now)? {
        return Ok(0);
    }
    let merged = ctx.store.merge_found(now).await?;
    for merge in &merged {
        let (into, from, reason) = (merge.into, merge.from, &merge.reason);
        tracing::info!(story = %into, "merged story {from} into story {into}: {reason}; `tidings stories split` undoes it");
    }
    Ok(merged.len())
}
