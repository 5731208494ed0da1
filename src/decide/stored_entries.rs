//! What the store knows of the entries a poll brought.

use std::collections::{HashMap, HashSet};

use crate::domain::article::Article;
use crate::domain::feed::EntryKey;
use crate::domain::{ArticleId, Timestamp};

/// What an entry is known by, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryIdentity {
    pub key: EntryKey,
    pub url_key: String,
    pub fingerprint: i64,
}

/// What is kept of an entry beside its key, to know it again under another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryMark {
    /// See `feed::title_hash`.
    pub title: i64,
    pub published_at: Option<Timestamp>,
}

/// A stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEntry {
    pub fingerprint: i64,
    pub article: ArticleId,
    /// Read only where the fingerprint differs.
    pub past: Option<PreviousEntry>,
}

/// What a source said of an article before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousEntry {
    pub article: ArticleId,
    /// What it was known by: its id, where it had one.
    pub key: EntryKey,
    /// The link as it was first seen.
    pub link: String,
    /// The article's headline; its page may have changed what the source said.
    pub title: String,
    /// Absent for what was stored before these were kept.
    pub said_title: Option<i64>,
    pub said_published_at: Option<Timestamp>,
    /// The source's own text.
    pub text: String,
}

/// How an article stands that another source tells.
#[derive(Debug, Clone, PartialEq)]
pub struct SyndicatedArticle {
    /// The address of the source whose words it has.
    pub teller: String,
    pub title: String,
    /// The topics it is known to be about.
    pub topics: Vec<String>,
    /// The article as it is, while its topics are not known yet.
    pub pending: Option<Box<Article>>,
    /// Its words are its page's.
    pub is_page_read: bool,
    /// Its page was asked for, whatever came of that.
    pub was_asked: bool,
    /// Its page is still to be asked for.
    pub wants_page: bool,
    pub is_news: bool,
    pub is_dated: bool,
    /// It stands in a digest.
    pub was_told: bool,
    /// It came from a document; such are never news.
    pub is_taken_in: bool,
}

/// What the store knows of the entries a poll brought.
#[derive(Debug, Clone, Default)]
pub struct StoredEntries {
    /// What each entry is known by, in order.
    pub identities: Vec<EntryIdentity>,
    pub entries: HashMap<EntryKey, KnownEntry>,
    /// Articles by their address key, from whatever source; with what this source said of them, if it did.
    pub articles: HashMap<String, (ArticleId, Option<PreviousEntry>)>,
    /// Of entries with an unknown key and link, or another headline at a known link: what this source said under the same
    /// headline.
    pub alike: HashMap<i64, Vec<PreviousEntry>>,
    /// Of the articles above whose words are another source's: how they stand.
    pub syndicated: HashMap<ArticleId, SyndicatedArticle>,
    /// Keys of entries that speak of purged articles: these never come back as new.
    pub purged: HashSet<EntryKey>,
}
