//! Opening: to own the store, to read beside its owner, to look at it as it is; and putting a database that was built
//! elsewhere in its place.

use std::fs::File;
#[cfg(feature = "postgres")]
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, mpsc};

use rustix::fs::{Access, access};

use super::client::Connection;
use super::connection::{beside, journal_of, log_of, prepare_connection};
use super::error::StoreError;
use super::free_pages::{enable_incremental_vacuum, vacuum_if_worth_it};
use super::handle::{Store, StoreInner};
use super::integrity::check_before_use;
use super::place::{ServerAddress, StorePlace};
#[cfg(feature = "postgres")]
use super::postgres::{self, DatabaseServer, WorkerTerm};
use super::writer::Writer;
use super::{lock, migrations, writer};
#[cfg(feature = "postgres")]
use crate::blocking;
use crate::files;

/// What a write-ahead log that had to grow (a long reader keeps it from being carried over) is cut back to, in bytes.
pub const LOG_BYTES_KEPT: i64 = 32 * 1024 * 1024;
/// Name of the database in the state folder.
pub const DATABASE_NAME: &str = "tidings.sqlite";
/// Pages of the write-ahead log at which it is carried over into the database: 16 MiB. Many transactions change the
/// same pages, which are then carried over once.
const CHECKPOINT_PAGES: i64 = 4_000;

