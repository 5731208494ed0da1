//! The use cases, one file each: read, decide, write.
//!
//! A job reads the clock once, at its start, and finishes with the `Context` it began with, whatever is reloaded
//! meanwhile. Killed anywhere, its lease is void at the next start and it runs again to the same rows.

pub mod alert;
pub mod article_pages;
pub mod backfill_topics;
pub mod catch_panic;
pub mod counters;
pub mod delivery;
pub mod digest;
pub mod discover;
pub mod document_texts;
pub mod extract;
pub mod host_queue;
pub mod import;
pub mod maintenance;
pub mod merge;
pub mod placement_order;
pub mod poll;
pub mod poll_lock;
pub mod purge;
pub mod rebuild;
pub mod reindex;
pub mod verify;
pub mod worker_pool;
pub mod write_documents;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use thiserror::Error;
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::archive::{Archive, ArchiveError};
use crate::clock::Clock;
use crate::config::Config;
use crate::decide::article::WriteDocuments;
use crate::deliver::DeliverError;
use crate::deliver::mail::Mailer;
use crate::deliver::webhook::{Hooks, Target};
use crate::domain::channel::Channel;
use crate::domain::source::Source;
use crate::domain::{SourceId, Timestamp};
use crate::fetch::{FetchError, Fetcher};
use crate::matching::Matcher;
use crate::store::{Store, StoreError};
use crate::text;

/// Days an article stays current: its story is live, its document ranked and related.
pub const WINDOW_DAYS: i64 = 20;

/// Why work cannot go on.
#[derive(Debug, Error)]
pub enum JobError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    #[error("{path} holds no documents; name the folder they are in")]
    NoDocuments { path: PathBuf },
    #[error("cannot read {path}: {error}; give the right to read it, or name another folder")]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error(
        "{path} is the archive itself, or one is in the other; its documents are known, or `tidings archive rebuild --database` reads them"
    )]
    OwnArchive { path: PathBuf },
    #[error("{path} holds more than {max} documents; take them in folder by folder")]
    TooMany { path: PathBuf, max: usize },
    #[error("{what} panicked; see the log above, and tell us")]
    Panicked { what: &'static str },
    #[error("topic {topic}: {error}")]
    Topic { topic: String, error: String },
}

/// Everything a job needs, assembled from one configuration; a reload makes a new one around the same store.
pub struct Context {
    pub clock: Clock,
    pub config: Config,
    pub store: Store,
    pub fetcher: Fetcher,
    pub matcher: Matcher,
    pub sources: HashMap<SourceId, Source>,
    pub archive: Option<Archive>,
    pub mailer: Option<Mailer>,
    pub hooks: Hooks,
    pub shared: Arc<SharedState>,
}

/// How long it is not said again that this machine lacks something, in seconds.
const WANT_TOLD_SECONDS: i64 = 600;

/// What outlives a reload.
pub struct SharedState {
    /// Bounds how many pages are parsed at once.
    extractions: Semaphore,
    /// One delivery run at a time, so that nothing is sent twice.
    pub deliveries: Mutex<()>,
    /// Nothing is composed while something else is, so that no story is told twice.
    pub digests: Mutex<()>,
    /// Documents are written by one at a time.
    pub writing_documents: Mutex<()>,
    /// The archive is matched by one at a time.
    pub matching: Mutex<()>,
    /// What was done, counted.
    pub counters: counters::Counters,
    /// Who polls.
    pub poll_lock: poll_lock::PollLock,
    /// Told when work is due that nobody waited for.
    pub work_found: Notify,
    /// The one order to stop, for whoever waits.
    stop: CancellationToken,
    /// The same order for a page being parsed, which looks at it with every element: that may take no lock, and knows no
    /// runtime.
    is_cancelled: AtomicBool,
    /// When it was last said that this machine lacks something, in seconds.
    want_told_at: AtomicI64,
}

impl SharedState {
    /// Says that this machine lacks something, or that its proxy is in the way: not once for each source.
    pub fn tell_want(&self, now: Timestamp, message: &str) {
        let (now, last) = (now.timestamp(), self.want_told_at.load(Ordering::Relaxed));
        if (now - last).abs() >= WANT_TOLD_SECONDS {
            self.want_told_at.store(now, Ordering::Relaxed);
            tracing::warn!("sources are put off, which is no failure of theirs: {message}");
        }
    }

