//! Pages of the database that are free, and how they can be given back to the disk.

use rusqlite::Connection;

use super::error::StoreError;

/// A database with fewer pages than this is let be: 16 MiB.
const PAGES_MIN: i64 = 4_096;
/// Free pages are given back when they are more than this share of all, in percent.
const FREE_PERCENT_MAX: i64 = 25;

pub fn free_pages(c: &Connection) -> Result<i64, StoreError> {
    Ok(c.pragma_query_value(None, "freelist_count", |row| row.get(0))?)
}

pub fn has_too_many_free_pages(c: &Connection) -> Result<bool, StoreError> {
    let pages: i64 = c.pragma_query_value(None, "page_count", |row| row.get(0))?;
    Ok(pages >= PAGES_MIN && free_pages(c)? * 100 > pages * FREE_PERCENT_MAX)
}

/// What `auto_vacuum` is where free pages can be given back step by step.
const INCREMENTAL: i64 = 2;

/// Has a database that is only beginning able to give its free pages back; it has to be said before anything is in it.
pub fn enable_incremental_vacuum(c: &Connection) -> Result<(), StoreError> {
    let pages: i64 = c.pragma_query_value(None, "page_count", |row| row.get(0))?;
    match pages {
        0 => Ok(c.pragma_update(None, "auto_vacuum", INCREMENTAL)?),
        _ => Ok(()),
    }
}

/// Writes a database of an earlier version anew where much of it is free, so that it can give pages back from now on. Only
/// for one that is ours and whole.
pub fn vacuum_if_worth_it(c: &Connection) -> Result<(), StoreError> {
    let mode: i64 = c.pragma_query_value(None, "auto_vacuum", |row| row.get(0))?;
    if mode != INCREMENTAL && has_too_many_free_pages(c)? {
        tracing::info!("much of the database is free; writing it anew, once");
        c.pragma_update(None, "auto_vacuum", INCREMENTAL)?;
        if let Err(error) = c.execute_batch("VACUUM") {
            // It serves as it is; the next start tries again.
            tracing::warn!("the database keeps its free pages: {error}");
        }
    }
    Ok(())
}
