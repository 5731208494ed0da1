//! Retention: what is past its time goes with all that hangs on it, and never comes back as new.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use tidings::jobs::maintenance::{daily, purge};
use tidings::store::Store;
use tidings::store::maintenance::CheckDepth;

use crate::archive::{archive, said};
use crate::process::{Daemon, kill_after};
use crate::support::database::Database;
use crate::support::site::{Answer, Item, rss};
use crate::support::{FACE_SCANS, World, config_text, documents};

const KEEP: &str = "[archive]\nkeep = \"60d\"\n";

const FIRST: &str = "Fri, 12 Jun 2026 10:00:00 GMT";

fn item(world: &World, guid: &'static str, title: &str, path: &str, date: &'static str) -> Item {
    let link = format!("{}/{path}", world.site.address());
    let more = match guid {
        "a" => "Singers were told by a notice on the stage door, in winter.",
        "b" => "Skiers pay at the lift with their cards until the cable is mended.",
        _ => "Nothing more was said.",
    };
    Item::new(guid, title, link, date, &format!("{title}. {more}"))
}

fn count(world: &World, table: &str) -> i64 {
    world.database().count(table)
}

fn two(world: &World) -> [Item; 2] {
    [
        item(world, "a", "Face scan at the opera of Ostmere", "opera", FIRST),
        item(world, "b", "Ski resort of Halden plans a face scan", "ski", FIRST),
    ]
}

/// A world with two articles, told and documented, and 90 days gone by.
async fn aged() -> World {
    let world = World::new(&format!("{KEEP}\n{FACE_SCANS}")).await;
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &two(&world))));
    world.work().await;
    assert!(world.digest().await.is_some());
    assert_eq!(world.documents().len(), 2);
    assert_eq!(purge::run(&world.ctx).await.unwrap(), 0, "nothing is old yet");
    world.work_after(TimeDelta::days(90)).await;
    // The clock leapt; it is believed in steps.
    for _ in 0..3 {
        assert_eq!(purge::run(&world.ctx).await.unwrap(), 0);
    }
    world
}

