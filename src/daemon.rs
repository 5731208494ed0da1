//! The daemon: one loop over what is due, what finished, and what the outside asks for.
//!
//! It sleeps until something is due. One bad source, page or mail server stops nothing else; only a store that cannot
//! be used any more ends it.

mod reload;
mod status;
mod stop;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::control::{SocketPath, server::Server};
use crate::domain::Timestamp;
use crate::domain::plural::counted;
use crate::jobs::worker_pool::WorkerPool;
use crate::jobs::{
    Context, JobError, alert, backfill_topics, delivery, digest, maintenance, merge, reindex, write_documents,
};
use crate::service::ServiceManager;
use crate::store::StoreError;

/// The longest sleep, in seconds: a machine that slept notices within this time what it missed.
const SLEEP_SECONDS_MAX: u64 = 60;
/// How often hot stories are looked for, in seconds.
const ALERT_SECONDS: i64 = 60;
/// A source that is overdue by more than this was missed while nothing ran, in minutes.
const BEHIND_MINUTES: i64 = 10;
/// Digests wait at most this long for what was missed, in minutes.
const CATCH_UP_MINUTES: i64 = 10;
/// How often the store is asked whether a look for stories that are one is due, in seconds; the hour is the store's.
const MERGE_SECONDS: i64 = 5 * 60;
/// Dirty documents are written at most this often, in seconds.
const SETTLE_SECONDS: i64 = 60;
/// The words of the state are put together at most this often, in seconds.
const STATUS_SECONDS: i64 = 10;
/// After a failed write the loop waits this long before it asks the store for work again, in seconds.
const PAUSE_SECONDS: i64 = 30;

/// What the loop wakes up for.
#[derive(Debug)]
enum Event {
    Due,
    /// A poll or a step on an article ended.
    Finished(Result<(), JobError>),
    /// A digest, a delivery or the settling of documents ended.
    ChoreDone,
    Reload,
    Shutdown,
}

struct Daemon {
    ctx: Arc<Context>,
    /// The context for commands that are handed over.
    handed: watch::Sender<Arc<Context>>,
    control: Option<Server>,
    config_path: PathBuf,
    pool: WorkerPool,
    chores: JoinSet<()>,
    settling: Option<JoinHandle<()>>,
    delivering: Option<JoinHandle<()>>,
    settled_at: Option<Timestamp>,
    window_moved_at: Option<Timestamp>,
    alerts_at: Option<Timestamp>,
    merges_at: Option<Timestamp>,
    /// Since when what was missed while nothing ran is being read.
    behind_since: Option<Timestamp>,
    paused_until: Option<Timestamp>,
    /// Cleared to have old articles matched against new topics.
    archive_matched: bool,
    /// Cleared to have the live stories read anew.
    stories_loaded: bool,
    store_checked: bool,
    house_kept_at: Option<Timestamp>,
    manager: ServiceManager,
    is_ready: bool,
    /// The first round has begun.
    was_ready: bool,
    status_at: Option<Timestamp>,
    /// Why the last reload changed nothing, until one does.
    complaint: Option<String>,
    alive_at: Option<tokio::time::Instant>,
}

