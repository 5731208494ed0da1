//! One article that several sources tell: nobody hides it by naming it first, nobody tells it twice.

use chrono::TimeDelta;

use crate::poll::{hour, page, paragraphs};
use crate::support::World;
use crate::support::site::{Answer, Item, rss};

const NOW: &str = "Sat, 13 Jun 2026 11:00:00 GMT";
const OLD: &str = "Fri, 01 May 2026 10:00:00 GMT";

const PUBLISHER: &str = "/publisher.xml";
const AGGREGATOR: &str = "/aggregator.xml";
const THIRD: &str = "/third.xml";

const DULL: (&str, &str) = ("Worth a read today", "A link we liked.");
const TELLING: (&str, &str) = (
    "Quillfern watchdog publishes damning report",
    "The watchdog says what went wrong at the quillfern works.",
);
const OTHER: (&str, &str) = ("What went wrong at the quillfern works", "Our note on a report.");

/// A publisher's feed, and two of others on another host, each with its own `full_text`.
async fn world(publisher: &str, others: &str) -> World {
    let source = |address: &str, full_text: &str| {
        format!("[[source]]\nfeed = \"{address}\"\nschedule = \"every 1h\"\nfull_text = \"{full_text}\"\n")
    };
    let config = format!(
        "{}{}{}\n[[topic]]\nname = \"Quillfern\"\nquery = \"quillfern NOT zebra\"\n\
         [[topic]]\nname = \"Rowing\"\nquery = \"rowing\"\n\
         [[digest]]\nname = \"daily\"\ntopics = [\"Quillfern\"]\nschedule = \"0 7 * * *\"\ndeliver = [\"log\"]\n",
        source(&format!("{{site}}{PUBLISHER}"), publisher),
        source(&format!("{{elsewhere}}{AGGREGATOR}"), others),
        source(&format!("{{elsewhere}}{THIRD}"), others),
    );
    let world = World::new(&config).await;
    for feed in [PUBLISHER, AGGREGATOR, THIRD] {
        brings(&world, feed, &[]);
    }
    world.work().await;
    world
}

/// Makes a feed list the report in some words, beside an article of its own.
fn brings(world: &World, feed: &'static str, entries: &[((&str, &str), &'static str)]) {
    // What gathers from many leads to many.
    let own = format!("{}{feed}/own", world.site.address());
    let own = if feed == PUBLISHER {
        own
    } else {
        own.replace("127.0.0.1", "localhost")
    };
    let mut items = vec![Item::new("own", "Of the weather", own, OLD, "Rain and sun.")];
    items.extend(entries.iter().map(|((title, text), date)| {
        Item::new("report", title, format!("{}/report", world.site.address()), *date, text)
    }));
    world.site.set(feed, Answer::feed(rss(feed, &items)));
}

fn report_page(world: &World) {
    let text = paragraphs("The quillfern works were run without a plan, says the report.");
    world.site.set("/report", page("Report on the quillfern works", &text));
}

/// How often the article was changed.
fn changes(world: &World) -> i64 {
    world
        .database()
        .one("SELECT version FROM article WHERE url_key LIKE '%/report'")
}

fn headline(world: &World) -> String {
    world
        .database()
        .one("SELECT title FROM article WHERE url_key LIKE '%/report'")
}

/// Checks that the article is told now, once, and that later polls of the same words write nothing.
#[track_caller]
fn is_told(told: Option<String>, headline: &str) {
    // The first lines tell it too.
    let told = told.unwrap_or_default();
    let (_, stories) = told.split_once("====").unwrap_or_default();
    assert_eq!(stories.matches(headline).count(), 1, "{headline}: {told}");
}

async fn is_quiet(world: &World) {
    let before = changes(world);
    for _ in 0..3 {
        // Each feed is read again, as if other bytes had come.
        world.database().run("UPDATE source SET body_hash = NULL");
        let done = world.work_after(hour()).await;
        assert_eq!((done.polls, changes(world)), (3, before));
    }
    assert_eq!(world.digest().await, None, "nothing is told twice");
}