/// Which of the days that follow, if any, purges something; the house is kept once a day.
async fn days_until_a_purge(world: &World, days: usize) -> Option<usize> {
    for day in 0..days {
        daily::run_daily(&world.ctx).await.unwrap();
        if count(world, "article") < 2 {
            return Some(day);
        }
        world.clock.advance(TimeDelta::days(1));
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_leaps_purges_nothing() {
    let world = World::new(&format!("{KEEP}\n{FACE_SCANS}")).await;
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &two(&world))));
    world.work().await;
    daily::run_daily(&world.ctx).await.unwrap();
    let right = world.clock.now();

    // Ten years ahead for one round, and for a second one within the day.
    world.work_after(TimeDelta::days(3650)).await;
    daily::after_round(&world.ctx).await.unwrap();
    world.work_after(TimeDelta::hours(20)).await;
    daily::after_round(&world.ctx).await.unwrap();
    assert_eq!(count(&world, "article"), 2);
    // Right again, all is as before.
    world.clock.set(right + TimeDelta::days(1));
    assert_eq!(
        days_until_a_purge(&world, 90).await,
        Some(60),
        "60 days after they were seen"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_was_off_purges_in_the_end() {
    for days in [70, 200, 400] {
        let world = World::new(&format!("{KEEP}\n{FACE_SCANS}")).await;
        world.site.set("/feed.xml", Answer::feed(rss("Feed", &two(&world))));
        world.work().await;
        daily::run_daily(&world.ctx).await.unwrap();
        world.work_after(TimeDelta::days(days)).await;
        let found = days_until_a_purge(&world, 30).await;
        assert_eq!(found, Some(3), "{days}: each day, 30 more are believed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_purged_leaves_nothing_and_never_comes_back_as_new() {
    let world = aged().await;
    assert_eq!(purge::run(&world.ctx).await.unwrap(), 2);
    assert_eq!(world.documents(), []);
    for table in [
        "article",
        "body",
        "entry",
        "match",
        "member",
        "story",
        "story_event",
        "document",
        "digest_item",
        "article_text",
        "purged_document",
        "near",
    ] {
        assert_eq!(count(&world, table), 0, "{table}");
    }
    assert_eq!((count(&world, "tombstone"), count(&world, "tombstone_entry")), (2, 2));
    let check = world.ctx.store.check(CheckDepth::Full).unwrap().run().unwrap();
    assert_eq!(check, Vec::<String>::new());

    // The feed lists them as before; under another id; under another address; all beside something new.
    let later = "Fri, 11 Sep 2026 10:00:00 GMT";
    let again = [
        item(&world, "a", "Face scan at the opera of Ostmere", "opera", FIRST),
        item(
            &world,
            "other",
            "Ski resort of Halden plans a face scan",
            "ski?utm_source=rss",
            FIRST,
        ),
        item(
            &world,
            "b",
            "Ski resort of Halden plans a face scan",
            "moved/ski",
            FIRST,
        ),
        item(&world, "c", "Night bus of Ostmere gets a face scan", "bus", later),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &again)));
    let done = world.work_after(TimeDelta::hours(2)).await;
    assert_eq!(done.new_articles, 1, "{done:?}");
    let digest = world.digest().await.unwrap();
    assert!(
        digest.contains("Night bus") && !digest.contains("opera") && !digest.contains("Ski"),
        "{digest}"
    );

    // An id and an address that are used again for something else, later, are new.
    let reused = [
        item(&world, "a", "Water works of Halden end their face scan", "water", later),
        item(
            &world,
            "fresh",
            "Opera of Ostmere gives up the face scan",
            "opera",
            later,
        ),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &reused)));
    let later = world.work_after(TimeDelta::days(2)).await;
    assert_eq!(
        later.new_articles, 0,
        "dated before the purge, they are taken for the old ones"
    );
    let reused = [
        item(
            &world,
            "a",
            "Water works of Halden end their face scan",
            "water",
            "Sat, 12 Sep 2026 10:00:00 GMT",
        ),
        item(
            &world,
            "fresh",
            "Opera of Ostmere gives up the face scan",
            "opera",
            "Sat, 12 Sep 2026 10:00:00 GMT",
        ),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &reused)));
    assert_eq!(world.work_after(TimeDelta::hours(2)).await.new_articles, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_or_still_to_be_told_stays() {
    let world = aged().await;
    let database = world.database();
    database.run("UPDATE delivery SET state = 'retry', next_try_at = 9999999999");
    assert_eq!(
        purge::run(&world.ctx).await.unwrap(),
        0,
        "a digest that tells of them waits"
    );
    database.run("UPDATE delivery SET state = 'sent'");
    database.run("UPDATE story SET updated_at = 1789000000 WHERE id = (SELECT max(story) FROM member)");
    assert_eq!(database.changed(), 1);
    assert_eq!(purge::run(&world.ctx).await.unwrap(), 1, "one story goes on");
    assert_eq!(world.documents().len(), 1);
    let output = archive(&world.folder.path().join("tidings.toml"), &["verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn a_time_too_short_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("tidings.toml");
    for (keep, word) in [("7d", "too short"), ("soon", "no span"), ("365d", "kept for 365d")] {
        let text = config_text(
            folder.path(),
            "http://127.0.0.1:1",
            &format!("[archive]\nkeep = \"{keep}\"\n"),
        );
        fs::write(&config, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .arg("--config")
            .arg(&config)
            .arg("check")
            .output()
            .unwrap();
        assert!(said(&output).contains(word), "{keep}: {}", said(&output));
    }
}

/// Documents of articles that are years old.
fn old_collection(folder: &Path, number: usize) {
    for n in 0..number {
        let text = format!(
            "---\ncategory: news\ntitle: \"Face scan {n} at place {}\"\nexcerpt: \"A face scan.\"\npublishedDateTime: 2021-03-{:02}T08:00:00Z\nwebUrl: \"https://old.example/{n}\"\ntype: article\n\n---\n\nA face scan, and a face scan.\n",
            n * 7919,
            n % 28 + 1,
        );
        fs::write(folder.join(format!("{n}.md")), text).unwrap();
    }
}

/// Fills `folder` with a store that took `number` old articles in, to be kept for a year from now on.
fn outlived(folder: &Path, old: &Path, number: usize) {
    old_collection(old, number);
    let config = folder.join("tidings.toml");
    let write = |keep: &str| {
        let rest = format!("[archive]\nkeep = \"{keep}\"\n[[topic]]\nname = \"Face Scans\"\nquery = '\"face scan\"'\n");
        fs::write(&config, config_text(folder, "http://127.0.0.1:1", &rest)).unwrap();
    };
    write("forever");
    let output = archive(&config, &["import", &old.display().to_string()]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(documents(&folder.join("news")).len(), number);
    write("365d");
}

/// Articles, documents still to be deleted, and tombstones.
fn left(folder: &Path) -> (i64, i64, i64) {
    let store = Store::open_to_read(folder).unwrap();
    assert!(store.check(CheckDepth::Full).unwrap().run().unwrap().is_empty());
    let count = |table| Database::of(folder).count(table);
    (count("article"), count("purged_document"), count("tombstone"))
}

#[test]
fn a_daemon_purges_while_it_runs() {
    const ARTICLES: usize = 60;
    let (folder, old) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    outlived(folder.path(), old.path(), ARTICLES);
    let mut daemon = Daemon::start_told(folder.path());
    let told = daemon.wait_for("purged");
    assert!(told.contains(&format!("purged {ARTICLES} articles")), "{told}");
    daemon.signal("TERM");
    assert!(daemon.child.wait().unwrap().success());
    assert_eq!(documents(&folder.path().join("news")), []);
    assert_eq!(left(folder.path()), (0, 0, ARTICLES as i64));
}

#[test]
fn a_day_purges_a_part_of_a_large_archive() {
    const ARTICLES: usize = 2_100;
    let (folder, old) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    outlived(folder.path(), old.path(), ARTICLES);
    for _ in 0..2 {
        let mut round = Command::new(env!("CARGO_BIN_EXE_tidings"));
        round
            .arg("--config")
            .arg(folder.path().join("tidings.toml"))
            .arg("poll");
        assert!(round.output().unwrap().status.success());
        assert_eq!(left(folder.path()), (100, 0, 2_000), "once a day");
    }
}

#[test]
fn a_killed_purge_is_finished_by_the_next_round() {
    const ARTICLES: usize = 400;
    const KILLS: u32 = 16;
    let (folder, old) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    outlived(folder.path(), old.path(), ARTICLES);
    let (config, news) = (folder.path().join("tidings.toml"), folder.path().join("news"));
    let poll = || {
        Command::new(env!("CARGO_BIN_EXE_tidings"))
            .arg("--config")
            .arg(&config)
            .arg("poll")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let (mut seen_half, mut span) = (false, Duration::from_millis(20));
    for _ in 0..KILLS {
        kill_after(poll(), span);
        span += Duration::from_millis(15);
        let left = documents(&news).len();
        seen_half |= left > 0 && left < ARTICLES;
    }
    assert!(poll().wait().unwrap().success());
    assert!(seen_half, "no kill fell into the purge");
    assert_eq!(documents(&news), []);
    assert_eq!(left(folder.path()), (0, 0, ARTICLES as i64));
    let again = archive(&config, &["import", &old.path().display().to_string()]);
    assert!(said(&again).contains("0 articles taken in"), "{}", said(&again));
}
