//! What the rest of the demo relies on: enough of everything, told in time order, true to its data.

use std::collections::{BTreeMap, BTreeSet};

use regex::{Regex, RegexBuilder};

use super::*;
use crate::demo::config::FACIAL_QUERY;

fn first_digest() -> Timestamp {
    "2026-06-13T05:00:00Z".parse().unwrap()
}

fn second_digest() -> Timestamp {
    "2026-06-14T05:00:00Z".parse().unwrap()
}

fn articles() -> Vec<DemoArticle> {
    shipped().into_iter().flat_map(|outlet| outlet.articles).collect()
}

/// Both halves of the demo's query, as regular expressions: whole words, `*` for any ending.
fn halves() -> [Regex; 2] {
    let mut halves = FACIAL_QUERY.split(") AND (").map(|half| {
        let terms = half
            .trim_matches(['(', ')'])
            .split(" OR ")
            .map(|term| term.trim_matches('"').replace('*', r"\w*"));
        let pattern = format!(r"\b(?:{})\b", terms.collect::<Vec<_>>().join("|"));
        RegexBuilder::new(&pattern).case_insensitive(true).build().unwrap()
    });
    [halves.next().unwrap(), halves.next().unwrap()]
}

fn full_text(version: &Version) -> String {
    format!(
        "{}\n{}\n{}",
        version.headline,
        version.standfirst,
        version.paragraphs.join("\n")
    )
}

#[test]
fn there_is_enough_of_everything() {
    let outlets = shipped();
    let articles = articles();
    let mut events: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut facial = BTreeSet::new();
    for article in &articles {
        let (outlet, _) = article.id.split_once('/').unwrap();
        events.entry(&article.event).or_default().insert(outlet);
        if article.facial {
            facial.insert(article.event.as_str());
        }
    }
    assert!(outlets.len() >= 12, "{} outlets", outlets.len());
    assert!(articles.len() >= 60, "{} articles", articles.len());
    let shared = events.values().filter(|outlets| outlets.len() >= 3).count();
    assert!(shared >= 10, "{shared} events over several outlets: {events:?}");
    assert!(facial.len() >= 5, "{facial:?}");
    assert!(facial.iter().all(|event| events[event].len() >= 3), "{events:?}");
}

#[test]
fn addresses_are_unique() {
    for outlet in shipped() {
        let paths: BTreeSet<_> = outlet.articles.iter().map(|article| &article.path).collect();
        assert_eq!(paths.len(), outlet.articles.len(), "{}", outlet.host);
    }
}

#[test]
fn articles_are_short_and_typeset() {
    for article in articles() {
        for version in &article.versions {
            let text = full_text(version);
            let words: usize = version.paragraphs.iter().map(|p| p.split_whitespace().count()).sum();
            assert!((80..=220).contains(&words), "{}: {words} words", article.id);
            assert!(
                (3..=7).contains(&version.paragraphs.len()),
                "{}: {}",
                article.id,
                version.paragraphs.len()
            );
            assert!(!text.contains(['"', '\'']), "{}: straight quotes", article.id);
            assert!(!text.contains("  "), "{}: double spaces", article.id);
            assert!(
                version.paragraphs.iter().all(|p| !p.contains('\n')),
                "{}: a broken line",
                article.id
            );
        }
    }
}

#[test]
fn the_topic_is_where_the_data_says() {
    let [subject, policy] = halves();
    for article in articles() {
        for version in &article.versions {
            let text = full_text(version);
            let of_topic = subject.is_match(&text) && policy.is_match(&text);
            assert_eq!(of_topic, article.facial, "{}", article.id);
            let feed = format!("{}\n{}", version.headline, version.standfirst);
            assert!(
                !article.facial || subject.is_match(&feed),
                "{}: the feed does not show it",
                article.id
            );
        }
    }
}

#[test]
fn some_articles_look_like_the_topic_and_are_not() {
    let [subject, _] = halves();
    let near: Vec<_> = articles()
        .into_iter()
        .filter(|a| !a.facial && subject.is_match(&full_text(&a.versions[0])))
        .collect();
    assert!(near.len() >= 3, "{near:?}");
}

#[test]
fn copies_come_after_their_originals_and_say_the_same() {
    let articles = articles();
    let mut copies = 0;
    for copy in articles.iter().filter(|article| article.copy_of.is_some()) {
        let original = articles.iter().find(|a| Some(&a.id) == copy.copy_of.as_ref()).unwrap();
        assert!(original.published_at() < copy.published_at(), "{}", copy.id);
        assert_eq!(
            (&original.event, original.facial),
            (&copy.event, copy.facial),
            "{}",
            copy.id
        );
        assert!(
            original.versions[0]
                .paragraphs
                .starts_with(&copy.versions[0].paragraphs),
            "{}",
            copy.id
        );
        copies += 1;
    }
    assert!(copies >= 6, "{copies}");
}

#[test]
fn the_second_day_has_news_developments_a_copy_and_a_correction() {
    let articles = articles();
    let second_day = |at: Timestamp| at > first_digest() && at <= second_digest();
    let old: BTreeSet<_> = articles
        .iter()
        .filter(|a| a.published_at() <= first_digest())
        .map(|a| a.event.as_str())
        .collect();
    let fresh: Vec<_> = articles
        .iter()
        .filter(|a| a.facial && second_day(a.published_at()))
        .collect();
    let begun = fresh.iter().filter(|a| !old.contains(a.event.as_str())).count();
    let developed: BTreeSet<_> = fresh
        .iter()
        .filter(|a| a.copy_of.is_none() && old.contains(a.event.as_str()))
        .map(|a| &a.event)
        .collect();
    assert!(begun >= 3, "articles on a new event: {begun}");
    assert!(developed.len() >= 2, "{developed:?}");
    assert!(fresh.iter().any(|a| a.copy_of.is_some()));
    let corrected: Vec<_> = articles
        .iter()
        .filter(|a| a.versions[1..].iter().any(|v| second_day(v.at)))
        .collect();
    assert_eq!(corrected.len(), 1);
    assert_ne!(corrected[0].versions[0].headline, corrected[0].versions[1].headline);
    assert!(
        articles
            .iter()
            .all(|a| a.versions.iter().all(|v| v.at <= second_digest()))
    );
}

#[test]
fn a_piece_of_data_that_is_missing_is_named() {
    let reason = read_article("ledger/01-x", "+++\nevent = \"x\"\n+++\n\nText.\n", "/{slug}")
        .unwrap_err()
        .to_string();
    assert!(
        reason.starts_with("ledger/01-x: ") && reason.contains("published"),
        "{reason}"
    );
    assert!(read_article("ledger/01-x", "Text.", "/{slug}").is_err());
}
