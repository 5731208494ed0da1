//! Polls: sources are leased when due, and what one poll changes is written in one transaction.

use std::collections::{BTreeSet, HashSet};

use super::source_state::{due_among_workers, state, state_from, store_state};
use super::{entries, source_sync, syndication, tombstones};
use crate::decide::{EntryIdentity, EntryMark, KnownEntry, PollPlan, StoredEntries};
use crate::domain::source::LeasedSource;
use crate::domain::url::host_of;
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::store::articles::{records, wordings};
use crate::store::engine::OptionalExtension;
use crate::store::engine::client::{Connection, ToSql, params};
use crate::store::engine::statement::{execute, select_all, select_each};
use crate::store::engine::{Store, StoreError, seconds};
use crate::store::rows::host_leases::{self, ClaimedHosts, IS_FREE};
use crate::store::rows::leases;

/// Whether a source that is due is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceAdmission {
    Taken,
    /// Enough of its host is claimed.
    HostIsFull,
    /// The configuration does not name it.
    NotOurs,
}

/// Sources that are to be polled.
#[derive(Debug, Default)]
pub struct LeasedSources {
    pub leases: Vec<LeasedSource>,
    /// Where there are several workers, the hosts that are this one's now, and what is known of them.
    pub hosts: ClaimedHosts,
}

impl Store {
    /// Leases up to `limit` sources that are due at `now`, longest due first, of those that `admit` lets through by their
    /// number and the address they have moved to, and whose host no other worker asks; this one keeps `gap_millis` between two
    /// requests to it.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn lease_due_sources(
        &self,
        now: Timestamp,
        limit: usize,
        gap_millis: i64,
        mut admit: impl FnMut(SourceId, Option<&str>) -> SourceAdmission + Send + 'static,
    ) -> Result<LeasedSources, StoreError> {
        self.enqueue(move |c, writer_state| {
            c.prepare_cached("UPDATE source SET lease_until = NULL, leased_by = NULL WHERE lease_until <= ?1")?
                .execute([seconds(now)])?;
            if writer_state.has_others() {
                return lease_among_workers(c, now, limit, writer_state.worker, gap_millis, admit);
            }
            let sql = "SELECT id, current_address FROM source
                       WHERE active = 1 AND stopped = 0 AND next_poll_at <= ?1 AND lease_until IS NULL
                       ORDER BY next_poll_at";
            let admit = |id, moved: Option<&str>| admit(SourceId(id), moved) == SourceAdmission::Taken;
            let admitted = leases::admitted(c, sql, now, limit, admit)?;
            let leases = lease(c, now, 0, admitted.into_iter().map(|(id, _)| SourceId(id)))?;
            Ok(LeasedSources {
                leases,
                hosts: ClaimedHosts::default(),
            })
        })
        .await
    }

    /// Leases the named sources whether due or not, leaving out any that is being polled.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn lease_sources(&self, now: Timestamp, ids: Vec<SourceId>) -> Result<Vec<LeasedSource>, StoreError> {
        self.enqueue(move |c, writer_state| lease(c, now, writer_state.worker, ids.into_iter()))
            .await
    }

    /// Returns when the next source falls due, if any does.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn next_source_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.ask(|c| {
            let sql = "SELECT min(next_poll_at) FROM source
                       WHERE active = 1 AND stopped = 0 AND lease_until IS NULL AND next_poll_at IS NOT NULL
                       UNION ALL SELECT min(lease_until) FROM source WHERE lease_until IS NOT NULL";
            leases::next_due(c, sql)
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
            let sql = "SELECT fingerprint, article FROM entry WHERE source = ?1 AND key = ?2";
            let keys: Vec<_> = identities
                .iter()
                .map(|one| [source.0.into(), one.key.0.value()])
                .collect();
            let stored = select_each(c, sql, &keys, |row| Ok((row.get::<i64>(0)?, ArticleId(row.get(1)?))))?;
            let mut known = StoredEntries::default();
            let mut open = Vec::new();
            for ((at, identity), stored) in identities.iter().enumerate().zip(stored) {
                let stored = stored.first().copied();
                if let Some((fingerprint, article)) = stored {
                    let past = None;
                    let entry = KnownEntry {
                        fingerprint,
                        article,
                        past,
                    };
                    known.entries.insert(identity.key.clone(), entry);
                }
                if stored.is_none_or(|(fingerprint, _)| fingerprint != identity.fingerprint) {
                    open.push((identity, said(at), stored.map(|(_, article)| article)));
                }
            }
            if !open.is_empty() {
                add_open(c, source, &open, &mut known)?;
            }
            known.identities = identities;
            Ok(known)
        })
    }

    /// Returns which of these keys a source has brought entries under, those of purged articles included.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn known_keys(&self, source: SourceId, keys: &[String]) -> Result<HashSet<String>, StoreError> {
        self.read(|c| {
            let mut entry = c.prepare_cached("SELECT 1 FROM entry WHERE source = ?1 AND key = ?2")?;
            let mut known = HashSet::new();
            for key in keys {
                let row = entry
                    .query_row(params![source.0, key], |row| row.get::<i64>(0))
                    .optional()?;
                if row.is_some() || tombstones::has_entry_tombstone(c, source, key)? {
                    known.insert(key.clone());
                }
            }
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
        source: SourceId,
        plan: PollPlan,
    ) -> Result<Option<usize>, StoreError> {
        let written = self.enqueue(move |c, writer_state| {
            let fresh = plan.new.len();
            entries::insert_new(c, now, source, plan.new, &mut writer_state.texts)?;
            for seen in &plan.seen {
                entries::link_known_entry(c, source, &seen.identity, seen.mark, seen.article)?;
                records::take_over(c, now, seen.article, &seen.record)?;
            }
            for change in &plan.changed {
                entries::apply_change(c, now, source, change)?;
                wordings::forget_own(c, change.article, source)?;
                records::take_over(c, now, change.article, &change.draft.record)?;
            }
            for retold in &plan.syndicated {
                syndication::apply_syndicated(c, now, source, retold, writer_state)?;
                records::take_over(c, now, retold.article, &retold.draft.record)?;
            }
            store_state(c, source, &plan.state)?;
            if let Some(host) = plan.state.current_address.as_deref().and_then(host_of) {
                source_sync::set_host(c, source.0, &host)?;
            }
            Ok(Some(fresh))
        });
        match written.await {
            Err(StoreError::KnownMeanwhile) => Ok(None),
            written => written,
        }
    }

    /// Gives leases back whose work has not begun, or came to nothing: it stays due.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn return_unbegun(&self, sources: Vec<SourceId>, articles: Vec<ArticleId>) -> Result<(), StoreError> {
        self.write(move |c| {
            let mut source =
                c.prepare_cached("UPDATE source SET lease_until = NULL, leased_by = NULL WHERE id = ?1")?;
            for id in sources {
                source.execute([id.0])?;
            }
            let mut article =
                c.prepare_cached("UPDATE article SET lease_until = NULL, leased_by = NULL WHERE id = ?1")?;
            for id in articles {
                article.execute([id.0])?;
            }
            Ok(())
        })
        .await
    }

    /// Lets a source be polled from a moment on, unless it is being polled now.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn make_due(&self, id: SourceId, due: Timestamp) -> Result<(), StoreError> {
        self.write(move |c| {
            c.prepare_cached("UPDATE source SET next_poll_at = ?2 WHERE id = ?1 AND lease_until IS NULL")?
                .execute(params![id.0, seconds(due)])?;
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
            c.prepare_cached(
                "UPDATE source SET lease_until = NULL, leased_by = NULL, next_poll_at = ?2 WHERE id = ?1",
            )?
            .execute(params![id.0, seconds(due)])?;
            Ok(())
        })
        .await
    }
}

