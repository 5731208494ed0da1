//! What hosts asked for and what their robots.txt says, kept so that a restart forgets neither.
//!
//! Written only when it changes, which a poll that goes well never does.

use chrono::TimeDelta;

use crate::domain::Timestamp;
use crate::fetch::{HostBackoff, HostState, SavedRobots};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_all};
use crate::store::engine::{Store, StoreError, moment, seconds};

/// How long something is kept after it has ended, in days: a host's row of refusals goes on, and the last word of a
/// robots.txt holds while its host cannot be reached.
const KEPT_DAYS: i64 = 7;
/// Rows that are read back of each table, those that hold longest.
const READ_MAX: i64 = 4096;
/// Longest rules of one origin that are kept, in bytes; longer ones are asked for again.
const RULES_BYTES_MAX: usize = 64 * 1024;
/// Rules that are read back altogether, in bytes.
const READ_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A refused address that is longer is forgotten at a restart: not every database has an index for it, in bytes.
const ADDRESS_BYTES_MAX: usize = 2_000;

impl Store {
    /// Keeps what became known of hosts, and forgets what has long ended.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn save_host_state(&self, now: Timestamp, news: HostState) -> Result<(), StoreError> {
        self.write(move |c| {
            let ended = seconds(now - TimeDelta::days(KEPT_DAYS));
            keep_refusals(c, &news, ended)?;
            keep_rules(c, &news, ended)
        })
        .await
    }

    /// Returns what was known of hosts when it was last kept.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn host_state(&self) -> Result<HostState, StoreError> {
        self.read(|c| {
            Ok(HostState {
                addresses: addresses(c)?,
                hosts: hosts(c)?,
                rules: rules(c)?,
            })
        })
    }
}

fn keep_refusals(c: &Connection, news: &HostState, ended: i64) -> Result<(), StoreError> {
    let kept = news
        .addresses
        .iter()
        .filter(|(address, _)| address.len() <= ADDRESS_BYTES_MAX);
    for (address, until) in kept {
        c.prepare_cached(
            "INSERT INTO refused_address (address, wait_until) VALUES (?1, ?2)
                    ON CONFLICT (address) DO UPDATE SET wait_until = excluded.wait_until",
        )?
        .execute(params![address, seconds(*until)])?;
    }
    for (host, refusing) in &news.hosts {
        match refusing {
            Some(refusing) => {
                let sql = "INSERT INTO refusing_host (host, refusals, wait_until) VALUES (?1, ?2, ?3)
                    ON CONFLICT (host) DO UPDATE SET refusals = excluded.refusals, wait_until = excluded.wait_until";
                execute(c, sql, params![host, refusing.refusals, seconds(refusing.wait_until)])?
            }
            None => execute(c, "DELETE FROM refusing_host WHERE host = ?1", [host])?,
        };
    }
    if !news.addresses.is_empty() || !news.hosts.is_empty() {
        execute(c, "DELETE FROM refused_address WHERE wait_until <= ?1", [ended])?;
        execute(c, "DELETE FROM refusing_host WHERE wait_until <= ?1", [ended])?;
    }
    Ok(())
}

fn keep_rules(c: &Connection, news: &HostState, ended: i64) -> Result<(), StoreError> {
    for (origin, kept) in &news.rules {
        let (rules, reason) = match &kept.rules {
            Ok(rules) => (Some(rules), None),
            Err(reason) => (None, Some(reason)),
        };
        if rules.is_some_and(|rules| rules.len() > RULES_BYTES_MAX) {
            execute(c, "DELETE FROM robots WHERE origin = ?1", [origin])?;
            continue;
        }
        c.prepare_cached("INSERT INTO robots (origin, rules, reason, known_until) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (origin) DO UPDATE SET rules = excluded.rules, reason = excluded.reason, known_until = excluded.known_until")?
            .execute(params![origin, rules, reason, seconds(kept.until)])?;
    }
    if !news.rules.is_empty() {
        execute(c, "DELETE FROM robots WHERE known_until <= ?1", [ended])?;
    }
    Ok(())
}

fn addresses(c: &Connection) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let sql = "SELECT address, wait_until FROM refused_address ORDER BY wait_until DESC LIMIT ?1";
    select_all(c, sql, [READ_MAX], |row| Ok((row.get(0)?, moment(row.get(1)?))))
}

fn hosts(c: &Connection) -> Result<Vec<(String, Option<HostBackoff>)>, StoreError> {
    let sql = "SELECT host, refusals, wait_until FROM refusing_host ORDER BY wait_until DESC LIMIT ?1";
    select_all(c, sql, [READ_MAX], |row| {
        let refusing = HostBackoff {
            refusals: row.get(1)?,
            wait_until: moment(row.get(2)?),
        };
        Ok((row.get(0)?, Some(refusing)))
    })
}

fn rules(c: &Connection) -> Result<Vec<(String, SavedRobots)>, StoreError> {
    let mut statement =
        c.prepare("SELECT origin, rules, reason, known_until FROM robots ORDER BY known_until DESC LIMIT ?1")?;
    let mut rows = statement.query([READ_MAX])?;
    let (mut found, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let rules = match row.get::<Option<String>>(1)? {
            Some(rules) => Ok(rules),
            None => Err(row.get::<Option<String>>(2)?.unwrap_or_default()),
        };
        bytes += rules.as_ref().map_or(0, String::len);
        if bytes > READ_BYTES_MAX {
            break;
        }
        let until = moment(row.get(3)?);
        found.push((row.get(0)?, SavedRobots { rules, until }));
    }
    Ok(found)
}
