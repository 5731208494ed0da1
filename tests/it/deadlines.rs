//! Dates that registers state: what a digest tells of them, once and once again, and the calendar of a topic.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::json;
use tidings::digest::{self, DeadlineInput, DigestInput, DigestKind, DigestLanguage, DigestOptions, Window};
use tidings::domain::deadline::{DateTelling, Deadline, DeadlineKind};
use tidings::domain::{ArticleId, StoryId, Timestamp};
use tidings::jobs::digest as digest_job;
use tidings::store::maintenance::RetentionBounds;
use tidings::web::{self, Desk, LinkForm, Route};
use toml::{Table, Value};

use crate::support::World;
use crate::support::site::{Answer, Item, rss};

fn words(case: &Value, key: &str) -> Vec<String> {
    let all = case.get(key).and_then(Value::as_array);
    all.into_iter()
        .flatten()
        .map(|one| one.as_str().unwrap().to_owned())
        .collect()
}

/// Returns the date of a case.
fn input(case: &Value) -> DeadlineInput {
    let is = |key: &str| case.get(key).and_then(Value::as_bool).unwrap_or(false);
    let kind = case
        .get("kind")
        .map_or("comments_close_on", |kind| kind.as_str().unwrap());
    let told = words(case, "told").into_iter().map(|text| {
        let (value, what) = text.split_once(' ').unwrap();
        (value.to_owned(), DateTelling::of_name(what).unwrap())
    });
    DeadlineInput {
        article: ArticleId(1),
        story: Some(StoryId(1)),
        title: "Rule".to_owned(),
        web_url: String::new(),
        provider: "Register".to_owned(),
        published_at: Timestamp::UNIX_EPOCH,
        language: None,
        deadline: Deadline {
            kind: DeadlineKind::of_name(kind).unwrap(),
            number: 0,
            values: words(case, "values"),
            changed_at: Timestamp::UNIX_EPOCH,
            is_withdrawn: is("withdrawn"),
        },
        told: told.collect(),
        was_told: !is("unknown"),
    }
}

fn composed(now: Timestamp, deadlines: Vec<DeadlineInput>, options: &DigestOptions) -> digest::Digest {
    let input = DigestInput {
        name: "daily".to_owned(),
        kind: DigestKind::Digest,
        sections: Vec::new(),
        pages: Vec::new(),
        deadlines,
        coverage: digest::Coverage::default(),
        undelivered: Vec::new(),
    };
    digest::compose(&Window { from: None, to: now }, &input, options)
}

#[test]
fn what_is_told_of_a_date() {
    let table: Table = toml::from_str(include_str!("../data/deadlines.toml")).unwrap();
    let languages: BTreeMap<_, _> = DigestLanguage::all().into_iter().collect();
    for case in table["case"].as_array().unwrap() {
        let text = |key: &str| case.get(key).and_then(Value::as_str);
        let now: Timestamp = text("now").unwrap().parse().unwrap();
        let remind = (text("remind") != Some("none")).then(|| now + TimeDelta::days(7));
        let options = DigestOptions {
            language: languages[text("language").unwrap_or("en")],
            heat_min: case
                .get("heat_min")
                .map_or(0, |heat| heat.as_integer().unwrap().try_into().unwrap()),
            remind_until: remind,
            ..DigestOptions::new(text("zone").unwrap_or("UTC").parse().unwrap())
        };
        let digest = composed(now, vec![input(case)], &options);
        let markdown = digest::to_markdown(&digest, &options).replace('\\', "");
        let found = markdown.lines().find_map(|line| line.strip_prefix("- Rule ("));
        let found = found.map(|line| line.strip_suffix(')').unwrap());
        let recorded: Vec<&str> = digest.told_dates().iter().map(|told| told.what.as_str()).collect();
        let name = text("name").unwrap();
        assert_eq!(found, text("line"), "{name}\n{markdown}");
        assert_eq!(recorded, text("as").into_iter().collect::<Vec<_>>(), "{name}");
        assert_eq!(digest.is_empty(), found.is_none(), "{name}");
    }
}

