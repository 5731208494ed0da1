//! Everything a job needs, assembled from one configuration.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::error::JobError;
use super::held_hosts::HeldHosts;
use super::shared_state::SharedState;
use crate::archive::Archive;
use crate::clock::Clock;
use crate::config::Config;
use crate::decide::article::WriteDocuments;
use crate::deliver::mail::Mailer;
use crate::deliver::webhook::{Hooks, Target};
use crate::domain::SourceId;
use crate::domain::Timestamp;
use crate::domain::channel::Channel;
use crate::domain::plural::counted;
use crate::domain::source::Source;
use crate::fetch::{Fetcher, HostClaims};
use crate::matching::Matcher;
use crate::store::{Role, Store, StoreError};

/// How long is waited for the worker that keeps the configuration to have begun, and how often is looked.
const CONFIG_WAIT: Duration = Duration::from_secs(15);
const CONFIG_LOOK: Duration = Duration::from_millis(500);

/// Everything a job needs, assembled from one configuration; a reload makes a new one around the same store.
pub struct Context {
    pub clock: Clock,
    pub config: Config,
    pub store: Store,
    pub fetcher: Fetcher,
    /// The hosts that this worker holds, where there are several.
    pub held_hosts: Option<Arc<HeldHosts>>,
    pub matcher: Matcher,
    pub sources: HashMap<SourceId, Source>,
    pub archive: Option<Archive>,
    pub mailer: Option<Mailer>,
    pub hooks: Hooks,
    pub shared: Arc<SharedState>,
}

impl Context {
    /// Opens what a configuration names and brings the store in line with it: sources and topics.
    ///
    /// # Errors
    /// The archive folder, the mail settings, the certificates of issuers or the store cannot be used.
    pub async fn open(config: Config, store: Store, clock: Clock) -> Result<Self, JobError> {
        let fetcher = Fetcher::new(&config.fetch)?;
        // Leases and due moments go by one clock, whichever machine looks at them.
        let clock = match clock {
            Clock::System => store.clock(),
            set => set,
        };
        fetcher.restore(store.host_state()?);
        let held_hosts = store
            .is_at_server()
            .then(|| Arc::new(HeldHosts::new(store.clone(), config.fetch.host_gap)));
        if let Some(held) = &held_hosts {
            fetcher.share_hosts(Arc::clone(held) as Arc<dyn HostClaims>);
        }
        let ctx = Self::assemble(config, store, fetcher, held_hosts, clock, SharedState::new()).await?;
        // Only here: beside a reload, documents are written.
        if let Some(archive) = ctx.archive.as_ref().filter(|_| ctx.store.holds(Role::Stories)) {
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
            self.held_hosts.clone(),
            self.clock.clone(),
            Arc::clone(&self.shared),
        )
        .await
    }

    /// Keeps what the last requests taught about hosts. Nothing as a rule, so that this costs nothing.
    ///
    /// # Errors
    /// The store cannot be written.
    pub(crate) async fn remember_hosts(&self, now: Timestamp) -> Result<(), StoreError> {
        let Some(news) = self.fetcher.drain_changes() else {
            return Ok(());
        };
        match self.store.save_host_state(now, news.clone()).await {
            // Another worker keeps the same just now.
            Err(StoreError::Conflict) => self.store.save_host_state(now, news).await,
            kept => kept,
        }
    }

    async fn assemble(
        config: Config,
        store: Store,
        fetcher: Fetcher,
        held_hosts: Option<Arc<HeldHosts>>,
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
            Some(mail) => Some(Mailer::new(&mail.options())?),
            None => None,
        };
        let hooks = Hooks::new(targets(&config))?;
        for missing in config.unready() {
            tracing::error!(name: "setting-missing", "{missing}; what needs it waits, everything else works");
        }
        let sources = followed(&store, now, &config).await?;
        Ok(Self {
            clock,
            config,
            store,
            fetcher,
            held_hosts,
            matcher,
            sources,
            archive,
            mailer,
            hooks,
            shared,
        })
    }
}

/// Brings the store in line with a configuration, and returns its sources. Where another worker does that, they are looked up:
/// both have the same configuration, and one that has not is told what is missing.
async fn followed(store: &Store, now: Timestamp, config: &Config) -> Result<HashMap<SourceId, Source>, StoreError> {
    let begun = Instant::now();
    loop {
        let holder = match store.follow(now, &config.sources, &config.topics).await {
            Ok(ids) => return Ok(ids.into_iter().zip(config.sources.iter().cloned()).collect()),
            Err(StoreError::Held { holder, .. }) => holder,
            Err(error) => return Err(error),
        };
        // The stories may be this worker's at any moment.
        store.place_by(&config.topics).await?;
        let ids = store.followed_ids(&config.sources)?;
        let missing = ids.iter().filter(|id| id.is_none()).count();
        if missing == 0 || begun.elapsed() >= CONFIG_WAIT {
            if missing > 0 {
                tracing::warn!(name: "configuration-differs", "{holder} keeps the configuration of all workers, and {} of this one's are not in it; give all the same one", counted(missing, "source", "sources"));
            }
            let known = ids.into_iter().zip(&config.sources);
            return Ok(known.filter_map(|(id, source)| Some((id?, source.clone()))).collect());
        }
        tokio::time::sleep(CONFIG_LOOK).await;
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
