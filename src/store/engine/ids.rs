//! Numbers of rows, as they are read.

use rusqlite::types::{FromSql, FromSqlResult, ValueRef};

use crate::domain::{ArticleId, DigestId, SourceId, StoryId};

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl FromSql for $id {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    )*};
}

ids!(ArticleId, DigestId, SourceId, StoryId);
