//! A feed and its entries as read, whatever the format was.

use super::Timestamp;
use super::named::named;
use super::record::RecordField;

/// The family a feed belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeedKind {
    #[default]
    Rss,
    Rdf,
    Atom,
    Json,
}

// The name used in output.
named!(FeedKind, Rss = "rss", Rdf = "rdf", Atom = "atom", Json = "json");

/// A parsed feed. Text fields are plain text unless said otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feed {
    pub kind: FeedKind,
    pub title: Option<String>,
    pub link: Option<String>,
    pub description: Option<String>,
    /// The description as it was sent, where that is more than the plain text.
    pub description_markup: Option<Markup>,
    pub language: Option<String>,
    pub updated: Option<Timestamp>,
    /// How long the publisher asks readers to wait between polls.
    pub ttl_minutes: Option<u32>,
    /// Hours of the day (UTC) in which the publisher asks not to be polled.
    pub skip_hours: Vec<u8>,
    /// Days (0 = Sunday) on which the publisher asks not to be polled.
    pub skip_days: Vec<u8>,
    pub entries: Vec<Entry>,
}

/// One item of a feed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// guid, atom:id, rdf:about or JSON id, as written.
    pub id: Option<String>,
    pub title: Option<String>,
    /// Absolute where a base was known.
    pub link: Option<String>,
    /// The publisher's own link, where a service that publishes the feed put another in its place (`feedburner:origLink`).
    pub original_link: Option<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub authors: Vec<String>,
    pub summary: Option<Markup>,
    pub content: Option<Markup>,
    pub categories: Vec<String>,
    pub enclosures: Vec<Enclosure>,
    pub language: Option<String>,
    /// The outlet that published it, where the feed collects from several (RSS `source`, Atom `source`).
    pub publisher: Option<String>,
    /// What a register says of it beside its words.
    pub record: Vec<RecordField>,
    /// Whose domain counts where the entry has no address on the web: a letter's sender or list.
    pub publisher_domain: Option<String>,
}

impl Entry {
    /// Returns where the article stands: the publisher's own link, else the one the feed gives.
    pub fn article_link(&self) -> Option<&str> {
        self.original_link.as_deref().or(self.link.as_deref())
    }
}

/// A piece of text as its feed sent it. HTML is not sanitised: `feed::markup` does that, for new and changed entries
/// only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markup {
    pub kind: MarkupKind,
    pub value: String,
    /// Where relative addresses in it start, if not at the feed's own (`xml:base`).
    pub base: Option<String>,
}

/// The language a [`Markup`] is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MarkupKind {
    #[default]
    Text,
    Html,
    Markdown,
}

impl Markup {
    /// Returns plain text.
    pub fn text(value: String) -> Self {
        Self {
            kind: MarkupKind::Text,
            value,
            base: None,
        }
    }

    /// Returns HTML that nobody has checked.
    pub fn html(value: String) -> Self {
        Self {
            kind: MarkupKind::Html,
            value,
            base: None,
        }
    }

    /// Returns Markdown of our own making.
    pub fn markdown(value: String) -> Self {
        Self {
            kind: MarkupKind::Markdown,
            value,
            base: None,
        }
    }
}

/// A file attached to an entry.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Enclosure {
    pub url: String,
    pub media_type: Option<String>,
    pub length: Option<u64>,
}

/// What an entry is known by from poll to poll: its id, else its link, else a hash of its text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(pub String);
