//! What the fetcher leaves undone: refused addresses, robots.txt, and each host's pace.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tidings::fetch::{FetchError, FetchOptions, Fetcher, Purpose, Request};

use crate::support::server::{Reply, Seen, Server};

use super::{fetcher, now, options};

#[tokio::test]
async fn an_address_that_was_refused_waits_without_a_request() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/busy" => Reply::status(429).with("Retry-After", "90"),
        "/moved" => Reply::redirect(302, "/busy"),
        _ => Reply::ok("x"),
    })
    .await;
    let fetcher = fetcher();
    let get = async |path: &str, at| fetcher.get(at, Request::new(server.url(path), Purpose::Feed)).await;
    let until = now() + TimeDelta::seconds(90);
    let error = get("/busy", now()).await.unwrap_err();
    assert_eq!((error.status(), error.retry_at()), (Some(429), Some(until)));
    let error = get("/busy", now() + TimeDelta::seconds(80)).await.unwrap_err();
    assert!(
        matches!(error, FetchError::Waiting { .. }) && error.is_transient(),
        "{error}"
    );
    assert_eq!(error.retry_at(), Some(until));
    assert_eq!(server.seen().len(), 1);
    get("/free", now()).await.unwrap();
    get("/busy", until).await.unwrap_err();
    assert_eq!(server.paths(), ["/busy", "/free", "/busy"]);
    // Whatever leads there waits too, and knows it from the second time on.
    let later = until + TimeDelta::seconds(1);
    get("/moved", later).await.unwrap_err();
    assert_eq!(server.paths()[3..], ["/moved"]);
}

#[tokio::test]
async fn a_host_that_refuses_three_times_is_left_alone() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/good" => Reply::ok("x"),
        _ => Reply::status(503).with("Retry-After", "Thu, 01 Jan 2026 01:00:00 GMT"),
    })
    .await;
    let fetcher = fetcher();
    let get = async |path: &str| fetcher.get(now(), Request::new(server.url(path), Purpose::Feed)).await;
    for path in ["/1", "/2", "/good", "/3", "/4"] {
        let error = get(path).await.err();
        assert_eq!(error.is_none(), path == "/good", "{path}");
    }
    get("/good").await.unwrap();
    for path in ["/5", "/6", "/7"] {
        assert_eq!(get(path).await.unwrap_err().status(), Some(503), "{path}");
    }
    let error = get("/good").await.unwrap_err();
    assert!(matches!(error, FetchError::Waiting { .. }), "{error}");
    assert_eq!(error.retry_at(), Some(now() + TimeDelta::hours(1)));
    assert_eq!(server.seen().len(), 9);
}

fn with_robots(robots: &'static str) -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    move |seen| match seen.path.as_str() {
        "/robots.txt" => Reply::ok(robots),
        "/moved" => Reply::redirect(302, "/shut/b"),
        _ => Reply::ok("page"),
    }
}

#[tokio::test]
async fn pages_and_pictures_obey_robots_txt_and_feeds_do_not() {
    let server = Server::start(with_robots("User-agent: *\nDisallow: /shut")).await;
    let fetcher = fetcher();
    let get = async |path: &str, purpose| fetcher.get(now(), Request::new(server.url(path), purpose)).await;
    get("/shut/feed", Purpose::Feed).await.unwrap();
    assert_eq!(server.paths(), ["/shut/feed"], "feeds do not even ask");
    get("/open", Purpose::Page).await.unwrap();
    for purpose in [Purpose::Page, Purpose::Image] {
        let error = get("/shut/a?b", purpose).await.unwrap_err();
        assert!(
            matches!(error, FetchError::Disallowed { .. }) && !error.is_transient(),
            "{error}"
        );
    }
    assert!(matches!(
        get("/moved", Purpose::Page).await.unwrap_err(),
        FetchError::Disallowed { .. }
    ));
    assert_eq!(server.paths(), ["/shut/feed", "/robots.txt", "/open", "/moved"]);
    let tomorrow = now() + TimeDelta::hours(25);
    fetcher
        .get(tomorrow, Request::new(server.url("/open"), Purpose::Page))
        .await
        .unwrap();
    assert_eq!(server.paths()[4..], ["/robots.txt", "/open"]);
}

#[tokio::test]
async fn robots_txt_is_asked_for_once_however_many_want_it() {
    let server = Server::start(with_robots("")).await;
    let fetcher = Fetcher::new(&FetchOptions {
        per_host: 8,
        ..options()
    })
    .unwrap();
    let pages = (0..20).map(|n| fetcher.get(now(), Request::new(server.url(&format!("/{n}")), Purpose::Page)));
    assert!(futures_util::future::join_all(pages).await.iter().all(Result::is_ok));
    assert_eq!(server.paths().iter().filter(|path| *path == "/robots.txt").count(), 1);
}

