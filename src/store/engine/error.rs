//! Why the store could not do what it was asked.

use std::path::{Path, PathBuf};

use thiserror::Error;

#[cfg(feature = "postgres")]
use super::database_error::Cause;
use super::database_error::DatabaseError;
use super::roles::Role;
use crate::files;

/// Why the store could not be opened, read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error(
        "cannot use the state folder {path}: {error}; {}",
        files::remedy(path, error, "state_dir")
    )]
    Folder { path: PathBuf, error: std::io::Error },
    #[error("{path} is in use by another tidings process; stop it (systemctl stop tidings) or use another state_dir")]
    Locked { path: PathBuf },
    #[error("there is no database at {path} yet; `tidings run` or `tidings poll` creates it")]
    Missing { path: PathBuf },
    #[error(
        "the database {path} was written by a newer tidings (schema {found}, this one knows {known}); upgrade tidings"
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "the database {path} is of an earlier tidings (schema {found}, this one reads {known}) that still runs; restart it (systemctl restart tidings)"
    )]
    Older { path: PathBuf, found: i64, known: i64 },
    #[error(
        "there is a database at {path} that holds articles or digests; it is not replaced: move it elsewhere first, with -wal and -shm if they are there"
    )]
    Holding { path: PathBuf },
    #[error("the disk is full: {0}; nothing of the last step was kept, free some room and it is done again")]
    Full(DatabaseError),
    #[error(
        "the database is damaged: {0}; stop tidings and restore the latest backup (docs/operations.md, \"Backup and restore\")"
    )]
    Damaged(String),
    #[error(
        "the database {path} is of an earlier tidings (schema {found}, this one reads {known}) and cannot be brought up to date here: {error}; {}",
        files::remedy(path, error, "state_dir")
    )]
    Outdated {
        path: PathBuf,
        found: i64,
        known: i64,
        error: std::io::Error,
    },
    #[error(
        "the first start of {path} was cut off; the next `tidings run` or `tidings poll` finishes it, and needs the right to write"
    )]
    CutOff { path: PathBuf },
    #[error("the database cannot be used: {error}; {remedy}")]
    Forbidden { error: DatabaseError, remedy: &'static str },
    #[error(
        "cannot open the database: {0}; see whether too many files are open (ulimit -n, LimitNOFILE= of the service)"
    )]
    Unopened(DatabaseError),
    #[error("database: {0}")]
    Database(DatabaseError),
    #[error("{}", held_elsewhere(*role, holder))]
    Held { role: Role, holder: String },
    #[error(
        "{holder} works on this store with another version; this one begins when all of that version have ended (`tidings run` waits for that)"
    )]
    OfAnotherVersion { holder: String },
    #[error(
        "this worker gave no sign for too long, and others go on with its work; it changes nothing any more, and begins anew once it is started again"
    )]
    TakenOver,
    #[error("another worker writes the same just now; nothing of it was kept, and it is done again")]
    Conflict,
    #[error("{what} works on a database that is a file, and this store is at a server; {remedy}")]
    AtServer { what: &'static str, remedy: &'static str },
    #[error("the store it is to be carried into holds something else; name an empty one")]
    NotEmpty,
    #[error(
        "what was carried over differs in {table}, row {row}; nothing of the old store was changed, empty the new one and carry it over again"
    )]
    Differs { table: &'static str, row: usize },
    #[error("a store was carried into this one and not all of it is there; end it with `tidings move`")]
    HalfCarried,
    #[error("[store] postgres is no address of a database: {0}; write url = \"postgres://user@host/database\"")]
    ServerAddress(String),
    #[error("the server of {name} is PostgreSQL {found}; tidings needs {needed} or later")]
    ServerTooOld { name: String, found: i64, needed: i64 },
    #[error("the database server is away: {0}; what was not committed is done again once it is there")]
    Away(DatabaseError),
    #[error("the database server is still away; what was not committed is done again once it is there")]
    Unreachable,
    #[error(
        "this tidings was built without PostgreSQL; build it with --features postgres, or take [store] postgres out"
    )]
    NoPostgres,
    #[error("ended before it was done, since the program ends; nothing of it was kept")]
    Ended,
    #[error("writing it panicked: {0}; nothing of it was kept")]
    Panicked(String),
    #[error("another source has meanwhile brought one of these articles; nothing of it was kept")]
    KnownMeanwhile,
    #[error("the store is closed")]
    Closed,
}

fn held_elsewhere(role: Role, holder: &str) -> String {
    let role = role.as_str();
    match holder {
        "" => format!("no worker does the {role} just now; one takes that over within a minute, try again then"),
        holder => format!("{holder} does the {role} for all workers of this store; ask it there"),
    }
}

impl StoreError {
    pub(super) fn folder(path: &Path, error: std::io::Error) -> Self {
        let path = path.to_owned();
        Self::Folder { path, error }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

#[cfg(feature = "postgres")]
impl From<::postgres::Error> for StoreError {
    fn from(error: ::postgres::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        #[cfg(feature = "postgres")]
        if let Cause::Postgres(cause) = &*error.0 {
            return match cause.code() {
                Some(&::postgres::error::SqlState::DISK_FULL) => Self::Full(error),
                Some(&::postgres::error::SqlState::QUERY_CANCELED) => Self::Ended,
                Some(
                    &::postgres::error::SqlState::T_R_DEADLOCK_DETECTED
                    | &::postgres::error::SqlState::T_R_SERIALIZATION_FAILURE
                    | &::postgres::error::SqlState::LOCK_NOT_AVAILABLE,
                ) => Self::Conflict,
                _ if super::server_errors::is_away(cause) => Self::Away(error),
                _ => Self::Database(error),
            };
        }
        match error.sqlite().and_then(rusqlite::Error::sqlite_error_code) {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full(error),
            // The room it lacks is that of the index of its log.
            Some(rusqlite::ErrorCode::SystemIoFailure)
                if error
                    .sqlite()
                    .and_then(rusqlite::Error::sqlite_error)
                    .is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE) =>
            {
                Self::Full(error)
            }
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            Some(rusqlite::ErrorCode::CannotOpen) => Self::Unopened(error),
            Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::PermissionDenied) => Self::Forbidden {
                error,
                remedy: "see that this user may write the state folder, and that its disk is not mounted read-only",
            },
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::Ended,
            _ => Self::Database(error),
        }
    }
}
