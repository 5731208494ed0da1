//! What the store remembers under a name: one number each.

use crate::store::engine::StoreError;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_optional};

pub fn get(c: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    select_optional(c, "SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0))
}

pub fn set(c: &Connection, name: &str, value: i64) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    execute(c, sql, params![name, value])?;
    Ok(())
}
