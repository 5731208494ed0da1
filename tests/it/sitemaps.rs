//! Sitemaps: `tests/data/sitemaps/NAME.xml` or `.txt` beside what is read from it, and whole polls of them.
//!
//! `SITEMAPS_WRITE=1` writes the expected files anew; the difference is the review.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use chrono::TimeDelta;
use flate2::Compression;
use flate2::write::GzEncoder;
use tidings::domain::health::{Condition, health};
use tidings::feed::{Sitemap, parse_sitemap};

use crate::support::World;
use crate::support::site::Answer;

fn shown(bytes: &[u8]) -> String {
    let base = "https://example.org/sitemap.xml".parse().unwrap();
    let mut out = String::new();
    match parse_sitemap(bytes, None, &base) {
        Err(error) => writeln!(out, "error: {error}").unwrap(),
        Ok(Sitemap::Index(maps)) => maps.iter().for_each(|url| writeln!(out, "-> {url}").unwrap()),
        Ok(Sitemap::Urls(parsed)) => {
            for entry in &parsed.feed.entries {
                let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or("-".to_owned(), |at| at.to_rfc3339());
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
                let fields = [
                    text(&entry.link),
                    text(&entry.title),
                    time(entry.published),
                    time(entry.updated),
                    text(&entry.language),
                    text(&entry.publisher),
                ];
                writeln!(out, "{}", fields.join(" | ")).unwrap();
            }
            for warning in &parsed.warnings {
                writeln!(out, "warning: {}", warning.split(':').next().unwrap()).unwrap();
            }
        }
    }
    out
}

#[test]
fn every_sample_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sitemaps");
    let mut samples = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension == "expected") {
            continue;
        }
        let found = shown(&std::fs::read(&path).unwrap());
        let expected = path.with_extension("expected");
        if std::env::var_os("SITEMAPS_WRITE").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        assert_eq!(found, std::fs::read_to_string(expected).unwrap(), "{}", path.display());
        samples += 1;
    }
    assert!(samples >= 7, "the samples were not found");
}

const CONFIG: &str = r#"
[[source]]
sitemap = "{site}/sitemap.xml"
schedule = "every 1h"

[[topic]]
name = "Bridges"
keywords = ["bridge"]
where = "text"
"#;

fn url(world: &World, path: &str, rest: &str) -> String {
    format!("<url><loc>{}{path}</loc>{rest}</url>", world.site.address())
}

fn news(world: &World, path: &str, title: &str) -> String {
    let rest = format!(
        "<news:news><news:publication><news:name>The Example</news:name><news:language>en</news:language></news:publication>\
         <news:publication_date>2026-06-12T08:00:00Z</news:publication_date><news:title>{title}</news:title></news:news>"
    );
    url(world, path, &rest)
}

fn page(title: &str) -> Answer {
    let text = "The bridge was opened by the mayor, who had waited three years for it and said so at some length before the crowd went home. ";
    Answer::page(format!(
        "<html><head><title>{title}</title><meta property=\"og:title\" content=\"{title}\"></head><body><article><h1>{title}</h1>\
         <p>{text}</p><p>{text}{text}</p><p>It will be open to carts from autumn. {text}</p></article></body></html>"
    ))
}

fn packed(text: &str) -> Answer {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    Answer::new(200, "application/octet-stream", gzip.finish().unwrap())
}

#[tokio::test]
async fn an_index_is_followed_and_its_entries_become_articles() {
    let world = World::new(CONFIG).await;
    let site = world.site.address();
    let index = format!(
        "<sitemapindex><sitemap><loc>{site}/old.xml</loc></sitemap><sitemap><loc>{site}/news.xml.gz</loc></sitemap></sitemapindex>"
    );
    world.site.set(
        "/sitemap.xml",
        Answer::new(200, "application/xml", index).header("etag", "\"same\""),
    );
    let first = news(&world, "/2026/bridge", "A bridge opens");
    let list = |entries: &str| packed(&format!("<urlset>{entries}</urlset>"));
    world.site.set("/news.xml.gz", list(&first));
    let old = url(&world, "/2019/bridge", "<lastmod>2019-06-12</lastmod>") + &url(&world, "/about", "");
    world.site.set(
        "/old.xml",
        Answer::new(200, "text/xml", format!("<urlset>{old}</urlset>")),
    );
    world.site.set("/2026/bridge", page("A bridge opens at last"));
    world.site.set("/2026/second", page("A second bridge"));
    let done = world.work().await;
    assert_eq!((done.failed_polls, done.new_articles), (0, 3));
    assert!(
        world.titles().contains(&"A bridge opens at last".to_owned()),
        "{:?}",
        world.titles()
    );
    assert_eq!(world.documents().len(), 1);
    for path in ["/2019/bridge", "/about"] {
        assert!(world.site.asked(path).is_empty(), "{path} is known, not new");
    }
    // The index stays as it is, byte for byte; what it names does not.
    let second = news(&world, "/2026/second", "A second one");
    world.site.set("/news.xml.gz", list(&format!("{second}{first}")));
    assert_eq!(world.work_after(TimeDelta::hours(1)).await.new_articles, 1);
    assert!(world.titles().contains(&"A second bridge".to_owned()));
    assert_eq!(world.work_after(TimeDelta::hours(1)).await.new_articles, 0);
    // One part that fails costs nothing but itself.
    world.site.set("/old.xml", Answer::status(500));
    assert_eq!(world.work_after(TimeDelta::hours(1)).await.failed_polls, 0);
    world.site.set("/news.xml.gz", Answer::status(403));
    assert_eq!(world.work_after(TimeDelta::hours(1)).await.failed_polls, 1);
    let source = world.ctx.store.sources().unwrap().remove(0);
    let found = health(world.clock.now(), source.kind, &source.state);
    assert_eq!(found.condition, Condition::Blocked, "{found:?}");
}

#[tokio::test]
async fn links_without_headlines_do_not_hide_each_other() {
    let world = World::new(CONFIG).await;
    let list = |entries: &str| Answer::new(200, "application/xml", format!("<urlset>{entries}</urlset>"));
    let one = |path: &str| url(&world, path, "<lastmod>2026-06-13</lastmod>");
    world.site.set("/sitemap.xml", list(&one("/a")));
    assert_eq!(world.work().await.new_articles, 1);
    world.site.set("/sitemap.xml", list(&(one("/b") + &one("/c"))));
    assert_eq!(world.work_after(TimeDelta::hours(1)).await.new_articles, 2);
}

#[tokio::test]
async fn a_page_in_its_place_is_an_error() {
    let world = World::new(CONFIG).await;
    world
        .site
        .set("/sitemap.xml", Answer::page("<html><body>Not found</body></html>"));
    assert_eq!(world.work().await.failed_polls, 1);
    let error = world.ctx.store.sources().unwrap().remove(0).state.last_error.unwrap();
    assert!(error.contains("a web page"), "{error}");
}
