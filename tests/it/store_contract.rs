//! What any store must do, whatever database is behind it.

use chrono::{DateTime, TimeDelta, Utc};
use tidings::decide::poll_schedule::PollLimits;
use tidings::decide::{Outcome, PollPolicy, StoredEntries, decide};
use tidings::domain::ArticleId;
use tidings::domain::schedule::LastRun;
use tidings::domain::schedule::Schedule;
use tidings::domain::source::{Failure, Pace, Source, SourceKind, SourceState, Validators};
use tidings::matching::Matcher;
use tidings::store::sources::SourceAdmission;
use tidings::store::{Store, StoreError};

use crate::support::at;
use crate::support::database::Database;
use crate::support::homes::homes;

fn now() -> DateTime<Utc> {
    at("2026-06-13T12:00:00Z")
}

fn source(address: &str, was: Option<&str>) -> Source {
    Source {
        was: was.map(str::to_owned),
        schedule: Schedule::parse("every 1h", chrono_tz::Tz::UTC).unwrap(),
        ..Source::new(SourceKind::Feed, address)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_that_is_gone_keeps_no_other_from_its_step() {
    for home in homes() {
        let store = home.open().unwrap();
        let works = store.article_work(&[ArticleId(7), ArticleId(9)]).unwrap();
        assert_eq!(works, [None, None]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_owns_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::Locked { .. })));
    assert!(
        Store::open_to_read(folder.path()).is_ok(),
        "reading beside the owner is fine"
    );
    drop(store);
    assert!(Store::open(folder.path()).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leased_source_is_leased_once_and_again_when_the_lease_ends() {
    for home in homes() {
        let store = home.open().unwrap();
        store
            .follow(now(), &[source("http://a.example/", None)], &[])
            .await
            .unwrap();
        assert_eq!(
            store
                .lease_due_sources(now(), 10, 0, |_, _| SourceAdmission::Taken)
                .await
                .unwrap()
                .leases
                .len(),
            1
        );
        assert_eq!(
            store
                .lease_due_sources(now(), 10, 0, |_, _| SourceAdmission::Taken)
                .await
                .unwrap()
                .leases
                .len(),
            0
        );
        let until = store.next_source_due().unwrap();
        let until = until.expect("a lease nobody gives back falls due again");
        assert!(until > now());
        let after = until + TimeDelta::seconds(1);
        assert_eq!(
            store
                .lease_due_sources(after, 10, 0, |_, _| SourceAdmission::Taken)
                .await
                .unwrap()
                .leases
                .len(),
            1
        );
        drop(store);
        let reopened = home.open().unwrap();
        assert_eq!(
            reopened
                .lease_due_sources(now(), 10, 0, |_, _| SourceAdmission::Taken)
                .await
                .unwrap()
                .leases
                .len(),
            1,
            "leases of a dead process are void"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_keeps_its_history_under_a_new_address() {
    for home in homes() {
        let store = home.open().unwrap();
        let old = store
            .follow(now(), &[source("http://old.example/", None)], &[])
            .await
            .unwrap();
        let new = store
            .follow(
                now(),
                &[source("http://new.example/", Some("http://old.example/"))],
                &[],
            )
            .await
            .unwrap();
        assert_eq!(old, new);
        let gone = store.follow(now(), &[], &[]).await.unwrap();
        assert!(gone.is_empty());
        assert!(
            store
                .lease_due_sources(now(), 10, 0, |_, _| SourceAdmission::Taken)
                .await
                .unwrap()
                .leases
                .is_empty(),
            "a source taken out stops"
        );
        assert_eq!(store.sources().unwrap().len(), 1, "and is not forgotten");
    }
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    Database::of(folder.path()).set_schema(9_999);
    assert!(matches!(
        Store::open(folder.path()),
        Err(StoreError::Newer { found: 9_999, .. })
    ));
    assert!(matches!(
        Store::open_to_read(folder.path()),
        Err(StoreError::Newer { .. })
    ));
}

#[test]
fn a_state_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = Store::open(&folder.path().join("file/state"))
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("state_dir"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_runs_from_when_it_was_first_known() {
    for home in homes() {
        let store = home.open().unwrap();
        assert_eq!(store.digest_done("daily", now()).await.unwrap().at, now());
        let later = now() + TimeDelta::hours(3);
        assert_eq!(store.digest_done("daily", later).await.unwrap().at, now());
        store
            .digest_ran("daily".to_owned(), LastRun::starting(later))
            .await
            .unwrap();
        store
            .digest_ran("daily".to_owned(), LastRun::starting(now()))
            .await
            .unwrap();
        assert_eq!(
            store.digest_done("daily", later).await.unwrap().at,
            later,
            "a clock set back repeats nothing"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_paces_a_source_survives_the_end_of_the_process() {
    for home in homes() {
        let source = Source {
            schedule: Schedule::Adaptive,
            ..source("http://a.example/", None)
        };
        let learned = SourceState {
            validators: Validators {
                etag: Some(b"\"caf\xe9\"".to_vec()),
                last_modified: Some(b"Fri, 12 Jun 2026 10:00:00 GMT".to_vec()),
            },
            body_hash: Some(vec![1, 2, 3]),
            interval_seconds: Some(4321),
            pace: Pace {
                ttl_minutes: Some(90),
                skip_hours: 0b1010,
                skip_days: 0b1,
            },
            failures: 3,
            failing_since: Some(now() - TimeDelta::hours(9)),
            usual_gap_seconds: Some(8642),
            newest_at: Some(now() - TimeDelta::hours(20)),
            changed_at: Some(now() - TimeDelta::hours(19)),
            succeeded_at: Some(now() - TimeDelta::hours(10)),
            moved_to: Some("http://b.example/".to_owned()),
            moved_polls: 2,
            ..SourceState::default()
        };
        let retry_at = now() + TimeDelta::hours(30);
        let failure = Failure {
            message: "answered 429".to_owned(),
            status: Some(429),
            retry_at: Some(retry_at),
            trouble: None,
            is_wait: false,
        };
        let matcher = Matcher::compile(&[]).unwrap_or_else(|_| unreachable!());
        let policy = PollPolicy {
            matcher: &matcher,
            documents_for_all: false,
            limits: &PollLimits::default(),
        };
        let plan = decide(
            now(),
            &source,
            &learned,
            &Outcome::Failed(failure),
            StoredEntries::default(),
            &policy,
        );
        let expected = plan.state.clone();
        assert_eq!((expected.next_poll_at, expected.failures), (Some(retry_at), 4));
        {
            let store = home.open().unwrap();
            store.follow(now(), std::slice::from_ref(&source), &[]).await.unwrap();
            let leased = store
                .lease_due_sources(now(), 1, 0, |_, _| SourceAdmission::Taken)
                .await
                .unwrap()
                .leases
                .remove(0);
            store.finish_poll(now(), leased.id, plan).await.unwrap();
        }
        let store = home.open().unwrap();
        store.follow(now(), &[source], &[]).await.unwrap();
        assert_eq!(store.next_source_due().unwrap(), Some(retry_at));
        let early = retry_at - TimeDelta::seconds(1);
        assert_eq!(
            store
                .lease_due_sources(early, 1, 0, |_, _| SourceAdmission::Taken)
                .await
                .unwrap()
                .leases
                .len(),
            0
        );
        let leased = store
            .lease_due_sources(retry_at, 1, 0, |_, _| SourceAdmission::Taken)
            .await
            .unwrap()
            .leases
            .remove(0);
        assert_eq!(leased.state, expected);
    }
}
