//! `tidings archive verify`: every way in which documents and database can differ is told, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use serde_json::Value;
use tempfile::TempDir;
use tidings::clock::Clock;
use tidings::config::Config;
use tidings::demo;
use tidings::jobs::Context;
use tidings::store::{DATABASE_NAME, Store};

use crate::support::database::Database;
use crate::support::site::{Answer, Item, rss};
use crate::support::{World, at, documents};

/// A newsroom's store after two days of work: topics, stories, copies, changed headlines.
pub struct Newsroom {
    pub folder: TempDir,
}

impl Newsroom {
    pub async fn worked() -> Self {
        let folder = tempfile::tempdir().unwrap();
        demo::run(&folder.path().join("demo"), |_| {}).await.unwrap();
        Self { folder }
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    pub fn news(&self) -> PathBuf {
        self.state().join("news")
    }

    /// Returns what its jobs work with, at the end of its two days.
    pub async fn context(&self) -> Arc<Context> {
        let config = Config::load(&self.state().join("tidings.toml")).unwrap();
        let store = Store::open(&config.state_dir).unwrap();
        let clock = Clock::manual(at("2026-06-14T05:00:00Z"));
        Arc::new(Context::open(config, store, clock).await.unwrap())
    }

    pub fn archive(&self, arguments: &[&str]) -> Output {
        archive(&self.state().join("tidings.toml"), arguments)
    }
}

pub fn archive(config: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tidings"))
        .arg("--config")
        .arg(config)
        .arg("archive")
        .args(arguments)
        .output()
        .unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(output)))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_difference_is_counted_named_and_has_a_remedy() {
    let newsroom = Newsroom::worked().await;
    let output = newsroom.archive(&["verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let files = documents(&newsroom.news());
    let expected = format!("{} documents, {} equal\n", files.len(), files.len());
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);

    let news = newsroom.news();
    let path = |at: usize| news.join(&files[at].0);
    for at in 0..3 {
        fs::remove_file(path(at)).unwrap();
    }
    // One byte more, one byte other, and a body cut.
    fs::write(path(3), format!("{}x", files[3].1)).unwrap();
    fs::write(path(4), files[4].1.replacen('e', "3", 1)).unwrap();
    fs::write(path(5), "").unwrap();
    fs::remove_file(path(6)).unwrap();
    fs::create_dir(path(6)).unwrap();
    fs::write(news.join("2020-01-01-of-nobody.md"), "---\ntitle: \"x\"\n---\n\n").unwrap();
    fs::write(news.join("notes.txt"), "not a document").unwrap();
    let database = Database::of(&newsroom.state());
    database.run(&format!("DELETE FROM document WHERE name = '{}'", files[7].0));
    assert_eq!(database.changed(), 1);
    let before = fs::read(newsroom.state().join(DATABASE_NAME)).unwrap();

    let output = newsroom.archive(&["verify", "--format", "json", "--names", "2"]);
    assert_eq!(output.status.code(), Some(1));
    let told = report(&output);
    assert_eq!(told["documents"], files.len() - 1);
    assert_eq!(told["equal"], files.len() - 8);
    assert_eq!(told["waiting"], 0);
    let kinds: Vec<(&str, u64, usize)> = told["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            assert!(found["remedy"].as_str().unwrap().len() > 20, "{found}");
            let names = found["names"].as_array().unwrap().len();
            (found["kind"].as_str().unwrap(), found["count"].as_u64().unwrap(), names)
        })
        .collect();
    let expected = [
        ("missing", 3, 2),
        ("different", 3, 2),
        ("unreadable", 1, 1),
        // The one of nobody, and the one whose article was made to forget it.
        ("unknown", 2, 2),
        ("unnamed", 1, 1),
    ];
    assert_eq!(kinds, expected, "{told}");
    let named = told["differences"][0]["names"][0].as_str().unwrap();
    assert!(files[..3].iter().any(|(name, _)| name == named), "{told}");
    let text = said(&newsroom.archive(&["verify", "--names", "1"]));
    assert!(text.contains("3 missing: ") && text.contains("  and 2 more"), "{text}");
    assert_eq!(
        fs::read(newsroom.state().join(DATABASE_NAME)).unwrap(),
        before,
        "it only reads"
    );
}

const FOLLOWING: &str = r#"
[[topic]]
name = "Face Scans"
query = '"face scan"'

