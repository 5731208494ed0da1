//! Through the owner's proxy: what goes through it, what the gate still refuses, and that no other proxy is used.

use std::process::Command;

use tidings::fetch::{self, FetchError, FetchOptions, Fetcher, Purpose, Request, Response};
use url::Url;

use super::tls::Authority;
use super::{now, options};
use crate::support::proxy::Proxy;
use crate::support::server::{Reply, Seen, Server};

/// Options with a proxy, by which nothing private may be fetched.
fn through(proxy: &str, password: Option<&str>) -> FetchOptions {
    let mut proxy = fetch::Proxy::parse(proxy).unwrap();
    proxy.password = password.map(Into::into);
    FetchOptions {
        proxy: Some(proxy),
        allow_private: Vec::new(),
        // Handshakes in a busy test run take longer than silence is tested with.
        idle_timeout: std::time::Duration::from_secs(5),
        ..options()
    }
}

async fn get(options: &FetchOptions, url: &str) -> Result<Response, FetchError> {
    let request = Request::new(Url::parse(url).unwrap(), Purpose::Feed);
    Fetcher::new(options).unwrap().get(now(), request).await
}

#[tokio::test]
async fn everything_goes_through_the_proxy_although_it_is_private() {
    let proxy = Server::start(|seen: &Seen| match seen.path.as_str() {
        "http://news.example/old" => Reply::redirect(301, "/feed"),
        "http://news.example/robots.txt" => Reply::ok("User-agent: *\nDisallow: /shut"),
        _ => Reply::ok("through"),
    })
    .await;
    // Named, as most owners would: the name may lead to a private address too.
    for host in ["127.0.0.1", "proxy.localhost"] {
        let options = through(&format!("http://jo@{host}:{}", proxy.port()), Some("p:ss"));
        let answer = get(&options, "http://news.example/old").await.unwrap();
        assert_eq!(
            (answer.body.as_slice(), answer.url.path()),
            (b"through".as_slice(), "/feed")
        );
    }
    for seen in proxy.seen() {
        assert_eq!(seen.header("proxy-authorization"), Some("Basic am86cDpzcw=="));
    }
    assert_eq!(
        proxy.paths()[..2],
        ["http://news.example/old", "http://news.example/feed"]
    );
    let fetcher = Fetcher::new(&through(&format!("http://127.0.0.1:{}", proxy.port()), None)).unwrap();
    let page = Request::new(Url::parse("http://news.example/shut").unwrap(), Purpose::Page);
    let error = fetcher.get(now(), page).await.unwrap_err();
    assert!(matches!(error, FetchError::Disallowed { .. }), "{error}");
}

#[tokio::test]
async fn what_is_private_is_refused_behind_the_proxy_too() {
    let proxy = Server::start(|seen: &Seen| match seen.path.as_str() {
        "http://news.example/inside" => Reply::redirect(302, "http://10.0.0.1/admin"),
        "http://news.example/named" => Reply::redirect(302, "http://localhost/admin"),
        _ => Reply::ok("secret"),
    })
    .await;
    for scheme in ["http", "socks5", "socks5h"] {
        let options = through(&format!("{scheme}://127.0.0.1:{}", proxy.port()), None);
        for target in [
            "http://127.0.0.1/",
            "https://10.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:192.168.1.1]/",
            "http://2130706433/",
            "http://169.254.169.254/latest/meta-data/",
        ] {
            let error = get(&options, target).await.unwrap_err();
            assert!(
                matches!(error, FetchError::PrivateAddress { .. }),
                "{scheme}: {target}: {error:?}"
            );
        }
        let error = get(&options, "http://news.example:25/").await.unwrap_err();
        assert!(matches!(error, FetchError::Port { .. }), "{error:?}");
        // Names under localhost are loopback, whoever would look them up.
        let error = get(&options, "http://feeds.localhost/").await.unwrap_err();
        let is_refused = matches!(
            error,
            FetchError::PrivateAddress { .. } | FetchError::PrivateName { .. }
        );
        assert!(is_refused && !error.is_transient(), "{scheme}: {error:?}");
    }
    let named = through(&format!("http://proxy.localhost:{}", proxy.port()), None);
    for target in ["http://proxy.localhost/", "http://intranet/", "https://printer.local/"] {
        let error = get(&named, target).await.unwrap_err();
        assert!(matches!(error, FetchError::PrivateName { .. }), "{target}: {error:?}");
    }
    assert!(proxy.seen().is_empty(), "the proxy was asked for none of them");
    let error = get(&named, "http://news.example/inside").await.unwrap_err();
    assert!(matches!(error, FetchError::PrivateAddress { .. }), "{error:?}");
    let error = get(&named, "http://news.example/named").await.unwrap_err();
    assert!(matches!(error, FetchError::PrivateName { .. }), "{error:?}");
    assert_eq!(proxy.seen().len(), 2);
}

#[tokio::test]
async fn what_the_owner_allows_is_fetched_through_the_proxy() {
    let proxy = Server::start(|_| Reply::ok("inside")).await;
    let options = FetchOptions {
        allow_private: vec!["10.0.0.0/8".parse().unwrap()],
        ..through(&format!("http://127.0.0.1:{}", proxy.port()), None)
    };
    assert_eq!(get(&options, "http://10.0.0.1/feed").await.unwrap().body, b"inside");
    assert!(get(&options, "http://192.168.0.1/feed").await.is_err());
}

