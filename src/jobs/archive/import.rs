//! An old collection of documents taken into the store, so that stories go on from it.
//!
//! Its articles become known and are never news. They are placed in order of their dates, each among the stories of its own
//! time, by the same rule as every other article (`docs/decisions`): what the collection held for one story may have been
//! several. What is known already stays as it is, so a second import changes nothing, and one that was killed goes on.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rebuild::database::keys_of;
use super::rebuild::{SkippedDocument, documents_in, read_document};
use super::write_documents;
use crate::document::{Document, file_name, secured, to_article};
use crate::domain::article::Article;
use crate::domain::topic::{Match, Reason};
use crate::domain::{SourceId, Timestamp};
use crate::jobs::runtime::{Context, JobError};
use crate::matching::Subject;
use crate::store::sources::{DocumentName, ImportedArticle};
use crate::text;

/// Articles taken in at a time.
const BATCH: usize = 200;
/// Reasons for documents that are not taken, kept at most; all are counted.
const SKIPPED_MAX: usize = 1_000;
/// Where a match is said to stand when it is the document that names the topic.
const NAMED_BY_DOCUMENT: &str = "document";

/// What was taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Documents that could be read.
    pub documents: u64,
    /// Articles that are new to the store.
    pub articles: u64,
    /// Of these: known from what other documents say of them alone.
    pub from_related: u64,
    /// Articles that were known already.
    pub known: u64,
    /// Of the new ones: placed in a story, because they match a topic.
    pub placed: u64,
    /// Documents written to the archive folder.
    pub written: usize,
    pub skipped: Vec<SkippedDocument>,
    pub skipped_count: u64,
}

/// An article of the collection: a document's own, or one it names as related and that has no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    published_at: Timestamp,
    file: usize,
    /// Its place among the related items, from 1; 0: the document's own.
    item: usize,
}

