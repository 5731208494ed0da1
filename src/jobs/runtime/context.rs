//! Everything a job needs, assembled from one configuration.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::JobError;
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
use crate::domain::source::Source;
use crate::fetch::Fetcher;
use crate::matching::Matcher;
use crate::store::{Store, StoreError};

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

impl Context {
    /// Opens what a configuration names and brings the store in line with it: sources and topics.
    ///
    /// # Errors
    /// The archive folder, the mail settings, the certificates of issuers or the store cannot be used.
    pub async fn open(config: Config, store: Store, clock: Clock) -> Result<Self, JobError> {
        let fetcher = Fetcher::new(&config.fetch)?;
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
    pub(crate) async fn remember_hosts(&self, now: Timestamp) -> Result<(), StoreError> {
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
            Some(mail) => Some(Mailer::new(&mail.options())?),
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
