//! Who writes a store at a server: one worker for a term at a time, as a row says.
//!
//! Each term has a number, the fence. A worker that was away and comes back after another has taken over holds an older one,
//! and changes nothing: every transaction asks last for its own fence, and nobody takes over between that and its end. The clock
//! is the server's.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::session::Session;
use crate::store::engine::database_error::DatabaseResult;
use crate::store::engine::error::StoreError;
use crate::store::engine::values::ValueRef;

/// How long a term lasts that nobody renews, in seconds: so long nobody writes where a worker dies.
const TERM_SECONDS: i64 = 30;
/// A term that was renewed so long ago is renewed by the next transaction; a worker that has nothing to write makes one.
const RENEWED_AFTER: Duration = Duration::from_secs(10);

/// The term of this worker.
pub struct WriteTerm {
    fence: i64,
    renewed: Cell<Instant>,
}

impl WriteTerm {
    /// Begins a term, where nobody else holds one; the same worker goes on at once.
    ///
    /// # Errors
    /// Somebody else holds one, or the server cannot be asked.
    pub fn begin(session: &Session, worker: &str) -> Result<Self, StoreError> {
        let sql = "INSERT INTO role (name, worker, fence, until) VALUES ('writer', ?1, 1, server_seconds() + ?2)
                   ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, fence = role.fence + 1, until = excluded.until
                   WHERE role.until <= server_seconds() OR role.worker = excluded.worker
                   RETURNING fence";
        let values = [ValueRef::Text(worker), ValueRef::Integer(TERM_SECONDS)];
        let Some(row) = session.prepare(sql)?.query(&values)?.into_iter().next() else {
            let holder = session
                .prepare("SELECT worker FROM role WHERE name = 'writer'")?
                .query(&[])?;
            let holder = holder.first().map_or_else(String::new, |row| row.get(0));
            return Err(StoreError::Held { holder });
        };
        Ok(Self {
            fence: row.get(0),
            renewed: Cell::new(Instant::now()),
        })
    }

    /// Returns whether the term is still this worker's, asked as the last thing before a transaction is committed; renews it
    /// where it is time.
    ///
    /// # Errors
    /// Something in the transaction has failed, or the server is away.
    pub fn hold(&self, session: &Session) -> DatabaseResult<bool> {
        let fence = ValueRef::Integer(self.fence);
        if self.is_due() {
            let sql = "UPDATE role SET until = server_seconds() + ?2 WHERE name = 'writer' AND fence = ?1";
            return Ok(session
                .prepare(sql)?
                .execute(&[fence, ValueRef::Integer(TERM_SECONDS)])?
                > 0);
        }
        // Nobody takes over before the transaction is over.
        let sql = "SELECT 1 FROM role WHERE name = 'writer' AND fence = ?1 FOR SHARE";
        Ok(!session.prepare(sql)?.query(&[fence])?.is_empty())
    }

    fn is_due(&self) -> bool {
        self.renewed.get().elapsed() >= RENEWED_AFTER
    }

    /// Takes note that the transaction is committed.
    pub fn committed(&self) {
        if self.is_due() {
            self.renewed.set(Instant::now());
        }
    }

    /// Ends the term, so that another worker need not wait until it ends by itself.
    pub fn end(&self, session: &Session) {
        let sql = "UPDATE role SET until = 0 WHERE name = 'writer' AND fence = ?1";
        let ended = session
            .prepare(sql)
            .and_then(|ended| ended.execute(&[ValueRef::Integer(self.fence)]));
        if let Err(error) = ended {
            tracing::debug!("the term ends by itself: {error}");
        }
    }
}
