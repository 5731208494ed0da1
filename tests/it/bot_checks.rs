//! Checks of who asks that answer 200, and pages that only lead on: none of them is taken for what was asked for.

use chrono::TimeDelta;
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
async fn waiting_after_a_check_is_blocked_too() {
    let challenge = "<html><head><title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'}</script></head><body></body></html>";
    let check = |status| Answer::new(status, "text/html", challenge).header("retry-after", "86400");
    let busy = Answer::new(503, "text/html", "<h1>Service Unavailable</h1>").header("retry-after", "86400");
    for (kind, answer, robots, is_blocked) in [
        ("feed", check(503), None, true),
        ("feed", check(429), None, true),
        ("page", check(503), None, true),
        ("listing", check(503), Some(check(503)), true),
        ("feed", busy.clone(), None, false),
        ("page", busy.clone(), Some(busy), false),
    ] {
        let source = |path: &str| format!("[[source]]\n{kind} = \"{{site}}/{path}\"\nschedule = \"every 1h\"\n\n");
        // Those behind the third are not asked any more: their host has refused often enough.
        let paths = ["1", "2", "3", "4", "5"];
        let config = paths.map(source).concat();
        let mut world = World::new(&config).await;
        for path in paths {
            world.site.set(&format!("/{path}"), answer.clone());
        }
        if let Some(robots) = robots {
            world.site.set("/robots.txt", robots);
        }
        // The second time as `poll` by hand asks, the third after a restart.
        for round in 0..3 {
            for stored in world.ctx.store.sources().unwrap() {
                world
                    .ctx
                    .store
                    .reschedule_source(stored.id, world.clock.now())
                    .await
                    .unwrap();
            }
            assert_eq!(world.work_after(TimeDelta::minutes(1)).await.failed_polls, 5, "{kind}");
            for stored in world.ctx.store.sources().unwrap() {
                let (state, name) = (stored.state, stored.address);
                let told = state.last_error.unwrap();
                assert_eq!(
                    state.trouble == Some(Trouble::Blocked),
                    is_blocked,
                    "{kind} {name}: {told}"
                );
                assert_eq!(told.contains("check of who asks"), is_blocked, "{kind} {name}: {told}");
            }
            if round == 1 {
                world = world.reopened(&config).await;
            }
        }
    }
}

#[tokio::test]
async fn listings_and_watched_pages_that_only_lead_on_are_followed_once() {
    let stub = |to: &str| format!("<title>Moved</title><p>This page is <a href={to}>here</a> now.</p>");
    let refresh = |to: &str| {
        let head = format!("<meta http-equiv=refresh content=\"0; url={to}\">");
        Answer::page(format!("{head}{}", stub(to))).header("etag", "\"stub\"")
    };
    let script = |to: &str| Answer::page(format!("{}<script>location.replace('{to}')</script>", stub(to)));
    let titles = [
        "The harbour wall is built anew",
        "A crane for the harbour comes by ship",
        "Harbour dues rise by a tenth",
        "The fish market moves to the old quay",
        "A lighthouse keeper tells of his years",
    ];
    let list = || {
        let link = |at: usize| {
            format!(
                "<article><h2><a href=/n/{at}>{}</a></h2><p>Some words on it.</p></article>",
                titles[at]
            )
        };
        Answer::page(format!(
            "<title>News</title><main>{}</main>",
            (0..titles.len()).map(link).collect::<String>()
        ))
    };
    let text = |words: &str| page("Works in the harbour", &paragraphs(words));
    for (kind, first, second) in [
        ("listing", list(), list()),
        (
            "page",
            text("The harbour wall is built anew."),
            text("The harbour wall is done."),
        ),
    ] {
        for lead in [refresh("/new"), script("/new")] {
            let config = format!("[[source]]\n{kind} = \"{{site}}/s\"\nschedule = \"every 1h\"\n");
            let world = World::new(&config).await;
            world.site.set("/s", lead);
            world.site.set("/new", first.clone());
            assert_eq!(
                world.work().await.failed_polls,
                0,
                "{kind}: {:?}",
                state(&world).last_error
            );
            assert!(!world.titles().is_empty());
            world.site.set("/new", second.clone());
            assert_eq!(world.work_after(hour() * 2).await.failed_polls, 0);
            // The stub is asked again each time, and never answered for the page behind it.
            assert_eq!(
                (world.site.asked("/s").len(), world.site.asked("/new").len()),
                (2, 2),
                "{kind}"
            );
            assert_eq!((state(&world).current_address, state(&world).failures), (None, 0));
            // Once, and within its site.
            world.site.set("/new", refresh("/newer"));
            assert_eq!(world.work_after(hour() * 4).await.failed_polls, 1);
            let told = state(&world).last_error.unwrap();
            assert!(told.contains("only leads on") && told.contains("/newer"), "{told}");
            assert!(world.site.asked("/newer").is_empty());
            if kind == "listing" {
                world.site.set("/s", refresh("http://other.example/new"));
                assert_eq!(world.work_after(hour() * 6).await.failed_polls, 1);
                assert_eq!(state(&world).failures, 2);
            }
        }
    }
}

#[tokio::test]
async fn a_watched_page_of_few_words_is_left_only_where_all_are_sent_on() {
    let few = "<title>Ferries</title><h1>Ferries today</h1><p>All ferries run on time today, but for the last.</p>";
    let script = |script: &str| format!("{few}<script>{script}</script>");
    for (html, is_left) in [
        (few.to_owned(), false),
        (script("if (mobile) location.href='/m'"), false),
        (script("menu.onclick = function () { location.assign('/m') }"), false),
        (script("location.replace('/m')"), true),
        (
            "<title>Ferries</title><script>if (top == self) location.replace('/m')</script>".to_owned(),
            true,
        ),
        (format!("<meta http-equiv=refresh content=\"0; url=/m\">{few}"), true),
    ] {
        let world = World::new("[[source]]\npage = \"{site}/s\"\nschedule = \"every 1h\"\n").await;
        world.site.set("/s", Answer::page(html.clone()));
        world
            .site
            .set("/m", page("For telephones", &paragraphs("The ferries in short.")));
        let failed = world.work().await.failed_polls;
        assert_eq!(failed, 0, "{html}: {:?}", state(&world).last_error);
        assert_eq!(world.site.asked("/m").len(), usize::from(is_left), "{html}");
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
