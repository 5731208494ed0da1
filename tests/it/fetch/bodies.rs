//! Bodies that are encoded, too large, too slow, cut short or wanted in part.

use std::time::Duration;

use tidings::fetch::{FetchError, FetchOptions, Fetcher, Purpose, Request};

use crate::support::server::{Reply, Seen, Server, gzip, gzip_bomb};

use super::{fetcher, get, now, options};

#[tokio::test]
async fn bodies_are_decoded() {
    let server = Server::start(|_| {
        Reply::ok(gzip(b"<rss/>"))
            .with("Content-Encoding", "gzip")
            .with("ETag", "\"g\"")
    })
    .await;
    let response = get(&server, "/feed").await.unwrap();
    assert_eq!(response.body, b"<rss/>");
    let packed = Server::start(|_| Reply::ok(gzip(b"<rss/>"))).await;
    assert_eq!(
        get(&packed, "/feed.xml.gz").await.unwrap().body,
        b"<rss/>",
        "packed on the disk, and nobody says so"
    );
    assert_eq!(response.validators.etag.as_deref(), Some(b"\"g\"".as_slice()));
}

#[tokio::test]
async fn bodies_of_several_pieces_are_read_whole() {
    let pieces = [gzip(b"<rss>"), gzip(b"<channel/>"), gzip(b"</rss>")].concat();
    let padded = [pieces.clone(), vec![0; 512]].concat();
    let cut = pieces[..pieces.len() - 4].to_vec();
    let server = Server::start(move |seen: &Seen| match seen.path.as_str() {
        "/file.gz" => Reply::ok(pieces.clone()),
        "/padded" => Reply::ok(padded.clone()).with("Content-Encoding", "x-gzip"),
        "/cut" => Reply::ok(cut.clone()).with("Content-Encoding", "gzip"),
        _ => Reply::ok(pieces.clone()).with("Content-Encoding", "GZIP"),
    })
    .await;
    for path in ["/multi", "/padded", "/file.gz"] {
        assert_eq!(
            get(&server, path).await.unwrap().body,
            b"<rss><channel/></rss>",
            "{path}"
        );
    }
    let error = get(&server, "/cut").await.unwrap_err();
    assert!(matches!(error, FetchError::BrokenOff { .. }), "{error:?}");
}

#[tokio::test]
async fn a_coding_that_nobody_knows_over_a_text_means_nothing() {
    for encoding in ["aws-chunked", "utf-8", "UTF-8, identity", "none", "text/xml"] {
        let server = Server::start(move |_| Reply::ok("<rss>é</rss>").with("Content-Encoding", encoding)).await;
        assert_eq!(
            get(&server, "/feed").await.unwrap().body,
            "<rss>é</rss>".as_bytes(),
            "{encoding}"
        );
    }
    for encoding in ["aws-chunked, gzip", "gzip,utf-8"] {
        let server = Server::start(move |_| Reply::ok(gzip(b"<rss/>")).with("Content-Encoding", encoding)).await;
        assert_eq!(get(&server, "/feed").await.unwrap().body, b"<rss/>", "{encoding}");
    }
}

#[tokio::test]
async fn what_cannot_be_decoded_is_an_error() {
    for encoding in ["gzip, gzip", "compress", "aes128gcm"] {
        let packed = b"\x1f\x9d\x90x\x00\x01\x02".to_vec();
        let server = Server::start(move |_| Reply::ok(packed.clone()).with("Content-Encoding", encoding)).await;
        let error = get(&server, "/feed").await.unwrap_err();
        assert!(matches!(error, FetchError::Undecodable { .. }), "{encoding}: {error}");
    }
    let server = Server::start(|_| Reply::ok("<rss>this is no gzip</rss>").with("Content-Encoding", "gzip")).await;
    let error = get(&server, "/feed").await.unwrap_err();
    assert!(matches!(error, FetchError::Undecodable { .. }), "{error:?}");
}