/// Runs until `stop` is cancelled or the process is told to end.
///
/// # Errors
/// Signals cannot be received, or the store cannot be used from the start.
pub async fn run(ctx: Arc<Context>, stop: CancellationToken) -> anyhow::Result<()> {
    let reload = Arc::new(Notify::new());
    let _hangups = AbortOnDrop(tokio::spawn(heed(signal(SignalKind::hangup())?, Arc::clone(&reload))));
    let _watch = AbortOnDrop(tokio::spawn(stop::watch(Arc::clone(&ctx), stop.clone())?));
    tracing::info!(
        name: "daemon-starting",
        sources = ctx.config.sources.len(),
        topics = ctx.config.topics.len(),
        "following {} over {}",
        counted(ctx.config.topics.len(), "topic", "topics"),
        counted(ctx.config.sources.len(), "source", "sources")
    );
    ctx.shared.counters.start(ctx.clock.now());
    let (handed, commands) = watch::channel(Arc::clone(&ctx));
    let mut daemon = Daemon {
        handed,
        control: listen(&ctx, commands).await,
        config_path: ctx.config.path.clone(),
        ctx,
        pool: WorkerPool::new(),
        chores: JoinSet::new(),
        settling: None,
        delivering: None,
        settled_at: None,
        window_moved_at: None,
        alerts_at: None,
        merges_at: None,
        behind_since: None,
        paused_until: None,
        archive_matched: false,
        stories_loaded: false,
        store_checked: false,
        house_kept_at: None,
        manager: ServiceManager::from_environment(),
        is_ready: false,
        was_ready: false,
        status_at: None,
        complaint: None,
        alive_at: None,
    };
    let result = loop {
        // Whatever a turn waits for: what it has begun is given back at the next start.
        let turned = tokio::select! {
            biased;
            () = stop.cancelled() => break Ok(()),
            turned = daemon.turn() => turned,
        };
        let sleep = match turned {
            Ok(sleep) => sleep,
            Err(JobError::Store(StoreError::Ended)) => Duration::ZERO,
            Err(JobError::Store(StoreError::Closed)) => anyhow::bail!("the store has closed; see the log above"),
            Err(JobError::Store(error @ StoreError::Damaged(_))) => break Err(error.into()),
            Err(error) => {
                daemon.pause(&error);
                Duration::from_secs(PAUSE_SECONDS as u64)
            }
        };
        match daemon.wait(sleep, &stop, &reload).await {
            Event::Due | Event::ChoreDone | Event::Finished(Ok(())) => {}
            Event::Finished(Err(error)) => daemon.pause(&error),
            Event::Reload => tokio::select! {
                biased;
                () = stop.cancelled() => break Ok(()),
                () = daemon.reload() => {}
            },
            Event::Shutdown => break Ok(()),
        }
    };
    daemon.shut_down().await;
    result
}

impl Daemon {
    /// Starts what is due, tells the service manager how it goes, and returns how long nothing falls due.
    async fn turn(&mut self) -> Result<Duration, JobError> {
        if let Some(damage) = self.ctx.store.damage() {
            return Err(damage.into());
        }
        self.start_due().await?;
        self.tell_status().await?;
        self.check_store();
        self.load_stories();
        self.keep_house();
        self.give_sign_of_life().await?;
        let sleep = self.until_next_due().await?;
        Ok(self.manager.watchdog_interval().map_or(sleep, |every| sleep.min(every)))
    }

    /// Says in words how it goes, and after the first round that the daemon serves.
    async fn tell_status(&mut self) -> Result<(), JobError> {
        let now = self.ctx.clock.now();
        let is_fresh = |at: Timestamp| now - at < TimeDelta::seconds(STATUS_SECONDS);
        if self.is_ready && self.status_at.is_some_and(is_fresh) {
            return Ok(());
        }
        self.status_at = Some(now);
        let words = status::words(&self.ctx, now, self.complaint.as_deref()).await?;
        match self.is_ready {
            true => self.manager.status(&words),
            false => self.manager.ready(&words),
        }
        if !std::mem::replace(&mut self.was_ready, true) {
            tracing::info!(name: "daemon-ready", "ready: {words}");
        }
        self.is_ready = true;
        Ok(())
    }

    /// Gives a sign of life where one is expected, once the writer has answered: this loop runs, or nothing would be sent,
    /// and a writer that hangs keeps it from being sent.
    async fn give_sign_of_life(&mut self) -> Result<(), JobError> {
        let Some(every) = self.manager.watchdog_interval() else {
            return Ok(());
        };
        if self.alive_at.is_none_or(|at| at.elapsed() >= every / 2) {
            self.ctx.store.ping().await?;
            self.manager.alive();
            self.alive_at = Some(tokio::time::Instant::now());
        }
        Ok(())
    }

    async fn wait(&mut self, sleep: Duration, stop: &CancellationToken, reload: &Notify) -> Event {
        tokio::select! {
            biased;
            () = stop.cancelled() => Event::Shutdown,
            () = reload.notified() => Event::Reload,
            result = self.pool.next_finished() => Event::Finished(result),
            Some(joined) = self.chores.join_next(), if !self.chores.is_empty() => {
                if let Err(error) = joined && error.is_panic() {
                    tracing::error!("a chore panicked: {error}");
                }
                Event::ChoreDone
            }
            () = self.ctx.shared.poll_lock.changed() => Event::Due,
            () = self.ctx.shared.work_found.notified() => Event::Due,
            () = tokio::time::sleep(sleep) => Event::Due,
        }
    }

