//! Which entry is which article.
//!
//! An entry is known by its id, else its link, else its text. Publishers change all three: ids churn, links get another
//! host or another tracking code, an id is used again for something new. So what a poll brings under an unknown id or
//! link is compared with what the same source said before, and what comes under a known one too: an old article never
//! comes back as new, and a new one does not hide behind an old id. One article is one entry of a feed at most: what
//! another entry of the same poll is already known to be, no second one becomes.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::draft::{self, ArticleDraft};
use super::page_noise;
use super::stored_entries::{EntryIdentity, EntryMark, PreviousEntry, StoredEntries};
use super::teasers;
use crate::domain::feed::{Entry, EntryKey, Feed};
use crate::domain::source::{Source, SourceKind, SourceState};
use crate::domain::teasers::EntryLength;
use crate::domain::url::CanonicalUrl;
use crate::domain::{ArticleId, Timestamp};
use crate::text;

/// Words of a text that are compared.
const WORDS_MAX: usize = 1_000;
/// Bytes of two entries' texts that are compared within one feed.
const COMPARED_BYTES_MAX: usize = 4_000;
/// Texts with fewer words than this in common prove nothing.
const SHARED_WORDS_MIN: usize = 3;
/// A text of which this share of words was there before is an edited one, in percent of the shorter text's.
const EDITED_PERCENT: usize = 60;
/// A headline of at least this many words is one article's alone.
const TELLING_WORDS_MIN: usize = 4;
/// A text of at least this many words is one article's alone, whatever its dates; a standing teaser is shorter.
const TELLING_TEXT_WORDS_MIN: usize = 24;

/// Returns what each entry of a feed is known by, in order. An entry that stands in it twice has one identity, under
/// whatever ids it stands there.
///
/// An id that several entries share tells nothing, so their links are added to it; a link that several share, or that
/// is the feed's own home page, does not make two entries one article.
pub fn identify(source: &Source, feed: &Feed) -> Vec<EntryIdentity> {
    let keys: Vec<EntryKey> = feed.entries.iter().map(crate::feed::entry_key).collect();
    let links: Vec<Option<String>> = feed
        .entries
        .iter()
        .map(|entry| canonical(entry.link.as_deref()))
        .collect();
    let home = canonical(feed.link.as_deref());
    let originals = originals(feed, &links, home.as_ref());
    let title = |at: usize| feed.entries[at].title.as_deref().unwrap_or_default().trim();
    let mut distinct: HashSet<(&EntryKey, Option<&str>, &str)> = HashSet::with_capacity(keys.len());
    let mut key_count: HashMap<&EntryKey, usize> = HashMap::with_capacity(keys.len());
    let mut link_count: HashMap<&str, usize> = HashMap::with_capacity(keys.len());
    let mut pair_count: HashMap<(&EntryKey, Option<&str>), usize> = HashMap::new();
    for (at, (key, link)) in keys.iter().zip(&links).enumerate() {
        if originals[at] != at || !distinct.insert((key, link.as_deref(), title(at))) {
            continue;
        }
        *key_count.entry(key).or_default() += 1;
        if let Some(link) = link {
            *link_count.entry(link).or_default() += 1;
        }
    }
    for (key, link, _) in distinct.iter().filter(|(key, ..)| key_count[key] > 1) {
        *pair_count.entry((key, *link)).or_default() += 1;
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
        }
        let telling = link
            .as_ref()
            .filter(|l| link_count[l.as_str()] == 1 && home.as_ref() != Some(l));
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
fn originals(feed: &Feed, links: &[Option<String>], home: Option<&String>) -> Vec<usize> {
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
        if *earlier != at && is_listed_twice(one, text.get_or_insert_with(|| compared(one)), entry) {
            originals[at] = *earlier;
        }
    }
    originals
}

/// Returns as much of an entry's text as is compared with that of another.
fn compared(entry: &Entry) -> String {
    text::line(text::head(&draft::text(entry), COMPARED_BYTES_MAX))
}

/// Whether two entries of one feed with one link and one headline are one article.
fn is_listed_twice(one: &Entry, text: &str, other: &Entry) -> bool {
    let date = |entry: &Entry| entry.published.or(entry.updated);
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
        // The same headline every morning at one address, over a standing teaser, is an article every morning.
        _ => text == other_text && text.split_whitespace().count() >= TELLING_TEXT_WORDS_MIN,
    }
}

