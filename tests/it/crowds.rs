//! One host that wants everything delays nobody but itself. Hosts keep a distance here that no test waits for.

use std::sync::Arc;

use tidings::jobs::Context;
use tidings::jobs::worker_pool::WorkerPool;

use crate::support::World;
use crate::support::site::{Answer, rss};

/// More than are claimed at once for the slots there are.
const CROWD: usize = 600;
const OTHERS: usize = 40;

/// Works until `is_done`, which nothing but the others' work makes true.
async fn work_until(ctx: &Arc<Context>, is_done: impl Fn() -> bool) -> WorkerPool {
    let mut pool = WorkerPool::new();
    while !is_done() {
        pool.start_due(ctx).await.unwrap();
        pool.next_finished().await.unwrap();
    }
    pool
}

#[tokio::test]
async fn sources_of_one_host_hold_up_no_other() {
    let source = |host: &str, path: &str| {
        format!(
            "[[source]]\nfeed = \"http://{host}:{{port}}/{path}\"\nschedule = \"every 5m\"\nfull_text = \"never\"\n"
        )
    };
    let mut text: String = (0..CROWD)
        .map(|n| source("crowd.localhost", &format!("c{n}")))
        .collect();
    text.extend((0..OTHERS).map(|n| source(&format!("h{n}.localhost"), &format!("o{n}"))));
    let world = World::paced("1h", &text).await;
    let feed = Answer::feed(rss("A Feed", &[]));
    (0..CROWD).for_each(|n| world.site.set(&format!("/c{n}"), feed.clone()));
    (0..OTHERS).for_each(|n| world.site.set(&format!("/o{n}"), feed.clone()));
    let asked = |kind: char, count: usize| {
        (0..count)
            .filter(|n| !world.site.asked(&format!("/{kind}{n}")).is_empty())
            .count()
    };

    let mut pool = work_until(&world.ctx, || asked('o', OTHERS) == OTHERS).await;
    assert_eq!(asked('c', CROWD), 1, "the crowd is asked at its host's pace");
    // What was claimed ahead and not begun is due for others at once.
    pool.give_back(&world.ctx).await.unwrap();
    pool.stop().await;
    let due = world.ctx.store.next_source_due().unwrap();
    assert!(due.is_some_and(|at| at <= world.clock.now()));
}

#[tokio::test]
async fn pages_of_one_host_hold_up_no_other() {
    let world = World::paced(
        "1h",
        "[[topic]]\nname = \"All\"\nquery = \"ferry\"\n
         [[source]]\nfeed = \"http://feed.localhost:{port}/feed.xml\"\nschedule = \"every 1h\"\nfull_text = \"always\"\n",
    )
    .await;
    let port = world.site.port();
    let item = |host: &str, path: &str| {
        format!(
            "<item><title>A ferry {path}</title><link>http://{host}:{port}/{path}</link><description>It is late.</description></item>"
        )
    };
    let mut items: String = (0..CROWD).map(|n| item("crowd.localhost", &format!("c{n}"))).collect();
    items.extend((0..OTHERS).map(|n| item(&format!("h{n}.localhost"), &format!("o{n}"))));
    let feed = format!("<rss version=\"2.0\"><channel><title>A Feed</title>{items}</channel></rss>");
    world.site.set("/feed.xml", Answer::feed(feed));
    // A host is asked for its rules first, and the page comes at a distance.
    let asked = || world.site.asked("/robots.txt").len();
    let mut pool = work_until(&world.ctx, || asked() == OTHERS + 1).await;
    pool.stop().await;
}