#[tokio::test]
async fn bombs_and_endless_bodies_are_stopped() {
    let bomb = gzip_bomb(300_000_000);
    assert!(bomb.len() < 2_000_000);
    let server = Server::start(move |seen: &Seen| match seen.path.as_str() {
        "/bomb" => Reply::ok(bomb.clone()).with("Content-Encoding", "gzip"),
        "/silent-bomb" => Reply::ok(bomb.clone()),
        "/announced" => Reply::cut(vec![b'x'; 1000]).with("Content-Length", "99999999999"),
        _ => Reply::endless(vec![b'x'; 65_536]),
    })
    .await;
    for path in ["/bomb", "/silent-bomb", "/endless"] {
        let error = get(&server, path).await.unwrap_err();
        assert!(error.to_string().contains("body_max = \"20 MB\" in [fetch]"), "{error}");
        assert!(
            matches!(error, FetchError::BodyTooLarge { max: 10_000_000, .. }),
            "{path}: {error}"
        );
    }
}

#[tokio::test]
async fn a_body_too_large_names_the_bound_that_would_do() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/robots.txt" => Reply::status(404),
        path => Reply::endless("x").with("Content-Length", &path[1..]),
    })
    .await;
    for (length, purpose, bound) in [
        ("12000000", Purpose::Feed, Some("15 MB")),
        ("12000001", Purpose::Page, Some("16 MB")),
        ("900000000", Purpose::Feed, None),
        ("12000000", Purpose::Image, None),
    ] {
        let request = Request::new(server.url(&format!("/{length}")), purpose);
        let told = fetcher().get(now(), request).await.unwrap_err().to_string();
        assert!(told.contains("is larger than"), "{told}");
        assert_eq!(told.contains("fetch.body_max"), bound.is_some(), "{told}");
        assert!(
            bound.is_none_or(|bound| told.contains(&format!("body_max = \"{bound}\""))),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_page_that_is_a_pdf_is_left_at_its_beginning() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/robots.txt" => Reply::status(404),
        path => {
            let kind = if path == "/named" {
                "Application/PDF; x=y"
            } else {
                "text/html"
            };
            Reply::endless("%PDF-1.7 ")
                .with("Content-Type", kind)
                .with("Content-Length", if path == "/named" { "25000000" } else { "9000000" })
                .with("ETag", "\"1\"")
        }
    })
    .await;
    for path in ["/named", "/unnamed"] {
        let request = Request::new(server.url(path), Purpose::Page);
        let response = fetcher().get(now(), request).await.unwrap();
        assert!(response.body.starts_with(b"%PDF-"), "{path}");
        assert!(response.body.len() < 1_000_000, "{path}: {}", response.body.len());
        assert!(response.validators.is_empty(), "{path}: its beginning is not the page");
    }
}

#[tokio::test]
async fn a_body_as_large_as_allowed_is_read() {
    let server = Server::start(|seen: &Seen| Reply::ok(vec![b'x'; seen.path[1..].parse().unwrap()])).await;
    let fetcher = Fetcher::new(&FetchOptions {
        body_max: 1000,
        ..options()
    })
    .unwrap();
    let get = async |path: &str| fetcher.get(now(), Request::new(server.url(path), Purpose::Feed)).await;
    assert_eq!(get("/1000").await.unwrap().body.len(), 1000);
    assert!(matches!(
        get("/1001").await.unwrap_err(),
        FetchError::BodyTooLarge { max: 1000, .. }
    ));
}

#[tokio::test]
async fn answers_that_stop_or_never_come() {
    let server = Server::start(|seen: &Seen| match seen.path.as_str() {
        "/stalls" => Reply::stalls("<rss>").with("ETag", "\"s\""),
        "/cut" => Reply::cut("<rss>").with("ETag", "\"c\""),
        "/hang-up" => Reply::hang_up(),
        "/silence" => Reply::silence(),
        "/packed-cut" => Reply::ok(&gzip(b"some words")[..20]).with("ETag", "\"p\""),
        "/gzip-cut" => Reply::ok(&gzip(b"some words")[..20]).with("Content-Encoding", "gzip"),
        _ => Reply::ok(""),
    })
    .await;
    for (path, expected) in [
        ("/stalls", "sent nothing for"),
        ("/silence", "sent nothing for"),
        ("/cut", "broke off"),
        ("/hang-up", "broke off"),
        ("/gzip-cut", "broke off"),
        ("/packed-cut", "broke off"),
        ("/empty", "answered with nothing"),
    ] {
        let error = get(&server, path).await.unwrap_err();
        assert!(
            error.to_string().contains(expected) && error.is_transient(),
            "{path}: {error}"
        );
        assert_eq!(error.status(), None);
    }
    assert_eq!(server.seen().len(), 7, "nothing is tried twice");
}

