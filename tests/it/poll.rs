//! Polls end to end: what comes in, what stays out, and what is never doubled.

use chrono::TimeDelta;
use tidings::jobs::worker_pool::WorkerPool;
use tokio_util::sync::CancellationToken;

use crate::support::World;
use crate::support::site::{Answer, Item, rss};

pub const ONE_FEED: &str = r#"
[[source]]
feed = "{site}/feed.xml"
name = "The Feed"
schedule = "every 1h"

[[topic]]
name = "Face Scans"
query = '"face scan" OR "face scans"'

[[digest]]
name = "daily"
topics = ["Face Scans"]
schedule = "0 7 * * *"
deliver = ["log"]
"#;

const DAY: &str = "Fri, 12 Jun 2026 10:00:00 GMT";
const OLD: &str = "Fri, 01 May 2026 10:00:00 GMT";

pub fn hour() -> TimeDelta {
    TimeDelta::hours(1)
}

pub fn item(world: &World, guid: &'static str, path: &str, title: &str, text: &str) -> Item {
    Item::new(guid, title, format!("{}{path}", world.site.address()), DAY, text)
}

pub fn page(title: &str, body: &str) -> Answer {
    Answer::page(format!(
        "<html><head><title>{title}</title><meta property=\"og:title\" content=\"{title}\"></head><body><nav><a href=/>Home</a></nav>\
         <article><h1>{title}</h1>{body}</article><footer>© The Feed</footer></body></html>"
    ))
}

pub fn paragraphs(lead: &str) -> String {
    let rest = "The committee heard four hours of evidence from residents, the police and the company, and put the vote off until the autumn session. ";
    format!("<p>{lead} {rest}</p><p>{rest}{rest}</p><p>Nobody from the company would say what it costs. {rest}</p>")
}

#[tokio::test]
async fn an_article_becomes_a_document_and_a_digest_tells_it_once() {
    let world = World::new(ONE_FEED).await;
    let items = [
        item(
            &world,
            "1",
            "/a",
            "Council weighs face scans",
            "The council debates a face scan at the station.",
        ),
        item(
            &world,
            "2",
            "/b",
            "Bridge reopens",
            &"Cars may cross the bridge again. ".repeat(12),
        ),
    ];
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("The Feed", &items)).header("etag", "\"one\""),
    );
    world.site.set(
        "/a",
        page(
            "Council weighs face scans",
            &paragraphs("The council debates a face scan at the station."),
        ),
    );
    let done = world.work().await;
    assert_eq!(
        (done.polls, done.failed_polls, done.new_articles, done.documents),
        (1, 0, 2, 1),
        "{done:?}"
    );
    assert!(
        world.site.asked("/b").is_empty(),
        "a page no topic can match is not fetched"
    );
    let documents = world.documents();
    assert_eq!(documents.len(), 1);
    let (name, text) = &documents[0];
    assert_eq!(name, "2026-06-12-council-weighs-face-scans.md");
    assert!(
        text.contains("\ntopics:\n  - Face Scans\n") && text.contains("put the vote off"),
        "{text}"
    );

    let first = world.digest().await.unwrap();
    assert!(
        first.contains("Council weighs face scans") && !first.contains("Bridge"),
        "{first}"
    );
    assert_eq!(world.digest().await, None, "nothing is told twice");

    let done = world.work_after(hour()).await;
    assert_eq!((done.polls, done.new_articles), (1, 0));
    let asked = world.site.asked("/feed.xml");
    assert_eq!(asked[1].headers.get("if-none-match").unwrap(), "\"one\"");
}

#[tokio::test]
async fn an_old_entry_in_a_new_dress_is_not_new() {
    let world = World::new(ONE_FEED).await;
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &[item(&world, "1", "/a", "A face scan", "text")])),
    );
    world.work().await;
    let dresses = [
        Item::new(
            "other-guid",
            "A face scan",
            format!("{}/a", world.site.address()),
            DAY,
            "text",
        ),
        Item::new(
            "1",
            "A face scan",
            format!("{}/a?utm_source=rss#top", world.site.address()),
            DAY,
            "text",
        ),
        Item::new(
            "1",
            "A face scan",
            format!("{}/a/", world.site.address()),
            "Sat, 13 Jun 2026 12:30:00 GMT",
            "text",
        ),
    ];
    for dress in dresses {
        world.site.set("/feed.xml", Answer::feed(rss("F", &[dress])));
        let done = world.work_after(hour()).await;
        assert_eq!(done.new_articles, 0);
        assert_eq!(world.titles(), ["A face scan"]);
    }
}

#[tokio::test]
async fn a_first_poll_makes_no_news_of_what_is_old() {
    let world = World::new(ONE_FEED).await;
    let mut old = item(&world, "1", "/a", "An old face scan", "face scan then");
    old.date = OLD.to_owned();
    let new = item(&world, "2", "/b", "A new face scan", "face scan now");
    world.site.set("/feed.xml", Answer::feed(rss("F", &[old, new])));
    world.work().await;
    let text = world.digest().await.unwrap();
    assert!(
        text.contains("A new face scan") && !text.contains("An old face scan"),
        "{text}"
    );
    assert!(world.site.asked("/a").is_empty());
}