#[test]
fn a_document_of_two_registers_is_told_once_and_too_many_wait() {
    let table: Table = toml::from_str("now = 1\nvalues = [\"2026-06-09\"]").unwrap();
    let date = input(&Value::Table(table));
    let (now, options) = (
        "2026-06-03T07:00:00Z".parse().unwrap(),
        DigestOptions::new(chrono_tz::UTC),
    );
    let other = |article: i64, story: i64| DeadlineInput {
        article: ArticleId(article),
        story: Some(StoryId(story)),
        ..date.clone()
    };
    let twice = composed(now, vec![date.clone(), other(2, 1)], &options);
    assert_eq!((twice.dates.len(), twice.told_dates().len()), (1, 2));
    // Two dockets, two rules, one day.
    let two = composed(now, vec![date.clone(), other(2, 2)], &options);
    assert_eq!((two.dates.len(), two.told_dates().len()), (2, 2));
    let many = composed(now, (1..=60).map(|n| other(n, n)).collect(), &options);
    assert_eq!((many.dates.len(), many.told_dates().len()), (50, 50));
}

const REGISTER: &str = r#"
[[source]]
json = "{site}/list"
name = "The Register"
schedule = "every 1h"
full_text = "never"
[source.paths]
items = "notices[]"
id = "no"
title = "title"
link = "{site}/n/{no}"
date = "date"
summary = "about"
[source.fields]
docket = "docket"
comments_close_on = "closes"
hearing_on = "heard"

[[topic]]
name = "Faces, all"
keywords = ["face"]

[[digest]]
name = "daily"
topics = ["Faces, all"]
schedule = "0 7 * * *"
deliver = ["log"]
"#;

/// Lists notices with their numbers, and when comments on each close and it is heard.
fn list(world: &World, notices: &[(i64, &str, Option<&str>)]) {
    let day = world.clock.now().format("%Y-%m-%d").to_string();
    let subjects = ["scans at the harbour", "prints in schools", "masks for skiers"];
    let notice = |(no, closes, heard): &(i64, &str, Option<&str>)| {
        let subject = subjects[*no as usize - 1];
        json!({
            "no": no, "title": format!("Face {subject}"), "about": format!("What is planned of face {subject}."),
            "date": day, "docket": format!("D-{no}"), "closes": closes, "heard": heard,
        })
    };
    let body = json!({ "notices": notices.iter().map(notice).collect::<Vec<_>>() });
    world
        .site
        .set("/list", Answer::new(200, "application/json", body.to_string()));
}

/// Returns the lines of a digest's text that hold a word of dates, below its first words.
fn dates(text: &str) -> Vec<String> {
    let (_, sections) = text.split_once("\n\n\n").unwrap();
    let one_line = sections.replace("\n  ", " ");
    let lines = one_line
        .lines()
        .filter(|line| line.contains("comments close") || line.contains("hearing"));
    // The headline's address follows it.
    lines
        .map(|line| line.split(" http").next().unwrap_or_default().trim().to_owned())
        .collect()
}

fn day(world: &World, ahead: i64) -> String {
    (world.clock.now() + TimeDelta::days(ahead))
        .format("%Y-%m-%d")
        .to_string()
}

#[tokio::test]
async fn a_date_is_told_with_its_document_and_once_before_it() {
    let world = World::new(REGISTER).await;
    let (far, near) = (day(&world, 20), day(&world, 3));
    list(&world, &[(1, &far, None), (2, &near, None)]);
    world.work().await;
    let first = world.digest().await.unwrap();
    assert_eq!(dates(&first).len(), 2, "{first}");
    assert!(
        first.contains("comments close in 20 days") && !first.contains("DATES"),
        "{first}"
    );

    // Moved, and moved again before anybody was told.
    world.clock.advance(TimeDelta::days(1));
    let (later, latest) = (day(&world, 22), day(&world, 23));
    for moved in [&later, &latest] {
        list(&world, &[(1, moved, None), (2, &near, None)]);
        world.work_after(TimeDelta::hours(2)).await;
    }
    // A digest that is composed and never frozen has told nothing.
    let settings = &world.ctx.config.digests[0];
    let lost = digest_job::compose(&world.ctx.store, world.clock.now(), settings).unwrap();
    assert_eq!(lost.digest.dates.len(), 1);
    assert_eq!(world.database().count("deadline_told"), 2);
    let told = world.digest().await.unwrap();
    assert!(
        told.contains("\nDATES\n=====\n") && told.contains("comments close in 23 days"),
        "{told}"
    );
    assert_eq!(dates(&told).len(), 1, "{told}");
    assert!(world.digest().await.is_none(), "once");

    world.work_after(TimeDelta::days(15)).await;
    assert!(world.digest().await.is_none(), "eight days before");
    world.work_after(TimeDelta::days(1)).await;
    let reminder = world.digest().await.unwrap();
    assert!(
        reminder.contains("comments close in 7 days") && !reminder.contains("was"),
        "{reminder}"
    );
    world.work_after(TimeDelta::days(2)).await;
    assert!(world.digest().await.is_none(), "once again, and no more");

    let later = world.clock.now() + TimeDelta::days(1);
    let bounds = RetentionBounds {
        before: later,
        live_since: later,
    };
    // What waits to be delivered is not purged.
    world.database().run("UPDATE delivery SET state = 'sent'");
    assert_eq!(world.ctx.store.purge(later, bounds, 10).await.unwrap(), 2);
    assert_eq!(world.database().count("deadline_told"), 0);
}

