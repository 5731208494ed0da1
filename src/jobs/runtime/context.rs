//! Everything a job needs, assembled from one configuration.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::error::JobError;
use super::shared_state::SharedState;
use crate::archive::Archive;
use crate::clock::Clock;
use crate::config::{Config, MailSettings, MailTransport as Configured, TlsMode};
use crate::decide::article::WriteDocuments;
use crate::deliver::webhook::{Hooks, Target};
use crate::deliver::{dkim, mail};
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
    pub mailer: Option<mail::Mailer>,
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
            Some(mail) => Some(mail::Mailer::new(&mail_options(mail))?),
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

/// How long each step of a conversation with a mail server may take, in seconds.
const MAIL_STEP_SECONDS: u64 = 60;

/// Returns what the mailer needs to know of the configuration.
pub fn mail_options(settings: &MailSettings) -> mail::MailOptions {
    let (dkim, unsigned) = match settings.dkim.as_ref().map(|dkim| (dkim, &dkim.key)) {
        Some((dkim, Ok(key))) => {
            let options = dkim::DkimOptions {
                domain: dkim.domain.clone(),
                selector: dkim.selector.clone(),
                key: key.expose().to_owned(),
            };
            // A key that is none keeps mail waiting, as one that is not there.
            match dkim::Signer::new(&options) {
                Ok(_) => (Some(options), None),
                Err(error) => (None, Some(error.to_string())),
            }
        }
        Some((_, Err(message))) => (None, Some(format!("dkim.key: {message}"))),
        None => (None, None),
    };
    let (password, reason) = match &settings.password {
        Some(Ok(secret)) => (Some(secret.expose().to_owned()), None),
        Some(Err(message)) => (None, Some(format!("password: {message}"))),
        None => (None, None),
    };
    let reason = reason.or(unsigned);
    let (transport, user) = match &settings.transport {
        _ if reason.is_some() => (mail::Transport::Unready(reason.unwrap_or_default()), None),
        Configured::Sendmail => (mail::Transport::Sendmail, None),
        Configured::Smtp(smtp) => {
            let (host, port) = (smtp.host.clone(), smtp.port);
            let transport = match smtp.tls {
                TlsMode::Tls => mail::Transport::SmtpTls { host, port },
                TlsMode::StartTls => mail::Transport::SmtpStartTls { host, port },
                TlsMode::Plain => mail::Transport::SmtpPlain { host, port },
            };
            (transport, smtp.user.clone())
        }
    };
    mail::MailOptions {
        transport,
        user,
        password,
        dkim,
        from: settings.from.clone(),
        timeout: Duration::from_secs(MAIL_STEP_SECONDS),
    }
}
