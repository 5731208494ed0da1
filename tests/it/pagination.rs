//! Articles on several pages, over a site on loopback: joined in order, nothing twice, and what is missing is said.

use std::process::Command;

use chrono::TimeDelta;
use tidings::domain::article::Article;
use tidings::jobs::articles::article_pages::PARTS_MAX;
use tidings::store::articles::ArticleFilter;

use crate::support::site::{Answer, Item, rss};
use crate::support::{HARBOUR, World};

const DAY: &str = "Fri, 12 Jun 2026 10:00:00 GMT";
const TITLE: &str = "The long way to a new harbour";

/// A text nobody else has, long enough to be a paragraph of an article.
fn paragraph(name: &str) -> String {
    format!(
        "Of the {name} much was said that evening, by residents, by the police, and by the company that is to build the harbour."
    )
}

/// Part `number` of an article that says it goes on at `next`.
fn part(title: &str, number: usize, next: &str) -> Answer {
    let texts: String = (1..=4)
        .map(|n| format!("<p>{}</p>", paragraph(&format!("pier {number}-{n}"))))
        .collect();
    let link = match next {
        "" => String::new(),
        next => format!(
            "<ul class=pagination><li><a href=\"{next}\">{}</a></li></ul>",
            number + 1
        ),
    };
    Answer::page(format!(
        "<html><head><title>{title}</title><meta property=og:title content=\"{title}\"></head><body><article><h1>{title}</h1>\
         <p>{}</p>{texts}</article>{link}<footer>© The Feed</footer></body></html>",
        paragraph("standfirst")
    ))
}

async fn world() -> World {
    let world = World::new(HARBOUR).await;
    let link = format!("{}/story", world.site.address());
    let items = [Item::new("1", TITLE, link, DAY, "A harbour is planned.")];
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world
}

fn article(world: &World) -> Article {
    let listed = world.ctx.store.list_articles(&ArticleFilter::default()).unwrap();
    world.ctx.store.article(listed[0].id).unwrap().unwrap()
}

/// Which parts an article holds, in its order.
fn parts(text: &str) -> Vec<usize> {
    let told = text.split("pier ").skip(1).filter_map(|rest| rest.split_once('-'));
    let mut parts: Vec<usize> = told.map(|(number, _)| number.parse().unwrap()).collect();
    assert_eq!(parts.len(), text.matches("pier ").count());
    parts.dedup();
    parts
}

#[tokio::test]
async fn parts_are_joined_in_order_and_nothing_is_told_twice() {
    let world = world().await;
    world.site.set("/story", part(TITLE, 1, "/story?page=2"));
    world
        .site
        .set("/story?page=2", part(&format!("{TITLE} - Page 2"), 2, "/story?page=3"));
    world.site.set("/story?page=3", part(TITLE, 3, ""));
    world.work().await;
    let text = article(&world).body_text;
    assert_eq!(parts(&text), [1, 2, 3], "{text}");
    assert_eq!(text.matches("pier ").count(), 12, "{text}");
    assert_eq!(text.matches("standfirst").count(), 1, "{text}");
    assert_eq!(article(&world).body_markdown.matches("standfirst").count(), 1);
    // Looked at again, it says the same: no revision, whatever number of pages.
    world.work_after(TimeDelta::hours(7)).await;
    assert_eq!(world.site.asked("/story?page=3").len(), 2);
    assert_eq!(article(&world).body_text, text);
}

#[tokio::test]
async fn a_circle_ends() {
    let world = world().await;
    world.site.set("/story", part(TITLE, 1, "/story?page=2"));
    let back = world.site.address() + "/story";
    world.site.set("/story?page=2", part(TITLE, 2, "/story?page=3"));
    world.site.set(
        "/story?page=3",
        Answer::new(302, "text/plain", "").header("location", back),
    );
    world.work().await;
    assert_eq!(parts(&article(&world).body_text), [1, 2]);
    // Once for itself and once as where the circle led.
    assert_eq!(world.site.asked("/story").len(), 2);
}

