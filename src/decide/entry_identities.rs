//! What each entry of one answer is known by: its id, else its link, else its text; and which of them are one.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::draft;
use super::stored_entries::EntryIdentity;
use crate::domain::Timestamp;
use crate::domain::feed::{Entry, EntryKey, Feed};
use crate::domain::source::{Source, SourceKind};
use crate::domain::url::{CanonicalUrl, unwrapped};
use crate::text;

/// Bytes of two entries' texts that are compared within one feed.
const COMPARED_BYTES_MAX: usize = 4_000;
/// A text of at least this many words is one article's alone, whatever its dates; a standing teaser is shorter.
pub(super) const TELLING_TEXT_WORDS_MIN: usize = 24;

/// Returns what each entry of a feed is known by, in order. An entry that stands in it twice has one identity, under
/// whatever ids it stands there.
///
/// An id that several entries share tells nothing, so their links are added to it; a link that several share, or that
/// is the feed's own home page, does not make two entries one article. What has no id, and one link and one headline with
/// another entry, is told from it by its date.
pub fn identify(source: &Source, feed: &Feed) -> Vec<EntryIdentity> {
    let keys: Vec<EntryKey> = feed.entries.iter().map(crate::feed::entry_key).collect();
    let links: Vec<Option<String>> = feed
        .entries
        .iter()
        .map(|entry| canonical(entry.article_link()).or_else(|| letter_address(source, entry)))
        .collect();
    let home = canonical(feed.link.as_deref());
    let originals = originals(source, feed, &links, home.as_ref());
    let title = |at: usize| feed.entries[at].title.as_deref().unwrap_or_default().trim();
    let mut distinct: HashSet<(&EntryKey, Option<&str>, &str, Option<Timestamp>)> = HashSet::with_capacity(keys.len());
    let mut key_count: HashMap<&EntryKey, usize> = HashMap::with_capacity(keys.len());
    let mut link_count: HashMap<&str, usize> = HashMap::with_capacity(keys.len());
    let mut pair_count: HashMap<(&EntryKey, Option<&str>), usize> = HashMap::new();
    let mut headline_count: HashMap<(&EntryKey, Option<&str>, &str), usize> = HashMap::new();
    for (at, (key, link)) in keys.iter().zip(&links).enumerate() {
        if originals[at] != at
            || !distinct.insert((key, link.as_deref(), title(at), telling_date(source, &feed.entries[at])))
        {
            continue;
        }
        *key_count.entry(key).or_default() += 1;
        if let Some(link) = link {
            *link_count.entry(link).or_default() += 1;
        }
    }
    for (key, link, title, _) in distinct.iter().filter(|(key, ..)| key_count[key] > 1) {
        *pair_count.entry((key, *link)).or_default() += 1;
        *headline_count.entry((key, *link, title)).or_default() += 1;
    }
    let mut identities: Vec<EntryIdentity> = Vec::with_capacity(keys.len());
    for (at, (key, link)) in keys.iter().zip(&links).enumerate() {
        if originals[at] != at {
            identities.push(identities[originals[at]].clone());
            continue;
        }
        let mut own = key.clone();
        if key_count[key] > 1 {
            own.0.push('\n');
            own.0.push_str(link.as_deref().unwrap_or_else(|| title(at)));
            if link.is_some() && pair_count[&(key, link.as_deref())] > 1 {
                own.0.push('\n');
                own.0.push_str(title(at));
            }
            if headline_count[&(key, link.as_deref(), title(at))] > 1 {
                own.0.push_str(&date_line(&feed.entries[at]));
            }
        }
        let is_told = |link: &&String| {
            is_link_of_letter(source, &feed.entries[at])
                || (link_count[link.as_str()] == 1 && home.as_ref() != Some(link))
        };
        let telling = link.as_ref().filter(is_told);
        let url_key = match telling {
            Some(link) => link.clone(),
            None => scoped(source, &own),
        };
        identities.push(EntryIdentity {
            key: own,
            url_key,
            fingerprint: crate::feed::fingerprint(&feed.entries[at]),
        });
    }
    identities
}

