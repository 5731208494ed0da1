//! The writer thread: one connection that writes, and what it keeps in memory beside the database.
//!
//! Each unit of work runs in a savepoint of its own; what is waiting is gathered into one transaction, and nobody is
//! answered before the commit. What stands beside the database never says more than the transaction does: a unit that is
//! taken back takes its part of it back too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;
use tokio::sync::oneshot;

use super::client::Connection;
use super::database_error::DatabaseError;
use super::error::StoreError;
use super::fulltext::PendingRows;
use super::live_stories::LiveStories;
#[cfg(feature = "postgres")]
use super::postgres::{Session, WorkerTerm, holder_of};
use super::roles::{Role, Roles};
use super::worker_state::WorkerState;
use crate::domain::topic::Topic;
use crate::text;

/// Units of work gathered into one transaction at most.
const BATCH_MAX: usize = 200;

/// A writer that has nothing to do for so long looks after its connection.
const IDLE: Duration = Duration::from_secs(10);
/// Units are gathered for so long at most.
const BATCH_TIME: Duration = Duration::from_secs(5);
/// How long the writer waits for one that is not ours before the write fails, and how long until it looks whether it is to
/// end, in milliseconds.
const BUSY_MILLISECONDS: u64 = 5_000;
const LOOK_MILLISECONDS: u64 = 100;

/// A unit of work on the writer thread; what it is handed instead of the writer is why it cannot be done.
pub type WriteUnit = Box<dyn FnOnce(Result<&mut Writer, StoreError>) -> Option<Answer> + Send>;
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What the writer thread works with.
pub struct Writer {
    connection: Connection,
    writer_state: WriterState,
    shared: Arc<WorkerState>,
    /// The transaction is as it was when the savepoint was set.
    is_at_savepoint: bool,
    /// Where others may write too.
    #[cfg(feature = "postgres")]
    term: Option<WorkerTerm>,
}

impl Writer {
    /// Returns the one writer of a file, which does all there is to do.
    pub fn new(connection: Connection, shared: Arc<WorkerState>) -> Self {
        shared.roles.set(Roles::ALL);
        Self {
            connection,
            writer_state: WriterState {
                roles: Roles::ALL,
                ..WriterState::default()
            },
            shared,
            is_at_savepoint: false,
            #[cfg(feature = "postgres")]
            term: None,
        }
    }

    /// Returns one of several, in a term of its own.
    ///
    /// # Errors
    /// The term is over, or the server is away.
    #[cfg(feature = "postgres")]
    pub fn in_term(session: Session, term: WorkerTerm, shared: Arc<WorkerState>) -> Result<Self, StoreError> {
        let worker = term.worker;
        let mut writer = Self {
            is_at_savepoint: false,
            connection: Connection::Postgres(Box::new(session)),
            writer_state: WriterState {
                worker,
                ..WriterState::default()
            },
            shared,
            term: Some(term),
        };
        writer.renew()?;
        Ok(writer)
    }

    /// Renews the term, where it is in one. Roles that come or go take what stands in memory with them.
    #[cfg(feature = "postgres")]
    fn renew(&mut self) -> Result<(), NotCommitted> {
        let (Connection::Postgres(session), Some(term)) = (&self.connection, &mut self.term) else {
            return Ok(());
        };
        let asked = WorkerState::now();
        session.run("BEGIN")?;
        let renewed = match term.renew(session) {
            Ok(Some(renewed)) => session.run("COMMIT").map(|()| renewed).map_err(NotCommitted::from),
            Ok(None) => Err(NotCommitted::TakenOver),
            Err(error) => Err(error.into()),
        };
        let renewed = renewed.inspect_err(|_| _ = session.run("ROLLBACK"))?;
        self.shared.renewed(asked + term.renewed(), renewed.behind);
        if renewed.roles != self.writer_state.roles {
            self.writer_state.roles = renewed.roles;
            self.writer_state.forget();
            self.shared.roles.set(renewed.roles);
            self.shared.roles_changed.notify_one();
        }
        Ok(())
    }
}

/// What the writer keeps in memory beside the database, in step with its transaction.
#[derive(Default)]
pub struct WriterState {
    /// The number of this worker; 0 in a file.
    pub worker: i64,
    /// What this one does for all workers.
    pub roles: Roles,
    pub live_stories: LiveStories,
    pub texts: PendingRows,
    /// The topics that are followed once the transaction is committed; to be set where nothing can fail any more.
    pub followed: Option<Vec<Topic>>,
}

impl WriterState {
    /// Whether there may be other workers beside this one.
    pub fn has_others(&self) -> bool {
        self.worker != 0
    }