#[tokio::test]
async fn what_comes_before_the_next_digest_is_told_in_time() {
    let weekly = REGISTER.replace("0 7 * * *", "0 7 * * 1\"\nremind = \"1d");
    let world = World::new(&weekly).await;
    let soon = day(&world, 5);
    list(&world, &[(1, &soon, None)]);
    world.work().await;
    assert_eq!(dates(&world.digest().await.unwrap()).len(), 1);
    let whats: Vec<String> = world.database().all("SELECT what FROM deadline_told");
    let now = world.clock.now();
    let next = world.ctx.config.digests[0].schedule.next_after(now).unwrap();
    let is_before = (now + TimeDelta::days(5)).date_naive() <= next.date_naive();
    assert_eq!(whats, [if is_before { "reminder" } else { "stated" }]);
}

/// Returns what a digest tells of two documents of one story, of which each states a date, withdrawn or not.
fn told_of_two(values: [(&str, bool); 2]) -> Vec<String> {
    let now: Timestamp = "2026-06-01T06:00:00Z".parse().unwrap();
    let case = |article: i64, (value, is_withdrawn): (&str, bool)| {
        let told = if is_withdrawn {
            format!("\"{value} stated\"")
        } else {
            String::new()
        };
        let text = format!("values = [\"{value}\"]\ntold = [{told}]\nwithdrawn = {is_withdrawn}");
        let case = Value::Table(toml::from_str(&text).unwrap());
        DeadlineInput {
            article: ArticleId(article),
            ..input(&case)
        }
    };
    let options = DigestOptions::new(chrono_tz::America::New_York);
    let digest = composed(now, vec![case(1, values[0]), case(2, values[1])], &options);
    let markdown = digest::to_markdown(&digest, &options).replace('\\', "");
    let lines = markdown.lines().filter_map(|line| line.strip_prefix("- Rule ("));
    lines.map(str::to_owned).collect()
}

#[test]
fn two_documents_of_a_story_tell_one_date_once() {
    let (day, moment) = ("2026-06-09", "2026-06-09T23:59:59-04:00");
    for (values, expected) in [
        ([(day, false), (day, false)], 1),
        ([(day, false), (moment, false)], 1),
        ([(moment, false), (day, false)], 1),
        ([(day, false), ("2026-06-10", false)], 2),
    ] {
        assert_eq!(told_of_two(values).len(), expected, "{values:?}");
    }
    // What one withdraws and the other states, stands.
    let told = told_of_two([(moment, true), (day, false)]);
    assert!(told.len() == 1 && !told[0].contains("no longer"), "{told:?}");
    let told = told_of_two([(day, true), ("2026-06-10", false)]);
    assert_eq!(told.len(), 2, "{told:?}");
}

