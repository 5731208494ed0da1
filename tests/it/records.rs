//! Answers of registers in the form their documentation gives, as their recipes read them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tidings::domain::record;
use tidings::domain::{ArticleId, Timestamp};
use tidings::feed::records::{self, Onward, recipes};
use tidings::store::maintenance::RetentionBounds;
use tidings::views::{article_detail, stories};

use crate::support::World;
use crate::support::site::{Answer, Asked};
use crate::support::web::WebFace;

/// A register that is described, and a topic of all it lists.
const REGISTER: &str = r#"
[[source]]
json = "{site}/list?per=2"
name = "The Register"
schedule = "every 1h"
full_text = "never"
headers = { X-Mine = "yes" }
[source.paths]
items = "notices[]"
id = "no"
title = "title"
link = "{site}/n/{no}"
date = "date"
summary = "about"
next = "cursor"
next_as = "after"
[source.fields]
docket = "dockets[]"
comments_close_on = "closes"

[[topic]]
name = "Faces"
keywords = ["face"]
"#;

/// Returns a page of the register with notices of these numbers, all closing on one day.
fn notices(numbers: &[i64], closes: &str, cursor: Option<&str>) -> Answer {
    let notice = |no: &i64| {
        json!({
            "no": no, "title": format!("A face scan rule numbered {no}"), "about": format!("What rule {no} says of face scans."),
            "date": "2026-06-12", "dockets": [format!("D-{no}"), "D-0"], "closes": closes,
        })
    };
    let notices: Vec<_> = numbers.iter().map(notice).collect();
    let body = json!({ "notices": notices, "cursor": cursor }).to_string();
    Answer::new(200, "application/json", body)
}

fn hour() -> TimeDelta {
    TimeDelta::hours(1)
}

#[tokio::test]
async fn pages_are_read_while_they_bring_what_is_unknown() {
    let world = World::new(REGISTER).await;
    let (site, closes) = (&world.site, "2026-07-03");
    site.set(
        "/list?per=2",
        notices(&[5, 4], closes, Some("4")).header("etag", "\"1\""),
    );
    site.set("/list?per=2&after=4", notices(&[3, 2], closes, Some("2")));
    site.set("/list?per=2&after=2", notices(&[1], closes, None));
    let done = world.work().await;
    assert_eq!((done.failed_polls, done.new_articles), (0, 5));
    let asked = site.requests_after(0);
    let paths: Vec<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, ["/list?per=2", "/list?per=2&after=4", "/list?per=2&after=2"]);
    assert!(asked.iter().all(|asked| asked.headers["x-mine"] == "yes"));
    let accept = asked[0].headers["accept"].to_str().unwrap();
    assert!(accept.starts_with("application/json"), "{accept}");

    assert_eq!(world.work_after(hour()).await.new_articles, 0);
    assert_eq!(site.requests_after(3).len(), 1, "304");
    assert_eq!(site.requests_after(3)[0].headers["if-none-match"], "\"1\"");

    site.set("/list?per=2", notices(&[7, 6], closes, Some("6")));
    site.set("/list?per=2&after=6", notices(&[5, 4], closes, Some("4")));
    assert_eq!(world.work_after(hour()).await.new_articles, 2);
    assert_eq!(site.requests_after(4).len(), 2, "the second page is known");
}

