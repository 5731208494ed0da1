//! Who works on what: leases what is due, runs it side by side within limits, until nothing is left to do now.
//!
//! The daemon, `tidings poll` and the demo all work through this, so they are one code path.

use std::sync::Arc;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::line::Line;
use super::turn::Queue;
use super::{Context, JobError, archive_match, extract, merge, poll, reindex, settle};
use crate::domain::source::Lease;
use crate::domain::{SourceId, Timestamp};
use crate::store::articles::ArticleWork;

/// Slots for articles per slot for sources: pages wait for their hosts, so more are begun than can be fetched at once.
const ARTICLES_PER_SLOT: usize = 2;

/// What a crew has done since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Done {
    pub polls: usize,
    pub failed_polls: usize,
    pub new_articles: usize,
    pub articles: usize,
    pub documents: usize,
}

/// Articles wait this long for polls under way, in seconds: what arrives together is begun in order of publication, and a
/// story is told from its beginning.
const ARTICLE_PATIENCE_SECONDS: i64 = 20;

/// While polls are under way, articles are looked for at most this often, in seconds.
const LOOK_SECONDS: i64 = 1;
/// Sources and articles claimed ahead of their turn, per slot: so claiming is one write for many.
const AHEAD_PER_SLOT: usize = 4;

enum Finished {
    Poll(Result<poll::Polled, JobError>),
    Article(Result<(), JobError>),
}

/// Work under way, and what came of it.
pub struct Crew {
    running: JoinSet<Finished>,
    sources: Line<poll::SourceLease>,
    articles: Line<Lease<ArticleWork>>,
    polls_running: usize,
    articles_running: usize,
    turns: Queue,
    looked_at: Option<Timestamp>,
    /// Sources that fall due later than this are somebody else's.
    until: Option<Timestamp>,
    pub done: Done,
}

impl Default for Crew {
    fn default() -> Self {
        Self::new()
    }
}

impl Crew {
    /// Returns a crew with nothing to do.
    pub fn new() -> Self {
        Self {
            running: JoinSet::new(),
            sources: Line::default(),
            articles: Line::default(),
            polls_running: 0,
            articles_running: 0,
            turns: Queue::default(),
            looked_at: None,
            until: None,
            done: Done::default(),
        }
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
        let due_by = self.until.map_or(now, |until| until.min(now));
        if self.sources.len() < slots && ctx.store.next_source_due()?.is_some_and(|at| at <= due_by) {
            let room = slots * AHEAD_PER_SLOT - self.sources.len();
            for lease in ctx.store.lease_due_sources(due_by, room).await? {
                self.line_up(ctx, lease);
            }
        }
        while self.polls_running < slots {
            let Some((slot, lease)) = self.sources.start() else {
                break;
            };
            self.polls_running += 1;
            let ctx = Arc::clone(ctx);
            self.running.spawn(async move {
                let polled = poll::poll(&ctx, lease, slot.is_last).await;
                drop(slot);
                Finished::Poll(polled)
            });
        }
        Ok(())
    }

    fn line_up(&mut self, ctx: &Arc<Context>, lease: poll::SourceLease) {
        let address = ctx.sources.get(&lease.item.0).map(|source| source.address.as_str());
        self.sources.push(address, lease);
    }

    async fn start_articles(&mut self, ctx: &Arc<Context>, now: Timestamp) -> Result<(), JobError> {
        let slots = ctx.config.fetch.concurrency * ARTICLES_PER_SLOT;
        let polls = self.polls_running + self.sources.len();
        let may_look = polls == 0
            || self
                .looked_at
                .is_none_or(|at| now - at >= TimeDelta::seconds(LOOK_SECONDS));
        if may_look && self.articles.len() < slots {
            self.looked_at = Some(now);
            let patience = TimeDelta::seconds(ARTICLE_PATIENCE_SECONDS);
            let is_time = |at: Timestamp| at <= now && (polls == 0 || now - at >= patience);
            if ctx.store.next_article_due()?.is_some_and(is_time) {
                let room = slots * AHEAD_PER_SLOT - self.articles.len();
                for lease in ctx.store.lease_articles(now, room).await? {
                    let page = lease.item.wants_page.then_some(lease.item.article.web_url.as_str());
                    let host = page.map(str::to_owned);
                    self.articles.push(host.as_deref(), lease);
                }
            }
        }
        while self.articles_running < slots {
            let Some((slot, lease)) = self.articles.start() else {
                break;
            };
            self.articles_running += 1;
            let (ctx, turn) = (Arc::clone(ctx), self.turns.take());
            self.running.spawn(async move {
                let _slot = slot;
                let result = extract::extract(&ctx, lease, turn).await;
                ctx.shared.tally.article_steps.add(usize::from(result.is_ok()));
                Finished::Article(result)
            });
        }
        Ok(())
    }

    /// Lines up polls of the named sources, due or not. Returns those that somebody else is polling.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn start_named(&mut self, ctx: &Arc<Context>, mut ids: Vec<SourceId>) -> Result<Vec<SourceId>, JobError> {
        for lease in ctx.store.lease_sources(ctx.clock.now(), ids.clone()).await? {
            ids.retain(|id| *id != lease.item.0);
            self.line_up(ctx, lease);
        }
        Ok(ids)
    }

    /// Gives back what was claimed ahead of its turn; what is under way goes on.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn give_back(&mut self, ctx: &Arc<Context>) -> Result<(), JobError> {
        if self.sources.is_empty() && self.articles.is_empty() {
            return Ok(());
        }
        let sources = self.sources.clear().into_iter().map(|lease| lease.item.0).collect();
        let articles = self.articles.clear();
        let articles = articles.into_iter().map(|lease| lease.item.article.id).collect();
        Ok(ctx.store.return_unbegun(sources, articles).await?)
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// Waits for one piece of work to end and counts it. Pends for ever when nothing is under way.
    ///
    /// # Errors
    /// The store cannot be used any more.
    pub async fn next_finished(&mut self) -> Result<(), JobError> {
        let Some(joined) = self.running.join_next().await else {
            return std::future::pending().await;
        };
        match joined {
            Ok(Finished::Poll(result)) => {
                self.polls_running -= 1;
                let polled = result?;
                self.done.polls += 1;
                self.done.failed_polls += usize::from(polled.failed);
                self.done.new_articles += polled.new_articles;
            }
            Ok(Finished::Article(result)) => {
                self.articles_running -= 1;
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
    }

    /// Works until nothing is left of what is due now, then settles documents. `report` is called after every finished piece of work.
    ///
    /// # Errors
    /// The store or the archive cannot be used.
    pub async fn finish_all(
        &mut self,
        ctx: &Arc<Context>,
        stop: &CancellationToken,
        mut report: impl FnMut(&Done),
    ) -> Result<(), JobError> {
        archive_match::run(ctx).await?;
        reindex::run(ctx, reindex::ROUND_MAX).await?;
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
        merge::run(ctx).await?;
        self.done.documents += settle::settle(ctx).await?;
        report(&self.done);
        Ok(())
    }

    /// Ends what is under way: fetches are dropped, writes already handed to the store are finished by it.
    pub async fn stop(&mut self) {
        self.running.shutdown().await;
        self.sources = Line::default();
        self.articles = Line::default();
        self.polls_running = 0;
        self.articles_running = 0;
    }
}
