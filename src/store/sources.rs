//! Sources and their state: leased when due, finished in one transaction.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Store, StoreError, moment_or_none, seconds};
use crate::decide::{EntryIdentity, EntryMark, KnownEntry, PollPlan, StoredEntries};
use crate::domain::source::{Lease, Pace, SourceKind, SourceState, Trouble, Validators};
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::store::columns::{self, columns};
use crate::store::{entries, purge, syndication, wordings};

/// How long a poll may hold its lease, in seconds. Far above the longest request with its redirects.
pub const LEASE_SECONDS: i64 = 15 * 60;

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
    pub(super) state {
        ETAG = "etag",
        LAST_MODIFIED = "last_modified",
        BODY_HASH = "body_hash",
        TITLE = "title",
        POLLED_AT = "polled_at",
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
    }
}

columns! {
    /// What is asked beside it of the sources that are followed.
    pub(super) followed after state {
        KIND = "kind",
    }
}

columns! {
    /// What is configured of a source, and how many articles it has brought.
    pub(super) listed after state {
        ID = "id",
        KIND = "kind",
        ADDRESS = "address",
        NAME = "name",
        ACTIVE = "active",
        SCHEDULE = "schedule",
        ARTICLES = "(SELECT count(DISTINCT article) FROM entry WHERE entry.source = source.id)",
        FOLDER = "folder",
    }
}

fn state_from(row: &Row<'_>) -> rusqlite::Result<SourceState> {
    Ok(SourceState {
        validators: Validators {
            etag: row.get(state::ETAG)?,
            last_modified: row.get(state::LAST_MODIFIED)?,
        },
        body_hash: row.get(state::BODY_HASH)?,
        title: row.get(state::TITLE)?,
        polled_at: moment_or_none(row.get(state::POLLED_AT)?),
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
        trouble: trouble_from(row.get::<_, Option<String>>(state::TROUBLE)?.as_deref()),
        usual_gap_seconds: row.get(state::USUAL_GAP_SECONDS)?,
        newest_at: moment_or_none(row.get(state::NEWEST_AT)?),
        day_began_at: moment_or_none(row.get(state::DAY_BEGAN_AT)?),
        day_new: row.get(state::DAY_NEW)?,
        held_back: row.get(state::HELD_BACK)?,
    })
}

fn trouble_from(text: Option<&str>) -> Option<Trouble> {
    [Trouble::Blocked, Trouble::Markup]
        .into_iter()
        .find(|trouble| Some(trouble.as_str()) == text)
}

/// Returns the kind of a name; what a newer program has stored is shown as a feed.
fn kind_from(text: &str) -> SourceKind {
    let known = SourceKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    known.unwrap_or(SourceKind::Feed)
}

impl StoredSource {
    /// Returns the name to show: the configured one, else the feed's own title, else the address.
    pub fn display_name(&self) -> &str {
        let title = self.state.title.as_deref().filter(|title| !title.trim().is_empty());
        self.name.as_deref().or(title).unwrap_or(&self.address)
    }
}

