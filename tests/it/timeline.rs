//! `tidings stories` over a store of long ago: what is listed, why nothing is, and one story's page.

use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use tidings::store::Store;

use crate::support::database::Database;

/// One story of two outlets and a copy; the second outlet's headline changed after its text did.
const ROWS: &str = r#"
PRAGMA foreign_keys = OFF;
INSERT INTO topic (id, name, active, rule, added_at, archive_to) VALUES (1, 'Bridges', 1, '', 0, 0), (2, 'Ferries', 1, '', 0, 0);
INSERT INTO source (id, kind, address, active, schedule) VALUES (1, 'feed', 'http://a.example/feed', 1, 'every 1h');
INSERT INTO article (id, source, url_key, title, excerpt, original_url, web_url, published_at, seen_at, provider_name,
                     provider_domain, is_news, is_dated, body_state, wants_page, quality) VALUES
    (1, 1, 'a', 'Velden bridge closes', '', 'http://a.example/1', 'http://a.example/1', 3600, 3600, 'Gauge', 'a.example', 1, 1, 'from-feed', 0, 20),
    (2, 1, 'b', 'Crack closes Velden bridge', '', 'http://b.example/2', 'http://b.example/2', 7200, 7200, 'Herald', 'b.example', 1, 1, 'from-feed', 0, 10),
    (3, 1, 'c', 'Bridge is closed', '', 'http://c.example/3', 'http://c.example/3', 9000, 9000, 'Signpost', 'c.example', 1, 1, 'from-feed', 0, 10);
UPDATE article SET published_zone = 'utc' WHERE id = 2;
UPDATE article SET published_zone = 'stated' WHERE id = 3;
INSERT INTO body (article, feed_text) VALUES (1, 'One.'), (2, 'Two.'), (3, 'One.');
INSERT INTO match (topic, article, score, reasons) VALUES (1, 1, 1.0, '[]'), (1, 2, 1.0, '[]'), (1, 3, 1.0, '[]');
INSERT INTO story (id, started_at, updated_at) VALUES (1, 3600, 9000);
INSERT INTO member (article, story, copy_of, joined_at, reasons) VALUES
    (1, 1, NULL, 3600, '{"story":1,"copyOf":null,"closest":null,"likeness":null,"threshold":0.36,"words":[]}'),
    (2, 1, NULL, 7200, '{"story":1,"copyOf":null,"closest":1,"likeness":0.612,"threshold":0.36,"words":["velden","bridge"]}'),
    (3, 1, 1, 9000, '{"story":1,"copyOf":1,"closest":null,"likeness":null,"threshold":0.36,"words":[]}');
INSERT INTO revision (article, replaced_at, title, excerpt, text) VALUES
    (2, 8000, 'Velden bridge: traffic jam', '', 'Zero.'), (2, 8400, 'Velden bridge: traffic jam', '', 'One.');
"#;

struct Stored(TempDir);

