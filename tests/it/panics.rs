//! What breaks inside the program costs one poll, one article or one write, and is told.

use chrono::TimeDelta;
use tidings::decide::article::ArticleWork;
use tidings::domain::Timestamp;
use tidings::domain::article::BodyState;
use tidings::jobs::articles::extract;
use tidings::jobs::{Context, poll};
use tidings::store::articles::ArticleFilter;
use tidings::store::sources::SourceAdmission;

use crate::poll::{ONE_FEED, hour, item, page, paragraphs};
use crate::support::World;
use crate::support::site::{Answer, rss};

async fn with_one_article() -> World {
    let world = World::new(ONE_FEED).await;
    let text = "The council debates a face scan at the station.";
    let items = [item(&world, "1", "/a", "Council weighs face scans", text)];
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world
        .site
        .set("/a", page("Council weighs face scans", &paragraphs(text)));
    world
}

async fn leased(ctx: &Context, now: Timestamp) -> Vec<ArticleWork> {
    let due = ctx.store.lease_articles(now, 10, 0, |_, _| true).await.unwrap();
    let ids: Vec<_> = due.articles.iter().map(|article| article.id).collect();
    let works = ctx.store.article_work(&ids).unwrap();
    works.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_poll_that_panics_is_a_failure_of_its_source() {
    let world = with_one_article().await;
    let (ctx, now) = (&world.ctx, world.clock.now());
    let lease = ctx
        .store
        .lease_due_sources(now, 10, 0, |_, _| SourceAdmission::Taken)
        .await
        .unwrap()
        .leases
        .remove(0);
    let polled = poll::or_failed(ctx, now, &lease, async { panic!("out of bounds") })
        .await
        .unwrap();
    assert!(polled.failed);
    let state = ctx.store.sources().unwrap().remove(0).state;
    assert_eq!((state.failures, state.failing_since), (1, Some(now)));
    let told = state.last_error.unwrap();
    assert!(told.contains("out of bounds") && told.contains("report"), "{told}");
    assert!(state.next_poll_at.unwrap() > now, "not at once again");
    let digest = world.digest().await;
    assert!(
        digest.is_none_or(|digest| !digest.contains("1 of 1")),
        "it is not told as read"
    );
    let done = world.work_after(hour()).await;
    assert_eq!(
        (done.polls, done.failed_polls, done.new_articles),
        (1, 0, 1),
        "its lease has ended"
    );
    assert_eq!(ctx.store.sources().unwrap()[0].state.failures, 0);
}

#[tokio::test]
async fn an_article_that_panics_keeps_its_feeds_text() {
    let world = with_one_article().await;
    let (ctx, now) = (&world.ctx, world.clock.now());
    let lease = ctx
        .store
        .lease_due_sources(now, 10, 0, |_, _| SourceAdmission::Taken)
        .await
        .unwrap()
        .leases
        .remove(0);
    poll::poll(ctx, lease, true).await.unwrap();
    let work = leased(ctx, now).await.remove(0);
    extract::or_failed(ctx, now, work, async { panic!("on purpose") })
        .await
        .unwrap();
    let article = ctx.store.list_articles(&ArticleFilter::default()).unwrap().remove(0);
    assert_eq!(article.body_state, "failed");
    assert!(article.story.is_some(), "it has its place");
    assert_eq!(ctx.store.next_article_due().unwrap(), None, "nothing waits for ever");
    world.work().await;
    assert_eq!(world.documents().len(), 1);
}

#[tokio::test]
async fn an_article_that_cannot_be_done_at_all_is_tried_a_few_times() {
    let world = with_one_article().await;
    let ctx = &world.ctx;
    let lease = ctx
        .store
        .lease_due_sources(world.clock.now(), 10, 0, |_, _| SourceAdmission::Taken)
        .await
        .unwrap()
        .leases
        .remove(0);
    poll::poll(ctx, lease, true).await.unwrap();
    let mut tries = 0;
    while let Some(due) = ctx.store.next_article_due().unwrap() {
        world.clock.advance(due - world.clock.now() + TimeDelta::seconds(1));
        let now = world.clock.now();
        for mut work in leased(ctx, now).await {
            // Its next look would lie behind the end of time, and so does the try without its page.
            work.body_state = BodyState::Extracted;
            work.article.seen_at = chrono::DateTime::<chrono::Utc>::MAX_UTC;
            let result = extract::or_failed(ctx, now, work, async { panic!("on purpose") }).await;
            assert!(result.is_ok(), "{result:?}");
        }
        tries += 1;
        assert!(tries < 10, "it is tried for ever");
    }
    assert_eq!(tries, 4);
}
