//! Hosts at a server with several workers: each is asked only by the worker that holds its row, and at its pace.
//!
//! What a host asked for stands in its row, or beside it: whoever holds it next is told. In a file there is one worker, which
//! knows all of this itself.

use std::collections::{BTreeSet, HashSet};

use crate::fetch::{HostBackoff, HostState, SavedRobots};
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{execute, select_all};
use crate::store::engine::{DatabaseResult, StoreError, moment};

/// Addresses and rules that are read with one claim at most.
const LEARNED_MAX: i64 = 256;

/// Whether a host may be claimed by worker ?2: nobody holds it and its distance is kept, or it is this one's already.
pub const IS_FREE: &str =
    "(host.worker = ?2 OR (host.worker IS NULL AND coalesce(host.free_at, 0) <= server_milliseconds()))";

/// Hosts that are a worker's own now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimedHosts {
    pub hosts: HashSet<String>,
    /// Those that were not before.
    new: BTreeSet<String>,
    /// What others have learned of these.
    pub learned: HostState,
}

impl ClaimedHosts {
    /// Reads what others have learned of the hosts that were not this worker's before.
    pub fn learn(&mut self, c: &Connection) -> Result<(), StoreError> {
        if !self.new.is_empty() {
            let names: Vec<&str> = self.new.iter().map(String::as_str).collect();
            self.learned = known_of(c, &names)?;
        }
        Ok(())
    }
}

/// Claims hosts for a worker, which keeps `gap_millis` between two requests; those that are its own now are `claimed`. A host
/// that another worker holds, or is about to claim, is left out.
pub fn claim<'h>(
    c: &Connection,
    worker: i64,
    gap_millis: i64,
    hosts: impl Iterator<Item = &'h str>,
    claimed: &mut ClaimedHosts,
) -> Result<(), StoreError> {
    let wanted: BTreeSet<&str> = hosts
        .filter(|host| !host.is_empty() && !claimed.hosts.contains(*host))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    // No host's name has a blank in it.
    let names = wanted.into_iter().collect::<Vec<_>>().join(" ");
    let sql = "INSERT INTO host (name)
               SELECT wanted FROM unnest(string_to_array(?1, ' ')) AS wanted
               WHERE NOT EXISTS (SELECT 1 FROM host WHERE host.name = wanted) ORDER BY wanted
               ON CONFLICT DO NOTHING";
    execute(c, sql, [&names])?;
    let sql = "UPDATE host SET worker = ?2, gap = ?3 WHERE name IN (
                   SELECT name FROM host
                   WHERE name = ANY (string_to_array(?1, ' ')) AND worker IS NULL AND free_at <= server_milliseconds()
                   FOR UPDATE SKIP LOCKED)
               RETURNING name";
    claimed
        .new
        .extend(select_all(c, sql, params![names, worker, gap_millis], |row| {
            row.get::<String>(0)
        })?);
    let sql = "SELECT name FROM host WHERE name = ANY (string_to_array(?1, ' ')) AND worker = ?2";
    claimed
        .hosts
        .extend(select_all(c, sql, params![names, worker], |row| row.get::<String>(0))?);
    Ok(())
}

/// Returns what is known of hosts.
fn known_of(c: &Connection, hosts: &[&str]) -> Result<HostState, StoreError> {
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
    let sql = "SELECT address, wait_until FROM refused_address WHERE host = ANY (string_to_array(?1, ' ')) LIMIT ?2";
    let values = params![names, LEARNED_MAX];
    let addresses = select_all(c, sql, values, |row| Ok((row.get(0)?, moment(row.get(1)?))))?;
    let sql =
        "SELECT origin, rules, reason, known_until FROM robots WHERE host = ANY (string_to_array(?1, ' ')) LIMIT ?2";
    let rules = select_all(c, sql, values, |row| Ok((row.get(0)?, saved_robots(row, 1)?)))?;
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