/// Returns for each entry the first one that says the same: an address listed once more under another id, or posted once
/// more beside its old entry.
fn originals(source: &Source, feed: &Feed, links: &[Option<String>], home: Option<&String>) -> Vec<usize> {
    // The text of the first one is read when there is a second.
    let mut first: HashMap<(&str, &str), (usize, Option<String>)> = HashMap::with_capacity(links.len());
    let mut originals: Vec<usize> = (0..links.len()).collect();
    for (at, (link, entry)) in links.iter().zip(&feed.entries).enumerate() {
        let title = entry.title.as_deref().unwrap_or_default().trim();
        let Some(link) = link.as_ref().filter(|link| !title.is_empty() && home != Some(link)) else {
            continue;
        };
        let (earlier, text) = first.entry((link, title)).or_insert((at, None));
        let one = &feed.entries[*earlier];
        if *earlier != at && is_listed_twice(source, one, text.get_or_insert_with(|| compared(one)), entry) {
            originals[at] = *earlier;
        }
    }
    originals
}

/// Whether an entry of a feed has no id: its link may be the next one's tomorrow. Elsewhere a link is an article.
pub(super) fn is_named_by_link(source: &Source, entry: &Entry) -> bool {
    source.kind == SourceKind::Feed && entry.id.as_deref().is_none_or(|id| id.trim().is_empty())
}

/// Whether an entry is a link that a letter gives: a page of others is one article, however many letters name it.
pub(super) fn is_link_of_letter(source: &Source, entry: &Entry) -> bool {
    source.kind == SourceKind::Mail && entry.content.is_none()
}

/// Returns the date of an entry that nothing but link, headline and date tells from others.
fn telling_date(source: &Source, entry: &Entry) -> Option<Timestamp> {
    date(entry).filter(|_| is_named_by_link(source, entry))
}

/// Returns the end of the key of an entry that is known by its date too.
pub(super) fn date_line(entry: &Entry) -> String {
    let date = date(entry).map(|at| at.timestamp().to_string());
    format!("\n{}", date.unwrap_or_default())
}

pub(super) fn date(entry: &Entry) -> Option<Timestamp> {
    entry.published.or(entry.updated)
}

/// Returns as much of an entry's text as is compared with that of another.
fn compared(entry: &Entry) -> String {
    text::line(text::head(&draft::text(entry), COMPARED_BYTES_MAX))
}

/// Whether two entries of one feed with one link and one headline are one article.
fn is_listed_twice(source: &Source, one: &Entry, text: &str, other: &Entry) -> bool {
    let file = |entry: &Entry| entry.enclosures.first().map(|file| file.url.clone());
    if file(one) != file(other) {
        return false;
    }
    let other_text = compared(other);
    match (date(one), date(other)) {
        // Of texts from a template only the end may differ.
        (Some(one), Some(other)) if one == other => {
            let (short, long) = match text.len() < other_text.len() {
                true => (text, other_text.as_str()),
                false => (other_text.as_str(), text),
            };
            short.is_empty() == long.is_empty()
                && long.starts_with(short.trim_end_matches(|c: char| !c.is_alphanumeric()))
        }
        (Some(_), Some(_)) if is_named_by_link(source, one) && is_named_by_link(source, other) => false,
        // The same headline every morning at one address, over a standing teaser, is an article every morning.
        _ => text == other_text && text.split_whitespace().count() >= TELLING_TEXT_WORDS_MIN,
    }
}

/// Returns the address key of an article whose link does not tell it from others.
pub(super) fn scoped(source: &Source, key: &EntryKey) -> String {
    format!("{}\n{}", source.address, key.0)
}

/// Returns the address of a letter, which is one wherever it was delivered. Nobody else's entries have such addresses.
fn letter_address(source: &Source, entry: &Entry) -> Option<String> {
    let link = entry.link.as_deref().filter(|_| source.kind == SourceKind::Mail)?;
    let link = Url::parse(link).ok().filter(|link| link.scheme() == "mid")?;
    Some(CanonicalUrl::new(&link).as_str().to_owned())
}

pub(super) fn canonical(link: Option<&str>) -> Option<String> {
    let link = unwrapped(Url::parse(link?).ok()?);
    matches!(link.scheme(), "http" | "https").then(|| CanonicalUrl::new(&link).as_str().to_owned())
}
