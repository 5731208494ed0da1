//! The term of a worker at a server: while it lasts, the leases and roles of this worker are its own.
//!
//! Each term has a number, the fence. Whoever finds that a term has ended raises the fence and frees what its worker held; a
//! worker that was away and comes back then changes nothing, since every transaction asks last for its own fence and nobody
//! raises it between that and its end. The clock is the server's.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{io, thread};

use postgres::Row;

use super::server::DatabaseServer;
use super::session::Session;
use crate::clock::Clock;
use crate::store::engine::database_error::DatabaseResult;
use crate::store::engine::error::StoreError;
use crate::store::engine::roles::{Role, Roles};
use crate::store::engine::values::ValueRef;
use crate::store::engine::worker_state::WorkerState;

/// How long a term lasts that nobody renews, in seconds: so long nobody does what a worker held that died.
const TERM_SECONDS: i64 = 30;
/// A term that was renewed so long ago is renewed.
const RENEWED_AFTER: Duration = Duration::from_secs(10);
/// A worker that renewed its term so long ago asks no host before it has renewed it: others may soon count it as dead.
const SURE_FOR: Duration = Duration::from_secs(20);
/// How often a term is renewed beside the writer, which one long write may keep from it.
const BESIDE_EVERY: Duration = Duration::from_secs(5);
/// So long after the start of a server no term counts as ended that ended while it was away, in seconds: all who hold one have the
/// time to come back.
const COMING_BACK_SECONDS: i64 = 60;
/// A term that ended so long ago counts as ended all the same, in seconds.
const LONG_ENDED_SECONDS: i64 = 600;

/// The term of this worker.
#[derive(Debug)]
pub struct WorkerTerm {
    pub worker: i64,
    fence: i64,
    renewed: Instant,
    is_doubted: bool,
}

/// What a worker holds after its term was renewed, and how far this machine's clock is behind the server's, in seconds.
pub struct Renewed {
    pub roles: Roles,
    pub behind: i64,
}

impl WorkerTerm {
    /// Begins a term under a name, which is this worker's alone. What it held in an earlier one is free.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub fn begin(session: &Session, name: &str, schema: i64) -> DatabaseResult<Self> {
        let sql = "INSERT INTO worker (name, fence, until, schema, began_at)
                   VALUES (?1, 1, server_seconds() + ?2, ?3, server_seconds())
                   ON CONFLICT (name) DO UPDATE SET fence = worker.fence + 1, until = excluded.until,
                       schema = excluded.schema, began_at = excluded.began_at
                   RETURNING id, fence";
        let values = [
            ValueRef::Text(name),
            ValueRef::Integer(TERM_SECONDS),
            ValueRef::Integer(schema),
        ];
        let row = session.prepare(sql)?.query_one(&values)?;
        let (worker, fence) = (row.get(0), row.get(1));
        free(session, worker)?;
        Ok(Self {
            worker,
            fence,
            renewed: Instant::now(),
            is_doubted: false,
        })
    }

    /// Whether it is time to renew it.
    pub fn is_due(&self) -> bool {
        self.is_doubted || self.renewed.elapsed() >= RENEWED_AFTER
    }

    /// Renews it, frees what workers hold whose terms have ended, and takes the roles that nobody has; nothing where this one
    /// has ended. To be called in a transaction, and `renewed` when that is committed.
    ///
    /// # Errors
    /// The server is away.
    pub fn renew(&self, session: &Session) -> DatabaseResult<Option<Renewed>> {
        let Some(behind) = go_on(session, self.worker, self.fence)? else {
            return Ok(None);
        };
        free_ended(session)?;
        Ok(Some(Renewed {
            roles: take_roles(session, self.worker)?,
            behind,
        }))
    }

    /// Renews the term from a connection of its own, however long the writer is at one write, until the sender of `ended` is gone
    /// or others have ended the term.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn renew_beside(
        &self,
        server: DatabaseServer,
        shared: Arc<WorkerState>,
        ended: mpsc::Receiver<()>,
    ) -> io::Result<()> {
        let (worker, fence) = (self.worker, self.fence);
        let renew = move || {
            let mut session: Option<Session> = None;
            while matches!(ended.recv_timeout(BESIDE_EVERY), Err(RecvTimeoutError::Timeout)) {
                let asked = WorkerState::now();
                let connected = session.take().map_or_else(|| server.connect(), Ok);
                match connected.and_then(|kept| Ok((go_on(&kept, worker, fence)?, kept))) {
                    Ok((Some(behind), kept)) => {
                        shared.renewed(asked + SURE_FOR, behind);
                        session = Some(kept);
                    }
                    Ok((None, _)) => return,
                    Err(error) => tracing::debug!("the term could not be renewed: {error}"),
                }
            }
        };
        thread::Builder::new()
            .name("store-term".to_owned())
            .spawn(renew)
            .map(drop)
    }

    /// Takes note that the transaction which renewed it is committed. Returns how long no other worker counts this one as dead,
    /// from when it asked.
    pub fn renewed(&mut self) -> Duration {
        self.renewed = Instant::now();
        self.is_doubted = false;
        SURE_FOR
    }

    /// Has it renewed before anything else is written: the connection was lost.
    pub fn doubt(&mut self) {
        self.is_doubted = true;
    }

    /// Returns whether the term is still this worker's, asked as the last thing before a transaction is committed.
    ///
    /// # Errors
    /// Something in the transaction has failed, or the server is away.
    pub fn hold(&self, session: &Session) -> DatabaseResult<bool> {
        let sql = "SELECT 1 FROM worker WHERE id = ?1 AND fence = ?2 FOR SHARE";
        let values = [ValueRef::Integer(self.worker), ValueRef::Integer(self.fence)];
        Ok(!session.prepare(sql)?.query(&values)?.is_empty())
    }

    /// Ends the term, so that nobody need wait until it ends by itself.
    pub fn end(&self, session: &Session) {
        if let Err(error) = self.end_in_one(session) {
            tracing::debug!("the term ends by itself: {error}");
        }
    }

    fn end_in_one(&self, session: &Session) -> DatabaseResult<()> {
        session.run("BEGIN")?;
        let sql = "UPDATE worker SET until = 0 WHERE id = ?1 AND fence = ?2";
        let values = [ValueRef::Integer(self.worker), ValueRef::Integer(self.fence)];
        if session.prepare(sql)?.execute(&values)? > 0 {
            free(session, self.worker)?;
        }
        session.run("COMMIT")
    }
}