/// Takes in the documents below `folder`. `progress` is told how many of how many steps are done.
///
/// # Errors
/// The folder cannot be read, or is the archive itself, or the store cannot be used.
pub async fn import(
    ctx: &Arc<Context>,
    folder: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<ImportReport, JobError> {
    refuse_own_archive(ctx, folder)?;
    let now = ctx.clock.now();
    let mut imported = ImportReport::default();
    let files = documents_in(folder)?;
    let candidates = order(&files, &mut imported, &mut progress);
    let address = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let source = ctx.store.source_of_documents(address.display().to_string()).await?;
    let (read, all) = (files.len() as u64, (files.len() + candidates.len()) as u64);
    for (place, batch) in candidates.chunks(BATCH).enumerate() {
        take_in(ctx, now, source, &files, batch, &mut imported).await?;
        progress(read + (place * BATCH + batch.len()) as u64, all);
    }
    ctx.store.end_replay().await?;
    imported.written = write_documents::write_dirty(ctx).await?;
    Ok(imported)
}

/// The archive's own documents are the store's to write: what this format does not know in them would be lost.
fn refuse_own_archive(ctx: &Context, folder: &Path) -> Result<(), JobError> {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let (archive, own) = (whole(&ctx.config.archive.path), whole(folder));
    match own.starts_with(&archive) || archive.starts_with(&own) {
        true => Err(JobError::OwnArchive {
            path: folder.to_path_buf(),
        }),
        false => Ok(()),
    }
}

/// Returns the articles of a collection in the order of their dates, each once.
fn order(files: &[PathBuf], imported: &mut ImportReport, progress: &mut impl FnMut(u64, u64)) -> Vec<Candidate> {
    let (mut own, mut named) = (HashSet::new(), HashSet::new());
    let mut candidates = Vec::new();
    let mut related = Vec::new();
    for (file, path) in files.iter().enumerate() {
        let read = read_document(path).and_then(|document| {
            let article = to_article::article(&document).map_err(|error| error.to_string())?;
            Ok((document, article))
        });
        match read {
            Ok((document, article)) => {
                imported.documents += 1;
                own.extend(hashes(&article));
                candidates.push(Candidate {
                    published_at: article.published_at,
                    file,
                    item: 0,
                });
                for (place, item) in document.related().iter().enumerate() {
                    // One that says too little is no article; the document itself may be one all the same.
                    let Ok(article) = to_article::related_article(item) else {
                        continue;
                    };
                    if hashes(&article).iter().all(|hash| named.insert(*hash)) {
                        let published_at = article.published_at;
                        let item = place + 1;
                        related.push((
                            hashes(&article),
                            Candidate {
                                published_at,
                                file,
                                item,
                            },
                        ));
                    }
                }
            }
            Err(reason) => {
                imported.skipped_count += 1;
                if imported.skipped.len() < SKIPPED_MAX {
                    let name = path.display().to_string();
                    imported.skipped.push(SkippedDocument { name, reason });
                }
            }
        }
        progress(file as u64 + 1, 2 * files.len() as u64);
    }
    let without_own = related
        .into_iter()
        .filter(|(hashes, _)| !hashes.iter().any(|hash| own.contains(hash)));
    candidates.extend(without_own.map(|(_, candidate)| candidate));
    candidates.sort_unstable();
    candidates
}

fn hashes(article: &Article) -> Vec<u64> {
    keys_of(article).iter().map(|key| text::word_hash(key)).collect()
}

async fn take_in(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: SourceId,
    files: &[PathBuf],
    batch: &[Candidate],
    imported: &mut ImportReport,
) -> Result<(), JobError> {
    let mut taken = Vec::with_capacity(batch.len());
    let mut is_related = Vec::with_capacity(batch.len());
    for candidate in batch {
        // Read a moment ago; whoever changes the collection meanwhile finds what is gone left out.
        let Ok(mut document) = read_document(&files[candidate.file]) else {
            continue;
        };
        if let Ok(Some(key)) = ctx.config.archive.secure_key() {
            // What others have secured stays closed: the article is taken in without its text, as ever.
            let _ = secured::restore(&mut document, key);
        }
        if let Some(one) = make(ctx, now, &document, candidate.item) {
            taken.push(one);
            is_related.push(candidate.item > 0);
        }
    }
    let placed: Vec<bool> = taken.iter().map(|one| one.is_placed).collect();
    let ids = ctx.store.import_articles(source, taken).await?;
    for ((id, is_related), is_placed) in ids.into_iter().zip(is_related).zip(placed) {
        match id {
            Some(_) => {
                imported.articles += 1;
                imported.from_related += u64::from(is_related);
                imported.placed += u64::from(is_placed);
            }
            None => imported.known += 1,
        }
    }
    Ok(())
}

fn make(ctx: &Context, now: Timestamp, document: &Document, item: usize) -> Option<ImportedArticle> {
    let article = match item {
        0 => to_article::article(document),
        item => to_article::related_article(document.related().get(item - 1)?),
    };
    let mut article = article.ok()?;
    article.published_at = article.published_at.min(now);
    article.seen_at = article.published_at;
    let named = match item {
        0 => document.topics.as_deref().unwrap_or_default(),
        _ => &[],
    };
    let matches = matches(ctx, &article, named.iter().map(crate::document::ScalarText::as_str));
    let best = matches.iter().map(|(_, found)| found.score).fold(0.0, f32::max);
    Some(ImportedArticle {
        keys: keys_of(&article),
        own_key: None,
        quality: ctx.config.ranking.quality(&article, best),
        document: match ctx.config.archive.write.wants(!matches.is_empty()) {
            true => DocumentName::Stem(file_name::file_stem(&article)),
            false => DocumentName::None,
        },
        is_placed: !matches.is_empty(),
        matches,
        article,
    })
}

/// Returns the followed topics an article matches, by their rules or because its document names them.
fn matches<'a>(ctx: &Context, article: &Article, named: impl Iterator<Item = &'a str>) -> Vec<(String, Match)> {
    let mut found = ctx.matcher.matches(&Subject::of(article));
    for name in named {
        let topic = ctx.config.topics.iter().position(|topic| topic.name == name);
        let Some(topic) = topic.filter(|topic| !found.iter().any(|own| own.topic == *topic)) else {
            continue;
        };
        found.push(Match {
            topic,
            score: 0.0,
            reasons: vec![Reason {
                term: name.to_owned(),
                place: NAMED_BY_DOCUMENT,
                count: 1,
            }],
        });
    }
    let name = |found: &Match| ctx.config.topics[found.topic].name.clone();
    found.into_iter().map(|found| (name(&found), found)).collect()
}
