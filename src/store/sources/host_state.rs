//! What hosts asked for and what their robots.txt says, kept so that a restart forgets neither.
//!
//! Written only when it changes, which a poll that goes well never does.

use chrono::TimeDelta;

use crate::domain::Timestamp;
use crate::domain::url::host_of;
use crate::fetch::{HostBackoff, HostState, SavedRobots};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_all};
use crate::store::engine::{Store, StoreError, moment, seconds};
use crate::store::rows::host_leases::{self, ClaimedHosts};

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

    /// Forgets hosts that nobody holds and that asked for nothing, once their distance is long over.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn forget_hosts(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |c| {
            let long_free = seconds(now - TimeDelta::days(1)).saturating_mul(1_000);
            let sql = "DELETE FROM host WHERE worker IS NULL AND wait_until IS NULL AND free_at <= ?1";
            execute(c, sql, [long_free])?;
            Ok(())
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

impl Store {
    /// Claims one host for this worker, which keeps `gap_millis` between two requests. Returns what is known of it; nothing
    /// where another worker holds it.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn claim_host(&self, host: String, gap_millis: i64) -> Result<Option<HostState>, StoreError> {
        self.enqueue(move |c, writer_state| {
            if !writer_state.has_others() {
                return Ok(Some(HostState::default()));
            }
            let mut claimed = ClaimedHosts::default();
            host_leases::claim(
                c,
                writer_state.worker,
                gap_millis,
                [host.as_str()].into_iter(),
                &mut claimed,
            )?;
            claimed.learn(c)?;
            Ok(claimed.hosts.contains(&host).then_some(claimed.learned))
        })
        .await
    }

    /// Lets go of hosts that this worker holds: another may ask them at their distance from now. Returns those that are free now:
    /// work may have been leased for the others since they were found idle.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn release_hosts(
        &self,
        hosts: Vec<String>,
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send + use<> {
        self.enqueue(move |c, writer_state| {
            let sql = "UPDATE host SET worker = NULL, free_at = server_milliseconds() + gap
                       WHERE worker = ?1 AND name = ANY (string_to_array(?2, ' '))
                         AND NOT EXISTS (SELECT 1 FROM source WHERE leased_by = ?1 AND source.host = host.name
                                         AND lease_until IS NOT NULL)
                         AND NOT EXISTS (SELECT 1 FROM article WHERE leased_by = ?1 AND page_host = host.name
                                         AND lease_until IS NOT NULL)
                       RETURNING name";
            select_all(c, sql, params![writer_state.worker, hosts.join(" ")], |row| row.get(0))
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
            "INSERT INTO refused_address (address, wait_until, host) VALUES (?1, ?2, ?3)
                    ON CONFLICT (address) DO UPDATE SET wait_until = excluded.wait_until, host = excluded.host",
        )?
        .execute(params![address, seconds(*until), host_of(address).unwrap_or_default()])?;
    }
    for (host, refusing) in &news.hosts {
        match refusing {
            Some(refusing) => {
                let sql = "INSERT INTO host (name, refusals, wait_until) VALUES (?1, ?2, ?3)
                    ON CONFLICT (name) DO UPDATE SET refusals = excluded.refusals, wait_until = excluded.wait_until";
                execute(c, sql, params![host, refusing.refusals, seconds(refusing.wait_until)])?
            }
            None => execute(
                c,
                "UPDATE host SET refusals = 0, wait_until = NULL WHERE name = ?1",
                [host],
            )?,
        };
    }
    if !news.addresses.is_empty() || !news.hosts.is_empty() {
        execute(c, "DELETE FROM refused_address WHERE wait_until <= ?1", [ended])?;
        let sql = "UPDATE host SET refusals = 0, wait_until = NULL WHERE wait_until <= ?1";
        execute(c, sql, [ended])?;
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
        c.prepare_cached(
            "INSERT INTO robots (origin, rules, reason, known_until, host) VALUES (?1, ?2, ?3, ?4, ?5)
                    ON CONFLICT (origin) DO UPDATE SET rules = excluded.rules, reason = excluded.reason,
                        known_until = excluded.known_until, host = excluded.host",
        )?
        .execute(params![
            origin,
            rules,
            reason,
            seconds(kept.until),
            host_of(origin).unwrap_or_default()
        ])?;
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
    let sql =
        "SELECT name, refusals, wait_until FROM host WHERE wait_until IS NOT NULL ORDER BY wait_until DESC LIMIT ?1";
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
        let saved = host_leases::saved_robots(&row, 1)?;
        bytes += saved.rules.as_ref().map_or(0, String::len);
        if bytes > READ_BYTES_MAX {
            break;
        }
        found.push((row.get(0)?, saved));
    }
    Ok(found)
}
