//! The fetcher against a server on loopback that answers as scripted.

mod bodies;
mod connection_errors;
mod cookies;
mod courtesy;
mod proxy;
mod tls;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use tidings::domain::Timestamp;
use tidings::domain::source::Validators;
use tidings::fetch::{FetchError, FetchOptions, Fetcher, Purpose, Request, Response};

use crate::support::server::{Reply, Seen, Server};

fn now() -> Timestamp {
    Timestamp::from_timestamp(1_767_225_600, 0).unwrap()
}

fn options() -> FetchOptions {
    FetchOptions {
        contact: Some("mailto:jo@example.org".to_owned()),
        host_gap: Duration::ZERO,
        idle_timeout: Duration::from_millis(150),
        timeout: Duration::from_secs(5),
        allow_private: vec!["127.0.0.1/32".parse().unwrap()],
        ..FetchOptions::default()
    }
}

fn fetcher() -> Fetcher {
    Fetcher::new(&options()).unwrap()
}

async fn get(server: &Server, path: &str) -> Result<Response, FetchError> {
    fetcher()
        .get(now(), Request::new(server.url(path), Purpose::Feed))
        .await
}

fn conditional(server: &Server, etag: &str) -> Request {
    let validators = Validators {
        etag: Some(etag.into()),
        last_modified: None,
    };
    Request {
        validators,
        ..Request::new(server.url("/feed"), Purpose::Feed)
    }
}

/// Counts calls to itself.
#[derive(Default)]
struct Count(AtomicUsize);

impl Count {
    fn next(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

#[tokio::test]
async fn fetches_can_run_on_any_thread() {
    let server = Server::start(|_| Reply::ok("x")).await;
    let (fetcher, request) = (fetcher(), Request::new(server.url("/"), Purpose::Page));
    tokio::spawn(async move { fetcher.get(now(), request).await })
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_plain_answer() {
    let server = Server::start(|_| Reply::ok("<rss/>").with("Content-Type", "application/rss+xml")).await;
    let response = get(&server, "/feed?a=1").await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, b"<rss/>".as_slice()));
    assert_eq!(response.content_type.as_deref(), Some("application/rss+xml"));
    assert_eq!(response.url, server.url("/feed?a=1"));
    assert!(response.redirects.is_empty() && !response.not_modified && response.validators.is_empty());
}

#[tokio::test]
async fn requests_say_who_asks_and_nothing_about_the_reader() {
    let server = Server::start(|_| Reply::ok("x").with("Set-Cookie", "id=1")).await;
    let fetcher = fetcher();
    for _ in 0..2 {
        fetcher
            .get(now(), Request::new(server.url("/feed"), Purpose::Feed))
            .await
            .unwrap();
    }
    for seen in server.seen() {
        let agent = format!("Tidings/{} (+mailto:jo@example.org)", env!("CARGO_PKG_VERSION"));
        assert_eq!(seen.header("user-agent"), Some(agent.as_str()));
        assert!(seen.header("accept").unwrap().contains("application/rss+xml"));
        for encoding in ["gzip", "br", "zstd", "deflate"] {
            assert!(seen.header("accept-encoding").unwrap().contains(encoding), "{encoding}");
        }
        for name in [
            "cookie",
            "referer",
            "if-none-match",
            "if-modified-since",
            "range",
            "authorization",
        ] {
            assert_eq!(seen.header(name), None, "{name}");
        }
        assert_eq!((seen.method.as_str(), seen.path.as_str()), ("GET", "/feed"));
    }
}

#[tokio::test]
async fn validators_are_replayed_and_refreshed() {
    let server = Server::start(|seen: &Seen| match seen.header("if-none-match") {
        None => Reply::ok("x")
            .with("ETag", "odd, unquoted")
            .with("Last-Modified", "Mon, 1 Jan 2024 00:00:00 +0000"),
        Some("odd, unquoted") => Reply::status(304)
            .with("ETag", "\"new\"")
            .with("Cache-Control", "max-age=60"),
        Some(other) => panic!("{other} was sent"),
    })
    .await;
    let fetcher = fetcher();
    let first = fetcher
        .get(now(), Request::new(server.url("/feed"), Purpose::Feed))
        .await
        .unwrap();
    let again = Request {
        validators: first.validators,
        ..Request::new(server.url("/feed"), Purpose::Feed)
    };
    let second = fetcher.get(now(), again).await.unwrap();
    assert_eq!(
        server.seen()[1].header("if-modified-since"),
        Some("Mon, 1 Jan 2024 00:00:00 +0000")
    );
    assert!(second.not_modified && second.body.is_empty());
    assert_eq!(second.validators.etag.as_deref(), Some(b"\"new\"".as_slice()));
    assert_eq!(
        second.validators.last_modified.as_deref(),
        Some(b"Mon, 1 Jan 2024 00:00:00 +0000".as_slice())
    );
    assert_eq!(second.fresh_until, Some(now() + TimeDelta::seconds(60)));
}

#[tokio::test]
async fn a_304_nobody_asked_for_is_an_error() {
    let server = Server::start(|_| Reply::status(304)).await;
    let error = get(&server, "/feed").await.unwrap_err();
    assert!(matches!(error, FetchError::UnaskedNotModified { .. }), "{error}");
    assert!(
        fetcher()
            .get(now(), conditional(&server, "\"a\""))
            .await
            .unwrap()
            .not_modified
    );
}

#[tokio::test]
async fn new_entries_alone_are_asked_for_and_known_by_their_own_validators() {
    let server = Server::start(
        |seen: &Seen| match (seen.header("a-im"), seen.header("if-none-match")) {
            (Some("feed"), Some("\"old\"")) => Reply::ok("<rss/>")
                .with_status(226)
                .with("IM", "feed")
                .with("ETag", "\"new\""),
            (Some("feed"), Some("\"odd\"")) => Reply::ok("diff").with_status(226).with("IM", "diffe"),
            (None, None) => Reply::ok("<rss/>").with_status(226).with("IM", "feed"),
            other => panic!("{other:?} was sent"),
        },
    )
    .await;
    let response = fetcher().get(now(), conditional(&server, "\"old\"")).await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (226, b"<rss/>".as_slice()));
    assert_eq!(response.validators.etag.as_deref(), Some(b"\"new\"".as_slice()));
    let error = fetcher().get(now(), conditional(&server, "\"odd\"")).await.unwrap_err();
    assert!(matches!(error, FetchError::Undecodable { .. }), "{error}");
    let error = get(&server, "/feed").await.unwrap_err();
    assert!(
        matches!(error, FetchError::Undecodable { .. }),
        "a change nobody asked for: {error}"
    );
}

