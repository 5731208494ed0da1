//! What pages cost: `cargo bench --profile quick --bench web -- FOLDER [KIND]`, with a FOLDER that `examples/big_store.rs` made.
//!
//! Prints for each kind of page the middle and the dearest twentieth of the processor time that answers take on one core;
//! nothing of an answer is kept between them.

#[expect(dead_code, reason = "steps are not compared here")]
mod common;

use std::path::Path;

use common::cpu_seconds;
use tidings::config::Config;
use tidings::store::Store;
use tidings::store::articles::ArticleFilter;
use tidings::web::{Desk, LinkForm, Route, SearchTerms, answer};

/// Answers of each kind that are measured.
const ANSWERS: usize = 200;
/// Words that one article in sixty has, that many have, that few have; the ends and beginnings of some; and filters.
const QUERIES: [&str; 10] = [
    "scan",
    "harbour NOT court",
    "budget OR vaccine OR railway",
    "lokakaka",
    "lokakaka mikakaka",
    "\"lokakaka mikakaka\"",
    "title:scan after:2020-01-01",
    "harb* NEAR/5 lo*",
    "*way",
    "zecugalo OR wihokaba",
];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| !one.starts_with("--")).collect();
    let Some(folder) = arguments.first() else {
        println!("name a folder that `cargo run --profile quick --example big_store` has made");
        return Ok(());
    };
    let config = Config::load(&Path::new(folder).join("tidings.toml")).map_err(|errors| anyhow::anyhow!("{errors}"))?;
    let store = Store::open_to_read(&config.state_dir)?;
    let now = store.newest_moment()?.unwrap_or_default();
    let links = LinkForm::Served { below: String::new() };
    let desk = Desk::new(&store, &config, now, links, "http://localhost".to_owned());
    let articles: Vec<_> = store.list_articles(&ArticleFilter::default())?;
    let apart = (articles.len() / ANSWERS).max(1);
    let some = articles.iter().step_by(apart).map(|article| Route::Article(article.id));
    let followed = articles.iter().filter_map(|article| article.story);
    let stories: Vec<_> = followed.map(Route::Story).collect();
    let topic = |name: &String| Route::Topic {
        name: name.clone(),
        before: None,
    };
    let search = |query: &str, since: Option<&str>| {
        Route::Search(SearchTerms {
            query: query.to_owned(),
            since: since.map(str::to_owned),
            ..SearchTerms::default()
        })
    };
    let kinds: Vec<(&str, Vec<Route>)> = vec![
        ("today", vec![Route::Today]),
        ("topics", vec![Route::Topics]),
        ("topic", config.topics.iter().map(|own| topic(&own.name)).collect()),
        (
            "story",
            stories
                .iter()
                .step_by((stories.len() / ANSWERS).max(1))
                .cloned()
                .collect(),
        ),
        ("article", some.collect()),
        ("sources", vec![Route::Sources]),
        (
            "source",
            store
                .sources()?
                .iter()
                .take(ANSWERS)
                .map(|source| Route::Source(source.id))
                .collect(),
        ),
        ("digests", vec![Route::Digests]),
        (
            "digest",
            store
                .digests(ANSWERS)?
                .iter()
                .map(|digest| Route::Digest(digest.id))
                .collect(),
        ),
        ("search", QUERIES.iter().map(|query| search(query, None)).collect()),
        (
            "search, 7 days",
            QUERIES.iter().map(|query| search(query, Some("7d"))).collect(),
        ),
    ];
    for (kind, routes) in kinds {
        if routes.is_empty() || arguments.get(1).is_some_and(|only| !kind.starts_with(only.as_str())) {
            continue;
        }
        measure(&desk, kind, &routes);
    }
    if arguments.get(1).is_some_and(|only| only == "search") {
        for query in QUERIES {
            measure(&desk, query, &[search(query, None)]);
        }
    }
    Ok(())
}

fn measure(desk: &Desk<'_>, kind: &str, routes: &[Route]) {
    let (mut spent, mut bytes) = (Vec::new(), 0);
    for route in routes.iter().cycle().take(ANSWERS.min(routes.len() * 20)) {
        let before = cpu_seconds();
        let answer = answer(desk, route);
        spent.push((cpu_seconds() - before) * 1e3);
        assert_eq!(answer.status, 200, "{}", route.path());
        bytes += answer.body.len();
    }
    spent.sort_by(f64::total_cmp);
    let at = |share: usize| spent[(spent.len() - 1) * share / 20];
    println!(
        "{kind:34} {:8.2} ms in the middle, {:8.2} ms at 95 %, {:6.1} kB",
        at(10),
        at(19),
        bytes as f64 / spent.len() as f64 / 1e3
    );
}
