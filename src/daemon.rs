//! The daemon: one loop over what is due, what finished, and what the outside asks for.
//!
//! It sleeps until something is due. One bad source, page or mail server stops nothing else; only a store that cannot
//! be used any more ends it.

mod pause;
mod chores;
mod reload;
mod status;
mod standby;
mod stop;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::control::{SocketPath, server::Server};
use crate::domain::Timestamp;
use crate::domain::plural::counted;
use crate::jobs::worker_pool::WorkerPool;
use crate::jobs::{Context, JobError, digest};
use crate::service::ServiceManager;
use crate::store::{Role, Roles, StoreError};
use crate::web::server::{WebListener, WebService};
use chores::{CHORES, Chore, Every, Work};
use pause::Pause;
pub use standby::open_in_turn;

/// The longest sleep, in seconds: a machine that slept notices within this time what it missed.
const SLEEP_SECONDS_MAX: u64 = 60;
/// How often is looked at all that is due where the store is at a server, while polls are under way.
const TURN: Duration = Duration::from_millis(250);
/// How often is looked at what other workers have done, in seconds.
const LOOK_SECONDS: u64 = 1;
/// A source that is overdue by more than this was missed while nothing ran, in minutes.
const BEHIND_MINUTES: i64 = 10;
/// Digests wait at most this long for what was missed, in minutes.
const CATCH_UP_MINUTES: i64 = 10;

/// What the loop wakes up for.
#[derive(Debug)]
enum Event {
    Due,
    /// A poll or a step on an article ended.
    Finished(Result<(), JobError>),
    /// A chore beside the loop ended.
    ChoreDone(&'static str, Result<(), JobError>),
    Reload,
    /// This worker has taken a role, or lost one.
    RolesChanged,
    StoreClosed,
    Shutdown,
}

struct Daemon {
    ctx: Arc<Context>,
    /// The context for commands that are handed over.
    handed: watch::Sender<Arc<Context>>,
    /// The configuration for the pages that are shown.
    shown: watch::Sender<Arc<Config>>,
    control: Option<Server>,
    _pages: Option<AbortOnDrop>,
    config_path: PathBuf,
    pool: WorkerPool,
    /// When each chore last began; those that are to be done anew are missing.
    begun_at: HashMap<&'static str, Timestamp>,
    beside: JoinSet<(&'static str, Result<(), JobError>)>,
    /// The last run of each chore of which two never run at a time.
    alone: HashMap<&'static str, JoinHandle<Result<(), JobError>>>,
    /// The last pause of each chore that has failed beside the loop.
    pauses: HashMap<&'static str, Pause>,
    /// Since when what was missed while nothing ran is being read.
    behind_since: Option<Timestamp>,
    /// After a failure in the loop it asks the store for no work for a while; the last such pause.
    pause: Option<Pause>,
    manager: ServiceManager,
    is_ready: bool,
    /// The first round has begun.
    was_ready: bool,
    /// Why the last reload changed nothing, until one does.
    complaint: Option<String>,
    alive_at: Option<tokio::time::Instant>,
    /// The roles for which what it works with was made.
    works_in: Roles,
    /// When all that is due was looked at last.
    turned_at: tokio::time::Instant,
}

/// Runs until it is told to stop, by a signal or by its context (`SharedState::cancel`).
///
/// # Errors
/// Signals cannot be received, or the store cannot be used from the start.
pub async fn run(ctx: Arc<Context>) -> anyhow::Result<()> {
    let stop = ctx.shared.stop();
    let reload = Arc::new(Notify::new());
    let _hangups = AbortOnDrop(tokio::spawn(heed(signal(SignalKind::hangup())?, Arc::clone(&reload))));
    let _watch = AbortOnDrop(tokio::spawn(stop::watch(Arc::clone(&ctx))?));
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
    let (shown, config) = watch::channel(Arc::new(ctx.config.clone()));
    let mut daemon = Daemon {
        works_in: ctx.store.roles(),
        handed,
        shown,
        control: listen(&ctx, commands).await,
        _pages: show_pages(&ctx, config, stop.clone()).await,
        config_path: ctx.config.path.clone(),
        ctx,
        pool: WorkerPool::new(),
        begun_at: HashMap::new(),
        beside: JoinSet::new(),
        alone: HashMap::new(),
        behind_since: None,
        pauses: HashMap::new(),
        pause: None,
        manager: ServiceManager::from_environment(),
        is_ready: false,
        was_ready: false,
        complaint: None,
        alive_at: None,
        turned_at: tokio::time::Instant::now(),
    };
    let result = daemon.go_on(&stop, &reload).await;
    daemon.shut_down().await;
    result
}

impl Daemon {
    /// Turns until it is told to stop, or the store cannot be used any more.
    async fn go_on(&mut self, stop: &CancellationToken, reload: &Notify) -> anyhow::Result<()> {
        loop {
            // Whatever a turn waits for: what it has begun is given back at the next start.
            let turned = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                turned = self.turn() => turned,
            };
            let sleep = match turned {
                Ok(sleep) => sleep,
                Err(JobError::Store(StoreError::Ended)) => Duration::ZERO,
                Err(JobError::Store(StoreError::Closed)) => anyhow::bail!("the store has closed; see the log above"),
                Err(JobError::Store(error @ (StoreError::Damaged(_) | StoreError::TakenOver))) => {
                    return Err(error.into());
                }
                Err(error) => {
                    self.pause_after(&error);
                    // Signs of life are given in a long pause too.
                    Duration::from_secs(pause::FIRST_SECONDS.unsigned_abs())
                }
            };
            match self.wait(sleep, stop, reload).await {
                Event::Due | Event::RolesChanged | Event::Finished(Ok(())) => {}
                Event::ChoreDone(name, result) => self.note(name, result),
                Event::Finished(Err(error)) => self.pause_after(&error),
                Event::Reload => tokio::select! {
                    biased;
                    () = stop.cancelled() => return Ok(()),
                    () = self.reload() => {}
                },
                Event::StoreClosed => anyhow::bail!("the store has closed; see the log above"),
                Event::Shutdown => return Ok(()),
            }
        }
    }