#[tokio::test]
async fn a_page_that_fails_costs_the_poll_and_no_document() {
    let world = World::new(REGISTER).await;
    world.site.set("/list?per=2", notices(&[4, 3], "2026-07-03", Some("3")));
    world
        .site
        .set("/list?per=2&after=3", Answer::page("<html><body>No.</body></html>"));
    let done = world.work().await;
    assert_eq!((done.failed_polls, done.new_articles), (1, 0));
    let told = world.ctx.store.sources().unwrap().remove(0).state.last_error.unwrap();
    assert!(
        told.starts_with("page 2: a web page, where JSON was asked for"),
        "{told}"
    );
    world.site.set("/list?per=2&after=3", notices(&[2], "2026-07-03", None));
    assert_eq!(world.work_after(hour() * 5).await.new_articles, 3);

    // An answer that says why there is none is told in its words.
    let refused = Answer::new(200, "application/json", r#"{"error":{"message":"slow down"}}"#);
    world.site.set("/list?per=2", refused);
    assert_eq!(world.work_after(hour() * 5).await.failed_polls, 1);
    let told = world.ctx.store.sources().unwrap().remove(0).state.last_error.unwrap();
    assert!(told.contains("slow down"), "{told}");
}

#[tokio::test]
async fn a_page_behind_the_last_is_the_end_where_pages_are_counted() {
    let counted = REGISTER.replace("next = \"cursor\"\nnext_as = \"after\"", "page = \"page\"");
    for (status, is_end) in [(400, true), (404, true), (416, true), (403, false), (500, false)] {
        let world = World::new(&counted).await;
        let site = &world.site;
        site.set("/list?per=2", notices(&[4, 3], "2026-07-03", None));
        site.set("/list?per=2&page=2", notices(&[2], "2026-07-03", None));
        site.set("/list?per=2&page=3", Answer::status(status));
        let done = world.work().await;
        let expected = if is_end { (0, 3) } else { (1, 0) };
        assert_eq!((done.failed_polls, done.new_articles), expected, "{status}");
    }
    // Where the register itself names the next page, it has to be there.
    let world = World::new(REGISTER).await;
    world.site.set("/list?per=2", notices(&[4, 3], "2026-07-03", Some("3")));
    world.site.set("/list?per=2&after=3", Answer::status(404));
    assert_eq!(world.work().await.failed_polls, 1);
}

#[tokio::test]
async fn a_day_is_asked_with_what_its_own_answer_is_known_by() {
    let world = World::new(&REGISTER.replace("per=2", "day={today}")).await;
    let (site, closes) = (&world.site, "2026-07-03");
    let (first, second) = ("/list?day=2026-06-13", "/list?day=2026-06-14");
    site.set(first, notices(&[1], closes, None).header("etag", "\"1\""));
    assert_eq!(world.work().await.new_articles, 1);
    site.set(second, Answer::status(500));
    assert_eq!(world.work_after(hour() * 13).await.failed_polls, 1);
    site.set(second, notices(&[2], closes, None).header("etag", "\"2\""));
    assert_eq!(world.work_after(hour() * 5).await.new_articles, 1);
    world.work_after(hour()).await;
    let sent = |asked: &Asked| {
        asked
            .headers
            .get("if-none-match")
            .map(|tag| tag.to_str().unwrap().to_owned())
    };
    let known: Vec<_> = site.asked(second).iter().map(sent).collect();
    assert_eq!(known.last().unwrap().as_deref(), Some("\"2\""));
    assert!(known[..known.len() - 1].iter().all(Option::is_none), "{known:?}");
}

#[tokio::test]
async fn a_day_without_an_issue_is_no_failure() {
    let closes = "2026-07-03";
    let dated = REGISTER.replace("per=2", "day={today}");
    let day = |day: u32| format!("/list?day=2026-06-{day}");
    let world = World::new(&dated).await;
    // Nothing has come from there yet: the address may be wrong.
    assert_eq!(world.work().await.failed_polls, 1);
    world
        .site
        .set(&day(13), notices(&[1], closes, None).header("etag", "\"1\""));
    assert_eq!(world.work_after(hour() * 5).await.new_articles, 1);

    assert_eq!(world.work_after(hour() * 12).await.failed_polls, 0);
    world.site.set(&day(14), notices(&[2], closes, None));
    assert_eq!(
        world.work_after(hour()).await.new_articles,
        1,
        "it comes out later that day"
    );
    let asked = world.site.asked(&day(14));
    assert!(asked.iter().all(|asked| !asked.headers.contains_key("if-none-match")));

    for (days, status, failed) in [(1, 404, 0), (1, 500, 1), (1, 404, 0), (1, 403, 1), (14, 404, 1)] {
        let today = (world.clock.now() + hour() * 24 * days).format("/list?day=%Y-%m-%d");
        world.site.set(&today.to_string(), Answer::status(status));
        let done = world.work_after(hour() * 24 * days).await;
        assert_eq!(done.failed_polls, failed, "{today}: {status}");
    }

    // What goes back some days is there, whether something came out or not.
    let world = World::new(&dated.replace("{today}", "{today-1}")).await;
    world.site.set(&day(12), notices(&[1], closes, None));
    assert_eq!(world.work().await.new_articles, 1);
    assert_eq!(world.work_after(hour() * 24).await.failed_polls, 1);
}

#[tokio::test]
async fn a_date_that_is_moved_shows_what_it_was() {
    let world = World::new(REGISTER).await;
    world.site.set("/list?per=2", notices(&[1], "2026-07-03", None));
    world.work().await;
    let id = ArticleId(1);
    let facts = || {
        let facts = record::in_words(&world.ctx.store.record_of(id).unwrap()).into_iter();
        facts
            .map(|line| format!("{}: {}", line.label, line.values))
            .collect::<Vec<_>>()
    };
    assert_eq!(facts(), ["Comments close: 3 July 2026", "Docket: D-0, D-1"]);

    world.site.set("/list?per=2", notices(&[1], "2026-07-09", None));
    assert_eq!(world.work_after(hour()).await.new_articles, 0);
    assert_eq!(facts()[0], "Comments close: 9 July 2026 (was 3 July 2026)");
    assert_eq!(world.database().count("revision"), 0, "its words are as they were");

    let full = json!(article_detail::full(&world.ctx.store, id).unwrap());
    let first = json!({ "name": "comments_close_on", "value": "2026-07-09", "was": "2026-07-03" });
    assert_eq!(full["record"][0], first);
    let story = world.ctx.store.story_ids(None, None, 1).unwrap()[0];
    let timeline = json!(stories::timeline(&world.ctx.store, story, chrono_tz::Tz::UTC).unwrap());
    assert_eq!(timeline["articles"][0]["record"][0], first);
    let page = WebFace::of(&world).await.get("/articles/1").await;
    assert!(
        page.body
            .contains("<dt>Comments close</dt><dd><bdi>9 July 2026 (was 3 July 2026)</bdi></dd>"),
        "{}",
        page.body
    );

    // Back to the first day: what was, is the second.
    world.site.set("/list?per=2", notices(&[1], "2026-07-03", None));
    world.work_after(hour()).await;
    assert_eq!(facts()[0], "Comments close: 3 July 2026 (was 9 July 2026)");

    // A date that is stated no more is withdrawn, however the register says so; its numbers stay.
    let item = json!({ "no": 1, "title": "A face scan rule numbered 1", "about": "What rule 1 says of face scans.", "date": "2026-06-12" });
    for closes in [Some(json!(null)), Some(json!("")), None, Some(json!("to be announced"))] {
        let mut item = item.clone();
        if let Some(closes) = closes {
            item["closes"] = closes;
        }
        let body = json!({ "notices": [item] }).to_string();
        world
            .site
            .set("/list?per=2", Answer::new(200, "application/json", body));
        world.work_after(hour()).await;
        assert_eq!(facts(), ["Docket: D-0, D-1"]);
        world.site.set("/list?per=2", notices(&[1], "2026-07-03", None));
        world.work_after(hour()).await;
        assert!(facts()[0].starts_with("Comments close: 3 July 2026"), "{:?}", facts());
    }
    // What breaks off is no withdrawal.
    let cut = r#"{"notices":[{"no":1,"title":"A face scan rule numbered 1","about":"What"#;
    world.site.set("/list?per=2", Answer::new(200, "application/json", cut));
    assert_eq!(world.work_after(hour()).await.failed_polls, 1);
    assert!(facts()[0].starts_with("Comments close"), "{:?}", facts());

    let later = world.clock.now() + hour();
    let bounds = RetentionBounds {
        before: later,
        live_since: later,
    };
    assert_eq!(world.ctx.store.purge(later, bounds, 10).await.unwrap(), 1);
    assert_eq!(world.database().count("record_field"), 0);
}

/// Returns what is read of an answer, a line each.
fn shown(page: &records::RecordPage) -> String {
    let mut out = String::new();
    for entry in &page.parsed.feed.entries {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let _ = writeln!(out, "{}: {}", text(&entry.id), text(&entry.title));
        let _ = writeln!(out, "  {}", text(&entry.link));
        if let Some(at) = entry.published {
            let _ = writeln!(out, "  {}", at.format("%Y-%m-%d %H:%M"));
        }
        if let Some(summary) = &entry.summary {
            let _ = writeln!(out, "  {}", summary.value);
        }
        for field in &entry.record {
            let _ = writeln!(out, "  {} = {}", field.name, field.value);
        }
    }
    for warning in &page.parsed.warnings {
        let _ = writeln!(out, "warning: {warning}");
    }
    let next = match &page.next {
        Onward::Page(next) => next.as_str(),
        Onward::Elsewhere(place) => place,
        Onward::Nowhere => "none",
    };
    let _ = writeln!(out, "next: {next}");
    out
}

#[test]
fn recipes_read_what_their_registers_document() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/records");
    let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
    for recipe in &recipes::RECIPES {
        let body = fs::read(folder.join(format!("{}.json", recipe.name))).unwrap();
        let format = recipe.format(None);
        let address = records::asked(recipe.newest, &format, now).unwrap();
        let page = records::read(&body, Some("application/json"), &address, &format, 1).unwrap();
        let found = format!("asked: {address}\n{}", shown(&page));
        let expected = fs::read_to_string(folder.join(format!("{}.expected", recipe.name))).unwrap();
        assert_eq!(found, expected, "{}", recipe.name);
    }
}