/// Returns the address key of an article whose link does not tell it from others.
pub(super) fn scoped(source: &Source, key: &EntryKey) -> String {
    format!("{}\n{}", source.address, key.0)
}

fn canonical(link: Option<&str>) -> Option<String> {
    let link = Url::parse(link?).ok()?;
    matches!(link.scheme(), "http" | "https").then(|| CanonicalUrl::new(&link).as_str().to_owned())
}

/// Returns what is kept of an entry beside its key, to know it again when the key changes.
pub fn entry_mark(entry: &Entry) -> EntryMark {
    EntryMark {
        title: crate::feed::title_hash(entry),
        published_at: entry.published.or(entry.updated),
    }
}

/// What an entry turns out to be.
pub(super) enum EntryMatch<'a> {
    /// An article we have; with what this source said of it before, if it did.
    Known(ArticleId, Option<&'a PreviousEntry>),
    New,
    /// Something new at a link that was another article's.
    NewAtUsedLink,
}

/// One entry as it is compared.
pub(super) struct IncomingEntry<'a> {
    pub entry: &'a Entry,
    pub identity: EntryIdentity,
    pub mark: EntryMark,
    pub draft: ArticleDraft,
    /// How much of the article it gives.
    pub length: EntryLength,
    /// A watched page: what moves by itself is no change of it.
    is_page: bool,
}

impl<'a> IncomingEntry<'a> {
    /// Reads an entry of a feed.
    pub fn of(
        now: Timestamp,
        source: &Source,
        old: &SourceState,
        feed: &Feed,
        entry: &'a Entry,
        identity: EntryIdentity,
    ) -> Self {
        let draft = ArticleDraft::of(now, source, old, feed, entry, &identity);
        Self {
            entry,
            mark: entry_mark(entry),
            length: teasers::length(&draft.feed_text),
            draft,
            is_page: source.kind == SourceKind::Page,
            identity,
        }
    }
}

/// Returns the article a known key speaks of, if it still does.
pub(super) fn by_key<'a>(
    now: &IncomingEntry<'_>,
    known: &'a StoredEntries,
) -> Option<(ArticleId, Option<&'a PreviousEntry>)> {
    let stored = known.entries.get(&now.identity.key)?;
    let past = stored.past.as_ref();
    past.is_none_or(|past| is_same_by_key(now, past))
        .then_some((stored.article, past))
}

/// Returns what an entry with an unknown key, or one that means something else now, turns out to be.
pub(super) fn by_link_or_title<'a>(
    now: &IncomingEntry<'_>,
    known: &'a StoredEntries,
    claimed: &HashSet<ArticleId>,
) -> EntryMatch<'a> {
    if let Some((article, past)) = known.articles.get(&now.identity.url_key) {
        return match past {
            // Another source brought it: an address is one article, whoever links to it; see `syndication`.
            None => EntryMatch::Known(*article, None),
            Some(past) if !claimed.contains(article) && is_same_by_link(now, past) => {
                EntryMatch::Known(*article, Some(past))
            }
            Some(_) => EntryMatch::NewAtUsedLink,
        };
    }
    // Without a headline or a text nothing says that two links are one article.
    let alike = known.alike.get(&now.mark.title).filter(|_| now.mark.title != 0);
    let alike = alike.map_or(&[][..], Vec::as_slice);
    match alike
        .iter()
        .find(|past| !claimed.contains(&past.article) && is_same_by_title(now, past))
    {
        Some(past) => EntryMatch::Known(past.article, Some(past)),
        None => EntryMatch::New,
    }
}

/// Whether a headline is another one than the source gave before.
pub(super) fn has_new_title(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    match past.said_title {
        Some(title) => title != now.mark.title,
        None => !text::is_same_text(&past.title, &now.draft.title),
    }
}

/// Whether a text is another one than the source gave before.
pub(super) fn has_new_text(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    if now.is_page {
        return !text::is_same_text(
            &page_noise::without_noise(&past.text),
            &page_noise::without_noise(&now.draft.feed_text),
        );
    }
    !text::is_same_text(&past.text, &now.draft.feed_text)
}

