//! What an entry makes of an article that another source tells.
//!
//! An address is one article, whoever names it first, and has one source's words: its publisher's, where that is followed.
//! What other sources say of it in other words is matched beside them, so nobody can hide an article by naming it first.
//! The table of cases is docs/decisions/0015-aggregators.md.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::draft::{ArticleDraft, NEWS_DAYS};
use super::stored_entries::SyndicatedArticle;
use crate::domain::Timestamp;
use crate::domain::source::Source;
use crate::domain::url::domain_of;
use crate::matching::{Matcher, Subject};
use crate::text;

/// An entry of a source whose words the article does not have.
pub(super) struct OtherEntry<'a> {
    pub source: &'a Source,
    pub draft: &'a ArticleDraft,
    /// It has a headline of its own.
    pub has_title: bool,
    /// The source brings the article for the first time.
    pub is_first: bool,
    /// The article would be news if it were not known.
    pub is_news: bool,
    /// Its page would be wanted if it were not known.
    pub wants_page: bool,
}

/// What becomes of the article; nothing of it where the entry is a mere link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyndicatedChange {
    /// The entry's words take the place of those that stand.
    pub replaces: bool,
    /// The words that stood are still matched.
    pub keeps_old: bool,
    /// The entry's words are kept to be matched.
    pub adds: bool,
    /// Its page is to be asked for.
    pub wants_page: bool,
    /// It becomes news.
    pub is_news: bool,
}

