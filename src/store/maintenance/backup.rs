//! A consistent copy of the database while it is in use.
//!
//! The copy is one state of the database: the pages are read inside one read transaction, so a writer that goes on is
//! neither held up nor seen. The copy is checked before it gets its name, and it is one file: no log stands beside it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use rustix::fs::OFlags;
use thiserror::Error;

use crate::files;
use crate::store::engine::integrity::{self, CheckDepth};
use crate::store::engine::migrations::schema_of_file;
use crate::store::engine::{DatabaseError, Store, StoreError};

/// Pages copied between two reports of progress: 4 MiB.
const STEP_PAGES: i32 = 1_000;
/// What the copy's name ends with until it is whole and checked. Nobody else's files end so: what a killed backup left is
/// known by it, and thrown away by the next one.
const UNFINISHED: &str = ".tidings-part";
/// What a database in use leaves beside itself.
const IN_USE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Why there is no copy. Nothing is left of a copy that failed, and what stood at its place still stands there.
#[derive(Debug, Error)]
pub enum BackupError {
    #[error("{path} is there already; name another file, or replace it with --force")]
    Exists { path: PathBuf },
    #[error("{path} is the database itself, or one that is in use ({beside} lies beside it); name another file")]
    InUse { path: PathBuf, beside: PathBuf },
    #[error("{path} is no file that a copy can stand in; name a file in a folder you may write")]
    NotAFile { path: PathBuf },
    #[error("another backup to {path} is under way")]
    UnderWay { path: PathBuf },
    #[error("cannot write {path}: {error}; name a file in a folder that is there, has room, and may be written")]
    Write { path: PathBuf, error: io::Error },
    #[error("no room for the copy: {error}; free some, or name a file on another disk")]
    Full { error: DatabaseError },
    #[error(
        "the copy is damaged and was thrown away, so the database is too; restore an older backup (docs/operations.md):\n{}",
        .problems.join("\n")
    )]
    Damaged { problems: Vec<String> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        match error.into() {
            StoreError::Full(error) => Self::Full { error },
            error => Self::Store(error),
        }
    }
}

/// A finished copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedBackup {
    pub bytes: u64,
    pub schema: i64,
    /// Rows by table, the same in the database and in the copy.
    pub rows: Vec<(String, i64)>,
}

impl FinishedBackup {
    /// Returns how many rows of a table are in the copy.
    pub fn rows_of(&self, table: &str) -> i64 {
        self.rows
            .iter()
            .find(|(name, _)| name == table)
            .map_or(0, |(_, rows)| *rows)
    }
}

impl Store {
    /// Copies the database to `target`, checks the copy, and only then gives it its name. `progress` is told how many
    /// of how many pages are copied.
    ///
    /// # Errors
    /// There is something at `target` and it is not to be replaced, the copy cannot be written, or it is damaged.
    pub fn back_up(
        &self,
        target: &Path,
        replace: bool,
        progress: impl FnMut(i32, i32),
    ) -> Result<FinishedBackup, BackupError> {
        if self.is_at_server() {
            return Err(StoreError::AtServer {
                what: "a backup",
                remedy: "use pg_dump, or what backs up your server (docs/several-machines.md)",
            }
            .into());
        }
        check_target(target, replace)?;
        clear_leftovers(folder_of(target));
        let part = with_ending(target, UNFINISHED);
        let failed = |error| BackupError::Write {
            path: part.clone(),
            error,
        };
        // Others need not read what is in it, recipients' addresses among it; and a link is not followed.
        let held = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
            .open(&part)
            .map_err(failed)?;
        if !hold(&held, &part).map_err(failed)? {
            return Err(BackupError::UnderWay {
                path: target.to_owned(),
            });
        }
        let result = held
            .set_len(0)
            .map_err(failed)
            .and_then(|()| copy(self.connect_to_file()?, &part, progress))
            .and_then(|(schema, rows)| {
                held.sync_all().map_err(failed)?;
                // Somebody may have put something there meanwhile.
                check_target(target, replace)?;
                fs::rename(&part, target).map_err(failed)?;
                File::open(folder_of(target))
                    .and_then(|folder| folder.sync_all())
                    .map_err(failed)?;
                let bytes = held.metadata().map_err(failed)?.len();
                Ok(FinishedBackup { bytes, schema, rows })
            });
        if result.is_err() {
            throw_away(&part);
        }
        result
    }
}

/// Returns the unfinished copies in a folder that nobody is writing: what killed backups left. Those of a folder that cannot
/// be read are not known.
pub fn leftovers(folder: &Path) -> Vec<PathBuf> {
    held_leftovers(folder).into_iter().map(|(path, _)| path).collect()
}