    /// Does what is due and returns how long nothing falls due.
    async fn turn(&mut self) -> Result<Duration, JobError> {
        if let Some(damage) = self.ctx.store.damage() {
            return Err(damage.into());
        }
        if self.works_in != self.ctx.store.roles() {
            self.take_roles().await?;
        }
        if let Some(rest) = self.until_whole_turn() {
            self.pool.start_due(&self.ctx).await?;
            return Ok(rest);
        }
        self.turned_at = tokio::time::Instant::now();
        self.note_finished().await;
        for chore in CHORES {
            let now = self.ctx.clock.now();
            let last = self.begun_at.get(chore.name).copied();
            let is_held_up = self.is_under_way(chore.name) || self.pause_of(chore.name, now).is_some();
            let is_ours = chore.role.is_none_or(|role| self.ctx.store.holds(role));
            if is_ours && chore.every.is_due(last, now) && !is_held_up && (chore.may)(self, now)? {
                self.begin(chore, now).await?;
            }
        }
        self.give_sign_of_life().await?;
        let sleep = self.until_next_due().await?;
        Ok(self.manager.watchdog_interval().map_or(sleep, |every| sleep.min(every)))
    }

    /// Returns how long only work is begun that is claimed: where the store is at a server, each question is a way there and back,
    /// and many polls end in a second.
    fn until_whole_turn(&self) -> Option<Duration> {
        let is_at_work = !self.is_paused(self.ctx.clock.now()) && !self.ctx.shared.poll_lock.is_held();
        let rest = TURN.checked_sub(self.turned_at.elapsed());
        rest.filter(|_| is_at_work && self.ctx.held_hosts.is_some() && !self.pool.is_idle())
    }

