//! Servers that break HTTP in one way each: what a reader is told of it, by a source and by a webhook.

use tidings::deliver::webhook::{Hooks, Target};
use tidings::fetch::{Fetcher, Purpose, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use super::{now, options};

/// Starts a server that answers everything with these bytes and hangs up.
async fn says(bytes: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _asked = connection.read(&mut request).await;
            let _told = connection.write_all(bytes).await;
            let _ended = connection.shutdown().await;
            while connection.read(&mut request).await.is_ok_and(|count| count > 0) {}
        }
    });
    port
}

#[track_caller]
fn check(told: &str, words: &str) {
    assert!(told.contains(words), "{words}: {told}");
    for dump in [
        "client error",
        "SendRequest",
        "parsed",
        "request or response body",
        "hyper",
        "::",
    ] {
        assert!(!told.contains(dump), "{dump}: {told}");
    }
}

#[tokio::test]
async fn what_is_not_http_is_told_in_words() {
    for (bytes, words) in [
        (
            &b"HTTP/1.1 200 OK\r\nA\0: x\r\n\r\n"[..],
            "a header line that HTTP does not allow",
        ),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", "a status that HTTP does not have"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "its answer is not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
            "a length that is none",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "a length that is none",
        ),
        (b"HTTP/1.1 200 OK\r\nConte", "it ended the connection"),
        (b"", "it ended the connection"),
    ] {
        let port = says(bytes).await;
        let url = Url::parse(&format!("http://127.0.0.1:{port}/feed")).unwrap();
        let fetcher = Fetcher::new(&options()).unwrap();
        let answer = fetcher.get(now(), Request::new(url, Purpose::Feed)).await;
        check(&answer.unwrap_err().to_string(), words);
        let address = format!("http://127.0.0.1:{port}/hidden");
        let hooks = Hooks::new(vec![Target::direct(&address)]).unwrap();
        let body = br#"{"service":"json","body":{}}"#;
        let answer = hooks.send(&address, "key", body).await;
        let told = answer.unwrap_err().to_string();
        check(&told, words);
        assert!(!told.contains("hidden"), "{told}");
    }
    for (bytes, words) in [
        (
            &b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"[..],
            "it ended the connection",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "broke off",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
            "it ended the connection",
        ),
    ] {
        let port = says(bytes).await;
        let url = Url::parse(&format!("http://127.0.0.1:{port}/feed")).unwrap();
        let fetcher = Fetcher::new(&options()).unwrap();
        let answer = fetcher.get(now(), Request::new(url, Purpose::Feed)).await;
        check(&answer.unwrap_err().to_string(), words);
    }
}

#[tokio::test]
async fn odd_header_lines_cost_nothing_but_themselves() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\nContent-Security-Policy: default-src 'self';\r\n  img-src *;\r\n\tstyle-src *\r\nContent-Length: 6\r\n\r\n<rss/>"[..],
        b"HTTP/1.1 200 OK\r\nthis line has no colon\r\nContent-Length: 6\r\n\r\n<rss/>",
        b"HTTP/1.1 200 OK\r\nX-Blank : y\r\nContent-Length : 6\r\n\r\n<rss/>",
        b"HTTP/1.1 200 OK\r\nA b c: x\r\nContent-Length: 6\r\n\r\n<rss/>",
    ] {
        let url = Url::parse(&format!("http://127.0.0.1:{}/feed", says(bytes).await)).unwrap();
        let answer = Fetcher::new(&options()).unwrap().get(now(), Request::new(url, Purpose::Feed)).await;
        assert_eq!(answer.unwrap().body, b"<rss/>", "{}", String::from_utf8_lossy(bytes));
    }
}