#[test]
fn every_item_of_a_gazette_is_read() {
    fn items(value: &Value) -> usize {
        match value {
            Value::Array(values) => values.iter().map(items).sum(),
            Value::Object(object) => {
                let own = |(name, below): (&String, &Value)| match (name.as_str(), below) {
                    ("item", Value::Array(list)) => list.len(),
                    ("item", _) => 1,
                    _ => items(below),
                };
                object.iter().map(own).sum()
            }
            _ => 0,
        }
    }
    let recipe = recipes::of_name("boe").unwrap();
    let read = |body: &str| {
        let address = "https://www.boe.es/datosabiertos/api/boe/sumario/20260601"
            .parse()
            .unwrap();
        records::read(body.as_bytes(), None, &address, &recipe.format(None), 1)
            .unwrap()
            .parsed
            .feed
            .entries
    };
    let body = include_str!("../data/records/boe.json");
    let entries = read(body);
    assert_eq!(entries.len(), items(&body.parse().unwrap()));
    assert!(
        entries
            .iter()
            .all(|entry| entry.record.iter().any(|field| field.name == "agency"))
    );
    // Wherever else its converter puts one, it is read.
    for (from, to) in [
        (
            "\"diario\": [",
            "\"diario\": [{ \"texto\": { \"seccion\": { \"item\": { \"titulo\": \"x\" } } } },",
        ),
        (
            "\"epigrafe\": {",
            "\"epigrafe\": { \"texto\": { \"item\": { \"titulo\": \"x\" } },",
        ),
        (
            "\"departamento\": [",
            "\"departamento\": [{ \"texto\": [{ \"item\": [{ \"titulo\": \"x\" }] }] },",
        ),
    ] {
        let other = body.replacen(from, to, 1);
        assert_eq!(read(&other).len(), entries.len() + 1, "{to}");
    }
}

