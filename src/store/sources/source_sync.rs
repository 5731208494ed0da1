//! The sources and topics of the configuration become those of the store, with the history they have.

use std::collections::{HashMap, HashSet};

use crate::domain::source::Source;
use crate::domain::topic::Topic;
use crate::domain::url::host_of;
use crate::domain::{SourceId, Timestamp};
use crate::store::articles::topics;
use crate::store::engine::OptionalExtension;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, insert, select_all, select_one};
use crate::store::engine::{Role, Store, StoreError, moment, seconds};

impl Store {
    /// Makes the stored sources and topics those of the configuration, all of them or none: new sources are due at once,
    /// missing ones stop, `was` carries history over and so does the address a source has moved to, a changed schedule
    /// takes effect; a new topic, or one with a new rule, is to be matched over the archive. Returns the ids in the order
    /// of `sources`.
    ///
    /// # Errors
    /// The database cannot be written; what was followed before is followed still.
    pub async fn follow(
        &self,
        now: Timestamp,
        sources: &[Source],
        topics: &[Topic],
    ) -> Result<Vec<SourceId>, StoreError> {
        let (sources, topics) = (sources.to_vec(), topics.to_vec());
        if self.is_half_carried()? {
            return Err(StoreError::HalfCarried);
        }
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            let ids = sync_sources(c, now, &sources)?;
            topics::sync_topics(c, now, &topics)?;
            writer_state.followed = Some(topics);
            Ok(ids)
        })
        .await
    }
}

impl Store {
    /// Makes these the topics by which this worker places articles once the stories are its own.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn place_by(&self, topics: &[Topic]) -> Result<(), StoreError> {
        let topics = topics.to_vec();
        self.enqueue(move |_, writer_state| {
            writer_state.followed = Some(topics);
            Ok(())
        })
        .await
    }

    /// Returns the numbers of those of these sources that are followed, in their order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn followed_ids(&self, sources: &[Source]) -> Result<Vec<Option<SourceId>>, StoreError> {
        self.read(|c| {
            let sql = "SELECT address, id FROM source WHERE active = 1";
            let known: HashMap<String, SourceId> = select_all(c, sql, (), |row| Ok((row.get(0)?, row.get(1)?)))?
                .into_iter()
                .collect();
            Ok(sources
                .iter()
                .map(|source| known.get(&source.address).copied())
                .collect())
        })
    }
}

fn sync_sources(c: &Connection, now: Timestamp, sources: &[Source]) -> Result<Vec<SourceId>, StoreError> {
    let moved = moved_away(c, sources)?;
    let ids: Vec<_> = sources
        .iter()
        .map(|source| sync_source(c, now, source, &moved))
        .collect::<Result<_, _>>()?;
    let followed: HashSet<SourceId> = ids.iter().copied().collect();
    let active: Vec<SourceId> = select_all(c, "SELECT id FROM source WHERE active = 1", (), |row| row.get(0))?;
    for gone in active.iter().filter(|id| !followed.contains(id)) {
        execute(c, "UPDATE source SET active = 0 WHERE id = ?1", [gone.0])?;
    }
    Ok(ids)
}