    async fn begin(&mut self, chore: &Chore, now: Timestamp) -> Result<(), JobError> {
        self.begun_at.insert(chore.name, now);
        match chore.work {
            Work::Here(work) => {
                let done = work(self).await;
                if done.is_err() && matches!(chore.every, Every::Hours(_)) {
                    // Its next time is too far away; it is done anew after the pause.
                    self.begun_at.remove(chore.name);
                }
                return done;
            }
            Work::Beside(work) => {
                self.beside.spawn(named(chore.name, work(Arc::clone(&self.ctx))));
            }
            Work::Alone(work) => {
                self.alone.insert(chore.name, tokio::spawn(work(Arc::clone(&self.ctx))));
            }
        }
        Ok(())
    }

    /// Whether a chore that never runs beside itself runs, or how it ended is not noted yet.
    fn is_under_way(&self, name: &str) -> bool {
        self.alone.contains_key(name)
    }

    /// Returns until when a chore is left alone that has failed beside the loop.
    fn pause_of(&self, name: &str, now: Timestamp) -> Option<Timestamp> {
        let pause = self.pauses.get(name).filter(|pause| pause.is_on(now))?;
        Some(pause.until)
    }

    /// Whether the loop asks the store for no work for now.
    fn is_paused(&self, now: Timestamp) -> bool {
        self.pause.is_some_and(|pause| pause.is_on(now))
    }

    /// Notes how those chores ended of which two never run at a time.
    async fn note_finished(&mut self) {
        let finished = self.alone.iter().filter(|(_, task)| task.is_finished());
        let finished: Vec<&'static str> = finished.map(|(name, _)| *name).collect();
        for name in finished {
            let Some(task) = self.alone.remove(name) else { continue };
            match task.await {
                Ok(result) => self.note(name, result),
                Err(error) if error.is_panic() => self.note(name, Err(JobError::Panicked { what: name })),
                Err(_) => {}
            }
        }
    }

    /// Notes how a chore beside the loop ended.
    fn note(&mut self, name: &'static str, result: Result<(), JobError>) {
        match result {
            Ok(()) => {}
            Err(JobError::Store(StoreError::Ended)) => tracing::debug!("{name} was ended"),
            Err(error) => {
                let pause = Pause::after(self.pauses.get(name).copied(), self.ctx.clock.now());
                self.pauses.insert(name, pause);
                // However far away its next time is, it is done anew after the pause.
                self.begun_at.remove(name);
                tracing::error!("{name} failed: {error}");
            }
        }
    }

    async fn wait(&mut self, sleep: Duration, stop: &CancellationToken, reload: &Notify) -> Event {
        tokio::select! {
            biased;
            () = stop.cancelled() => Event::Shutdown,
            () = reload.notified() => Event::Reload,
            result = self.pool.next_finished() => Event::Finished(result),
            Some(joined) = self.beside.join_next(), if !self.beside.is_empty() => match joined {
                Ok((name, result)) => Event::ChoreDone(name, result),
                Err(error) => {
                    if error.is_panic() {
                        tracing::error!("a chore panicked: {error}");
                    }
                    Event::Due
                }
            },
            () = self.ctx.shared.poll_lock.changed() => Event::Due,
            () = self.ctx.shared.work_found.notified() => Event::Due,
            () = self.ctx.store.roles_changed() => Event::RolesChanged,
            () = self.ctx.store.writer_ended() => Event::StoreClosed,
            () = tokio::time::sleep(sleep) => Event::Due,
        }
    }

    /// Has sources and articles read that are due and find room, unless a command has borrowed that.
    async fn read(&mut self) -> Result<(), JobError> {
        let now = self.ctx.clock.now();
        let overdue = self.ctx.store.next_source_due()?;
        match self.ctx.shared.poll_lock.is_held() {
            true => self.pool.give_back(&self.ctx).await?,
            false => self.pool.start_due(&self.ctx).await?,
        }
        if overdue.is_some_and(|due| now - due > TimeDelta::minutes(BEHIND_MINUTES)) {
            self.behind_since.get_or_insert(now);
        } else if self.pool.is_idle() {
            self.behind_since = None;
        }
        Ok(())
    }

