//! Who works on what: leases what is due, runs it side by side within limits, until nothing is left to do now.
//!
//! Of one host only so much is claimed as it can be asked for soon, and nothing holds a slot before its host may be asked:
//! a host with thousands of sources or pages delays nobody but itself.
//!
//! The daemon, `tidings poll` and the demo all work through this, so they are one code path.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::archive::write_documents;
use super::articles::extract;
use super::maintenance::{backfill_topics, merge, place_waiting, reindex};
use super::poll;
use super::runtime::host_queue::{self, HostQueue};
use super::runtime::placement_order::PlacementOrder;
use super::runtime::{Context, JobError};
use crate::domain::source::LeasedSource;
use crate::domain::url::host_of;
use crate::domain::{ArticleId, SourceId, Timestamp};
use crate::fetch::HostHold;
use crate::store::sources::{ClaimedHosts, SourceAdmission};
use crate::store::{Role, StoreError};

/// Slots for articles per slot for sources: pages wait for their hosts, so more are begun than can be fetched at once.
const ARTICLES_PER_SLOT: usize = 2;

/// What a pool has done since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolTotals {
    pub polls: usize,
    #[serde(rename = "failed")]
    pub failed_polls: usize,
    pub new_articles: usize,
    #[serde(rename = "read")]
    pub articles: usize,
    pub documents: usize,
}

/// Articles wait this long for polls under way, in seconds: what arrives together is begun in order of publication, and a
/// story is told from its beginning.
const ARTICLE_PATIENCE_SECONDS: i64 = 20;

/// While polls are under way, articles are looked for at most this often, in seconds.
const LOOK_SECONDS: i64 = 1;
/// Sources claimed ahead of their turn, per slot: so claiming is one write for many. So many articles per slot are also
/// under way at most, those included that were read and wait to be placed.
const AHEAD_PER_SLOT: usize = 4;
/// Articles claimed ahead of their turn: each host keeps its distance, so it takes many hosts to keep this machine busy.
/// They are read from the store when they begin.
const ARTICLES_AHEAD: usize = 2_000;
/// How often is asked for more while what is due finds no room, in milliseconds.
const CLAIM_MILLISECONDS: u64 = 500;
/// Hosts that become free within this are begun with together, in milliseconds.
const TOGETHER_MILLISECONDS: u64 = 10;

enum FinishedWork {
    Poll(Result<poll::PollReport, JobError>),
    Article(ArticleId, Result<(), JobError>),
}

/// Work under way, and what came of it.
#[derive(Default)]
pub struct WorkerPool {
    running: JoinSet<FinishedWork>,
    sources: HostQueue<(LeasedSource, Option<HostHold>)>,
    articles: HostQueue<(ArticleId, Option<HostHold>)>,
    polls_running: usize,
    articles_running: usize,
    /// Articles in the queue and under way.
    held: HashSet<ArticleId>,
    poll_claim: Claim,
    article_claim: Claim,
    /// When a host that work waits for may be asked.
    next_at: Option<Instant>,
    turns: PlacementOrder,
    looked_at: Option<Timestamp>,
    /// Sources that fall due later than this are somebody else's.
    until: Option<Timestamp>,
    pub done: PoolTotals,
}

/// What came of asking for more work.
#[derive(Debug, Clone, Copy, Default)]
struct Claim {
    at: Option<Instant>,
    /// There was less than was asked for: what else is due was held back, or nothing is.
    was_all: bool,
    /// Something is due and not claimed.
    is_behind: bool,
}

impl Claim {
    /// Whether to ask again: nothing waits, or what waits runs low, or it is time.
    fn is_wanted(&self, waiting: usize, slots: usize) -> bool {
        let is_time = self
            .at
            .is_none_or(|at| at.elapsed() >= Duration::from_millis(CLAIM_MILLISECONDS));
        waiting == 0 || is_time || (waiting < slots && !self.was_all)
    }
}

