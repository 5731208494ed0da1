//! The store: SQLite in WAL mode, one writer thread, readers apart; the only place that knows the database.
//!
//! Every write is a closure that runs on the writer thread inside a savepoint of its own; the writer gathers what is
//! waiting into one transaction and answers only after the commit. So what one closure changes happens whole or not
//! at all, and an answer means it is on disk. No transaction stays open across network work.
//!
//! One process owns a store (`lock` in the state folder). Leases left by a process that died are void at the next
//! start, because whoever holds the lock is alone.

pub mod articles;
mod assigner;
pub mod backup;
pub mod boilerplate;
mod columns;
pub mod deliveries;
mod digest_runs;
pub mod digests;
pub mod document_inputs;
pub mod documents;
mod entries;
#[doc(hidden)] // Public for its fuzz target.
pub mod fts_query;
mod fulltext;
pub mod host_state;
pub mod import;
pub mod maintenance;
mod membership;
pub mod merge_sweep;
pub mod migrations;
mod open;
pub mod placement_reasons;
pub mod purge;
#[cfg(test)]
mod query_plans;
mod reindex;
pub mod search;
mod source_sync;
pub mod sources;
pub mod stories;
pub mod story_changes;
pub mod story_edits;
mod syndication;
pub mod topics;
pub mod wordings;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::DateTime;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use thiserror::Error;

use crate::domain::Timestamp;
use crate::{blocking, files};
use writer::{WriteUnit, WriterState};

/// Prepared statements kept per connection.
const STATEMENTS_KEPT: usize = 96;
/// Read-only connections kept open.
const READERS_KEPT: usize = 4;
/// How long a reader waits for a checkpoint or a foreign reader, in milliseconds.
const BUSY_MILLISECONDS: u64 = 5_000;
/// What a write-ahead log that had to grow (a long reader keeps it from being carried over) is cut back to, in bytes.
pub const LOG_BYTES_KEPT: i64 = 32 * 1024 * 1024;
/// Steps of a statement between two looks whether it is to end: some tens of microseconds.
const STEPS_BETWEEN_LOOKS: i32 = 1_000;
/// Name of the database in the state folder.
pub const DATABASE_NAME: &str = "tidings.sqlite";

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
    Full(rusqlite::Error),
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
    Forbidden {
        error: rusqlite::Error,
        remedy: &'static str,
    },
    #[error(
        "cannot open the database: {0}; see whether too many files are open (ulimit -n, LimitNOFILE= of the service)"
    )]
    Unopened(rusqlite::Error),
    #[error("database: {0}")]
    Database(rusqlite::Error),
    #[error("ended before it was done, since the program ends; nothing of it was kept")]
    Ended,
    #[error("writing it panicked: {0}; nothing of it was kept")]
    Panicked(String),
    #[error("the store is closed")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full(error),
            // The room it lacks is that of the index of its log.
            Some(rusqlite::ErrorCode::SystemIoFailure)
                if error
                    .sqlite_error()
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

/// What the writes so far have cost those who waited for them.
#[derive(Default)]
struct WriteLatency {
    count: AtomicU64,
    micros: AtomicU64,
}

impl WriteLatency {
    fn add(&self, waited: Duration) {
        let micros = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX);
        self.count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }
}

/// A handle to the store; clones share it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<StoreInner>,
}

struct StoreInner {
    path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    writes: Mutex<Option<mpsc::Sender<WriteUnit>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    lock: Option<File>,
    /// Nobody has it open: it is read without the files beside it, and none is made.
    is_still: bool,
    owes_check: AtomicBool,
    /// Set when reads, and when writes, are to end.
    reads_end: Arc<AtomicBool>,
    writes_end: Arc<AtomicBool>,
    /// What a check found while the store was in use.
    damage: OnceLock<String>,
    written: WriteLatency,
}

impl StoreInner {
    /// Returns what reading needs, on a database that somebody else may own.
    fn reading(path: PathBuf) -> Self {
        Self {
            path,
            readers: Mutex::new(Vec::new()),
            writes: Mutex::new(None),
            writer: Mutex::new(None),
            lock: None,
            is_still: false,
            owes_check: AtomicBool::new(false),
            reads_end: Arc::default(),
            writes_end: Arc::default(),
            damage: OnceLock::new(),
            written: WriteLatency::default(),
        }
    }
}

impl Drop for StoreInner {
    fn drop(&mut self) {
        self.close();
    }
}

impl StoreInner {
    fn close(&self) {
        // Readers first: the last connection to close carries the log over, and one that only reads cannot.
        if let Ok(mut readers) = self.readers.lock() {
            readers.clear();
        }
        // The writer ends when the last sender is gone, after committing what it holds.
        if let Ok(mut writes) = self.writes.lock() {
            writes.take();
        }
        if let Ok(mut writer) = self.writer.lock()
            && let Some(thread) = writer.take()
        {
            // A writer that panicked has already failed every caller that waited for it.
            let _ = thread.join();
        }
        maintenance::end(self);
    }
}