impl Store {
    /// Opens the store in `folder` for reading and writing, creating and migrating it as needed.
    ///
    /// # Errors
    /// The folder cannot be used, another process owns the store, or the database is damaged or newer.
    pub fn open<'a>(place: impl Into<StorePlace<'a>>) -> Result<Self, StoreError> {
        let StorePlace { folder, server } = place.into();
        if let Some(server) = server {
            return Self::open_at(folder, server, true);
        }
        let path = folder.join(DATABASE_NAME);
        Self::open_as_owner(folder).map_err(|error| by_rights(error, &path, Access::READ_OK | Access::WRITE_OK))
    }

    fn open_as_owner(folder: &Path) -> Result<Self, StoreError> {
        let unusable = |error| StoreError::folder(folder, error);
        std::fs::create_dir_all(folder).map_err(unusable)?;
        let mut lock_file = lock::take(folder)?;
        let path = folder.join(DATABASE_NAME);
        let mut connection = rusqlite::Connection::open(&path)?;
        let mut shared = StoreInner::reading(path.clone());
        prepare_connection(&mut connection, &shared.writes_end)?;
        enable_incremental_vacuum(&connection)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
        migrations::apply(&connection, &path)?;
        // Only now: a store that is refused is left as it was.
        let owes_check = lock::begin(&mut lock_file).map_err(unusable)?;
        if owes_check {
            check_before_use(&connection)?;
        }
        vacuum_if_worth_it(&connection)?;
        connection.execute_batch(
            "UPDATE source SET lease_until = NULL, leased_by = NULL WHERE lease_until IS NOT NULL;
             UPDATE article SET lease_until = NULL, leased_by = NULL WHERE lease_until IS NOT NULL;
             INSERT OR IGNORE INTO setting (name, value) VALUES ('identity', random());",
        )?;
        let writer = Writer::new(connection.into(), Arc::clone(&shared.worker_state));
        start_writer(&mut shared, writer, || None).map_err(unusable)?;
        shared.lock = Some(lock_file);
        shared.owes_check = AtomicBool::new(owes_check);
        Ok(Self::with(shared))
    }

    /// Opens the store at a server. To write, its schema is brought up to date, and the folder is this worker's alone.
    #[cfg(feature = "postgres")]
    fn open_at(folder: &Path, server: &ServerAddress, writes: bool) -> Result<Self, StoreError> {
        let server = DatabaseServer::of(server)?;
        let mut shared = StoreInner::reading(folder.join(DATABASE_NAME));
        shared.server = Some(server.clone());
        if !writes {
            return Self::known(Self::with(shared), &server.name);
        }
        let unusable = |error| StoreError::folder(folder, error);
        std::fs::create_dir_all(folder).map_err(unusable)?;
        shared.lock = Some(lock::take(folder)?);
        let (writer, alive) = blocking::run(|| {
            let session = server.connect()?;
            let name = worker_name(folder)?;
            let term = postgres::apply(&session, &server.name, migrations::SCHEMA, || {
                session.run(postgres::BEGUN)?;
                WorkerTerm::begin(&session, &name, migrations::SCHEMA)
            })?;
            let (alive, ended) = mpsc::channel();
            term.renew_beside(server.clone(), Arc::clone(&shared.worker_state), ended)
                .map_err(unusable)?;
            let writer = Writer::in_term(session, term, Arc::clone(&shared.worker_state))?;
            Ok::<_, StoreError>((writer, alive))
        })?;
        let reconnect = move || match server.connect() {
            Ok(session) => Some(Connection::Postgres(Box::new(session))),
            Err(error) => {
                tracing::warn!("{error}");
                None
            }
        };
        start_writer(&mut shared, writer, move || {
            // The term is renewed as long as there is a writer.
            let _ = &alive;
            reconnect()
        })
        .map_err(unusable)?;
        Ok(Self::with(shared))
    }

    #[cfg(not(feature = "postgres"))]
    fn open_at(_: &Path, _: &ServerAddress, _: bool) -> Result<Self, StoreError> {
        Err(StoreError::NoPostgres)
    }

    /// Returns a store at a server to be read, if its schema is the known one.
    #[cfg(feature = "postgres")]
    fn known(store: Self, server: &str) -> Result<Self, StoreError> {
        let (found, known, path) = (store.schema()?, migrations::SCHEMA, server.into());
        match found {
            0 => Err(StoreError::Missing { path }),
            found if found > known => Err(StoreError::Newer { path, found, known }),
            found if found < known => Err(StoreError::Older { path, found, known }),
            _ => Ok(store),
        }
    }

    /// Makes a database that was built in `built`, a folder of its own, the one of `folder`, which has none.
    ///
    /// # Errors
    /// There is one that holds something, another process owns it, or the file cannot be moved.
    pub fn install(built: &Path, folder: &Path) -> Result<(), StoreError> {
        let unusable = |error| StoreError::folder(folder, error);
        let path = folder.join(DATABASE_NAME);
        if path.exists() {
            let old = Self::open(folder)?;
            if !old.is_empty()? {
                return Err(StoreError::Holding { path });
            }
        }
        let _lock = lock::take(folder)?;
        // What an owner in between left would be taken for a log of the new one.
        if lies_there(&log_of(&path)) {
            return Err(StoreError::Holding { path });
        }
        std::fs::rename(built.join(DATABASE_NAME), &path).map_err(unusable)?;
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(unusable)?;
        std::fs::remove_dir_all(built).map_err(unusable)
    }

    /// Opens an existing store for reading only, beside a running daemon if there is one. A database of an earlier schema
    /// is brought up to date first, unless a daemon of that time still owns it, and a start that was killed is finished.
    ///
    /// # Errors
    /// There is no store, it is damaged or newer, or it has to be written first and cannot be.
    pub fn open_to_read<'a>(place: impl Into<StorePlace<'a>>) -> Result<Self, StoreError> {
        let StorePlace { folder, server } = place.into();
        if let Some(server) = server {
            return Self::open_at(folder, server, false);
        }
        let path = folder.join(DATABASE_NAME);
        must_exist(folder, &path)?;
        let (store, found) = match Self::look_as_may(&path, false) {
            Err(StoreError::Forbidden { .. }) if lies_there(&journal_of(&path)) => {
                drop(Self::open(folder).map_err(|error| match error {
                    StoreError::Locked { .. } => StoreError::Missing { path: path.clone() },
                    StoreError::Folder { .. } | StoreError::Forbidden { .. } => {
                        StoreError::CutOff { path: path.clone() }
                    }
                    other => other,
                })?);
                Self::look(&path, false)?
            }
            looked => looked?,
        };
        if found == migrations::SCHEMA {
            return Ok(store);
        }
        let known = migrations::SCHEMA;
        Self::open(folder).map_err(|error| match error {
            // Nothing is in it yet: whoever owns it makes it just now, or nobody can.
            StoreError::Locked { .. } | StoreError::Folder { .. } if found == 0 => StoreError::Missing { path },
            StoreError::Locked { .. } => StoreError::Older { path, found, known },
            StoreError::Folder { error, .. } => StoreError::Outdated {
                path,
                found,
                known,
                error,
            },
            other => other,
        })?;
        Ok(store)
    }

    /// Opens an existing store to look at it: as it is, whatever its schema up to ours; nothing is made or changed, no
    /// file beside the database either when nobody has it open.
    ///
    /// # Errors
    /// There is no store or nothing in it yet, it is damaged or newer, or its first start was cut off.
    pub fn open_to_look<'a>(place: impl Into<StorePlace<'a>>) -> Result<Self, StoreError> {
        let StorePlace { folder, server } = place.into();
        if let Some(server) = server {
            return Self::open_at(folder, server, false);
        }
        let path = folder.join(DATABASE_NAME);
        must_exist(folder, &path)?;
        let is_alone = !log_of(&path).exists() && !journal_of(&path).exists();
        match Self::look_as_may(&path, is_alone) {
            Ok((_, 0)) => Err(StoreError::Missing { path }),
            Ok((store, _)) => Ok(store),
            Err(StoreError::Forbidden { .. }) if lies_there(&journal_of(&path)) => Err(StoreError::CutOff { path }),
            Err(error) => Err(error),
        }
    }

    /// Opens a database for reading, also where no file can be made beside it, if all of it is in its own.
    fn look_as_may(path: &Path, is_still: bool) -> Result<(Self, i64), StoreError> {
        let looked = Self::look(path, is_still);
        let is_whole = || !lies_there(&log_of(path)) && !lies_there(&journal_of(path));
        match looked {
            Err(StoreError::Forbidden { .. } | StoreError::Full(_) | StoreError::Unopened(_))
                if !is_still && is_whole() =>
            {
                Self::look(path, true)
            }
            looked => looked,
        }
    }

    /// Opens a database for reading and returns its schema too. A still one is read without the files beside it.
    fn look(path: &Path, is_still: bool) -> Result<(Self, i64), StoreError> {
        let mut shared = StoreInner::reading(path.to_owned());
        shared.is_still = is_still;
        let store = Self::with(shared);
        let found = store.schema();
        let found = found.map_err(|error| by_rights(error, path, Access::READ_OK))?;
        match found > migrations::SCHEMA {
            true => Err(StoreError::Newer {
                path: path.to_owned(),
                found,
                known: migrations::SCHEMA,
            }),
            false => Ok((store, found)),
        }
    }
}

