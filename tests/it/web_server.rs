//! Who may read the pages and how: names, tokens, methods, what browsers know already, and those that ask too much.

use std::io::Write;
use std::net::TcpStream;

use crate::support::World;
use crate::support::site::{Answer, Item, rss};
use crate::support::web::WebFace;

const TOKEN: &str = "a-token-of-ann-12345";

async fn world(web: &str) -> World {
    let rest = format!("{web}\n{}", crate::support::all_of_the_feed());
    let world = World::new(&rest).await;
    let item = Item::new(
        "1",
        "The bridge & \"ferry\" < 7 opens",
        format!("{}/1", world.site.address()),
        "2026-06-10T06:00:00Z",
        "A ribbon was cut.",
    );
    world.site.set("/feed.xml", Answer::feed(rss("The Feed", &[item])));
    world.work().await;
    world
}

fn with_token(folder: &std::path::Path) -> String {
    let path = folder.join("token");
    std::fs::write(&path, format!("{TOKEN}\n")).unwrap();
    format!(
        "[web]\nlisten = \"127.0.0.1:8470\"\ntokens = [{{ name = \"ann\", token = {{ file = {:?} }} }}]\n",
        path.display().to_string()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_web_that_takes_our_address_reads_nothing() {
    let world = world("").await;
    let web = WebFace::of(&world).await;
    assert_eq!(web.get("/").await.status, 200);
    for host in ["evil.example", "evil.example:8470", "192.168.0.7"] {
        let shown = web.ask("GET", "/", &format!("host: {host}\r\n")).await;
        assert_eq!(shown.status, 421, "{host}");
        assert!(!shown.body.contains("bridge"), "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_only_read_and_says_so_to_browsers() {
    let world = world("").await;
    let web = WebFace::of(&world).await;
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let shown = web.ask(method, "/", "host: localhost\r\ncontent-length: 0\r\n").await;
        assert_eq!(
            (shown.status, shown.header("allow")),
            (405, Some("GET, HEAD")),
            "{method}"
        );
    }
    let whole = web.get("/").await;
    let policy = whole.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(whole.header("referrer-policy"), Some("no-referrer"));
    let head = web.ask("HEAD", "/", "host: localhost\r\n").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(
        head.header("content-length"),
        Some(whole.body.len().to_string().as_str())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_sent_again_until_something_is_new() {
    let world = world("").await;
    let web = WebFace::of(&world).await;
    let tag = web.get("/topics/All").await.header("etag").unwrap().to_owned();
    let again = || async {
        web.ask(
            "GET",
            "/topics/All",
            &format!("host: localhost\r\nif-none-match: W/\"x\", {tag}\r\n"),
        )
        .await
    };
    let known = again().await;
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    assert_eq!(known.header("etag"), Some(tag.as_str()));
    let item = |id, title: &str| {
        Item::new(
            id,
            title,
            format!("{}/{id}", world.site.address()),
            "2026-06-10T06:30:00Z",
            "A text.",
        )
    };
    world.site.set(
        "/feed.xml",
        Answer::feed(rss("The Feed", &[item("2", "Another thing entirely")])),
    );
    world.work_after(chrono::TimeDelta::hours(2)).await;
    let new = again().await;
    assert_eq!(new.status, 200);
    assert!(new.body.contains("Another thing entirely"), "{}", new.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_token_is_asked_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&with_token(folder.path())).await;
    let web = WebFace::of(&world).await;
    let refused = web.get("/").await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").unwrap().starts_with("Basic "));
    assert!(!refused.body.contains("bridge"));
    let refused = web.get("/api/articles").await;
    assert_eq!(
        (refused.status, refused.header("content-type")),
        (401, Some("application/problem+json"))
    );
    assert!(refused.header("www-authenticate").is_some() && !refused.body.contains("bridge"));
    let bearer = format!("host: localhost\r\nauthorization: Bearer {TOKEN}\r\n");
    let described = web.ask("GET", "/api/openapi.json", &bearer).await.body;
    assert!(
        described.contains("\"401\":") && !described.contains(TOKEN),
        "{described}"
    );
    // A person's browser is led to the same page without the token in its address.
    let led = web.get(&format!("/topics/All?token={TOKEN}")).await;
    assert_eq!((led.status, led.header("location")), (303, Some("/topics/All")));
    let cookie = led.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap();
    let shown = web
        .ask(
            "GET",
            "/topics/All",
            &format!("host: news.example\r\ncookie: {cookie}\r\n"),
        )
        .await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("bridge"));
    assert!(!shown.body.contains(TOKEN));
    // A feed reader keeps it in the address.
    let shown = web
        .ask("GET", &format!("/style.css?token={TOKEN}"), "host: news.example\r\n")
        .await;
    assert_eq!(shown.status, 200);
    let wrong = web
        .ask("GET", "/style.css?token=a-token-of-ann-12346", "host: news.example\r\n")
        .await;
    assert_eq!(wrong.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_in_the_same_clothes() {
    let world = world("").await;
    let web = WebFace::of(&world).await;
    for path in [
        "/nothing",
        "/stories/99",
        "/topics/None",
        "/topics/%ff",
        "/stories/-1",
        "/%2e%2e/etc/passwd",
        "//evil.example/",
    ] {
        let shown = web.get(path).await;
        assert_eq!(shown.status, 404, "{path}");
        assert!(
            shown.body.contains("<nav") && shown.body.contains("Go on with"),
            "{path}: {}",
            shown.body
        );
        assert_eq!(shown.header("etag"), None, "{path}");
    }
    let long = web.get(&format!("/search?q={}", "a".repeat(9_000))).await;
    assert_eq!(long.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_ask_nothing_keep_nobody_away() {
    let world = world("").await;
    let web = WebFace::of(&world).await;
    let mut idle = Vec::new();
    for n in 0..700 {
        let mut stream = TcpStream::connect(("127.0.0.1", web.port())).unwrap();
        if n % 2 == 0 {
            // Half a request.
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: loc");
        }
        idle.push(stream);
    }
    assert_eq!(web.get("/").await.status, 200);
    assert_eq!(world.work_after(chrono::TimeDelta::hours(2)).await.failed_polls, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_written_once_and_then_only_what_changed() {
    let world = world("").await;
    let folder = world.folder.path().join("site");
    let base = url::Url::parse("https://news.example.org/tidings/").unwrap();
    let write = || {
        let config = &world.ctx.config;
        tidings::web::site::write(&world.ctx.store, config, world.clock.now(), &base, &folder, |_| {})
    };
    let first = write().unwrap();
    assert_eq!((first.written, first.removed), (first.pages, 0));
    let index = std::fs::read_to_string(folder.join("index.html")).unwrap();
    assert!(
        index.contains("The bridge &amp; &quot;ferry&quot; &lt; 7 opens"),
        "{index}"
    );
    assert!(index.contains("href=\"/tidings/topics/All.html\""), "{index}");
    assert!(!index.contains("type=\"search\""));
    // Whatever a page leads to is there.
    for file in files_below(&folder).iter().filter(|file| file.ends_with(".html")) {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        for link in text.split("href=\"/tidings/").skip(1) {
            let link = link.split('"').next().unwrap();
            assert!(folder.join(decoded(link)).exists(), "{file} leads to {link}");
        }
    }
    let again = write().unwrap();
    assert_eq!((again.pages, again.written, again.removed), (first.pages, 0, 0));
    std::fs::write(folder.join("mine.txt"), "kept").unwrap();
    std::fs::write(folder.join(".tidings-site"), "gone.html\n../outside\n").unwrap();
    std::fs::write(folder.join("gone.html"), "an earlier page").unwrap();
    std::fs::write(world.folder.path().join("outside"), "kept").unwrap();
    assert_eq!(write().unwrap().removed, 1);
    assert!(folder.join("mine.txt").exists() && world.folder.path().join("outside").exists());
    let foreign = world.folder.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("thesis.odt"), "").unwrap();
    let refused = tidings::web::site::write(
        &world.ctx.store,
        &world.ctx.config,
        world.clock.now(),
        &base,
        &foreign,
        |_| {},
    );
    assert!(refused.unwrap_err().to_string().contains("holds other things"));
}

fn decoded(link: &str) -> String {
    percent(link.split(['#', '?']).next().unwrap())
}

fn percent(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match (first, behind) {
            (b'%', [a, b, more @ ..]) => {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&[*a, *b]).unwrap(), 16).unwrap());
                rest = more;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn files_below(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false => found.push(path.strip_prefix(folder).unwrap().display().to_string()),
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_an_address_leads_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&with_token(folder.path())).await;
    let web = WebFace::of(&world).await;
    for path in ["//evil.example/", "/\\evil.example", "/nothing/../%2f"] {
        let led = web.get(&format!("{path}?token={TOKEN}")).await;
        assert_eq!((led.status, led.header("location")), (303, Some("/")), "{path}");
    }
}
