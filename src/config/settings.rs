//! Everything the owner can say, as values that are checked.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{NaiveTime, TimeDelta};
use chrono_tz::Tz;
use url::Url;

use super::reading::errors::Mistake;
use crate::decide::article::WriteDocuments;
use crate::decide::poll_schedule::PollLimits;
use crate::deliver::dkim::{DkimOptions, Signer};
use crate::deliver::mail::{MailOptions, Transport};
use crate::deliver::webhook::Target;
use crate::digest::{DigestLanguage, EmptyDigestRules};
use crate::document::secured::SecureKey;
use crate::domain::channel::{Channel, Recipient};
use crate::domain::mail_address::Mailbox;
use crate::domain::schedule::Schedule;
use crate::domain::secret::Secret;
use crate::domain::source::Source;
use crate::domain::topic::Topic;
use crate::extract::SiteRules;
use crate::fetch::FetchOptions;
use crate::ranking::RankingSettings;
use crate::store::{ServerAddress, StorePlace};

/// Everything the owner has said, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file it was read from.
    pub path: PathBuf,
    pub state_dir: PathBuf,
    /// The server that holds the store; none where it is a file in the state folder.
    pub server: Option<ServerAddress>,
    /// The zone of every schedule that names none, and of the days in digests.
    pub zone: Tz,
    pub archive: ArchiveSettings,
    /// Lead pictures and icons of publishers are fetched and kept.
    pub keeps_images: bool,
    pub fetch: FetchOptions,
    /// The bounds of a learned rhythm.
    pub adaptive: PollLimits,
    /// Absent when no mail is to be sent.
    pub mail: Option<MailSettings>,
    pub sources: Vec<Source>,
    pub topics: Vec<Topic>,
    pub digests: Vec<DigestSettings>,
    pub webhooks: Vec<Target>,
    pub alerts: Vec<AlertSettings>,
    pub sites: Vec<SiteSettings>,
    pub ranking: RankingSettings,
    /// Where metrics are told over TCP: an address of this machine itself.
    pub metrics: Option<SocketAddr>,
    /// Where pages, feeds and JSON are shown, if anywhere.
    pub web: Option<WebSettings>,
    /// What may be meant otherwise, or may not work: nothing is refused for it.
    pub warnings: Vec<Mistake>,
}

/// Where documents are kept, and which.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchiveSettings {
    pub path: PathBuf,
    pub write: WriteDocuments,
    /// How long articles are kept; for ever without it.
    pub keep: Option<TimeDelta>,
    /// What keeps texts out of documents that others may read. What is wrong with it is told where it is needed: nothing is
    /// written without it.
    pub secure: Option<Result<SecureKey, String>>,
}

impl ArchiveSettings {
    /// Returns the key documents are secured with, if they are.
    ///
    /// # Errors
    /// They are to be, and the key is not there or is none.
    pub fn secure_key(&self) -> Result<Option<&SecureKey>, String> {
        match &self.secure {
            Some(Ok(key)) => Ok(Some(key)),
            Some(Err(message)) => Err(format!("archive.secure.key: {message}")),
            None => Ok(None),
        }
    }
}

/// How mail is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct MailSettings {
    /// A mailbox: `me@example.org` or `Name <me@example.org>`.
    pub from: String,
    pub transport: Transport,
    pub user: Option<String>,
    /// There exactly when there is a user.
    /// What is wrong with it is told when mail is sent.
    pub password: Option<Result<Secret, String>>,
    /// An address (`mailto:` or `https:`) where a reader can end a digest.
    pub list_unsubscribe: Option<String>,
    /// Who signs, where the mail server does not.
    pub dkim: Option<DkimSettings>,
}

/// How mails are signed.
#[derive(Debug, Clone, PartialEq)]
pub struct DkimSettings {
    pub domain: String,
    pub selector: String,
    /// The private key as PEM; what is wrong with it is told when mail is sent.
    pub key: Result<Secret, String>,
}

