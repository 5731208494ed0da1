//! Compares the documents with the database, without changing either.
//!
//! Works beside the daemon: what is dirty is the daemon's to write and no difference, and what differs is looked at once
//! more before it is told, since it may have been written a moment ago. Reads a few documents at a time.

use super::document_texts::DocumentTexts;
use crate::archive::{Archive, FileComparison};
use crate::config::Config;
use crate::decide::article::WriteDocuments;
use crate::domain::ArticleId;
use crate::domain::named::named;
use crate::jobs::runtime::JobError;
use crate::matching::Matcher;
use crate::store::Store;
use crate::store::documents::NamedDocument;

/// Documents read at a time.
const BATCH: usize = 200;

/// In what a folder and a database differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceKind {
    /// The database names a document that is not there.
    Missing,
    /// A document says something else than the database.
    Different,
    /// There is something under a document's name that cannot be read.
    Unreadable,
    /// A document no article has.
    Unknown,
    /// An article that ought to have a document and has no name for one.
    Unnamed,
}

// The name used in output.
named!(
    DifferenceKind,
    Missing = "missing",
    Different = "different",
    Unreadable = "unreadable",
    Unknown = "unknown",
    Unnamed = "unnamed"
);

impl DifferenceKind {
    /// Returns what to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Missing => "the folder lacks them; `tidings archive rebuild --documents` writes them",
            Self::Different => {
                "they say something else than the database; `tidings archive rebuild --documents` writes them again, \
                 changes made by hand are lost then"
            }
            Self::Unreadable => "take away what is in the way or give the right to read it, then rebuild the documents",
            Self::Unknown => {
                "no article of the database has them, and nothing writes them; move them elsewhere, or take them in \
                 from there with `tidings archive import DIR`"
            }
            Self::Unnamed => {
                "articles without a document that `archive.write` wants; `tidings archive rebuild --documents` writes them"
            }
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Documents the database names.
    pub documents: u64,
    /// Of these: files that say what they ought to say.
    pub equal: u64,
    /// Of these: still to be written by the daemon or the next `poll`.
    pub waiting: u64,
    differences: [Differences; DifferenceKind::ALL.len()],
}

/// Differences of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    pub count: u64,
    /// The first of them, with the reason where there is one.
    pub names: Vec<String>,
}

impl VerifyReport {
    /// Returns the differences of one kind.
    pub fn of(&self, kind: DifferenceKind) -> &Differences {
        &self.differences[kind as usize]
    }

    /// Whether there is none of any kind.
    pub fn is_equal(&self) -> bool {
        self.differences.iter().all(|found| found.count == 0)
    }

    fn add(&mut self, kind: DifferenceKind, names_max: usize, name: impl FnOnce() -> String) {
        let found = &mut self.differences[kind as usize];
        found.count += 1;
        if found.names.len() < names_max {
            found.names.push(name());
        }
    }
}

/// Compares the documents in the archive folder with the database and names the first `names_max` of each kind that
/// differ. `progress` is told how many of how many documents are done.
///
/// # Errors
/// The database or the folder cannot be read.
pub fn verify(
    config: &Config,
    matcher: &Matcher,
    store: &Store,
    names_max: usize,
    mut progress: impl FnMut(u64, u64),
) -> Result<VerifyReport, JobError> {
    let archive = Archive::to_read(&config.archive.path);
    let mut report = VerifyReport::default();
    let all = store.count_documents()?;
    // Where nothing was ever written for this version, everything is still to be written once.
    let since = store.current_since()?;
    let mut texts = DocumentTexts::new(config, matcher, store, since.unwrap_or_default());
    let mut after = ArticleId(0);
    loop {
        let batch = store.documents_after(after, BATCH)?;
        let Some(last) = batch.last() else { break };
        after = last.article;
        texts.refresh();
        for document in &batch {
            report.documents += 1;
            look(&mut report, names_max, &archive, &mut texts, document, since.is_none())?;
        }
        progress(report.documents, all);
    }
    for name in archive.names()? {
        let name = name?;
        if store.document_named(&name)?.is_none() && !store.is_purged_document(&name)? {
            report.add(DifferenceKind::Unknown, names_max, || name);
        }
    }
    find_unnamed(config, store, names_max, &mut report)?;
    Ok(report)
}

fn look(
    report: &mut VerifyReport,
    names_max: usize,
    archive: &Archive,
    texts: &mut DocumentTexts<'_>,
    document: &NamedDocument,
    is_waiting: bool,
) -> Result<(), JobError> {
    let mut found = compare(archive, texts, document)?;
    if matches!(found, Some(FileComparison::Same)) {
        report.equal += 1;
        return Ok(());
    }
    if document.is_dirty || is_waiting {
        report.waiting += 1;
        return Ok(());
    }
    // It may have changed since the batch was read, and been written or not; or changes now.
    for _ in 0..2 {
        texts.refresh();
        found = match texts.named(&document.name)? {
            Some(now) if now.is_dirty => {
                report.waiting += 1;
                return Ok(());
            }
            Some(now) => compare(archive, texts, &now)?,
            None => None,
        };
    }
    let name = || document.name.clone();
    match found {
        // Purged meanwhile, or equal now.
        None => {}
        Some(FileComparison::Same) => report.equal += 1,
        Some(FileComparison::Missing) => report.add(DifferenceKind::Missing, names_max, name),
        Some(FileComparison::Different) => report.add(DifferenceKind::Different, names_max, name),
        Some(FileComparison::Unreadable(error)) => {
            report.add(DifferenceKind::Unreadable, names_max, || {
                format!("{}: {error}", document.name)
            });
        }
    }
    Ok(())
}

fn compare(
    archive: &Archive,
    texts: &mut DocumentTexts<'_>,
    document: &NamedDocument,
) -> Result<Option<FileComparison>, JobError> {
    match texts.text(document.article)? {
        Some(text) => Ok(Some(archive.compare(&document.name, &text)?)),
        None => Ok(None),
    }
}

fn find_unnamed(config: &Config, store: &Store, names_max: usize, report: &mut VerifyReport) -> Result<(), JobError> {
    let all = match config.archive.write {
        WriteDocuments::None => return Ok(()),
        WriteDocuments::Matched => false,
        WriteDocuments::All => true,
    };
    let mut after = ArticleId(0);
    loop {
        let batch = store.without_document(all, after, BATCH)?;
        let Some(last) = batch.last() else {
            return Ok(());
        };
        after = *last;
        for id in batch {
            let article = store.article(id)?;
            report.add(DifferenceKind::Unnamed, names_max, || {
                article.map(|article| article.web_url).unwrap_or_default()
            });
        }
    }
}