/// A publisher that re-uses an id changes link, headline and text together; an edited article keeps one of them.
fn is_same_by_key(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    match links(now, past) {
        Links::Same | Links::OtherHost => true,
        links if !has_new_title(now, past) => {
            links == Links::None || !(dates(now, past) == Dates::Differ && is_other_text(now, past))
        }
        _ => is_edited(now, past),
    }
}

fn is_same_by_link(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    if !has_new_title(now, past) {
        return dates(now, past) != Dates::Differ || !is_other_text(now, past);
    }
    dates(now, past) == Dates::Same || is_edited(now, past)
}

/// Called with equal headlines only.
fn is_same_by_title(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    let has_text = !now.draft.feed_text.trim().is_empty();
    let is_same_text = has_text && !has_new_text(now, past);
    let dates = dates(now, past);
    match links(now, past) {
        Links::Same | Links::OtherHost => dates != Dates::Differ || !is_other_text(now, past),
        Links::None => is_same_text || dates == Dates::Same,
        // The same headline every morning, over the same standing text, is a new article every morning.
        Links::OtherQuery => match dates {
            Dates::Same => true,
            Dates::Differ => false,
            Dates::Unknown => {
                (is_same_text || (!has_text && past.text.trim().is_empty()))
                    && now.draft.title.split_whitespace().count() >= TELLING_WORDS_MIN
            }
        },
        Links::Other => match dates {
            Dates::Same => {
                is_same_text
                    || (!has_text
                        && past.text.trim().is_empty()
                        && now.draft.title.split_whitespace().count() >= TELLING_WORDS_MIN)
            }
            Dates::Differ => false,
            Dates::Unknown => is_same_text && now.draft.title.split_whitespace().count() >= TELLING_WORDS_MIN,
        },
    }
}

/// Whether headline or text are an edited form of what they were.
fn is_edited(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    shares_words(&now.draft.title, &past.title) || shares_words(&now.draft.feed_text, &past.text)
}

fn is_other_text(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    has_new_text(now, past) && !shares_words(&now.draft.feed_text, &past.text)
}

fn shares_words(one: &str, other: &str) -> bool {
    let words = |text: &str| {
        let mut words = HashSet::new();
        text::each_word(text::head(text, WORDS_MAX * 8), |word| {
            if words.len() < WORDS_MAX {
                words.insert(text::word_hash(word));
            }
        });
        words
    };
    let (one, other) = (words(one), words(other));
    let shared = one.intersection(&other).count();
    shared >= SHARED_WORDS_MIN && shared * 100 >= one.len().min(other.len()) * EDITED_PERCENT
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dates {
    Same,
    Differ,
    Unknown,
}

fn dates(now: &IncomingEntry<'_>, past: &PreviousEntry) -> Dates {
    match (now.mark.published_at, past.said_published_at) {
        (Some(now), Some(then)) if now == then => Dates::Same,
        (Some(_), Some(_)) => Dates::Differ,
        _ => Dates::Unknown,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Links {
    Same,
    /// Only the host differs: a move, `m.`, another mirror.
    OtherHost,
    /// Only the query differs: a tracking code nobody knows, or another article.
    OtherQuery,
    Other,
    /// At least one has none.
    None,
}

fn links(now: &IncomingEntry<'_>, past: &PreviousEntry) -> Links {
    let (Some(one), Some(other)) = (canonical(now.entry.link.as_deref()), canonical(Some(&past.link))) else {
        return Links::None;
    };
    if one == other {
        return Links::Same;
    }
    let split = |key: &str| {
        let (page, query) = key.split_once('?').unwrap_or((key, ""));
        let (host, path) = page.split_once('/').unwrap_or((page, ""));
        (host.to_owned(), path.to_owned(), query.to_owned())
    };
    let ((host, path, query), (old_host, old_path, old_query)) = (split(&one), split(&other));
    if path != old_path {
        Links::Other
    } else if query == old_query && !(path.is_empty() && query.is_empty()) {
        Links::OtherHost
    } else if host == old_host {
        Links::OtherQuery
    } else {
        Links::Other
    }
}
