//! What hosts asked for holds over a restart, and costs nothing while they ask for nothing.

use chrono::TimeDelta;

use crate::support::World;
use crate::support::site::{Answer, Item, rss};

fn feeds(paths: &[&str]) -> String {
    let source = |path: &&str| {
        format!("[[source]]\nfeed = \"{{site}}{path}\"\nschedule = \"every 1h\"\nfull_text = \"always\"\n")
    };
    paths.iter().map(source).collect()
}

fn feed(world: &World, guid: &'static str, page: &str) -> Answer {
    let link = format!("{}{page}", world.site.address());
    let (title, text) = (format!("Title {guid}"), format!("Words of {guid}."));
    let item = Item::new(guid, &title, link, "Fri, 12 Jun 2026 10:00:00 GMT", &text);
    Answer::feed(rss("Feed", &[item]))
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

#[tokio::test]
async fn a_host_that_refused_three_times_is_left_alone_after_a_restart() {
    let old = ["/a", "/b", "/c"];
    let world = World::new(&feeds(&old)).await;
    for path in old {
        world.site.set(path, Answer::status(503).header("retry-after", "10800"));
    }
    assert_eq!(world.work().await.failed_polls, 3);

    // A feed of the same host that nobody knows yet: only the host's own wait can hold it back.
    let world = world.reopened(&feeds(&["/a", "/b", "/c", "/d"])).await;
    world.site.set("/d", feed(&world, "d", "/page"));
    assert_eq!(world.work().await.failed_polls, 1);
    assert!(world.site.asked("/d").is_empty());
    let sources = world.ctx.store.sources().unwrap();
    let told = sources[3].state.last_error.clone().unwrap();
    // Its addresses wait for three hours as they asked, the host as a whole for one.
    assert!(told.contains("asked to be left alone until 2026-06-13 13:00"), "{told}");

    // Over, and the first success ends the row for good, over another restart too.
    world.clock.advance(minutes(3 * 60 + 30));
    // The others are due at the same moment: were they refused again before it came to this one, it would wait as well.
    for (path, guid) in [("/a", "a"), ("/b", "b"), ("/c", "c"), ("/d", "d")] {
        world.site.set(path, feed(&world, guid, "/page"));
    }
    world.work().await;
    assert_eq!(world.site.asked("/d").len(), 1);
    let world = world.reopened(&feeds(&["/a", "/b", "/c", "/d", "/e"])).await;
    world.site.set("/e", feed(&world, "e", "/page"));
    world.work().await;
    assert_eq!(world.site.asked("/e").len(), 1);
}

#[tokio::test]
async fn two_refusals_before_a_restart_and_one_after_are_three_in_a_row() {
    let world = World::new(&feeds(&["/a", "/b"])).await;
    for path in ["/a", "/b", "/c"] {
        world.site.set(path, Answer::status(429).header("retry-after", "7200"));
    }
    world.work().await;
    let world = world.reopened(&feeds(&["/a", "/b", "/c"])).await;
    world.work().await;
    assert_eq!(world.site.asked("/c").len(), 1, "two do not stop a host");
    let world = world.reopened(&feeds(&["/a", "/b", "/c", "/d"])).await;
    world.work().await;
    assert!(world.site.asked("/d").is_empty(), "three do");
}

#[tokio::test]
async fn retry_after_of_a_503_holds_over_a_restart_even_for_a_poll_by_name() {
    let config = feeds(&["/a"]);
    let world = World::new(&config).await;
    world.site.set("/a", Answer::status(503).header("retry-after", "10800"));
    world.work().await;
    let world = world.reopened(&config).await;
    world.site.set("/a", feed(&world, "a", "/page"));
    world.work_after(minutes(170)).await;
    assert_eq!(world.site.asked("/a").len(), 1, "not due");
    let id = world.ctx.store.sources().unwrap()[0].id;
    let mut pool = tidings::jobs::worker_pool::WorkerPool::new();
    pool.start_named(&world.ctx, vec![id]).await.unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    pool.finish_all(&world.ctx, &stop, |_| {}).await.unwrap();
    assert_eq!(
        (world.site.asked("/a").len(), pool.done.failed_polls),
        (1, 1),
        "nor by name"
    );
    // The wait itself, not what the named poll made of it, says when.
    world.work_after(minutes(15)).await;
    world.work_after(minutes(60)).await;
    assert_eq!(world.site.asked("/a").len(), 2);
}

#[tokio::test]
async fn robots_txt_is_not_asked_for_again_within_its_day() {
    let config = feeds(&["/a"]);
    let world = World::new(&config).await;
    world.site.set(
        "/robots.txt",
        Answer::new(200, "text/plain", "User-agent: *\nDisallow: /shut"),
    );
    world.site.set("/a", feed(&world, "1", "/first"));
    world.work().await;
    assert_eq!(
        (world.site.asked("/robots.txt").len(), world.site.asked("/first").len()),
        (1, 1)
    );

    let world = world.reopened(&config).await;
    world.site.set("/a", feed(&world, "2", "/shut/second"));
    world.work_after(minutes(22 * 60)).await;
    assert!(
        world.site.asked("/shut/second").is_empty(),
        "the rules of yesterday hold"
    );
    world.site.set("/a", feed(&world, "3", "/third"));
    world.work_after(minutes(70)).await;
    assert_eq!(
        (world.site.asked("/robots.txt").len(), world.site.asked("/third").len()),
        (1, 1)
    );

    let world = world.reopened(&config).await;
    world.site.set("/robots.txt", Answer::status(500));
    world.site.set("/a", feed(&world, "4", "/shut/fourth"));
    world.work_after(minutes(70)).await;
    assert_eq!(world.site.asked("/robots.txt").len(), 2, "a day has passed");
    assert!(
        world.site.asked("/shut/fourth").is_empty(),
        "the last word of a host that fails holds, after a restart too"
    );
}

#[tokio::test]
async fn a_robots_txt_that_failed_is_not_asked_for_at_once_after_a_restart() {
    let config = feeds(&["/a"]);
    let world = World::new(&config).await;
    world.site.set("/robots.txt", Answer::status(500));
    world.site.set("/a", feed(&world, "1", "/first"));
    world.work().await;
    let world = world.reopened(&feeds(&["/a", "/b"])).await;
    world.site.set("/b", feed(&world, "2", "/second"));
    world.work_after(minutes(10)).await;
    assert_eq!(world.site.asked("/robots.txt").len(), 1);
    assert!(world.site.asked("/second").is_empty());
}

#[tokio::test]
async fn answers_that_teach_nothing_are_not_written_down() {
    let world = World::new(&feeds(&["/a"])).await;
    world
        .site
        .set("/a", feed(&world, "1", "/first").header("etag", "\"1\""));
    world.work().await;
    let kept = world.ctx.store.host_state().unwrap();
    assert_eq!((kept.addresses.len(), kept.hosts.len(), kept.rules.len()), (0, 0, 1));
    for _ in 0..2 {
        world.clock.advance(minutes(70));
        let url = url::Url::parse(&format!("{}/a", world.site.address())).unwrap();
        let request = tidings::fetch::Request::new(url, tidings::fetch::Purpose::Feed);
        world.ctx.fetcher.get(world.clock.now(), request).await.unwrap();
        assert_eq!(world.ctx.fetcher.drain_changes(), None);
    }
}
