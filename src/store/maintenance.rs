//! The store's own health: whether the last owner ended in order, and whether the database is whole.
//!
//! The lock file holds a word while the store is owned or a check is owed, and nothing otherwise. So an owner that was
//! killed, or a machine that lost its power, leaves the word behind, and the next owner knows; only a check that found
//! nothing, or an end in order, takes it away.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{Connection, InterruptHandle};

use super::{Store, StoreError, StoreInner, document_inputs, moment, prepare_connection, seconds};
use crate::domain::Timestamp;

/// What the lock file holds while the store is owned.
const OWNED: &[u8] = b"owned: if no tidings runs, the last one did not end in order\n";
/// Problems that are told at most.
const PROBLEMS_MAX: u32 = 20;
/// What a start reads before anything else; these are looked at before the store is used, and the rest afterwards: to
/// read every page of a large database would hold up the start for many seconds.
const NEEDED_TO_START: [&str; 5] = ["sqlite_schema", "source", "topic", "digest_run", "story"];

/// A database with fewer pages than this is let be: 16 MiB.
const PAGES_MIN: i64 = 4_096;
/// Free pages are given back when they are more than this share of all, in percent.
const FREE_PERCENT_MAX: i64 = 25;
/// Pages given back in one transaction: 2 MiB.
const STEP_PAGES: i64 = 512;
/// When the house was kept last.
const MAINTAINED_AT: &str = "house-kept-at";

/// Problems named in one message; the log and `backup` have the others.
const PROBLEMS_NAMED: usize = 3;

/// How thoroughly a database is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDepth {
    /// Every page, not whether indexes agree with tables.
    Quick,
    /// Indexes, the full-text index and references too.
    Full,
}

/// A check that has not run yet.
pub struct IntegrityCheck {
    connection: Option<Connection>,
    depth: CheckDepth,
}

impl IntegrityCheck {
    /// Returns what is wrong with the database, line by line; nothing when it is whole.
    ///
    /// # Errors
    /// The database cannot be read at all, or the check was stopped.
    pub fn run(mut self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection.take().expect("a check runs once");
        problems(&connection, self.depth)
    }

    /// Returns what stops the check from another thread.
    pub fn stopper(&self) -> CheckInterrupt {
        let connection = self
            .connection
            .as_ref()
            .expect("a check that has not run has its connection");
        CheckInterrupt(connection.get_interrupt_handle())
    }
}

/// Stops a check when it is dropped.
pub struct CheckInterrupt(InterruptHandle);

impl Drop for CheckInterrupt {
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
        let _ = self.shared.damage.set(named(problems));
    }

    /// Returns what a check found wrong with the database since it was opened.
    pub fn damage(&self) -> Option<StoreError> {
        self.shared.damage.get().cloned().map(StoreError::Damaged)
    }

    /// Returns when the house was kept last, if it ever was.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn maintained_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|c| Ok(document_inputs::setting(c, MAINTAINED_AT)?.map(moment)))
    }

    /// Takes note that the house was kept.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_maintained_at(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |c| document_inputs::set(c, MAINTAINED_AT, seconds(now)))
            .await
    }

    /// Gives free pages back to the disk when they are many, a few in each transaction. Returns how many went.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn reclaim_pages(&self) -> Result<i64, StoreError> {
        if !self.read(has_too_many_free_pages)? {
            return Ok(0);
        }
        let mut given = 0;
        loop {
            let step = self.write(|c| {
                let before = free_pages(c)?;
                c.execute_batch(&format!("PRAGMA incremental_vacuum({STEP_PAGES})"))?;
                Ok(before - free_pages(c)?)
            });
            match step.await? {
                0 => break,
                pages => given += pages,
            }
        }
        if given > 0 {
            tracing::info!(pages = given, "gave {given} free pages of the database back");
        }
        Ok(given)
    }

    /// Carries the write-ahead log over and cuts it off, unless somebody reads from it: then it stays for the next time.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn truncate_wal(&self) -> Result<(), StoreError> {
        let path = self.path().to_owned();
        let told_to_end = Arc::clone(&self.shared.writes_end);
        let cut = tokio::task::spawn_blocking(move || {
            let mut connection = Connection::open(path)?;
            prepare_connection(&mut connection, &told_to_end)?;
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(())
        });
        cut.await.map_err(|_| StoreError::Closed)?
    }

    /// Returns a check of the whole database that holds up nobody.
    ///
    /// # Errors
    /// The database cannot be opened.
    pub fn check(&self, depth: CheckDepth) -> Result<IntegrityCheck, StoreError> {
        Ok(IntegrityCheck {
            connection: Some(self.connect_to_read()?),
            depth,
        })
    }
}