#[tokio::test]
async fn a_publisher_is_heard_after_an_aggregator() {
    for (publisher, others) in [("matched", "matched"), ("matched", "never"), ("matched", "always")] {
        let world = world(publisher, others).await;
        report_page(&world);
        brings(&world, AGGREGATOR, &[(DULL, NOW)]);
        world.work_after(hour()).await;
        if others != "always" {
            assert!(world.site.asked("/report").is_empty(), "no topic can match these words");
            assert_eq!(world.digest().await, None);
        }
        brings(&world, PUBLISHER, &[(TELLING, NOW)]);
        world.work_after(hour()).await;
        assert_eq!(world.site.asked("/report").len(), 1, "{others}");
        is_told(world.digest().await, "Report on the quillfern works");
        is_quiet(&world).await;
    }
}

#[tokio::test]
async fn without_a_page_the_publishers_words_are_told() {
    let world = world("never", "never").await;
    brings(&world, AGGREGATOR, &[(DULL, NOW)]);
    world.work_after(hour()).await;
    brings(&world, PUBLISHER, &[(TELLING, NOW)]);
    world.work_after(hour()).await;
    is_told(world.digest().await, TELLING.0);
    assert!(world.site.asked("/report").is_empty());
    is_quiet(&world).await;
}

#[tokio::test]
async fn an_aggregator_is_heard_after_a_publisher_and_its_headline_stands() {
    let world = world("never", "never").await;
    brings(&world, PUBLISHER, &[(DULL, NOW)]);
    world.work_after(hour()).await;
    assert_eq!(world.digest().await, None);
    brings(&world, AGGREGATOR, &[(TELLING, NOW)]);
    world.work_after(hour()).await;
    assert_eq!(headline(&world), DULL.0);
    is_told(world.digest().await, DULL.0);
    is_quiet(&world).await;

    // Whatever either says from now on, the publisher's headline is the publisher's.
    brings(&world, AGGREGATOR, &[(OTHER, NOW)]);
    world.work_after(hour()).await;
    assert_eq!(headline(&world), DULL.0);
    brings(
        &world,
        PUBLISHER,
        &[(("Worth a read this week", "A link we liked."), NOW)],
    );
    world.work_after(hour()).await;
    assert_eq!(headline(&world), "Worth a read this week");
    let topics = |world: &World| {
        world
            .ctx
            .store
            .topics()
            .unwrap()
            .iter()
            .map(|t| t.articles)
            .sum::<i64>()
    };
    assert_eq!(topics(&world), 1, "what the aggregator says is matched still");
}

#[tokio::test]
async fn an_aggregator_wakes_the_page() {
    let world = world("never", "matched").await;
    report_page(&world);
    brings(&world, PUBLISHER, &[(DULL, NOW)]);
    world.work_after(hour()).await;
    brings(&world, AGGREGATOR, &[(TELLING, NOW)]);
    world.work_after(hour()).await;
    assert_eq!(world.site.asked("/report").len(), 1);
    is_told(world.digest().await, "Report on the quillfern works");
    is_quiet(&world).await;
}

#[tokio::test]
async fn a_page_that_says_otherwise_has_the_last_word() {
    let world = world("never", "matched").await;
    world
        .site
        .set("/report", page("A report", &paragraphs("It is about something else.")));
    brings(&world, PUBLISHER, &[(DULL, NOW)]);
    world.work_after(hour()).await;
    brings(&world, AGGREGATOR, &[(TELLING, NOW)]);
    world.work_after(hour()).await;
    assert_eq!(world.site.asked("/report").len(), 1);
    assert_eq!(world.digest().await, None);
    brings(&world, THIRD, &[(OTHER, NOW)]);
    world.work_after(hour()).await;
    assert!(
        world.site.asked("/report").len() <= 2,
        "each source may have it asked for once"
    );
    is_quiet(&world).await;
}

