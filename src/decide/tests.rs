use chrono::TimeDelta;
use chrono_tz::Tz;

use super::entry_identities::identify;
use super::identity::entry_mark;
use super::poll_schedule::PollLimits;
use super::{
    ENTRIES_PER_DAY_MAX, FetchMeta, KnownEntry, Outcome, PollPlan, PollPolicy, PreviousEntry, StoredEntries, decide,
};
use crate::domain::feed::{Enclosure, Entry, Feed, Markup};
use crate::domain::schedule::Schedule;
use crate::domain::source::{Failure, FullText, Source, SourceKind, SourceState, Trouble, Validators};
use crate::domain::teasers::EntryLengths;
use crate::domain::topic::{Rule, Topic, Where};
use crate::domain::{ArticleId, Timestamp};
use crate::feed::Parsed;
use crate::matching::Matcher;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-06-13T12:00:00Z")
}

fn source(schedule: &str) -> Source {
    Source {
        schedule: Schedule::parse(schedule, Tz::UTC).unwrap(),
        ..Source::new(SourceKind::Feed, "http://example.org/feed")
    }
}

fn matcher() -> Matcher {
    let rule = Rule::Keywords {
        any: vec!["face scan".to_owned()],
        place: Where::Text,
    };
    Matcher::compile(&[Topic {
        name: "Scans".to_owned(),
        parent: None,
        rule,
        stem: false,
    }])
    .unwrap_or_else(|_| unreachable!())
}

fn entry(id: &str, title: &str, link: &str, published: &str) -> Entry {
    Entry {
        id: Some(id.to_owned()),
        title: Some(title.to_owned()),
        link: Some(link.to_owned()),
        published: Some(at(published)),
        summary: Some(Markup::text(format!("{title} in short."))),
        ..Entry::default()
    }
}

fn feed(entries: Vec<Entry>) -> Parsed {
    let feed = Feed {
        title: Some("The Feed".to_owned()),
        link: Some("http://example.org/".to_owned()),
        entries,
        ..Feed::default()
    };
    Parsed {
        feed,
        warnings: Vec::new(),
    }
}

fn fetched(parsed: Parsed) -> Outcome {
    Outcome::Fetched(
        FetchMeta {
            body_hash: Some(vec![1]),
            ..FetchMeta::default()
        },
        Box::new(parsed),
    )
}

fn plan(source: &Source, old: &SourceState, outcome: Outcome, known: &StoredEntries) -> PollPlan {
    let policy = PollPolicy {
        matcher: &matcher(),
        documents_for_all: false,
        limits: &PollLimits::default(),
    };
    let mut known = known.clone();
    if let Outcome::Fetched(_, parsed) = &outcome {
        known.identities = identify(source, &parsed.feed);
    }
    decide(now(), source, old, &outcome, known, &policy)
}

fn read_before() -> SourceState {
    SourceState {
        succeeded_at: Some(now() - TimeDelta::hours(1)),
        ..SourceState::default()
    }
}

