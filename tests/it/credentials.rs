//! A source's own credentials: sent to its host, and to no other whatever a server says; shown nowhere.

use std::process::Command;

use chrono::TimeDelta;
use tidings::store::articles::ArticleFilter;

use crate::support::World;
use crate::support::server::{Reply, Seen, Server};
use crate::support::site::{Answer, Item, rss};

/// What `jo` and `hunter2` make, and what `hunter2` makes alone.
const BASIC: &str = "Basic am86aHVudGVyMg==";
const BEARER: &str = "Bearer hunter2";

fn secret_file() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "hunter2\n").unwrap();
    file
}

fn one_item(text: &str) -> String {
    let link = "http://news.example/a";
    rss(
        "Members",
        &[Item::new("1", text, link, "Fri, 12 Jun 2026 10:00:00 GMT", text)],
    )
}

fn authorization(seen: &[Seen]) -> Vec<Option<String>> {
    seen.iter()
        .map(|seen| seen.header("authorization").map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn both_forms_reach_their_own_host() {
    let file = secret_file();
    let path = file.path().display();
    let world = World::new(&format!(
        "[[source]]\nfeed = \"{{site}}/basic\"\nuser = \"jo\"\npassword = {{ file = \"{path}\" }}\nfull_text = \"never\"\n\
         [[source]]\nfeed = \"{{site}}/bearer\"\ntoken = {{ file = \"{path}\" }}\nfull_text = \"never\"\n\
         [[source]]\nfeed = \"{{site}}/open\"\nfull_text = \"never\"\n"
    ))
    .await;
    for path in ["/basic", "/bearer", "/open"] {
        world.site.set(path, Answer::feed(one_item(path)));
    }
    assert_eq!(world.work().await.failed_polls, 0);
    let sent = |path: &str| {
        let headers = world.site.asked(path)[0].headers.clone();
        headers
            .get("authorization")
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(sent("/basic").as_deref(), Some(BASIC));
    assert_eq!(sent("/bearer").as_deref(), Some(BEARER));
    assert_eq!(sent("/open"), None, "another source on the same host");
    assert!(
        !format!("{:?}", world.ctx.config).contains("hunter2"),
        "not even for debugging"
    );
}

#[tokio::test]
async fn no_other_host_ever_sees_them() {
    let other = Server::start(|_| Reply::ok(one_item("There")).with("Content-Type", "application/rss+xml")).await;
    let file = secret_file();
    let world = World::new(&format!(
        "[[source]]\nfeed = \"{{site}}/feed\"\nschedule = \"every 1h\"\nuser = \"jo\"\npassword = {{ file = \"{}\" }}\n\
         full_text = \"never\"\n",
        file.path().display()
    ))
    .await;
    let to = other.url("/feed").to_string();
    world
        .site
        .set("/feed", Answer::status(301).header("location", to.clone()));
    world.work().await;
    for _ in 0..4 {
        world.work_after(TimeDelta::hours(2)).await;
    }
    let source = &world.ctx.store.sources().unwrap()[0];
    assert_eq!(
        source.state.current_address.as_deref(),
        Some(to.as_str()),
        "it has moved"
    );
    assert_eq!(
        world.ctx.store.list_articles(&ArticleFilter::default()).unwrap().len(),
        1
    );
    let own = world.site.asked("/feed");
    assert!(own.iter().all(|asked| asked.headers["authorization"] == BASIC));
    assert!(
        other.seen().len() > own.len(),
        "asked by redirect and, once moved, directly"
    );
    assert!(
        authorization(&other.seen()).iter().all(Option::is_none),
        "{:?}",
        other.seen()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_shows_nothing_of_them() {
    let server = Server::start(|_| Reply::status(401)).await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("tidings.toml");
    let text = format!(
        "[daemon]\nstate_dir = {:?}\n[fetch]\nallow_private = [\"127.0.0.1\"]\n[[source]]\nfeed = \"{}\"\nuser = \"jo\"\n\
         password = {{ env = \"READER_PASSWORD\" }}\n",
        folder.path().join("state"),
        server.url("/feed")
    );
    std::fs::write(&config, text).unwrap();
    for (arguments, expected) in [
        (&["poll"][..], "answered 401"),
        (&["sources", "--format", "json"], "blocked"),
        (&["check", "--format", "json"], "\"ok\":true"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        command.arg("--config").arg(&config).args(arguments);
        command.env("READER_PASSWORD", "hunter2").env("TIDINGS_LOG", "trace");
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert!(told.contains(expected), "{arguments:?}: {told}");
        assert!(
            !told.contains("hunter2") && !told.contains(&BASIC[6..]),
            "{arguments:?}: {told}"
        );
    }
    assert_eq!(authorization(&server.seen()), [Some(BASIC.to_owned())]);
}

#[tokio::test]
async fn a_secret_that_is_not_there_keeps_its_own_source_waiting() {
    let file = secret_file();
    let path = file.path().display().to_string();
    let missing = format!("{path}-elsewhere");
    let config = |secret: &str| {
        format!(
            "[[source]]\nfeed = \"{{site}}/key\"\nheaders = {{ X-Key = {{ file = \"{secret}\" }} }}\nfull_text = \"never\"\n\
             [[source]]\nfeed = \"{{site}}/token\"\ntoken = {{ file = \"{secret}\" }}\nfull_text = \"never\"\n\
             [[source]]\nfeed = \"{{site}}/open\"\nfull_text = \"never\"\n"
        )
    };
    let world = World::new(&config(&missing)).await;
    for path in ["/key", "/token", "/open"] {
        world.site.set(path, Answer::feed(one_item(path)));
    }
    let done = world.work().await;
    assert_eq!((done.new_articles, done.failed_polls), (1, 2));
    assert!(world.site.asked("/key").is_empty() && world.site.asked("/token").is_empty());
    let unready = world.ctx.config.unready();
    assert!(
        unready.len() == 2 && unready.iter().all(|why| why.contains("elsewhere")),
        "{unready:?}"
    );
    let errors = world
        .ctx
        .store
        .sources()
        .unwrap()
        .into_iter()
        .filter_map(|source| source.state.last_error);
    assert_eq!(
        errors.filter(|error| error.contains("is not asked")).count(),
        2,
        "whoever asks is told"
    );

    let world = world.reopened(&config(&path)).await;
    assert_eq!(world.work_after(TimeDelta::hours(5)).await.failed_polls, 0);
    assert_eq!(
        (world.site.asked("/key").len(), world.site.asked("/token").len()),
        (1, 1)
    );
}
