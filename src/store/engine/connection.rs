//! Connections to the database: how each is prepared, and what is read on one state of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;

use super::client::Connection;
use super::error::StoreError;

/// Prepared statements kept per connection.
const STATEMENTS_KEPT: usize = 96;
/// How long a reader waits for a checkpoint or a foreign reader, in milliseconds.
const BUSY_MILLISECONDS: u64 = 5_000;
/// Steps of a statement between two looks whether it is to end: some tens of microseconds.
const STEPS_BETWEEN_LOOKS: i32 = 1_000;

/// Returns where the write-ahead log of a database lies.
pub fn log_of(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

/// Returns where a database keeps what to take back while it has no log yet: in its first start.
pub fn journal_of(database: &Path) -> PathBuf {
    beside(database, "-journal")
}

pub fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut path = database.to_path_buf().into_os_string();
    path.push(ending);
    path.into()
}

/// Returns a database nobody writes as an address under which SQLite makes no file beside it.
pub fn still_address(path: &Path) -> String {
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
pub fn prepare_connection(
    connection: &mut rusqlite::Connection,
    told_to_end: &Arc<AtomicBool>,
) -> Result<(), StoreError> {
    let told_to_end = Arc::clone(told_to_end);
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || told_to_end.load(Ordering::Relaxed)))?;
    connection.busy_timeout(Duration::from_millis(BUSY_MILLISECONDS))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A plan then depends on no bound value; without this, clearing the values of a kept statement has it compiled anew at
    // every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000;")?;
    Ok(())
}

/// Runs `work` in a transaction of its own: it sees nothing that is committed meanwhile, and the lock is taken once.
pub fn in_snapshot<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let begin = match connection.sqlite() {
        Some(_) => "BEGIN",
        None => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    connection.prepare_cached(begin)?.execute(())?;
    let result = work(connection);
    connection.prepare_cached("COMMIT")?.execute(())?;
    result
}
