//! The handle to the store: reads on connections kept for it, writes handed to the one writer thread.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::OpenFlags;
use tokio::sync::Notify;

use super::client::Connection;
use super::connection::{in_snapshot, log_of, prepare_connection, still_address};
use super::error::StoreError;
use super::lock;
use super::migrations::schema_of;
use super::roles::{Role, Roles};
use super::worker_state::WorkerState;
use super::writer::{self, WriteUnit, WriterState};
use crate::blocking;
use crate::clock::Clock;

/// Read-only connections kept open.
const READERS_KEPT: usize = 4;

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
    pub(in crate::store) shared: Arc<StoreInner>,
}

#[derive(Default)]
pub struct StoreInner {
    pub path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    pub writes: Mutex<Option<mpsc::Sender<WriteUnit>>>,
    pub writer: Mutex<Option<JoinHandle<()>>>,
    pub lock: Option<File>,
    /// The server that holds it; none where it is a file.
    #[cfg(feature = "postgres")]
    pub server: Option<super::postgres::DatabaseServer>,
    /// Nobody has it open: it is read without the files beside it, and none is made.
    pub is_still: bool,
    /// The connection that is asked whether anything was written.
    watch: Mutex<Option<Connection>>,
    pub owes_check: AtomicBool,
    /// Set when reads, and when writes, are to end.
    pub reads_end: Arc<AtomicBool>,
    pub writes_end: Arc<AtomicBool>,
    /// Told when nothing can be written any more.
    pub writer_ended: Arc<Notify>,
    /// How this worker stands among others.
    pub worker_state: Arc<WorkerState>,
    /// What a check found while the store was in use.
    pub damage: OnceLock<String>,
    written: WriteLatency,
}

impl Drop for StoreInner {
    fn drop(&mut self) {
        self.close();
    }
}

impl StoreInner {
    /// Returns what reading needs, on a database that somebody else may own.
    pub fn reading(path: PathBuf) -> Self {
        let mut inner = Self::default();
        inner.path = path;
        inner
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().expect("no reader panics while it holds the list")
    }

    fn close(&self) {
        // Readers first: the last connection to close carries the log over, and one that only reads cannot.
        if let Ok(mut readers) = self.readers.lock() {
            readers.clear();
        }
        if let Ok(mut watch) = self.watch.lock() {
            watch.take();
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
        if let Some(lock) = &self.lock
            && !self.owes_check.load(Ordering::Relaxed)
        {
            lock::end(lock);
        }
    }
}

impl Store {
    pub(in crate::store) fn with(shared: StoreInner) -> Self {
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
        self.read(schema_of)
    }

    /// Whether it is at a server, which looks after what it stores.
    pub fn is_at_server(&self) -> bool {
        #[cfg(feature = "postgres")]
        return self.shared.server.is_some();
        #[cfg(not(feature = "postgres"))]
        false
    }

    /// Returns how many bytes the database and its log take in the state folder.
    pub fn sizes(&self) -> (u64, u64) {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        (size(&self.shared.path), size(&log_of(&self.shared.path)))
    }

    /// Returns how many writes were committed since the store was opened, and how long their callers waited.
    pub fn writes(&self) -> (u64, Duration) {
        let written = &self.shared.written;
        let micros = written.micros.load(Ordering::Relaxed);
        (written.count.load(Ordering::Relaxed), Duration::from_micros(micros))
    }

    /// Returns a number that differs from the one returned before where anything was committed meanwhile, by whomever.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        let mut watch = self
            .shared
            .watch
            .lock()
            .expect("no reader panics while it holds the connection");
        if watch.is_none() {
            *watch = Some(self.connect_to_read()?);
        }
        let connection = watch.as_ref().ok_or(StoreError::Closed)?;
        let sql = match connection {
            Connection::Sqlite(_) => "PRAGMA data_version",
            #[cfg(feature = "postgres")]
            Connection::Postgres(_) => super::postgres::COMMITTED,
        };
        let version = blocking::run(|| connection.prepare_cached(sql)?.query_row((), |row| row.get(0)));
        if version.is_err() {
            watch.take();
        }
        Ok(version?)
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
    pub(in crate::store) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        blocking::run(|| self.read_here(|connection| in_snapshot(connection, work)))
    }