#[tokio::test]
async fn one_bad_source_stops_nobody() {
    let config = format!(
        "{ONE_FEED}\n{}",
        ["gone", "html", "empty", "endless", "private"]
            .map(|name| {
                let address = if name == "private" {
                    "http://10.1.2.3/feed".to_owned()
                } else {
                    format!("{{site}}/{name}")
                };
                format!("[[source]]\nfeed = \"{address}\"\nname = \"{name}\"\nschedule = \"every 1h\"\n")
            })
            .join("\n")
    );
    let world = World::new(&config).await;
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &[item(&world, "1", "/b", "Plain", "text")])),
    );
    world.site.set("/gone", Answer::status(410));
    world.site.set(
        "/html",
        Answer::page(
            "<html><head><link rel=alternate type=application/rss+xml href=/real.xml></head><body>hi</body></html>",
        ),
    );
    world.site.set("/empty", Answer::feed(""));
    world.site.set("/endless", Answer::feed(vec![b' '; 11 * 1024 * 1024]));
    let done = world.work().await;
    assert_eq!((done.polls, done.failed_polls, done.new_articles), (6, 5, 1));
    let error = |name: &str| {
        let sources = world.ctx.store.sources().unwrap();
        sources
            .into_iter()
            .find(|s| s.name.as_deref() == Some(name))
            .unwrap()
            .state
            .last_error
            .unwrap_or_default()
    };
    assert!(error("gone").contains("410"), "{}", error("gone"));
    assert!(error("html").contains("/real.xml"), "{}", error("html"));
    assert!(!error("empty").is_empty());
    assert!(error("endless").contains("10"), "{}", error("endless"));
    assert!(error("private").contains("allow_private"), "{}", error("private"));
    world.clock.advance(TimeDelta::hours(3));
    world.work().await;
    let stopped = world
        .ctx
        .store
        .sources()
        .unwrap()
        .into_iter()
        .find(|s| s.name.as_deref() == Some("gone"))
        .unwrap();
    assert!(stopped.state.stopped, "410 twice ends the polling");
}

#[tokio::test]
async fn a_wall_is_never_stored_as_the_article() {
    let world = World::new(ONE_FEED).await;
    let text = "A face scan at the stadium gate let nobody in, the club says, and it will try again in August with other cameras.";
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &[item(&world, "1", "/a", "Stadium face scan fails", text)])),
    );
    let banner = "<div class=cookie-consent><p>We value your privacy. We and our 812 partners store and access cookies on your device. Accept all or manage your consent preferences.</p><button>Accept all</button></div>";
    world.site.set("/a", page("Your privacy", banner));
    world.work().await;
    let documents = world.documents();
    assert_eq!(documents.len(), 1);
    assert!(
        documents[0].1.contains("let nobody in") && !documents[0].1.contains("812 partners"),
        "{}",
        documents[0].1
    );
}

#[tokio::test]
async fn listings_pages_and_reading_lists_are_sources_too() {
    let config = r#"
[[source]]
listing = "{site}/news"
schedule = "every 1h"

[[source]]
page = "{site}/tracker"
schedule = "every 1h"

[[source]]
documents = "reading/*.md"

[[topic]]
name = "Face Scans"
query = '"face scan" OR "face scans"'
"#;
    let world = World::new("").await;
    std::fs::create_dir(world.folder.path().join("reading")).unwrap();
    let document = format!(
        "---\ncategory: news\ntitle: \"Kept by hand\"\nexcerpt: \"A face scan in the library.\"\npublishedDateTime: 2026-06-10T08:00:00Z\nwebUrl: \"{0}/kept\"\ntype: article\n\nprovider:\n  name: The Reader\n  domain: example.org\n\nrelated:\n  - title: \"Beside it\"\n    excerpt: \"A face scan next door.\"\n    publishedDateTime: 2026-06-09T08:00:00Z\n    webUrl: \"{0}/beside\"\n    type: article\n\n---\n\n",
        world.site.address()
    );
    std::fs::write(world.folder.path().join("reading/one.md"), document).unwrap();
    let world = world.reopened(config).await;
    let listing: String = (1..=4)
        .map(|n| format!("<article><h2><a href=\"/news/story-number-{n}\">Face scans, part {n}: what the inquiry heard today</a></h2><p>Teaser {n}.</p></article>"))
        .collect();
    world.site.set(
        "/news",
        Answer::page(format!(
            "<html><body><nav><a href=/x>About us</a></nav><main>{listing}</main></body></html>"
        )),
    );
    for n in 1..=4 {
        world.site.set(
            &format!("/news/story-number-{n}"),
            page(
                &format!("Face scans, part {n}: what the inquiry heard today"),
                &paragraphs(&format!("Witness {n} spoke about face scans.")),
            ),
        );
    }
    world.site.set(
        "/tracker",
        page("Face scan tracker", &paragraphs("Twelve towns now use a face scan.")),
    );
    let done = world.work().await;
    assert_eq!((done.polls, done.failed_polls), (3, 0));
    let found = world.titles();
    for expected in [
        "Face scans, part 3: what the inquiry heard today",
        "Face scan tracker",
        "Kept by hand",
        "Beside it",
    ] {
        assert!(
            found.iter().any(|title| title == expected),
            "{expected} is missing in {found:?}"
        );
    }
    let kept = world
        .documents()
        .into_iter()
        .find(|(name, _)| name.contains("kept-by-hand"))
        .unwrap();
    assert!(
        kept.1.contains("name: The Reader"),
        "what cannot be fetched keeps its own metadata: {}",
        kept.1
    );
}

