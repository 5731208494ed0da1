//! Which entries of a feed are teasers, and whose pages are read for that alone.
//!
//! What a teaser leaves out no topic can find in it, so the page of its article is asked for before a topic says no: on the
//! feed's own site only, the newest first, so many in a day.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::draft::{self, ArticleDraft, NEWS_DAYS};
use crate::domain::Timestamp;
use crate::domain::feed::{Entry, Feed};
use crate::domain::source::{Source, SourceState};
use crate::domain::teasers::{ENTRIES_MEASURED, EntryLength, EntryLengths};
use crate::domain::url::domain_of;
use crate::extract::breaks_off_openly;
use crate::text;

/// Pages of one source that are asked for in a day for nothing but that its entries say too little.
pub const TEASER_PAGES_PER_DAY_MAX: u32 = 100;
/// Bytes of an entry's text that are counted; what is longer is no teaser.
const COUNTED_BYTES_MAX: usize = 4 * 1024;

/// Returns how much of its article a text gives. Two letters of a script without spaces count as a word.
pub(super) fn length(text: &str) -> EntryLength {
    let counted = text::head(text, COUNTED_BYTES_MAX);
    EntryLength {
        words: counted.split_whitespace().map(words).sum(),
        breaks_off: breaks_off_openly(text),
    }
}

fn words(token: &str) -> u32 {
    if !token.contains(char::is_alphanumeric) {
        return 0;
    }
    let letters = match token.is_ascii() {
        true => 0,
        false => token.chars().filter(|letter| text::is_unspaced(*letter)).count(),
    };
    u32::try_from(letters.div_ceil(2)).unwrap_or(u32::MAX).max(1)
}

/// Whether an entry has a headline.
pub(super) fn has_title(entry: &Entry) -> bool {
    entry.title.as_deref().is_some_and(|title| !title.trim().is_empty())
}

/// What is known of a feed when it is decided whose pages are read.
pub(super) struct FeedTeasers {
    pub lengths: EntryLengths,
    pub site: OwnSite,
    /// Pages that may still be asked for today.
    pub room: u32,
}

impl FeedTeasers {
    /// Returns what is known before the entries of a poll are measured.
    pub fn of(source: &Source, state: &SourceState, feed: &Feed, day_pages: u32) -> Self {
        Self {
            lengths: state.entry_lengths.clone(),
            site: OwnSite::of(source, state, feed),
            room: TEASER_PAGES_PER_DAY_MAX.saturating_sub(day_pages),
        }
    }

    /// Takes the new entries of a poll in; for a source that is known and was never measured, all that its feed lists. A
    /// note without a headline is the beginning of nothing.
    pub fn measure<'a>(&mut self, feed: &Feed, is_known: bool, new: impl Iterator<Item = (&'a Entry, EntryLength)>) {
        if self.lengths.is_empty() && is_known {
            let told = feed
                .entries
                .iter()
                .filter(|entry| has_title(entry))
                .take(ENTRIES_MEASURED);
            self.lengths = self.lengths.with(told.map(|entry| length(&draft::text(entry))));
        } else {
            let told = new.filter(|(entry, _)| has_title(entry)).map(|(_, length)| length);
            self.lengths = self.lengths.with(told);
        }
    }

    /// Whether an entry is a teaser whose page, on the feed's own site, is worth reading for that alone.
    pub fn has(&self, now: Timestamp, entry: &Entry, draft: &ArticleDraft, length: EntryLength) -> bool {
        has_title(entry)
            && self.lengths.is_teaser(length)
            && self.site.has(&draft.provider_domain)
            && !draft.is_video
            && draft.published_at >= now - TimeDelta::days(NEWS_DAYS)
    }
}

/// The site a feed is of: where it stands, and where most of its entries lead.
pub(super) struct OwnSite {
    domains: Vec<String>,
    /// Most entries lead elsewhere.
    pub leads_away: bool,
}

impl OwnSite {
    /// Returns the site of a feed, by the entries at its beginning.
    pub fn of(source: &Source, state: &SourceState, feed: &Feed) -> Self {
        let addresses = [Some(source.address.as_str()), state.current_address.as_deref()];
        let mut domains: Vec<String> = addresses.into_iter().flatten().filter_map(domain_of).collect();
        let mut led: HashMap<String, usize> = HashMap::new();
        let entries = feed.entries.iter().take(ENTRIES_MEASURED);
        for domain in entries.filter_map(|entry| domain_of(entry.article_link()?)) {
            *led.entry(domain).or_default() += 1;
        }
        let all: usize = led.values().sum();
        domains.extend(
            led.iter()
                .filter(|(_, own)| **own * 2 > all)
                .map(|(domain, _)| domain.clone()),
        );
        let own: usize = led
            .iter()
            .filter(|(domain, _)| domains.contains(domain))
            .map(|(_, own)| own)
            .sum();
        Self {
            leads_away: own * 2 < all,
            domains,
        }
    }

    /// Whether a page is its own.
    pub fn has(&self, domain: &str) -> bool {
        self.domains.iter().any(|own| own == domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::SourceKind;

    #[track_caller]
    fn check(text: &str, words: u32, breaks_off: bool) {
        assert_eq!(length(text), EntryLength { words, breaks_off }, "{text}");
    }

    #[test]
    fn words_and_open_ends() {
        check("", 0, false);
        check("The council votes on Monday.", 5, false);
        check("The council votes on …", 4, true);
        check("The council votes. Read more »", 5, true);
        check("Der Rat stimmt ab. Weiterlesen", 5, true);
        check(
            "The council votes on [...]\n\nThe post Council votes appeared first on Gazette.",
            12,
            true,
        );
        check("“Wait…”, she said.\n\nIt was late.", 6, false);
        // 27 letters.
        check("港町市議会は八日、図書館の顔認証カメラの予算案を可決した。", 14, false);
        check(&"word ".repeat(10_000), (COUNTED_BYTES_MAX / 5 + 1) as u32, false);
    }

    #[track_caller]
    fn site(address: &str, links: &[&str], own: &str, is_own: bool, leads_away: bool) {
        let entry = |link: &&str| Entry {
            link: Some((*link).to_owned()),
            ..Entry::default()
        };
        let feed = Feed {
            entries: links.iter().map(entry).collect(),
            ..Feed::default()
        };
        let site = OwnSite::of(&Source::new(SourceKind::Feed, address), &SourceState::default(), &feed);
        assert_eq!(
            (site.has(own), site.leads_away),
            (is_own, leads_away),
            "{address} {links:?}"
        );
    }

    #[test]
    fn whose_pages_a_feeds_entries_lead_to() {
        let own = [
            "https://www.gazette.example/a",
            "https://gazette.example/b",
            "https://x.example/",
        ];
        site("https://rss.gazette.example/all", &own, "gazette.example", true, false);
        // A feed that stands with a service.
        site(
            "https://feeds.service.example/gazette",
            &own,
            "gazette.example",
            true,
            false,
        );
        site("https://feeds.service.example/gazette", &own, "x.example", false, false);
        // A blog of links, and one with articles of its own among them.
        let links = ["https://a.example/1", "https://b.example/2", "https://c.example/3"];
        site("https://links.example/feed", &links, "a.example", false, true);
        site("https://c.example/feed", &links, "c.example", true, true);
        site("https://links.example/feed", &[], "links.example", true, false);
    }
}