impl DkimSettings {
    /// Returns what signing needs.
    ///
    /// # Errors
    /// The key is not there, or is none.
    fn options(&self) -> Result<DkimOptions, String> {
        let key = self.key.as_ref().map_err(|message| format!("key: {message}"))?;
        let options = DkimOptions {
            domain: self.domain.clone(),
            selector: self.selector.clone(),
            key: key.expose().to_owned(),
        };
        Signer::new(&options).map_err(|error| error.to_string())?;
        Ok(options)
    }
}

/// How long each step of a conversation with a mail server may take, in seconds.
const MAIL_STEP_SECONDS: u64 = 60;

impl MailSettings {
    /// Returns what the mailer needs; without a secret that is not there, mail waits.
    pub fn options(&self) -> MailOptions {
        // A key that is none keeps mail waiting, as one that is not there.
        let (dkim, unsigned) = match self.dkim.as_ref().map(DkimSettings::options) {
            Some(Ok(options)) => (Some(options), None),
            Some(Err(message)) => (None, Some(format!("dkim: {message}"))),
            None => (None, None),
        };
        let (password, reason) = match &self.password {
            Some(Ok(secret)) => (Some(secret.expose().to_owned()), None),
            Some(Err(message)) => (None, Some(format!("password: {message}"))),
            None => (None, None),
        };
        MailOptions {
            transport: match reason.or(unsigned) {
                Some(reason) => Transport::Unready(reason),
                None => self.transport.clone(),
            },
            user: self.user.clone(),
            password,
            dkim,
            from: self.from.clone(),
            timeout: Duration::from_secs(MAIL_STEP_SECONDS),
        }
    }
}

/// A digest to compose and where to deliver it.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestSettings {
    pub name: String,
    /// Names of topics that are there, in the order they are told.
    pub topics: Vec<String>,
    /// It tells changes of the watched pages that match none of its topics, unless they match one of these, which other
    /// digests tell. Absent where another digest tells them.
    pub other_pages_but_of: Option<Vec<String>>,
    pub schedule: Schedule,
    pub deliver: Vec<Recipient>,
    /// The zone of its dates.
    pub zone: Tz,
    pub language: DigestLanguage,
    /// Heat from which a story is told.
    pub heat_min: i32,
    /// How long before a date of a document it tells it once again, if it does.
    pub remind: Option<TimeDelta>,
    /// Stories it shows at most.
    pub stories_max: Option<usize>,
    /// Whether each mail answers the one before it.
    pub thread: bool,
    /// What is sent when there is nothing to tell.
    pub silence: EmptyDigestRules,
}

/// Which stories of a topic are told at once.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertSettings {
    pub name: String,
    pub topic: String,
    /// The heat from which a story is told.
    pub heat: i32,
    pub deliver: Vec<Recipient>,
    /// The part of the day in which nothing is told; what passes its mark then is told when it ends.
    pub quiet: Option<(NaiveTime, NaiveTime)>,
    pub zone: Tz,
    /// Time between two alerts: stories that pass their mark meanwhile are told together.
    pub batch: TimeDelta,
}

/// Where pages, feeds and JSON are shown, and to whom.
#[derive(Debug, Clone, PartialEq)]
pub struct WebSettings {
    pub listen: WebPlace,
    /// The address readers know it by, where a server of the owner's stands before it.
    pub base_url: Option<Url>,
    /// Who may read. Nobody need say who they are where this is empty.
    pub readers: Vec<WebReader>,
}

/// A place where it is listened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebPlace {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl WebPlace {
    /// Whether other machines can reach it.
    pub fn is_beyond_this_machine(&self) -> bool {
        matches!(self, Self::Tcp(address) if !address.ip().to_canonical().is_loopback())
    }
}

impl fmt::Display for WebPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

/// Somebody who may read, by a token.
#[derive(Debug, Clone, PartialEq)]
pub struct WebReader {
    pub name: String,
    /// What is wrong with it is told when it is listened.
    pub token: Result<Secret, String>,
}

