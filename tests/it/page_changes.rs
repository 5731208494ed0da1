//! A watched page that changes: what is told of it, where, and once.

use chrono::TimeDelta;
use serde_json::json;
use tidings::decide::page_noise;
use tidings::jobs::digest;
use tidings::text::sentence_diff::{SentenceChange, SentenceStatus};
use toml::Table;

use crate::poll::{hour, item, page};
use crate::support::World;
use crate::support::site::{Answer, rss};
use crate::support::web::WebFace;

#[test]
fn what_is_told_of_two_states() {
    let table: Table = toml::from_str(include_str!("../data/page_changes.toml")).unwrap();
    let line = |change: &SentenceChange| {
        let sign = match change.status {
            SentenceStatus::Removed => '-',
            SentenceStatus::Changed => '~',
            SentenceStatus::Added => '+',
        };
        format!("{sign} {}", change.marked())
    };
    for case in table["case"].as_array().unwrap() {
        let text = |key: &str| case[key].as_str().unwrap();
        let expected: Vec<&str> = case["told"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap())
            .collect();
        let found = page_noise::changes(text("before"), text("after"));
        assert_eq!(found.iter().map(line).collect::<Vec<_>>(), expected, "{}", text("name"));
    }
}

const PAGES: &str = r#"
[[source]]
page = "{site}/hours"
name = "Mill of Ostmere"
schedule = "every 1h"

[[topic]]
name = "Face Scans"
query = '"face scan"'
"#;

const REST: &str = "Bread is sold in the yard while there is any. The tower has 61 steps and no lift. Children pay half. \
     The ferry lands below the mill at high water, and the path from the quay is steep. Groups write to the miller first.";

/// The mill's page with one more sentence.
fn show(world: &World, said: &str) {
    let body = format!("<p>{said}</p><p>{REST}</p>");
    world.site.set("/hours", page("Opening hours", &body));
}

/// Reads everything a day later, and returns the digest.
async fn told(world: &World) -> Option<String> {
    world.work_after(TimeDelta::days(1)).await;
    world.digest().await
}

#[tokio::test]
async fn a_page_about_no_topic_is_told_by_its_name_and_once() {
    let world = World::new(PAGES).await;
    show(&world, "The mill opens on Monday at nine.");
    world.work().await;
    assert_eq!(told(&world).await, None, "what it says at first is no change");
    show(&world, "The mill opens on Monday at nine.");
    world.work_after(hour()).await;
    assert_eq!(told(&world).await, None, "it is unchanged");
    show(&world, "The mill opens on Tuesday at nine. A guide waits at the gate.");
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    let expected = format!(
        "WATCHED PAGES\n=============\n\n* CHANGED · Mill of Ostmere\n  {}/hours\n",
        world.site.address()
    );
    assert!(text.contains(&expected), "{text}");
    assert!(
        text.contains("  The mill opens on [Monday → Tuesday] at nine.\n  added: A guide waits at the gate.\n"),
        "{text}"
    );
    assert!(!text.contains("Bread") && text.contains("1 page changed"), "{text}");
    assert!(text.starts_with("Mill of Ostmere (changed)\n"), "{text}");
    assert_eq!(told(&world).await, None, "once");
}

#[tokio::test]
async fn a_pages_changes_stand_on_the_page_of_its_source() {
    let world = World::new(PAGES).await;
    let face = WebFace::of(&world).await;
    for said in [
        "The mill opens on Monday at nine.",
        "The mill opens on Monday at nine. A guide waits at the gate.",
        "The mill opens on Tuesday at nine. A guide waits at the gate. <script>alert(1)</script>",
    ] {
        assert!(!face.get("/sources/1").await.body.contains("Tuesday"));
        show(&world, said);
        world.work_after(hour()).await;
    }
    let page = face.get("/sources/1").await.body;
    let (_, changes) = page.split_once("<h2>What changed in it</h2>").unwrap();
    let (latest, first) = (
        changes.find("<del>Monday</del> <ins>Tuesday</ins>"),
        changes.find("<ins>A guide waits at the gate.</ins>"),
    );
    assert!(latest.is_some() && latest < first, "{page}");
    assert_eq!(changes.matches("<details open>").count(), 1, "{page}");
    assert!(!changes.contains("Bread") && !changes.contains("<script"), "{page}");
}

