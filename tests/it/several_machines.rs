//! A store at a server: who writes it, what a worker that was away may do, and how a store gets there and back.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use tidings::domain::schedule::LastRun;
use tidings::domain::source::{Source, SourceKind};
use tidings::fetch::{HostBackoff, HostState};
use tidings::jobs::maintenance::place_waiting;
use tidings::store::maintenance::{CarryStep, RetentionBounds};
use tidings::store::sources::SourceAdmission;
use tidings::store::stories::StoredStory;
use tidings::store::{Role, Store, StoreError};

use crate::support::homes::{Home, homes};
use crate::support::postgres_server::run_sql;
use crate::support::site::{Answer, Item, rss};
use crate::support::{START, World, at, stories, work};

const FEED: &str = r#"
[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"
full_text = "never"

[[topic]]
name = "Harbour"
keywords = ["harbour"]
"#;

async fn note(store: &Store, digest: &str) -> Result<(), StoreError> {
    store.digest_ran(digest.to_owned(), LastRun::starting(at(START))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_worker_makes_the_digests_and_the_next_does_where_it_ends() {
    let Some(home) = Home::at_server() else { return };
    let first = home.open().unwrap();
    note(&first, "daily").await.unwrap();
    let other = home.of_another_worker();
    let second = other.open().unwrap();
    let refused = note(&second, "daily").await.err().map(|error| error.to_string());
    let said = refused.unwrap_or_default();
    assert!(said.contains("does the digests for all workers"), "{said}");
    assert!(second.follow(at(START), &[], &[]).await.is_err());
    assert_eq!(second.digest_done("daily", at(START)).await.unwrap().at, at(START));
    drop((first, second));
    let again = other.open().unwrap();
    note(&again, "weekly").await.unwrap();
    assert!(again.holds(Role::Stories) && again.holds(Role::Digests));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_away_too_long_changes_nothing() {
    let Some(home) = Home::at_server() else { return };
    let away = home.open().unwrap();
    note(&away, "before").await.unwrap();
    // As if half a minute had gone by in which it gave no sign, and another had found that out.
    run_sql(
        home.url(),
        "UPDATE worker SET until = 0, fence = fence + 1; UPDATE role SET worker = NULL",
    );
    let other = home.of_another_worker();
    let second = other.open().unwrap();
    let refused = note(&away, "after").await.err();
    assert!(matches!(refused, Some(StoreError::TakenOver)), "{refused:?}");
    away.writer_ended().await;
    let refused = note(&away, "later").await.err();
    assert!(matches!(refused, Some(StoreError::Closed)), "{refused:?}");
    note(&second, "between").await.unwrap();
    let noted = |digest: &'static str| {
        let (second, later) = (second.clone(), at(START) + TimeDelta::days(1));
        async move { second.digest_done(digest, later).await.unwrap().at == at(START) }
    };
    assert_eq!((noted("between").await, noted("after").await), (true, false));
}

async fn leased(store: &Store) -> usize {
    let claim = store.lease_due_sources(at(START), 10, 0, |_, _| SourceAdmission::Taken);
    claim.await.unwrap().leases.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_held_that_died_is_free_when_its_term_has_ended() {
    let Some(home) = Home::at_server() else { return };
    let first = home.open().unwrap();
    let sources = ["http://a.example/", "http://b.example/"].map(|address| Source::new(SourceKind::Feed, address));
    first.follow(at(START), &sources, &[]).await.unwrap();
    assert_eq!(leased(&first).await, 2);
    let other = home.of_another_worker();
    let second = other.open().unwrap();
    assert_eq!(leased(&second).await, 0);
    assert!(second.claim_host("a.example".to_owned(), 0).await.unwrap().is_none());
    run_sql(home.url(), "UPDATE worker SET until = 1 WHERE id = 1");
    drop(second);
    let third = home.of_another_worker();
    let third = third.open().unwrap();
    assert!(third.holds(Role::Stories) && third.holds(Role::Digests));
    assert_eq!(leased(&third).await, 2);
    let names: Vec<bool> = third.workers().unwrap().iter().map(|worker| worker.is_alive).collect();
    assert_eq!(names, [true], "those that ended are not told of");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_asked_by_one_worker_at_its_distance_and_the_next_knows_what_it_asked_for() {
    let Some(home) = Home::at_server() else { return };
    let (first, other) = (home.open().unwrap(), home.of_another_worker());
    let second = other.open().unwrap();
    let host = || "a.example".to_owned();
    assert!(first.claim_host(host(), 60_000).await.unwrap().is_some());
    assert!(second.claim_host(host(), 60_000).await.unwrap().is_none());
    let until = at(START) + TimeDelta::hours(1);
    let refusing = HostBackoff {
        refusals: 3,
        wait_until: until,
    };
    let news = HostState {
        addresses: vec![("http://a.example/f".to_owned(), until)],
        hosts: vec![(host(), Some(refusing))],
        rules: Vec::new(),
    };
    first.save_host_state(at(START), news.clone()).await.unwrap();
    first.release_hosts(vec![host()]).await.unwrap();
    assert!(
        second.claim_host(host(), 0).await.unwrap().is_none(),
        "its distance is kept"
    );
    run_sql(home.url(), "UPDATE host SET free_at = 0");
    assert_eq!(second.claim_host(host(), 0).await.unwrap(), Some(news));
    second.release_hosts(vec![host()]).await.unwrap();
    assert!(first.claim_host(host(), 0).await.unwrap().is_some());
}

/// What the feed has: two that tell one event, one that tells another; and what comes later, of the first.
fn told(world: &World, count: usize) -> Vec<Item> {
    let each = [
        ("The harbour of Lindau opens on Friday after a year of work", "10:00"),
        ("Harbour of Lindau to open on Friday after a year of work", "10:30"),
        ("Storm closes the harbour of Bregenz for two days", "11:00"),
        ("After a year of work the harbour of Lindau opens on Friday", "12:30"),
    ];
    let item = |(title, time): (&'static str, &str)| {
        let address = format!("{}/{}", world.site.address(), time.replace(':', ""));
        let date = format!("Sat, 13 Jun 2026 {time}:00 GMT");
        Item::new(
            title,
            title,
            address,
            date.leak(),
            &format!("{title}, says the council of the town."),
        )
    };
    each.into_iter().take(count).map(item).collect()
}

const HOST: &str = "127.0.0.1";

fn grouped(store: &Store) -> Vec<Vec<String>> {
    let titles = |story: StoredStory| {
        let mut titles: Vec<String> = story.members.into_iter().map(|member| member.article.title).collect();
        titles.sort();
        titles
    };
    let mut grouped: Vec<Vec<String>> = stories(store).into_iter().map(titles).collect();
    grouped.sort();
    grouped
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_worker_reads_another_places_and_the_next_goes_on_with_it() {
    let Some(home) = Home::at_server() else { return };
    let rest = format!("{FEED}\n[store]\npostgres = {{ url = \"{}\" }}\n", home.url());
    let (alone, first) = (World::new(FEED).await, World::new(&rest).await);
    let (_folder, reader) = first.other_worker(&rest).await;
    assert!(!reader.store.holds(Role::Stories) && first.ctx.store.holds(Role::Stories));
    for world in [&alone, &first] {
        world
            .site
            .set("/feed.xml", Answer::feed(rss("The Feed", &told(world, 3))));
    }
    assert_eq!(
        (alone.work().await.new_articles, work(&reader).await.new_articles),
        (3, 3)
    );
    assert!(grouped(&first.ctx.store).is_empty() && first.ctx.store.has_unplaced().unwrap());
    place_waiting::run(&first.ctx).await.unwrap();
    assert!(!first.ctx.store.has_unplaced().unwrap());
    assert_eq!(grouped(&first.ctx.store), grouped(&alone.ctx.store));
    assert_eq!(grouped(&alone.ctx.store).len(), 2);
    // Its host is let go once nobody there wants it.
    let held = reader.held_hosts.as_ref().unwrap();
    assert_eq!(held.count(), 1);
    assert!(first.ctx.store.claim_host(HOST.to_owned(), 0).await.unwrap().is_none());
    held.release_idle().await.unwrap();
    held.release_idle().await.unwrap();
    assert_eq!(held.count(), 0);
    // The first ends, in order or not: whoever has the stories next knows those that are live.
    first.ctx.store.close();
    let (_folder, next) = first.other_worker(&rest).await;
    assert!(next.store.holds(Role::Stories));
    for world in [&alone, &first] {
        world
            .site
            .set("/feed.xml", Answer::feed(rss("The Feed", &told(world, 4))));
        world.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(
        (alone.work().await.new_articles, work(&next).await.new_articles),
        (1, 1)
    );
    assert_eq!(grouped(&next.store), grouped(&alone.ctx.store));
    assert_eq!(grouped(&alone.ctx.store).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_of_another_version_waits_for_those_of_the_first() {
    let Some(home) = Home::at_server() else { return };
    let old = home.open().unwrap();
    // As if it were of an earlier version.
    run_sql(home.url(), "UPDATE worker SET schema = schema - 1");
    let other = home.of_another_worker();
    let refused = other.open().err();
    assert!(
        matches!(refused, Some(StoreError::OfAnotherVersion { .. })),
        "{refused:?}"
    );
    drop(old);
    assert!(other.open().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_are_made_anew() {
    let Some(home) = Home::at_server() else { return };
    let store = home.open().unwrap();
    note(&store, "before").await.unwrap();
    assert!(store.is_empty().unwrap());
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    run_sql(home.url(), cut);
    // The first to come finds that the connection is gone; nothing is kept of what it wanted.
    let lost = [note(&store, "lost").await.err(), store.is_empty().err()];
    for error in lost.into_iter().flatten() {
        assert!(matches!(error, StoreError::Away(_)), "{error}");
    }
    note(&store, "after").await.unwrap();
    assert!(store.is_empty().unwrap());
}

async fn stocked() -> World {
    let world = World::new(FEED).await;
    let items: Vec<Item> = (0..60)
        .map(|number: usize| {
            let address = format!("{}/{number}", world.site.address());
            let title = format!("The harbour of town {number} opens");
            let text =
                "The harbour opens \u{2013} after a year of \"work\", says the council. \u{1F6A2} ".repeat(number + 1);
            Item::new(
                number.to_string().leak(),
                &title,
                address,
                "Fri, 12 Jun 2026 10:00:00 GMT",
                &text,
            )
        })
        .collect();
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    assert_eq!(world.work().await.new_articles, 60);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_carried_to_the_server_and_back_and_goes_on_where_it_was_cut_off() {
    let Some(server) = Home::at_server() else { return };
    let world = stocked().await;
    let own = &world.ctx.store;
    let there = server.open().unwrap();
    for cut_at in [1, 4, 9] {
        let (own, other) = (own.clone(), there.clone());
        let cut = tokio::spawn(async move {
            let steps = AtomicUsize::new(0);
            let count = |_: CarryStep| assert!(steps.fetch_add(1, Ordering::Relaxed) < cut_at, "cut off on purpose");
            own.carry_over_to(&other, count).await
        });
        assert!(cut.await.is_err());
        assert!(there.is_half_carried().unwrap());
    }
    let refused = there.follow(at(START), &[], &[]).await.err();
    assert!(matches!(refused, Some(StoreError::HalfCarried)), "{refused:?}");
    let carried = own.carry_over_to(&there, |_| {}).await.unwrap();
    assert_eq!(
        carried.rows.iter().find(|(table, _)| *table == "article"),
        Some(&("article", 60))
    );
    assert!(!there.is_half_carried().unwrap());
    assert_eq!(there.identity().unwrap(), own.identity().unwrap());
    assert_eq!(there.stats().unwrap(), own.stats().unwrap());
    assert_eq!(there.sources().unwrap(), own.sources().unwrap());
    // It is indexed anew, and found.
    while there.reindex(20).await.unwrap() > 0 {}
    let back = homes().remove(0);
    let back = back.open().unwrap();
    assert_eq!(there.carry_over_to(&back, |_| {}).await.unwrap(), carried);
    let again = there.carry_over_to(&back, |_| {}).await.unwrap();
    assert_eq!(again, carried, "what is there is compared once more");
    // What is purged is counted as in a file.
    let later = at(START) + TimeDelta::days(400);
    let bounds = || RetentionBounds {
        before: later,
        live_since: later,
    };
    for store in [&there, &back] {
        assert_eq!(store.purge(later, bounds(), 20).await.unwrap(), 20);
    }
    let counted = |store: &Store| {
        store
            .sources()
            .unwrap()
            .iter()
            .map(|source| source.articles)
            .sum::<i64>()
    };
    assert_eq!((counted(&there), counted(&back)), (40, 40));
    let stranger = homes().remove(0);
    let stranger = stranger.open().unwrap();
    stranger
        .carry_over_to(&there, |_| {})
        .await
        .map(drop)
        .expect_err("an empty store replaces none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_at_the_server_is_as_one_in_a_file() {
    let mut told = Vec::new();
    for store in crate::support::homes::store_tables() {
        let world = World::new(&format!("{FEED}{store}")).await;
        let items = ["opens", "closes"].map(|what| {
            let address = format!("{}/{what}", world.site.address());
            let title = format!("The harbour {what} on Friday");
            Item::new(
                what,
                &title,
                address,
                "Fri, 12 Jun 2026 10:00:00 GMT",
                "It is what the council of the town said.",
            )
        });
        world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
        let done = world.work().await;
        let digest = world.digest().await.map(|text| text.replace(&world.site.address(), ""));
        told.push((done.new_articles, world.titles(), digest));
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:#?}");
}
