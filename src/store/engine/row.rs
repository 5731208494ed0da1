//! The rows that a statement finds, whichever database it is.

use super::database_error::{DatabaseError, DatabaseResult};
use super::values::{FromSql, ValueRef};

/// The rows a statement finds, one after another.
pub enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
    #[cfg(feature = "postgres")]
    Postgres(std::vec::IntoIter<postgres::Row>, Option<postgres::Row>),
}

/// A row.
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    #[cfg(feature = "postgres")]
    Postgres(&'r postgres::Row),
}

impl Rows<'_> {
    /// Returns the next row; it is lent until the one after it is asked for.
    pub fn next(&mut self) -> DatabaseResult<Option<Row<'_>>> {
        Ok(match self {
            Self::Sqlite(rows) => rows.next()?.map(Row::Sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(rows, row) => {
                *row = rows.next();
                row.as_ref().map(Row::Postgres)
            }
        })
    }
}

/// Rows and what is made of each.
pub struct MappedRows<'s, F> {
    pub rows: Rows<'s>,
    pub read: F,
}

impl<T, F: FnMut(&Row<'_>) -> DatabaseResult<T>> Iterator for MappedRows<'_, F> {
    type Item = DatabaseResult<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next().transpose()?;
        Some(row.and_then(|row| (self.read)(&row)))
    }
}

impl Row<'_> {
    /// Returns a column by its place or its name.
    pub fn get<T: FromSql>(&self, column: impl Column) -> DatabaseResult<T> {
        T::from_value(self.get_ref(column.place(self)?)?)
    }

    pub fn get_ref(&self, at: usize) -> DatabaseResult<ValueRef<'_>> {
        use rusqlite::types::ValueRef as Stored;
        match self {
            Self::Sqlite(row) => Ok(match row.get_ref(at)? {
                Stored::Null => ValueRef::Null,
                Stored::Integer(number) => ValueRef::Integer(number),
                Stored::Real(number) => ValueRef::Real(number),
                Stored::Text(text) => {
                    let broken = |_| DatabaseError::column("text that is no UTF-8".to_owned());
                    ValueRef::Text(std::str::from_utf8(text).map_err(broken)?)
                }
                Stored::Blob(bytes) => ValueRef::Blob(bytes),
            }),
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => super::postgres::value_of(row, at),
        }
    }
}

/// What a column of a row is asked for by.
pub trait Column {
    fn place(&self, row: &Row<'_>) -> DatabaseResult<usize>;
}

impl Column for usize {
    fn place(&self, _: &Row<'_>) -> DatabaseResult<usize> {
        Ok(*self)
    }
}

impl Column for &str {
    fn place(&self, row: &Row<'_>) -> DatabaseResult<usize> {
        match row {
            Row::Sqlite(row) => Ok(row.as_ref().column_index(self)?),
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => super::postgres::place_of(row, self),
        }
    }
}