#[tokio::test]
async fn other_articles_lists_and_comments_are_not_joined() {
    for (next, answer) in [
        ("/story/2", part("Another matter altogether", 2, "")),
        (
            "/story/2",
            Answer::page(format!(
                "<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><ul>{}</ul></body></html>",
                "<li><a href=/x>A list of other things</a></li>".repeat(30)
            )),
        ),
        // The same text once more, with comments under it.
        ("/story/2", part(TITLE, 1, "")),
    ] {
        let world = world().await;
        world.site.set("/story", part(TITLE, 1, next));
        world.site.set(next, answer);
        world.work().await;
        assert_eq!(world.site.asked(next).len(), 1);
        let text = article(&world).body_text;
        assert_eq!(
            (parts(&text), text.contains("other things")),
            (vec![1], false),
            "{text}"
        );
    }
    // Nobody asks for what is no page of this article by its address.
    let world = world().await;
    world.site.set("/story", part(TITLE, 1, "/next-story"));
    world.site.set("/next-story", part(TITLE, 2, ""));
    world.work().await;
    assert_eq!(world.site.asked("/next-story").len(), 0);
}

#[tokio::test]
async fn fifty_parts_are_read_up_to_the_bound() {
    let world = world().await;
    world.site.set("/story", part(TITLE, 1, "/story/2"));
    for number in 2..=50 {
        let next = format!("/story/{}", number + 1);
        world.site.set(&format!("/story/{number}"), part(TITLE, number, &next));
    }
    world.work().await;
    let expected: Vec<usize> = (1..=PARTS_MAX).collect();
    assert_eq!(parts(&article(&world).body_text), expected);
    assert_eq!(world.site.asked(&format!("/story/{}", PARTS_MAX + 1)).len(), 0);
}

#[tokio::test]
async fn a_part_that_fails_leaves_those_read_and_never_shortens_an_article() {
    let world = world().await;
    world.site.set("/story", part(TITLE, 1, "/story?page=2"));
    world.site.set("/story?page=2", part(TITLE, 2, "/story?page=3"));
    world.site.set("/story?page=3", Answer::status(503));
    world.work().await;
    assert_eq!(parts(&article(&world).body_text), [1, 2]);
    world.site.set("/story?page=3", part(TITLE, 3, ""));
    world.work_after(TimeDelta::hours(7)).await;
    assert_eq!(parts(&article(&world).body_text), [1, 2, 3], "asked for again");
    world.site.set("/story?page=2", Answer::status(503));
    world.work_after(TimeDelta::hours(24)).await;
    assert_eq!(
        parts(&article(&world).body_text),
        [1, 2, 3],
        "the text that is there stays"
    );
}

#[tokio::test]
async fn robots_hold_for_every_part() {
    let world = world().await;
    world.site.set(
        "/robots.txt",
        Answer::new(200, "text/plain", "User-agent: *\nDisallow: /story/2\n"),
    );
    world.site.set("/story", part(TITLE, 1, "/story/2"));
    world.site.set("/story/2", part(TITLE, 2, ""));
    world.work().await;
    assert_eq!(parts(&article(&world).body_text), [1]);
    assert_eq!(world.site.asked("/story/2").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_joins_too_and_says_what_is_missing() {
    let world = world().await;
    world.site.set("/story", part(TITLE, 1, "/story?page=2"));
    world.site.set("/story?page=2", part(TITLE, 2, "/story?page=3"));
    world.site.set("/story?page=3", Answer::status(500));
    let config = world.folder.path().join("tidings.toml");
    let address = format!("{}/story", world.site.address());
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command
        .args(["extract", "--format", "json", &address, "--config"])
        .arg(&config);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(parts(line["body"].as_str().unwrap()), [1, 2]);
    assert_eq!(line["verdict"], "teaser");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("read up to page 2") && said.contains("/story?page=3 is missing"),
        "{said}"
    );
}
