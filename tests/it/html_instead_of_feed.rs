//! A web page where a feed was configured: followed where it leaves no choice, an error that names the feeds elsewhere.

use chrono::TimeDelta;
use tidings::store::articles::ArticleFilter;

use crate::support::World;
use crate::support::site::{Answer, Item, rss};

const CONFIG: &str = "[[source]]\nfeed = \"{site}/\"\nschedule = \"every 1h\"\nfull_text = \"never\"\n";

fn page(links: &[&str]) -> Answer {
    let link = |href: &&str| format!("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{href}\">");
    let links: String = links.iter().map(link).collect();
    Answer::page(format!(
        "<!DOCTYPE html><html><head>{links}</head><body>Welcome</body></html>"
    ))
    .header("etag", "\"page\"")
}

fn feed(guid: &'static str) -> Answer {
    let (title, link) = (format!("Title {guid}"), format!("http://news.example/{guid}"));
    let item = Item::new(guid, &title, link, "Fri, 12 Jun 2026 10:00:00 GMT", &title);
    Answer::feed(rss("The Feed", &[item])).header("etag", "\"feed\"")
}

async fn an_hour_later(world: &World) -> usize {
    world.work_after(TimeDelta::minutes(64)).await.failed_polls
}

fn articles(world: &World) -> usize {
    world.ctx.store.list_articles(&ArticleFilter::default()).unwrap().len()
}

fn state(world: &World) -> tidings::domain::source::SourceState {
    world.ctx.store.sources().unwrap().remove(0).state
}

#[tokio::test]
async fn the_one_feed_of_a_page_is_read_and_becomes_the_address() {
    let world = World::new(CONFIG).await;
    world.site.set("/", page(&["/feed.xml"]));
    world.site.set("/feed.xml", feed("1"));
    assert_eq!(world.work().await.failed_polls, 0);
    assert_eq!(articles(&world), 1);
    for _ in 0..2 {
        assert_eq!(an_hour_later(&world).await, 0);
    }
    let new = format!("{}/feed.xml", world.site.address());
    assert_eq!(state(&world).current_address, Some(new), "a quiet feed moves too");
    for asked in [world.site.asked("/"), world.site.asked("/feed.xml")].concat() {
        assert!(
            !asked.headers.contains_key("if-none-match"),
            "neither's validators go to the other"
        );
    }
    for _ in 0..2 {
        assert_eq!(an_hour_later(&world).await, 0);
    }
    assert_eq!(
        (world.site.asked("/").len(), world.site.asked("/feed.xml").len()),
        (3, 5)
    );
    assert_eq!(world.site.asked("/feed.xml")[4].headers["if-none-match"], "\"feed\"");
    assert_eq!(articles(&world), 1);
}

#[tokio::test]
async fn a_page_that_leaves_a_choice_or_leads_away_is_an_error_that_names_the_feeds() {
    for links in [
        &["/feed.xml", "/comments.xml"][..],
        &["http://elsewhere.example/feed.xml"],
        &[],
    ] {
        let world = World::new(CONFIG).await;
        world.site.set("/", page(links));
        world.site.set("/feed.xml", feed("1"));
        assert_eq!(world.work().await.failed_polls, 1);
        let told = state(&world).last_error.unwrap();
        assert!(told.contains("a web page, not a feed"), "{told}");
        assert!(links.iter().all(|link| told.contains(link)), "{told}");
        assert!(world.site.asked("/feed.xml").is_empty());
    }
}

#[tokio::test]
async fn a_page_that_leads_to_a_page_or_nowhere_is_an_error() {
    let world = World::new(CONFIG).await;
    world.site.set("/", page(&["/feed.xml"]));
    world.site.set("/feed.xml", page(&["/again.xml"]));
    assert_eq!(world.work().await.failed_polls, 1);
    let told = state(&world).last_error.unwrap();
    assert!(told.contains("the feed it names fails: a web page"), "{told}");
    assert!(world.site.asked("/again.xml").is_empty());
    world.site.set("/feed.xml", Answer::status(404));
    an_hour_later(&world).await;
    assert!(state(&world).last_error.unwrap().contains("answered 404"));
}

#[tokio::test]
async fn a_feed_that_turns_into_a_page_has_failed_and_keeps_what_is_known() {
    let world = World::new(CONFIG).await;
    world.site.set("/", feed("1"));
    world.site.set("/feed.xml", feed("2"));
    world.work().await;
    let before = state(&world);
    world.site.set("/", page(&["/feed.xml"]));
    assert_eq!(an_hour_later(&world).await, 1);
    let after = state(&world);
    assert!(world.site.asked("/feed.xml").is_empty());
    assert_eq!(
        (after.validators, after.body_hash),
        (before.validators, before.body_hash)
    );
    assert_eq!(articles(&world), 1);
}