impl Store {
    /// Leases up to `limit` sources that are due at `now`, longest due first, of those that `admit` lets through by their
    /// number and the address they have moved to.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn lease_due_sources(
        &self,
        now: Timestamp,
        limit: usize,
        mut admit: impl FnMut(SourceId, Option<&str>) -> bool + Send + 'static,
    ) -> Result<Vec<Lease<(SourceId, SourceState)>>, StoreError> {
        self.write(move |c| {
            c.prepare_cached("UPDATE source SET lease_until = NULL WHERE lease_until <= ?1")?
                .execute([seconds(now)])?;
            let sql = "SELECT id, current_address FROM source
                       WHERE active = 1 AND stopped = 0 AND next_poll_at <= ?1 AND lease_until IS NULL
                       ORDER BY next_poll_at";
            let mut statement = c.prepare_cached(sql)?;
            let mut rows = statement.query([seconds(now)])?;
            let mut admitted = Vec::new();
            while admitted.len() < limit
                && let Some(row) = rows.next()?
            {
                let (id, moved) = (SourceId(row.get(0)?), row.get_ref(1)?.as_str_or_null());
                if admit(id, moved.map_err(rusqlite::Error::from)?) {
                    admitted.push(id);
                }
            }
            lease(c, now, admitted)
        })
        .await
    }

    /// Leases the named sources whether due or not, leaving out any that is being polled.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn lease_sources(
        &self,
        now: Timestamp,
        ids: Vec<SourceId>,
    ) -> Result<Vec<Lease<(SourceId, SourceState)>>, StoreError> {
        self.write(move |c| lease(c, now, ids)).await
    }

    /// Returns how many followed sources cannot be read: their last poll failed, or they are gone.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn failing_sources(&self) -> Result<usize, StoreError> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM source WHERE active = 1 AND (failures > 0 OR stopped = 1)";
            let count: i64 = c.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
            Ok(usize::try_from(count).unwrap_or_default())
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
            let mut statement = c.prepare_cached(&sql)?;
            let rows = statement.query_map([], |row| {
                Ok((kind_from(&row.get::<_, String>(followed::KIND)?), state_from(row)?))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Returns the latest moment at which anything was polled or told; it may be one that never was, by a clock ahead.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn newest_moment(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|c| {
            let sql =
                "SELECT max(at) FROM (SELECT max(polled_at) AS at FROM source UNION ALL SELECT max(to_at) FROM digest)";
            Ok(moment_or_none(c.query_row(sql, [], |row| row.get(0))?))
        })
    }

    /// Returns when the next source falls due, if any does. One whose lease nobody gave back is due when that ends.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn next_source_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|c| {
            let free = "SELECT min(next_poll_at) FROM source
                        WHERE active = 1 AND stopped = 0 AND lease_until IS NULL AND next_poll_at IS NOT NULL";
            let leased = "SELECT min(lease_until) FROM source WHERE lease_until IS NOT NULL";
            let read = |sql| c.prepare_cached(sql)?.query_row([], |row| row.get::<_, Option<i64>>(0));
            Ok(moment_or_none(read(free)?.into_iter().chain(read(leased)?).min()))
        })
    }

    /// Returns what is known of the entries a poll brought; it reads no article whose entry is unchanged. `said` gives
    /// what an entry says of itself, which is needed for unknown ones only.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn known_entries(
        &self,
        source: SourceId,
        identities: Vec<EntryIdentity>,
        said: impl Fn(usize) -> EntryMark + Send,
    ) -> Result<StoredEntries, StoreError> {
        self.read(|c| {
            let mut entry =
                c.prepare_cached("SELECT fingerprint, article FROM entry WHERE source = ?1 AND key = ?2")?;
            let mut by_url = c.prepare_cached("SELECT id FROM article WHERE url_key = ?1")?;
            let mut known = StoredEntries::default();
            let mut has_history = None;
            for (at, identity) in identities.iter().enumerate() {
                let row = entry
                    .query_row(params![source.0, identity.key.0], |r| {
                        Ok((r.get::<_, i64>(0)?, ArticleId(r.get(1)?)))
                    })
                    .optional()?;
                let is_unchanged = row.is_some_and(|(fingerprint, _)| fingerprint == identity.fingerprint);
                let mut found = None;
                if let Some((fingerprint, article)) = row {
                    found = Some(article).filter(|_| !is_unchanged);
                    let past = match is_unchanged {
                        true => None,
                        false => entries::past(c, source, &identity.key, article)?,
                    };
                    let entry = KnownEntry {
                        fingerprint,
                        article,
                        past,
                    };
                    known.entries.insert(identity.key.clone(), entry);
                }
                if is_unchanged {
                    continue;
                }
                let by_url = by_url.query_row([&identity.url_key], |r| Ok(ArticleId(r.get(0)?)));
                if let Some(article) = by_url.optional()? {
                    let past = entries::past(c, source, &identity.key, article)?;
                    known.articles.insert(identity.url_key.clone(), (article, past));
                    add_syndicated(c, source, &mut known, article)?;
                } else if purge::is_purged(c, source, identity, said(at))? {
                    known.purged.insert(identity.key.clone());
                } else if match has_history {
                    Some(has_history) => has_history,
                    None => *has_history.insert(entries::has_any(c, source)?),
                } {
                    let title = said(at).title;
                    let alike = entries::alike(c, source, title)?;
                    for past in &alike {
                        add_syndicated(c, source, &mut known, past.article)?;
                    }
                    known.alike.insert(title, alike);
                }
                if let Some(article) = found {
                    add_syndicated(c, source, &mut known, article)?;
                }
            }
            known.identities = identities;
            Ok(known)
        })
    }

    /// Writes what one poll changes, in one transaction: entries, articles, validators, and the end of the lease.
    /// Returns how many articles are new; nothing, and nothing is written, where another source has meanwhile brought one of
    /// them: then it is to be decided anew, by what is known now.
    ///
    /// # Errors
    /// The database cannot be written; nothing of the plan is kept then.
    pub async fn finish_poll(
        &self,
        now: Timestamp,
        lease: Lease<SourceId>,
        plan: PollPlan,
    ) -> Result<Option<usize>, StoreError> {
        self.enqueue(move |c, writer_state| {
            if entries::any_is_known(c, &plan.new)? {
                return Ok(None);
            }
            let mut fresh = 0;
            for new in plan.new {
                fresh += usize::from(entries::insert_new(c, now, lease.item, new, &mut writer_state.texts)?);
            }
            for seen in &plan.seen {
                entries::link_known_entry(c, lease.item, &seen.identity, seen.mark, seen.article)?;
            }
            for change in &plan.changed {
                entries::apply_change(c, now, lease.item, change)?;
                wordings::forget_own(c, change.article, lease.item)?;
            }
            for retold in &plan.syndicated {
                syndication::apply_syndicated(c, now, lease.item, retold, writer_state)?;
            }
            store_state(c, lease.item, &plan.state)?;
            Ok(Some(fresh))
        })
        .await
    }

    /// Gives leases back whose work has not begun.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn return_unbegun(&self, sources: Vec<SourceId>, articles: Vec<ArticleId>) -> Result<(), StoreError> {
        self.write(move |c| {
            let mut source = c.prepare_cached("UPDATE source SET lease_until = NULL WHERE id = ?1")?;
            for id in sources {
                source.execute([id.0])?;
            }
            let mut article = c.prepare_cached("UPDATE article SET lease_until = NULL WHERE id = ?1")?;
            for id in articles {
                article.execute([id.0])?;
            }
            Ok(())
        })
        .await
    }

    /// Gives a lease back without a result, so that the source is due again at `due`.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn return_source(&self, id: SourceId) -> Result<(), StoreError> {
        self.write(move |c| {
            c.execute("UPDATE source SET lease_until = NULL WHERE id = ?1", [id.0])?;
            Ok(())
        })
        .await
    }

    /// Gives a lease back without a result: the source is due again at `due`, and nothing is counted against it.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn reschedule_source(&self, id: SourceId, due: Timestamp) -> Result<(), StoreError> {
        self.write(move |c| {
            c.prepare_cached("UPDATE source SET lease_until = NULL, next_poll_at = ?2 WHERE id = ?1")?
                .execute(params![id.0, seconds(due)])?;
            Ok(())
        })
        .await
    }

    /// Returns the source that had this address before, if one did.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn source_by_alias(&self, address: &str) -> Result<Option<SourceId>, StoreError> {
        self.read(|c| {
            let mut found = c.prepare_cached("SELECT source FROM source_alias WHERE address = ?1")?;
            Ok(found.query_row([address], |row| Ok(SourceId(row.get(0)?))).optional()?)
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
            let mut statement = c.prepare(&sql)?;
            let rows = statement.query_map([], |row| {
                Ok(StoredSource {
                    state: state_from(row)?,
                    id: SourceId(row.get(listed::ID)?),
                    kind: kind_from(&row.get::<_, String>(listed::KIND)?),
                    address: row.get(listed::ADDRESS)?,
                    name: row.get(listed::NAME)?,
                    active: row.get(listed::ACTIVE)?,
                    schedule: row.get(listed::SCHEDULE)?,
                    articles: row.get(listed::ARTICLES)?,
                    folder: row.get(listed::FOLDER)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// Notes how an article stands, if its words are another source's.
fn add_syndicated(
    c: &Connection,
    source: SourceId,
    known: &mut StoredEntries,
    article: ArticleId,
) -> Result<(), StoreError> {
    if let Some(elsewhere) = syndication::syndicated_article(c, source, article)? {
        known.syndicated.insert(article, elsewhere);
    }
    Ok(())
}

/// Leases those of the sources that nobody polls.
fn lease(
    c: &Connection,
    now: Timestamp,
    ids: Vec<SourceId>,
) -> Result<Vec<Lease<(SourceId, SourceState)>>, StoreError> {
    let until = now + chrono::TimeDelta::seconds(LEASE_SECONDS);
    let state = state::SQL;
    let sql = format!("SELECT {state} FROM source WHERE id = ?1 AND coalesce(lease_until, 0) <= ?2");
    let mut free = c.prepare_cached(&sql)?;
    let mut claim = c.prepare_cached("UPDATE source SET lease_until = ?2 WHERE id = ?1")?;
    let mut leases = Vec::with_capacity(ids.len());
    for id in ids {
        let state = free.query_row(params![id.0, seconds(now)], state_from);
        if let Some(state) = state.optional()? {
            claim.execute(params![id.0, seconds(until)])?;
            leases.push(Lease {
                item: (id, state),
                until,
            });
        }
    }
    Ok(leases)
}

fn store_state(c: &Connection, id: SourceId, state: &SourceState) -> Result<(), StoreError> {
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
            ("lease_until", &None::<i64>),
        ],
    )
}
