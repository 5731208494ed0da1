//! Leases: claims on rows with work, which end by themselves.

use crate::domain::Timestamp;
use crate::store::engine::client::Connection;
use crate::store::engine::statement::select_all;
use crate::store::engine::{StoreError, moment_or_none, seconds};

/// How long work may hold its lease, in seconds. Far above the longest request with its redirects.
const LEASE_SECONDS: i64 = 15 * 60;

/// How often is looked on for work in one claim among several workers, past that whose hosts have enough.
pub const ROUNDS_MAX: usize = 8;

/// Returns when a lease that is taken now ends by itself, as it is stored.
pub fn end(now: Timestamp) -> i64 {
    seconds(now) + LEASE_SECONDS
}

/// Returns up to `limit` of the rows that a query finds due, a number and a text, of those that `admit` lets through: no more
/// is read of the others than the query reads, however many there are.
pub fn admitted(
    c: &Connection,
    due: &str,
    now: Timestamp,
    limit: usize,
    mut admit: impl FnMut(i64, Option<&str>) -> bool,
) -> Result<Vec<(i64, Option<String>)>, StoreError> {
    let mut statement = c.prepare_cached(due)?;
    let mut rows = statement.query([seconds(now)])?;
    let mut admitted = Vec::new();
    while admitted.len() < limit
        && let Some(row) = rows.next()?
    {
        let (id, text) = (row.get(0)?, row.get_ref(1)?.as_str_or_null());
        let text = text?;
        if admit(id, text) {
            admitted.push((id, text.map(str::to_owned)));
        }
    }
    Ok(admitted)
}

/// Returns when work falls due next, of what is free and of what is leased: work whose lease nobody gave back is due when
/// that ends.
pub fn next_due(c: &Connection, free_and_leased: &str) -> Result<Option<Timestamp>, StoreError> {
    let moments = select_all(c, free_and_leased, (), |row| row.get::<Option<i64>>(0))?;
    Ok(moment_or_none(moments.into_iter().flatten().min()))
}