    /// Starts whatever is due and finds room.
    async fn start_due(&mut self) -> Result<(), JobError> {
        let now = self.ctx.clock.now();
        if self.paused_until.is_some_and(|until| now < until) {
            return Ok(());
        }
        self.paused_until = None;
        if !self.archive_matched {
            self.archive_matched = true;
            let ctx = Arc::clone(&self.ctx);
            self.chore("matching the archive", async move {
                backfill_topics::run(&ctx).await?;
                reindex::run(&ctx, usize::MAX).await
            });
        }
        let overdue = self.ctx.store.next_source_due()?;
        let is_lent = self.ctx.shared.poll_lock.is_held();
        match is_lent {
            true => self.pool.give_back(&self.ctx).await?,
            false => self.pool.start_due(&self.ctx).await?,
        }
        self.move_window(now).await?;
        self.merge_stories(now);
        if !is_lent
            && !is_running(self.settling.as_ref())
            && self
                .settled_at
                .is_none_or(|at| now - at >= TimeDelta::seconds(SETTLE_SECONDS))
            && self.ctx.store.has_dirty_documents()?
        {
            self.settled_at = Some(now);
            let ctx = Arc::clone(&self.ctx);
            self.settling = Some(tokio::spawn(logged("writing documents", async move {
                write_documents::write_dirty(&ctx).await.map(drop)
            })));
        }
        let mut digests = match self.is_catching_up(now, overdue) {
            true => 0,
            false => digest::run_due(&self.ctx).await?,
        };
        let is_alert_time = |at: Timestamp| now - at >= TimeDelta::seconds(ALERT_SECONDS);
        if self.alerts_at.is_none_or(is_alert_time) {
            self.alerts_at = Some(now);
            digests += alert::run_due(&self.ctx).await?;
        }
        let is_due = digests > 0 || self.ctx.store.next_delivery_due()?.is_some_and(|at| at <= now);
        if is_due && !is_running(self.delivering.as_ref()) {
            let ctx = Arc::clone(&self.ctx);
            let work = async move { delivery::deliver_due(&ctx).await.map(drop) };
            self.delivering = Some(tokio::spawn(logged("delivering", work)));
        }
        Ok(())
    }

    /// Whether digests wait: after a sleep the sources are read first, or a digest would be told from what was known before.
    fn is_catching_up(&mut self, now: Timestamp, overdue: Option<Timestamp>) -> bool {
        if overdue.is_some_and(|due| now - due > TimeDelta::minutes(BEHIND_MINUTES)) {
            self.behind_since.get_or_insert(now);
        } else if self.pool.is_idle() {
            self.behind_since = None;
        }
        self.behind_since
            .is_some_and(|since| now - since < TimeDelta::minutes(CATCH_UP_MINUTES))
    }

    /// Has the live stories read once the daemon serves, a few at a time, so that the first article to be placed waits for
    /// nothing.
    fn load_stories(&mut self) {
        if !self.stories_loaded {
            self.stories_loaded = true;
            let ctx = Arc::clone(&self.ctx);
            self.chore("reading the live stories", async move { merge::load(&ctx).await });
        }
    }

    /// Has the whole database looked at after an end out of order, once the daemon serves.
    fn check_store(&mut self) {
        if !self.store_checked {
            self.store_checked = true;
            let ctx = Arc::clone(&self.ctx);
            self.chore("checking the database", async move {
                maintenance::check_if_owed(&ctx).await
            });
        }
    }

    /// Has what is past its time purged, and room given back, once the daemon serves and once a day.
    fn keep_house(&mut self) {
        let now = self.ctx.clock.now();
        let is_fresh = |at: Timestamp| now - at < TimeDelta::hours(maintenance::MAINTENANCE_HOURS);
        if !self.house_kept_at.is_some_and(is_fresh) {
            self.house_kept_at = Some(now);
            let ctx = Arc::clone(&self.ctx);
            self.chore("keeping the house", async move { maintenance::run_daily(&ctx).await });
        }
    }

    fn chore(&mut self, what: &'static str, work: impl Future<Output = Result<(), JobError>> + Send + 'static) {
        self.chores.spawn(logged(what, work));
    }

