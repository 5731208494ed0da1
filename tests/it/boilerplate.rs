//! What repeats on a host's articles goes, once enough of them were read; what was read before does not change by it.

use std::collections::HashMap;

use chrono::TimeDelta;
use tidings::domain::ArticleId;
use tidings::extract::{self, ARTICLES_MIN, Boilerplate, ExtractOptions, Extraction};
use tidings::store::articles::ArticleFilter;

use crate::support::site::{Answer, Item, rss};
use crate::support::{HARBOUR, World};

const DAY: &str = "Fri, 12 Jun 2026 10:00:00 GMT";
const APPEAL: &str =
    "Reporting such as this costs money, and every reader who pays for it keeps it free for all the others.";
const GUIDS: [&str; 7] = ["1", "2", "3", "4", "5", "6", "7"];

fn page(number: usize, extra: &str) -> Answer {
    let places = ["lake", "mill", "bridge", "tower", "market", "chapel", "quarry"];
    let texts: String = (1..=4)
        .map(|n| {
            format!(
                "<p>Beside the {0} the {n}th wall of the harbour has stood since {1}, say those who live near the {0}.</p>",
                places[number],
                1800 + 10 * number + n
            )
        })
        .collect();
    Answer::page(format!(
        "<html><head><title>Harbour report {number}</title></head><body><article><h1>Harbour report {number}</h1>\
         {texts}<p>{APPEAL}</p>{extra}<p>The work by the {0} ends in autumn, and nobody expects it to cost less than planned.</p>\
         </article></body></html>",
        places[number]
    ))
}

/// Sets a feed of the first `count` articles and reads it.
async fn read(world: &World, count: usize) {
    let items: Vec<Item> = (0..count)
        .map(|number| {
            let link = format!("{}/harbour-{number}", world.site.address());
            world.site.set(&format!("/harbour-{number}"), page(number, ""));
            Item::new(
                GUIDS[number],
                &format!("Harbour report {number}"),
                link,
                DAY,
                "The harbour.",
            )
        })
        .collect();
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world.work_after(TimeDelta::hours(1)).await;
}

fn text(world: &World, number: usize) -> (ArticleId, String) {
    let listed = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap();
    let title = format!("Harbour report {number}");
    let found = listed.iter().find(|article| article.title == title).unwrap();
    (found.id, world.ctx.store.article(found.id).unwrap().unwrap().body_text)
}

fn revisions(world: &World) -> i64 {
    world.database().count("revision")
}

#[tokio::test]
async fn furniture_is_learned_from_articles_and_is_no_revision_of_older_ones() {
    let world = World::new(HARBOUR).await;
    for count in 1..=5 {
        read(&world, count).await;
        assert!(text(&world, count - 1).1.contains(APPEAL), "{count}");
    }
    read(&world, 6).await;
    let (_, sixth) = text(&world, 5);
    assert!(
        !sixth.contains(APPEAL) && sixth.matches("wall of the harbour").count() == 4,
        "{sixth}"
    );
    assert!(sixth.contains("ends in autumn"), "{sixth}");
    // The first ones are looked at again: the appeal goes, and nothing has changed by that.
    world.work_after(TimeDelta::hours(7)).await;
    assert!(world.site.asked("/harbour-0").len() > 1);
    assert!(!text(&world, 0).1.contains(APPEAL));
    assert_eq!(revisions(&world), 0);
    // What a newspaper adds is a revision as before.
    world.site.set(
        "/harbour-0",
        page(
            0,
            "<p>On Friday the council put the whole plan for the harbour off by a year.</p>",
        ),
    );
    world.work_after(TimeDelta::hours(24)).await;
    assert!(text(&world, 0).1.contains("put the whole plan"));
    assert_eq!(revisions(&world), 1);
}

#[tokio::test]
async fn an_article_looked_at_again_and_again_teaches_once() {
    let world = World::new(HARBOUR).await;
    read(&world, 1).await;
    for _ in 0..4 {
        world.work_after(TimeDelta::hours(24)).await;
    }
    assert!(world.site.asked("/harbour-0").len() >= 4);
    read(&world, 2).await;
    assert!(text(&world, 1).1.contains(APPEAL));
}

/// The share of an article's text that is read, as sequences of four words, and of what is read that is its text.
fn f1(read: &str, written: &str) -> f64 {
    let counted = |text: &str| {
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        let mut found: HashMap<Vec<String>, usize> = HashMap::new();
        for four in words.windows(4.min(words.len())) {
            *found
                .entry(four.iter().map(|&word| word.to_owned()).collect())
                .or_default() += 1;
        }
        found
    };
    let (read, written) = (counted(read), counted(written));
    let both: usize = read
        .iter()
        .map(|(four, n)| *n.min(written.get(four).unwrap_or(&0)))
        .sum();
    let all: usize = read.values().sum::<usize>() + written.values().sum::<usize>();
    2.0 * both as f64 / all as f64
}

/// Six articles of each of six hosts, and what each host puts among its text: every article is read once by itself, and once
/// after the five others. `tests/data/furniture/HOST.pages`.
#[test]
fn what_hosts_repeat_goes_and_what_they_tell_again_stays() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/furniture");
    let url = url::Url::parse("https://news.example/2026/06/12/bridge").unwrap();
    let (mut hosts, mut sums) = (0, (0.0, 0.0));
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let pages: Vec<(&str, &str)> = text
            .split("=== page\n")
            .skip(1)
            .map(|page| page.split_once("--- body\n").unwrap())
            .collect();
        assert_eq!(pages.len(), 1 + usize::from(ARTICLES_MIN), "{}", file.display());
        let read: Vec<Extraction> = pages
            .iter()
            .map(|(html, _)| extract::extract(html, &url, &ExtractOptions::default()))
            .collect();
        let (mut before, mut after) = (0.0, 0.0);
        for (at, (_, written)) in pages.iter().enumerate() {
            let mut known = Boilerplate::default();
            for (_, other) in read.iter().enumerate().filter(|(other, _)| *other != at) {
                known.learn(&other.marks());
            }
            let mut own = read[at].clone();
            before += f1(&own.text, written) / pages.len() as f64;
            own.remove_boilerplate(&known);
            after += f1(&own.text, written) / pages.len() as f64;
        }
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        println!("{name}: {before:.3} alone, {after:.3} after five others");
        assert!(after >= before && after > 0.97, "{name}: {before:.3}, {after:.3}");
        assert!(
            after - before > 0.05 || name.starts_with("background"),
            "{name}: {before:.3}, {after:.3}"
        );
        hosts += 1;
        sums = (sums.0 + before, sums.1 + after);
    }
    println!(
        "all: {:.3}, {:.3}",
        sums.0 / f64::from(hosts),
        sums.1 / f64::from(hosts)
    );
    assert!(hosts >= 6);
}