#[tokio::test]
async fn two_changes_are_one_and_what_was_taken_back_is_none() {
    let world = World::new(PAGES).await;
    show(&world, "The mill opens on Monday.");
    world.work().await;
    for day in ["Tuesday", "Wednesday"] {
        show(&world, &format!("The mill opens on {day}."));
        world.work_after(hour()).await;
    }
    let text = told(&world).await.unwrap();
    assert!(text.contains("The mill opens on [Monday → Wednesday]."), "{text}");
    for day in ["Friday", "Wednesday"] {
        show(&world, &format!("The mill opens on {day}."));
        world.work_after(hour()).await;
    }
    assert_eq!(told(&world).await, None);
    show(&world, "The mill opens on Sunday.");
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    assert!(text.contains("The mill opens on [Wednesday → Sunday]."), "{text}");
}

#[tokio::test]
async fn a_page_stands_under_the_topic_it_matches_and_in_no_story_beside() {
    let world = World::new(PAGES).await;
    show(&world, "A face scan opens the gate on Monday.");
    world.work().await;
    let text = told(&world).await.unwrap();
    assert!(
        text.contains("NEW · Opening hours") && !text.contains("CHANGED"),
        "{text}"
    );
    show(&world, "A face scan opens the gate on Tuesday.");
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    assert!(
        text.contains("FACE SCANS\n==========\n\n* CHANGED · Mill of Ostmere\n"),
        "{text}"
    );
    assert!(
        text.contains("A face scan opens the gate on [Monday → Tuesday].\n"),
        "{text}"
    );
    // The words of the topic go, and so does its match: that is the change.
    show(&world, "The gate stands open.");
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    assert!(
        text.contains("WATCHED PAGES\n") && text.contains("stands open"),
        "{text}"
    );
    // They come back: a page that was watched all along is not new.
    show(&world, "A face scan opens the gate again.");
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    assert!(
        text.contains("FACE SCANS\n") && text.contains("* CHANGED · Mill of Ostmere"),
        "{text}"
    );
    assert!(!text.contains("NEW") && !text.contains("DEVELOPING"), "{text}");
}

#[tokio::test]
async fn a_change_while_a_digest_is_made_is_told_by_the_next() {
    let world = World::new(PAGES).await;
    show(&world, "The mill opens on Monday.");
    world.work().await;
    show(&world, "The mill opens on Tuesday.");
    world.work_after(hour()).await;
    // The poll begins, the digest is recorded, the poll ends.
    show(&world, "The mill opens on Sunday.");
    world.clock.advance(hour());
    let settings = world.ctx.config.digests[0].clone();
    let during = world.clock.now() + TimeDelta::seconds(20);
    let run = digest::run(&world.ctx, during, &settings).await.unwrap();
    assert!(matches!(run, digest::DigestRunResult::Recorded(_)));
    world.work().await;
    let text = told(&world).await.unwrap();
    assert!(text.contains("The mill opens on [Tuesday → Sunday]."), "{text}");
    assert_eq!(told(&world).await, None);
}

#[tokio::test]
async fn digests_of_some_topics_leave_other_pages_to_those_of_all() {
    let both = |topics: &str| {
        format!(
            "{PAGES}\n[[topic]]\nname = \"Ferries\"\nquery = \"ferries\"\n\
             [[digest]]\nname = \"one\"\ntopics = [\"Ferries\"]\n[[digest]]\nname = \"two\"\n{topics}"
        )
    };
    // A topic that no digest tells is as none.
    for (topics, what, teller) in [
        ("", "mill", 1),
        ("topics = [\"Face Scans\"]\n", "mill", 0),
        ("topics = [\"Face Scans\"]\n", "face scan", 1),
        ("topics = [\"Ferries\"]\n", "face scan", 0),
    ] {
        let world = World::new(&both(topics)).await;
        show(&world, &format!("The {what} opens on Monday."));
        world.work().await;
        // What is new to the second digest is told as new; only the change counts here.
        for settings in &world.ctx.config.digests {
            digest::run(&world.ctx, world.clock.now(), settings).await.unwrap();
        }
        show(&world, &format!("The {what} opens on Tuesday."));
        world.work_after(hour()).await;
        for (at, settings) in world.ctx.config.digests.iter().enumerate() {
            let composed = digest::compose(&world.ctx.store, world.clock.now(), settings).unwrap();
            assert_eq!(
                composed.digest.pages(),
                usize::from(at == teller),
                "{topics} {what} {at}"
            );
        }
    }
}

