//! Opening: to own the store, to read beside its owner, to look at it as it is; and putting a database that was built
//! elsewhere in its place.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use rusqlite::Connection;

use super::{DATABASE_NAME, LOG_BYTES_KEPT, Shared, Store, StoreError, care, migrations, prepare_connection, writer};

/// Pages of the write-ahead log at which it is carried over into the database: 16 MiB. Many transactions change the
/// same pages, which are then carried over once.
const CHECKPOINT_PAGES: i64 = 4_000;
/// How often the lock is tried, and the pause after each try.
const LOCK_TRIES: u32 = 5;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

impl Store {
    /// Opens the store in `folder` for reading and writing, creating and migrating it as needed.
    ///
    /// # Errors
    /// The folder cannot be used, another process owns the store, or the database is damaged or newer.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let unusable = |error| StoreError::Folder {
            path: folder.to_path_buf(),
            error,
        };
        std::fs::create_dir_all(folder).map_err(unusable)?;
        let mut lock = take_lock(folder)?;
        let path = folder.join(DATABASE_NAME);
        let mut connection = Connection::open(&path)?;
        let mut shared = Shared::reading(path.clone());
        prepare_connection(&mut connection, &shared.writes_end)?;
        care::prepare_giving_back(&connection)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
        migrations::apply(&connection, &path)?;
        // Only now: a store that is refused is left as it was.
        let owes_check = care::begin(&mut lock).map_err(unusable)?;
        if owes_check {
            care::look_before_use(&connection)?;
        }
        care::write_anew_if_worth_it(&connection)?;
        connection.execute_batch(
            "UPDATE source SET lease_until = NULL WHERE lease_until IS NOT NULL;
             UPDATE article SET lease_until = NULL WHERE lease_until IS NOT NULL;",
        )?;
        let (sender, receiver) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer::run(connection, &receiver))
            .map_err(unusable)?;
        shared.writes = Mutex::new(Some(sender));
        shared.writer = Mutex::new(Some(writer));
        shared.lock = Some(lock);
        shared.owes_check = AtomicBool::new(owes_check);
        Ok(Self::with(shared))
    }

    /// Makes a database that was built in `built`, a folder of its own, the one of `folder`, which has none.
    ///
    /// # Errors
    /// There is one that holds something, another process owns it, or the file cannot be moved.
    pub fn install(built: &Path, folder: &Path) -> Result<(), StoreError> {
        let unusable = |error| StoreError::Folder {
            path: folder.to_path_buf(),
            error,
        };
        let path = folder.join(DATABASE_NAME);
        if path.exists() {
            let old = Self::open(folder)?;
            if !old.holds_nothing()? {
                return Err(StoreError::Holding { path });
            }
        }
        let _lock = take_lock(folder)?;
        // What an owner in between left would be taken for a log of the new one; an empty one, as readers leave it, says
        // nothing.
        if std::fs::metadata(log_of(&path)).is_ok_and(|log| log.len() > 0) {
            return Err(StoreError::Holding { path });
        }
        std::fs::rename(built.join(DATABASE_NAME), &path).map_err(unusable)?;
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(unusable)?;
        std::fs::remove_dir_all(built).map_err(unusable)
    }

    /// Opens an existing store for reading only, beside a running daemon if there is one. A database of an earlier schema
    /// is brought up to date first, unless a daemon of that time still owns it.
    ///
    /// # Errors
    /// There is no store, it is damaged or newer, or it is older and in use.
    pub fn open_to_read(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(DATABASE_NAME);
        must_exist(folder, &path)?;
        let store = Self::with(Shared::reading(path.clone()));
        let found = store.schema()?;
        if found > migrations::KNOWN {
            return Err(StoreError::Newer {
                path,
                found,
                known: migrations::KNOWN,
            });
        }
        if found < migrations::KNOWN {
            Self::open(folder).map_err(|error| match error {
                StoreError::Locked { .. } => StoreError::Older {
                    path,
                    found,
                    known: migrations::KNOWN,
                },
                other => other,
            })?;
        }
        Ok(store)
    }

    /// Opens an existing store to look at it: as it is, whatever its schema up to ours; nothing is made or changed, no
    /// file beside the database either when nobody has it open.
    ///
    /// # Errors
    /// There is no store, it is damaged or newer.
    pub fn open_to_look(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(DATABASE_NAME);
        must_exist(folder, &path)?;
        let is_still = !log_of(&path).exists();
        let mut shared = Shared::reading(path.clone());
        shared.is_still = is_still;
        let store = Self::with(shared);
        let found = store.schema()?;
        match found > migrations::KNOWN {
            true => Err(StoreError::Newer {
                path,
                found,
                known: migrations::KNOWN,
            }),
            false => Ok(store),
        }
    }
}

/// Returns where the write-ahead log of a database lies.
pub(super) fn log_of(database: &Path) -> PathBuf {
    let mut path = database.to_path_buf().into_os_string();
    path.push("-wal");
    path.into()
}

/// Tells a database that is not there yet from a folder that cannot be one, or may not be entered.
fn must_exist(folder: &Path, path: &Path) -> Result<(), StoreError> {
    match path.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Missing { path: path.to_owned() }),
        Err(error) => Err(StoreError::Folder {
            path: folder.to_owned(),
            error,
        }),
    }
}

/// Makes this process the owner of the store in `folder` and returns its lock, with what stands in it.
fn take_lock(folder: &Path) -> Result<File, StoreError> {
    let unusable = |error| StoreError::Folder {
        path: folder.to_path_buf(),
        error,
    };
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(folder.join("lock"))
        .map_err(unusable)?;
    // A process that is being started holds what the one that starts it held, for a moment; its owner may be gone already.
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
    }
    Err(StoreError::Locked {
        path: folder.to_path_buf(),
    })
}