fn clear_leftovers(folder: &Path) {
    for (path, _held) in held_leftovers(folder) {
        throw_away(&path);
    }
}

/// Returns the leftovers in a folder, each with what keeps others from using it meanwhile.
fn held_leftovers(folder: &Path) -> Vec<(PathBuf, File)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let entries = entries.filter_map(Result::ok);
    let unfinished = entries.filter(|entry| entry.file_name().as_encoded_bytes().ends_with(UNFINISHED.as_bytes()));
    unfinished
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| {
            let path = entry.path();
            let file = files::open(&path).ok()?;
            hold(&file, &path).ok()?.then_some((path, file))
        })
        .collect()
}

/// Takes the lock of an unfinished copy. Returns whether nobody else has it, and it still lies there.
fn hold(file: &File, path: &Path) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(false),
        Err(fs::TryLockError::Error(error)) => return Err(error),
    }
    let (held, there) = (file.metadata()?, fs::symlink_metadata(path));
    Ok(there.is_ok_and(|there| (there.dev(), there.ino()) == (held.dev(), held.ino())))
}

/// Removes an unfinished copy and what lies beside it; itself last, since by it the others are found.
fn throw_away(part: &Path) {
    for path in IN_USE
        .iter()
        .map(|ending| with_ending(part, ending))
        .chain([part.to_owned()])
    {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!("an unfinished copy stays: cannot remove {}: {error}", path.display());
            }
            _ => {}
        }
    }
}

fn folder_of(target: &Path) -> &Path {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn check_target(target: &Path, replace: bool) -> Result<(), BackupError> {
    let path = || target.to_owned();
    if target.file_name().is_none() || target.is_dir() {
        return Err(BackupError::NotAFile { path: path() });
    }
    // A log that stays beside a replaced database would be carried over into it and destroy it.
    if let Some(beside) = IN_USE
        .iter()
        .map(|ending| with_ending(target, ending))
        .find(|beside| beside.exists())
    {
        return Err(BackupError::InUse { path: path(), beside });
    }
    match fs::symlink_metadata(target) {
        Ok(_) if !replace => Err(BackupError::Exists { path: path() }),
        Ok(found) if !found.is_file() => Err(BackupError::NotAFile { path: path() }),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BackupError::Write { path: path(), error }),
    }
}

/// Copies one state of the database `source` to `to` and checks it. Returns its schema and its rows by table.
fn copy(
    source: Connection,
    to: &Path,
    mut progress: impl FnMut(i32, i32),
) -> Result<(i64, Vec<(String, i64)>), BackupError> {
    // The transaction begins with its first read and is what keeps the copy to one state.
    source.execute_batch("BEGIN")?;
    let schema = schema_of_file(&source)?;
    let mut target = Connection::open(to)?;
    {
        let backup = Backup::new(&source, &mut target)?;
        loop {
            let result = backup.step(STEP_PAGES)?;
            let copied = backup.progress();
            progress(copied.pagecount - copied.remaining, copied.pagecount);
            match result {
                StepResult::Done => break,
                StepResult::More => {}
                // Nobody else holds either side; were it so, `busy_timeout` has waited already.
                _ => {
                    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
                    let said = "the database stayed busy; try again".to_owned();
                    return Err(rusqlite::Error::SqliteFailure(code, Some(said)).into());
                }
            }
        }
    }
    let rows = rows_by_table(&source)?;
    source.execute_batch("COMMIT")?;
    // One file, without a log beside it.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    let found = schema_of_file(&target)?;
    let mut problems = integrity::problems(&target, CheckDepth::Full)?;
    if found != schema {
        problems.push(format!(
            "the copy is of schema {found}, the database of schema {schema}"
        ));
    }
    if problems.is_empty() && rows_by_table(&target)? != rows {
        problems.push("the copy has not as many rows as the database".to_owned());
    }
    target.close().map_err(|(_, error)| error)?;
    if problems.is_empty() {
        Ok((schema, rows))
    } else {
        Err(BackupError::Damaged { problems })
    }
}

fn rows_by_table(connection: &Connection) -> rusqlite::Result<Vec<(String, i64)>> {
    // A virtual table is looked at in the tables below it.
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
    let names: Vec<String> = connection
        .prepare(sql)?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let count = |name: String| {
        let rows = connection.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| row.get(0))?;
        Ok((name, rows))
    };
    names.into_iter().map(count).collect()
}