/// Returns who works on a store with another schema than this one, if anybody does.
///
/// # Errors
/// The server cannot be asked.
pub fn of_another_schema(session: &Session, schema: i64) -> DatabaseResult<Option<String>> {
    let sql = "SELECT name FROM worker WHERE schema <> ?1 AND until > server_seconds() ORDER BY id LIMIT 1";
    let found = session.prepare(sql)?.query(&[ValueRef::Integer(schema)])?;
    Ok(found.first().map(|row| row.get(0)))
}

/// Returns who holds a role; nobody's name is empty.
///
/// # Errors
/// The server cannot be asked.
pub fn holder_of(session: &Session, role: Role) -> Result<String, StoreError> {
    let sql = "SELECT worker.name FROM role JOIN worker ON worker.id = role.worker WHERE role.name = ?1";
    let found = session.prepare(sql)?.query(&[ValueRef::Text(role.as_str())])?;
    Ok(found.first().map_or_else(String::new, |row| row.get(0)))
}

/// Renews a term. Returns how far this machine's clock is behind the server's, in seconds; nothing where the term has ended.
fn go_on(session: &Session, worker: i64, fence: i64) -> DatabaseResult<Option<i64>> {
    let sql = "UPDATE worker SET until = server_seconds() + ?3 WHERE id = ?1 AND fence = ?2 RETURNING server_seconds()";
    let values = [worker, fence, TERM_SECONDS].map(ValueRef::Integer);
    let renewed = session.prepare(sql)?.query(&values)?;
    let behind = |row: &Row| row.get::<_, i64>(0) - Clock::system().now().timestamp();
    Ok(renewed.first().map(behind))
}

fn free_ended(session: &Session) -> DatabaseResult<()> {
    let sql = "UPDATE worker SET fence = fence + 1, until = 0 WHERE id IN (
                   SELECT id FROM worker WHERE until > 0 AND until <= server_seconds()
                       AND (until <= server_seconds() - ?2
                            OR server_seconds() - CAST(extract(epoch FROM pg_postmaster_start_time()) AS BIGINT) >= ?1)
                   FOR UPDATE SKIP LOCKED)
               RETURNING id, name";
    let values = [COMING_BACK_SECONDS, LONG_ENDED_SECONDS].map(ValueRef::Integer);
    for row in session.prepare(sql)?.query(&values)? {
        let (worker, name): (i64, String) = (row.get(0), row.get(1));
        free(session, worker)?;
        tracing::warn!(name: "worker-lost", "{name} has given no sign for half a minute; others go on with its work");
    }
    Ok(())
}

/// Frees all that a worker holds; its hosts may be asked at their distance from now.
fn free(session: &Session, worker: i64) -> DatabaseResult<()> {
    for sql in [
        "UPDATE role SET worker = NULL WHERE worker = ?1",
        "UPDATE host SET worker = NULL, free_at = server_milliseconds() + gap WHERE worker = ?1",
        "UPDATE source SET lease_until = NULL, leased_by = NULL WHERE leased_by = ?1 AND lease_until IS NOT NULL",
        "UPDATE article SET lease_until = NULL, leased_by = NULL WHERE leased_by = ?1 AND lease_until IS NOT NULL",
    ] {
        session.prepare(sql)?.execute(&[ValueRef::Integer(worker)])?;
    }
    Ok(())
}

fn take_roles(session: &Session, worker: i64) -> DatabaseResult<Roles> {
    let values = [ValueRef::Integer(worker)];
    let taken = session.prepare("UPDATE role SET worker = ?1 WHERE worker IS NULL RETURNING name")?;
    for row in taken.query(&values)? {
        let name: String = row.get(0);
        tracing::info!(name: "role-taken", "{name}: this worker does it from now on");
    }
    let held = session
        .prepare("SELECT name FROM role WHERE worker = ?1")?
        .query(&values)?;
    let roles = held.iter().filter_map(|row| Role::of_name(&row.get::<_, String>(0)));
    Ok(roles.fold(Roles::default(), Roles::with))
}