impl Stored {
    fn new(rows: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path()).unwrap());
        Database::of(folder.path()).run(rows);
        let config = format!(
            "[daemon]\nstate_dir = \"{}\"\ntime_zone = \"UTC\"\n",
            folder.path().display()
        );
        std::fs::write(folder.path().join("tidings.toml"), config).unwrap();
        Self(folder)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        command
            .arg("--config")
            .arg(self.0.path().join("tidings.toml"))
            .arg(name);
        command
    }

    fn stories(&self, arguments: &[&str]) -> Output {
        self.command("stories").args(arguments).output().unwrap()
    }

    #[track_caller]
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.stories(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn noted(&self, arguments: &[&str]) -> String {
        let output = self.stories(arguments);
        assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

#[test]
fn an_empty_list_says_what_is_true() {
    let stored = Stored::new(ROWS);
    let since = stored.noted(&["--since", "1d"]);
    assert!(
        since.starts_with("no story changed since ") && since.contains("; 1 did before"),
        "{since}"
    );
    let of_topic = stored.noted(&["--since", "1d", "--topic", "Bridges"]);
    assert!(
        of_topic.starts_with("no story of topic \"Bridges\" changed since "),
        "{of_topic}"
    );
    for arguments in [&["--topic", "Ferries"][..], &["--topic", "Ferries", "--since", "1d"]] {
        let other = stored.noted(arguments);
        assert!(other.starts_with("no story of topic \"Ferries\"; "), "{other}");
    }
    assert!(stored.noted(&["--since", "1d", "--format", "json"]).is_empty());
    // A slip of the pen is no empty archive.
    let unknown = stored.stories(&["--topic", "Fairies"]);
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
    let empty = Stored::new("");
    assert!(empty.noted(&["--since", "1d"]).starts_with("no story yet: "));
    assert_eq!(empty.stories(&["--topic", "Bridges"]).status.code(), Some(2));
    let articles = |stored: &Stored, arguments: &[&str]| {
        let output = stored.command("articles").args(arguments).output().unwrap();
        assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(articles(&empty, &[]).starts_with("no article yet; "));
    assert!(articles(&stored, &["--since", "1d"]).contains("without --since"));
    assert!(articles(&empty, &["--format", "json"]).is_empty());
}

#[test]
fn a_story_is_a_page_that_says_why_each_article_is_in_it() {
    let page = Stored::new(ROWS).said(&["show", "1"]);
    let expected = "\
story 1: Velden bridge closes
Bridges
3 articles from 3 outlets, 1 of them a copy; first 1970-01-01 01:00 by Gauge

  1970-01-01 01:00  Gauge: Velden bridge closes
                    article 1  http://a.example/1
                    started it: nothing shared a word with it
  1970-01-01 02:00  Herald: Crack closes Velden bridge
                    article 2  http://b.example/2  (zone assumed: UTC)
                    joined it: 0.61 alike, 0.36 needed; both headlines: velden, bridge
  1970-01-01 02:13  Herald changed its text
  1970-01-01 02:20  Herald changed its headline; before: Velden bridge: traffic jam
  1970-01-01 02:30  Signpost: Bridge is closed (the same text as 1)
                    article 3  http://c.example/3
";
    assert_eq!(page, expected);
}

#[test]
fn lists_and_pages_for_programs_hold_the_headlines_that_changed() {
    let stored = Stored::new(ROWS);
    let changes = serde_json::json!([{
        "article": 2,
        "dateTime": "1970-01-01T02:20:00Z",
        "before": "Velden bridge: traffic jam",
        "after": "Crack closes Velden bridge",
    }]);
    let list: Value = serde_json::from_str(&stored.said(&["--format", "json"])).unwrap();
    assert_eq!(list["headlineChanges"], changes);
    let page: Value = serde_json::from_str(&stored.said(&["show", "1", "--format", "json"])).unwrap();
    assert_eq!(page["headlineChanges"], changes);
    let zones: Vec<_> = page["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["publishedZone"])
        .collect();
    assert_eq!(zones, [&Value::Null, &Value::from("utc"), &Value::from("stated")]);
    let changed: Vec<_> = page["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["headlineChanged"])
        .collect();
    assert_eq!(changed, [false, true]);
    assert_eq!(page["articles"][1]["placed"]["likeness"], 0.612);
}

/// A story that continues story 1, and one that is nobody's.
const LATER: &str = r#"
INSERT INTO article (id, source, url_key, title, excerpt, original_url, web_url, published_at, seen_at, provider_name,
                     provider_domain, is_news, is_dated, body_state, wants_page, quality) VALUES
    (4, 1, 'd', 'Velden bridge to be torn down', '', 'http://a.example/4', 'http://a.example/4', 700000, 700000, 'Gauge', 'a.example', 1, 1, 'from-feed', 0, 20),
    (5, 1, 'e', 'Ferry is late', '', 'http://a.example/5', 'http://a.example/5', 700000, 700000, 'Gauge', 'a.example', 1, 1, 'from-feed', 0, 20);
INSERT INTO body (article, feed_text) VALUES (4, 'Four.'), (5, 'Five.');
INSERT INTO story (id, started_at, updated_at, continues, continues_words) VALUES
    (2, 700000, 700000, 1, '["velden","bridge"]'), (3, 700000, 700000, NULL, NULL);
INSERT INTO member (article, story, joined_at) VALUES (4, 2, 700000), (5, 3, 700000);
"#;

#[test]
fn a_storyline_is_told_from_each_of_its_stories() {
    let stored = Stored::new(&format!("{ROWS}{LATER}"));
    let line = |one: char, two: char| {
        format!(
            "\nits storyline:\n{one} 1970-01-01 01:00  story 1: Crack closes Velden bridge\n{two} 1970-01-09 02:26  story 2: Velden bridge to be torn down\n                    continues 1: velden, bridge\n\n"
        )
    };
    for (story, line) in [("1", line('>', ' ')), ("2", line(' ', '>'))] {
        let said = stored.said(&["show", story]);
        assert!(said.contains(&line), "{said}");
    }
    assert!(!stored.said(&["show", "3"]).contains("storyline"));
    let told: Value = serde_json::from_str(&stored.said(&["show", "2", "--format", "json"])).unwrap();
    assert_eq!(
        (&told["continues"], &told["storyline"][1]["words"][0]),
        (&1.into(), &"velden".into())
    );
    assert_eq!(told["storyline"][0]["title"], "Crack closes Velden bridge");
}