#[tokio::test]
async fn the_whole_answer_has_a_time_limit() {
    let server = Server::start(|_| Reply::endless("x")).await;
    let options = FetchOptions {
        timeout: Duration::from_millis(100),
        body_max: u64::MAX,
        ..options()
    };
    let fetcher = Fetcher::new(&options).unwrap();
    let error = fetcher
        .get(now(), Request::new(server.url("/"), Purpose::Feed))
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn nobody_there() {
    let port = Server::start(|_| Reply::status(200)).await.port();
    let url = url::Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let error = fetcher()
        .get(now(), Request::new(url, Purpose::Feed))
        .await
        .unwrap_err();
    assert!(
        matches!(error, FetchError::Connect { .. }) && error.is_transient(),
        "{error:?}"
    );

    let server = Server::start(|_| Reply::ok("x")).await;
    let url = url::Url::parse(&format!("https://127.0.0.1:{}/", server.port())).unwrap();
    let error = fetcher()
        .get(now(), Request::new(url, Purpose::Feed))
        .await
        .unwrap_err();
    assert!(matches!(error, FetchError::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn the_first_bytes_suffice() {
    let body = "0123456789".repeat(100);
    let server = Server::start(move |seen: &Seen| match (seen.path.as_str(), seen.header("range")) {
        ("/part", Some("bytes=0-99")) => Reply::ok(&body.as_bytes()[..100])
            .with("Content-Range", "bytes 0-99/1000")
            .with_status(206),
        ("/other-part", _) => Reply::ok("zzz")
            .with("Content-Range", "bytes 5-7/1000")
            .with_status(206),
        ("/endless", _) => Reply::endless(body.clone()),
        _ => Reply::ok(body.clone()).with("ETag", "\"whole\""),
    })
    .await;
    let get = async |path: &str| {
        let request = Request {
            first_bytes: Some(100),
            ..Request::new(server.url(path), Purpose::Feed)
        };
        fetcher().get(now(), request).await
    };
    for path in ["/part", "/whole", "/endless"] {
        let response = get(path).await.unwrap();
        assert_eq!(response.body.len(), 100, "{path}");
        assert!(
            response.validators.is_empty(),
            "{path}: a part is not known by the whole's validators"
        );
    }
    assert_eq!(get("/other-part").await.unwrap_err().status(), Some(206));
}

#[tokio::test]
async fn heads_without_an_end_and_slow_answers_end_within_their_limits() {
    let lines = |count: usize| (0..count).fold(Reply::ok("x"), |reply, n| reply.with(&format!("X-{n}"), "y"));
    let server = Server::start(move |seen: &Seen| match seen.path.as_str() {
        "/lines" => lines(200),
        "/long" => Reply::ok("x").with("X-Long", &"y".repeat(2_000_000)),
        "/endless" => Reply::drips_head("X-A: b\r\n"),
        "/drips" => Reply::drips_body("<rss>"),
        "/many" => lines(80),
        _ => Reply::ok("well"),
    })
    .await;
    let options = FetchOptions {
        trickle_after: Duration::from_millis(300),
        idle_timeout: Duration::from_millis(400),
        per_host: 8,
        ..options()
    };
    let fetcher = Fetcher::new(&options).unwrap();
    let get = async |path: &str| fetcher.get(now(), Request::new(server.url(path), Purpose::Feed)).await;
    let begun = std::time::Instant::now();
    let (lines, long, endless, drips, beside) = tokio::join!(
        get("/lines"),
        get("/long"),
        get("/endless"),
        get("/drips"),
        get("/well")
    );
    for (answer, expected) in [
        (lines, "broke off"),
        (long, "broke off"),
        (endless, "sent nothing for"),
        (drips, "less than 64 bytes a second"),
    ] {
        let error = answer.unwrap_err();
        assert!(error.to_string().contains(expected) && error.is_transient(), "{error}");
    }
    assert!(
        begun.elapsed() < options.timeout,
        "by their own limits: {:?}",
        begun.elapsed()
    );
    assert_eq!(beside.unwrap().body, b"well", "the others go on meanwhile");
    assert_eq!(get("/well").await.unwrap().body, b"well");
    assert_eq!(get("/many").await.unwrap().body, b"x", "no honest server is refused");
}