#[tokio::test]
async fn redirects_are_followed_and_told() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/a" => Reply::redirect(301, "b?x"),
        "/b?x" => Reply::redirect(308, "/c"),
        "/c" => Reply::redirect(302, "/d#part"),
        "/d" => Reply::redirect(303, "/e"),
        "/e" => Reply::redirect(307, "/f"),
        _ => Reply::ok("here").with("ETag", "\"f\""),
    })
    .await;
    let response = get(&server, "/a").await.unwrap();
    assert_eq!(response.body, b"here");
    assert_eq!(response.url, server.url("/f#part"));
    assert_eq!(
        response.redirects.iter().map(|hop| hop.status).collect::<Vec<_>>(),
        [301, 308, 302, 303, 307]
    );
    assert_eq!(response.redirects[0].from, server.url("/a"));
    assert_eq!(response.redirects[0].to, server.url("/b?x"));
    assert!(!response.validators.is_empty());
}

#[tokio::test]
async fn endless_redirects_end() {
    let count = Count::default();
    let server = Server::start(move |_| Reply::redirect(302, &format!("/{}", count.next()))).await;
    let error = get(&server, "/start").await.unwrap_err();
    assert!(matches!(error, FetchError::TooManyRedirects { max: 10, .. }), "{error}");
    assert_eq!(server.seen().len(), 11);

    let server = Server::start(|seen: &Seen| Reply::redirect(302, if seen.path == "/a" { "/b" } else { "/a" })).await;
    assert!(matches!(
        get(&server, "/a").await.unwrap_err(),
        FetchError::RedirectLoop { .. }
    ));
    assert_eq!(server.seen().len(), 2);

    for to in ["", "http://["] {
        let server = Server::start(move |_| Reply::redirect(301, to)).await;
        let error = get(&server, "/a").await.unwrap_err();
        assert!(matches!(error, FetchError::BadRedirect { status: 301, .. }), "{error}");
    }
}

