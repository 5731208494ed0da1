//! Values as they go into a statement and come out of a row, whichever database it is.

use super::database_error::{DatabaseError, DatabaseResult};
use crate::domain::{ArticleId, DigestId, SourceId, StoryId};

/// A value that is read or bound, lent by its owner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueRef<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// A value of its own, whichever it is.
#[derive(Debug, Clone, PartialEq)]
pub enum StoredValue {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl ToSql for StoredValue {
    fn value(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }
}

impl ToSql for ValueRef<'_> {
    fn value(&self) -> ValueRef<'_> {
        *self
    }
}

impl<'a> From<&'a str> for ValueRef<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for ValueRef<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a Vec<u8>> for ValueRef<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl From<bool> for ValueRef<'_> {
    fn from(is_so: bool) -> Self {
        Self::Integer(is_so.into())
    }
}

impl<'a, T: Into<ValueRef<'a>>> From<Option<T>> for ValueRef<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl ValueRef<'_> {
    pub fn to_stored(self) -> StoredValue {
        match self {
            Self::Null => StoredValue::Null,
            Self::Integer(number) => StoredValue::Integer(number),
            Self::Real(number) => StoredValue::Real(number),
            Self::Text(text) => StoredValue::Text(text.to_owned()),
            Self::Blob(bytes) => StoredValue::Blob(bytes.to_owned()),
        }
    }
}

impl<'a> ValueRef<'a> {
    /// Returns the text it is.
    pub fn as_str(self) -> DatabaseResult<&'a str> {
        self.as_str_or_null()?.ok_or_else(|| self.is_no("text"))
    }

    pub fn as_str_or_null(self) -> DatabaseResult<Option<&'a str>> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            _ => Err(self.is_no("text")),
        }
    }

    pub fn as_blob_or_null(self) -> DatabaseResult<Option<&'a [u8]>> {
        match self {
            Self::Null => Ok(None),
            Self::Blob(bytes) => Ok(Some(bytes)),
            _ => Err(self.is_no("bytes")),
        }
    }

    fn is_no(self, wanted: &str) -> DatabaseError {
        let found = match self {
            Self::Null => "nothing",
            Self::Integer(_) => "a whole number",
            Self::Real(_) => "a number",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        };
        DatabaseError::column(format!("{found} stands where {wanted} should"))
    }
}

/// What can be bound to a statement.
pub trait ToSql {
    fn value(&self) -> ValueRef<'_>;
}

/// What a column of a row can be read as.
pub trait FromSql: Sized {
    fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self>;
}

impl ToSql for str {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToSql for String {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToSql for [u8] {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl ToSql for Vec<u8> {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl<const N: usize> ToSql for [u8; N] {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl ToSql for bool {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Integer(i64::from(*self))
    }
}

impl ToSql for f64 {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Real(*self)
    }
}

impl ToSql for f32 {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Real(f64::from(*self))
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn value(&self) -> ValueRef<'_> {
        (**self).value()
    }
}

impl<T: ToSql> ToSql for Option<T> {
    fn value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, ToSql::value)
    }
}

impl FromSql for String {
    fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl FromSql for Vec<u8> {
    fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self> {
        let bytes = value.as_blob_or_null()?.ok_or_else(|| value.is_no("bytes"))?;
        Ok(bytes.to_vec())
    }
}

impl FromSql for i64 {
    fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self> {
        match value {
            ValueRef::Integer(number) => Ok(number),
            _ => Err(value.is_no("a whole number")),
        }
    }
}

impl FromSql for f64 {
    fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self> {
        match value {
            ValueRef::Real(number) => Ok(number),
            ValueRef::Integer(number) => Ok(number as f64),
            _ => Err(value.is_no("a number")),
        }
    }
}

impl FromSql for bool {
    fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self> {
        Ok(i64::from_value(value)? != 0)
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl FromSql for $integer {
            fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self> {
                let number = i64::from_value(value)?;
                let outside = |_| DatabaseError::column(format!("{number} is out of range"));
                Self::try_from(number).map_err(outside)
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, usize, i32);

macro_rules! small_integers {
    ($($integer:ty),*) => {$(
        impl ToSql for $integer {
            fn value(&self) -> ValueRef<'_> {
                ValueRef::Integer((*self).into())
            }
        }

        impl From<$integer> for ValueRef<'_> {
            fn from(number: $integer) -> Self {
                Self::Integer(number.into())
            }
        }
    )*};
}

small_integers!(u8, u16, u32, i32, i64);

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl FromSql for $id {
            fn from_value(value: ValueRef<'_>) -> DatabaseResult<Self> {
                i64::from_value(value).map(Self)
            }
        }
    )*};
}

ids!(ArticleId, DigestId, SourceId, StoryId);