impl SyndicatedChange {
    /// Whether the entry is a mere link.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Decides what an entry makes of an article that another source tells.
pub(super) fn plan_syndicated(
    now: Timestamp,
    other: &OtherEntry<'_>,
    stands: &SyndicatedArticle,
    matcher: &Matcher,
) -> SyndicatedChange {
    let topics = |subject: &Subject<'_>| -> HashSet<String> {
        let found = matcher.matches(subject).into_iter();
        found.filter_map(|m| matcher.name(m.topic).map(str::to_owned)).collect()
    };
    let mut about: HashSet<String> = stands.topics.iter().cloned().collect();
    if let Some(article) = &stands.pending {
        about.extend(topics(&Subject::of(article)));
    }
    let draft = other.draft;
    let adds = !topics(&draft.subject(other.source)).is_subset(&about);
    let is_publisher = |address: &str| domain_of(address).is_some_and(|domain| domain == draft.provider_domain);
    let has_publishers_words = stands.is_page_read || is_publisher(&stands.teller);
    // What was told keeps its headline: another one would be told as a change.
    let may_replace = other.has_title && !stands.was_told && !stands.is_page_read;
    let replaces = may_replace
        && match (is_publisher(&other.source.address), has_publishers_words) {
            (true, false) => adds || !text::is_same_text(&stands.title, &draft.title),
            (false, true) => false,
            (true, true) | (false, false) => adds && about.is_empty(),
        };
    let is_coming = stands.pending.is_some() && stands.wants_page;
    let wants_page = other.wants_page
        && other.is_first
        && !stands.was_told
        && !stands.is_taken_in
        && !is_coming
        // A page that was asked for once is asked again only for words that say more than it did.
        && (adds || !stands.was_asked);
    let is_of_interest = adds || wants_page || !about.is_empty();
    let is_recent = draft.is_dated && draft.published_at >= now - TimeDelta::days(NEWS_DAYS);
    let is_news = other.is_news
        && other.is_first
        && is_of_interest
        && !stands.is_news
        && !stands.was_told
        && !stands.is_taken_in
        // A link without a date does not make news of what its publisher calls old.
        && (is_recent || !(has_publishers_words && stands.is_dated));
    SyndicatedChange {
        replaces,
        keeps_old: replaces && !about.is_empty(),
        adds,
        wants_page,
        is_news,
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::feed::{Entry, Feed, Markup};
    use crate::domain::schedule::Schedule;
    use crate::domain::source::{SourceKind, SourceState};
    use crate::domain::topic::{Rule, Topic, Where};

    const PUBLISHER: &str = "https://feeds.harbour.example/all.xml";
    const OTHER: &str = "https://links.example/feed";
    const THIRD: &str = "https://more.example/feed";

    fn now() -> Timestamp {
        "2026-06-13T12:00:00Z".parse().unwrap()
    }

    fn matcher() -> Matcher {
        let topic = |name: &str| Topic {
            name: name.to_owned(),
            parent: None,
            rule: Rule::Keywords {
                any: vec![name.to_lowercase()],
                place: Where::Text,
            },
            stem: false,
        };
        Matcher::compile(&[topic("Ferry"), topic("Bridge")]).unwrap_or_else(|_| unreachable!())
    }

    fn stands(teller: &str, title: &str, topics: &[&str]) -> SyndicatedArticle {
        SyndicatedArticle {
            teller: teller.to_owned(),
            title: title.to_owned(),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
            pending: None,
            is_page_read: false,
            was_asked: false,
            wants_page: false,
            is_news: true,
            is_dated: true,
            was_told: false,
            is_taken_in: false,
        }
    }

    /// What an entry of `address` with this headline makes of what stands, dated so many days ago.
    fn made_of(
        stands: &SyndicatedArticle,
        address: &str,
        title: &str,
        days: i64,
        wants_page: bool,
    ) -> SyndicatedChange {
        let source = Source {
            schedule: Schedule::parse("every 1h", Tz::UTC).unwrap(),
            ..Source::new(SourceKind::Feed, address)
        };
        let entry = Entry {
            title: Some(title.to_owned()),
            link: Some("https://www.harbour.example/report".to_owned()),
            published: Some(now() - TimeDelta::days(days)),
            summary: Some(Markup::text("In short.".to_owned())),
            ..Entry::default()
        };
        let feed = Feed {
            entries: vec![entry],
            ..Feed::default()
        };
        let identity = super::super::entry_identities::identify(&source, &feed).remove(0);
        let draft = ArticleDraft::of(
            now(),
            &source,
            &SourceState::default(),
            &feed,
            &feed.entries[0],
            &identity,
        );
        let other = OtherEntry {
            source: &source,
            draft: &draft,
            has_title: true,
            is_first: true,
            is_news: true,
            wants_page,
        };
        plan_syndicated(now(), &other, stands, &matcher())
    }

    /// Which of: replaces, keeps the old words, adds its own.
    #[track_caller]
    fn words(stands: &SyndicatedArticle, address: &str, title: &str, expected: [bool; 3]) {
        let made = made_of(stands, address, title, 0, false);
        assert_eq!(
            [made.replaces, made.keeps_old, made.adds],
            expected,
            "{stands:?} {address} {title}"
        );
    }

    #[test]
    fn whose_words_an_article_has() {
        let none = [false; 3];
        // The publisher's take the place of another's, which are matched still.
        words(
            &stands(OTHER, "A link", &[]),
            PUBLISHER,
            "The ferry stops",
            [true, false, true],
        );
        words(
            &stands(OTHER, "A link", &[]),
            PUBLISHER,
            "The mayor speaks",
            [true, false, false],
        );
        words(
            &stands(OTHER, "A ferry link", &["Ferry"]),
            PUBLISHER,
            "The mayor speaks",
            [true, true, false],
        );
        words(
            &stands(OTHER, "The ferry stops", &["Ferry"]),
            PUBLISHER,
            "The ferry stops",
            none,
        );
        // Another's never take the place of the publisher's.
        words(
            &stands(PUBLISHER, "Read this", &[]),
            OTHER,
            "The ferry stops",
            [false, false, true],
        );
        words(&stands(PUBLISHER, "The ferry stops", &["Ferry"]), OTHER, "Ferry!", none);
        words(
            &stands(PUBLISHER, "The ferry stops", &["Ferry"]),
            OTHER,
            "A bridge",
            [false, false, true],
        );
        // Among others the first that match stand.
        words(
            &stands(OTHER, "A link", &[]),
            THIRD,
            "The ferry stops",
            [true, false, true],
        );
        words(&stands(OTHER, "A link", &[]), THIRD, "Another link", none);
        words(
            &stands(OTHER, "Ferry!", &["Ferry"]),
            THIRD,
            "A bridge",
            [false, false, true],
        );
        // Nor the place of what was read on its page, or was told.
        let read = SyndicatedArticle {
            is_page_read: true,
            ..stands(OTHER, "Of a mayor", &[])
        };
        words(&read, THIRD, "The ferry stops", [false, false, true]);
        words(&read, PUBLISHER, "The ferry stops", [false, false, true]);
        let told = SyndicatedArticle {
            was_told: true,
            ..stands(OTHER, "Ferry!", &["Ferry"])
        };
        words(&told, PUBLISHER, "The ferry stops", none);
        words(&told, PUBLISHER, "The bridge closes", [false, false, true]);
    }

    #[test]
    fn when_the_page_is_asked_for() {
        let check = |stands: SyndicatedArticle, title: &str, expected: bool| {
            assert_eq!(
                made_of(&stands, OTHER, title, 0, true).wants_page,
                expected,
                "{stands:?} {title}"
            );
        };
        let dull = || stands(PUBLISHER, "Read this", &[]);
        check(dull(), "A link", true);
        let asked = || SyndicatedArticle {
            was_asked: true,
            ..dull()
        };
        check(asked(), "A link", false);
        check(asked(), "The ferry stops", true);
        check(
            SyndicatedArticle {
                was_told: true,
                ..dull()
            },
            "The ferry stops",
            false,
        );
        check(
            SyndicatedArticle {
                is_taken_in: true,
                ..dull()
            },
            "The ferry stops",
            false,
        );
    }

    #[test]
    fn when_old_news_are_news() {
        let check = |stands: SyndicatedArticle, title: &str, days: i64, expected: bool| {
            assert_eq!(
                made_of(&stands, OTHER, title, days, false).is_news,
                expected,
                "{stands:?} {title} {days}"
            );
        };
        let old = |teller: &str, topics: &[&str]| SyndicatedArticle {
            is_news: false,
            ..stands(teller, "Read this", topics)
        };
        check(old(PUBLISHER, &["Ferry"]), "A link", 1, true);
        check(old(PUBLISHER, &[]), "The ferry stops", 1, true);
        check(old(PUBLISHER, &[]), "A link", 1, false);
        check(old(PUBLISHER, &["Ferry"]), "A link", 30, false);
        check(old(THIRD, &["Ferry"]), "A link", 30, true);
        for told in [true, false] {
            let stands = SyndicatedArticle {
                was_told: told,
                is_taken_in: !told,
                ..old(THIRD, &["Ferry"])
            };
            check(stands, "A link", 1, false);
        }
    }
}
