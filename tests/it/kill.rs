//! Killing the process at any moment loses nothing and doubles nothing.
//!
//! The real program polls a site, writes documents and a digest, and is killed with SIGKILL at moments spread over its
//! run. Afterwards it runs to its end once; what is there then is what an undisturbed run leaves.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::kill_after;
use crate::support::database::Database;
use crate::support::site::{Answer, Item, Site, rss};
use crate::support::{config_text, documents};

const FEEDS: usize = 4;
const ARTICLES: usize = 12;
/// Kills per test; each hits another moment.
const KILLS: u64 = 24;

const REST: &str = r#"
[[topic]]
name = "Face Scans"
query = '"face scan"'

[[digest]]
name = "daily"
topics = ["Face Scans"]
schedule = "0 7 * * *"
deliver = ["file:{state_dir}/digests/"]
"#;

const SUBJECTS: [&str; ARTICLES] = [
    "harbour crane",
    "school canteen",
    "city stadium",
    "night bus",
    "opera house",
    "garden market",
    "airport hall",
    "county court",
    "fish auction",
    "ski resort",
    "water works",
    "book fair",
];

fn tidings(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.arg("--config").arg(folder.join("tidings.toml")).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn set_up(folder: &Path, site: &Site) {
    let mut config = config_text(folder, &site.address(), REST);
    for feed in 0..FEEDS {
        config.push_str(&format!(
            "\n[[source]]\nfeed = \"{}/feed-{feed}.xml\"\nschedule = \"every 1s\"\n",
            site.address()
        ));
        let items: Vec<Item> = (0..ARTICLES).map(|n| item(site, feed, n)).collect();
        site.set(
            &format!("/feed-{feed}.xml"),
            Answer::feed(rss(&format!("Feed {feed}"), &items)),
        );
        for (n, subject) in SUBJECTS.iter().enumerate() {
            let text = format!(
                "A face scan began at the {subject} of town {feed}. Visitors of the {subject} were told by a notice on the door, and the {subject} keeps the pictures for a week. "
            );
            let page = format!(
                "<html><head><title>Face scan at the {subject} {feed}</title></head><body><article><h1>Face scan at the {subject} {feed}</h1><p>{text}</p><p>{text}</p><p>{text}</p></article></body></html>"
            );
            site.set(&format!("/{feed}/{n}"), Answer::page(page));
        }
    }
    std::fs::write(
        folder.join("tidings.toml"),
        config.replace("{state_dir}/digests", &format!("{}/digests", folder.display())),
    )
    .unwrap();
}

fn item(site: &Site, feed: usize, n: usize) -> Item {
    const GUIDS: [&str; ARTICLES] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let subject = SUBJECTS[n];
    // Dates are what makes a first poll's articles news, and this test has no say over the program's clock.
    Item::new(
        GUIDS[n],
        &format!("Face scan at the {subject} {feed}"),
        format!("{}/{feed}/{n}", site.address()),
        "",
        &format!("A face scan began at the {subject} of town {feed}."),
    )
}

fn stats(folder: &Path) -> serde_json::Value {
    let output = tidings(folder, &["stats", "--format", "json"])
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn web_urls(folder: &Path) -> Vec<String> {
    let line = |text: &str| text.lines().find_map(|l| l.strip_prefix("webUrl: ")).map(str::to_owned);
    documents(&folder.join("news"))
        .iter()
        .filter_map(|(_, text)| line(text))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_poll_is_finished_by_the_next() {
    let site = Site::start().await;
    let (calm, rough) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    set_up(calm.path(), &site);
    set_up(rough.path(), &site);

    let begun = Instant::now();
    assert!(tidings(calm.path(), &["poll"]).status().unwrap().success());
    let whole = begun.elapsed();

    for kill in 0..KILLS {
        let child = tidings(rough.path(), &["poll"]).spawn().unwrap();
        kill_after(child, whole.mul_f64(1.1 * (kill as f64 + 1.0) / KILLS as f64));
    }
    assert!(tidings(rough.path(), &["poll"]).status().unwrap().success());

    for key in ["sources", "entries", "articles", "matches"] {
        assert_eq!(stats(calm.path())[key], stats(rough.path())[key], "{key}");
    }
    let urls = web_urls(rough.path());
    let distinct: BTreeSet<&String> = urls.iter().collect();
    assert_eq!(urls.len(), distinct.len(), "an article has two documents");
    assert_eq!(distinct, web_urls(calm.path()).iter().collect::<BTreeSet<_>>());
    assert_eq!(urls.len(), FEEDS * ARTICLES);
    assert!(
        documents(&rough.path().join("news"))
            .iter()
            .all(|(name, text)| name.ends_with(".md") && text.starts_with("---\n"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_digest_is_delivered_once() {
    let site = Site::start().await;
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path(), &site);
    assert!(tidings(folder.path(), &["poll"]).status().unwrap().success());
    let database = || Database::of(folder.path());
    let dates = "INSERT INTO record_field (article, name, value, since_at)
                 SELECT id, 'comments_close_on', date('now', '+3 days'), 0 FROM article";
    database().run(dates);
    for kill in 0..KILLS {
        let child = tidings(folder.path(), &["digest"]).spawn().unwrap();
        kill_after(child, Duration::from_millis(3 * kill));
    }
    let _ = tidings(folder.path(), &["digest"]).status().unwrap();
    let files = documents(&folder.path().join("digests"));
    let told = |title: &str| {
        files
            .iter()
            .filter(|(name, text)| name.ends_with(".txt") && text.contains(title))
            .count()
    };
    for feed in 0..FEEDS {
        for subject in SUBJECTS {
            let title = format!("Face scan at the {subject} {feed}");
            assert!(told(&title) <= 1, "{title} is told {} times", told(&title));
        }
    }
    let told: Vec<i64> = database().all("SELECT count(*) FROM deadline_told GROUP BY digest, what");
    assert_eq!(told, [(FEEDS * ARTICLES) as i64], "each date once, by the one digest");
    assert_eq!(stats(folder.path())["digests"], 1);
    assert!(
        files.iter().any(|(name, _)| name.ends_with(".html")) && !files.iter().any(|(name, _)| name.starts_with('.')),
        "{:?}",
        files.iter().map(|f| &f.0).collect::<Vec<_>>()
    );
}
