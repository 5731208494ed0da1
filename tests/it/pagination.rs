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
    part_of(title, number, next, "harbour master")
}

/// The same, with a paragraph about a subject of its own.
fn part_of(title: &str, number: usize, next: &str, subject: &str) -> Answer {
    let subjects = (1..=4)
        .map(|n| format!("pier {number}-{n}"))
        .chain([subject.to_owned()]);
    let texts: String = subjects
        .map(|subject| format!("<p>{}</p>", paragraph(&subject)))
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
async fn what_stands_where_the_article_goes_on_does_not_end_it() {
    let wall = "<html><head><title>Log in</title></head><body><h1>Log in</h1><p>Log in to read on.</p><form><input \
                type=password></form></body></html>";
    let check = crate::bot_checks::check("Making sure you are not a bot!");
    for (name, answer) in [
        ("a wall", Answer::page(wall.to_owned())),
        ("a check", Answer::page(check)),
        (
            "a login",
            Answer::new(302, "text/plain", "").header("location", "/login"),
        ),
    ] {
        let world = world().await;
        world.site.set("/login", Answer::page(wall.to_owned()));
        set_parts(&world, &["a", "a", "a"]);
        world.site.set("/story?page=3", answer.clone());
        world.work().await;
        assert_eq!(parts(&article(&world).body_text), [1, 2], "{name}");
        set_parts(&world, &["a", "a", "a"]);
        looked_at(&world).await;
        let text = article(&world).body_text;
        assert_eq!(parts(&text), [1, 2, 3], "{name}");
        // Once read, it is not lost to what stands there later.
        set_parts(&world, &["a", "b", "a"]);
        world.site.set("/story?page=3", answer);
        looked_at(&world).await;
        assert_eq!(article(&world).body_text, text, "{name}");
    }
}

#[tokio::test]
async fn a_part_that_is_refused_later_takes_nothing_from_the_text() {
    for status in [401, 403, 451] {
        let world = world().await;
        set_parts(&world, &["a", "a", "a"]);
        world.work().await;
        let text = article(&world).body_text;
        assert_eq!(parts(&text), [1, 2, 3]);
        set_parts(&world, &["b", "b", "b"]);
        world.site.set("/story?page=3", Answer::status(status));
        looked_at(&world).await;
        assert_eq!(article(&world).body_text, text, "{status}");
        set_parts(&world, &["b", "b", "b"]);
        looked_at(&world).await;
        let text = article(&world).body_text;
        assert!(
            text.contains("version b") && parts(&text) == [1, 2, 3],
            "{status}: {text}"
        );
    }
}

#[tokio::test]
async fn a_circle_of_pages_is_asked_for_conditionally() {
    let world = world().await;
    set_parts(&world, &["a", "a"]);
    let tagged = part(TITLE, 2, "/story").header("etag", "\"a\"");
    world.site.set("/story?page=2", tagged);
    world.work().await;
    assert_eq!(looked_at(&world).await, ["1 304", "2 304"]);
}

/// Sets the parts of the article, each with the version it is in and the words that make it another.
fn set_parts(world: &World, versions: &[&str]) {
    for (index, version) in versions.iter().enumerate() {
        let (number, is_last) = (index + 1, index + 1 == versions.len());
        let address = |number: usize| match number {
            1 => "/story".to_owned(),
            _ => format!("/story?page={number}"),
        };
        let next = if is_last { String::new() } else { address(number + 1) };
        let mut answer = part_of(TITLE, number, &next, &format!("version {version}"));
        if !version.is_empty() {
            answer = answer.header("etag", format!("\"{version}{is_last}\""));
        }
        world.site.set(&address(number), answer);
    }
}

/// Returns what the pages of the article are asked for at a look seven hours later, and what each answers: "1 304".
async fn looked_at(world: &World) -> Vec<String> {
    let before = world.site.requests_after(0).len();
    world.work_after(TimeDelta::hours(7)).await;
    let asked = world.site.requests_after(before).into_iter();
    let number = |path: &str| match path.strip_prefix("/story")? {
        "" => Some("1".to_owned()),
        rest => rest.strip_prefix("?page=").map(str::to_owned),
    };
    asked
        .filter_map(|asked| Some(format!("{} {}", number(&asked.path)?, asked.status)))
        .collect()
}

type LaterLook = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [usize],
    bool,
);

