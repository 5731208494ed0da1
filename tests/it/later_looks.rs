//! What a later look at an article's page may take from the text that is there: nothing, unless the article itself says it.

use chrono::TimeDelta;

use crate::bot_checks::{check, document};
use crate::poll::{item, page, paragraphs};
use crate::support::site::{Answer, rss};
use crate::support::{HARBOUR, World};

const TITLE: &str = "Crane in the harbour stays";
const READ: &str = "The harbour crane is a hundred years old.";
const CORRECTED: &str = "The harbour crane is ninety years old, says the museum.";

/// Returns what stands at the article's address later, by name.
fn later_answers() -> Vec<(&'static str, Answer)> {
    let consent = "<html><head><title>Before you continue</title></head><body><div id=consent><h1>We value your privacy</h1>\
         <p>We and our 843 partners store and access information on your device. You can accept or reject all cookies.</p>\
         <button>Accept all</button><button>Reject all</button></div></body></html>";
    let missing = "<html><head><title>Page not found - The Feed</title></head><body><h1>Page not found</h1><p>The page you are \
         looking for does not exist any more. Try the search, or go to the front page.</p></body></html>";
    let metered = "<p>The harbour crane is a hundred years old.</p><div class=paywall><p>Subscribe to read on. Already a subscriber? Log in.</p></div>";
    let front = "<p>Welcome to The Feed, where the news of the coast has been told since 1911 by people who live there.</p>\
         <p>Write to us about what moves you, or come to the open newsroom, every first Monday of the month at six.</p>\
         <p>We are owned by our readers, four thousand families along the coast, and by nobody else in the world.</p>\
         <p>Our printing house has stood by the river since the flood, and prints two other newspapers at night.</p>";
    let another = "<p>The ferry to the islands leaves an hour later from Monday, since the new pier is not ready.</p>\
         <p>Travellers with tickets for the early boat may take any other on the same day, the company said.</p>\
         <p>The pier was to be finished in spring. A storm took two of its piles, which came from abroad.</p>\
         <p>Islanders who work in town are not amused, and ask for a bus from the northern landing instead.</p>";
    vec![
        (
            "a check of who asks",
            Answer::page(check("Making sure you are not a bot!")),
        ),
        ("a consent banner", Answer::page(consent.to_owned())),
        ("an error that answers 200", Answer::page(missing.to_owned())),
        ("a metered wall", page(TITLE, metered)),
        (
            "a third of the text",
            page(
                TITLE,
                &format!(
                    "<p>{READ}</p><p>The committee put the vote off, and nobody from the company would say what it costs to keep it.</p>"
                ),
            ),
        ),
        ("the front page", page("The Feed", front)),
        ("another article", page("Ferry to the islands leaves later", another)),
        ("nothing", Answer::page(String::from("<html><body></body></html>"))),
    ]
}

/// Returns a world that has read the article whole.
async fn with_the_article_read() -> World {
    let world = World::new(HARBOUR).await;
    let items = [item(
        &world,
        "1",
        "/a",
        TITLE,
        "The old crane in the harbour is to be kept.",
    )];
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world.site.set("/a", page(TITLE, &paragraphs(READ)));
    world.work().await;
    world
}

#[tokio::test]
async fn what_is_not_the_article_takes_nothing_from_it_and_is_asked_for_again() {
    for (name, answer) in later_answers() {
        let world = with_the_article_read().await;
        let first = document(&world, TITLE);
        assert!(first.contains(READ), "{first}");

        world.site.set("/a", answer);
        world.work_after(TimeDelta::hours(7)).await;
        assert_eq!(world.site.asked("/a").len(), 2, "{name}");
        assert_eq!(document(&world, TITLE), first, "{name}");

        world.site.set("/a", page(TITLE, &paragraphs(CORRECTED)));
        world.work_after(TimeDelta::hours(7)).await;
        assert_eq!(world.site.asked("/a").len(), 3, "{name}");
        let text = document(&world, TITLE);
        assert!(text.contains(CORRECTED), "{name}: {text}");
    }
}

#[tokio::test]
async fn an_editor_may_cut_and_rewrite_what_was_read() {
    let cut = paragraphs("The old crane is kept.");
    let rewritten = "<p>It was a close vote in the end: the crane stays where it is, and the museum moves in below it.</p>\
         <p>Work begins after the winter. The town pays a third of it, and the rest comes from the port's own fund.</p>\
         <p>The company that wanted the ground for a hotel has not said yet whether it will go to court over it.</p>\
         <p>A fair will mark the day, with a flight of steps up to the cabin for those who do not mind the height.</p>\
         <p>Until then it may be seen from the quay only, since the ground around it is still full of what the barges left.</p>\
         <p>The last man who drove it is ninety now, and has promised to come to the fair if somebody carries him up to it.</p>";
    for (name, later, expected) in [
        ("cut", page(TITLE, &cut), "The old crane is kept."),
        (
            "rewritten",
            page("Harbour crane stays, and a museum with it", rewritten),
            "a close vote",
        ),
        (
            "retitled",
            page(
                "Hotel plan fails in court",
                &paragraphs(READ).replace("four hours", "five hours"),
            ),
            "five hours",
        ),
    ] {
        let world = with_the_article_read().await;
        world.site.set("/a", later);
        world.work_after(TimeDelta::hours(7)).await;
        let texts: Vec<String> = world.documents().into_iter().map(|(_, text)| text).collect();
        assert!(texts.iter().any(|text| text.contains(expected)), "{name}: {texts:?}");
    }
}

#[tokio::test]
async fn a_misread_date_of_a_page_does_not_hide_news() {
    let world = World::new(HARBOUR).await;
    let items = [
        item(&world, "1", "/a", TITLE, "The old crane in the harbour is to be kept."),
        item(
            &world,
            "2",
            "/b",
            "Harbour ferry leaves later",
            "The harbour ferry leaves an hour later.",
        ),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    // The year is that of the event the line tells of.
    let body = format!("<p class=meta>First shown on 4 November 2024</p>{}", paragraphs(READ));
    world.site.set("/a", page(TITLE, &body));
    let declared = paragraphs("The harbour ferry leaves later.");
    let head = "<meta property=\"article:published_time\" content=\"2024-11-04T08:00:00Z\">";
    let head = format!("<title>Harbour ferry leaves later</title>{head}");
    let text = format!(
        "<html><head>{head}</head><body><article><h1>Harbour ferry leaves later</h1>{declared}</article></body></html>"
    );
    world.site.set("/b", Answer::page(text));
    world.work().await;
    let shown = document(&world, TITLE);
    assert!(shown.contains("publishedDateTime: 2026-06-12T10:00:00Z"), "{shown}");
    let declared = document(&world, "Harbour ferry leaves later");
    assert!(
        declared.contains("publishedDateTime: 2024-11-04T08:00:00Z"),
        "{declared}"
    );
    let digest = world.digest().await.unwrap_or_default();
    assert!(digest.contains(TITLE), "{digest}");
}
