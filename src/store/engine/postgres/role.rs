//! Who writes a store at a server: one worker for a term at a time, as a row says.
//!
//! Each term has a number, the fence. A worker that was away and comes back after another has taken over holds an older one,
//! and changes nothing: every transaction asks for its own fence and holds the row meanwhile. The clock is the server's.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::session::Session;
use crate::store::engine::error::StoreError;
use crate::store::engine::values::ValueRef;

/// How long a term lasts that nobody renews, in seconds: so long nobody writes where a worker dies.
const TERM_SECONDS: i64 = 30;
/// A term that was renewed so long ago is renewed by the next transaction, as long as its server answers.
pub const RENEWED_AFTER: Duration = Duration::from_secs(10);

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

    /// Begins a transaction, which no other worker can before it is over; renews the term where it is time.
    ///
    /// # Errors
    /// Another worker has taken over, or the server is away.
    pub fn begin_transaction(&self, session: &Session) -> Result<(), StoreError> {
        session.run("BEGIN")?;
        let held = self.hold(session);
        if held.is_err()
            && let Err(error) = session.run("ROLLBACK")
        {
            tracing::debug!("the transaction ended with its connection: {error}");
        }
        held
    }

    fn hold(&self, session: &Session) -> Result<(), StoreError> {
        let fence = ValueRef::Integer(self.fence);
        let is_ours = if self.renewed.get().elapsed() >= RENEWED_AFTER {
            // One that is taken back is asked for again in time.
            self.renewed.set(Instant::now());
            let sql = "UPDATE role SET until = server_seconds() + ?2 WHERE name = 'writer' AND fence = ?1";
            session
                .prepare(sql)?
                .execute(&[fence, ValueRef::Integer(TERM_SECONDS)])?
                > 0
        } else {
            let sql = "SELECT 1 FROM role WHERE name = 'writer' AND fence = ?1 FOR SHARE";
            !session.prepare(sql)?.query(&[fence])?.is_empty()
        };
        match is_ours {
            true => Ok(()),
            false => Err(StoreError::TakenOver),
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