impl WorkerPool {
    /// Returns a pool with nothing to do.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leases and starts what is due and finds room.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn start_due(&mut self, ctx: &Arc<Context>) -> Result<(), JobError> {
        let now = ctx.clock.now();
        self.start_polls(ctx, now).await?;
        self.start_articles(ctx, now).await
    }

    async fn start_polls(&mut self, ctx: &Arc<Context>, now: Timestamp) -> Result<(), JobError> {
        let slots = ctx.config.fetch.concurrency;
        let room = (slots * AHEAD_PER_SLOT).saturating_sub(self.sources.len());
        if room > 0 && self.poll_claim.is_wanted(self.sources.len(), slots) {
            let due_by = self.until.map_or(now, |until| until.min(now));
            let is_due = ctx.store.next_source_due()?.is_some_and(|at| at <= due_by);
            self.poll_claim.is_behind = is_due;
            if is_due {
                self.claim_sources(ctx, due_by, room).await?;
            }
        }
        let begun = self
            .sources
            .start(slots.saturating_sub(self.polls_running), |host| ctx.fetcher.ready(host));
        self.next_at = begun.next_at;
        for (slot, (lease, hold)) in begun.work {
            self.polls_running += 1;
            let ctx = Arc::clone(ctx);
            // On the heap from the start: the runtime moves what it is handed several times.
            self.running.spawn(Box::pin(async move {
                let polled = poll::poll(&ctx, lease, slot.is_last).await;
                drop((slot, hold));
                FinishedWork::Poll(polled)
            }));
        }
        Ok(())
    }

    async fn claim_sources(&mut self, ctx: &Arc<Context>, due_by: Timestamp, room: usize) -> Result<(), JobError> {
        let mut admit = self.sources.admission(ahead(ctx, room));
        let sources = Arc::clone(ctx);
        let admit = move |id, moved: Option<&str>| match sources.sources.contains_key(&id) {
            true if admit(host_polled(&sources, id, moved).as_deref()) => SourceAdmission::Taken,
            true => SourceAdmission::HostIsFull,
            false => SourceAdmission::NotOurs,
        };
        let leased = or_none(ctx.store.lease_due_sources(due_by, room, gap_millis(ctx), admit).await)?;
        take_over(ctx, leased.hosts);
        self.poll_claim = Claim {
            at: Some(Instant::now()),
            was_all: leased.leases.len() < room,
            is_behind: true,
        };
        for lease in leased.leases {
            self.line_up(ctx, lease);
        }
        Ok(())
    }

    fn line_up(&mut self, ctx: &Context, lease: LeasedSource) {
        let LeasedSource { id, state } = &lease;
        let host = host_polled(ctx, *id, state.current_address.as_deref());
        let hold = hold_of(ctx, host.as_deref());
        self.sources.push(host, (lease, hold));
    }

    async fn start_articles(&mut self, ctx: &Arc<Context>, now: Timestamp) -> Result<(), JobError> {
        let slots = ctx.config.fetch.concurrency * ARTICLES_PER_SLOT;
        // Polls that wait for their host may do so for hours; they are no reason to wait.
        let polls = self.polls_running;
        let may_look = polls == 0
            || self
                .looked_at
                .is_none_or(|at| now - at >= TimeDelta::seconds(LOOK_SECONDS));
        let room = ARTICLES_AHEAD.saturating_sub(self.articles.len());
        if may_look && room > 0 {
            self.looked_at = Some(now);
            let patience = TimeDelta::seconds(ARTICLE_PATIENCE_SECONDS);
            let is_time = |at: Timestamp| at <= now && (polls == 0 || now - at >= patience);
            let is_due = ctx.store.next_article_due()?.is_some_and(is_time);
            self.article_claim.is_behind = is_due;
            if is_due && self.article_claim.is_wanted(self.articles.len(), slots) {
                self.claim_articles(ctx, now, room).await?;
            }
        }
        let places = (slots * AHEAD_PER_SLOT).saturating_sub(self.articles_running);
        let free = slots.saturating_sub(self.articles.held()).min(places);
        let begun = self.articles.start(free, |host| ctx.fetcher.ready(host));
        self.next_at = [self.next_at, begun.next_at].into_iter().flatten().min();
        if begun.work.is_empty() {
            return Ok(());
        }
        let (slots, ids): (Vec<_>, Vec<_>) = begun
            .work
            .into_iter()
            .map(|(slot, (id, hold))| ((slot, hold), id))
            .unzip();
        let works = ctx.store.article_work(&ids).inspect_err(|_| {
            // Their leases end by themselves; held, nobody would claim them again.
            ids.iter().for_each(|id| _ = self.held.remove(id));
        })?;
        for (((slot, hold), id), work) in slots.into_iter().zip(ids).zip(works) {
            let Some(work) = work else {
                self.held.remove(&id);
                continue;
            };
            self.articles_running += 1;
            let (ctx, turn) = (Arc::clone(ctx), self.turns.take());
            self.running.spawn(Box::pin(async move {
                let result = extract::extract(&ctx, work, turn, slot).await;
                drop(hold);
                ctx.shared.counters.article_steps.add(usize::from(result.is_ok()));
                FinishedWork::Article(id, result)
            }));
        }
        Ok(())
    }

    async fn claim_articles(&mut self, ctx: &Context, now: Timestamp, room: usize) -> Result<(), JobError> {
        let mut admit = self.articles.admission(ahead(ctx, room));
        let held = self.held.clone();
        let admit = move |id, host: Option<&str>| !held.contains(&id) && admit(host);
        let due = or_none(ctx.store.lease_articles(now, room, gap_millis(ctx), admit).await)?;
        take_over(ctx, due.hosts);
        let due = due.articles;
        self.article_claim = Claim {
            at: Some(Instant::now()),
            was_all: due.len() < room,
            is_behind: true,
        };
        for article in due {
            self.held.insert(article.id);
            let hold = hold_of(ctx, article.host.as_deref());
            self.articles.push(article.host, (article.id, hold));
        }
        Ok(())
    }

    /// Lines up polls of the named sources, due or not. Returns those that somebody else is polling.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn start_named(&mut self, ctx: &Arc<Context>, mut ids: Vec<SourceId>) -> Result<Vec<SourceId>, JobError> {
        for lease in ctx.store.lease_sources(ctx.clock.now(), ids.clone()).await? {
            ids.retain(|id| *id != lease.id);
            self.line_up(ctx, lease);
        }
        Ok(ids)
    }

    /// Gives back what was claimed ahead of its turn; what is under way goes on.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn give_back(&mut self, ctx: &Arc<Context>) -> Result<(), JobError> {
        self.forget_claims();
        if self.sources.is_empty() && self.articles.is_empty() {
            return Ok(());
        }
        let sources = self.sources.clear().into_iter().map(|(lease, _)| lease.id).collect();
        let articles: Vec<ArticleId> = self.articles.clear().into_iter().map(|(id, _)| id).collect();
        articles.iter().for_each(|id| _ = self.held.remove(id));
        Ok(ctx.store.return_unbegun(sources, articles).await?)
    }

    /// Whether nothing is under way or waits for its host.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty() && self.sources.is_empty() && self.articles.is_empty()
    }

    /// Returns when to look again though nothing ended: a host may be asked, or it is time to ask for more.
    fn look_at(&self) -> Option<Instant> {
        let every = Duration::from_millis(CLAIM_MILLISECONDS);
        let claims = [self.poll_claim, self.article_claim].into_iter();
        let behind = claims.filter(|claim| claim.is_behind && !self.is_idle());
        let claims = behind.map(|claim| claim.at.map_or_else(Instant::now, |at| at + every));
        let soonest = claims.chain(self.next_at).min()?;
        Some(soonest.max(Instant::now() + Duration::from_millis(TOGETHER_MILLISECONDS)))
    }

    /// Waits for one piece of work to end and counts it, or until more may begin. Pends for ever when nothing is under
    /// way.
    ///
    /// # Errors
    /// The store cannot be used any more.
    pub async fn next_finished(&mut self) -> Result<(), JobError> {
        let look_at = self.look_at();
        let until = async {
            match look_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let joined = tokio::select! {
            Some(joined) = self.running.join_next() => joined,
            () = until => return Ok(()),
            else => return std::future::pending().await,
        };
        match joined {
            Ok(FinishedWork::Poll(result)) => {
                self.polls_running -= 1;
                let polled = result?;
                self.done.polls += 1;
                self.done.failed_polls += usize::from(polled.failed);
                self.done.new_articles += polled.new_articles;
            }
            Ok(FinishedWork::Article(id, result)) => {
                self.articles_running -= 1;
                self.held.remove(&id);
                result?;
                self.done.articles += 1;
            }
            Err(error) if error.is_cancelled() => {}
            Err(error) => {
                // Its lease ends by itself; the others go on.
                tracing::error!("a job panicked: {error}");
                self.recount();
            }
        }
        Ok(())
    }

    fn recount(&mut self) {
        // Which kind panicked is not known; what is still running bounds both counts.
        let running = self.running.len();
        self.polls_running = self.polls_running.min(running);
        self.articles_running = self.articles_running.min(running);
        // Its lease keeps an article that is under way from being claimed twice.
        self.held.clear();
    }

    /// Works until nothing is left of what is due now, then settles documents. `report` is called after every finished piece of work.
    ///
    /// # Errors
    /// The store or the archive cannot be used.
    pub async fn finish_all(
        &mut self,
        ctx: &Arc<Context>,
        stop: &CancellationToken,
        mut report: impl FnMut(&PoolTotals),
    ) -> Result<(), JobError> {
        if ctx.store.holds(Role::Stories) {
            backfill_topics::run(ctx).await?;
            reindex::run(ctx, reindex::ROUND_MAX).await?;
        }
        self.until = Some(ctx.clock.now());
        loop {
            self.start_due(ctx).await?;
            if self.is_idle() {
                break;
            }
            tokio::select! {
                result = self.next_finished() => result?,
                () = stop.cancelled() => break,
            }
            report(&self.done);
        }
        // Where another worker keeps the stories, it does this.
        if ctx.store.holds(Role::Stories) {
            place_waiting::run(ctx).await?;
            merge::run(ctx).await?;
            self.done.documents += write_documents::write_dirty(ctx).await?;
        }
        report(&self.done);
        Ok(())
    }

    /// Ends what is under way: fetches are dropped, writes already handed to the store are finished by it.
    pub async fn stop(&mut self) {
        self.running.shutdown().await;
        self.drop_waiting();
        self.polls_running = 0;
        self.articles_running = 0;
    }

    /// Forgets what was only claimed: its leases are void at the next start.
    pub fn drop_waiting(&mut self) {
        self.sources.clear();
        self.articles.clear();
        self.forget_claims();
    }

    /// Asks anew at the next turn.
    fn forget_claims(&mut self) {
        self.next_at = None;
        (self.poll_claim, self.article_claim) = Default::default();
    }
}