/// Returns what a worker is called: its machine, its folder, and a number made there by chance, since machines are copied.
#[cfg(feature = "postgres")]
fn worker_name(folder: &Path) -> Result<String, StoreError> {
    let unusable = |error| StoreError::folder(folder, error);
    let file = folder.join("worker");
    let number = match std::fs::read_to_string(&file) {
        Ok(number) => number,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let number = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
            std::fs::write(&file, &number).map_err(unusable)?;
            number
        }
        Err(error) => return Err(unusable(error)),
    };
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Ok(format!("{machine}:{} ({})", folder.display(), number.trim()))
}

/// Starts the thread that writes; `reconnect` returns a new connection where the old one is lost.
fn start_writer(
    shared: &mut StoreInner,
    writer: Writer,
    reconnect: impl Fn() -> Option<Connection> + Send + 'static,
) -> io::Result<()> {
    let (sender, receiver) = mpsc::channel();
    let (told_to_end, ended) = (Arc::clone(&shared.writes_end), Arc::clone(&shared.writer_ended));
    let thread = std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || {
            writer::run(writer, &receiver, &told_to_end, &reconnect);
            ended.notify_one();
        })?;
    shared.writes = Mutex::new(Some(sender));
    shared.writer = Mutex::new(Some(thread));
    Ok(())
}

/// Whether there is a file with something in it; an empty one, as readers leave it, says nothing.
fn lies_there(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

/// Tells a database that may not be used, with what helps, from one that could not be opened for want of anything else.
fn by_rights(error: StoreError, database: &Path, wanted: Access) -> StoreError {
    let folder = database.parent().unwrap_or(database);
    let is_refused = |path: &Path, wanted| path.exists() && access(path, wanted).is_err();
    match error {
        StoreError::Forbidden { error, .. } => StoreError::Forbidden {
            error,
            remedy: files::remedy_of_rights(folder),
        },
        StoreError::Unopened(error)
            if is_refused(folder, Access::WRITE_OK | Access::EXEC_OK)
                || ["", "-wal", "-shm"]
                    .iter()
                    .any(|ending| is_refused(&beside(database, ending), wanted)) =>
        {
            StoreError::Forbidden {
                error,
                remedy: files::remedy_of_rights(folder),
            }
        }
        other => other,
    }
}

/// Tells a database that is not there yet from a folder that cannot be one, or may not be entered.
fn must_exist(folder: &Path, path: &Path) -> Result<(), StoreError> {
    let unusable = |error| StoreError::folder(folder, error);
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => Err(unusable(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            format!("{DATABASE_NAME} in it is no regular file"),
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(StoreError::Missing { path: path.to_owned() })
        }
        Err(error) => Err(unusable(error)),
    }
}
