//! Documents from the database.

use std::sync::Arc;

use super::files::BATCH;
use crate::archive::ArchiveError;
use crate::decide::article::WriteDocuments;
use crate::document::file_name;
use crate::domain::ArticleId;
use crate::jobs::archive::document_texts::{DocumentTexts, secure_key};
use crate::jobs::archive::write_documents;
use crate::jobs::runtime::{Context, JobError};

/// Documents that cannot be written until the rebuilding ends.
const FAILURES_MAX: usize = 20;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RebuiltDocuments {
    /// Documents the database names.
    pub documents: u64,
    pub written: u64,
    /// Why documents could not be written.
    pub failures: Vec<String>,
}

/// Writes every document that is missing or says something else than the database; articles that ought to have a document
/// and have none get one. Killed anywhere and begun again it goes on: what is right is left alone. `progress` is told how
/// many of how many documents are done.
///
/// # Errors
/// The store or the archive folder cannot be used.
pub async fn documents(ctx: &Arc<Context>, mut progress: impl FnMut(u64, u64)) -> Result<RebuiltDocuments, JobError> {
    let mut rebuilt = RebuiltDocuments::default();
    let Some(archive) = &ctx.archive else {
        return Ok(rebuilt);
    };
    secure_key(&ctx.config)?;
    name_all(ctx).await?;
    rebuilt.written = write_documents::write_dirty(ctx).await? as u64;
    let Some(since) = ctx.store.current_since()? else {
        return Ok(rebuilt);
    };
    let all = ctx.store.count_documents()?;
    let mut texts = DocumentTexts::new(&ctx.config, &ctx.matcher, &ctx.store, since);
    let mut after = ArticleId(0);
    loop {
        let batch = ctx.store.documents_after(after, BATCH)?;
        let Some(last) = batch.last() else { break };
        after = last.article;
        for document in &batch {
            rebuilt.documents += 1;
            let Some(text) = texts.text(document.article)? else {
                continue;
            };
            match archive.write(&document.name, &text) {
                Ok(is_written) => rebuilt.written += u64::from(is_written),
                Err(error @ ArchiveError::Folder { .. }) => return Err(error.into()),
                Err(error) if rebuilt.failures.len() + 1 == FAILURES_MAX => return Err(error.into()),
                Err(error) => rebuilt.failures.push(error.to_string()),
            }
        }
        progress(rebuilt.documents, all);
    }
    Ok(rebuilt)
}

/// Names the documents of articles that ought to have one.
async fn name_all(ctx: &Context) -> Result<(), JobError> {
    let all = ctx.config.archive.write == WriteDocuments::All;
    let mut after = ArticleId(0);
    loop {
        let batch = ctx.store.without_document(all, after, BATCH)?;
        let Some(last) = batch.last() else {
            return Ok(());
        };
        after = *last;
        let mut stems = Vec::with_capacity(batch.len());
        for id in batch {
            if let Some(article) = ctx.store.article(id)? {
                stems.push((id, file_name::file_stem(&article)));
            }
        }
        ctx.store.name_documents(stems).await?;
    }
}
