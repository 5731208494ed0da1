//! Documents from the database and the database from documents: equal afterwards, in both directions.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use tidings::jobs::archive::rebuild;
use tidings::store::DATABASE_NAME;

use crate::archive::{Newsroom, report, said};
use crate::process::kill_after;
use crate::support::database::Database;
use crate::support::documents;

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_rebuilt_from_the_database_byte_for_byte() {
    let newsroom = Newsroom::worked().await;
    let before = documents(&newsroom.news());
    let news = newsroom.news();
    fs::remove_file(news.join(&before[0].0)).unwrap();
    fs::write(news.join(&before[1].0), "mine").unwrap();
    fs::write(news.join("2020-01-01-of-nobody.md"), "theirs").unwrap();
    let ctx = newsroom.context().await;
    let rebuilt = rebuild::documents(&ctx, |_, _| {}).await.unwrap();
    assert_eq!((rebuilt.documents, rebuilt.written), (before.len() as u64, 2));
    assert_eq!(
        fs::read_to_string(news.join("2020-01-01-of-nobody.md")).unwrap(),
        "theirs"
    );
    fs::remove_file(news.join("2020-01-01-of-nobody.md")).unwrap();
    assert_eq!(documents(&news), before);

    // The whole folder, and what is in the way is named while the others are written.
    fs::remove_dir_all(&news).unwrap();
    fs::create_dir_all(news.join(&before[2].0)).unwrap();
    let rebuilt = rebuild::documents(&ctx, |_, _| {}).await.unwrap();
    assert_eq!(rebuilt.failures.len(), 1, "{rebuilt:?}");
    assert!(rebuilt.failures[0].contains(&before[2].0), "{rebuilt:?}");
    fs::remove_dir(news.join(&before[2].0)).unwrap();
    let rebuilt = rebuild::documents(&ctx, |_, _| {}).await.unwrap();
    assert_eq!((rebuilt.written, rebuilt.failures.len()), (1, 0));
    assert_eq!(documents(&news), before);

    let output = newsroom.archive(&["rebuild", "--documents"]);
    assert!(said(&output).contains("in use by another tidings"), "{}", said(&output));
    drop(ctx);
    // The command, in its own time: the articles are old by now, and their documents say so.
    let output = newsroom.archive(&["rebuild", "--documents"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let expected = format!("{} documents, {} written\n", before.len(), before.len());
    assert_eq!(said(&output), expected);
}

/// The stories of current articles: how many are copies, and their addresses.
fn stories(newsroom: &Newsroom) -> Vec<String> {
    let sql = "SELECT sum(is_copy) || ' ' || group_concat(web_url, ' ') FROM (
                   SELECT member.story, web_url, copy_of IS NOT NULL AS is_copy FROM member
                   JOIN article ON article.id = member.article ORDER BY member.story, web_url)
               GROUP BY story ORDER BY 1";
    Database::of(&newsroom.state()).all(sql)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_database_is_rebuilt_from_the_documents_and_gives_the_same_documents() {
    let newsroom = Newsroom::worked().await;
    let (before, grouped) = (documents(&newsroom.news()), stories(&newsroom));
    assert!(grouped.iter().any(|story| !story.starts_with("0 ")), "{grouped:?}");
    assert!(before.iter().any(|(_, text)| text.contains("\nrelated:\n")));

    // A database that holds something is not replaced.
    let output = newsroom.archive(&["rebuild", "--database"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("move it elsewhere first"), "{}", said(&output));

    for name in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(newsroom.state().join(format!("{DATABASE_NAME}{name}")));
    }
    let broken = newsroom.news().join("2026-06-01-broken.md");
    fs::write(&broken, "---\ntitle: x\n").unwrap();
    let output = newsroom.archive(&["rebuild", "--database"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = said(&output);
    assert!(
        text.contains("broken.md: line") && text.contains("digests, what they told"),
        "{text}"
    );
    assert!(!newsroom.state().join("rebuilding").exists());
    fs::remove_file(&broken).unwrap();
    let output = newsroom.archive(&["verify", "--format", "json"]);
    let told = report(&output);
    assert_eq!((output.status.code(), &told["waiting"]), (Some(0), &0.into()), "{told}");
    assert_eq!(told["equal"], before.len());
    assert_eq!(stories(&newsroom), grouped);

    // And the documents from this database.
    fs::remove_dir_all(newsroom.news()).unwrap();
    let ctx = newsroom.context().await;
    rebuild::documents(&ctx, |_, _| {}).await.unwrap();
    drop(ctx);
    let after = documents(&newsroom.news());
    for (old, new) in before.iter().zip(&after) {
        assert_eq!(old, new);
    }
    assert_eq!(before.len(), after.len());
    // Full text and topics serve.
    let found = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .arg("--config")
        .arg(newsroom.state().join("tidings.toml"))
        .args(["search", "facial recognition", "--format", "json"])
        .output()
        .unwrap();
    assert!(found.status.success() && found.stdout.len() > 100, "{}", said(&found));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_rebuilding_leaves_nothing_half_done() {
    let newsroom = Newsroom::worked().await;
    let before = documents(&newsroom.news());
    let database = newsroom.state().join(DATABASE_NAME);
    for name in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(newsroom.state().join(format!("{DATABASE_NAME}{name}")));
    }
    let start = || {
        Command::new(env!("CARGO_BIN_EXE_tidings"))
            .arg("--config")
            .arg(newsroom.state().join("tidings.toml"))
            .args(["archive", "rebuild", "--database"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let begun = Instant::now();
    assert!(start().wait().unwrap().success());
    let whole = begun.elapsed();
    for kill in 0..10_u32 {
        let _ = fs::remove_file(&database);
        kill_after(start(), whole * (kill + 1) / 10);
        if database.exists() {
            assert!(
                newsroom.archive(&["verify"]).status.success(),
                "a database in place is whole"
            );
        }
    }
    let _ = fs::remove_file(&database);
    assert!(start().wait().unwrap().success());
    assert!(newsroom.archive(&["verify"]).status.success());
    assert_eq!(documents(&newsroom.news()), before);
}