fn free_pages(c: &Connection) -> Result<i64, StoreError> {
    Ok(c.pragma_query_value(None, "freelist_count", |row| row.get(0))?)
}

fn has_too_many_free_pages(c: &Connection) -> Result<bool, StoreError> {
    let pages: i64 = c.pragma_query_value(None, "page_count", |row| row.get(0))?;
    Ok(pages >= PAGES_MIN && free_pages(c)? * 100 > pages * FREE_PERCENT_MAX)
}

/// What `auto_vacuum` is where free pages can be given back step by step.
const INCREMENTAL: i64 = 2;

/// Has a database that is only beginning able to give its free pages back; it has to be said before anything is in it.
pub(super) fn enable_incremental_vacuum(c: &Connection) -> Result<(), StoreError> {
    let pages: i64 = c.pragma_query_value(None, "page_count", |row| row.get(0))?;
    match pages {
        0 => Ok(c.pragma_update(None, "auto_vacuum", INCREMENTAL)?),
        _ => Ok(()),
    }
}

/// Writes a database of an earlier version anew where much of it is free, so that it can give pages back from now on. Only
/// for one that is ours and whole.
pub(super) fn vacuum_if_worth_it(c: &Connection) -> Result<(), StoreError> {
    let mode: i64 = c.pragma_query_value(None, "auto_vacuum", |row| row.get(0))?;
    if mode != INCREMENTAL && has_too_many_free_pages(c)? {
        tracing::info!("much of the database is free; writing it anew, once");
        c.pragma_update(None, "auto_vacuum", INCREMENTAL)?;
        if let Err(error) = c.execute_batch("VACUUM") {
            // It serves as it is; the next start tries again.
            tracing::warn!("the database keeps its free pages: {error}");
        }
    }
    Ok(())
}

/// Looks at what a start needs, after an end out of order.
pub(super) fn check_before_use(connection: &Connection) -> Result<(), StoreError> {
    let mut problems = Vec::new();
    for table in NEEDED_TO_START {
        problems.extend(told(connection, &format!("PRAGMA quick_check({table})"))?);
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(StoreError::Damaged(named(&problems))),
    }
}

/// Returns the first problems in words, and how many more there are.
pub fn named(problems: &[String]) -> String {
    let mut text = problems[..problems.len().min(PROBLEMS_NAMED)].join("; ");
    let more = problems.len().saturating_sub(PROBLEMS_NAMED);
    if more > 0 {
        // A check ends at its bound: then nobody knows how many there are.
        let least = if problems.len() >= PROBLEMS_MAX as usize {
            " at least"
        } else {
            ""
        };
        text.push_str(&format!(" (+{more} more{least})"));
    }
    text
}

/// Returns what is wrong with a database, line by line.
pub(super) fn problems(connection: &Connection, depth: CheckDepth) -> Result<Vec<String>, StoreError> {
    let pragma = match depth {
        CheckDepth::Quick => "quick_check",
        CheckDepth::Full => "integrity_check",
    };
    let mut problems = told(connection, &format!("PRAGMA {pragma}({PROBLEMS_MAX})"))?;
    if depth == CheckDepth::Full && problems.is_empty() {
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
pub(super) fn end(shared: &StoreInner) {
    let Some(lock) = &shared.lock else { return };
    if shared.owes_check.load(Ordering::Relaxed) {
        return;
    }
    if let Err(error) = lock.set_len(0) {
        tracing::warn!("the database will be checked at the next start without need: {error}");
    }
}