#[tokio::test]
async fn secure_connections_are_tunnelled() {
    let ours = Authority::new("ours");
    let port = ours.serve("news.example", 2100).await;
    let proxy = Proxy::start(port).await;
    for (scheme, expected) in [
        ("http", "CONNECT news.example:443 Basic am86c2VjcmV0"),
        ("socks5h", "SOCKS news.example:443"),
    ] {
        let user = if scheme == "http" { "jo@" } else { "" };
        let address = format!("{scheme}://{user}127.0.0.1:{}", proxy.port());
        let options = FetchOptions {
            extra_roots: vec![ours.root()],
            ..through(&address, (scheme == "http").then_some("secret"))
        };
        let answer = get(&options, "https://news.example/feed").await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer.body), "over HTTP/2", "{scheme}");
        assert_eq!(proxy.asked().last().unwrap(), expected);
        // The certificate is the target's affair, not the proxy's.
        let error = get(&options, "https://other.example/feed").await.unwrap_err();
        assert!(matches!(error, FetchError::Tls { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn names_are_looked_up_here_for_socks5() {
    let server = Server::start(|_| Reply::ok("here")).await;
    let proxy = Proxy::start(server.port()).await;
    let address = format!("socks5://127.0.0.1:{}", proxy.port());
    let target = format!("http://feeds.localhost:{}/feed", server.port());
    let options = FetchOptions {
        allow_private: vec!["127.0.0.1/32".parse().unwrap()],
        ..through(&address, None)
    };
    assert_eq!(get(&options, &target).await.unwrap().body, b"here");
    assert_eq!(proxy.asked(), [format!("SOCKS 127.0.0.1:{}", server.port())]);
    let error = get(&through(&address, None), &target).await.unwrap_err();
    assert!(matches!(error, FetchError::PrivateAddress { .. }), "{error:?}");
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn a_proxy_that_is_away_is_named_and_its_password_is_not() {
    let gone = {
        let server = Server::start(|_| Reply::hang_up()).await;
        server.port()
    };
    let options = through(&format!("http://jo@127.0.0.1:{gone}"), Some("hunter2"));
    let message = get(&options, "http://news.example/feed").await.unwrap_err().to_string();
    assert!(
        message.contains(&format!("through the proxy http://127.0.0.1:{gone}")),
        "{message}"
    );
    let shown = format!("{message} {options:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configured_proxy_is_used_and_none_of_the_environment() {
    const FEED: &str = "<rss version='2.0'><channel><title>T</title><item><title>Told</title><link>http://news.example/a</link>\
                        <guid>1</guid></item></channel></rss>";
    let server = Server::start(|_| Reply::ok(FEED).with("Content-Type", "application/rss+xml")).await;
    let folder = tempfile::tempdir().unwrap();
    let poll = async |fetch: String, feed: String| {
        let config = folder.path().join("tidings.toml");
        let state = folder.path().join(feed.replace(['/', ':'], "_"));
        let text = format!(
            "[daemon]\nstate_dir = {state:?}\n[fetch]\nhost_gap = \"0s\"\n{fetch}\n[[source]]\nfeed = {feed:?}\nfull_text = \"never\"\n"
        );
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        command.arg("--config").arg(&config).arg("poll");
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] {
            command.env(name, "http://127.0.0.1:9");
        }
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = poll(
        "allow_private = [\"127.0.0.1\"]".to_owned(),
        server.url("/feed").to_string(),
    )
    .await;
    assert!(told.contains("1 new article,"), "{told}");
    let proxy = format!("proxy = \"http://127.0.0.1:{}\"", server.port());
    let told = poll(proxy, "http://news.example/feed".to_owned()).await;
    assert!(told.contains("1 new article,"), "{told}");
    assert_eq!(server.paths(), ["/feed", "http://news.example/feed"]);
}

#[tokio::test]
async fn a_proxy_that_wants_a_login_is_no_fault_of_the_server() {
    let proxy = Server::start(|_: &Seen| Reply::status(407).with("Proxy-Authenticate", "Basic")).await;
    let options = through(&format!("http://jo@127.0.0.1:{}", proxy.port()), Some("p:ss"));
    for url in [
        "http://news.example/feed",
        "https://news.example/feed",
        "http://news.example/page",
    ] {
        let error = get(&options, url).await.unwrap_err();
        assert!(
            matches!(error, FetchError::ProxyLogin { .. }) && error.is_ours(),
            "{url}: {error}"
        );
        let said = error.to_string();
        assert!(
            said.contains("proxy_password") && !said.contains("news.example") && !said.contains("p:ss"),
            "{said}"
        );
    }
    let page = Request::new(Url::parse("http://news.example/page").unwrap(), Purpose::Page);
    let error = Fetcher::new(&options).unwrap().get(now(), page).await.unwrap_err();
    assert!(error.is_ours(), "not its robots.txt either: {error}");
}
