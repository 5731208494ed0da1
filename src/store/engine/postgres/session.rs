//! One connection to a PostgreSQL server, used from one thread at a time.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use postgres::types::{ToSql, Type};
use postgres::{Client, Row};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::dialect;
use super::values::ServerValue;
use crate::store::engine::database_error::DatabaseResult;
use crate::store::engine::server_errors::is_away;
use crate::store::engine::values::ValueRef;

/// A statement at the server, and the places of the values that it is handed.
type Known = (postgres::Statement, Arc<[usize]>);

/// A connection; statements are prepared once for it.
pub struct Session {
    /// Taken only where it is dropped.
    client: RefCell<Option<Client>>,
    statements: RefCell<HashMap<String, Known>>,
    /// Those for many rows of values at once, by what they are for one.
    for_each: RefCell<HashMap<String, Known>>,
    is_in_transaction: Cell<bool>,
    /// Set when the server went away: nothing more is asked here.
    is_lost: Cell<bool>,
}

/// A statement that is prepared on a session.
pub struct Prepared<'s> {
    session: &'s Session,
    statement: postgres::Statement,
    /// The places of the values that it is handed.
    used: Arc<[usize]>,
    /// Whether a transaction is open once it has run, where it says so.
    turns: Option<bool>,
}

impl Session {
    pub fn new(client: Client) -> Self {
        Self {
            client: RefCell::new(Some(client)),
            statements: RefCell::default(),
            for_each: RefCell::default(),
            is_in_transaction: Cell::new(false),
            is_lost: Cell::new(false),
        }
    }

    fn with<T: Send>(&self, work: impl FnOnce(&mut Client) -> Result<T, postgres::Error> + Send) -> DatabaseResult<T> {
        let mut client = self.client.borrow_mut();
        let client = client.as_mut().expect("it is taken only where it is dropped");
        outside_runtimes(|| work(client)).map_err(|error| {
            self.is_lost.set(self.is_lost.get() || is_away(&error));
            error.into()
        })
    }

    pub fn prepare(&self, sql: &str) -> DatabaseResult<Prepared<'_>> {
        let known = self.statements.borrow().get(sql).cloned();
        let (statement, used) = match known {
            Some(known) => known,
            None => {
                let (text, used) = dialect::of(sql);
                let known = (self.with(|client| client.prepare(&text))?, Arc::from(used));
                self.statements.borrow_mut().insert(sql.to_owned(), known.clone());
                known
            }
        };
        Ok(Prepared {
            session: self,
            statement,
            used,
            turns: match sql.split_ascii_whitespace().next() {
                Some("BEGIN") => Some(true),
                Some("COMMIT") => Some(false),
                Some("ROLLBACK") if !sql.contains(" TO ") => Some(false),
                _ => None,
            },
        })
    }

    /// Returns a statement that is run for many rows of values at once.
    pub fn prepare_for_each(&self, sql: &str) -> DatabaseResult<Prepared<'_>> {
        let known = self.for_each.borrow().get(sql).cloned();
        let (statement, used) = match known {
            Some(known) => known,
            None => {
                // What the server wants of one row tells what it is to be handed of many.
                let one = self.prepare(sql)?;
                let kinds: Vec<&str> = one.statement.params().iter().map(Type::name).collect();
                let text = dialect::for_each(sql, &kinds);
                let known = (self.with(|client| client.prepare(&text))?, one.used);
                self.for_each.borrow_mut().insert(sql.to_owned(), known.clone());
                known
            }
        };
        Ok(Prepared {
            session: self,
            statement,
            used,
            turns: None,
        })
    }

    /// Runs statements without values, one after another.
    pub fn run(&self, sql: &str) -> DatabaseResult<()> {
        self.with(|client| client.batch_execute(sql))?;
        match sql.split([' ', ';']).next() {
            Some("BEGIN") => self.is_in_transaction.set(true),
            Some("ROLLBACK" | "COMMIT") => self.is_in_transaction.set(false),
            _ => {}
        }
        Ok(())
    }

    pub fn is_in_transaction(&self) -> bool {
        self.is_in_transaction.get()
    }

    /// Whether the connection is lost.
    pub fn is_lost(&self) -> bool {
        self.is_lost.get()
    }
}

/// Runs `work`, which starts a runtime of its own, where it may: workers of another are on their way out of it already
/// (`blocking`), but for one that has a single thread.
pub fn outside_runtimes<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::CurrentThread) => {
            let thread = std::thread::scope(|scope| scope.spawn(work).join());
            thread.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }
        _ => work(),
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let client = self.client.borrow_mut().take();
        // A client ends a runtime of its own, which none may do amid another's.
        if Handle::try_current().is_ok() {
            let _ = std::thread::spawn(move || drop(client)).join();
        }
    }
}

impl Prepared<'_> {
    pub fn execute(&self, values: &[ValueRef<'_>]) -> DatabaseResult<usize> {
        let changed = self.run(values, |client, statement, values| client.execute(statement, values))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    pub fn query(&self, values: &[ValueRef<'_>]) -> DatabaseResult<Vec<Row>> {
        self.run(values, |client, statement, values| client.query(statement, values))
    }

    /// Returns the one row there is.
    pub fn query_one(&self, values: &[ValueRef<'_>]) -> DatabaseResult<Row> {
        self.run(values, |client, statement, values| client.query_one(statement, values))
    }

    /// Runs it for all rows. Returns how many rows of tables it changed.
    pub fn execute_each<const N: usize>(&self, rows: &[[ValueRef<'_>; N]]) -> DatabaseResult<usize> {
        let changed = self.run_each(rows, |client, statement, values| client.execute(statement, values))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    /// Returns what it finds for all rows; the last column is the place of the row, from 1.
    pub fn query_each<const N: usize>(&self, rows: &[[ValueRef<'_>; N]]) -> DatabaseResult<Vec<Row>> {
        self.run_each(rows, |client, statement, values| client.query(statement, values))
    }

    fn run_each<T: Send, const N: usize>(
        &self,
        rows: &[[ValueRef<'_>; N]],
        run: impl FnOnce(&mut Client, &postgres::Statement, &[&(dyn ToSql + Sync)]) -> Result<T, postgres::Error> + Send,
    ) -> DatabaseResult<T> {
        let column =
            |place: &usize| -> Vec<ServerValue<'_>> { rows.iter().map(|row| ServerValue(row[*place])).collect() };
        let columns: Vec<_> = self.used.iter().map(column).collect();
        let values: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as _).collect();
        let statement = &self.statement;
        self.session.with(|client| run(client, statement, &values))
    }

    fn run<T: Send>(
        &self,
        values: &[ValueRef<'_>],
        run: impl FnOnce(&mut Client, &postgres::Statement, &[&(dyn ToSql + Sync)]) -> Result<T, postgres::Error> + Send,
    ) -> DatabaseResult<T> {
        let value = |place: &usize| ServerValue(values.get(*place).copied().unwrap_or(ValueRef::Null));
        let bound: Vec<ServerValue<'_>> = self.used.iter().map(value).collect();
        let values: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|value| value as _).collect();
        let statement = &self.statement;
        let result = self.session.with(|client| run(client, statement, &values))?;
        if let Some(is_open) = self.turns {
            self.session.is_in_transaction.set(is_open);
        }
        Ok(result)
    }
}