fn calendar(world: &World, topic: Option<&str>) -> String {
    let links = LinkForm::Served { below: String::new() };
    let (store, config) = (&world.ctx.store, &world.ctx.config);
    let desk = Desk::new(
        store,
        config,
        world.clock.now(),
        links,
        "http://localhost:8470".to_owned(),
    );
    let topic = topic.map(str::to_owned);
    let answer = web::answer(&desk, &Route::Calendar { topic });
    assert_eq!((answer.status, answer.media), (200, "text/calendar; charset=utf-8"));
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// Returns the values of a property in a calendar.
fn values(calendar: &str, name: &str) -> Vec<String> {
    let unfolded = calendar.replace("\r\n ", "");
    let own = unfolded.split("\r\n").filter_map(|line| line.strip_prefix(name));
    own.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_calendar_keeps_the_name_of_a_date_that_moves() {
    let world = World::new(REGISTER).await;
    let (closes, heard) = (day(&world, 20), format!("{}T10:00:00-04:00", day(&world, 9)));
    list(&world, &[(1, &closes, Some(&heard)), (3, &closes, None)]);
    world.work().await;
    let before = calendar(&world, Some("Faces, all"));
    assert!(before.lines().all(|line| line.len() <= 75) && !before.replace("\r\n", "").contains('\n'));
    assert_eq!(values(&before, "X-WR-CALNAME:"), ["Faces\\, all"]);
    assert_eq!(values(&before, "BEGIN:VEVENT").len(), 3);
    let plain = closes.replace('-', "");
    assert_eq!(values(&before, "DTSTART;VALUE=DATE:"), [&*plain, &*plain]);
    let moment = format!("{}T140000Z", day(&world, 9).replace('-', ""));
    assert_eq!(values(&before, "DTSTART:"), [moment]);
    assert_eq!(values(&before, "SUMMARY:")[0], "Hearing: Face scans at the harbour");
    assert_eq!(calendar(&world, None).lines().count(), before.lines().count());

    let moved = day(&world, 30);
    list(&world, &[(1, &moved, Some(&heard)), (3, &closes, None)]);
    world.work_after(TimeDelta::hours(2)).await;
    let after = calendar(&world, Some("Faces, all"));
    let by_name = |calendar: &str| -> BTreeMap<String, (i64, String)> {
        let numbers = values(calendar, "SEQUENCE:")
            .into_iter()
            .map(|text| text.parse().unwrap());
        let at = numbers.zip(values(calendar, "LAST-MODIFIED:"));
        values(calendar, "UID:").into_iter().zip(at).collect()
    };
    let (before, after) = (by_name(&before), by_name(&after));
    assert!(before.keys().eq(after.keys()) && before.len() == 3);
    let grown = before
        .iter()
        .filter(|(name, (number, at))| after[*name].0 > *number && after[*name].1 > *at);
    assert_eq!(grown.count(), 1);
    assert_eq!(before.iter().filter(|(name, was)| after[*name] == **was).count(), 2);

    let links = LinkForm::Served { below: String::new() };
    let (store, config) = (&world.ctx.store, &world.ctx.config);
    let desk = Desk::new(store, config, world.clock.now(), links, String::new());
    let unknown = Route::Calendar {
        topic: Some("Nothing".to_owned()),
    };
    assert_eq!(web::answer(&desk, &unknown).status, 404);
}

#[tokio::test]
async fn an_event_that_a_page_marks_up_is_a_date() {
    let world = World::new(
        "[[source]]\nfeed = \"{site}/feed.xml\"\nfull_text = \"always\"\n\n[[topic]]\nname = \"Faces\"\nkeywords = [\"face\"]\n\n\
         [[digest]]\nname = \"daily\"\ndeliver = [\"log\"]\nlanguage = \"de\"\n",
    )
    .await;
    let now = world.clock.now().to_rfc2822();
    let link = format!("{}/one", world.site.address());
    let item = Item::new("one", "Council asks citizens about face scans", link, &now, "It asks.");
    world.site.set("/feed.xml", Answer::feed(rss("Council", &[item])));
    let begins = format!("{}T18:30:00+02:00", day(&world, 4));
    let said = "The council asks citizens about face scans in the town hall, where the plans are laid out. ".repeat(12);
    let page = format!(
        "<html><head><title>Council asks citizens about face scans</title><script type=\"application/ld+json\">[\
         {{\"@type\":\"NewsArticle\",\"headline\":\"Council asks citizens about face scans\"}},\
         {{\"@type\":\"Event\",\"name\":\"Face scans\",\"startDate\":\"{begins}\"}}]</script></head>\
         <body><article><h1>Council asks citizens about face scans</h1><p>{said}</p></article></body></html>"
    );
    world.site.set("/one", Answer::page(page));
    world.work().await;
    let told = world.digest().await.unwrap();
    assert!(
        told.contains("Veranstaltung in 4 Tagen") && told.contains(", 18:30\n"),
        "{told}"
    );
    assert_eq!(values(&calendar(&world, None), "SUMMARY:").len(), 1);
}
