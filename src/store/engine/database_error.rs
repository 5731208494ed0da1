//! What a database says when it cannot do what it was asked.

use std::sync::Arc;

use thiserror::Error;

/// What a database, or a row of it, says is wrong; clones share it.
#[derive(Debug, Clone, Error)]
#[error("{0}")]
pub struct DatabaseError(pub(super) Arc<Cause>);

pub type DatabaseResult<T> = Result<T, DatabaseError>;

#[derive(Debug, Error)]
pub(super) enum Cause {
    #[error("{0}")]
    Sqlite(rusqlite::Error),
    #[cfg(feature = "postgres")]
    #[error("{}", super::server_errors::said(.0))]
    Postgres(::postgres::Error),
    /// A value that is not what its column should hold.
    #[error("a column holds what it should not: {0}")]
    Column(String),
    #[error("a query that always finds a row found none")]
    NoRow,
}

impl DatabaseError {
    pub(super) fn column(said: String) -> Self {
        Self(Arc::new(Cause::Column(said)))
    }

    pub(super) fn no_row() -> Self {
        Self(Arc::new(Cause::NoRow))
    }

    /// Returns it as SQLite's, if it is.
    pub(super) fn sqlite(&self) -> Option<&rusqlite::Error> {
        match &*self.0 {
            Cause::Sqlite(error) => Some(error),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::no_row(),
            error => Self(Arc::new(Cause::Sqlite(error))),
        }
    }
}

#[cfg(feature = "postgres")]
impl From<::postgres::Error> for DatabaseError {
    fn from(error: ::postgres::Error) -> Self {
        Self(Arc::new(Cause::Postgres(error)))
    }
}

/// What a query that finds a row or none found.
pub trait OptionalExtension<T> {
    /// Returns nothing where no row was found.
    fn optional(self) -> DatabaseResult<Option<T>>;
}

impl<T> OptionalExtension<T> for DatabaseResult<T> {
    fn optional(self) -> DatabaseResult<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(error) if matches!(*error.0, Cause::NoRow) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