impl Store {
    fn with(shared: StoreInner) -> Self {
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Ends reads that are under way, however long they would be, and all that would be.
    pub fn end_reads(&self) {
        self.shared.reads_end.store(true, Ordering::Relaxed);
    }

    /// Ends writes that are under way and would be long; nothing is kept of one that is ended.
    pub fn end_writes(&self) {
        self.shared.writes_end.store(true, Ordering::Relaxed);
    }

    /// Closes the store, though somebody may still hold a handle to it: what was handed over is committed, and its owner
    /// has ended in order.
    pub fn close(&self) {
        self.shared.close();
    }

    /// Returns the number of the database's schema.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn schema(&self) -> Result<i64, StoreError> {
        self.read(|c| Ok(c.pragma_query_value(None, "user_version", |row| row.get(0))?))
    }

    /// Returns how many bytes the database and its log take.
    pub fn sizes(&self) -> (u64, u64) {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        (size(&self.shared.path), size(&open::log_of(&self.shared.path)))
    }

    /// Returns how many writes were committed since the store was opened, and how long their callers waited.
    pub fn writes(&self) -> (u64, Duration) {
        let written = &self.shared.written;
        let micros = written.micros.load(Ordering::Relaxed);
        (written.count.load(Ordering::Relaxed), Duration::from_micros(micros))
    }

    /// Returns where the database lies.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Runs `work` on a read-only connection, on one state of the database, and returns what it returns. However long the
    /// disk takes, no worker of a runtime waits for it.
    ///
    /// # Errors
    /// What `work` fails with, or the connection cannot be opened.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        blocking::run(|| self.read_here(work))
    }

    fn read_here<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let kept = self
            .shared
            .readers
            .lock()
            .expect("no reader panics while it holds the list")
            .pop();
        let connection = match kept {
            Some(connection) => connection,
            None => self.connect_to_read()?,
        };
        let result = in_snapshot(&connection, work);
        let mut readers = self
            .shared
            .readers
            .lock()
            .expect("no reader panics while it holds the list");
        if readers.len() < READERS_KEPT {
            readers.push(connection);
        }
        result
    }

    fn connect_to_read(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let path = &self.shared.path;
        let mut connection = match self.shared.is_still {
            true => Connection::open_with_flags(still_address(path), flags | OpenFlags::SQLITE_OPEN_URI)?,
            false => Connection::open_with_flags(path, flags)?,
        };
        prepare_connection(&mut connection, &self.shared.reads_end)?;
        Ok(connection)
    }

    /// Runs `work` on the writer thread as one unit and returns what it returned once it is committed.
    ///
    /// # Errors
    /// What `work` fails with (nothing of it is kept then), or the commit fails.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.enqueue(|connection, _| work(connection)).await
    }

    /// Ends when the writer thread has done all that was handed to it before: it is alive.
    ///
    /// # Errors
    /// It is not, or cannot commit.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.write(|_| Ok(())).await
    }

    /// Hands `work` to the writer thread at once, in the order of the calls, with what stands beside the database; the
    /// future ends with what it returned once it is committed.
    fn enqueue<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, &mut WriterState) -> Result<T, StoreError> + Send + 'static,
    {
        let (write, receiver) = writer::unit(work);
        let queue = self
            .shared
            .writes
            .lock()
            .expect("no sender panics while it holds the queue")
            .clone();
        let begun = Instant::now();
        let handed = queue.is_some_and(|queue| queue.send(write).is_ok());
        let shared = Arc::downgrade(&self.shared);
        async move {
            match handed {
                true => {
                    let result = receiver.await.map_err(|_| StoreError::Closed)?;
                    if let Some(shared) = shared.upgrade() {
                        shared.written.add(begun.elapsed());
                    }
                    result
                }
                false => Err(StoreError::Closed),
            }
        }
    }
}

/// Returns a database nobody writes as an address under which SQLite makes no file beside it.
fn still_address(path: &Path) -> String {
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => address.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(*byte)),
            byte => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address + "?immutable=1"
}

/// Prepares a connection; whatever runs on it ends once `told_to_end` is set.
fn prepare_connection(connection: &mut Connection, told_to_end: &Arc<AtomicBool>) -> Result<(), StoreError> {
    let told_to_end = Arc::clone(told_to_end);
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || told_to_end.load(Ordering::Relaxed)))?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MILLISECONDS))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A plan then depends on no bound value; without this, clearing the values of a kept statement has it compiled anew at
    // every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000;")?;
    Ok(())
}

/// Runs `work` in a transaction of its own: it sees nothing that is committed meanwhile, and the lock is taken once.
fn in_snapshot<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let result = work(connection);
    connection.prepare_cached("COMMIT")?.execute([])?;
    result
}

/// Returns the number a moment is stored as: seconds since 1970.
pub(crate) fn seconds(at: Timestamp) -> i64 {
    at.timestamp()
}

/// Returns the moment a stored number stands for.
pub(crate) fn moment(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// Returns the moment a stored number stands for, if there is one.
pub(crate) fn moment_or_none(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.map(moment)
}
