//! What the store knows of the entries a poll brought.

use std::collections::{HashMap, HashSet};

use crate::domain::feed::EntryKey;
use crate::domain::{ArticleId, Timestamp};

/// What an entry is known by, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub key: EntryKey,
    pub url_key: String,
    pub fingerprint: i64,
}

/// What is kept of an entry beside its key, to know it again under another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
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
    pub past: Option<Past>,
}

/// What a source said of an article before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub article: ArticleId,
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

/// What the store knows of the entries a poll brought.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub entries: HashMap<EntryKey, KnownEntry>,
    /// Articles by their address key, from whatever source; with what this source said of them, if it did.
    pub articles: HashMap<String, (ArticleId, Option<Past>)>,
    /// Of entries with an unknown key and link: what this source said under the same headline.
    pub alike: HashMap<i64, Vec<Past>>,
    /// Keys of entries that speak of purged articles: these never come back as new.
    pub purged: HashSet<EntryKey>,
}
