//! Checks of who asks that answer 200, and pages that only lead on: none of them is taken for what was asked for.

use tidings::domain::source::{SourceState, Trouble};

use crate::poll::{hour, item, page, paragraphs};
use crate::support::site::{Answer, rss};
use crate::support::{HARBOUR, World};

const LEAD: &str = "The old crane in the harbour is to be kept.";

/// Returns the page of a check, as known programs write it.
pub fn check(title: &str) -> String {
    format!(
        "<!doctype html><html><head><title>{title}</title><meta name=robots content=\"noindex,nofollow\">\
         <meta property=\"og:title\" content=\"{title}\"><script id=anubis_version type=application/json>\"1\"</script>\
         <script type=module src=\"/.within.website/x/cmd/anubis/static/js/main.mjs\"></script></head><body><h1>{title}</h1>\
         <p>Der Betreiber dieser Seite schützt sie vor Programmen, die das Netz leer lesen. Bitte haben Sie einen Augenblick \
         Geduld, bis der Browser seine Aufgabe gerechnet hat.</p></body></html>"
    )
}

pub fn document(world: &World, title: &str) -> String {
    let documents = world.documents().into_iter();
    let mut found = documents.filter(|(_, text)| text.contains(&format!("\ntitle: \"{title}\"")));
    found.next().map(|(_, text)| text).unwrap_or_default()
}

fn state(world: &World) -> SourceState {
    world.ctx.store.sources().unwrap().remove(0).state
}

#[tokio::test]
async fn the_feeds_text_serves_where_a_check_or_a_stub_answers() {
    let world = World::new(HARBOUR).await;
    let titles = [
        ("1", "/a", "Crane in the harbour stays"),
        ("2", "/b", "Harbour light burns again"),
        ("3", "/r/3", "Harbour dues rise"),
        ("4", "/r/4", "Harbour fair is moved"),
        ("5", "/r/5", "Harbour master retires"),
    ];
    let items = titles.map(|(guid, path, title)| item(&world, guid, path, title, LEAD));
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &items)));
    world
        .site
        .set("/a", Answer::page(check("Es wird geprüft, dass Sie kein Bot sind!")));
    // Nothing marks this one but that it has nothing to do with the entry.
    let own = "<title>One moment</title><h1>One moment</h1><p>We look at the way you came here, which takes a few seconds.</p>\
               <script src=/look.js></script>";
    world.site.set("/b", Answer::page(own));
    let stub = |script: &str| {
        Answer::page(format!(
            "<title>Moved</title><p>You are being taken to the report. If nothing happens, <a href=/new>go on here</a>.</p>{script}"
        ))
    };
    let to = |path: &str| stub(&format!("<script>location.replace(\"{path}\")</script>"));
    world.site.set("/r/3", to("/new/3"));
    world.site.set(
        "/new/3",
        page("Harbour dues rise", &paragraphs("The harbour takes a tenth more.")),
    );
    world
        .site
        .set("/r/4", stub("<meta http-equiv=refresh content=\"0; url=/new/4\">"));
    world.site.set(
        "/new/4",
        page("Harbour fair is moved", &paragraphs("The harbour fair comes in May.")),
    );
    // A page is followed once.
    world.site.set("/r/5", to("/r/6"));
    world.site.set("/r/6", to("/new/7"));
    world.work().await;
    for (title, own, other) in [
        ("Crane in the harbour stays", LEAD, "Betreiber"),
        ("Harbour light burns again", LEAD, "a few seconds"),
        ("Harbour dues rise", "takes a tenth more", "being taken"),
        ("Harbour fair is moved", "comes in May", "being taken"),
        ("Harbour master retires", LEAD, "being taken"),
    ] {
        let text = document(&world, title);
        assert!(text.contains(own) && !text.contains(other), "{title}: {text}");
    }
    assert!(world.site.asked("/new/7").is_empty());
}

#[tokio::test]
async fn sources_behind_a_check_are_blocked_and_say_so() {
    let challenge = "<html><head><title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'}</script></head><body></body></html>";
    let not_now = Answer::new(503, "text/html; charset=UTF-8", challenge);
    let busy = Answer::new(
        503,
        "text/html",
        "<html><h1>Service Unavailable</h1><p>Too many visitors.</p></html>",
    );
    for (kind, answer, is_blocked) in [
        ("feed", Answer::page(check("Making sure you are not a bot!")), true),
        ("listing", Answer::page(check("Making sure you are not a bot!")), true),
        ("page", Answer::page(check("Making sure you are not a bot!")), true),
        ("sitemap", Answer::page(check("Making sure you are not a bot!")), true),
        ("feed", Answer::new(202, "text/html", ""), true),
        ("feed", not_now, true),
        ("feed", busy, false),
        (
            "feed",
            Answer::page("<html><title>News</title><p>All the news.</p></html>"),
            false,
        ),
        (
            "listing",
            Answer::page("<html><title>News</title><p>All the news.</p></html>"),
            false,
        ),
    ] {
        let world = World::new(&format!(
            "[[source]]\n{kind} = \"{{site}}/s\"\nschedule = \"every 1h\"\n"
        ))
        .await;
        world.site.set("/s", answer);
        assert_eq!(world.work().await.failed_polls, 1, "{kind}");
        let state = state(&world);
        let told = state.last_error.unwrap();
        assert_eq!(state.trouble == Some(Trouble::Blocked), is_blocked, "{kind}: {told}");
        assert_eq!(
            told.contains("checks who asks") || told.contains("check of who asks"),
            is_blocked,
            "{told}"
        );
        assert!(!is_blocked || !told.contains("links ="), "{told}");
    }
}

#[tokio::test]
async fn a_watched_page_keeps_its_text_behind_a_check() {
    let config =
        "[[source]]\npage = \"{site}/w\"\nschedule = \"every 1h\"\n\n[[topic]]\nname = \"H\"\nquery = \"harbour\"\n";
    let world = World::new(config).await;
    world.site.set(
        "/w",
        page("Works in the harbour", &paragraphs("The harbour wall is built anew.")),
    );
    world.work().await;
    world
        .site
        .set("/w", Answer::page(check("Making sure you are not a bot!")));
    assert_eq!(world.work_after(hour() * 2).await.failed_polls, 1);
    assert_eq!(state(&world).trouble, Some(Trouble::Blocked));
    assert_eq!(world.titles(), ["Works in the harbour"]);
    assert!(document(&world, "Works in the harbour").contains("is built anew"));
}
