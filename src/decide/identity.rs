//! Which entry is which article.
//!
//! An entry is known by its id, else its link, else its text. Publishers change all three: ids churn, links get another
//! host or another tracking code, an id is used again for something new. So what a poll brings under an unknown id or
//! link is compared with what the same source said before, and what comes under a known one too: an old article never
//! comes back as new, and a new one does not hide behind an old id. One article is one entry of a feed at most: what
//! another entry of the same poll is already known to be, no second one becomes.

use std::collections::HashSet;

use super::draft::ArticleDraft;
use super::entry_identities::{
    TELLING_TEXT_WORDS_MIN, canonical, date, date_line, is_link_of_letter, is_named_by_link, scoped,
};
use super::page_noise;
use super::stored_entries::{EntryIdentity, EntryMark, PreviousEntry, StoredEntries};
use super::teasers;
use crate::domain::feed::{Entry, Feed};
use crate::domain::source::{Source, SourceKind, SourceState};
use crate::domain::teasers::EntryLength;
use crate::domain::{ArticleId, Timestamp};
use crate::text;

/// Words of a text that are compared.
const WORDS_MAX: usize = 1_000;
/// Texts with fewer words than this in common prove nothing.
const SHARED_WORDS_MIN: usize = 3;
/// A text of which this share of words was there before is an edited one, in percent of the shorter text's.
const EDITED_PERCENT: usize = 60;
/// A headline of at least this many words is one article's alone.
const TELLING_WORDS_MIN: usize = 4;
/// A text of which this share of words stayed is the same one, in percent of the longer text's: without ids, and where
/// another id speaks against it.
const KEPT_PERCENT: usize = 85;
const KEPT_UNDER_OTHER_ID_PERCENT: usize = 95;
/// Headlines that must have stood in a feed before, that all its other links are one change of links.
const HEADLINES_MIN: usize = 2;

/// Returns the address key of an article at a link that was another's. Its key may have been another's too.
pub(super) fn at_used_link(source: &Source, identity: &EntryIdentity) -> String {
    format!("{}\n{}", scoped(source, &identity.key), identity.fingerprint)
}

