//! Writes documents that may not say what the store says, each only when its bytes would differ.

use std::sync::Arc;

use chrono::TimeDelta;

use super::document_texts::{self, DocumentTexts};
use crate::archive::Archive;
use crate::clustering::WINDOW_DAYS;
use crate::domain::plural::counted;
use crate::domain::{ArticleId, Timestamp};
use crate::jobs::runtime::{Context, JobError};
use crate::store::documents::DirtyDocument;

/// Documents read and written at a time.
const BATCH: usize = 100;
/// Dirty documents put in order at a time.
const LISTED: usize = 20_000;
/// How often articles that have left the window are looked for, in hours.
pub const WINDOW_HOURS: i64 = 24;

/// Brings what documents are made of in line with the time, once a day, and with the settings: what this changes is
/// dirty afterwards. Without the key they are to be secured with all waits as it is.
///
/// # Errors
/// The store cannot be used.
pub async fn move_window(ctx: &Context) -> Result<(), JobError> {
    // The same documents as ever, once it is back.
    if ctx.config.archive.secure_key().is_err() {
        return Ok(());
    }
    let since = ctx.clock.now() - TimeDelta::days(WINDOW_DAYS);
    let mark = document_texts::settings_mark(&ctx.config);
    if !ctx.store.is_prepared(since - TimeDelta::hours(WINDOW_HOURS), mark)? {
        ctx.store.prepare_documents(since, mark).await?;
    }
    Ok(())
}

/// Writes every dirty document whose text changed. Returns how many files were written.
///
/// # Errors
/// The store or the archive cannot be used; what was not written stays dirty.
pub async fn write_dirty(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let Some(archive) = &ctx.archive else { return Ok(0) };
    // They wait for the key; `Config::unready` has said so.
    if ctx.config.archive.secure_key().is_err() {
        return Ok(0);
    }
    let _one_at_a_time = ctx.shared.writing_documents.lock().await;
    move_window(ctx).await?;
    let since = current_since(ctx)?;
    refresh_related(ctx, since).await?;
    let (mut written, mut after) = (0, ArticleId(0));
    loop {
        let mut dirty = ctx.store.dirty_documents(after, LISTED)?;
        let Some(last) = dirty.last() else { break };
        after = last.article;
        // A story's members name each other and the same stories near them: what they are made of is read once for all.
        dirty.sort_by_key(|document| (document.story, document.article));
        for batch in dirty.chunks(BATCH) {
            let (own, archive, batch) = (Arc::clone(ctx), archive.clone(), batch.to_vec());
            let done = tokio::task::spawn_blocking(move || write_batch(&own, &archive, since, batch));
            let (count, settled) = done.await.map_err(|_| JobError::Panicked {
                what: "writing documents",
            })??;
            written += count;
            ctx.store.documents_written(settled).await?;
            if ctx.shared.was_cancelled() {
                return Ok(written);
            }
        }
    }
    if written > 0 {
        tracing::info!(name: "documents-written", documents = written, "wrote {}", counted(written, "document", "documents"));
    }
    Ok(written)
}

/// Whether documents wait to be written.
pub fn is_owed(ctx: &Context) -> bool {
    ctx.archive.is_some() && ctx.config.archive.secure_key().is_ok() && ctx.store.has_dirty_documents().unwrap_or(true)
}

/// Writes the documents of a batch that say something else now. Returns how many those were, and which are settled: all,
/// but for those that are left because the program ends.
fn write_batch(
    ctx: &Context,
    archive: &Archive,
    since: Timestamp,
    batch: Vec<DirtyDocument>,
) -> Result<(usize, Vec<DirtyDocument>), JobError> {
    // What is read from here on is at least as new as the marks.
    let mut texts = DocumentTexts::new(&ctx.config, &ctx.matcher, &ctx.store, since);
    let (mut files, mut settled) = (Vec::new(), Vec::with_capacity(batch.len()));
    for document in batch {
        if ctx.shared.was_cancelled() {
            break;
        }
        if let Some(text) = texts.text(document.article)? {
            files.push((document.name.clone(), text));
        }
        settled.push(document);
    }
    Ok((archive.write_all(&files)?, settled))
}

fn current_since(ctx: &Context) -> Result<Timestamp, JobError> {
    let since = ctx.store.current_since()?;
    Ok(since.unwrap_or_else(|| ctx.clock.now() - TimeDelta::days(WINDOW_DAYS)))
}

/// Finds the stories near those whose documents are to be written.
async fn refresh_related(ctx: &Context, since: Timestamp) -> Result<(), JobError> {
    let now = ctx.clock.now();
    let stories = ctx.store.dirty_stories()?;
    for batch in stories.chunks(BATCH) {
        ctx.store.refresh_related(now, since, batch.to_vec()).await?;
    }
    Ok(())
}
