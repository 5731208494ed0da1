//! The demo's newsroom over loopback: everything renders, nothing shows before its time.

use reqwest::header::{CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, Response};
use tidings::demo::content::{self, Truth};
use tidings::demo::newsroom::Newsroom;
use tidings::domain::Timestamp;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn client() -> Client {
    // The provider may have been installed by another test of this binary.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

async fn opened(until: &str) -> (Newsroom, Client) {
    let newsroom = Newsroom::start().await.unwrap();
    newsroom.publish_until(at(until));
    (newsroom, client())
}

async fn get(client: &Client, newsroom: &Newsroom, outlet: &str, path: &str) -> Response {
    // The loopback address with a Host header: how names resolve is not what is tested here.
    let url = format!("http://127.0.0.1:{}{path}", newsroom.port());
    client
        .get(url)
        .header("host", format!("{outlet}.localhost:{}", newsroom.port()))
        .send()
        .await
        .unwrap()
}

fn one(outlet: &str, start: &str) -> Truth {
    content::truth()
        .into_iter()
        .find(|t| t.outlet == outlet && t.headline.starts_with(start))
        .unwrap()
}

#[tokio::test]
async fn every_page_and_every_feed_renders() {
    let (newsroom, client) = opened("2026-06-14T05:00:00Z").await;
    let truth = content::truth();
    for piece in &truth {
        let answer = get(&client, &newsroom, &piece.outlet, &piece.url_path).await;
        assert_eq!(answer.status(), 200, "{piece:?}");
        let html = answer.text().await.unwrap();
        assert!(html.ends_with("</html>\n"), "{piece:?}");
        assert!(scraper::Html::parse_document(&html).errors.len() < 20, "{piece:?}");
    }
    for outlet in content::shipped() {
        let feed = get(&client, &newsroom, &outlet.host, "/feed.xml")
            .await
            .status()
            .as_u16();
        let expected = match (outlet.feed, outlet.articles.is_empty()) {
            (None, _) => 404,
            (Some(_), true) => 500,
            (Some(_), false) => 200,
        };
        assert_eq!(feed, expected, "{}", outlet.host);
        for path in ["/", "/news", "/robots.txt", "/images/1001-any.png", "/archive/about"] {
            assert_eq!(
                get(&client, &newsroom, &outlet.host, path).await.status(),
                200,
                "{} {path}",
                outlet.host
            );
        }
    }
    assert!(newsroom.requests() > truth.len());
    newsroom.stop().await.unwrap();
}

#[tokio::test]
async fn nothing_shows_before_its_time() {
    let piece = one("ledger", "House passes");
    let (newsroom, client) = opened("2026-06-13T22:29:59Z").await;
    assert_eq!(get(&client, &newsroom, "ledger", &piece.url_path).await.status(), 404);
    let before = get(&client, &newsroom, "ledger", "/feed.xml")
        .await
        .text()
        .await
        .unwrap();
    assert!(!before.contains(&piece.headline));

    newsroom.publish_until(at("2026-06-13T22:30:00Z"));
    assert_eq!(get(&client, &newsroom, "ledger", &piece.url_path).await.status(), 200);
    let after = get(&client, &newsroom, "ledger", "/feed.xml")
        .await
        .text()
        .await
        .unwrap();
    assert!(after.contains(&piece.headline));
    newsroom.stop().await.unwrap();
}

#[tokio::test]
async fn nothing_at_all_is_published_before_the_first_moment() {
    let newsroom = Newsroom::start().await.unwrap();
    let feed = get(&client(), &newsroom, "ledger", "/feed.xml").await;
    assert_eq!(feed.status(), 200);
    assert!(!feed.text().await.unwrap().contains("<item>"));
    newsroom.stop().await.unwrap();
}

#[tokio::test]
async fn a_correction_takes_the_place_of_the_first_version() {
    let piece = one("gazette", "9,300 march");
    let (newsroom, client) = opened("2026-06-14T04:09:59Z").await;
    let page = get(&client, &newsroom, "gazette", &piece.url_path)
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("About 9,300 people"));

    newsroom.publish_until(at("2026-06-14T04:10:00Z"));
    let page = get(&client, &newsroom, "gazette", &piece.url_path)
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("<h1>3,900 march") && page.contains("About 3,900 people"));
    let feed = get(&client, &newsroom, "gazette", "/feed.xml")
        .await
        .text()
        .await
        .unwrap();
    assert!(feed.contains("3,900 march") && !feed.contains("9,300 march"));
    newsroom.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let (newsroom, client) = opened("2026-06-13T05:00:00Z").await;
    let first = get(&client, &newsroom, "ledger", "/feed.xml").await;
    let (etag, modified) = (first.headers()[ETAG].clone(), first.headers()[LAST_MODIFIED].clone());
    assert_eq!(modified, "Fri, 12 Jun 2026 12:00:00 GMT");

    let url = format!("http://127.0.0.1:{}/feed.xml", newsroom.port());
    let ask = |name, value| {
        client
            .get(&url)
            .header("host", "ledger.localhost")
            .header(name, value)
            .send()
    };
    assert_eq!(ask(IF_NONE_MATCH, etag.clone()).await.unwrap().status(), 304);
    assert_eq!(ask(IF_MODIFIED_SINCE, modified.clone()).await.unwrap().status(), 304);

    newsroom.publish_until(at("2026-06-14T05:00:00Z"));
    assert_eq!(ask(IF_NONE_MATCH, etag).await.unwrap().status(), 200);
    assert_eq!(ask(IF_MODIFIED_SINCE, modified).await.unwrap().status(), 200);
    newsroom.stop().await.unwrap();
}

#[tokio::test]
async fn strangers_are_turned_away() {
    let (newsroom, client) = opened("2026-06-14T05:00:00Z").await;
    assert_eq!(get(&client, &newsroom, "nobody", "/").await.status(), 404);
    assert_eq!(
        get(&client, &newsroom, "ledger", "/../../etc/passwd").await.status(),
        404
    );
    assert_eq!(get(&client, &newsroom, "beacon", "/amp/").await.status(), 404);
    newsroom.stop().await.unwrap();
}

#[tokio::test]
async fn one_outlet_writes_in_an_old_charset() {
    let (newsroom, client) = opened("2026-06-14T05:00:00Z").await;
    let piece = one("nordblatt", "Die Linie 5");
    let answer = get(&client, &newsroom, "nordblatt", &piece.url_path).await;
    assert_eq!(answer.headers()[CONTENT_TYPE], "text/html; charset=windows-1252");
    let bytes = answer.bytes().await.unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    let (text, _, damaged) = encoding_rs::WINDOWS_1252.decode(&bytes);
    assert!(!damaged && text.contains("8,6 Millionen € gekostet") && text.contains("„Ich habe die Bahn"));
    assert!(!text.contains("&#8"), "a character has no place in the charset");
    newsroom.stop().await.unwrap();
}
