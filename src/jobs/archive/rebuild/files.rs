//! The documents of a folder, read within bounds.

use std::fs;
use std::path::{Path, PathBuf};

use crate::document::secured::{self, SecureKey};
use crate::document::{self, Document};
use crate::files;
use crate::jobs::runtime::JobError;

/// Documents read and written at a time.
pub(super) const BATCH: usize = 200;
/// A folder with more documents than this is refused, in files.
const FILES_MAX: usize = 1_000_000;
/// Folders within folders are looked into this deep.
const DEPTH_MAX: usize = 8;

/// A document that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedDocument {
    pub name: String,
    pub reason: String,
}

/// What reading a document gave.
pub type ReadResult = Result<Document, String>;

/// Returns the files below `folder` whose names end in `.md`, in order of their paths. Links are not followed, names that
/// begin with a dot passed over.
///
/// # Errors
/// A folder cannot be read, or there are too many.
pub fn documents_in(folder: &Path) -> Result<Vec<PathBuf>, JobError> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), 0)];
    while let Some((path, depth)) = folders.pop() {
        let unreadable = |error| JobError::Unreadable {
            path: path.clone(),
            error,
        };
        for entry in fs::read_dir(&path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(unreadable)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            if kind.is_dir() && depth < DEPTH_MAX {
                folders.push((entry.path(), depth + 1));
            } else if kind.is_file() && name.ends_with(".md") {
                found.push(entry.path());
            }
            if found.len() > FILES_MAX {
                let path = folder.to_path_buf();
                return Err(JobError::TooMany { path, max: FILES_MAX });
            }
        }
    }
    found.sort_unstable();
    match found.is_empty() {
        true => Err(JobError::NoDocuments {
            path: folder.to_path_buf(),
        }),
        false => Ok(found),
    }
}

/// Reads one document as it stands.
///
/// # Errors
/// Why it is none, in words.
pub fn read_document(path: &Path) -> ReadResult {
    let text = files::read_text(path, document::FILE_BYTES_MAX).map_err(|error| error.to_string())?;
    document::parse(&text).map_err(|error| error.to_string())
}

/// Reads one of the archive's own documents; a secured text is back in it.
///
/// # Errors
/// Why it is none, or its text is not to be had, in words.
pub fn read_own_document(path: &Path, key: Option<&SecureKey>) -> ReadResult {
    let mut document = read_document(path)?;
    match key {
        Some(key) => secured::restore(&mut document, key).map_err(|error| error.to_string())?,
        // Taken in without its text, it would be written without it next.
        None if document.secured.is_some() && document.body().is_none() => {
            return Err("its text is secured; give the key in archive.secure".to_owned());
        }
        None => {}
    }
    Ok(document)
}
