//! What servers do, and what a whole poll makes of it: addresses, validators, and answers that are none.

use chrono::TimeDelta;
use tidings::domain::source::SourceState;
use tidings::store::articles::ArticleFilter;
use tidings::views::sources;

use crate::support::World;
use crate::support::server::{Reply, Seen, Server, gzip_bomb};
use crate::support::site::{Answer, Item, rss};

const ONE: &str = "[[source]]\nfeed = \"{site}/feed\"\nschedule = \"every 1h\"\nfull_text = \"never\"\n";

fn feed(guid: &'static str) -> Answer {
    let (title, link) = (format!("Title {guid}"), format!("http://news.example/{guid}"));
    let item = Item::new(guid, &title, link, "Fri, 12 Jun 2026 10:00:00 GMT", &title);
    Answer::feed(rss("The Feed", &[item]))
}

async fn later(world: &World) -> (usize, usize) {
    let done = world.work_after(TimeDelta::hours(3)).await;
    (done.failed_polls, done.new_articles)
}

fn state(world: &World) -> SourceState {
    world.ctx.store.sources().unwrap().remove(0).state
}

#[tokio::test]
async fn temporary_redirects_move_nothing_and_permanent_ones_only_their_own_part() {
    for (statuses, expected) in [
        (&[302][..], None),
        (&[303], None),
        (&[307], None),
        (&[301], Some("/1")),
        (&[308], Some("/1")),
        (&[301, 308], Some("/2")),
        (&[301, 302], Some("/1")),
        (&[302, 301], None),
    ] {
        let world = World::new(ONE).await;
        for (at, status) in statuses.iter().enumerate() {
            let from = if at == 0 { "/feed".to_owned() } else { format!("/{at}") };
            let to = format!("/{}", at + 1);
            world.site.set(&from, Answer::status(*status).header("location", to));
        }
        world
            .site
            .set(&format!("/{}", statuses.len()), feed("1").header("etag", "\"1\""));
        assert_eq!(world.work().await.failed_polls, 0);
        for _ in 0..4 {
            assert_eq!(later(&world).await, (0, 0), "{statuses:?}");
        }
        let expected = expected.map(|path| format!("{}{path}", world.site.address()));
        assert_eq!(state(&world).current_address, expected, "{statuses:?}");
    }
}

#[tokio::test]
async fn what_asks_for_a_year_is_polled_each_week_and_says_so() {
    const DAY: i64 = 86_400;
    let ttl = "<rss version=\"2.0\"><channel><title>T</title><ttl>525600</ttl></channel></rss>";
    for (answer, asked, is_capped) in [
        (
            feed("1").header("cache-control", "public, max-age=31536000"),
            365 * DAY,
            true,
        ),
        (Answer::feed(ttl), 365 * DAY, true),
        (feed("1").header("cache-control", "max-age=604800"), 7 * DAY, false),
        (feed("1").header("cache-control", "max-age=604805"), 7 * DAY + 5, false),
        (feed("1").header("cache-control", "max-age=691200"), 8 * DAY, true),
        (feed("1").header("cache-control", "max-age=3600"), 3600, false),
    ] {
        let world = World::new("[[source]]\nfeed = \"{site}/feed\"\nfull_text = \"never\"\n").await;
        world.site.set("/feed", answer);
        world.work().await;
        let now = world.clock.now();
        let view = sources::list(&world.ctx.config, &world.ctx.store, now)
            .unwrap()
            .remove(0);
        let rest = view.source.state.asked_rest_seconds.unwrap();
        assert_eq!(rest, asked);
        assert_eq!(view.capped_rest(), is_capped.then_some((rest, 7 * DAY)));
        let shown = serde_json::to_value(&view).unwrap();
        assert_eq!(shown["askedRestSeconds"], rest);
        assert_eq!(shown["cappedRestSeconds"].as_i64(), is_capped.then_some(7 * DAY));
        let wait = (view.next_poll_at().unwrap() - now).num_seconds();
        assert!((rest.min(7 * DAY)..8 * DAY).contains(&wait), "{wait}");
    }
}

#[tokio::test]
async fn a_chain_that_comes_back_with_a_cookie_has_moved_nowhere() {
    let server = Server::start(|seen: &Seen| match (seen.path.as_str(), seen.header("cookie")) {
        ("/feed", Some("in=1")) => Reply::ok(rss("The Feed", &[])),
        ("/feed", _) => Reply::redirect(301, "/gate"),
        _ => Reply::redirect(301, "/feed").with("Set-Cookie", "in=1; Path=/"),
    })
    .await;
    let world = World::new(&ONE.replace("{site}/feed", server.url("/feed").as_str())).await;
    assert_eq!(world.work().await.failed_polls, 0);
    for _ in 0..4 {
        assert_eq!(later(&world).await, (0, 0));
    }
    assert_eq!(state(&world).current_address, None);
}

