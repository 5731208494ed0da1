//! Who works on what: leases what is due, runs it side by side within limits, until nothing is left to do now.
//!
//! The daemon, `tidings poll` and the demo all work through this, so they are one code path.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::turn::Queue;
use super::{Context, JobError, archive_match, extract, poll, settle};
use crate::domain::{SourceId, Timestamp};

/// Articles leased ahead per source slot: pages wait for their hosts, so more are begun than can be fetched at once.
const ARTICLES_PER_SLOT: usize = 2;

/// What a crew has done since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

enum Finished {
    Poll(Result<poll::Polled, JobError>),
    Article(Result<(), JobError>),
}

/// Work under way, and what came of it.
pub struct Crew {
    running: JoinSet<Finished>,
    polls: usize,
    articles: usize,
    turns: Queue,
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
            polls: 0,
            articles: 0,
            turns: Queue::default(),
            done: Done::default(),
        }
    }

    /// Leases and starts what is due and finds room.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn start_due(&mut self, ctx: &Arc<Context>) -> Result<(), JobError> {
        let slots = ctx.config.fetch.concurrency;
        let now = ctx.clock.now();
        if self.polls < slots && ctx.store.next_source_due()?.is_some_and(|at| at <= now) {
            for lease in ctx.store.lease_due_sources(now, slots - self.polls).await? {
                self.start_poll(ctx, lease);
            }
        }
        let room = (slots * ARTICLES_PER_SLOT).saturating_sub(self.articles);
        let patience = TimeDelta::seconds(ARTICLE_PATIENCE_SECONDS);
        let is_time = |at: Timestamp| at <= now && (self.polls == 0 || now - at >= patience);
        if room > 0 && ctx.store.next_article_due()?.is_some_and(is_time) {
            for lease in ctx.store.lease_articles(now, room).await? {
                self.articles += 1;
                let (ctx, turn) = (Arc::clone(ctx), self.turns.take());
                self.running
                    .spawn(async move { Finished::Article(extract::extract(&ctx, lease, turn).await) });
            }
        }
        Ok(())
    }

    /// Starts polls of the named sources, due or not.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn start_named(&mut self, ctx: &Arc<Context>, ids: Vec<SourceId>) -> Result<(), JobError> {
        for lease in ctx.store.lease_sources(ctx.clock.now(), ids).await? {
            self.start_poll(ctx, lease);
        }
        Ok(())
    }

    fn start_poll(&mut self, ctx: &Arc<Context>, lease: poll::SourceLease) {
        self.polls += 1;
        let ctx = Arc::clone(ctx);
        self.running
            .spawn(async move { Finished::Poll(poll::poll(&ctx, lease).await) });
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
                self.polls -= 1;
                let polled = result?;
                self.done.polls += 1;
                self.done.failed_polls += usize::from(polled.failed);
                self.done.new_articles += polled.new_articles;
            }
            Ok(Finished::Article(result)) => {
                self.articles -= 1;
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
        self.polls = self.polls.min(running);
        self.articles = self.articles.min(running);
    }

    /// Works until nothing is due, then settles documents. `report` is called after every finished piece of work.
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
        self.done.documents += settle::settle(ctx).await?;
        report(&self.done);
        Ok(())
    }

    /// Ends what is under way: fetches are dropped, writes already handed to the store are finished by it.
    pub async fn stop(&mut self) {
        self.running.shutdown().await;
        self.polls = 0;
        self.articles = 0;
    }
}
