//! Sources as they are stored: what is configured of each, and its state.

use crate::domain::source::{Pace, SourceKind, SourceState, Trouble, Validators};
use crate::domain::teasers::EntryLengths;
use crate::domain::{SourceId, Timestamp};
use crate::store::engine::DatabaseResult;
use crate::store::engine::OptionalExtension;
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::columns::{self, columns};
use crate::store::engine::statement::{count, select_all, select_optional};
use crate::store::engine::{Store, StoreError, moment, moment_or_none, seconds};

/// A source as stored, for `sources` and the digest's coverage line.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSource {
    pub id: SourceId,
    pub kind: SourceKind,
    pub address: String,
    pub name: Option<String>,
    pub folder: Option<String>,
    pub active: bool,
    pub schedule: String,
    pub state: SourceState,
    pub articles: i64,
}

columns! {
    /// The state of a source.
    pub state {
        ETAG = "etag",
        LAST_MODIFIED = "last_modified",
        BODY_HASH = "body_hash",
        TITLE = "title",
        POLLED_AT = "polled_at",
        LATE_SECONDS = "late_seconds",
        SUCCEEDED_AT = "succeeded_at",
        CHANGED_AT = "changed_at",
        NEXT_POLL_AT = "next_poll_at",
        INTERVAL_SECONDS = "interval_seconds",
        FAILURES = "failures",
        FAILING_SINCE = "failing_since",
        LAST_ERROR = "last_error",
        MOVED_TO = "moved_to",
        MOVED_POLLS = "moved_polls",
        CURRENT_ADDRESS = "current_address",
        GONE_POLLS = "gone_polls",
        STOPPED = "stopped",
        TTL_MINUTES = "ttl_minutes",
        SKIP_HOURS = "skip_hours",
        SKIP_DAYS = "skip_days",
        TROUBLE = "trouble",
        USUAL_GAP_SECONDS = "usual_gap_seconds",
        NEWEST_AT = "newest_at",
        DAY_BEGAN_AT = "day_began_at",
        DAY_NEW = "day_new",
        HELD_BACK = "held_back",
        DAY_PAGES = "day_pages",
        ENTRY_LENGTHS = "entry_lengths",
        LEADS_AWAY = "leads_away",
        ASKED_REST_SECONDS = "asked_rest_seconds",
    }
}

columns! {
    /// What is asked beside it of the sources that are followed.
    pub followed after state {
        KIND = "kind",
    }
}

columns! {
    /// What is asked beside it of the sources that are due, where there are several workers.
    pub due_among_workers after state {
        ID = "source.id",
        HOST = "source.host",
    }
}

columns! {
    /// What is configured of a source, and how many articles it has brought.
    pub listed after state {
        ID = "id",
        KIND = "kind",
        ADDRESS = "address",
        NAME = "name",
        ACTIVE = "active",
        SCHEDULE = "schedule",
        ARTICLES = "articles",
        FOLDER = "folder",
    }
}

pub fn state_from(row: &Row<'_>) -> DatabaseResult<SourceState> {
    let trouble: Option<String> = row.get(state::TROUBLE)?;
    Ok(SourceState {
        validators: Validators {
            etag: row.get(state::ETAG)?,
            last_modified: row.get(state::LAST_MODIFIED)?,
        },
        body_hash: row.get(state::BODY_HASH)?,
        title: row.get(state::TITLE)?,
        polled_at: moment_or_none(row.get(state::POLLED_AT)?),
        late_seconds: row.get(state::LATE_SECONDS)?,
        succeeded_at: moment_or_none(row.get(state::SUCCEEDED_AT)?),
        changed_at: moment_or_none(row.get(state::CHANGED_AT)?),
        next_poll_at: moment_or_none(row.get(state::NEXT_POLL_AT)?),
        interval_seconds: row.get(state::INTERVAL_SECONDS)?,
        failures: row.get(state::FAILURES)?,
        failing_since: moment_or_none(row.get(state::FAILING_SINCE)?),
        last_error: row.get(state::LAST_ERROR)?,
        moved_to: row.get(state::MOVED_TO)?,
        moved_polls: row.get(state::MOVED_POLLS)?,
        current_address: row.get(state::CURRENT_ADDRESS)?,
        gone_polls: row.get(state::GONE_POLLS)?,
        stopped: row.get(state::STOPPED)?,
        pace: Pace {
            ttl_minutes: row.get(state::TTL_MINUTES)?,
            skip_hours: row.get(state::SKIP_HOURS)?,
            skip_days: row.get(state::SKIP_DAYS)?,
        },
        trouble: trouble.as_deref().and_then(Trouble::of_name),
        usual_gap_seconds: row.get(state::USUAL_GAP_SECONDS)?,
        newest_at: moment_or_none(row.get(state::NEWEST_AT)?),
        day_began_at: moment_or_none(row.get(state::DAY_BEGAN_AT)?),
        day_new: row.get(state::DAY_NEW)?,
        held_back: row.get(state::HELD_BACK)?,
        day_pages: row.get(state::DAY_PAGES)?,
        entry_lengths: EntryLengths::of_text(&row.get::<String>(state::ENTRY_LENGTHS)?),
        leads_away: row.get(state::LEADS_AWAY)?,
        asked_rest_seconds: row.get(state::ASKED_REST_SECONDS)?,
    })
}