#[tokio::test]
async fn parts_are_asked_whether_they_changed_and_read_again_where_one_did() {
    // What the site says later, what it is asked for and answers, which parts the article has then, and whether it says what
    // is new.
    let cases: [LaterLook; 6] = [
        ("as it was", &["a", "a"], &["1 304", "2 304"], &[1, 2], false),
        (
            "goes on",
            &["a", "b", "b"],
            &["1 304", "2 200", "1 200", "3 200"],
            &[1, 2, 3],
            true,
        ),
        (
            "last one changed",
            &["a", "b"],
            &["1 304", "2 200", "1 200"],
            &[1, 2],
            true,
        ),
        ("first one changed", &["b", "a"], &["1 200", "2 200"], &[1, 2], true),
        ("names no version", &["", ""], &["1 200", "2 200"], &[1, 2], false),
        ("cut to its first page", &["b"], &["1 200"], &[1, 2], false),
    ];
    for (name, later, expected, held, is_new) in cases {
        let world = world().await;
        set_parts(&world, &["a", "a"]);
        world.work().await;
        assert_eq!(parts(&article(&world).body_text), [1, 2], "{name}");
        set_parts(&world, later);
        assert_eq!(looked_at(&world).await, expected, "{name}");
        let text = article(&world).body_text;
        assert_eq!(
            (parts(&text), text.contains("version b")),
            (held.to_vec(), is_new),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_was_read_again_is_known_by_its_new_versions() {
    let world = world().await;
    set_parts(&world, &["a", "a"]);
    world.work().await;
    set_parts(&world, &["a", "b", "b"]);
    looked_at(&world).await;
    world.clock.advance(TimeDelta::hours(18));
    assert_eq!(looked_at(&world).await, ["1 304", "2 304", "3 304"]);
    assert_eq!(parts(&article(&world).body_text), [1, 2, 3]);
}

#[tokio::test]
async fn a_part_without_a_version_has_the_whole_article_asked_for() {
    let world = world().await;
    set_parts(&world, &["a", "", "a"]);
    world.work().await;
    assert_eq!(looked_at(&world).await, ["1 200", "2 200", "3 200"]);
}

#[tokio::test]
async fn a_part_that_is_gone_or_does_not_answer_takes_nothing_from_the_text() {
    for (status, expected) in [
        (404, vec!["1 304", "2 304", "3 404", "1 200", "2 200"]),
        (503, vec!["1 304", "2 304", "3 503"]),
    ] {
        let world = world().await;
        set_parts(&world, &["a", "a", "a"]);
        world.work().await;
        let text = article(&world).body_text;
        assert_eq!(parts(&text), [1, 2, 3]);
        world.site.set("/story?page=3", Answer::status(status));
        assert_eq!(looked_at(&world).await, expected);
        assert_eq!(article(&world).body_text, text, "{status}");
        // It is asked for again before the next look, and found as it was.
        set_parts(&world, &["a", "a", "a"]);
        assert_eq!(looked_at(&world).await, ["1 304", "2 304", "3 304"], "{status}");
        assert_eq!(article(&world).body_text, text, "{status}");
    }
}

#[tokio::test]
async fn an_article_longer_than_the_bound_is_asked_for_conditionally_too() {
    let world = world().await;
    set_parts(&world, &["a"; PARTS_MAX + 5]);
    world.work().await;
    let asked = looked_at(&world).await;
    assert!(
        asked.len() == PARTS_MAX && asked.iter().all(|one| one.ends_with("304")),
        "{asked:?}"
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