#[tokio::test]
async fn redirects_to_where_we_must_not_go() {
    let private = Server::start(|_| Reply::ok("secret")).await;
    let port = private.port();
    for to in [
        format!("http://127.0.0.2:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.2]:{port}/"),
        format!("http://2130706434:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[64:ff9b::a00:1]/".to_owned(),
    ] {
        let server = Server::start(move |_| Reply::redirect(302, &to)).await;
        let error = get(&server, "/a").await.unwrap_err();
        assert!(matches!(error, FetchError::PrivateAddress { .. }), "{error}");
        assert!(error.to_string().contains("allow_private") && !error.is_transient());
    }
    for (to, is_scheme) in [
        ("file:///etc/hostname", true),
        ("ftp://127.0.0.1/x", true),
        ("http://127.0.0.1:25/", false),
    ] {
        let server = Server::start(move |_| Reply::redirect(302, to)).await;
        match get(&server, "/a").await.unwrap_err() {
            FetchError::Scheme { .. } => assert!(is_scheme, "{to}"),
            FetchError::Port { port: 25, .. } => assert!(!is_scheme, "{to}"),
            other => panic!("{to}: {other}"),
        }
    }
    assert!(private.seen().is_empty());
}

#[tokio::test]
async fn nothing_private_is_asked_by_default() {
    let server = Server::start(|_| Reply::ok("secret")).await;
    let fetcher = Fetcher::new(&FetchOptions {
        allow_private: Vec::new(),
        ..options()
    })
    .unwrap();
    let port = server.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "feeds.localhost.",
        "2130706433",
        "[::ffff:127.0.0.1]",
    ] {
        let url = url::Url::parse(&format!("http://{host}:{port}/")).unwrap();
        let error = fetcher.get(now(), Request::new(url, Purpose::Feed)).await.unwrap_err();
        assert!(matches!(error, FetchError::PrivateAddress { .. }), "{host}: {error:?}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn names_under_localhost_lead_to_allowed_loopback() {
    let server = Server::start(|_| Reply::ok("x")).await;
    let url = url::Url::parse(&format!("http://news.localhost:{}/", server.port())).unwrap();
    fetcher().get(now(), Request::new(url, Purpose::Feed)).await.unwrap();
    let host = format!("news.localhost:{}", server.port());
    assert_eq!(server.seen()[0].header("host"), Some(host.as_str()));
}

#[tokio::test]
async fn credentials_and_own_headers_stay_with_their_host() {
    let other = Server::start(|_| Reply::ok("x")).await;
    let to = other.url("/other").to_string();
    let server =
        Server::start(move |seen: &Seen| Reply::redirect(302, if seen.path == "/a" { "/b" } else { &to })).await;
    let mut url = server.url("/a");
    url.set_username("jo").unwrap();
    url.set_password(Some("secret")).unwrap();
    let request = Request {
        headers: vec![("X-Key".into(), "mine".into())],
        ..Request::new(url, Purpose::Feed)
    };
    fetcher().get(now(), request).await.unwrap();
    for seen in server.seen() {
        assert_eq!(
            seen.header("authorization"),
            Some("Basic am86c2VjcmV0"),
            "{}",
            seen.path
        );
        assert_eq!(seen.header("x-key"), Some("mine"), "{}", seen.path);
    }
    assert_eq!(server.seen().len(), 2);
    let seen = &other.seen()[0];
    assert_eq!((seen.header("authorization"), seen.header("x-key")), (None, None));
}

#[tokio::test]
async fn own_headers_come_before_ours() {
    let server = Server::start(|_| Reply::ok("x")).await;
    let headers = vec![
        ("User-Agent".into(), "Mine/1".into()),
        ("accept".into(), "text/x-mine".into()),
    ];
    fetcher()
        .get(
            now(),
            Request {
                headers,
                ..Request::new(server.url("/"), Purpose::Feed)
            },
        )
        .await
        .unwrap();
    let seen = &server.seen()[0];
    assert_eq!(
        (seen.header("user-agent"), seen.header("accept")),
        (Some("Mine/1"), Some("text/x-mine"))
    );
}

#[tokio::test]
async fn statuses_are_errors_with_what_can_be_done() {
    let server = Server::start(|seen: &Seen| Reply::status(seen.path[1..].parse().unwrap())).await;
    for (status, is_transient) in [
        (404, false),
        (410, false),
        (403, false),
        (500, true),
        (408, true),
        (300, false),
    ] {
        let error = get(&server, &format!("/{status}")).await.unwrap_err();
        assert_eq!(
            (error.status(), error.is_transient()),
            (Some(status), is_transient),
            "{error}"
        );
        assert_eq!(
            error.to_string(),
            format!("{} answered {status}", server.url(&format!("/{status}")))
        );
    }
    assert!(matches!(
        get(&server, "/204").await.unwrap_err(),
        FetchError::Empty { .. }
    ));
    assert_eq!(
        get(&server, "/206").await.unwrap_err().status(),
        Some(206),
        "a part nobody asked for"
    );
}
