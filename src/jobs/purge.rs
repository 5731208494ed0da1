//! Retention: articles older than `archive.keep` are purged, a few in each transaction, and their documents deleted.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{Context, JobError, WINDOW_DAYS};
use crate::archive::Archive;
use crate::domain::counted::counted;
use crate::store::purge::Bounds;

/// Articles purged in one transaction.
const BATCH: usize = 100;

/// Purges what is past its time, and deletes documents that a killed run left. Returns how many articles went.
///
/// # Errors
/// The store or the archive folder cannot be used; what was not done is done at the next run.
pub async fn run(ctx: &Arc<Context>) -> Result<usize, JobError> {
    delete_documents(ctx).await?;
    let Some(keep) = ctx.config.archive.keep else {
        return Ok(0);
    };
    let now = ctx.clock.now();
    let Some(before) = now.checked_sub_signed(keep) else {
        return Ok(0);
    };
    let bounds = Bounds {
        before,
        live_since: now - TimeDelta::days(WINDOW_DAYS),
    };
    let mut purged = 0;
    loop {
        let gone = ctx.store.purge(now, bounds, BATCH).await?;
        if gone == 0 {
            break;
        }
        purged += gone;
        delete_documents(ctx).await?;
    }
    if purged > 0 {
        tracing::info!(
            articles = purged,
            "purged {} older than archive.keep",
            counted(purged, "article", "articles")
        );
    }
    Ok(purged)
}

/// Deletes the files of documents whose article is purged; only then are their names forgotten.
async fn delete_documents(ctx: &Context) -> Result<(), JobError> {
    let archive = Archive::to_read(&ctx.config.archive.path);
    loop {
        let names = ctx.store.purged_documents(BATCH)?;
        if names.is_empty() {
            return Ok(());
        }
        archive.remove(&names)?;
        ctx.store.purged_documents_deleted(names).await?;
    }
}
