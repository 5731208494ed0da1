//! Pages made to be dear: each is read within its bounds, whatever it holds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tidings::extract::{self, ExtractOptions};
use tidings::store::articles::ArticleFilter;
use url::Url;

use crate::support::site::{Answer, Item, rss};
use crate::support::{HARBOUR, World};

/// CPU time one page may take without optimisation; with it the dearest takes a tenth of this.
const CPU_MAX: Duration = Duration::from_secs(20);

#[track_caller]
fn check(name: &str, html: &str) {
    let url = Url::parse("https://example.org/2026/06/12/a").unwrap();
    let before = cpu();
    let read = extract::extract(html, &url, &ExtractOptions::default());
    let taken = cpu() - before;
    assert!(taken < CPU_MAX, "{name}: {taken:?}");
    assert!(
        read.text.len() <= html.len() && read.metadata.published_at.is_some(),
        "{name}"
    );
}

/// Returns the CPU time of this thread.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

fn numbered(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

#[test]
fn deep_and_unclosed_pages_end() {
    for tag in ["div", "b", "blockquote", "ul><li"] {
        check(
            tag,
            &format!("<p>before</p>{}text", format!("<{tag}>").repeat(1_000_000)),
        );
    }
    let ends = |open: usize, ends: usize| format!("<p>before</p>{}{}", "<x>".repeat(open), "</y>".repeat(ends));
    check("ends of nothing", &ends(10_000, 1_000_000));
    check("ends of nothing among few", &ends(1_000, 1_000_000));
    check("unclosed links", &"<a href=/x><div>".repeat(20_000));
    check("unclosed fonts", &numbered(20_000, |n| format!("<font color={n}>")));
    check("unclosed marks", &numbered(20_000, |n| format!("<b id=x{n}><i><p>")));
    check("numbers of lines", &"<div class=ln>".repeat(9_000));
}

#[test]
fn large_pages_end() {
    let attributes = numbered(100_000, |n| format!(" a{n}=v"));
    check("attributes", &format!("<p>before</p><div{attributes}>text</div>"));
    let classes = numbered(100_000, |n| format!("c{n}-story-body "));
    check("classes", &format!("<div class=\"{classes}\">text</div>"));
    check(
        "cells",
        &format!("<table>{}</table>", "<tr><td>a<td>b<td>c".repeat(520_000)),
    );
    let line = "<p>The council of Harbour Town voted on Tuesday to close <a href=/x>the old hall</a>.</p>";
    check("paragraphs", &line.repeat(10_000_000 / line.len()));
    check("dates", &"<time datetime=x>12 Jxx 2026</time>".repeat(100_000));
}

#[test]
fn a_page_that_tells_much_of_itself_ends() {
    let told = format!(
        r#"<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{}"}}</script>"#,
        "word ".repeat(150_000)
    );
    let line = "<p>The council of Harbour Town voted on Tuesday to close the old swimming hall.</p>";
    check("structured data", &format!("{told}{}", line.repeat(10_000)));
    check(
        "metadata",
        &numbered(50_000, |n| format!("<meta name=author content=\"Name {n} x\">")),
    );
    check("headlines", &numbered(20_000, |n| format!("<h1>Title number {n}</h1>")));
    let empty = "<b> </b>".repeat(20_000);
    check(
        "a headline of empty pieces",
        &format!("<title>The hall closes</title><h1>{empty}The hall closes</h1>"),
    );
    let (marks, links) = ("…".repeat(20_000), "<a href=#x>a</a>".repeat(5_000));
    check(
        "links of a heading",
        &format!("<h2 id=x><a href=#x>{marks}</a>{links}</h2>"),
    );
    let captions = "<p>A caption</p>".repeat(60_000);
    check(
        "captions",
        &format!("<figure><img src=a.jpg><figcaption>{captions}</figcaption></figure>"),
    );
    let nested = format!(r#"<script type="application/ld+json">{}</script>"#, "[".repeat(500_000));
    check("nested data", &nested);
}

fn paragraphs(name: &str) -> String {
    numbered(4, |n| {
        format!(
            "<p>Of the {name} {n} much was said that evening, by residents and by the company that builds the harbour.</p>"
        )
    })
}

fn tell(world: &World, names: &[&'static str]) {
    let item = |name: &&'static str| {
        let link = format!("{}/{name}", world.site.address());
        Item::new(
            name,
            &format!("Harbour {name}"),
            link,
            "Fri, 12 Jun 2026 10:00:00 GMT",
            "The harbour.",
        )
    };
    let items: Vec<Item> = names.iter().map(item).collect();
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
}

fn hostile() -> Answer {
    Answer::page(format!(
        "<article>{}{}",
        paragraphs("hostile pier"),
        "<div>x".repeat(1_000_000)
    ))
}

fn text_of(world: &World, title: &str) -> String {
    let listed = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap();
    let id = listed.iter().find(|article| article.title == title).unwrap().id;
    world.ctx.store.article(id).unwrap().unwrap().body_text
}

#[tokio::test(flavor = "multi_thread")]
async fn work_goes_on_beside_and_behind_a_hostile_page() {
    let world = World::new(HARBOUR).await;
    tell(&world, &["a", "b"]);
    world.site.set("/a", hostile());
    world.site.set(
        "/b",
        Answer::page(format!("<article>{}</article>", paragraphs("good pier"))),
    );
    world.work().await;
    assert!(text_of(&world, "Harbour b").contains("good pier 3"));
    assert!(text_of(&world, "Harbour a").contains("hostile pier 3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_stops_a_hostile_page_at_once_and_keeps_no_cut_article() {
    let world = World::new(HARBOUR).await;
    tell(&world, &["a"]);
    world.site.set("/a", hostile());
    let daemon = tokio::spawn(tidings::daemon::run(Arc::clone(&world.ctx)));
    while world.site.asked("/a").is_empty() {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    world.ctx.shared.cancel();
    daemon.await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    // Nothing of it was kept: the next start reads what stands there then.
    let world = world.reopened(HARBOUR).await;
    world.site.set(
        "/a",
        Answer::page(format!("<article>{}</article>", paragraphs("whole pier"))),
    );
    world.work().await;
    let text = text_of(&world, "Harbour a");
    assert!(text.contains("whole pier 3"), "{text}");
}

const WATCHING: &str = r#"
[[source]]
page = "{site}/watched"
schedule = "every 1h"

[[topic]]
name = "Harbour"
query = "harbour"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_stops_a_hostile_watched_page_at_once_and_keeps_nothing_of_it() {
    let world = World::new(WATCHING).await;
    world.site.set("/watched", hostile());
    let daemon = tokio::spawn(tidings::daemon::run(Arc::clone(&world.ctx)));
    while world.site.asked("/watched").is_empty() {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    world.ctx.shared.cancel();
    daemon.await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(
        world
            .ctx
            .store
            .list_articles(&ArticleFilter::default())
            .unwrap()
            .is_empty()
    );
    // What was cut is no failure of the page either: it is asked for again at the next start, and read whole.
    let world = world.reopened(WATCHING).await;
    let watched = paragraphs("whole pier");
    world.site.set(
        "/watched",
        Answer::page(format!("<article><h1>Harbour a</h1>{watched}</article>")),
    );
    world.work().await;
    let text = text_of(&world, "Harbour a");
    assert!(text.contains("whole pier 3"), "{text}");
}