/// Returns the kind of a name; what a newer program has stored is shown as a feed.
fn kind_from(text: &str) -> SourceKind {
    SourceKind::of_name(text).unwrap_or(SourceKind::Feed)
}

impl StoredSource {
    /// Returns the name to show: the configured one, else the feed's own title, else the address.
    pub fn display_name(&self) -> &str {
        let title = self.state.title.as_deref().filter(|title| !title.trim().is_empty());
        self.name.as_deref().or(title).unwrap_or(&self.address)
    }
}

impl Store {
    /// Returns how many followed sources cannot be read: their last poll failed, or they are gone.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn failing_sources(&self) -> Result<usize, StoreError> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM source WHERE active = 1 AND (failures > 0 OR stopped = 1)";
            count(c, sql, ())
        })
    }

    /// Returns the state of each followed source.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn active_source_states(&self) -> Result<Vec<(SourceKind, SourceState)>, StoreError> {
        self.read(|c| {
            let (state, followed) = (state::SQL, followed::SQL);
            let sql = format!("SELECT {state}, {followed} FROM source WHERE active = 1");
            select_all(c, &sql, (), |row| {
                Ok((kind_from(&row.get::<String>(followed::KIND)?), state_from(row)?))
            })
        })
    }

    /// Returns the latest moment at which anything was polled or told; it may be one that never was, by a clock ahead.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn newest_moment(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|c| {
            let sql =
                "SELECT max(at) FROM (SELECT max(polled_at) AS at FROM source UNION ALL SELECT max(to_at) FROM digest) AS moments";
            Ok(moment_or_none(c.query_row(sql, (), |row| row.get(0))?))
        })
    }

    /// Returns the source that had this address before, if one did.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn source_by_alias(&self, address: &str) -> Result<Option<SourceId>, StoreError> {
        self.read(|c| {
            let mut found = c.prepare_cached("SELECT source FROM source_alias WHERE address = ?1")?;
            Ok(found.query_row([address], |row| row.get(0)).optional()?)
        })
    }

    /// Returns all sources with their state, in the order they were first configured.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sources(&self) -> Result<Vec<StoredSource>, StoreError> {
        self.read(|c| {
            let (state, listed) = (state::SQL, listed::SQL);
            let sql = format!("SELECT {state}, {listed} FROM source ORDER BY id");
            select_all(c, &sql, (), stored_from)
        })
    }

    /// Returns one source with its state, if there is one with this number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn source(&self, id: SourceId) -> Result<Option<StoredSource>, StoreError> {
        self.read(|c| {
            let (state, listed) = (state::SQL, listed::SQL);
            let sql = format!("SELECT {state}, {listed} FROM source WHERE id = ?1");
            select_optional(c, &sql, [id.0], stored_from)
        })
    }

    /// Returns for each text the longest address of a source that it begins with. What that costs goes by the texts, not by
    /// how many sources there are.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn addresses_beginning(&self, texts: &[&str]) -> Result<Vec<Option<String>>, StoreError> {
        self.read(|c| texts.iter().map(|text| address_beginning(c, text)).collect())
    }

    /// Returns when each article that a source was the first to bring was published, of those since a moment.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn source_moments(&self, id: SourceId, since: Timestamp) -> Result<Vec<Timestamp>, StoreError> {
        self.read(|c| {
            let sql = "SELECT published_at FROM article WHERE source = ?1 AND published_at >= ?2";
            select_all(c, sql, params![id.0, seconds(since)], |row| Ok(moment(row.get(0)?)))
        })
    }
}

fn address_beginning(c: &Connection, mut text: &str) -> Result<Option<String>, StoreError> {
    // All that a text begins with sorts before it, and what stands between has no more in common with it than the last of them.
    let sql = "SELECT address FROM source WHERE address <= ?1 ORDER BY address DESC LIMIT 1";
    while let Some(last) = select_optional(c, sql, [text], |row| row.get::<String>(0))? {
        let common = last
            .bytes()
            .zip(text.bytes())
            .take_while(|(one, other)| one == other)
            .count();
        if common == last.len() {
            return Ok(Some(last));
        }
        text = &text[..text.floor_char_boundary(common)];
    }
    Ok(None)
}

fn stored_from(row: &Row<'_>) -> DatabaseResult<StoredSource> {
    Ok(StoredSource {
        state: state_from(row)?,
        id: row.get(listed::ID)?,
        kind: kind_from(&row.get::<String>(listed::KIND)?),
        address: row.get(listed::ADDRESS)?,
        name: row.get(listed::NAME)?,
        active: row.get(listed::ACTIVE)?,
        schedule: row.get(listed::SCHEDULE)?,
        articles: row.get(listed::ARTICLES)?,
        folder: row.get(listed::FOLDER)?,
    })
}