    /// Lets go of the hosts that nobody here wants any more, and keeps what they taught.
    async fn release_hosts(&mut self) -> Result<(), JobError> {
        let Some(held) = &self.ctx.held_hosts else {
            return Ok(());
        };
        self.ctx.remember_hosts(self.ctx.clock.now()).await?;
        Ok(held.release_idle().await?)
    }

    /// Whether digests wait: after a sleep the sources are read first, or a digest would be told from what was known before.
    fn is_catching_up(&self, now: Timestamp) -> bool {
        self.behind_since
            .is_some_and(|since| now - since < TimeDelta::minutes(CATCH_UP_MINUTES))
    }

    /// Returns how long nothing falls due.
    async fn until_next_due(&self) -> Result<Duration, JobError> {
        let now = self.ctx.clock.now();
        let store = &self.ctx.store;
        let written_at = self.begun_at.get(chores::WRITING);
        let writing = match store.holds(Role::Stories) && store.has_dirty_documents()? {
            true => Some(written_at.map_or(now, |at| *at + TimeDelta::seconds(chores::WRITE_SECONDS))),
            false => None,
        };
        // What is due but waits for room is started when something finishes.
        let is_free = self.pool.is_idle() && !self.ctx.shared.poll_lock.is_held();
        let waiting = if is_free { None } else { Some(now) };
        let delivering = self.pause_of(chores::DELIVERING, now);
        let due = [
            store
                .next_source_due()?
                .filter(|at| waiting.is_none_or(|now| *at > now)),
            store
                .next_article_due()?
                .filter(|at| waiting.is_none_or(|now| *at > now)),
            store
                .next_delivery_due()?
                .filter(|_| store.holds(Role::Digests) && !self.is_under_way(chores::DELIVERING))
                .map(|at| delivering.map_or(at, |until| at.max(until))),
            match store.holds(Role::Digests) {
                true => digest::next_due(&self.ctx).await?,
                false => None,
            },
            writing.max(self.pause_of(chores::WRITING, now)),
            self.pause.filter(|pause| pause.is_on(now)).map(|pause| pause.until),
        ];
        let next = due.into_iter().flatten().min();
        // Other workers tell nobody what they have done.
        let longest = match self.ctx.held_hosts {
            Some(_) => LOOK_SECONDS,
            None => SLEEP_SECONDS_MAX,
        };
        let seconds = next.map_or(longest, |at| u64::try_from((at - now).num_seconds()).unwrap_or(0));
        // Whole seconds are what is stored; one that has begun counts as over.
        Ok(Duration::from_secs(seconds.clamp(1, longest)))
    }

    /// Lets the loop pause after a failure.
    fn pause_after(&mut self, error: &JobError) {
        if matches!(error, JobError::Store(StoreError::Ended)) {
            // It is told to stop, and does at the next look.
            return;
        }
        let pause = Pause::after(self.pause, self.ctx.clock.now());
        self.pause = Some(pause);
        tracing::error!(name: "store-trouble", "{error}; trying again in {} s", pause.seconds);
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

/// Shows pages where the configuration says so. Without a place to show them everything else works.
async fn show_pages(
    ctx: &Arc<Context>,
    config: watch::Receiver<Arc<Config>>,
    stop: CancellationToken,
) -> Option<AbortOnDrop> {
    let settings = ctx.config.web.clone()?;
    let listener = match WebListener::bind(&settings.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            let place = &settings.listen;
            tracing::error!(
                "no pages are shown at {place}: {error}; end what listens there, or change web.listen, and restart"
            );
            return None;
        }
    };
    tracing::info!("pages are shown at {}", listener.address());
    let service = WebService {
        store: ctx.store.clone(),
        config,
        clock: ctx.clock.clone(),
    };
    Some(AbortOnDrop(tokio::spawn(listener.serve(service, settings, stop))))
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

async fn named(
    name: &'static str,
    work: impl Future<Output = Result<(), JobError>>,
) -> (&'static str, Result<(), JobError>) {
    (name, work.await)
}