#[tokio::test]
async fn hostile_words_stay_words_in_every_form() {
    let world = World::new(PAGES).await;
    show(&world, "Write one line.");
    world.work().await;
    show(
        &world,
        "Write &lt;img src=x onerror=alert(1)&gt; line. &lt;/p&gt;&lt;script&gt;alert(2)&lt;/script&gt; **bold** [x](http://y.example/).",
    );
    world.work_after(hour()).await;
    let composed = digest::compose(&world.ctx.store, world.clock.now(), &world.ctx.config.digests[0]).unwrap();
    let (html, markdown) = (
        tidings::digest::to_html(&composed.digest, &composed.options),
        tidings::digest::to_markdown(&composed.digest, &composed.options),
    );
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(
        !markdown.replace("\\<", "").contains("<script") && markdown.contains("\\*\\*bold"),
        "{markdown}"
    );
    let page = &tidings::digest::to_json(&composed.digest)["sections"][0]["pages"][0];
    assert_eq!(
        (&page["name"], &page["moreSentences"]),
        (&json!("Mill of Ostmere"), &json!(0))
    );
    assert_eq!(page["sentences"][1]["status"], json!("added"), "{page}");
}

#[tokio::test]
async fn a_page_that_is_all_new_is_told_in_part_and_counted() {
    let world = World::new(PAGES).await;
    show(&world, "The mill opens on Monday.");
    world.work().await;
    let many: Vec<String> = (1..=30)
        .map(|n| format!("Rule {n} forbids{}.", " more".repeat(n)))
        .collect();
    show(&world, &format!("The mill opens on Monday. {}", many.join(" ")));
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    assert_eq!(text.matches("  added: Rule").count(), 8, "{text}");
    assert!(text.contains("  and 22 more sentences\n"), "{text}");
}

#[tokio::test]
async fn a_changed_page_beside_news_of_its_topic() {
    let world = World::new(&format!(
        "{PAGES}\n[[source]]\nfeed = \"{{site}}/feed.xml\"\nschedule = \"every 1h\"\nfull_text = \"never\"\n"
    ))
    .await;
    show(&world, "A face scan opens the gate on Monday.");
    world.site.set("/feed.xml", Answer::feed(rss("F", &[])));
    world.work().await;
    told(&world).await.unwrap();
    let entry = item(
        &world,
        "1",
        "/a",
        "Council ends the face scan",
        "The council of Ostmere ended the face scan.",
    );
    world.site.set("/feed.xml", Answer::feed(rss("F", &[entry])));
    show(&world, "A face scan opens the gate on Friday.");
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    assert!(
        at("NEW · Council ends the face scan") < at("CHANGED · Mill of Ostmere"),
        "{text}"
    );
    assert!(text.contains("1 new story, 1 page changed"), "{text}");
}

#[tokio::test]
async fn a_page_is_one_article_whatever_it_says() {
    let world = World::new(PAGES).await;
    let show = |title: &str, day: u32, text: &str| {
        let head = format!(
            "<title>{title}</title><meta property=\"og:title\" content=\"{title}\">\
             <meta property=\"article:published_time\" content=\"2026-06-{day:02}T08:00:00Z\">"
        );
        let text = format!("{text} ").repeat(9);
        let html =
            format!("<html><head>{head}</head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>");
        world.site.set("/hours", Answer::page(html));
    };
    show(
        "Bridge is open",
        3,
        "Carts and walkers may cross the bridge of Ostmere at every hour of the day.",
    );
    world.work().await;
    show(
        "Ferry replaces it",
        12,
        "Nobody may go over since the pillar in the river gave way last night.",
    );
    world.work_after(hour()).await;
    assert_eq!(world.titles(), ["Ferry replaces it"]);
    let text = told(&world).await.unwrap();
    assert!(
        text.contains("* CHANGED · Mill of Ostmere") && text.contains("added: Ferry replaces it"),
        "{text}"
    );
}

#[tokio::test]
async fn a_page_whose_story_waits_for_others_is_told_by_itself() {
    let world = World::new(&format!("{PAGES}\n[[digest]]\nname = \"daily\"\nheat_min = 500\n")).await;
    show(&world, "A face scan opens the gate on Monday.");
    world.work().await;
    assert_eq!(told(&world).await, None, "its story is cold");
    show(&world, "A face scan opens the gate on Tuesday.");
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    assert!(text.contains("opens the gate on [Monday → Tuesday].\n"), "{text}");
    let world = World::new(&format!("{PAGES}\n[[digest]]\nname = \"daily\"\nheat_min = 500\n")).await;
    show(&world, "A face scan opens the gate on Monday.");
    world.work().await;
    show(&world, "A face scan opens the gate on Friday.");
    world.work_after(hour()).await;
    let text = told(&world).await.unwrap();
    assert!(
        text.contains("opens the gate on [Monday → Friday].\n"),
        "seen and changed in one window: {text}"
    );
    assert!(!text.contains("NEW"), "{text}");
}