    /// Has stories that turned out to be one merged where a look is due.
    fn merge_stories(&mut self, now: Timestamp) {
        let is_time = |at: Timestamp| now - at >= TimeDelta::seconds(MERGE_SECONDS);
        if self.merges_at.is_none_or(is_time) {
            self.merges_at = Some(now);
            let ctx = Arc::clone(&self.ctx);
            self.chore("merging stories", async move { merge::run(&ctx).await.map(drop) });
        }
    }

    /// Looks once a day for documents of articles that stopped being current.
    async fn move_window(&mut self, now: Timestamp) -> Result<(), JobError> {
        let is_fresh = |at: Timestamp| now - at < TimeDelta::hours(write_documents::WINDOW_HOURS);
        if !self.window_moved_at.is_some_and(is_fresh) {
            write_documents::move_window(&self.ctx).await?;
            self.window_moved_at = Some(now);
        }
        Ok(())
    }

    /// Returns how long nothing falls due.
    async fn until_next_due(&self) -> Result<Duration, JobError> {
        let now = self.ctx.clock.now();
        let store = &self.ctx.store;
        let settle = match store.has_dirty_documents()? {
            true => Some(
                self.settled_at
                    .map_or(now, |at| at + TimeDelta::seconds(SETTLE_SECONDS)),
            ),
            false => None,
        };
        // What is due but waits for room is started when something finishes.
        let is_free = self.pool.is_idle() && !self.ctx.shared.poll_lock.is_held();
        let waiting = if is_free { None } else { Some(now) };
        let due = [
            store
                .next_source_due()?
                .filter(|at| waiting.is_none_or(|now| *at > now)),
            store
                .next_article_due()?
                .filter(|at| waiting.is_none_or(|now| *at > now)),
            store
                .next_delivery_due()?
                .filter(|_| !is_running(self.delivering.as_ref())),
            digest::next_due(&self.ctx).await?,
            settle,
            self.paused_until,
        ];
        let next = due.into_iter().flatten().min();
        let seconds = next.map_or(SLEEP_SECONDS_MAX, |at| {
            u64::try_from((at - now).num_seconds()).unwrap_or(0)
        });
        // Whole seconds are what is stored; one that has begun counts as over.
        Ok(Duration::from_secs(seconds.clamp(1, SLEEP_SECONDS_MAX)))
    }

    fn pause(&mut self, error: &JobError) {
        if matches!(error, JobError::Store(StoreError::Ended)) {
            // It is told to stop, and does at the next look.
            return;
        }
        tracing::error!(name: "store-trouble", "{error}; trying again in {PAUSE_SECONDS} s");
        self.paused_until = Some(self.ctx.clock.now() + TimeDelta::seconds(PAUSE_SECONDS));
    }
}

/// Listens for commands. Without a socket everything else works, and commands that write say that the store is in use.
async fn listen(ctx: &Arc<Context>, commands: watch::Receiver<Arc<Context>>) -> Option<Server> {
    let mut server = match Server::start(SocketPath::of(&ctx.config.state_dir), commands) {
        Ok(server) => server,
        Err(error) => {
            tracing::error!("no commands are taken while the daemon runs: {error}");
            return None;
        }
    };
    if let Some(address) = ctx.config.metrics
        && let Err(error) = server.tell_metrics(address).await
    {
        tracing::error!(
            "metrics are not told on {address}: {error}; end what listens there, or change metrics.listen, and restart"
        );
    }
    Some(server)
}

/// Answers the order to reload at once, whatever the loop waits for; the reload is done when that has ended.
async fn heed(mut hangup: Signal, reload: Arc<Notify>) {
    while hangup.recv().await.is_some() {
        ServiceManager::from_environment().reloading();
        reload.notify_one();
    }
}

/// A task that ends with its owner.
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn is_running(task: Option<&JoinHandle<()>>) -> bool {
    task.is_some_and(|task| !task.is_finished())
}

async fn logged(what: &'static str, work: impl Future<Output = Result<(), JobError>>) {
    match work.await {
        Ok(()) => {}
        Err(JobError::Store(StoreError::Ended)) => tracing::debug!("{what} was ended"),
        Err(error) => tracing::error!("{what} failed: {error}"),
    }
}