#[tokio::test]
async fn answers_that_are_no_feed_overwrite_nothing() {
    let login = "<!DOCTYPE html><html><body><form action=/login><input name=user><input type=\"password\"></form></body></html>";
    let cut = &b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xcb"[..];
    let world = World::new(ONE).await;
    world.site.set("/feed", feed("1").header("etag", "\"1\""));
    assert_eq!(world.work().await.new_articles, 1);
    let before = state(&world);
    for (answer, told) in [
        (Answer::page(login), "log in"),
        (Answer::page("<html><body>We will be back.</body></html>"), "a web page"),
        (Answer::feed(""), "answered with nothing"),
        (Answer::feed("  \n "), "empty"),
        (Answer::feed(cut), "broke off"),
        (Answer::feed("{\"error\": \"try later\"}"), "not JSON Feed"),
        (Answer::feed("\u{1}x").header("content-encoding", "rot13"), "encoding"),
        (Answer::status(404), "404"),
    ] {
        world.site.set(
            "/feed",
            answer
                .header("etag", "\"wrong\"")
                .header("last-modified", "Sat, 13 Jun 2026 10:00:00 GMT"),
        );
        assert_eq!(world.work_after(TimeDelta::hours(48)).await.failed_polls, 1, "{told}");
        let after = state(&world);
        assert!(
            after.last_error.as_ref().unwrap().contains(told),
            "{told}: {:?}",
            after.last_error
        );
        assert_eq!(
            (&after.validators, &after.body_hash),
            (&before.validators, &before.body_hash),
            "{told}"
        );
    }
    world.site.set("/feed", feed("1").header("etag", "\"1\""));
    assert_eq!(
        world.work_after(TimeDelta::hours(48)).await.failed_polls,
        0,
        "it is known by its validators still"
    );
    assert_eq!(
        world.site.asked("/feed").last().unwrap().headers["if-none-match"],
        "\"1\""
    );
    assert_eq!(
        world.ctx.store.list_articles(&ArticleFilter::default()).unwrap().len(),
        1
    );
}

#[tokio::test]
async fn the_same_body_under_new_validators_is_no_change_and_they_are_taken() {
    let world = World::new(ONE).await;
    for (etag, sent) in [("\"1\"", None), ("\"2\"", Some("\"1\"")), ("\"3\"", Some("\"2\""))] {
        world.site.set("/feed", feed("1").header("etag", etag));
        assert_eq!(later(&world).await.0, 0);
        let asked = world.site.asked("/feed");
        let headers = &asked.last().unwrap().headers;
        assert_eq!(headers.get("if-none-match").map(|value| value.to_str().unwrap()), sent);
    }
    let state = state(&world);
    assert_eq!(
        state.changed_at,
        Some(crate::support::at("2026-06-13T15:00:00Z")),
        "new once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_servers_end_within_their_limits_and_harm_nobody_else() {
    let hostile = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/bomb" => Reply::ok(gzip_bomb(200_000_000)).with("Content-Encoding", "gzip"),
        "/packed-bomb" => Reply::ok(gzip_bomb(200_000_000)),
        "/endless" => Reply::endless("<rss><channel>".repeat(10_000)),
        "/loop" => Reply::redirect(301, "/loop"),
        "/items" => Reply::ok(format!(
            "<rss><channel>{}",
            "<item><title>x</title></item>".repeat(300_000)
        )),
        "/attributes" => {
            let attributes: String = (0..80_000).map(|number| format!(" a{number}='1'")).collect();
            Reply::ok(format!("<rss{attributes}><channel><x{attributes}/></channel></rss>"))
        }
        "/deep" => Reply::ok(format!("<rss><channel>{}", "<a>".repeat(1_000_000))),
        "/head" => Reply::ok("x").with("X-Long", &"y".repeat(2_000_000)),
        _ => Reply::hang_up(),
    })
    .await;
    let paths = [
        "/bomb",
        "/packed-bomb",
        "/endless",
        "/loop",
        "/items",
        "/attributes",
        "/deep",
        "/head",
        "/gone",
    ];
    let sources: String = paths
        .iter()
        .map(|path| {
            format!(
                "[[source]]\nfeed = \"{}\"\nschedule = \"every 1h\"\nfull_text = \"never\"\n",
                hostile.url(path)
            )
        })
        .collect();
    let world = World::new(&format!("{sources}{ONE}")).await;
    world.site.set("/feed", feed("good"));
    let done = world.work().await;
    assert_eq!(done.polls, paths.len() + 1);
    for source in world.ctx.store.sources().unwrap() {
        let error = source.state.last_error.unwrap_or_default();
        let path = source.address.rsplit('/').next().unwrap();
        let expected = match path {
            "bomb" | "packed-bomb" => "is larger than 10000000 bytes",
            // By its length, or by the time of the whole answer on a busy machine.
            "endless" if error.contains("no complete answer") => "within 10 s",
            "endless" => "is larger than 10000000 bytes",
            "loop" => "redirects in a circle",
            "head" | "gone" => "broke off",
            // Read as far as they make sense.
            _ => "",
        };
        assert!(error.contains(expected), "{path}: {error}");
        assert_eq!(error.is_empty(), expected.is_empty(), "{path}: {error}");
    }
    world.site.set("/feed", feed("better"));
    assert_eq!(later(&world).await.1, 1, "and the good one is still read");
}