#[tokio::test]
async fn what_another_list_does_not_state_is_no_withdrawal() {
    let (head, topic) = REGISTER.split_once("[[topic]]").unwrap();
    let second = head
        .replace("/list?per=2", "/other")
        .replace("The Register", "The Other Register");
    let world = World::new(&format!("{head}{second}[[topic]]{topic}")).await;
    let item = json!({ "no": 1, "title": "A face scan rule numbered 1", "about": "What rule 1 says of face scans.", "date": "2026-06-12" });
    let without = Answer::new(200, "application/json", json!({ "notices": [item] }).to_string());
    world.site.set("/list?per=2", notices(&[1], "2026-07-03", None));
    world
        .site
        .set("/other", Answer::new(200, "application/json", r#"{"notices":[]}"#));
    assert_eq!(world.work().await.new_articles, 1);
    world.site.set("/other", without.clone());
    assert_eq!(world.work_after(hour()).await.new_articles, 0, "both list one document");
    let closes = || {
        let facts = world.ctx.store.record_of(ArticleId(1)).unwrap();
        facts.iter().any(|fact| fact.name == "comments_close_on")
    };
    assert!(closes(), "the other never stated it");
    // The list that stated it withdraws it.
    world.site.set("/list?per=2", without);
    world.work_after(hour()).await;
    assert!(!closes());
}
