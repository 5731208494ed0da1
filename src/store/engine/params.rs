//! The values of a statement, in the order of their numbers.

use rusqlite::types::ToSqlOutput;

use super::values::{StoredValue, ToSql, ValueRef};

/// A value as SQLite is handed it.
pub struct Bound<'a>(pub ValueRef<'a>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::ValueRef as Stored;
        Ok(ToSqlOutput::Borrowed(match self.0 {
            ValueRef::Null => Stored::Null,
            ValueRef::Integer(number) => Stored::Integer(number),
            ValueRef::Real(number) => Stored::Real(number),
            ValueRef::Text(text) => Stored::Text(text.as_bytes()),
            ValueRef::Blob(bytes) => Stored::Blob(bytes),
        }))
    }
}

/// The values of a statement, in the order of their numbers.
pub trait Params {
    fn with<T>(self, work: impl FnOnce(&[ValueRef<'_>]) -> T) -> T;
}

impl Params for () {
    fn with<T>(self, work: impl FnOnce(&[ValueRef<'_>]) -> T) -> T {
        work(&[])
    }
}

impl<V: ToSql, const N: usize> Params for [V; N] {
    fn with<T>(self, work: impl FnOnce(&[ValueRef<'_>]) -> T) -> T {
        work(&self.each_ref().map(ToSql::value))
    }
}

impl Params for &[StoredValue] {
    fn with<T>(self, work: impl FnOnce(&[ValueRef<'_>]) -> T) -> T {
        let values: Vec<_> = self.iter().map(ToSql::value).collect();
        work(&values)
    }
}

impl Params for &[&dyn ToSql] {
    fn with<T>(self, work: impl FnOnce(&[ValueRef<'_>]) -> T) -> T {
        let values: Vec<_> = self.iter().map(|value| value.value()).collect();
        work(&values)
    }
}

/// Values of several kinds.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$(&$value as &dyn $crate::store::engine::values::ToSql),*]
    };
}

pub(crate) use params;