fn sync_source(
    c: &Connection,
    now: Timestamp,
    source: &Source,
    moved: &HashMap<String, String>,
) -> Result<SourceId, StoreError> {
    let schedule = source.schedule.to_string();
    let find = || {
        let sql =
            "SELECT id, schedule, active, kind, name, folder, host, current_address FROM source WHERE address = ?1";
        c.prepare_cached(sql)?
            .query_row([&source.address], |row| {
                let moved: Option<String> = row.get(7)?;
                let is_as_stored = row.get::<String>(1)? == schedule
                    && row.get(2)?
                    && row.get::<String>(3)? == source.kind.as_str()
                    && row.get::<Option<String>>(4)? == source.name
                    && row.get::<Option<String>>(5)? == source.folder
                    && row.get::<String>(6)? == host_asked(source, moved.as_deref());
                Ok((row.get::<i64>(0)?, row.get::<String>(1)?, is_as_stored))
            })
            .optional()
    };
    let mut found = find()?;
    // Only while the address has no history of its own; afterwards `was` says nothing new.
    if found.is_none()
        && let Some(before) = source.was.as_ref().or_else(|| moved.get(&source.address))
        && carry_over(c, before, &source.address)?
    {
        found = find()?;
    }
    let Some((id, old_schedule, is_as_stored)) = found else {
        let sql = "INSERT INTO source (kind, address, name, active, schedule, next_poll_at, folder, host)
                   VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7)";
        let (kind, host) = (source.kind.as_str(), host_asked(source, None));
        let values = params![
            kind,
            source.address,
            source.name,
            schedule,
            seconds(now),
            source.folder,
            host
        ];
        return insert(c, sql, values).map(SourceId);
    };
    if is_as_stored {
        // Thousands of sources cost no write at a start that changes nothing.
        return Ok(SourceId(id));
    }
    let sql = "UPDATE source SET active = 1, kind = ?2, name = ?3, schedule = ?4, folder = ?5 WHERE id = ?1";
    let kind = source.kind.as_str();
    execute(c, sql, params![id, kind, source.name, schedule, source.folder])?;
    let moved: Option<String> = select_one(c, "SELECT current_address FROM source WHERE id = ?1", [id], |row| {
        row.get(0)
    })?;
    set_host(c, id, &host_asked(source, moved.as_deref()))?;
    if old_schedule != schedule {
        // The new rhythm counts from the last poll; a failing source keeps its waiting time.
        let polled: Option<i64> = c.query_row("SELECT polled_at FROM source WHERE id = ?1", [id], |r| r.get(0))?;
        let next = polled.map_or(Some(now), |at| source.schedule.next_after(moment(at)));
        if let Some(next) = next {
            c.execute(
                "UPDATE source SET next_poll_at = ?2 WHERE id = ?1 AND failures = 0",
                params![id, seconds(next)],
            )?;
        }
    }
    Ok(SourceId(id))
}

/// Returns the host that a poll of a source asks; empty where it asks none.
fn host_asked(source: &Source, moved: Option<&str>) -> String {
    host_of(moved.unwrap_or(&source.address)).unwrap_or_default()
}

/// Takes note of the host that polls of a source ask.
pub fn set_host(c: &Connection, id: i64, host: &str) -> Result<(), StoreError> {
    execute(
        c,
        "UPDATE source SET host = ?2 WHERE id = ?1 AND host <> ?2",
        params![id, host],
    )?;
    Ok(())
}

/// Returns the sources that are configured no longer and have moved: where to, and their own address.
fn moved_away(c: &Connection, sources: &[Source]) -> Result<HashMap<String, String>, StoreError> {
    let configured: HashSet<&str> = sources.iter().map(|source| source.address.as_str()).collect();
    // Of two that have moved to one place, the older one goes on there.
    let mut moved =
        c.prepare("SELECT current_address, address FROM source WHERE current_address IS NOT NULL ORDER BY id DESC")?;
    let moved = moved
        .query_map((), |row| Ok((row.get(0)?, row.get::<String>(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    let is_left = |(_, address): &(String, String)| !configured.contains(address.as_str());
    Ok(moved.into_iter().filter(is_left).collect())
}

/// Gives a new address the history of the one before, if there is such a one. That stays as an alias.
fn carry_over(c: &Connection, before: &str, address: &str) -> Result<bool, StoreError> {
    // The validators are those of the address that was asked last.
    let carried = c.execute(
        "UPDATE source SET address = ?1, current_address = NULL,
             etag = CASE WHEN current_address = ?1 THEN etag END, last_modified = CASE WHEN current_address = ?1 THEN last_modified END
         WHERE address = ?2",
        params![address, before],
    )?;
    if carried > 0 {
        c.execute(
            "INSERT INTO source_alias (address, source) SELECT ?2, id FROM source WHERE address = ?1
                    ON CONFLICT (address) DO UPDATE SET source = excluded.source",
            params![address, before],
        )?;
    }
    Ok(carried > 0)
}
