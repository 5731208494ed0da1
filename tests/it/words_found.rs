//! Words as languages write them: what a topic finds in a text, `search` and `backtest` find, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use proptest::sample::{Select, select};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde::Deserialize;
use tidings::domain::Timestamp;
use tidings::domain::topic::{Rule, Topic};
use tidings::matching::{Matcher, Subject};
use tidings::query;
use tidings::store::articles::ArticleFilter;
use tidings::text::is_invisible;
use tidings::views::backtest::backtest;
use unicode_segmentation::UnicodeSegmentation;

use crate::support::World;
use crate::support::homes::store_tables;
use crate::support::site::{Answer, Item, rss};

const FEED: &str = r#"
[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"
full_text = "never"

[archive]
write = "all"
"#;

#[derive(Deserialize)]
struct Table {
    text: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    name: String,
    text: String,
    found: Vec<String>,
    #[serde(default)]
    missed: Vec<String>,
}

/// Returns a world for each kind of database, that has read these texts as articles, each under its name.
async fn worlds_of(texts: &[(String, String)]) -> Vec<World> {
    let mut worlds = Vec::new();
    for store in store_tables() {
        worlds.push(world_of(texts, &store).await);
    }
    worlds
}

async fn world_of(texts: &[(String, String)], store: &str) -> World {
    let world = World::new(&format!("{FEED}{store}")).await;
    let items: Vec<Item> = texts
        .iter()
        .enumerate()
        .map(|(number, (name, text))| {
            let address = format!("{}/{number}", world.site.address());
            Item::new(
                number.to_string().leak(),
                name,
                address,
                "Fri, 12 Jun 2026 10:00:00 GMT",
                text,
            )
        })
        .collect();
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    assert_eq!(world.work().await.new_articles, texts.len());
    world
}

/// Returns the names of the texts a query finds: all ways agree.
#[track_caller]
fn found(world: &World, texts: &[(String, String)], query: &str) -> BTreeSet<String> {
    let topic = Topic {
        name: "T".to_owned(),
        parent: None,
        rule: Rule::Query(query.to_owned()),
        stem: false,
    };
    let matcher = Matcher::compile(std::slice::from_ref(&topic)).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let is_found = |(title, body): &&(String, String)| {
        let subject = Subject {
            title,
            body,
            ..Subject::default()
        };
        matcher.matches_any(&subject)
    };
    let by_topic: BTreeSet<String> = texts.iter().filter(is_found).map(|(name, _)| name.clone()).collect();
    let filter = ArticleFilter {
        query: Some(query::parse(query).unwrap()),
        ..ArticleFilter::default()
    };
    let store = &world.ctx.store;
    let searched = store.search(&filter, |article| matcher.matches_any(&Subject::of(article)));
    let by_search: BTreeSet<String> = searched
        .unwrap()
        .articles
        .into_iter()
        .map(|hit| hit.article.title)
        .collect();
    let tested = backtest(store, &topic, Timestamp::UNIX_EPOCH).unwrap().found;
    let by_backtest: BTreeSet<String> = tested.into_iter().map(|hit| hit.title).collect();
    assert_eq!(by_search, by_topic, "search and topic: {query}");
    assert_eq!(by_backtest, by_topic, "backtest and topic: {query}");
    by_topic
}

#[tokio::test]
async fn words_are_found_as_languages_write_them() {
    let table: Table = toml::from_str(include_str!("../data/words_found.toml")).unwrap();
    let texts: Vec<_> = table
        .text
        .iter()
        .map(|text| (text.name.clone(), text.text.clone()))
        .collect();
    let worlds = worlds_of(&texts).await;
    let mut asked: BTreeMap<&str, Vec<(&str, bool)>> = BTreeMap::new();
    for text in &table.text {
        let queries = text.found.iter().map(|query| (query, true));
        for (query, is_found) in queries.chain(text.missed.iter().map(|query| (query, false))) {
            asked.entry(query).or_default().push((&text.name, is_found));
        }
    }
    let mut wrong = Vec::new();
    for (query, expected) in asked {
        for found in worlds.iter().map(|world| found(world, &texts, query)) {
            let is_wrong = |(name, is_found): &&(&str, bool)| found.contains(*name) != *is_found;
            let told = |(name, is_found): &(&str, bool)| {
                format!("{name}: {query}: {}", if *is_found { "not found" } else { "found" })
            };
            wrong.extend(expected.iter().filter(is_wrong).map(told));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_word_of_every_text_is_found_both_ways() {
    let table: Table = toml::from_str(include_str!("../data/words_found.toml")).unwrap();
    let mut texts: Vec<_> = table.text.into_iter().map(|text| (text.name, text.text)).collect();
    for (number, line) in include_str!("../data/languages.jsonl").lines().enumerate() {
        let report: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = format!(
            "{} {}",
            report["title"].as_str().unwrap(),
            report["excerpt"].as_str().unwrap()
        );
        texts.push((format!("n{number}"), text));
    }
    let worlds = worlds_of(&texts).await;
    let mut asked: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, text) in &texts {
        for piece in text.split_whitespace() {
            // "CO₂" is one word, whatever the rules of segmentation say, and so is what unseen signs stand in; a quote ends
            // a phrase of a query.
            let parts_none = |letter: char| letter.is_numeric() && !letter.is_ascii() || is_invisible(letter);
            let is_whole = piece.chars().any(parts_none);
            let words = if is_whole {
                vec![piece]
            } else {
                piece.unicode_words().collect()
            };
            for word in words.into_iter().filter(|word| !word.contains('"')) {
                asked.entry(format!("\"{word}\"")).or_default().push(name);
            }
        }
    }
    for (text, names) in asked {
        let query = query::parse(&text).unwrap();
        let matcher = Matcher::of_query(&query).unwrap();
        let filter = ArticleFilter {
            query: Some(query),
            ..ArticleFilter::default()
        };
        for world in &worlds {
            // What the index proposes, the topic's matcher accepts.
            let store = &world.ctx.store;
            let searched = store.search(&filter, |article| matcher.matches_any(&Subject::of(article)));
            let hits = searched.unwrap().articles.into_iter();
            let found: BTreeSet<String> = hits.map(|hit| hit.article.title).collect();
            assert!(
                names.iter().all(|name| found.contains(*name)),
                "{text}: {names:?} {found:?}"
            );
        }
    }
}

#[tokio::test]
async fn whatever_is_made_of_these_words_finds_the_same_in_each_database() {
    let table: Table = toml::from_str(include_str!("../data/words_found.toml")).unwrap();
    let texts: Vec<_> = table.text.into_iter().map(|text| (text.name, text.text)).collect();
    let worlds = worlds_of(&texts).await;
    let words = texts.iter().flat_map(|(_, text)| text.unicode_words());
    let words: Vec<String> = words.map(str::to_owned).collect();
    let mut runner = TestRunner::deterministic();
    let word = select(words.clone());
    let start = select(words);
    for _ in 0..150 {
        let mut draw = |strategy: &Select<String>| strategy.new_tree(&mut runner).unwrap().current();
        let (a, b, c) = (draw(&word), draw(&start), draw(&word));
        let half = &b[..b
            .floor_char_boundary(b.len().div_ceil(2))
            .max(b.chars().next().map_or(0, char::len_utf8))];
        for text in [
            format!("\"{a}\" \"{c}\""),
            format!("\"{a} {c}\" OR {half}*"),
            format!("\"{a}\" NOT \"{c}\""),
            format!("\"{a}\" NEAR/3 \"{b}\""),
            format!("title:\"{a}\" OR *{half}*"),
            format!("(\"{a}\" OR \"{b}\") NOT \"{a} {b}\""),
        ] {
            if query::parse(&text).is_ok() {
                for world in &worlds {
                    found(world, &texts, &text);
                }
            }
        }
    }
}
