//! Stories and topics over files of items, and what the full-text index makes of a query.

use std::fs;
use std::process::Command;

use tidings::query;
use tidings::store::articles::fts_query::{self, Completions};

use crate::support::database::Database;

fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const ITEMS: &str = r#"{"id":"a","title":"Velden closes its harbour bridge after crack","publishedDateTime":"2026-03-01T08:00:00Z"}
{"id":"b","title":"Crack closes harbour bridge in Velden","publishedDateTime":"2026-03-01T09:00:00Z"}
{"id":"c","title":"Night train to the coast returns","publishedDateTime":"2026-03-01T10:00:00Z"}
"#;
const TOPICS: &str = r#"
[[topic]]
name = "Bridges"
parent = "Transport"
query = "bridge* NOT card"
"#;

#[test]
fn items_become_stories_and_find_their_topics() {
    let folder = tempfile::tempdir().unwrap();
    let (items, topics) = (folder.path().join("items.jsonl"), folder.path().join("topics.toml"));
    fs::write(&items, ITEMS).unwrap();
    fs::write(&topics, TOPICS).unwrap();
    let (items, topics) = (items.to_str().unwrap(), topics.to_str().unwrap());
    assert_eq!(
        run(&["cluster", "--format", "json", items]),
        "{\"id\":\"a\",\"story\":1}\n{\"id\":\"b\",\"story\":1}\n{\"id\":\"c\",\"story\":3}\n"
    );
    let found = run(&["match", "--format", "json", "--topics", topics, items]);
    assert_eq!(
        found.lines().next(),
        Some("{\"id\":\"a\",\"topics\":[\"Bridges\",\"Transport\"]}")
    );
    assert_eq!(found.lines().last(), Some("{\"id\":\"c\",\"topics\":[]}"));
    assert_eq!(run(&["cluster", items]), "a\t1\nb\t1\nc\t3\n");
    assert_eq!(
        run(&["match", "--topics", topics, items]),
        "a\tBridges, Transport\nb\tBridges, Transport\nc\t\n"
    );
}

#[test]
fn the_full_text_index_understands_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::of(folder.path());
    database.run(
        "CREATE VIRTUAL TABLE texts USING fts5(title, excerpt, body);
         INSERT INTO texts VALUES ('River law', '', 'The old \"flood\" plain');",
    );
    for (text, expected) in [
        ("river", 1),
        ("riv* (dam OR \"flood plain\")", 1),
        ("river NOT law*", 0),
        ("title:(river NOT dam)", 1),
        ("old NEAR/1 (plain OR pla*)", 1),
        ("river NOT (NOT plain)", 1),
        ("\"old flo\"*", 1),
    ] {
        let query = query::parse(text).unwrap();
        let expression = fts_query::of(&query, &Completions::wanted(&query)).unwrap().fts5();
        let count = database.count(&format!("texts WHERE texts MATCH '{expression}'"));
        assert_eq!(count, expected, "{text}: {expression}");
    }
}
