//! One connection to a database, whichever it is: statements, their values and their rows.
//!
//! The statements of the store are the same for both databases. What is said differently stands here, in `fulltext`,
//! `migrations` and `open`, and for PostgreSQL in `postgres`.

use rusqlite::CachedStatement;

#[cfg(feature = "postgres")]
use super::database_error::OptionalExtension;
use super::database_error::{DatabaseError, DatabaseResult};
use super::params::Bound;
pub use super::params::Params;
pub(crate) use super::params::params;
#[cfg(feature = "postgres")]
use super::postgres::{Prepared, Session};
use super::row::MappedRows;
pub use super::row::{Row, Rows};
pub use super::values::{StoredValue, ToSql, ValueRef};

/// A connection.
pub enum Connection {
    Sqlite(rusqlite::Connection),
    #[cfg(feature = "postgres")]
    Postgres(Box<Session>),
}

/// A statement that is prepared.
pub enum Statement<'c> {
    Kept(CachedStatement<'c>),
    Once(rusqlite::Statement<'c>),
    #[cfg(feature = "postgres")]
    Postgres(Prepared<'c>),
}

impl Connection {
    /// Returns a statement, prepared once for the connection.
    pub fn prepare_cached(&self, sql: &str) -> DatabaseResult<Statement<'_>> {
        Ok(match self {
            Self::Sqlite(connection) => Statement::Kept(connection.prepare_cached(sql)?),
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => Statement::Postgres(session.prepare(sql)?),
        })
    }

    /// Returns a statement that is rarely needed.
    pub fn prepare(&self, sql: &str) -> DatabaseResult<Statement<'_>> {
        Ok(match self {
            Self::Sqlite(connection) => Statement::Once(connection.prepare(sql)?),
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => Statement::Postgres(session.prepare(sql)?),
        })
    }

    /// Runs a statement that is rarely needed. Returns how many rows it changed.
    pub fn execute(&self, sql: &str, params: impl Params) -> DatabaseResult<usize> {
        self.prepare(sql)?.execute(params)
    }

    /// Adds a row to a table whose rows have numbers. Returns the number it was given, if it was added.
    pub fn insert(&self, sql: &str, params: impl Params) -> DatabaseResult<Option<i64>> {
        match self {
            Self::Sqlite(connection) => {
                let added = self.prepare_cached(sql)?.execute(params)?;
                Ok((added > 0).then(|| connection.last_insert_rowid()))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => {
                let sql = format!("{sql} RETURNING id");
                self.prepare_cached(&sql)?
                    .query_row(params, |row| row.get(0))
                    .optional()
            }
        }
    }

    /// Runs a statement once for each of many rows of values: a file one after another, a server all at once. Returns how many
    /// rows it changed.
    pub fn execute_each<const N: usize>(&self, sql: &str, rows: &[[ValueRef<'_>; N]]) -> DatabaseResult<usize> {
        #[cfg(feature = "postgres")]
        if let (Self::Postgres(session), 2..) = (self, rows.len()) {
            return session.prepare_for_each(sql)?.execute_each(rows);
        }
        if rows.is_empty() {
            return Ok(0);
        }
        let mut statement = self.prepare_cached(sql)?;
        let changed = rows.iter().map(|row| statement.execute(*row));
        changed.sum()
    }

    /// Hands `read` what a query finds for each of many rows of values, with the place of these: it is asked of a file one after
    /// another, of a server all at once.
    pub fn query_each<const N: usize>(
        &self,
        sql: &str,
        rows: &[[ValueRef<'_>; N]],
        mut read: impl FnMut(usize, &Row<'_>) -> DatabaseResult<()>,
    ) -> DatabaseResult<()> {
        #[cfg(feature = "postgres")]
        if let (Self::Postgres(session), 2..) = (self, rows.len()) {
            let found = session.prepare_for_each(sql)?.query_each(rows)?;
            return found.iter().try_for_each(|row| {
                let place = row.len() - 1;
                let row = Row::Postgres(row);
                read(row.get::<usize>(place)? - 1, &row)
            });
        }
        if rows.is_empty() {
            return Ok(());
        }
        let mut statement = self.prepare_cached(sql)?;
        for (at, row) in rows.iter().enumerate() {
            let mut found = statement.query(*row)?;
            while let Some(row) = found.next()? {
                read(at, &row)?;
            }
        }
        Ok(())
    }

    /// Returns what `read` makes of the first row.
    pub fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> DatabaseResult<T>,
    ) -> DatabaseResult<T> {
        self.prepare(sql)?.query_row(params, read)
    }

    /// Returns the columns of a table.
    pub fn columns_of(&self, table: &str) -> DatabaseResult<Vec<String>> {
        let sql = match self {
            Self::Sqlite(_) => "SELECT name FROM pragma_table_info(?1)",
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => super::postgres::COLUMNS,
        };
        let mut columns = self.prepare_cached(sql)?;
        let mut columns: Vec<String> = columns
            .query_map([table], |row| row.get(0))?
            .collect::<DatabaseResult<_>>()?;
        columns.sort_unstable();
        Ok(columns)
    }

    /// Returns the last number that was given to a row of a table.
    pub fn last_number(&self, table: &str) -> DatabaseResult<i64> {
        let sql = match self {
            Self::Sqlite(_) => format!(
                "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), (SELECT max(id) FROM {table}), 0)"
            ),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => super::postgres::last_number(table),
        };
        self.prepare_cached(&sql)?.query_row((), |row| row.get(0))
    }

    /// Returns numbers for rows that are to be added to a table.
    pub fn next_numbers(&self, table: &str, count: usize) -> DatabaseResult<Vec<i64>> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        match self {
            Self::Sqlite(_) => {
                let last = self.last_number(table)?;
                Ok((last + 1..=last + count).collect())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => self
                .prepare_cached(&super::postgres::next_numbers(table))?
                .query_map([count], |row| row.get(0))?
                .collect(),
        }
    }

    /// Has rows of a table numbered from here on.
    pub fn set_last_number(&self, table: &str, number: i64) -> DatabaseResult<()> {
        match self {
            // Only numbers that are never given again are remembered; others follow the last row.
            Self::Sqlite(_) => self
                .execute(
                    "UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1 AND seq < ?2",
                    params![table, number],
                )
                .map(drop),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) if number == 0 => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => self.query_row(&super::postgres::set_last_number(table), [number], |_| Ok(())),
        }
    }

    /// Has references looked at when the transaction ends, not row by row.
    pub fn defer_references(&self) -> DatabaseResult<()> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch("PRAGMA defer_foreign_keys = ON")?),
            // The one table whose rows refer to each other does so without being looked at.
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Runs statements without values, one after another.
    pub fn execute_batch(&self, sql: &str) -> DatabaseResult<()> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.run(sql),
        }
    }

    /// Whether no transaction is open.
    pub fn is_autocommit(&self) -> bool {
        match self {
            Self::Sqlite(connection) => connection.is_autocommit(),
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => !session.is_in_transaction(),
        }
    }

    /// Whether its server is away, and with it what was under way.
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.is_lost(),
        }
    }

    /// Returns it as SQLite's, if it is.
    pub fn sqlite(&self) -> Option<&rusqlite::Connection> {
        match self {
            Self::Sqlite(connection) => Some(connection),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => None,
        }
    }
}