/// Adds what is known of the entries that are new or changed: what each is known by, what it says of itself, and its article.
fn add_open(
    c: &Connection,
    source: SourceId,
    open: &[(&EntryIdentity, EntryMark, Option<ArticleId>)],
    known: &mut StoredEntries,
) -> Result<(), StoreError> {
    let keys: Vec<_> = open.iter().map(|(identity, ..)| [identity.url_key.value()]).collect();
    let at_link = select_each(c, "SELECT id FROM article WHERE url_key = ?1", &keys, |row| row.get(0))?;
    let at_link: Vec<Option<ArticleId>> = at_link.into_iter().map(|ids| ids.first().copied()).collect();
    let asked = |articles: Vec<Option<ArticleId>>| -> Vec<_> {
        let asked = open.iter().zip(articles);
        asked
            .filter_map(|((identity, ..), article)| Some((&identity.key, article?)))
            .collect()
    };
    let changed = asked(open.iter().map(|(.., article)| *article).collect());
    for ((key, _), past) in changed.iter().zip(entries::pasts(c, source, &changed)?) {
        if let Some(entry) = known.entries.get_mut(key) {
            entry.past = past;
        }
    }
    let linked = asked(at_link.clone());
    let mut pasts = entries::pasts(c, source, &linked)?.into_iter();
    let unlinked = open.iter().zip(&at_link).filter(|(_, article)| article.is_none());
    let unlinked: Vec<_> = unlinked.map(|((identity, said, _), _)| (*identity, *said)).collect();
    let mut purged = tombstones::are_purged(c, source, &unlinked)?.into_iter();
    let mut has_history = None;
    let mut untold = BTreeSet::new();
    for ((identity, said, stored), article) in open.iter().zip(&at_link) {
        // Entries that take turns at one link are told apart by their headlines.
        let is_untold = if let Some(article) = article {
            let past = pasts.next().flatten();
            let has_other_title = past.as_ref().is_some_and(|past| past.said_title != Some(said.title));
            known.articles.insert(identity.url_key.clone(), (*article, past));
            stored.is_none() && has_other_title
        } else if purged.next() == Some(true) {
            known.purged.insert(identity.key.clone());
            false
        } else {
            match has_history {
                Some(has_history) => has_history,
                None => *has_history.insert(entries::has_any(c, source)?),
            }
        };
        if is_untold {
            untold.insert(said.title);
        }
    }
    let untold: Vec<i64> = untold.into_iter().collect();
    known.alike = untold
        .iter()
        .copied()
        .zip(entries::alike(c, source, &untold)?)
        .collect();
    let told = changed.iter().chain(&linked).map(|(_, article)| *article);
    let told: BTreeSet<ArticleId> = told
        .chain(known.alike.values().flatten().map(|past| past.article))
        .collect();
    known.syndicated = syndication::syndicated_articles(c, source, &told.into_iter().collect::<Vec<_>>())?;
    Ok(())
}