[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"
"#;

fn page(title: &str, text: &str) -> Answer {
    Answer::page(format!(
        "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    ))
}

/// What the daemon is still to write is no difference; what left the window is written when the day is over, in the
/// documents that named it too.
#[tokio::test(flavor = "multi_thread")]
async fn documents_follow_the_window_and_verify_follows_them() {
    let world = World::new(FOLLOWING).await;
    let friday = "The face scan at the harbour gate of Ostmere was stopped by the council on Friday. Dockers of the harbour gate had complained for weeks about the scan.";
    let saturday = "Ostmere: dockers celebrate the stopped face scan at the harbour gate. Since the vote of the council nobody at the harbour gate of Ostmere is scanned, and the cameras will be sold.";
    let item = |guid: &'static str, title: &str, date: &'static str, text: &str| {
        world.site.set(&format!("/{guid}"), page(title, text));
        Item::new(guid, title, format!("{}/{guid}", world.site.address()), date, text)
    };
    let items = [
        item(
            "a",
            "Council of Ostmere stops face scan at harbour gate",
            "Fri, 12 Jun 2026 10:00:00 GMT",
            friday,
        ),
        item(
            "b",
            "Dockers of Ostmere celebrate stopped face scan at harbour gate",
            "Sat, 13 Jun 2026 10:00:00 GMT",
            saturday,
        ),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
    world.work().await;
    let files = world.documents();
    assert_eq!(files.len(), 2);
    assert!(files.iter().all(|(_, text)| text.contains("\nrelated:\n")), "{files:?}");
    let verify = || {
        archive(
            &world.folder.path().join("tidings.toml"),
            &["verify", "--format", "json"],
        )
    };
    let output = verify();
    assert_eq!(
        (output.status.code(), report(&output)["equal"].as_u64()),
        (Some(0), Some(2))
    );

    // Dirty and not written yet: waiting.
    let database = world.database();
    database.run("UPDATE article SET title = 'Another'; UPDATE document SET dirty = 1;");
    let output = verify();
    assert_eq!(
        (output.status.code(), report(&output)["waiting"].as_u64()),
        (Some(0), Some(2))
    );
    world.work().await;
    assert_eq!(report(&verify())["equal"], 2);

    // Friday's leaves the window: Saturday's names it no more, and leads.
    world.work_after(TimeDelta::days(19)).await;
    let files = world.documents();
    assert!(
        !files[0].1.contains("quality:") && !files[0].1.contains("related:"),
        "{}",
        files[0].1
    );
    assert!(
        files[1].1.contains("\npublished: true\n") && !files[1].1.contains("related:"),
        "{}",
        files[1].1
    );
    assert_eq!(report(&verify())["equal"], 2);
}

/// Reading beside a daemon that writes never tells a difference that is none.
#[tokio::test(flavor = "multi_thread")]
async fn verify_works_beside_a_writer() {
    let world = World::new(FOLLOWING).await;
    let items: Vec<Item> = ["a", "b", "c", "d", "e", "f"]
        .into_iter()
        .map(|guid| {
            let text = format!("A face scan began at place {guid}; the council of {guid} was told of the face scan.");
            world
                .site
                .set(&format!("/{guid}"), page(&format!("Face scan at {guid}"), &text));
            Item::new(
                guid,
                &format!("Face scan at {guid}"),
                format!("{}/{guid}", world.site.address()),
                "",
                &text,
            )
        })
        .collect();
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
    world.work().await;
    let config = world.folder.path().join("tidings.toml");
    let rounds = Arc::new(AtomicUsize::new(0));
    let written = Arc::clone(&rounds);
    let looking = tokio::task::spawn_blocking(move || {
        let mut looks = Vec::new();
        // As often as it takes to have looked while something was written.
        while looks.len() < 6 || written.load(Ordering::Relaxed) < 4 {
            looks.push(archive(&config, &["verify"]));
        }
        looks
    });
    while !looking.is_finished() {
        let round = rounds.fetch_add(1, Ordering::Relaxed);
        world.database().run(&format!(
            "BEGIN; UPDATE article SET title = 'Round {round}'; UPDATE document SET dirty = dirty + 1; COMMIT;"
        ));
        tidings::jobs::archive::write_documents::write_dirty(&world.ctx)
            .await
            .unwrap();
    }
    for output in looking.await.unwrap() {
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
}