/// Returns the host that a poll of this source asks, where it is read from now.
fn host_polled(ctx: &Context, id: SourceId, moved: Option<&str>) -> Option<String> {
    host_of(moved.or(ctx.sources.get(&id).map(|source| source.address.as_str()))?)
}

/// Takes a claim that another worker came in the way of for one that found nothing: it is made again.
fn or_none<T: Default>(claimed: Result<T, StoreError>) -> Result<T, StoreError> {
    match claimed {
        Err(StoreError::Conflict) => Ok(T::default()),
        claimed => claimed,
    }
}

/// Takes over the hosts that were claimed with work, and what others have learned of them.
fn take_over(ctx: &Context, claimed: ClaimedHosts) {
    if let Some(held) = &ctx.held_hosts {
        ctx.fetcher.learn(claimed.learned);
        held.add(claimed.hosts);
    }
}

fn hold_of(ctx: &Context, host: Option<&str>) -> Option<HostHold> {
    ctx.held_hosts.as_ref()?.hold_of(host?)
}

fn gap_millis(ctx: &Context) -> i64 {
    ctx.held_hosts.as_ref().map_or(0, |held| held.gap_millis())
}

/// Returns how much work for one host is claimed ahead of its turn: without a pace a quarter of what there is room for.
fn ahead(ctx: &Context, room: usize) -> usize {
    let fetch = &ctx.config.fetch;
    let every = Duration::from_millis(CLAIM_MILLISECONDS);
    host_queue::ahead(fetch.per_host, fetch.host_gap, every, room.div_ceil(4))
}