    /// Fails where another worker has this role, or nobody.
    ///
    /// # Errors
    /// As it says; the error names who has it.
    pub fn must_hold(&self, c: &Connection, role: Role) -> Result<(), StoreError> {
        if self.roles.has(role) {
            return Ok(());
        }
        let holder = match c {
            Connection::Sqlite(_) => String::new(),
            #[cfg(feature = "postgres")]
            Connection::Postgres(session) => holder_of(session, role)?,
        };
        Err(StoreError::Held { role, holder })
    }

    /// Forgets what the database may not say: a transaction failed.
    fn forget(&mut self) {
        self.live_stories.forget();
        self.followed = None;
        self.texts.forget();
    }
}

/// Why a transaction was taken back.
#[derive(Clone)]
enum NotCommitted {
    Database(DatabaseError),
    #[cfg(feature = "postgres")]
    TakenOver,
}

impl From<DatabaseError> for NotCommitted {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<NotCommitted> for StoreError {
    fn from(reason: NotCommitted) -> Self {
        match reason {
            NotCommitted::Database(error) => error.into(),
            #[cfg(feature = "postgres")]
            NotCommitted::TakenOver => Self::TakenOver,
        }
    }
}

/// Returns `work` as a unit, and where its result arrives once it is committed.
pub fn unit<T, F>(work: F) -> (WriteUnit, oneshot::Receiver<Result<T, StoreError>>)
where
    T: Send + 'static,
    F: FnOnce(&Connection, &mut WriterState) -> Result<T, StoreError> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let write: WriteUnit = Box::new(move |writer| {
        // A reply that nobody waits for any more is no loss: the write itself stands.
        match writer.and_then(|writer| in_savepoint(writer, work)) {
            Ok(value) => Some(Box::new(move |committed: Result<(), StoreError>| {
                let _ = sender.send(committed.map(|()| value));
            })),
            Err(error) => {
                let _ = sender.send(Err(error));
                None
            }
        }
    });
    (write, receiver)
}

