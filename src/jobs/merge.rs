//! Stories that turned out to be one, merged once an hour, away from the placing of articles.

use std::sync::Arc;

use super::{Context, JobError};
use crate::store::merges::Merged;

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
    merged.iter().for_each(Merged::tell);
    Ok(merged.len())
}