#[tokio::test]
async fn a_missing_robots_txt_allows_and_a_failing_one_does_not() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/robots.txt" => Reply::status(404),
        _ => Reply::ok("page"),
    })
    .await;
    fetcher()
        .get(now(), Request::new(server.url("/a"), Purpose::Page))
        .await
        .unwrap();

    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/robots.txt" => Reply::status(500),
        _ => Reply::ok("page"),
    })
    .await;
    let fetcher = fetcher();
    for _ in 0..2 {
        let error = fetcher
            .get(now(), Request::new(server.url("/a"), Purpose::Page))
            .await
            .unwrap_err();
        assert!(
            matches!(error, FetchError::RobotsUnknown { .. }) && error.is_transient(),
            "{error}"
        );
        assert!(error.retry_at().is_some_and(|at| at > now()));
    }
    assert_eq!(server.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn an_endless_robots_txt_is_read_in_part() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/robots.txt" => Reply::endless("User-agent: *\nDisallow: /shut\n"),
        _ => Reply::ok("page"),
    })
    .await;
    let fetcher = fetcher();
    fetcher
        .get(now(), Request::new(server.url("/a"), Purpose::Page))
        .await
        .unwrap();
    let error = fetcher
        .get(now(), Request::new(server.url("/shut"), Purpose::Page))
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::Disallowed { .. }), "{error}");
}

#[tokio::test]
async fn a_host_is_asked_at_its_pace_redirects_included() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/0" => Reply::redirect(302, "/moved"),
        _ => Reply::ok("x"),
    })
    .await;
    let gap = Duration::from_millis(40);
    let fetcher = Fetcher::new(&FetchOptions {
        host_gap: gap,
        ..options()
    })
    .unwrap();
    let begun = Instant::now();
    let feeds = (0..3).map(|n| fetcher.get(now(), Request::new(server.url(&format!("/{n}")), Purpose::Feed)));
    assert!(futures_util::future::join_all(feeds).await.iter().all(Result::is_ok));
    assert!(begun.elapsed() >= 3 * gap, "{:?}", begun.elapsed());
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn a_stalled_host_does_not_keep_the_others_waiting() {
    let slow = Server::start(|_| Reply::silence()).await;
    let quick = Server::start(|_| Reply::ok("x")).await;
    let options = FetchOptions {
        concurrency: 2,
        idle_timeout: Duration::from_secs(60),
        ..options()
    };
    let fetcher = Fetcher::new(&options).unwrap();
    let named = |server: &Server, host: &str| {
        let url = url::Url::parse(&format!("http://{host}.localhost:{}/", server.port())).unwrap();
        Request::new(url, Purpose::Feed)
    };
    let stuck = futures_util::future::join_all((0..20).map(|_| fetcher.get(now(), named(&slow, "slow"))));
    let others = async {
        for n in 0..5 {
            fetcher.get(now(), named(&quick, &format!("quick{n}"))).await.unwrap();
        }
    };
    tokio::select! {
        biased;
        _ = stuck => panic!("the slow host answered"),
        () = others => {}
    }
    assert_eq!(slow.seen().len(), 1);
}

#[tokio::test]
async fn robots_txt_is_followed_over_five_redirects_and_no_more() {
    for (steps, is_readable) in [(5, true), (6, false), (usize::MAX, false)] {
        let server = Server::start(move |seen: &Seen| {
            let step = match seen.path.as_str() {
                "/robots.txt" => Some(0),
                path => path.strip_prefix("/step").and_then(|number| number.parse().ok()),
            };
            match step {
                Some(_) if steps == usize::MAX => Reply::redirect(301, "/robots.txt"),
                Some(step) if step < steps => Reply::redirect(301, &format!("/step{}", step + 1)),
                Some(_) => Reply::ok("User-agent: *\nDisallow: /shut"),
                None => Reply::ok("page"),
            }
        })
        .await;
        let fetcher = fetcher();
        let get = async |path: &str| fetcher.get(now(), Request::new(server.url(path), Purpose::Page)).await;
        let (open, shut) = (get("/open").await, get("/shut").await.unwrap_err());
        match is_readable {
            true => assert!(open.is_ok() && matches!(shut, FetchError::Disallowed { .. }), "{shut}"),
            false => {
                let open = open.unwrap_err();
                assert!(matches!(open, FetchError::RobotsUnknown { .. }), "{open}");
                assert!(
                    open.to_string().contains("redirects") && open.is_transient(),
                    "the cause is told: {open}"
                );
                assert!(
                    !server.paths().contains(&"/open".to_owned()),
                    "nothing is read before the rules are known"
                );
            }
        }
    }
}
