//! Chains of redirects that need a cookie set on the way.

use tidings::fetch::{FetchError, Purpose, Request};

use super::{Count, fetcher, get, now};
use crate::support::server::{Reply, Seen, Server};

fn brings(seen: &Seen, cookie: &str) -> bool {
    let sent = seen.header("cookie").unwrap_or_default();
    sent.split("; ").any(|pair| pair == cookie)
}

/// Sends who brings no cookie to a gate that sets one; robots.txt too.
fn gated(seen: &Seen) -> Reply {
    let back = seen.path.strip_prefix("/gate?");
    match back {
        Some(back) => Reply::redirect(302, back).with("Set-Cookie", "seen=1; Path=/; HttpOnly"),
        None if brings(seen, "seen=1") => Reply::ok("User-agent: *\nDisallow: /shut"),
        None => Reply::redirect(302, &format!("/gate?{}", seen.path)),
    }
}

#[tokio::test]
async fn a_chain_brings_back_the_cookies_it_was_given_and_the_next_one_none() {
    for purpose in [Purpose::Feed, Purpose::Page, Purpose::Image, Purpose::Robots] {
        let server = Server::start(gated).await;
        let fetcher = fetcher();
        for _ in 0..2 {
            let request = Request::new(server.url("/open"), purpose);
            let response = fetcher.get(now(), request).await.unwrap();
            assert_eq!(
                (response.url, response.redirects.len()),
                (server.url("/open"), 2),
                "{purpose:?}"
            );
        }
        let asked = server.seen().into_iter().filter(|seen| seen.path == "/open");
        let brought: Vec<bool> = asked.map(|seen| brings(&seen, "seen=1")).collect();
        assert_eq!(brought, [false, true, false, true], "{purpose:?}");
        if purpose == Purpose::Page {
            // The rules were read at the end of such a chain too.
            let shut = fetcher.get(now(), Request::new(server.url("/shut"), purpose)).await;
            assert!(matches!(shut, Err(FetchError::Disallowed { .. })), "{shut:?}");
        }
    }
}

#[tokio::test]
async fn an_address_may_lead_to_itself_once_it_has_set_a_cookie() {
    let server = Server::start(|seen: &Seen| match (brings(seen, "a=1"), brings(seen, "b=2")) {
        (true, true) => Reply::ok("x"),
        (true, false) => Reply::redirect(307, "/feed").with("Set-Cookie", "b=2"),
        _ => Reply::redirect(301, "/feed")
            .with("Set-Cookie", "a=1")
            .with("Set-Cookie", "c=; Max-Age=0"),
    })
    .await;
    assert_eq!(get(&server, "/feed").await.unwrap().redirects.len(), 2);
    let seen = server.seen();
    assert_eq!(seen[0].header("cookie"), None);
    assert_eq!(seen[2].header("cookie"), Some("a=1; b=2"));
}

#[tokio::test]
async fn cookies_go_to_no_other_host() {
    let other = Server::start(|_| Reply::ok("x")).await;
    let to = other.url("/feed").to_string();
    let server = Server::start(move |_| Reply::redirect(302, &to).with("Set-Cookie", "a=1; Path=/")).await;
    get(&server, "/feed").await.unwrap();
    assert_eq!(other.seen()[0].header("cookie"), None);
}

#[tokio::test]
async fn the_owners_own_cookies_stay_beside_those_of_the_chain() {
    let server = Server::start(|seen: &Seen| match brings(seen, "sid=new") {
        true => Reply::ok("x"),
        false => Reply::redirect(302, "/feed").with("Set-Cookie", "sid=new"),
    })
    .await;
    let mut request = Request::new(server.url("/feed"), Purpose::Feed);
    request.headers = vec![("Cookie".to_owned(), "sid=old; member=7".into())];
    fetcher().get(now(), request).await.unwrap();
    let sent: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.header("cookie").map(str::to_owned))
        .collect();
    assert_eq!(
        sent,
        [
            Some("sid=old; member=7".to_owned()),
            Some("member=7; sid=new".to_owned())
        ]
    );
}

#[tokio::test]
async fn what_cookies_do_not_open_says_what_might() {
    // The same again, a circle of two, and another cookie each time.
    for way in 0..3 {
        let count = Count::default();
        let server = Server::start(move |seen: &Seen| {
            let to = if way == 1 && seen.path == "/feed" {
                "/in"
            } else {
                "/feed"
            };
            let value = if way == 2 { count.next() } else { 0 };
            Reply::redirect(302, to).with("Set-Cookie", &format!("secret={value}; Path=/"))
        })
        .await;
        let error = get(&server, "/feed").await.unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains("cookies it sets") && told.contains("headers = { Cookie = "),
            "{told}"
        );
        assert!(!told.contains("secret") && !error.is_transient(), "{told}");
        assert!(server.seen().len() <= 11);
    }
    let server = Server::start(|_| Reply::redirect(302, "/feed")).await;
    let told = get(&server, "/feed").await.unwrap_err().to_string();
    assert!(told.ends_with("redirects in a circle"), "{told}");
}