    /// Runs `work` as `read` does, where it asks one question only: that sees one state of the database by itself.
    ///
    /// # Errors
    /// What `work` fails with, or the connection cannot be opened.
    pub(in crate::store) fn ask<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        blocking::run(|| self.read_here(work))
    }

    fn read_here<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let kept = self.shared.readers().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => self.connect_to_read()?,
        };
        let result = work(&connection);
        let mut readers = self.shared.readers();
        if readers.len() < READERS_KEPT && !connection.is_lost() {
            readers.push(connection);
        }
        result
    }

    fn connect_to_read(&self) -> Result<Connection, StoreError> {
        #[cfg(feature = "postgres")]
        if let Some(server) = &self.shared.server {
            return blocking::run(|| server.connect()).map(|session| Connection::Postgres(Box::new(session)));
        }
        self.connect_to_file().map(Connection::Sqlite)
    }

    /// Returns a connection to the file that the database is, for what is done with such a one alone.
    pub(in crate::store) fn connect_to_file(&self) -> Result<rusqlite::Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let path = &self.shared.path;
        let mut connection = match self.shared.is_still {
            true => rusqlite::Connection::open_with_flags(still_address(path), flags | OpenFlags::SQLITE_OPEN_URI)?,
            false => rusqlite::Connection::open_with_flags(path, flags)?,
        };
        prepare_connection(&mut connection, &self.shared.reads_end)?;
        Ok(connection)
    }

    /// Runs `work` on the writer thread as one unit and returns what it returned once it is committed.
    ///
    /// # Errors
    /// What `work` fails with (nothing of it is kept then), or the commit fails.
    pub(in crate::store) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.enqueue(|connection, _| work(connection)).await
    }

    /// Like `write`, for what only the worker in this role does.
    ///
    /// # Errors
    /// As `write`, and another worker has the role.
    pub(in crate::store) async fn write_as<T, F>(&self, role: Role, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.enqueue_as(role, |connection, _| work(connection)).await
    }

    /// Like `enqueue`, for what only the worker in this role does.
    pub(in crate::store) fn enqueue_as<T, F>(
        &self,
        role: Role,
        work: F,
    ) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, &mut WriterState) -> Result<T, StoreError> + Send + 'static,
    {
        self.enqueue(move |connection, writer_state| {
            writer_state.must_hold(connection, role)?;
            work(connection, writer_state)
        })
    }

    /// Whether this worker does what only one does at a time; in a file it does all of it.
    pub fn holds(&self, role: Role) -> bool {
        self.shared.worker_state.roles.get().has(role)
    }

    /// Returns what this worker does for all.
    pub fn roles(&self) -> Roles {
        self.shared.worker_state.roles.get()
    }

    /// Ends when this worker has taken a role, or lost one.
    pub async fn roles_changed(&self) {
        self.shared.worker_state.roles_changed.notified().await;
    }

    /// Whether no other worker counts this one as dead, and goes on with what it holds.
    pub fn is_sure_of_term(&self) -> bool {
        self.shared.worker_state.is_sure()
    }

    /// Returns the clock that leases, digests and due moments go by: the server's, where the store is at one.
    pub fn clock(&self) -> Clock {
        match self.is_at_server() {
            true => Clock::Server(Arc::clone(&self.shared.worker_state.behind)),
            false => Clock::system(),
        }
    }

    /// Ends when nothing can be written any more: the store was closed, or others have taken over this worker's work.
    pub async fn writer_ended(&self) {
        self.shared.writer_ended.notified().await;
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
    pub(in crate::store) fn enqueue<T, F>(
        &self,
        work: F,
    ) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
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