#[test]
fn a_first_poll_makes_news_of_the_last_week_only() {
    let entries = vec![
        entry("1", "A", "http://example.org/a", "2026-06-10T00:00:00Z"),
        entry("2", "B", "http://example.org/b", "2026-05-10T00:00:00Z"),
    ];
    let plan_first = plan(
        &source("every 1h"),
        &SourceState::default(),
        fetched(feed(entries)),
        &StoredEntries::default(),
    );
    assert_eq!(
        plan_first.new.iter().map(|n| n.is_news).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn what_is_old_at_a_later_poll_is_known_and_what_is_late_is_news() {
    let source = source("every 1h");
    let is_news = |published: Option<Timestamp>, succeeded_at: Timestamp| {
        let entry = Entry {
            published,
            ..entry("1", "A", "http://example.org/a", "2026-06-10T00:00:00Z")
        };
        let old = SourceState {
            succeeded_at: Some(succeeded_at),
            ..SourceState::default()
        };
        let plan = plan(&source, &old, fetched(feed(vec![entry])), &StoredEntries::default());
        plan.new[0].is_news
    };
    let hour_ago = now() - TimeDelta::hours(1);
    let days = |days: i64| Some(now() - TimeDelta::days(days));
    // A feed lengthens, moves, or mixes old entries in.
    assert!(!is_news(days(180), hour_ago));
    assert!(!is_news(days(8), hour_ago));
    // It was published late, or nobody could ask.
    assert!(is_news(days(6), hour_ago));
    assert!(is_news(days(30), now() - TimeDelta::days(25)));
    assert!(!is_news(days(40), now() - TimeDelta::days(25)));
    // Nothing says how old it is.
    assert!(is_news(None, hour_ago));
}

#[test]
fn of_whole_texts_only_what_a_topic_can_match_wants_its_page() {
    let entries = vec![
        entry("1", "A face scan", "http://example.org/a", "2026-06-10T00:00:00Z"),
        of_words(2, 200),
    ];
    let plan = plan(
        &source("every 1h"),
        &SourceState::default(),
        fetched(feed(entries)),
        &StoredEntries::default(),
    );
    assert_eq!(
        plan.new
            .iter()
            .map(|n| (n.wants_page, n.is_pending))
            .collect::<Vec<_>>(),
        [(true, true), (false, false)]
    );
}

#[test]
fn a_changed_entry_is_a_change_and_a_reused_guid_is_not() {
    let source = source("every 1h");
    let old = entry("1", "A", "http://example.org/a", "2026-06-10T00:00:00Z");
    let said = entry_mark(&old);
    let identity = identify(&source, &feed(vec![old]).feed).remove(0);
    let known = StoredEntries {
        entries: [(
            identity.key.clone(),
            KnownEntry {
                fingerprint: identity.fingerprint,
                article: ArticleId(7),
                past: Some(PreviousEntry {
                    article: ArticleId(7),
                    key: identity.key.clone(),
                    link: "http://example.org/a".to_owned(),
                    title: "A".to_owned(),
                    said_title: Some(said.title),
                    said_published_at: said.published_at,
                    text: "A in short.".to_owned(),
                }),
            },
        )]
        .into(),
        ..StoredEntries::default()
    };
    let again = entry("1", "A", "http://example.org/a", "2026-06-10T00:00:00Z");
    let same = plan(&source, &read_before(), fetched(feed(vec![again])), &known);
    assert_eq!((same.new.len(), same.changed.len(), same.seen.len()), (0, 0, 0));
    let edited = entry("1", "A, corrected", "http://example.org/a", "2026-06-10T00:00:00Z");
    let edited = plan(&source, &read_before(), fetched(feed(vec![edited])), &known);
    assert_eq!((edited.new.len(), edited.changed.len()), (0, 1));
    let reused = entry("1", "Something else", "http://example.org/z", "2026-06-12T00:00:00Z");
    let reused = plan(&source, &read_before(), fetched(feed(vec![reused])), &known);
    assert_eq!((reused.new.len(), reused.changed.len()), (1, 0));
}

#[test]
fn entries_that_share_a_guid_or_the_home_page_stay_apart() {
    let source = source("every 1h");
    let shared = vec![
        entry("same", "A", "http://example.org/a", "2026-06-10T00:00:00Z"),
        entry("same", "B", "http://example.org/b", "2026-06-10T00:00:00Z"),
        entry("3", "C", "http://example.org/", "2026-06-10T00:00:00Z"),
        entry("4", "D", "http://example.org/", "2026-06-10T00:00:00Z"),
    ];
    let plan = plan(
        &source,
        &read_before(),
        fetched(feed(shared)),
        &StoredEntries::default(),
    );
    assert_eq!(plan.new.len(), 4);
}

#[test]
fn a_failure_keeps_everything_and_waits_longer_each_time() {
    let source = source("adaptive");
    let mut state = read_before();
    state.validators = Validators {
        etag: Some(b"x".to_vec()),
        last_modified: None,
    };
    let mut waits = Vec::new();
    for _ in 0..4 {
        let failure = Failure {
            message: "timed out".to_owned(),
            status: None,
            retry_at: None,
            trouble: None,
            is_wait: false,
        };
        state = plan(&source, &state, Outcome::Failed(failure), &StoredEntries::default()).state;
        waits.push((state.next_poll_at.unwrap() - now()).num_seconds());
    }
    assert_eq!(state.validators.etag.as_deref(), Some(b"x".as_slice()));
    assert_eq!((state.failures, state.failing_since), (4, Some(now())));
    assert!(
        waits.windows(2).all(|pair| pair[0] <= pair[1]) && waits[0] >= 15 * 60,
        "{waits:?}"
    );
}

#[test]
fn retry_after_is_obeyed_even_by_the_owners_own_rhythm() {
    let until = now() + TimeDelta::hours(5);
    let failure = Failure {
        message: "429".to_owned(),
        status: Some(429),
        retry_at: Some(until),
        trouble: None,
        is_wait: false,
    };
    let state = plan(
        &source("every 10m"),
        &read_before(),
        Outcome::Failed(failure),
        &StoredEntries::default(),
    )
    .state;
    assert!(state.next_poll_at.unwrap() >= until);
}

#[test]
fn a_wait_after_a_check_stays_what_the_check_was() {
    let failed = |message: &str, trouble, is_wait| {
        Outcome::Failed(Failure {
            message: message.to_owned(),
            status: None,
            retry_at: None,
            trouble,
            is_wait,
        })
    };
    let mut state = read_before();
    for (outcome, expected) in [
        (failed("wait", None, true), (None, "wait")),
        (
            failed("a check", Some(Trouble::Blocked), false),
            (Some(Trouble::Blocked), "a check"),
        ),
        (failed("wait", None, true), (Some(Trouble::Blocked), "a check")),
        (failed("503", None, false), (None, "503")),
        (failed("wait", None, true), (None, "wait")),
    ] {
        state = plan(&source("every 1h"), &state, outcome, &StoredEntries::default()).state;
        assert_eq!((state.trouble, state.last_error.as_deref().unwrap()), expected);
    }
    assert_eq!(state.failures, 5);
}

#[test]
fn adaptive_never_polls_sooner_than_it_is_asked_to() {
    let mut parsed = feed(vec![entry("1", "A", "http://example.org/a", "2026-06-13T11:59:00Z")]);
    parsed.feed.ttl_minutes = Some(600);
    let state = plan(
        &source("adaptive"),
        &read_before(),
        fetched(parsed),
        &StoredEntries::default(),
    )
    .state;
    assert!(state.next_poll_at.unwrap() >= now() + TimeDelta::minutes(600));
    let fresh = FetchMeta {
        fresh_until: Some(now() + TimeDelta::hours(3)),
        is_not_modified: true,
        ..FetchMeta::default()
    };
    let mut old = state;
    old.pace.ttl_minutes = None;
    let state = plan(
        &source("adaptive"),
        &old,
        Outcome::NotModified(fresh),
        &StoredEntries::default(),
    )
    .state;
    assert!(state.next_poll_at.unwrap() >= now() + TimeDelta::hours(3));
}

#[test]
fn what_does_not_prove_a_feed_moves_no_address() {
    let same = || FetchMeta {
        moved_to: Some("http://example.net/feed".to_owned()),
        ..FetchMeta::default()
    };
    let read = || Outcome::Fetched(same(), Box::new(feed(Vec::new())));
    let unmodified = || {
        Outcome::NotModified(FetchMeta {
            is_not_modified: true,
            ..same()
        })
    };
    let mut state = read_before();
    for (outcome, has_moved) in [
        (unmodified(), false),
        (Outcome::NotModified(same()), false),
        (unmodified(), false),
        (read(), false),
        (unmodified(), false),
        (Outcome::NotModified(same()), true),
    ] {
        state = plan(&source("every 1h"), &state, outcome, &StoredEntries::default()).state;
        assert_eq!(state.current_address.is_some(), has_moved);
    }
}

#[test]
fn gone_twice_ends_the_polling_and_one_success_forgets_it() {
    let gone = || {
        Outcome::Failed(Failure {
            message: "410".to_owned(),
            status: Some(410),
            retry_at: None,
            trouble: None,
            is_wait: false,
        })
    };
    let once = plan(&source("every 1h"), &read_before(), gone(), &StoredEntries::default()).state;
    assert!(!once.stopped);
    let back = plan(
        &source("every 1h"),
        &once,
        fetched(feed(Vec::new())),
        &StoredEntries::default(),
    )
    .state;
    assert_eq!((back.gone_polls, back.failures), (0, 0));
    assert!(
        plan(&source("every 1h"), &once, gone(), &StoredEntries::default())
            .state
            .stopped
    );
}

#[test]
fn new_validators_on_a_304_are_taken_and_absent_ones_kept() {
    let mut old = read_before();
    old.validators = Validators {
        etag: Some(b"a".to_vec()),
        last_modified: Some(b"then".to_vec()),
    };
    let answer = FetchMeta {
        validators: Validators {
            etag: Some(b"b".to_vec()),
            last_modified: None,
        },
        is_not_modified: true,
        ..FetchMeta::default()
    };
    let state = plan(
        &source("every 1h"),
        &old,
        Outcome::NotModified(answer),
        &StoredEntries::default(),
    )
    .state;
    assert_eq!(
        state.validators,
        Validators {
            etag: Some(b"b".to_vec()),
            last_modified: Some(b"then".to_vec())
        }
    );
}

#[test]
fn an_entry_from_the_future_is_dated_when_it_is_seen() {
    let future = vec![entry("1", "A", "http://example.org/a", "2031-01-01T00:00:00Z")];
    let plan = plan(
        &source("every 1h"),
        &read_before(),
        fetched(feed(future)),
        &StoredEntries::default(),
    );
    assert_eq!(
        (plan.new[0].draft.published_at, plan.new[0].draft.is_dated),
        (now(), false)
    );
}

#[test]
fn the_rhythm_waits_while_an_address_moves() {
    let polled = |moved_to: Option<&str>| {
        let answer = || FetchMeta {
            moved_to: moved_to.map(str::to_owned),
            ..FetchMeta::default()
        };
        let (mut state, mut rhythm) = (SourceState::default(), Vec::new());
        for _ in 0..4 {
            let read = Outcome::Fetched(answer(), Box::new(feed(Vec::new())));
            state = plan(&source("adaptive"), &state, read, &StoredEntries::default()).state;
            rhythm.push(state.interval_seconds.unwrap() / 60);
        }
        rhythm
    };
    assert_eq!(polled(None), [15, 18, 23, 29]);
    // The third poll settles it: from then on the source is asked less and less often, like any other.
    assert_eq!(polled(Some("http://example.net/feed")), [15, 15, 18, 23]);
}

#[test]
fn a_name_and_a_password_in_a_link_are_not_kept() {
    let xml = "<rss version=\"2.0\"><channel><title>F</title><link>https://jo:hunter2@example.org/</link><item><guid>1</guid>\
        <title>A face scan</title><link>https://jo:hunter2@example.org/a</link>\
        <enclosure url=\"https://jo:hunter2@example.org/a.png\" type=\"image/png\"/>\
        <description>&lt;p&gt;See &lt;a href=\"https://jo:hunter2@example.org/b\"&gt;there&lt;/a&gt;.&lt;/p&gt;</description>\
        </item></channel></rss>";
    let parsed = crate::feed::parse(xml.as_bytes(), None, None).unwrap();
    let plan = plan(
        &source("every 1h"),
        &read_before(),
        fetched(parsed),
        &StoredEntries::default(),
    );
    let new = format!("{:?}", plan.new);
    assert_eq!(plan.new[0].draft.original_url, "https://example.org/a");
    assert!(new.contains("example.org/b") && !new.contains("hunter2"), "{new}");
    // Of a watched page's own address too.
    let watched = feed(vec![entry(
        "1",
        "A",
        "https://jo:hunter2@example.org/a",
        "2026-06-10T00:00:00Z",
    )]);
    let plan = self::plan(
        &source("every 1h"),
        &read_before(),
        fetched(watched),
        &StoredEntries::default(),
    );
    let draft = &plan.new[0].draft;
    assert_eq!(
        (draft.original_url.as_str(), draft.web_url.as_str()),
        ("https://example.org/a", "https://example.org/a")
    );
}

#[test]
fn what_has_no_address_is_told_with_its_file_or_its_feeds_page_never_with_the_feed() {
    let file = |url: &str, kind: &str| Enclosure {
        url: url.to_owned(),
        media_type: Some(kind.to_owned()).filter(|kind| !kind.is_empty()),
        length: None,
    };
    let audio = || file("https://cdn.example/1.mp3?utm_source=rss", "audio/mpeg");
    let picture = || file("https://cdn.example/1.jpg", "image/jpeg");
    let home = Some("https://mill.example/radio/");
    for (enclosures, home, expected) in [
        (vec![picture(), audio()], home, "https://cdn.example/1.mp3"),
        (vec![file("https://cdn.example/1", "")], None, "https://cdn.example/1"),
        (
            vec![file("magnet:?xt=urn:btih:1", "")],
            home,
            "https://mill.example/radio/",
        ),
        (vec![picture()], home, "https://mill.example/radio/"),
        (Vec::new(), Some("https://example.org/feed/"), "http://example.org/"),
        (Vec::new(), Some("radio"), "http://example.org/"),
        (Vec::new(), None, "http://example.org/"),
    ] {
        let mut parsed = feed(vec![Entry {
            link: None,
            enclosures,
            ..entry("a", "The wheel turns", "", "2026-06-13T08:00:00Z")
        }]);
        parsed.feed.link = home.map(str::to_owned);
        let source = source("adaptive");
        let plan = plan(
            &source,
            &SourceState::default(),
            fetched(parsed),
            &StoredEntries::default(),
        );
        let draft = &plan.new[0].draft;
        assert_eq!(
            (draft.web_url.as_str(), draft.original_url.as_str()),
            (expected, expected)
        );
        assert!(!draft.has_page && !plan.new[0].wants_page);
        // What it is known by has nothing to do with where it is found.
        assert_eq!(plan.new[0].identity.url_key, "http://example.org/feed\na");
    }
}

#[test]
fn a_day_brings_a_bounded_number_of_new_entries() {
    let entries = |count: usize, published: &str| {
        let one = |n: usize| {
            entry(
                &n.to_string(),
                &format!("A face scan {n}"),
                &format!("http://example.org/{n}"),
                published,
            )
        };
        (0..count).map(one).collect::<Vec<_>>()
    };
    let source = source("every 1h");
    let many = ENTRIES_PER_DAY_MAX + 10;
    let first = plan(
        &source,
        &SourceState::default(),
        fetched(feed(entries(many, "2026-01-01T00:00:00Z"))),
        &StoredEntries::default(),
    );
    assert_eq!((first.new.len(), first.state.held_back), (ENTRIES_PER_DAY_MAX, 10));
    assert!(first.state.next_poll_at.unwrap() >= now() + TimeDelta::days(1));
    assert_eq!(first.state.body_hash, None, "the same body is read again");
    // What waited is no more news than it was at the first poll; what is beyond the day's number waits too.
    let mut state = first.state;
    let rest = || fetched(feed(entries(10, "2026-01-01T00:00:00Z")));
    let same_day = plan(&source, &state, rest(), &StoredEntries::default());
    assert_eq!((same_day.new.len(), same_day.state.held_back), (0, 10));
    state.day_began_at = Some(now() - TimeDelta::days(1));
    let next_day = plan(&source, &state, rest(), &StoredEntries::default());
    assert_eq!(
        (next_day.new.len(), next_day.state.held_back, next_day.state.day_new),
        (10, 0, 10)
    );
    assert!(next_day.new.iter().all(|new| !new.is_news));
    assert!(next_day.state.body_hash.is_some());
}

/// Returns an entry of this many words that speaks of nothing followed.
fn of_words(number: usize, words: usize) -> Entry {
    Entry {
        summary: Some(Markup::text("word ".repeat(words))),
        ..entry(
            &number.to_string(),
            &format!("Report {number}"),
            &format!("http://www.example.org/{number}"),
            &format!("2026-06-13T{:02}:{:02}:00Z", number / 60, number % 60),
        )
    }
}

/// Returns the entries of a poll whose pages are asked for, by their numbers, and those judged by a teaser alone.
fn pages(plan: &PollPlan) -> (Vec<String>, Vec<String>) {
    let numbers = |wants_page| {
        let own = plan
            .new
            .iter()
            .filter(move |new| new.is_teaser && new.wants_page == wants_page);
        own.map(|new| new.identity.key.0.clone()).collect()
    };
    assert!(plan.new.iter().all(|new| new.is_pending == new.wants_page));
    (numbers(true), numbers(false))
}

#[test]
fn of_teasers_the_pages_are_read_before_a_topic_says_no() {
    let poll = |source: &Source, old: &SourceState, entries: Vec<Entry>| {
        plan(source, old, fetched(feed(entries)), &StoredEntries::default())
    };
    let source = source("every 1h");
    let first = poll(
        &source,
        &SourceState::default(),
        vec![of_words(3, 20), of_words(2, 25), of_words(1, 400)],
    );
    // What is longer than the others is told whole.
    assert_eq!(pages(&first), (vec!["3".to_owned(), "2".to_owned()], vec![]));
    assert_eq!(first.state.day_pages, 2);
    assert_eq!(first.state.entry_lengths.to_string(), "20 25 400");
    // Measured by what came before too.
    let whole = SourceState {
        entry_lengths: EntryLengths::of_text("500 600 700"),
        ..read_before()
    };
    let later = poll(&source, &whole, vec![of_words(3, 20)]);
    assert_eq!(pages(&later), (vec![], vec![]));
    assert_eq!(later.state.entry_lengths.to_string(), "20 500 600 700");
    // By the owner's word no page is read, and nobody is told of it each day.
    for full_text in [FullText::Never, FullText::Always] {
        let source = Source {
            full_text,
            ..source.clone()
        };
        let plan = poll(&source, &SourceState::default(), vec![of_words(1, 20)]);
        assert_eq!(plan.new[0].wants_page, full_text == FullText::Always);
        assert!(!plan.new[0].is_teaser);
    }
    // Old, without a headline, or elsewhere: no.
    let mut old = of_words(1, 20);
    old.published = Some(at("2026-05-01T00:00:00Z"));
    let mut note = of_words(2, 20);
    note.title = None;
    let mut links: Vec<Entry> = (3..6).map(|number| of_words(number, 20)).collect();
    for (number, link) in links.iter_mut().enumerate() {
        link.link = Some(format!("http://site-{number}.example/"));
    }
    let entries = [vec![old, note], links].concat();
    assert_eq!(pages(&poll(&source, &read_before(), entries)), (vec![], vec![]));
}

#[test]
fn so_many_pages_of_teasers_a_day_the_newest_first() {
    let source = source("every 1h");
    let entries: Vec<Entry> = (1..=130).map(|number| of_words(number, 20)).collect();
    let first = plan(
        &source,
        &SourceState::default(),
        fetched(feed(entries)),
        &StoredEntries::default(),
    );
    let (read, left) = pages(&first);
    assert_eq!((read.len(), left.len()), (100, 30));
    assert_eq!((read[0].as_str(), left[29].as_str()), ("31", "30"));
    let next = |old: &SourceState| {
        plan(
            &source,
            old,
            fetched(feed(vec![of_words(200, 20)])),
            &StoredEntries::default(),
        )
    };
    let (read, left) = pages(&next(&first.state));
    assert_eq!((read.len(), left.len()), (0, 1));
    let tomorrow = SourceState {
        day_began_at: Some(now() - TimeDelta::days(1)),
        ..first.state
    };
    assert_eq!(pages(&next(&tomorrow)).0.len(), 1);
    assert_eq!(next(&tomorrow).state.day_pages, 1);
}

#[test]
fn a_source_that_was_known_before_it_was_measured_is_measured_by_all_it_lists() {
    let source = source("every 1h");
    let entries = vec![of_words(9, 300), of_words(8, 20), of_words(7, 20)];
    let known = feed(entries.clone());
    let stored = identify(&source, &known.feed).into_iter().skip(1).map(|identity| {
        let entry = KnownEntry {
            fingerprint: identity.fingerprint,
            article: ArticleId(7),
            past: None,
        };
        (identity.key, entry)
    });
    let known = StoredEntries {
        entries: stored.collect(),
        ..StoredEntries::default()
    };
    let plan = plan(&source, &read_before(), fetched(feed(entries)), &known);
    assert_eq!(plan.state.entry_lengths.to_string(), "300 20 20");
}
