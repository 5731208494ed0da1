//! Why work cannot go on.

use std::path::PathBuf;

use thiserror::Error;

use crate::archive::ArchiveError;
use crate::deliver::DeliverError;
use crate::fetch::FetchError;
use crate::store::StoreError;

/// Why work cannot go on.
#[derive(Debug, Error)]
pub enum JobError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    #[error("{path} holds no documents; name the folder they are in")]
    NoDocuments { path: PathBuf },
    #[error("cannot read {path}: {error}; give the right to read it, or name another folder")]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error(
        "{path} is the archive itself, or one is in the other; its documents are known, or `tidings archive rebuild --database` reads them"
    )]
    OwnArchive { path: PathBuf },
    #[error("{path} holds more than {max} documents; take them in folder by folder")]
    TooMany { path: PathBuf, max: usize },
    #[error("{what} panicked; see the log above, and tell us")]
    Panicked { what: &'static str },
    #[error("{0}; documents are neither written nor compared without it")]
    SecureKey(String),
    #[error("topic {topic}: {error}")]
    Topic { topic: String, error: String },
}
