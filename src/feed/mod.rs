//! Everything the web serves as a feed, read into a [`Feed`].
//!
//! First the bytes become text (`decode`), then our own reader takes it (`xml`, `json`); it gives up on nothing that
//! can be read at all. Only when it finds no feed, or no entries, feed-rs is asked for a second opinion (`fallback`).
//! What is no feed is an error that says what it is instead (`not_a_feed`). HTML inside feeds is not cleaned here:
//! `markup` does that for entries that are new. All limits stand in this file. Nothing is fetched, no clock is read.

pub mod date;
pub mod markup;
pub mod opml;
pub mod records;

mod char_refs;
mod decode;
mod entry_key;
mod fallback;
mod html_to_text;
mod json;
mod months;
mod not_a_feed;
mod sitemap;
mod xml;

#[cfg(test)]
mod hostile_tests;

use thiserror::Error;
use url::Url;

use crate::domain::feed::{Entry, Feed};
use crate::domain::url::{has_credentials, without_credentials};
use crate::text::{clean_up, is_invisible};
pub use entry_key::{entry_key, fingerprint, title_hash};
pub use sitemap::{SITEMAP_ENTRIES_MAX, SITEMAPS_MAX, Sitemap, merged, parse_sitemap};

/// The largest body that is read, in bytes.
pub const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The most entries read from one feed.
pub const ENTRIES_MAX: usize = 20_000;
/// The longest text of one element, in bytes.
pub const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How deep elements are followed.
pub const DEPTH_MAX: usize = 256;
/// The most namespace declarations in force at once.
pub const NAMESPACES_MAX: usize = 256;
/// The longest address in `xml:base`, in bytes: every relative address in the feed repeats it.
pub const BASE_BYTES_MAX: usize = 1024;
/// The longest language tag, in bytes: every entry repeats its feed's.
pub const LANGUAGE_BYTES_MAX: usize = 64;
/// The longest name of an author or a category, in bytes: entries repeat their feed's authors.
pub const NAME_BYTES_MAX: usize = 1024;
/// How much text a document's own entities may add, in bytes.
pub const ENTITY_BYTES_MAX: usize = 256 * 1024;

/// A feed, and what was wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    pub feed: Feed,
    pub warnings: Vec<String>,
}

impl Parsed {
    /// Returns entries that came from something else than a feed as what a feed would have been.
    pub fn of(title: Option<String>, entries: Vec<Entry>) -> Self {
        let feed = Feed {
            title,
            entries,
            ..Feed::default()
        };
        Self {
            feed,
            warnings: Vec::new(),
        }
    }
}

/// Why a body is no feed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    #[error("the body is empty")]
    Empty,
    #[error("the body has {bytes} bytes, more than {BODY_BYTES_MAX}")]
    TooLarge { bytes: usize },
    #[error("a page to log in at, not a feed")]
    LoginPage,
    #[error("a web page, not a feed")]
    HtmlPage,
    #[error("JSON, but not JSON Feed: {0}")]
    OtherJson(String),
    #[error("JSON, but nothing stands where its items are to be{0}")]
    NoItems(String),
    #[error("JSON that breaks off or is damaged; nothing of it is taken, since what it lacks would look withdrawn")]
    DamagedJson,
    #[error("XML, but no RSS, RDF or Atom: its root is <{root}>")]
    OtherXml { root: String },
    #[error("neither XML nor JSON")]
    NotAFeed,
}

/// Returns the feed in a body. `content_type` is the HTTP header, `base` the address the body came from.
///
/// # Errors
/// The body holds no feed; the error says what it holds. A feed without entries is no error.
pub fn parse(bytes: &[u8], content_type: Option<&str>, base: Option<&Url>) -> Result<Parsed, ParseError> {
    if bytes.len() > BODY_BYTES_MAX {
        return Err(ParseError::TooLarge { bytes: bytes.len() });
    }
    let decoded = decode::decode(bytes, content_type);
    let text = decoded.text.trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let mut warnings: Vec<String> = decoded.warning.into_iter().collect();
    let own = read(text, base);
    if let Ok((feed, _)) = &own
        && !feed.entries.is_empty()
    {
        return own.map(|(feed, damage)| finished(feed, warnings, damage));
    }
    // A page is never a feed, whatever another parser makes of it.
    let may_be_feed = !matches!(own, Err(ParseError::HtmlPage | ParseError::LoginPage));
    match fallback::read(text, base).filter(|_| may_be_feed) {
        Some(feed) if own.is_err() || !feed.entries.is_empty() => {
            warnings.push("read by the second parser".to_owned());
            Ok(finished(feed, warnings, Vec::new()))
        }
        _ => own.map(|(feed, damage)| finished(feed, warnings, damage)),
    }
}

fn finished(mut feed: Feed, mut warnings: Vec<String>, damage: Vec<String>) -> Parsed {
    warnings.extend(damage);
    warnings.dedup();
    clean(&mut feed);
    Parsed { feed, warnings }
}

/// Cleans what is shown of a feed as it stands. Ids and links stay as they were sent, since entries are known by them, and so
/// does markup: `markup` cleans what it makes of it.
fn clean(feed: &mut Feed) {
    let texts = [&mut feed.title, &mut feed.description, &mut feed.language];
    texts.into_iter().flatten().for_each(clean_up);
    for entry in &mut feed.entries {
        let texts = [&mut entry.title, &mut entry.language, &mut entry.publisher];
        texts.into_iter().flatten().for_each(clean_up);
        entry.authors.iter_mut().for_each(clean_up);
        entry.categories.iter_mut().for_each(clean_up);
    }
}

fn read(text: &str, base: Option<&Url>) -> Result<(Feed, Vec<String>), ParseError> {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return json::read(text, base).map_err(ParseError::OtherJson);
    }
    match text.contains('<').then(|| xml::read(text, base)).flatten() {
        Some(found) => Ok(found),
        None => Err(not_a_feed::explain(text)),
    }
}

/// Returns an address of a feed made absolute; as it was written where it is so already, or where no base is known, but for
/// a name and a password: those are nobody's to keep.
fn resolve(base: Option<&Url>, address: &str) -> String {
    let address = absolute(base, address);
    match address.contains('@').then(|| Url::parse(&address)) {
        Some(Ok(url)) if has_credentials(&url) => without_credentials(&url).into(),
        _ => address,
    }
}

/// Returns an address made absolute; as it was written where it is so already, or where no base is known.
fn absolute(base: Option<&Url>, address: &str) -> String {
    // Invisible signs come along where an address is copied from a page.
    let is_blank = |c: char| c.is_whitespace() || is_invisible(c);
    let address = address.trim_matches(is_blank);
    let is_host = |start: &str| start.eq_ignore_ascii_case("www.") && address[start.len()..].contains('.');
    if address.get(..4).is_some_and(is_host) {
        return format!("{}://{address}", base.map_or("https", Url::scheme));
    }
    let scheme = address.split(':').next().unwrap_or_default();
    let is_absolute = scheme.len() < address.len()
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    match base {
        Some(base) if !is_absolute => base.join(address).map_or_else(|_| address.to_owned(), String::from),
        _ => address.to_owned(),
    }
}
