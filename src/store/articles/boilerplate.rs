//! What repeats on the articles of a host, learned from pages that were fetched anyway, in one row per host.

use chrono::TimeDelta;

use crate::decide::article::page::LearnedBoilerplate;
use crate::domain::Timestamp;
use crate::extract::Boilerplate;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_optional};
use crate::store::engine::{Store, StoreError, seconds};

/// Hosts of which something is kept; those longest unseen go first. A row takes at most some 4 kB.
const HOSTS_MAX: i64 = 10_000;
/// How long a host is remembered after its last new article, in days.
const KEPT_DAYS: i64 = 180;

impl Store {
    /// Returns what repeats on the articles of a host.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn boilerplate(&self, host: &str) -> Result<Boilerplate, StoreError> {
        self.read(|c| boilerplate(c, host))
    }
}

fn boilerplate(c: &Connection, host: &str) -> Result<Boilerplate, StoreError> {
    let sql = "SELECT blocks FROM host_furniture WHERE host = ?1";
    let blocks: Option<Vec<u8>> = select_optional(c, sql, [host], |row| row.get(0))?;
    Ok(blocks.map(|bytes| Boilerplate::from_bytes(&bytes)).unwrap_or_default())
}

/// Learns from one more article, and forgets hosts when a new one comes.
pub fn learn(c: &Connection, now: Timestamp, learned: &LearnedBoilerplate) -> Result<(), StoreError> {
    let mut known = boilerplate(c, &learned.host)?;
    let is_new = known == Boilerplate::default();
    if !known.learn(&learned.marks) {
        return Ok(());
    }
    c.prepare_cached(
        "INSERT INTO host_furniture (host, blocks, learned_at) VALUES (?1, ?2, ?3)
                    ON CONFLICT (host) DO UPDATE SET blocks = excluded.blocks, learned_at = excluded.learned_at",
    )?
    .execute(params![learned.host, known.to_bytes(), seconds(now)])?;
    if is_new {
        c.prepare_cached("DELETE FROM host_furniture WHERE learned_at < ?1")?
            .execute([seconds(now - TimeDelta::days(KEPT_DAYS))])?;
        let sql = "DELETE FROM host_furniture WHERE host IN
                   (SELECT host FROM host_furniture ORDER BY learned_at DESC LIMIT 9223372036854775807 OFFSET ?1)";
        execute(c, sql, [HOSTS_MAX])?;
    }
    Ok(())
}