#[tokio::test]
async fn a_new_topic_is_matched_over_the_archive() {
    let world = World::new(ONE_FEED).await;
    let items = [item(
        &world,
        "1",
        "/b",
        "Bridge reopens",
        "Cars may cross the bridge again after the repairs.",
    )];
    world.site.set("/feed.xml", Answer::feed(rss("F", &items)));
    world.work().await;
    let more = ONE_FEED
        .replace(
            "[[digest]]",
            "[[topic]]\nname = \"Bridges\"\nkeywords = [\"bridge\"]\n\n[[digest]]",
        )
        .replace("[\"Face Scans\"]", "[\"Face Scans\", \"Bridges\"]");
    let world = world.reopened(&more).await;
    world.work().await;
    let text = world.digest().await.unwrap();
    assert!(text.contains("Bridge reopens"), "{text}");
}

#[tokio::test]
async fn polling_the_same_bytes_again_writes_no_file_and_no_article() {
    let world = World::new(ONE_FEED).await;
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("F", &[item(&world, "1", "/a", "A face scan", "face scan text")])),
    );
    world.work().await;
    let before = (world.documents(), world.ctx.store.stats().unwrap());
    for _ in 0..3 {
        let done = world.work_after(hour()).await;
        assert_eq!((done.new_articles, done.documents), (0, 0));
    }
    assert_eq!(before, (world.documents(), world.ctx.store.stats().unwrap()));
}

#[tokio::test]
async fn one_round_asks_each_source_once_however_long_it_takes() {
    let sources = (1..=3).map(|n| format!("[[source]]\nfeed = \"{{site}}/{n}.xml\"\nschedule = \"every 1s\"\n"));
    let world = World::new(&sources.collect::<String>()).await;
    for n in 1..=3 {
        world.site.set(&format!("/{n}.xml"), Answer::feed(rss("A Feed", &[])));
    }
    let mut pool = WorkerPool::new();
    let stop = CancellationToken::new();
    let clock = world.ctx.clock.clone();
    let round = pool.finish_all(&world.ctx, &stop, |done| {
        clock.set(clock.now() + TimeDelta::seconds(2));
        if done.polls > 10 {
            stop.cancel();
        }
    });
    round.await.unwrap();
    assert_eq!(pool.done.polls, 3);
}

#[tokio::test]
async fn all_articles_become_documents_where_all_are_asked_for() {
    let world = World::new(&format!("[archive]\nwrite = \"all\"\n{ONE_FEED}")).await;
    let unmatched = item(&world, "1", "/1", "A bridge opens", "The ribbon was cut at noon.");
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &[unmatched])));
    world.work().await;
    assert_eq!(world.titles(), ["A bridge opens"]);
    assert_eq!(world.documents().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_machine_lacks_counts_against_no_source() {
    const SOURCES: usize = 40;
    let site = crate::support::site::Site::start().await;
    let hosts: String = (0..SOURCES)
        .map(|n| {
            let host = site.address().replace("127.0.0.1", &format!("h{n}.localhost"));
            format!("[[source]]\nfeed = \"{host}/{n}.xml\"\nschedule = \"every 1h\"\n")
        })
        .collect();
    for n in 0..SOURCES {
        site.set(&format!("/{n}.xml"), Answer::feed(rss("F", &[])));
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("tidings.toml");
    std::fs::write(
        &config,
        crate::support::config_text(folder.path(), &site.address(), &hosts),
    )
    .unwrap();
    let run = |limit: &str| {
        let program = env!("CARGO_BIN_EXE_tidings");
        let line = format!("ulimit -n {limit}; exec {program} --config {} poll", config.display());
        let output = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let told = run("24");
    let store = tidings::store::Store::open_to_read(folder.path()).unwrap();
    let states: Vec<_> = store
        .sources()
        .unwrap()
        .into_iter()
        .map(|source| source.state)
        .collect();
    assert_eq!(states.len(), SOURCES, "{told}");
    let unread = states.iter().filter(|state| state.polled_at.is_none()).count();
    assert!(unread > 0, "there were descriptors for all: {told}");
    assert!(states.iter().all(|state| state.failures == 0), "{told}");
    // The database may want for descriptors too at such a moment, and says so in its own words.
    assert_eq!(told.matches("sources are put off").count(), 1, "{told}");
    assert!(told.contains("LimitNOFILE"), "{told}");
}