#[tokio::test]
async fn an_old_date_hides_nothing() {
    for (first, second) in [(AGGREGATOR, PUBLISHER), (PUBLISHER, AGGREGATOR), (AGGREGATOR, THIRD)] {
        for words in [TELLING, DULL] {
            let world = world("never", "never").await;
            world.clock.advance(hour());
            // As on its first poll.
            world.database().run("UPDATE source SET succeeded_at = NULL");
            brings(&world, first, &[(words, OLD)]);
            world.work().await;
            assert_eq!(world.digest().await, None, "old when it was first seen");
            brings(&world, second, &[(TELLING, NOW)]);
            world.work_after(TimeDelta::days(2)).await;
            is_told(world.digest().await, &headline(&world));
            is_quiet(&world).await;
        }
    }
}

#[tokio::test]
async fn the_same_words_are_a_mere_link() {
    let world = world("never", "never").await;
    brings(&world, AGGREGATOR, &[(TELLING, NOW)]);
    world.work_after(hour()).await;
    let before = changes(&world);
    brings(&world, PUBLISHER, &[(TELLING, NOW)]);
    brings(&world, THIRD, &[(TELLING, OLD)]);
    world.work_after(hour()).await;
    assert_eq!(changes(&world), before);
    is_told(world.digest().await, TELLING.0);
    is_quiet(&world).await;
}

#[tokio::test]
async fn what_was_told_is_not_told_again_in_the_publishers_words() {
    let world = world("never", "never").await;
    brings(&world, AGGREGATOR, &[(OTHER, NOW)]);
    world.work_after(hour()).await;
    is_told(world.digest().await, OTHER.0);
    brings(&world, PUBLISHER, &[(TELLING, NOW)]);
    world.work_after(hour()).await;
    assert_eq!(headline(&world), OTHER.0);
    is_quiet(&world).await;
}

#[tokio::test]
async fn three_sources_and_their_edits_never_fight() {
    let world = world("never", "never").await;
    brings(&world, AGGREGATOR, &[(DULL, NOW)]);
    world.work_after(hour()).await;
    // Words that keep the topic out silence nobody else.
    brings(
        &world,
        THIRD,
        &[(("Rowing past a zebra", "Quillfern, rowing and a zebra."), NOW)],
    );
    world.work_after(hour()).await;
    assert_eq!(world.digest().await, None);
    brings(&world, PUBLISHER, &[(TELLING, NOW)]);
    world.work_after(hour()).await;
    assert_eq!(headline(&world), TELLING.0);
    let settled = changes(&world);
    for edit in ["one", "two", "three"] {
        let dull = format!("{} ({edit})", DULL.0);
        let other = format!("{} ({edit})", OTHER.0);
        brings(&world, AGGREGATOR, &[((&dull, DULL.1), NOW)]);
        brings(&world, THIRD, &[((&other, OTHER.1), NOW)]);
        world.work_after(hour()).await;
        assert_eq!(
            (headline(&world).as_str(), changes(&world)),
            (TELLING.0, settled),
            "{edit}"
        );
    }
    is_told(world.digest().await, TELLING.0);
    is_quiet(&world).await;
    let topics: Vec<_> = world
        .ctx
        .store
        .topics()
        .unwrap()
        .into_iter()
        .map(|t| t.articles)
        .collect();
    assert_eq!(topics, [1, 1], "both are matched");
}

#[tokio::test]
async fn what_two_feeds_bring_at_once_is_heard_from_both() {
    for _ in 0..4 {
        let world = world("never", "never").await;
        brings(&world, AGGREGATOR, &[(DULL, NOW)]);
        brings(&world, PUBLISHER, &[(TELLING, NOW)]);
        brings(&world, THIRD, &[(DULL, OLD)]);
        world.work_after(hour()).await;
        assert_eq!(headline(&world), TELLING.0);
        is_told(world.digest().await, TELLING.0);
        is_quiet(&world).await;
    }
}
