//! Documents whose text only those read who have the key.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tidings::config::Config;
use tidings::document::{Document, parse};
use tidings::jobs::archive::{rebuild, write_documents};
use tidings::store::DATABASE_NAME;

use crate::archive::{Newsroom, report, said};
use crate::support::site::{Answer, Item, rss};
use crate::support::{World, documents};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Names a key in the newsroom's configuration, or none, and writes its documents.
async fn secured_with(newsroom: &Newsroom, key: Option<&str>) -> Vec<(String, String)> {
    let path = newsroom.state().join("tidings.toml");
    let text = fs::read_to_string(&path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("secure = "));
    let mut text: String = lines.map(|line| format!("{line}\n")).collect();
    if let Some(key) = key {
        fs::write(key_file(newsroom), format!("{key}\n")).unwrap();
        let secure = "[archive]\nsecure = { key = { file = \"key\" }, what = [\"body\"] }";
        text = text.replace("[archive]", secure);
    }
    fs::write(&path, text).unwrap();
    let ctx = newsroom.context().await;
    rebuild::documents(&ctx, |_, _| {}).await.unwrap();
    documents(&newsroom.news())
}

fn key_file(newsroom: &Newsroom) -> PathBuf {
    newsroom.state().join("key")
}

fn open(newsroom: &Newsroom, name: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tidings"))
        .arg("--config")
        .arg(newsroom.state().join("tidings.toml"))
        .args(["doc", "open"])
        .arg(newsroom.news().join(name))
        .args(arguments)
        .output()
        .unwrap()
}

/// Compares documents; those that differ are named, not shown.
#[track_caller]
fn check_equal(found: &[(String, String)], expected: &[(String, String)]) {
    let differ: Vec<&String> = found
        .iter()
        .zip(expected)
        .filter(|(a, b)| a != b)
        .map(|(a, _)| &a.0)
        .collect();
    assert_eq!((found.len(), differ), (expected.len(), Vec::new()));
}

