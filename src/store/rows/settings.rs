//! What the store remembers under a name: one number each.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::engine::StoreError;

pub fn get(c: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    Ok(c.prepare_cached("SELECT value FROM setting WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

pub fn set(c: &Connection, name: &str, value: i64) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![name, value])?;
    Ok(())
}
