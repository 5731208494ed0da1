//! Hosts at a server with several workers: each is asked only by the worker that holds its row, and at its pace.
//!
//! What a host asked for stands in its row, or beside it: whoever holds it next is told. In a file there is one worker, which
//! knows all of this itself.

use std::collections::{BTreeSet, HashSet};

use crate::fetch::{HostBackoff, HostState, SavedRobots};
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{execute, select_all};
use crate::store::engine::{DatabaseResult, StoreError, moment};

/// Whether a host may be claimed by worker ?2: nobody holds it and its distance is kept, or it is this one's already.
pub const IS_FREE: &str =
    "(host.worker = ?2 OR (host.worker IS NULL AND coalesce(host.free_at, 0) <= server_milliseconds()))";

/// Claims hosts for a worker. Returns those that are its own now.
pub fn claim(c: &Connection, worker: i64, gap_millis: i64, hosts: &[&str]) -> Result<Vec<String>, StoreError> {
    // No host's name has a blank in it.
    let names = hosts.join(" ");
    let sql = "INSERT INTO host (name)
               SELECT wanted FROM unnest(string_to_array(?1, ' ')) AS wanted
               WHERE NOT EXISTS (SELECT 1 FROM host WHERE host.name = wanted) ORDER BY wanted
               ON CONFLICT DO NOTHING";
    execute(c, sql, [&names])?;
    let sql = format!(
        "UPDATE host SET worker = ?2, gap = ?3 WHERE name IN (
             SELECT name FROM host WHERE name = ANY (string_to_array(?1, ' ')) AND {IS_FREE} FOR UPDATE SKIP LOCKED)
         RETURNING name"
    );
    select_all(c, &sql, params![names, worker, gap_millis], |row| row.get(0))
}

/// Claims the hosts of work that is due, and leaves out what is another worker's meanwhile. Returns what is known of those hosts.
pub fn claim_of(
    c: &Connection,
    worker: i64,
    gap_millis: i64,
    due: &mut Vec<(i64, Option<String>)>,
) -> Result<HostState, StoreError> {
    let wanted: BTreeSet<&str> = due.iter().filter_map(|(_, host)| host.as_deref()).collect();
    let wanted: Vec<&str> = wanted.into_iter().collect();
    if wanted.is_empty() {
        return Ok(HostState::default());
    }
    let claimed: HashSet<String> = claim(c, worker, gap_millis, &wanted)?.into_iter().collect();
    due.retain(|(_, host)| host.as_ref().is_none_or(|host| claimed.contains(host)));
    let names: Vec<&str> = claimed.iter().map(String::as_str).collect();
    known_of(c, &names)
}

/// Returns what is known of hosts.
pub fn known_of(c: &Connection, hosts: &[&str]) -> Result<HostState, StoreError> {
    let names = hosts.join(" ");
    let sql = "SELECT name, refusals, wait_until FROM host WHERE name = ANY (string_to_array(?1, ' '))";
    let hosts = select_all(c, sql, [&names], |row| {
        let wait_until: Option<i64> = row.get(2)?;
        let refusals = row.get(1)?;
        let refusing = wait_until.map(|until| HostBackoff {
            refusals,
            wait_until: moment(until),
        });
        Ok((row.get(0)?, refusing))
    })?;
    let sql = "SELECT address, wait_until FROM refused_address WHERE host = ANY (string_to_array(?1, ' '))";
    let addresses = select_all(c, sql, [&names], |row| Ok((row.get(0)?, moment(row.get(1)?))))?;
    let sql = "SELECT origin, rules, reason, known_until FROM robots WHERE host = ANY (string_to_array(?1, ' '))";
    let rules = select_all(c, sql, [&names], |row| Ok((row.get(0)?, saved_robots(row, 1)?)))?;
    Ok(HostState {
        addresses,
        hosts,
        rules,
    })
}

/// Returns rules as three columns say them, from this one on: the rules, or why there are none, and until when.
pub fn saved_robots(row: &Row<'_>, at: usize) -> DatabaseResult<SavedRobots> {
    let rules = match row.get::<Option<String>>(at)? {
        Some(rules) => Ok(rules),
        None => Err(row.get::<Option<String>>(at + 1)?.unwrap_or_default()),
    };
    let until = moment(row.get(at + 2)?);
    Ok(SavedRobots { rules, until })
}