/// Writes what comes through the queue until its last sender is gone. Once `told_to_end` is set it waits for nobody.
///
/// Ends too when others have taken over this worker's work. A connection that is lost is made anew by `reconnect` when the next
/// unit comes; until that works, units fail.
pub fn run(
    mut writer: Writer,
    queue: &mpsc::Receiver<WriteUnit>,
    told_to_end: &AtomicBool,
    reconnect: &dyn Fn() -> Option<Connection>,
) {
    if let Connection::Sqlite(file) = &writer.connection
        && let Err(error) = file.busy_timeout(Duration::from_millis(LOOK_MILLISECONDS))
    {
        tracing::error!("cannot set how long a write waits: {error}");
    }
    loop {
        let first = match queue.recv_timeout(IDLE) {
            Ok(first) => first,
            // Nothing is written: a term at a server is renewed.
            Err(RecvTimeoutError::Timeout) if writer.connection.sqlite().is_none() => unit(|_, _| Ok(())).0,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if writer.connection.is_lost() {
            let Some(connection) = (!told_to_end.load(Ordering::Relaxed)).then(reconnect).flatten() else {
                // All that waits has waited for this try.
                fail_all(first, queue);
                continue;
            };
            writer.connection = connection;
            writer.writer_state.forget();
            #[cfg(feature = "postgres")]
            if let Some(term) = &mut writer.term {
                term.doubt();
            }
        }
        #[cfg(feature = "postgres")]
        if writer.term.as_ref().is_some_and(WorkerTerm::is_due) {
            match writer.renew() {
                Ok(()) => {}
                Err(error @ NotCommitted::TakenOver) => {
                    tracing::error!("{}", StoreError::from(error.clone()));
                    first(Err(error.into()));
                    break;
                }
                // Tried again with the next unit.
                Err(error) => tracing::warn!("the term could not be renewed: {}", StoreError::from(error)),
            }
        }
        let begun = Instant::now();
        if let Err(error) = begin(&mut writer, told_to_end) {
            first(Err(error));
            continue;
        }
        let mut answers: Vec<Answer> = first(Ok(&mut writer)).into_iter().collect();
        for _ in 1..BATCH_MAX {
            if writer.connection.is_autocommit() || begun.elapsed() >= BATCH_TIME {
                break;
            }
            match queue.try_recv() {
                Ok(write) => answers.extend(write(Ok(&mut writer))),
                Err(_) => break,
            }
        }
        match commit(&mut writer) {
            Ok(()) => {
                if let Some(topics) = writer.writer_state.followed.take() {
                    writer.writer_state.live_stories.follow(topics);
                }
                answers.into_iter().for_each(|answer| answer(Ok(())));
            }
            Err(error) => {
                tracing::error!("cannot commit: {}", StoreError::from(error.clone()));
                writer.writer_state.forget();
                if let Err(error) = writer.connection.execute_batch("ROLLBACK") {
                    tracing::debug!("the failed transaction was already rolled back: {error}");
                }
                for answer in answers {
                    answer(Err(error.clone().into()));
                }
                #[cfg(feature = "postgres")]
                if matches!(error, NotCommitted::TakenOver) {
                    break;
                }
            }
        }
    }
    #[cfg(feature = "postgres")]
    if let (Connection::Postgres(session), Some(term)) = (&writer.connection, &writer.term) {
        term.end(session);
    }
}

fn in_savepoint<T>(
    writer: &mut Writer,
    work: impl FnOnce(&Connection, &mut WriterState) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let Writer {
        connection,
        writer_state,
        is_at_savepoint,
        ..
    } = writer;
    if connection.sqlite().is_some() {
        connection.prepare_cached("SAVEPOINT unit")?.execute(())?;
    } else if !std::mem::take(is_at_savepoint) {
        // Each word to a server is a way there and back.
        connection.execute_batch("RELEASE unit; SAVEPOINT unit")?;
    }
    let (changed, texts) = (writer_state.live_stories.changed, writer_state.texts.len());
    // One unit that panics must not end the thread, and with it the daemon: the same one would end the next start too.
    let held = catch_unwind(AssertUnwindSafe(|| work(connection, &mut *writer_state)));
    let result = held.unwrap_or_else(|payload| {
        writer_state.live_stories.forget();
        Err(StoreError::Panicked(text::of_panic(&*payload)))
    });
    if result.is_err() && connection.is_autocommit() {
        // A full disk, or one that fails, takes back the whole transaction, and the savepoint with it.
        writer_state.live_stories.forget();
        return result;
    }
    if result.is_err() {
        if writer_state.live_stories.changed != changed {
            writer_state.live_stories.forget();
        }
        writer_state.texts.truncate(texts);
        connection.prepare_cached("ROLLBACK TO unit")?.execute(())?;
    }
    if connection.sqlite().is_some() {
        connection.prepare_cached("RELEASE unit")?.execute(())?;
    }
    result
}

/// Begins a transaction, once nobody else writes.
fn begin(writer: &mut Writer, told_to_end: &AtomicBool) -> Result<(), StoreError> {
    let connection = &writer.connection;
    if connection.sqlite().is_none() {
        // Others may write at the same time; whether this worker may is asked last.
        connection.execute_batch("BEGIN; SAVEPOINT unit")?;
        writer.is_at_savepoint = true;
        return Ok(());
    }
    let since = Instant::now();
    loop {
        let begun = connection.prepare_cached("BEGIN IMMEDIATE")?.execute(());
        match begun {
            Err(error) if is_busy(&error) => {
                if told_to_end.load(Ordering::Relaxed) {
                    return Err(StoreError::Ended);
                }
                if since.elapsed() >= Duration::from_millis(BUSY_MILLISECONDS) {
                    return Err(error.into());
                }
            }
            begun => return Ok(begun.map(drop)?),
        }
    }
}

fn commit(writer: &mut Writer) -> Result<(), NotCommitted> {
    if writer.connection.is_autocommit() {
        // The database has taken back the whole transaction: those gathered before the unit that failed are lost with it.
        writer.writer_state.texts.truncate(0);
        let said = "a write in the same transaction failed, and took it back";
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT);
        return Err(DatabaseError::from(rusqlite::Error::SqliteFailure(code, Some(said.to_owned()))).into());
    }
    writer.writer_state.texts.write(&writer.connection)?;
    #[cfg(feature = "postgres")]
    if let (Connection::Postgres(session), Some(term)) = (&writer.connection, &writer.term) {
        if !term.hold(session)? {
            return Err(NotCommitted::TakenOver);
        }
        return Ok(session.run("COMMIT")?);
    }
    writer.connection.prepare_cached("COMMIT")?.execute(())?;
    Ok(())
}

/// Answers what waits that the server is away.
fn fail_all(first: WriteUnit, queue: &mpsc::Receiver<WriteUnit>) {
    for unit in std::iter::once(first).chain(queue.try_iter()) {
        unit(Err(StoreError::Unreachable));
    }
}

/// Whether somebody else writes just now.
fn is_busy(error: &DatabaseError) -> bool {
    let code = error.sqlite().and_then(rusqlite::Error::sqlite_error_code);
    code == Some(ErrorCode::DatabaseBusy)
}
