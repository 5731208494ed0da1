//! What is new when one feed is polled again and again: `tests/data/replay/NAME/1.xml`, `2.xml` … and `expected`.
//!
//! Whole polls but for the network: read, looked up, decided and written to a real store. A new folder needs no code.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use tidings::decide::{self, FetchMeta, Outcome, poll_schedule};
use tidings::domain::schedule::Schedule;
use tidings::domain::source::{FullText, Source, SourceKind};
use tidings::feed;
use tidings::matching::Matcher;

use crate::support::at;
use crate::support::homes::{Home, homes};

fn source() -> Source {
    Source {
        schedule: Schedule::parse("every 1h", chrono_tz::Tz::UTC).unwrap(),
        full_text: FullText::Never,
        ..Source::new(SourceKind::Feed, "https://example.org/feed.xml")
    }
}

/// Polls the files of a folder one after another and says what each brought, and how many entries are stored at the end.
async fn replay(home: &Home, files: &[PathBuf]) -> (Vec<String>, i64) {
    let store = home.open().unwrap();
    let source = source();
    let mut now = at("2026-06-13T12:00:00Z");
    let id = store.follow(now, std::slice::from_ref(&source), &[]).await.unwrap()[0];
    let topics = Matcher::compile(&[]).unwrap_or_else(|_| unreachable!());
    let mut lines = Vec::new();
    for (poll, file) in files.iter().enumerate() {
        let base = source.address.parse().unwrap();
        let parsed = feed::parse(&fs::read(file).unwrap(), None, Some(&base)).unwrap();
        let lease = store.lease_sources(now, vec![id]).await.unwrap().remove(0);
        let identities = decide::entry_identities::identify(&source, &parsed.feed);
        let said = |at: usize| decide::identity::entry_mark(&parsed.feed.entries[at]);
        let known = store.known_entries(id, identities, said).unwrap();
        let outcome = Outcome::Fetched(FetchMeta::default(), Box::new(parsed));
        let policy = decide::PollPolicy {
            matcher: &topics,
            documents_for_all: false,
            limits: &poll_schedule::PollLimits::default(),
        };
        let plan = decide::decide(now, &source, &lease.state, &outcome, known, &policy);
        let told = |what: &str, title: &str| format!("{} {what} {title}", poll + 1);
        lines.extend(plan.new.iter().map(|new| told("new", &new.draft.title)));
        lines.extend(plan.changed.iter().map(|change| told("changed", &change.draft.title)));
        let planned = plan.new.len();
        let stored = store.finish_poll(now, id, plan).await.unwrap();
        assert_eq!(
            stored,
            Some(planned),
            "{}: what is planned as new is stored as new",
            file.display()
        );
        now += TimeDelta::hours(1);
    }
    (lines, store.stats().unwrap().entries)
}

fn polls(folder: &Path) -> Vec<PathBuf> {
    (1..)
        .map(|n| folder.join(format!("{n}.xml")))
        .take_while(|path| path.exists())
        .collect()
}

#[tokio::test]
async fn old_entries_never_come_as_new_and_new_ones_never_stay_hidden() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/replay");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 20, "the samples were not found");
    let mut wrong = Vec::new();
    for case in cases {
        let expected = fs::read_to_string(case.join("expected")).unwrap();
        let expected: Vec<&str> = expected.lines().filter(|line| !line.starts_with('#')).collect();
        let files = polls(&case);
        assert!(files.len() >= 2, "{}", case.display());
        for home in homes() {
            let found = replay(&home, &files).await.0;
            if found != expected {
                wrong.push(format!(
                    "{}:\n  found    {found:?}\n  expected {expected:?}",
                    case.display()
                ));
            }
        }
        // Each file twice in a row: the second time nothing is new or changed.
        let twice: Vec<PathBuf> = files.iter().flat_map(|file| [file.clone(), file.clone()]).collect();
        let again = replay(&Home::of_file(), &twice).await.0;
        let odd = again.iter().filter(|line| {
            let poll: usize = line.split(' ').next().unwrap().parse().unwrap();
            poll.is_multiple_of(2)
        });
        let odd: Vec<&String> = odd.collect();
        if !odd.is_empty() {
            wrong.push(format!("{} polled twice brings {odd:?}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn churning_ids_do_not_pile_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for n in 1..=40 {
        let path = folder.path().join(format!("{n}.xml"));
        let feed = format!(
            "<rss version=\"2.0\"><channel><title>F</title><item><guid isPermaLink=\"false\">r{n}</guid><title>The one and only</title>\
             <link>https://example.org/one</link></item></channel></rss>"
        );
        fs::write(&path, feed).unwrap();
        files.push(path);
    }
    let (lines, entries) = replay(&Home::of_file(), &files).await;
    assert_eq!(lines, ["1 new The one and only"]);
    assert!(entries <= 9, "{entries} keys of one article");
}
