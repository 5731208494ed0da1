//! Feeds that moved, and feeds that answer with their changes alone.

use crate::poll::{ONE_FEED, hour, item};
use crate::support::World;
use crate::support::site::{Answer, Site, rss};

#[tokio::test]
async fn a_moved_feed_is_read_at_its_new_host_without_the_headers_of_the_old_one() {
    let with_header = ONE_FEED.replace(
        "name = \"The Feed\"",
        "name = \"The Feed\"\nheaders = { X-Key = \"mine\" }",
    );
    let (world, new) = (World::new(&with_header).await, Site::start().await);
    let feed = Answer::feed(rss("F", &[item(&world, "1", "/a", "A face scan", "text")]));
    new.set("/feed.xml", feed.header("etag", "\"one\""));
    let target = format!("{}/feed.xml", new.address());
    world
        .site
        .set("/feed.xml", Answer::status(301).header("location", target.clone()));
    world.work().await;
    for poll in 2..=5 {
        let done = world.work_after(hour()).await;
        assert_eq!((done.polls, done.failed_polls), (1, 0), "poll {poll}");
    }
    let stored = world.ctx.store.sources().unwrap().remove(0);
    assert_eq!(stored.address, format!("{}/feed.xml", world.site.address()));
    assert_eq!(stored.state.current_address, Some(target));
    let (at_old, at_new) = (world.site.asked("/feed.xml"), new.asked("/feed.xml"));
    assert_eq!(
        (at_old.len(), at_new.len()),
        (3, 5),
        "the old one is asked until the move"
    );
    assert!(at_old.iter().all(|asked| asked.headers.contains_key("x-key")));
    assert!(at_new.iter().all(|asked| !asked.headers.contains_key("x-key")));
}

#[tokio::test]
async fn a_226_brings_what_is_new_and_takes_nothing_away() {
    let world = World::new(ONE_FEED).await;
    let one = |guid, path, title| item(&world, guid, path, title, "Some words.");
    let whole = [one("1", "/a", "First"), one("2", "/b", "Second")];
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("The Feed", &whole)).header("etag", "\"1\""),
    );
    world.work().await;
    assert!(!world.site.asked("/feed.xml")[0].headers.contains_key("a-im"));

    let delta = rss("The Feed", &[one("3", "/c", "Third")]);
    let changes = Answer::new(226, "application/rss+xml", delta)
        .header("im", "feed")
        .header("etag", "\"2\"");
    world.site.set("/feed.xml", changes);
    let done = world.work_after(hour()).await;
    assert_eq!((done.failed_polls, done.new_articles), (0, 1));
    let asked = world.site.asked("/feed.xml");
    assert_eq!(
        (&asked[1].headers["a-im"], &asked[1].headers["if-none-match"]),
        (&"feed".parse().unwrap(), &"\"1\"".parse().unwrap())
    );
    assert_eq!(world.titles(), ["First", "Second", "Third"]);

    // Known by the change's own ETag now; and when the whole feed comes again, none of it is new.
    assert_eq!(world.work_after(hour()).await.failed_polls, 0);
    assert_eq!(world.site.asked("/feed.xml")[2].headers["if-none-match"], "\"2\"");
    let whole = [
        one("3", "/c", "Third"),
        one("1", "/a", "First"),
        one("2", "/b", "Second"),
    ];
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("The Feed", &whole)).header("etag", "\"3\""),
    );
    assert_eq!(world.work_after(hour()).await.new_articles, 0);
    assert_eq!(world.titles(), ["First", "Second", "Third"]);
}

#[tokio::test]
async fn a_source_that_moved_keeps_its_history_and_is_found_by_its_old_address() {
    const PLAIN: &str = "[[source]]\nfeed = \"{site}/old\"\nschedule = \"every 1h\"\nfull_text = \"never\"\n";
    let world = World::new(PLAIN).await;
    let entry = item(&world, "1", "/a", "First", "Some words.");
    world.site.set("/old", Answer::status(301).header("location", "/new"));
    world
        .site
        .set("/new", Answer::feed(rss("The Feed", &[entry])).header("etag", "\"1\""));
    world.work().await;
    for _ in 0..3 {
        world.work_after(hour()).await;
    }
    let (old, new) = (
        format!("{}/old", world.site.address()),
        format!("{}/new", world.site.address()),
    );
    let before = world.ctx.store.sources().unwrap().remove(0);
    assert_eq!(
        (&before.address, before.state.current_address.as_ref()),
        (&old, Some(&new))
    );

    // The owner writes the new address down, with no word of the old one.
    let asked = world.site.asked("/new").len();
    let world = world.reopened(&PLAIN.replace("/old", "/new")).await;
    let after = world.ctx.store.sources().unwrap();
    assert_eq!(after.len(), 1, "no second source: {after:?}");
    assert_eq!(
        (after[0].id, &after[0].address, after[0].articles),
        (before.id, &new, 1)
    );
    assert_eq!(after[0].state.current_address, None);
    assert_eq!(world.ctx.store.source_by_alias(&old).unwrap(), Some(before.id));
    world.work_after(hour()).await;
    assert_eq!(world.site.asked("/new").len(), asked + 1);
    assert_eq!(
        world.site.asked("/new")[asked].headers["if-none-match"],
        "\"1\"",
        "the same feed as before"
    );
    assert_eq!(world.titles(), ["First"]);

    let config = world.ctx.config.path.clone();
    drop(world.ctx);
    let poll = |name: String| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tidings"));
        command.arg("--config").arg(&config).args(["poll", &name]);
        tokio::task::spawn_blocking(move || command.output())
    };
    let output = poll(old.clone()).await.unwrap().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("1 source polled, 0 new articles"), "{told}");
    let output = poll(format!("{old}er")).await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
