//! The live stories away from the placing of articles: read before they are needed, and merged once an hour where they turned
//! out to be one.

use std::sync::Arc;

use crate::jobs::runtime::{Context, JobError};
use crate::store::stories::StoryMerge;

/// Merges what is found, if the last look is an hour ago and a story grew since. Returns how many stories were merged.
///
/// # Errors
/// The store cannot be used.
pub async fn run(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let now = ctx.clock.now();
    if !ctx.store.merge_sweep_due(now)? {
        return Ok(0);
    }
    let merged = ctx.store.sweep_merges(now).await?;
    merged.iter().for_each(StoryMerge::tell);
    Ok(merged.len())
}

/// Reads the live stories, in steps between which others write.
///
/// # Errors
/// The store cannot be used.
pub async fn load(ctx: &Arc<Context>) -> Result<(), JobError> {
    while !ctx.shared.was_cancelled() && ctx.store.load_stories(ctx.clock.now()).await? {}
    Ok(())
}
