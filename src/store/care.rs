//! The store's own health: whether the last owner ended in order, and whether the database is whole.
//!
//! The lock file holds a word while the store is owned or a check is owed, and nothing otherwise. So an owner that was
//! killed, or a machine that lost its power, leaves the word behind, and the next owner knows; only a check that found
//! nothing, or an end in order, takes it away.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::atomic::Ordering;

use rusqlite::{Connection, InterruptHandle};

use super::{Shared, Store, StoreError};

/// What the lock file holds while the store is owned.
const OWNED: &[u8] = b"owned: if no tidings runs, the last one did not end in order\n";
/// Problems that are told at most.
const PROBLEMS_MAX: u32 = 20;
/// What a start reads before anything else; these are looked at before the store is used, and the rest afterwards: to
/// read every page of a large database would hold up the start for many seconds.
const NEEDED_TO_START: [&str; 5] = ["sqlite_schema", "source", "topic", "digest_run", "story"];

/// How thoroughly a database is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every page, not whether indexes agree with tables.
    Quick,
    /// Indexes, the full-text index and references too.
    Full,
}

/// A check that has not run yet.
pub struct Checking {
    connection: Option<Connection>,
    depth: Depth,
}

impl Checking {
    /// Returns what is wrong with the database, line by line; nothing when it is whole.
    ///
    /// # Errors
    /// The database cannot be read at all, or the check was stopped.
    pub fn run(mut self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection.take().expect("a check runs once");
        problems(&connection, self.depth)
    }

    /// Returns what stops the check from another thread.
    pub fn stopper(&self) -> Stopper {
        let connection = self
            .connection
            .as_ref()
            .expect("a check that has not run has its connection");
        Stopper(connection.get_interrupt_handle())
    }
}

/// Stops a check when it is dropped.
pub struct Stopper(InterruptHandle);

impl Drop for Stopper {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

impl Store {
    /// Whether the last owner of this store did not end in order and no check has been passed since.
    pub fn owes_check(&self) -> bool {
        self.shared.owes_check.load(Ordering::Relaxed)
    }

    /// Takes note that the database was found whole.
    pub fn check_passed(&self) {
        self.shared.owes_check.store(false, Ordering::Relaxed);
    }

    /// Takes note that the database is damaged; the next start checks again.
    pub fn check_failed(&self, problems: &[String]) {
        self.shared.owes_check.store(true, Ordering::Relaxed);
        // The first finding is what is told; later ones follow from it.
        let _ = self.shared.damage.set(problems.join("\n"));
    }

    /// Returns what a check found wrong with the database since it was opened.
    pub fn damage(&self) -> Option<StoreError> {
        self.shared.damage.get().cloned().map(StoreError::Damaged)
    }

    /// Returns a check of the whole database that holds up nobody.
    ///
    /// # Errors
    /// The database cannot be opened.
    pub fn check(&self, depth: Depth) -> Result<Checking, StoreError> {
        Ok(Checking {
            connection: Some(self.connect_to_read()?),
            depth,
        })
    }
}

/// Looks at what a start needs, after an end out of order.
pub(super) fn look_before_use(connection: &Connection) -> Result<(), StoreError> {
    let mut problems = Vec::new();
    for table in NEEDED_TO_START {
        problems.extend(told(connection, &format!("PRAGMA quick_check({table})"))?);
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(StoreError::Damaged(problems.join("\n"))),
    }
}

/// Returns what is wrong with a database, line by line.
pub(super) fn problems(connection: &Connection, depth: Depth) -> Result<Vec<String>, StoreError> {
    let pragma = match depth {
        Depth::Quick => "quick_check",
        Depth::Full => "integrity_check",
    };
    let mut problems = told(connection, &format!("PRAGMA {pragma}({PROBLEMS_MAX})"))?;
    if depth == Depth::Full && problems.is_empty() {
        let mut check = connection.prepare("PRAGMA foreign_key_check")?;
        let lost = check.query_map([], |row| {
            let (table, row_id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let row_id = row_id.map_or_else(String::new, |id| format!(" {id}"));
            Ok(format!("{table}{row_id} refers to a row of {parent} that is not there"))
        })?;
        for line in lost.take(PROBLEMS_MAX as usize) {
            problems.push(line?);
        }
    }
    Ok(problems)
}

/// Returns the lines of a check that are not "ok"; damage that ends the check is such a line.
fn told(connection: &Connection, check: &str) -> Result<Vec<String>, StoreError> {
    let lines = connection.prepare(check).and_then(|mut check| {
        check
            .query_map([], |row| row.get(0))?
            .collect::<Result<Vec<String>, _>>()
    });
    match lines {
        Ok(lines) => Ok(lines.into_iter().filter(|line| line != "ok").collect()),
        Err(error) if is_damage(&error) => Ok(vec![error.to_string()]),
        Err(error) => Err(error.into()),
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

/// Takes note in the lock file that the store is owned. Returns whether the last owner's note still stood there.
pub(super) fn begin(lock: &mut File) -> io::Result<bool> {
    let mut left = Vec::new();
    lock.rewind()?;
    Read::by_ref(lock).take(OWNED.len() as u64).read_to_end(&mut left)?;
    if left.is_empty() {
        lock.rewind()?;
        lock.write_all(OWNED)?;
        lock.sync_data()?;
    }
    Ok(!left.is_empty())
}

/// Takes the note away, unless a check is still owed.
pub(super) fn end(shared: &Shared) {
    let Some(lock) = &shared.lock else { return };
    if shared.owes_check.load(Ordering::Relaxed) {
        return;
    }
    if let Err(error) = lock.set_len(0) {
        tracing::warn!("the database will be checked at the next start without need: {error}");
    }
}
