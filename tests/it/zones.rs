//! Which publication time stands where feed and page tell one, and what is known of its zone.

use chrono::TimeDelta;
use tidings::domain::article::{Article, Zone};
use tidings::store::articles::ArticleFilter;

use crate::support::site::{Answer, Item, rss};
use crate::support::{HARBOUR, World};

/// What the feed says.
const SAID: &str = "Wed, 10 Jun 2026 10:00:00 GMT";

/// Reads an article whose page tells this time.
async fn article(told: &str) -> Article {
    let world = World::new(HARBOUR).await;
    let link = format!("{}/pier", world.site.address());
    let text: String = (1..5)
        .map(|n| {
            format!("<p>Of pier {n} of the harbour much was said that evening, by residents and by its builders.</p>")
        })
        .collect();
    let page = format!("<article><h1>Harbour opens</h1><time datetime=\"{told}\">June</time>{text}</article>");
    world.site.set("/pier", Answer::page(page));
    let item = Item::new("1", "Harbour opens", link, SAID, "The harbour.");
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &[item])));
    world.work_after(TimeDelta::hours(1)).await;
    let listed = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap();
    let article = world.ctx.store.article(listed[0].id).unwrap().unwrap();
    assert!(article.body_text.contains("pier 4"), "{}", article.body_text);
    assert_eq!(listed[0].published_zone, article.published_zone);
    article
}

async fn check(told: &str, expected: &str, zone: Option<Zone>) {
    let article = article(told).await;
    assert_eq!(article.published_at.to_rfc3339(), expected, "{told}");
    assert_eq!(article.published_zone, zone, "{told}");
}

#[tokio::test]
async fn a_page_that_names_its_zone_is_believed() {
    check(
        "2026-06-10T09:30:00+02:00",
        "2026-06-10T07:30:00+00:00",
        Some(Zone::Stated),
    )
    .await;
}

#[tokio::test]
async fn the_hour_of_the_feed_stands_where_the_page_names_no_zone() {
    check("2026-06-10", "2026-06-10T10:00:00+00:00", None).await;
    check("2026-06-10T12:00", "2026-06-10T10:00:00+00:00", None).await;
}

#[tokio::test]
async fn another_day_is_the_pages_and_its_zone_is_assumed() {
    check("2026-06-08T12:00", "2026-06-08T12:00:00+00:00", Some(Zone::Utc)).await;
}
