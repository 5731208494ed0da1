//! An entry we keep, with its body once that is known.

use super::named::named;
use super::{ArticleId, Timestamp};

/// Where an article stands on its way from entry to text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyState {
    /// Its page is still to be fetched, or its text to be matched.
    Pending,
    /// The body was extracted from its page.
    Extracted,
    /// The body is the feed's own text.
    FromFeed,
    /// Its page could not be read; the feed's text serves.
    Failed,
}

// The name used in tables and output.
named!(
    BodyState,
    Pending = "pending",
    Extracted = "extracted",
    FromFeed = "from-feed",
    Failed = "failed"
);

/// What a fetched page turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Complete,
    Teaser,
    Paywall,
    Consent,
    Blocked,
    NotAnArticle,
}

// The name used in tables and output.
named!(
    Verdict,
    Complete = "complete",
    Teaser = "teaser",
    Paywall = "paywall",
    Consent = "consent",
    Blocked = "blocked",
    NotAnArticle = "not-an-article"
);

/// Where the zone of a publication time is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The page tells it.
    Stated,
    /// The page tells none; it is that of the site's country.
    Site,
    /// The page tells none, and its site's is not known: read as UTC.
    Utc,
}

// The name used in tables and output.
named!(Zone, Stated = "stated", Site = "site", Utc = "utc");

impl Zone {
    /// Returns what is said to people of a time whose zone was assumed.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Stated => None,
            Self::Site => Some("zone assumed: the site's country"),
            Self::Utc => Some("zone assumed: UTC"),
        }
    }
}

/// A picture by address and size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    pub url: String,
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// We hold a copy.
    pub is_kept: bool,
}

impl Image {
    /// Returns the picture at an address, of which no more is known.
    pub fn at(url: String) -> Self {
        Self {
            url,
            width: None,
            height: None,
            is_kept: false,
        }
    }
}

/// What another source than an article's own says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Display name of the source.
    pub source: String,
    pub title: String,
    pub text: String,
    pub language: Option<String>,
    /// The article's page says more than this, once it is read.
    pub yields_to_page: bool,
}

/// An article as logic sees it: text to match, place and rank.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    pub id: ArticleId,
    /// Display name of the source that brought it.
    pub source: String,
    pub title: String,
    pub excerpt: String,
    /// The body as Markdown; empty when there is none.
    pub body_markdown: String,
    /// The body as plain text, paragraphs separated by blank lines; empty when there is none.
    pub body_text: String,
    pub byline: Option<String>,
    pub published_at: Timestamp,
    /// Where the zone of that time is from, where a page told it.
    pub published_zone: Option<Zone>,
    pub seen_at: Timestamp,
    /// URL as found in the feed or list.
    pub original_url: String,
    /// Final address, canonical where the page says so, without tracking parameters.
    pub web_url: String,
    pub amp_url: Option<String>,
    pub language: Option<String>,
    pub provider_name: String,
    /// Registrable domain of `web_url`.
    pub provider_domain: String,
    pub image: Option<Image>,
    pub is_video: bool,
}