impl From<rusqlite::Connection> for Connection {
    fn from(connection: rusqlite::Connection) -> Self {
        Self::Sqlite(connection)
    }
}

impl<'c> Statement<'c> {
    /// Returns SQLite's statement with its values bound.
    fn bound(&mut self, values: &[ValueRef<'_>]) -> DatabaseResult<&mut rusqlite::Statement<'c>> {
        let statement: &mut rusqlite::Statement<'c> = match self {
            Self::Kept(statement) => statement,
            Self::Once(statement) => statement,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => unreachable!("it is asked for SQLite's alone"),
        };
        if values.len() != statement.parameter_count() {
            return Err(rusqlite::Error::InvalidParameterCount(values.len(), statement.parameter_count()).into());
        }
        for (at, value) in values.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, Bound(*value))?;
        }
        Ok(statement)
    }

    /// Runs it. Returns how many rows it changed.
    pub fn execute(&mut self, params: impl Params) -> DatabaseResult<usize> {
        params.with(|values| {
            #[cfg(feature = "postgres")]
            if let Self::Postgres(prepared) = self {
                return prepared.execute(values);
            }
            Ok(self.bound(values)?.raw_execute()?)
        })
    }

    pub fn query(&mut self, params: impl Params) -> DatabaseResult<Rows<'_>> {
        params.with(move |values| {
            #[cfg(feature = "postgres")]
            if let Self::Postgres(prepared) = self {
                return Ok(Rows::Postgres(prepared.query(values)?.into_iter(), None));
            }
            Ok(Rows::Sqlite(self.bound(values)?.raw_query()))
        })
    }

    /// Returns what `read` makes of each row.
    pub fn query_map<T, F>(&mut self, params: impl Params, read: F) -> DatabaseResult<MappedRows<'_, F>>
    where
        F: FnMut(&Row<'_>) -> DatabaseResult<T>,
    {
        let rows = self.query(params)?;
        Ok(MappedRows { rows, read })
    }

    /// Returns what `read` makes of the first row.
    pub fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> DatabaseResult<T>,
    ) -> DatabaseResult<T> {
        let mut rows = self.query(params)?;
        let row = rows.next()?;
        read(&row.ok_or_else(DatabaseError::no_row)?)
    }
}