    /// Returns the shared state of a process.
    pub fn new() -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Arc::new(Self {
            extractions: Semaphore::new(cores),
            deliveries: Mutex::new(()),
            digests: Mutex::new(()),
            writing_documents: Mutex::new(()),
            matching: Mutex::new(()),
            counters: counters::Counters::default(),
            poll_lock: poll_lock::PollLock::default(),
            work_found: Notify::new(),
            stop: CancellationToken::new(),
            is_cancelled: AtomicBool::new(false),
            want_told_at: AtomicI64::new(i64::MIN / 2),
        })
    }

    /// Parses on a thread where nobody waits for it, when there is room among the extractions.
    ///
    /// # Errors
    /// It panicked; says how.
    pub async fn parse<T, F>(&self, work: F) -> Result<T, String>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let _slot = self.extractions.acquire().await.expect("the pool is never closed");
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| match error.try_into_panic() {
            Ok(payload) => text::of_panic(&*payload),
            Err(error) => error.to_string(),
        })
    }

    /// Whether everything was told to stop: what was read since may be cut, and is not to be kept.
    pub fn was_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Tells everything to stop. What it may still do, and how long, is for `daemon::stop` to say.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
        self.stop.cancel();
    }

    /// Returns what is cancelled when everything is told to stop. To cancel it stops only those who hold it.
    pub fn stop(&self) -> CancellationToken {
        self.stop.child_token()
    }
}

impl Context {
    /// Opens what a configuration names and brings the store in line with it: sources and topics.
    ///
    /// # Errors
    /// The archive folder, the mail settings or the store cannot be used.
    pub async fn open(config: Config, store: Store, fetcher: Fetcher, clock: Clock) -> Result<Self, JobError> {
        fetcher.restore(store.host_state()?);
        let ctx = Self::assemble(config, store, fetcher, clock, SharedState::new()).await?;
        // Only here: beside a reload, documents are written.
        if let Some(archive) = &ctx.archive {
            archive.remove_unfinished()?;
        }
        Ok(ctx)
    }

    /// Returns a context for a changed configuration around the same store and fetcher.
    ///
    /// # Errors
    /// As `open`; the old context stays usable then.
    pub async fn reloaded(&self, config: Config) -> Result<Self, JobError> {
        let fetcher = self.fetcher.clone();
        Self::assemble(
            config,
            self.store.clone(),
            fetcher,
            self.clock.clone(),
            Arc::clone(&self.shared),
        )
        .await
    }

    /// Keeps what the last requests taught about hosts. Nothing as a rule, so that this costs nothing.
    ///
    /// # Errors
    /// The store cannot be written.
    async fn remember_hosts(&self, now: Timestamp) -> Result<(), StoreError> {
        match self.fetcher.drain_changes() {
            Some(news) => self.store.save_host_state(now, news).await,
            None => Ok(()),
        }
    }

    async fn assemble(
        config: Config,
        store: Store,
        fetcher: Fetcher,
        clock: Clock,
        shared: Arc<SharedState>,
    ) -> Result<Self, JobError> {
        let now = clock.now();
        let matcher = compile(&config)?;
        let archive = match config.archive.write {
            WriteDocuments::None => None,
            WriteDocuments::Matched | WriteDocuments::All => Some(Archive::new(&config.archive.path)?),
        };
        let mailer = match &config.mail {
            Some(mail) => Some(Mailer::new(&digest::mail_options(mail))?),
            None => None,
        };
        let hooks = Hooks::new(targets(&config))?;
        for missing in config.unready() {
            tracing::error!(name: "setting-missing", "{missing}; what goes there waits, everything else works");
        }
        let ids = store.follow(now, &config.sources, &config.topics).await?;
        let sources = ids.into_iter().zip(config.sources.iter().cloned()).collect();
        Ok(Self {
            clock,
            config,
            store,
            fetcher,
            matcher,
            sources,
            archive,
            mailer,
            hooks,
            shared,
        })
    }
}

/// Returns the webhooks of a configuration: its tables, and the addresses written where something is delivered.
fn targets(config: &Config) -> Vec<Target> {
    let mut targets = config.webhooks.clone();
    let digests = config.digests.iter().flat_map(|digest| &digest.deliver);
    let alerts = config.alerts.iter().flat_map(|alert| &alert.deliver);
    for recipient in digests.chain(alerts) {
        if let Channel::Webhook(url) = &recipient.channel
            && url.contains("://")
            && !targets.iter().any(|target| target.name == *url)
        {
            targets.push(Target::direct(url));
        }
    }
    targets
}

/// Compiles the topics of a configuration.
///
/// # Errors
/// A topic's query is wrong.
pub fn compile(config: &Config) -> Result<Matcher, JobError> {
    Matcher::compile(&config.topics).map_err(|errors| {
        let first = errors
            .into_iter()
            .next()
            .expect("a failed compilation names at least one topic");
        JobError::Topic {
            topic: first.topic.clone(),
            error: first.to_string(),
        }
    })
}
