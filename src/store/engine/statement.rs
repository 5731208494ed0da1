//! Statements, prepared once for each connection: what is selected row by row, and what only changes something.

use super::client::{Connection, Params, Row, ValueRef};
use super::database_error::OptionalExtension;
use super::database_error::{DatabaseError, DatabaseResult};
use super::error::StoreError;

/// Returns what `read` makes of each row.
pub fn select_all<T>(
    c: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> DatabaseResult<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns what `read` makes of the one row there is.
pub fn select_one<T>(
    c: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> DatabaseResult<T>,
) -> Result<T, StoreError> {
    Ok(c.prepare_cached(sql)?.query_row(params, read)?)
}

/// Returns what `read` makes of each row that is found for each of many rows of values.
pub fn select_each<T, const N: usize>(
    c: &Connection,
    sql: &str,
    rows: &[[ValueRef<'_>; N]],
    mut read: impl FnMut(&Row<'_>) -> DatabaseResult<T>,
) -> Result<Vec<Vec<T>>, StoreError> {
    let mut found: Vec<Vec<T>> = rows.iter().map(|_| Vec::new()).collect();
    c.query_each(sql, rows, |at, row| {
        found[at].push(read(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Runs a statement for each of many rows of values. Returns how many rows it changed.
pub fn execute_each<const N: usize>(
    c: &Connection,
    sql: &str,
    rows: &[[ValueRef<'_>; N]],
) -> Result<usize, StoreError> {
    Ok(c.execute_each(sql, rows)?)
}

/// Returns the number a query counts.
pub fn count(c: &Connection, sql: &str, params: impl Params) -> Result<usize, StoreError> {
    let count: i64 = select_one(c, sql, params, |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Returns what `read` makes of the first row, if there is one.
pub fn select_optional<T>(
    c: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> DatabaseResult<T>,
) -> Result<Option<T>, StoreError> {
    Ok(c.prepare_cached(sql)?.query_row(params, read).optional()?)
}

/// Adds a row. Returns the number it was given.
pub fn insert(c: &Connection, sql: &str, params: impl Params) -> Result<i64, StoreError> {
    Ok(c.insert(sql, params)?.ok_or_else(DatabaseError::no_row)?)
}

/// Runs a statement. Returns how many rows it changed.
pub fn execute(c: &Connection, sql: &str, params: impl Params) -> Result<usize, StoreError> {
    Ok(c.prepare_cached(sql)?.execute(params)?)
}