/// Leases sources whose hosts no other worker holds, and those hosts. Nobody waits for a row that another worker is about to
/// lease.
fn lease_among_workers(
    c: &Connection,
    now: Timestamp,
    limit: usize,
    worker: i64,
    gap_millis: i64,
    mut admit: impl FnMut(SourceId, Option<&str>) -> SourceAdmission,
) -> Result<LeasedSources, StoreError> {
    let (state, due) = (state::SQL, due_among_workers::SQL);
    let sql = format!(
        "SELECT {state}, {due} FROM source LEFT JOIN host ON host.name = source.host
         WHERE active = 1 AND stopped = 0 AND next_poll_at <= ?1 AND lease_until IS NULL AND (source.host = '' OR {IS_FREE})
             AND NOT (source.host = ANY (string_to_array(?3, ' ')))
             AND NOT (source.id = ANY (CAST(string_to_array(?4, ' ') AS BIGINT[])))
         ORDER BY next_poll_at LIMIT ?5 FOR UPDATE OF source SKIP LOCKED"
    );
    let mut leased = LeasedSources::default();
    let (mut full, mut passed_over) = (Vec::new(), Vec::new());
    for _ in 0..leases::ROUNDS_MAX {
        let room = limit - leased.leases.len();
        let values = params![seconds(now), worker, full.join(" "), passed_over.join(" "), room as i64];
        let found = select_all(c, &sql, values, |row| {
            let lease = LeasedSource {
                id: row.get(due_among_workers::ID)?,
                state: state_from(row)?,
            };
            Ok((lease, row.get::<String>(due_among_workers::HOST)?))
        })?;
        let is_all = found.len() < room;
        let mut taken = Vec::new();
        for (lease, host) in found {
            match admit(lease.id, lease.state.current_address.as_deref()) {
                SourceAdmission::Taken => taken.push((lease, host)),
                SourceAdmission::HostIsFull if !host.is_empty() => full.push(host),
                SourceAdmission::HostIsFull | SourceAdmission::NotOurs => passed_over.push(lease.id.to_string()),
            }
        }
        let wanted = taken.iter().map(|(_, host)| host.as_str());
        host_leases::claim(c, worker, gap_millis, wanted, &mut leased.hosts)?;
        // Another worker was quicker with a host: it is passed over this time.
        let claimed = &leased.hosts.hosts;
        let (taken, lost): (Vec<_>, Vec<_>) = taken
            .into_iter()
            .partition(|(_, host)| host.is_empty() || claimed.contains(host));
        full.extend(lost.into_iter().map(|(_, host)| host));
        let ids: Vec<String> = taken.iter().map(|(lease, _)| lease.id.to_string()).collect();
        let sql = "UPDATE source SET lease_until = ?2, leased_by = ?3
                   WHERE id = ANY (CAST(string_to_array(?1, ' ') AS BIGINT[]))";
        execute(c, sql, params![ids.join(" "), leases::end(now), worker])?;
        leased.leases.extend(taken.into_iter().map(|(lease, _)| lease));
        if is_all || leased.leases.len() >= limit {
            break;
        }
    }
    leased.hosts.learn(c)?;
    Ok(leased)
}

/// Leases those of the sources that nobody polls.
fn lease(
    c: &Connection,
    now: Timestamp,
    worker: i64,
    ids: impl Iterator<Item = SourceId>,
) -> Result<Vec<LeasedSource>, StoreError> {
    let state = state::SQL;
    let sql = format!("SELECT {state} FROM source WHERE id = ?1 AND coalesce(lease_until, 0) <= ?2");
    let mut free = c.prepare_cached(&sql)?;
    // Another worker may have been quicker.
    let sql = "UPDATE source SET lease_until = ?2, leased_by = ?3 WHERE id = ?1 AND coalesce(lease_until, 0) <= ?4";
    let mut claim = c.prepare_cached(sql)?;
    let mut leased = Vec::new();
    for id in ids {
        let state = free.query_row(params![id.0, seconds(now)], state_from);
        if let Some(state) = state.optional()?
            && claim.execute(params![id.0, leases::end(now), worker, seconds(now)])? > 0
        {
            leased.push(LeasedSource { id, state });
        }
    }
    Ok(leased)
}
