//! The query language over the stored archive.

use tidings::domain::topic::{Rule, Topic};
use tidings::matching::{Matcher, Subject};
use tidings::query;
use tidings::store::articles::ArticleFilter;

use crate::support::World;
use crate::support::site::{Answer, Item, rss};

const FEED: &str = r#"
[[source]]
feed = "{site}/feed.xml"
name = "The Feed"
schedule = "every 1h"
full_text = "never"

[archive]
write = "all"

[[topic]]
name = "Bridges"
query = "bridge"
"#;

const TEXTS: [(&str, &str, &str, &str); 5] = [
    (
        "Bridge closes in Velden",
        "Cars wait at the river.",
        "/a",
        "Fri, 12 Jun 2026 10:00:00 GMT",
    ),
    (
        "Ferry returns",
        "The bridge over the river is closed.",
        "/b",
        "Thu, 11 Jun 2026 10:00:00 GMT",
    ),
    (
        "The U.S. senate votes",
        "A bill on rivers.",
        "/c",
        "Wed, 10 Jun 2026 10:00:00 GMT",
    ),
    (
        "关于人脸识别的法律",
        "A law on the river 4.5 km away.",
        "/d",
        "Tue, 09 Jun 2026 10:00:00 GMT",
    ),
    ("Café on the dam", "River views.", "/e", "Mon, 08 Jun 2026 10:00:00 GMT"),
];

/// Returns the first word of each headline found, in order.
fn search(world: &World, text: &str, filter: ArticleFilter) -> Vec<String> {
    let parsed = query::parse(text).unwrap();
    let matcher = Matcher::compile(&[Topic {
        name: "search".to_owned(),
        parent: None,
        rule: Rule::Query(text.to_owned()),
        stem: false,
    }])
    .unwrap();
    let filter = ArticleFilter {
        query: Some(parsed),
        ..filter
    };
    let found = world
        .ctx
        .store
        .search(&filter, |article| matcher.matches_any(&Subject::of(article)))
        .unwrap();
    assert_eq!(found.ranked, None);
    let first = |title: &str| title.split([' ', '人']).next().unwrap().to_owned();
    found.articles.iter().map(|found| first(&found.listed.title)).collect()
}

#[tokio::test]
async fn a_search_finds_what_a_topic_would_best_first() {
    let world = World::new(FEED).await;
    let items = TEXTS
        .map(|(title, text, path, date)| Item::new(path, title, format!("{}{path}", world.site.address()), date, text));
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    assert_eq!(world.work().await.new_articles, 5);
    for (text, expected) in [
        // The title counts more than the text.
        ("bridge", &["Bridge", "Ferry"][..]),
        ("river NOT bridge", &["Café", "关于"]),
        ("US", &["The"]),
        ("us", &["The"]),
        ("\"the us senate\"", &["The"]),
        ("人脸", &["关于"]),
        ("river NOT 4.5", &["Bridge", "Ferry", "Café"]),
        ("river NOT 5", &["Bridge", "Ferry", "Café", "关于"]),
        ("title:river", &[]),
        ("body:bridge", &["Ferry"]),
        ("cafe", &["Café"]),
        // What words do not decide: newest first.
        ("source:feed", &["Bridge", "Ferry", "The", "关于", "Café"]),
        ("domain:127.0.0.1 NOT river*", &[]),
        ("bridge OR source:herald", &["Bridge", "Ferry"]),
        ("river after:2026-06-11", &["Bridge", "Ferry"]),
        ("river type:video", &[]),
    ] {
        let mut found = search(&world, text, ArticleFilter::default());
        let mut expected: Vec<String> = expected.iter().map(|word| (*word).to_owned()).collect();
        if text.starts_with("river") {
            // Equal words, nearly equal lengths: which is best is of no matter here.
            found.sort();
            expected.sort();
        }
        assert_eq!(found, expected, "{text}");
    }
    let one = |filter| search(&world, "river", filter).len();
    let topic = |name: &str| ArticleFilter {
        topic: Some(name.to_owned()),
        ..ArticleFilter::default()
    };
    assert_eq!(one(topic("Bridges")), 2);
    assert_eq!(one(topic("Bridge")), 0);
    let source = |name: &str| ArticleFilter {
        source: Some(name.to_owned()),
        ..ArticleFilter::default()
    };
    assert_eq!((one(source("The Feed")), one(source("Feed"))), (4, 0));
    let since = ArticleFilter {
        since: Some(crate::support::at("2026-06-09T00:00:00Z")),
        ..ArticleFilter::default()
    };
    assert_eq!(one(since), 3);
    let limited = ArticleFilter {
        limit: Some(1),
        ..ArticleFilter::default()
    };
    assert_eq!(search(&world, "bridge", limited), ["Bridge"]);
}

#[tokio::test]
async fn rows_of_an_earlier_schema_are_cut_anew_a_few_at_a_time() {
    let world = World::new(FEED).await;
    let items = TEXTS
        .map(|(title, text, path, date)| Item::new(path, title, format!("{}{path}", world.site.address()), date, text));
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world.work().await;
    let found = |words: &str| search(&world, words, ArticleFilter::default());
    let left = || {
        let filter = ArticleFilter {
            query: Some(query::parse("bridge").unwrap()),
            ..ArticleFilter::default()
        };
        world.ctx.store.search(&filter, |_| true).unwrap().unindexed
    };
    assert_eq!(left(), 0);
    world.database().run(
        "DELETE FROM article_text;
         INSERT INTO reindex (id, done_to, up_to) SELECT 1, 0, max(id) FROM article;",
    );
    let mut all = Vec::new();
    for (looked_at, still) in [(2, 3), (2, 1), (1, 0), (0, 0)] {
        assert_eq!(world.ctx.store.reindex(2).await.unwrap(), looked_at);
        assert_eq!(left(), still);
        all.push(found("source:feed river* OR ferry OR bridge OR us").len());
    }
    assert_eq!(all, [2, 4, 5, 5]);
    assert_eq!(
        (found("us"), found("人脸"), found("ferry").len()),
        (vec!["The".to_owned()], vec!["关于".to_owned()], 1)
    );
    assert_eq!(found("\"the us senate\""), ["The"]);
}
