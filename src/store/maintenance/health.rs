//! The store's own health: what is looked at and given back while it is in use.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{Connection, InterruptHandle};

use crate::domain::Timestamp;
use crate::store::engine::connection::prepare_connection;
use crate::store::engine::free_pages::{free_pages, has_too_many_free_pages};
use crate::store::engine::integrity::{CheckDepth, named, problems};
use crate::store::engine::{Role, Store, StoreError, moment, seconds};
use crate::store::rows::settings;

/// The number that is this store's alone, beside the settings; made where it is opened.
const IDENTITY: &str = "identity";

/// Pages given back in one transaction: 2 MiB.
const STEP_PAGES: i64 = 512;
/// When the house was kept last.
const MAINTAINED_AT: &str = "house-kept-at";

/// A check that has not run yet.
pub struct IntegrityCheck {
    connection: Connection,
    depth: CheckDepth,
}

impl IntegrityCheck {
    /// Returns what is wrong with the database, line by line; nothing when it is whole.
    ///
    /// # Errors
    /// The database cannot be read at all, or the check was stopped.
    pub fn run(self) -> Result<Vec<String>, StoreError> {
        problems(&self.connection, self.depth)
    }

    /// Returns what stops the check from another thread.
    pub fn stopper(&self) -> CheckInterrupt {
        CheckInterrupt(self.connection.get_interrupt_handle())
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
        self.read(|c| Ok(settings::get(c, MAINTAINED_AT)?.map(moment)))
    }

    /// Returns a number made by chance when the store was first opened to be written, which no other store has; 0 until then.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn identity(&self) -> Result<i64, StoreError> {
        self.read(|c| Ok(settings::get(c, IDENTITY)?.unwrap_or(0)))
    }

    /// Takes note that the house was kept.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_maintained_at(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| settings::set(c, MAINTAINED_AT, seconds(now)))
            .await
    }

    /// Gives free pages back to the disk when they are many, a few in each transaction. Returns how many went.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn reclaim_pages(&self) -> Result<i64, StoreError> {
        let has_too_many = self.read(|c| c.sqlite().map_or(Ok(false), has_too_many_free_pages))?;
        if !has_too_many {
            return Ok(0);
        }
        let mut given = 0;
        loop {
            let step = self.write_as(Role::Stories, |c| {
                let Some(c) = c.sqlite() else { return Ok(0) };
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
        if self.is_at_server() {
            return Ok(());
        }
        let path = self.path().to_owned();
        let told_to_end = Arc::clone(&self.shared.writes_end);
        let cut = tokio::task::spawn_blocking(move || {
            let mut connection = Connection::open(path)?;
            prepare_connection(&mut connection, &told_to_end)?;
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
            Ok(())
        });
        cut.await.map_err(|_| StoreError::Closed)?
    }

    /// Returns a check of the whole database that holds up nobody.
    ///
    /// # Errors
    /// The database cannot be opened, or is at a server, which checks what it stores.
    pub fn check(&self, depth: CheckDepth) -> Result<IntegrityCheck, StoreError> {
        if self.is_at_server() {
            return Err(StoreError::AtServer {
                what: "a check",
                remedy: "the server checks its pages (data_checksums, pg_amcheck)",
            });
        }
        Ok(IntegrityCheck {
            connection: self.connect_to_file()?,
            depth,
        })
    }
}