/// How articles of one site are extracted, where the general way fails.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteSettings {
    /// Host in ASCII form; the hosts below it are meant too.
    pub host: String,
    pub rules: SiteRules,
}

impl<'a> From<&'a Config> for StorePlace<'a> {
    fn from(config: &'a Config) -> Self {
        Self {
            folder: &config.state_dir,
            server: config.server.as_ref(),
        }
    }
}

impl Config {
    /// Returns the configured extraction rules for the host of an address, if there are any.
    pub fn site_rules(&self, url: &Url) -> Option<SiteRules> {
        let host = url.host_str()?;
        let is_meant = |site: &&SiteSettings| host == site.host || host.ends_with(&format!(".{}", site.host));
        Some(self.sites.iter().find(is_meant)?.rules.clone())
    }

    /// Returns what keeps single channels, or documents, from being written: secrets that are not there. Everything else
    /// works meanwhile.
    pub fn unready(&self) -> Vec<String> {
        let wrong = |key: String, secret: &Result<Secret, String>| {
            secret.as_ref().err().map(|message| format!("{key}: {message}"))
        };
        let password = self.mail.as_ref().and_then(|mail| mail.password.as_ref());
        let password = password.and_then(|secret| wrong("mail.password".to_owned(), secret));
        let dkim = self.mail.as_ref().and_then(|mail| mail.dkim.as_ref());
        let key = dkim.and_then(|dkim| Some(format!("mail.dkim: {}", dkim.options().err()?)));
        let hooks = self.webhooks.iter().flat_map(|target| {
            let url = wrong(format!("webhook \"{}\": url", target.name), &target.url);
            let token = target.token.as_ref();
            url.into_iter()
                .chain(token.and_then(|token| wrong(format!("webhook \"{}\": token", target.name), token)))
        });
        let readers = self.web.iter().flat_map(|web| &web.readers);
        let readers = readers.filter_map(|reader| wrong(format!("web: token of \"{}\"", reader.name), &reader.token));
        let secure = self.archive.secure_key().err();
        let sources = self.sources.iter().filter_map(|source| {
            let why = source.unready.as_ref()?;
            Some(format!("source \"{}\": {why}", source.display_name()))
        });
        let needed = password.into_iter().chain(key).chain(hooks).chain(sources);
        needed.chain(readers).chain(secure).collect()
    }

    /// Whether mail is to go from or to an address that has no ASCII form.
    pub fn has_international_mail(&self) -> bool {
        let digests = self.digests.iter().flat_map(|digest| &digest.deliver);
        let alerts = self.alerts.iter().flat_map(|alert| &alert.deliver);
        let to = digests.chain(alerts).filter_map(|recipient| match &recipient.channel {
            Channel::Mail(address) => Some(address),
            Channel::Log | Channel::File(_) | Channel::Webhook(_) => None,
        });
        let from = self.mail.as_ref().map(|mail| &mail.from);
        to.chain(from)
            .any(|text| Mailbox::parse(text).is_ok_and(|mailbox| mailbox.address.needs_smtputf8()))
    }

    /// Returns the digests of this name, or all when none is given.
    ///
    /// # Errors
    /// There is none; the message names those there are.
    pub fn digests_named(&self, name: Option<&str>) -> Result<Vec<DigestSettings>, String> {
        let is_meant = |digest: &&DigestSettings| name.is_none_or(|name| digest.name == name);
        let found: Vec<DigestSettings> = self.digests.iter().filter(is_meant).cloned().collect();
        if !found.is_empty() {
            return Ok(found);
        }
        if self.digests.is_empty() {
            return Err(
                "the configuration has no [[digest]]; add one with name, topics, schedule and deliver".to_owned(),
            );
        }
        let names: Vec<&str> = self.digests.iter().map(|d| d.name.as_str()).collect();
        Err(format!(
            "no digest is called \"{}\"; there is {}",
            name.unwrap_or_default(),
            names.join(", ")
        ))
    }
}