pub fn store_state(c: &Connection, id: SourceId, state: &SourceState) -> Result<(), StoreError> {
    columns::update(
        c,
        "source",
        id.0,
        &[
            ("etag", &state.validators.etag),
            ("last_modified", &state.validators.last_modified),
            ("body_hash", &state.body_hash),
            ("title", &state.title),
            ("polled_at", &state.polled_at.map(seconds)),
            ("late_seconds", &state.late_seconds),
            ("succeeded_at", &state.succeeded_at.map(seconds)),
            ("changed_at", &state.changed_at.map(seconds)),
            ("next_poll_at", &state.next_poll_at.map(seconds)),
            ("interval_seconds", &state.interval_seconds),
            ("failures", &state.failures),
            ("failing_since", &state.failing_since.map(seconds)),
            ("last_error", &state.last_error),
            ("moved_to", &state.moved_to),
            ("moved_polls", &state.moved_polls),
            ("current_address", &state.current_address),
            ("gone_polls", &state.gone_polls),
            ("stopped", &state.stopped),
            ("ttl_minutes", &state.pace.ttl_minutes),
            ("skip_hours", &state.pace.skip_hours),
            ("skip_days", &state.pace.skip_days),
            ("trouble", &state.trouble.map(Trouble::as_str)),
            ("usual_gap_seconds", &state.usual_gap_seconds),
            ("newest_at", &state.newest_at.map(seconds)),
            ("day_began_at", &state.day_began_at.map(seconds)),
            ("day_new", &state.day_new),
            ("held_back", &state.held_back),
            ("day_pages", &state.day_pages),
            ("entry_lengths", &state.entry_lengths.to_string()),
            ("leads_away", &state.leads_away),
            ("asked_rest_seconds", &state.asked_rest_seconds),
            ("lease_until", &None::<i64>),
            ("leased_by", &None::<i64>),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::migrations;

    fn store() -> Connection {
        let c = migrations::in_memory();
        c.execute_batch("PRAGMA foreign_keys = OFF;").unwrap();
        c
    }

    #[test]
    fn articles_of_a_source_are_counted_where_entries_come_and_go() {
        let c = store();
        c.execute_batch("INSERT INTO source (id, kind, address, active, schedule) VALUES (1, 'feed', 'a', 1, ''), (2, 'feed', 'b', 1, '')")
            .unwrap();
        let put = "INSERT INTO entry (source, key, fingerprint, article)";
        let anew = "ON CONFLICT (source, key) DO UPDATE SET article = excluded.article";
        for change in [
            format!("{put} VALUES (1, 'k', 0, 7), (2, 'k', 0, 7), (1, 'l', 0, 8)"),
            // A second key of what is known, and one of each source that moves to a new article and to a known one.
            format!("{put} VALUES (1, 'm', 0, 7) {anew}"),
            format!("{put} VALUES (1, 'k', 0, 9) {anew}"),
            format!("{put} VALUES (2, 'k', 0, 9) {anew}"),
            format!("{put} VALUES (1, 'l', 0, 9) {anew}"),
            format!("{put} VALUES (1, 'l', 0, 9) {anew}"),
            "DELETE FROM entry WHERE article = 9 AND source = 1 AND key <> 'k'".to_owned(),
            "DELETE FROM entry WHERE article = 9".to_owned(),
            "DELETE FROM entry WHERE article = 7".to_owned(),
        ] {
            c.execute(&change, ()).unwrap();
            let sql = "SELECT articles, (SELECT count(DISTINCT article) FROM entry WHERE entry.source = source.id) FROM source";
            let counted = select_all(&c, sql, (), |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))).unwrap();
            assert!(
                counted.iter().all(|(kept, counted)| kept == counted),
                "{change}: {counted:?}"
            );
        }
    }

    #[test]
    fn the_longest_address_a_text_begins_with() {
        let c = store();
        c.execute_batch(
            "INSERT INTO source (kind, address, active, schedule) VALUES ('feed', 'https://a.example/', 1, ''),
                 ('feed', 'https://a.example/f?k=1', 1, ''), ('feed', 'https://a.example/f?k=1&l', 1, ''),
                 ('feed', 'https://b.example/é', 1, ''), ('feed', 'https://b.example/ê?k', 1, '')",
        )
        .unwrap();
        for (text, longest) in [
            ("https://a.example/f?k=1&lm", Some("https://a.example/f?k=1&l")),
            ("https://a.example/f?k=1", Some("https://a.example/f?k=1")),
            ("https://a.example/f?k=2 and more", Some("https://a.example/")),
            ("https://a.example", None),
            ("https://b.example/è?k", None),
            ("https://b.example/ê?k=1", Some("https://b.example/ê?k")),
            ("", None),
        ] {
            assert_eq!(address_beginning(&c, text).unwrap().as_deref(), longest, "{text}");
        }
    }
}
