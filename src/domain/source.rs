//! What is polled, and what is remembered about it between polls.

use url::Url;

use super::named::named;
use super::record::RecordFormat;
use super::schedule::Schedule;
use super::secret::Secret;
use super::teasers::EntryLengths;
use super::{SourceId, Timestamp};

/// What stands at a source's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    Feed,
    Page,
    Listing,
    Sitemap,
    Json,
    Documents,
    Mail,
}

// The configuration key of this kind, which is also its name in tables and logs.
named!(
    SourceKind,
    Feed = "feed",
    Listing = "listing",
    Page = "page",
    Sitemap = "sitemap",
    Json = "json",
    Documents = "documents",
    Mail = "mail"
);

/// When an entry's page is fetched for its full text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FullText {
    /// When the feed's text holds any positive term of a topic, or is a mere teaser.
    #[default]
    Matched,
    Always,
    Never,
}

// The word in the configuration.
named!(FullText, Matched = "matched", Always = "always", Never = "never");

/// A source as the configuration names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub kind: SourceKind,
    /// The URL, for `documents` the glob pattern, for `mail` `maildir:` and the folder; what a source is known by.
    pub address: String,
    pub name: Option<String>,
    /// The group it stands in, as `News/Technology`; kept for OPML.
    pub folder: Option<String>,
    /// The address this source had before; its history moves along.
    pub was: Option<String>,
    pub schedule: Schedule,
    pub full_text: FullText,
    /// CSS selector of a listing's article links; found by itself when absent.
    pub links: Option<String>,
    /// Where the answers of a `json` source say what.
    pub record: Option<Box<RecordFormat>>,
    /// A letter that is a list of links gives an entry for each.
    pub letter_links: bool,
    /// Request headers of the owner's choice and the one its credentials make, sent to this source's own host only.
    pub headers: Vec<(String, Secret)>,
    /// Why it is not asked until the configuration is read again: secrets it needs are not there.
    pub unready: Option<String>,
}

/// What the address of a `mail` source begins with; the folder stands behind it.
pub const MAILDIR: &str = "maildir:";
/// The longest name of a source, topic or digest, in bytes.
pub const NAME_BYTES_MAX: usize = 200;
/// The longest folder of a source, in characters, the folders around it included.
pub const FOLDER_CHARS_MAX: usize = 1_000;

impl Source {
    /// Returns a source of which nothing more is said.
    pub fn new(kind: SourceKind, address: impl Into<String>) -> Self {
        Self {
            kind,
            address: address.into(),
            name: None,
            folder: None,
            was: None,
            schedule: Schedule::Adaptive,
            full_text: FullText::default(),
            links: None,
            record: None,
            letter_links: false,
            headers: Vec::new(),
            unready: None,
        }
    }

    /// Returns the name to show: the configured one, else the address.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.address)
    }
}

/// ETag and Last-Modified exactly as received, to be replayed byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// Whether the server gave neither.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// What the pages of an article were known by when it was read; nothing where one of them gave no validators, since then
/// asking for the others alone cannot tell that the article is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageValidators {
    pub first: Validators,
    /// Those of the pages behind the first, in their order.
    pub later: Vec<PartValidators>,
}

/// A page behind an article's first one, and what it was known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartValidators {
    /// The address that was asked.
    pub url: Url,
    pub validators: Validators,
}

impl PageValidators {
    /// Returns those of an article's pages, in their order.
    pub fn new(first: Validators, later: Vec<PartValidators>) -> Self {
        match first.is_empty() || later.iter().any(|part| part.validators.is_empty()) {
            true => Self::default(),
            false => Self { first, later },
        }
    }
}

/// What kind of trouble a failed poll met, where more is known than that it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The source answers, but not to us: a refusal, robots.txt, a bot check, a page to log in at.
    Blocked,
    /// A page holds no links or no text.
    Markup,
    /// The source was not asked at all: this machine or its proxy is in the way. It is no failure of the source.
    Own,
}

// The name used in tables.
named!(Trouble, Blocked = "blocked", Markup = "markup", Own = "own");

/// Why a poll failed, in words for the log and `sources`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub message: String,
    /// The HTTP status, when the server answered.
    pub status: Option<u16>,
    /// Earliest moment the server wants to be asked again.
    pub retry_at: Option<Timestamp>,
    pub trouble: Option<Trouble>,
    /// Nothing was asked, since an earlier answer wanted quiet.
    pub is_wait: bool,
}

/// What a feed itself says about how often it may be polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    pub ttl_minutes: Option<u32>,
    /// Hours of the day in UTC not to poll in, as bits 0 to 23.
    pub skip_hours: u32,
    /// Days not to poll on, as bits 0 (Sunday) to 6.
    pub skip_days: u32,
}

/// What is remembered of a source between polls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceState {
    pub validators: Validators,
    /// SHA-256 of the last body that was read, to see a repeated body despite new validators.
    pub body_hash: Option<Vec<u8>>,
    /// The feed's own title, when it has told one.
    pub title: Option<String>,
    pub polled_at: Option<Timestamp>,
    /// How long after it was due it was polled, in seconds.
    pub late_seconds: Option<i64>,
    pub succeeded_at: Option<Timestamp>,
    /// When a poll last brought a new entry.
    pub changed_at: Option<Timestamp>,
    pub next_poll_at: Option<Timestamp>,
    /// Learned rhythm of an adaptive source, in seconds.
    pub interval_seconds: Option<i64>,
    /// How the feed asked to be paced when it was last read; a 304 says nothing about it.
    pub pace: Pace,
    /// Failed polls in a row.
    pub failures: u32,
    pub failing_since: Option<Timestamp>,
    pub last_error: Option<String>,
    /// What kind of failure the last one was.
    pub trouble: Option<Trouble>,
    /// The usual distance between its entries, learned when it brought new ones.
    pub usual_gap_seconds: Option<i64>,
    /// When the latest of its entries is from.
    pub newest_at: Option<Timestamp>,
    /// Where a permanent redirect leads, and on how many polls in a row it has held.
    pub moved_to: Option<String>,
    pub moved_polls: u32,
    /// The address to ask instead of the configured one, once a move has held.
    pub current_address: Option<String>,
    /// 410 Gone was answered on this many polls in a row.
    pub gone_polls: u32,
    /// Polling has ended (410 confirmed); shown in `sources`.
    pub stopped: bool,
    /// The day for which new entries are counted began then, and brought so many.
    pub day_began_at: Option<Timestamp>,
    pub day_new: u32,
    /// New entries that wait for another day.
    pub held_back: u32,
    /// Pages that were asked for that day for nothing but that their entries say too little.
    pub day_pages: u32,
    /// How much of its articles a feed gives.
    pub entry_lengths: EntryLengths,
    /// Most of a feed's entries lead to sites of others.
    pub leads_away: bool,
    /// How long its last good answer asks to be left alone, in seconds, whether or not that is granted.
    pub asked_rest_seconds: Option<i64>,
}

/// A source that is claimed for a poll; the claim ends by itself, and with the process that took it.
#[derive(Debug, Clone, PartialEq)]
pub struct LeasedSource {
    pub id: SourceId,
    pub state: SourceState,
}