fn with_text(files: &[(String, String)]) -> Vec<(String, Document)> {
    let parsed = files.iter().map(|(name, text)| (name.clone(), parse(text).unwrap()));
    parsed.filter(|(_, document)| document.body().is_some()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secured_archive_is_written_compared_opened_and_rebuilt() {
    let newsroom = Newsroom::worked().await;
    let plain = secured_with(&newsroom, None).await;
    let secured = secured_with(&newsroom, Some(KEY)).await;
    let texts = with_text(&plain);
    assert!(texts.len() > 5 && with_text(&secured).is_empty());
    assert_eq!(secured.len(), plain.len());
    let output = newsroom.archive(&["verify", "--format", "json"]);
    assert_eq!(report(&output)["equal"], plain.len(), "{}", said(&output));
    for (name, document) in texts.iter().take(3) {
        let output = open(&newsroom, name, &[]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text, format!("{}\n", document.body().unwrap()));
    }

    // What does not open says why.
    let (name, (_, text)) = (
        &texts[0].0,
        secured.iter().find(|(name, _)| *name == texts[0].0).unwrap(),
    );
    let key = newsroom.state().join("other");
    fs::write(&key, "another key of more than 32 bytes").unwrap();
    let told = said(&open(&newsroom, name, &["--key-file", key.to_str().unwrap()]));
    assert!(
        told.contains("another key") && told.contains("archive.secure"),
        "{told}"
    );
    fs::write(&key, "hunter2").unwrap();
    let told = said(&open(&newsroom, name, &["--key-file", key.to_str().unwrap()]));
    assert!(told.contains("too short") && !told.contains("hunter2"), "{told}");
    let at = text.find("secured: \"").unwrap() + 40;
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    fs::write(
        newsroom.news().join(name),
        format!("{}{other}{}", &text[..at], &text[at + 1..]),
    )
    .unwrap();
    let told = said(&open(&newsroom, name, &[]));
    assert!(
        told.contains("was changed after") && told.contains("rebuild --documents"),
        "{told}"
    );
    fs::write(newsroom.news().join(name), &plain[0].1).unwrap();
    let told = said(&open(&newsroom, name, &[]));
    assert!(told.contains("is not secured"), "{told}");
    fs::write(newsroom.news().join(name), text).unwrap();

    // A database from secured documents, with the key and without.
    let lose = || {
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(newsroom.state().join(format!("{DATABASE_NAME}{end}")));
        }
    };
    lose();
    let output = newsroom.archive(&["rebuild", "--database"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!said(&output).contains("not taken"), "{}", said(&output));
    check_equal(&documents(&newsroom.news()), &secured);
    lose();
    let path = newsroom.state().join("tidings.toml");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.replace("secure = ", "# ")).unwrap();
    let told = said(&newsroom.archive(&["rebuild", "--database"]));
    assert!(
        told.contains("its text is secured; give the key in archive.secure"),
        "{told}"
    );
    check_equal(&documents(&newsroom.news()), &secured);
    lose();
    fs::write(&path, &whole).unwrap();
    fs::remove_file(key_file(&newsroom)).unwrap();
    let told = said(&newsroom.archive(&["rebuild", "--database"]));
    assert!(told.contains("archive.secure.key: cannot read"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_writes_every_document_again() {
    let newsroom = Newsroom::worked().await;
    let plain = documents(&newsroom.news());
    let secured = secured_with(&newsroom, Some(KEY)).await;
    let again = secured_with(&newsroom, Some(&KEY.replace('0', "x"))).await;
    let told = said(&newsroom.archive(&["verify"]));
    assert!(told.contains(&format!("{} equal", again.len())), "{told}");
    for ((name, before), (_, after)) in secured.iter().zip(&again) {
        assert_eq!(before == after, !before.contains("\nsecured: "), "{name}");
    }
    // Which stories are near is looked for anew when all are written; every text is back.
    let bodies = |files: &[(String, String)]| -> Vec<String> {
        let texts = with_text(files).into_iter();
        texts.map(|(_, document)| document.body().unwrap().to_owned()).collect()
    };
    assert!(bodies(&secured_with(&newsroom, None).await) == bodies(&plain));
}

const FOLLOWING: &str = r#"
[archive]
secure = { key = { file = "/nowhere/key" } }

[[topic]]
name = "Face Scans"
query = '"face scan"'

[[source]]
feed = "{site}/feed.xml"
schedule = "every 1h"
"#;

#[tokio::test]
async fn without_its_key_no_document_is_written_and_all_else_works() {
    let world = World::new(FOLLOWING).await;
    let title = "A face scan at every gate";
    let item = Item::new(
        "a",
        title,
        world.site.address() + "/a",
        "Fri, 12 Jun 2026 08:00:00 GMT",
        &"What the face scan sees. ".repeat(40),
    );
    world.site.set("/feed.xml", Answer::feed(rss("Gates", &[item])));
    world.work().await;
    write_documents::write_dirty(&world.ctx).await.unwrap();
    assert!(world.documents().is_empty());
    assert_eq!(world.ctx.store.stats().unwrap().articles, 1);
    let unready = world.ctx.config.unready();
    assert!(
        unready[0].contains("archive.secure.key: cannot read /nowhere/key"),
        "{unready:?}"
    );
    let error = rebuild::documents(&world.ctx, |_, _| {}).await.unwrap_err().to_string();
    assert!(
        error.contains("/nowhere/key") && error.contains("documents are neither written"),
        "{error}"
    );
    // Once it is there, what waited is written.
    let path = world.ctx.config.state_dir.join("key");
    fs::write(&path, KEY).unwrap();
    let config = Config {
        archive: tidings::config::ArchiveSettings {
            secure: Some(tidings::config::secret_of(&path).and_then(tidings::document::secured::SecureKey::new)),
            ..world.ctx.config.archive.clone()
        },
        ..world.ctx.config.clone()
    };
    let ctx = std::sync::Arc::new(world.ctx.reloaded(config).await.unwrap());
    assert_eq!(write_documents::write_dirty(&ctx).await.unwrap(), 1);
    assert!(world.documents()[0].1.contains("\nsecured: \""));
    // Missing again, it makes nothing of what is written old.
    write_documents::move_window(&world.ctx).await.unwrap();
    assert!(!ctx.store.has_dirty_documents().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_of_the_format_page_opens_it() {
    let has_package = Command::new("python3").args(["-c", "import cryptography"]).output();
    if !has_package.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: python3 with the package cryptography is not installed");
        return;
    }
    let page = include_str!("../../docs/document-format.md");
    let script = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let newsroom = Newsroom::worked().await;
    let plain = secured_with(&newsroom, None).await;
    secured_with(&newsroom, Some(KEY)).await;
    let run = |name: &str| {
        let mut command = Command::new("python3");
        command
            .args(["-c", script])
            .arg(newsroom.news().join(name))
            .arg(key_file(&newsroom));
        command.env("PYTHONIOENCODING", "utf-8").output().unwrap()
    };
    let (name, document) = &with_text(&plain)[0];
    let output = run(name);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("{}\n", document.body().unwrap())
    );
    let path = newsroom.news().join(name);
    let moved = fs::read_to_string(&path)
        .unwrap()
        .replace("\nwebUrl: \"", "\nwebUrl: \"https://a.example/");
    fs::write(&path, moved).unwrap();
    assert!(said(&run(name)).contains("belongs to another document"));
}