/// Returns what is kept of an entry beside its key, to know it again when the key changes.
pub fn entry_mark(entry: &Entry) -> EntryMark {
    EntryMark {
        title: crate::feed::title_hash(entry),
        published_at: date(entry),
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
    is_named_by_link: bool,
    is_link_of_letter: bool,
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
            is_named_by_link: is_named_by_link(source, entry),
            is_link_of_letter: is_link_of_letter(source, entry),
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

/// Whether a feed gave all its entries other links at once, as one with a session in them does at every poll: no link is
/// known, and most headlines are.
pub(super) fn has_other_links(unknown: &[IncomingEntry<'_>], known: &StoredEntries) -> bool {
    if !known.entries.is_empty() || !known.articles.is_empty() {
        return false;
    }
    let headlines: HashSet<i64> = unknown.iter().map(|incoming| incoming.mark.title).collect();
    let stood = |title: &&i64| **title != 0 && known.alike.get(title).is_some_and(|alike| !alike.is_empty());
    let standing = headlines.iter().filter(stood).count();
    standing >= HEADLINES_MIN && standing * 2 > headlines.len()
}

/// Returns what an entry with an unknown key, or one that means something else now, turns out to be.
pub(super) fn by_link_or_title<'a>(
    now: &IncomingEntry<'_>,
    known: &'a StoredEntries,
    claimed: &HashSet<ArticleId>,
    has_other_links: bool,
) -> EntryMatch<'a> {
    let at_link = known.articles.get(&now.identity.url_key);
    match at_link {
        Some((article, _)) if now.is_link_of_letter => return EntryMatch::Known(*article, None),
        // Another source brought it: an address is one article, whoever links to it; see `syndication`.
        Some((article, None)) if !is_taken_over(now, known) => return EntryMatch::Known(*article, None),
        Some((article, Some(past))) if !claimed.contains(article) && is_same_by_link(now, past) => {
            return EntryMatch::Known(*article, Some(past));
        }
        _ => {}
    }
    // Without a headline or a text nothing says that two links are one article.
    let alike = known.alike.get(&now.mark.title).filter(|_| now.mark.title != 0);
    let alike = alike.map_or(&[][..], Vec::as_slice);
    match alike
        .iter()
        .find(|past| !claimed.contains(&past.article) && is_same_by_title(now, past, has_other_links))
    {
        Some(past) => EntryMatch::Known(past.article, Some(past)),
        None if at_link.is_some() => EntryMatch::NewAtUsedLink,
        None => EntryMatch::New,
    }
}

/// Whether the key of an entry stands for the latest of several articles at its link, and for none of them now.
fn is_taken_over(now: &IncomingEntry<'_>, known: &StoredEntries) -> bool {
    let past = known
        .entries
        .get(&now.identity.key)
        .and_then(|stored| stored.past.as_ref());
    past.is_some_and(|past| links(now, past) == Links::Same)
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

/// A publisher that re-uses an id changes link, headline and text together; an edited article keeps one of them. A link
/// alone is no id: under it another headline, date and text are another article.
fn is_same_by_key(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    // A watched page is one article, whatever it says.
    if now.is_page {
        return true;
    }
    match links(now, past) {
        Links::Same | Links::OtherHost => {
            !(now.is_named_by_link && dates(now, past) == Dates::Differ && has_new_title(now, past))
                || keeps_text(now, past)
        }
        links if !has_new_title(now, past) => {
            links == Links::None || !(dates(now, past) == Dates::Differ && is_other_text(now, past))
        }
        _ => is_edited(now, past),
    }
}

/// Many entries in turn may have one link: warnings, packages, today's menu. Their headlines and texts come from a
/// template, so few words in common prove nothing.
fn is_same_by_link(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    let dates = dates(now, past);
    if !has_new_title(now, past) {
        return dates != Dates::Differ || !is_other_text(now, past);
    }
    match dates {
        Dates::Same => true,
        Dates::Unknown => is_edited(now, past),
        Dates::Differ => differs_in_fragment(now, past) || keeps_text(now, past),
    }
}

/// Whether the id is the one from before but for its fragment, which counts the versions of an article; in a link it
/// may name a part of a page.
fn differs_in_fragment(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    let split = |text: &str| -> Option<(String, String)> {
        let (start, fragment) = text.trim().split_once('#')?;
        Some((start.to_owned(), fragment.to_owned()))
    };
    let without = |text: &str| split(text).map_or_else(|| text.trim().to_owned(), |(start, _)| start);
    let fragment = |link: Option<&str>| link.and_then(split).map(|(_, fragment)| fragment);
    now.entry
        .id
        .as_deref()
        .is_some_and(|id| !without(id).is_empty() && without(id) == without(&past.key.0))
        && fragment(now.entry.article_link()) == fragment(Some(&past.link))
}

/// Whether the text is nearly the one from before; under another id, also so long that it is one article's.
fn keeps_text(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    let (text, old) = (words(&now.draft.feed_text), words(&past.text));
    let longer = text.len().max(old.len());
    if longer == 0 {
        return now.is_named_by_link && shares_words(&now.draft.title, &past.title);
    }
    let (kept_min, is_telling) = match now.is_named_by_link {
        true => (KEPT_PERCENT, true),
        false => (
            KEPT_UNDER_OTHER_ID_PERCENT,
            now.draft.feed_text.split_whitespace().count() >= TELLING_TEXT_WORDS_MIN,
        ),
    };
    is_telling && text.intersection(&old).count() * 100 >= longer * kept_min
}

/// Called with equal headlines only.
fn is_same_by_title(now: &IncomingEntry<'_>, past: &PreviousEntry, has_other_links: bool) -> bool {
    let has_text = !now.draft.feed_text.trim().is_empty();
    let is_same_text = has_text && !has_new_text(now, past);
    let dates = dates(now, past);
    let is_link_churn = has_other_links && dates == Dates::Unknown && !is_other_text(now, past);
    match links(now, past) {
        // Its date tells it from another one of this body.
        Links::Same | Links::OtherHost if is_known_by_date(now) => {
            dates == Dates::Same || now.mark.published_at.is_none()
        }
        Links::Same | Links::OtherHost => dates != Dates::Differ || !is_other_text(now, past),
        Links::None => is_same_text || dates == Dates::Same,
        // The same headline every morning, over the same standing text, is a new article every morning.
        Links::OtherQuery | Links::Other if is_link_churn => true,
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

fn is_known_by_date(now: &IncomingEntry<'_>) -> bool {
    now.is_named_by_link && now.identity.key.0.ends_with(&date_line(now.entry))
}

fn is_other_text(now: &IncomingEntry<'_>, past: &PreviousEntry) -> bool {
    has_new_text(now, past) && !shares_words(&now.draft.feed_text, &past.text)
}

fn shares_words(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let shared = one.intersection(&other).count();
    shared >= SHARED_WORDS_MIN && shared * 100 >= one.len().min(other.len()) * EDITED_PERCENT
}

fn words(text: &str) -> HashSet<u64> {
    let mut words = HashSet::new();
    text::each_word(text::head(text, WORDS_MAX * 8), |word| {
        if words.len() < WORDS_MAX {
            words.insert(text::word_hash(word));
        }
    });
    words
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
    let (Some(one), Some(other)) = (canonical(now.entry.article_link()), canonical(Some(&past.link))) else {
        return Links::None;
    };
    // Before the feed named the publisher's own link, the service's stood for the article.
    if one == other || canonical(now.entry.link.as_deref()).as_ref() == Some(&other) {
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
