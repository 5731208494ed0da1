//! `tidings archive import`: an old collection becomes known, never news, and stories go on from it.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use chrono::TimeDelta;
use tidings::jobs::archive::import::{self, ImportReport};
use tidings::store::Store;
use tidings::store::maintenance::CheckDepth;

use crate::archive::{archive, said};
use crate::process::{kill_after, tidings};
use crate::support::database::Database;
use crate::support::site::{Answer, Item, rss};
use crate::support::{self, FACE_SCANS, World, config_text, documents};

/// An event, and how three outlets tell it.
const HARBOUR: [&str; 3] = [
    "Council of Ostmere stops face scan at harbour gate",
    "Dockers of Ostmere celebrate stopped face scan at harbour gate",
    "Harbour gate of Ostmere: face scan stopped after dockers complained to council",
];
const STADIUM: [&str; 2] = [
    "Halden stadium tries face scan on season ticket holders",
    "Season ticket holders of Halden stadium sue over face scan",
];

fn item(title: &str, date: &str, url: &str) -> String {
    format!(
        "title: \"{title}\"\nexcerpt: \"{title}, it was said.\"\npublishedDateTime: {date}\nwebUrl: \"{url}\"\ntype: article\n"
    )
}

/// A document in the form of the old collection: no body, everything of one topic related to everything.
fn document(title: &str, date: &str, url: &str, related: &[(&str, &str, &str)]) -> String {
    let related: String = related
        .iter()
        .map(|(title, date, url)| {
            let lines = item(title, date, url).replace('\n', "\n    ");
            format!("  - {}\n    quality: 80\n", lines.trim_end())
        })
        .collect();
    format!(
        "---\ncategory: news\n{}quality: 90\nheat: 110\npublished: true\n\nprovider:\n  name: Old Outlet\n  domain: old.example\n\ntopics:\n  - Face Scans\n\nrelated:\n{related}\nsecured: \"AAAA;BBBB\"\n---\n\n",
        item(title, date, url)
    )
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

/// Two events of June 2026 in one group of the old collection, one of 2020, and four documents that are none.
fn collection(folder: &Path) {
    let (scan, suit) = ("https://old.example/scan", "https://old.example/suit");
    let others = [
        (HARBOUR[1], "2026-06-11T12:00:00Z", "https://other.example/dockers"),
        (STADIUM[0], "2026-06-11T09:00:00Z", "https://www.other.example/stadium/"),
        (STADIUM[1], "2026-06-12T08:00:00Z", suit),
    ];
    write(
        folder,
        "2026-06-11-scan.md",
        &document(HARBOUR[0], "2026-06-11T08:00:00Z", scan, &others),
    );
    let others = [(HARBOUR[0], "2026-06-11T08:00:00Z", scan)];
    write(
        folder,
        "2026-06-12-suit.md",
        &document(STADIUM[1], "2026-06-12T08:00:00Z", suit, &others),
    );
    fs::create_dir(folder.join("older")).unwrap();
    let old = document(
        "Face scan of 2020 at the opera",
        "2020-03-01T08:00:00Z",
        "https://old.example/opera",
        &[],
    );
    write(
        &folder.join("older"),
        "2020-03-01-opera.md",
        &old.replace("related:\n\n", ""),
    );
    write(folder, "broken.md", "no front matter");
    write(
        folder,
        "undated.md",
        &old.replace("publishedDateTime: 2020-03-01T08:00:00Z\n", ""),
    );
    write(
        folder,
        "removed.md",
        &old.replace("published: true", "published: true\nremoved: true"),
    );
    write(
        folder,
        "nowhere.md",
        &old.replace("webUrl: \"https://old.example/opera\"", "webUrl: \"\""),
    );
}

async fn import(world: &World, folder: &Path) -> ImportReport {
    import::import(&world.ctx, folder, |_, _| {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn stories_go_on_from_an_old_collection() {
    let world = World::new(FACE_SCANS).await;
    let old = tempfile::tempdir().unwrap();
    collection(old.path());
    let first = import(&world, old.path()).await;
    assert_eq!(
        (first.documents, first.articles, first.from_related),
        (3, 5, 2),
        "{first:?}"
    );
    assert_eq!((first.placed, first.written, first.known), (5, 5, 0), "{first:?}");
    let reasons: Vec<&str> = first.skipped.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(first.skipped_count, 4);
    for reason in ["three hyphens", "publishedDateTime", "removed", "names no web address"] {
        assert!(
            reasons.iter().any(|told| told.contains(reason)),
            "{reason}: {reasons:?}"
        );
    }
    // One group of the collection was two events.
    let stories = support::stories(&world.ctx.store);
    let sizes: Vec<usize> = stories.iter().map(|story| story.members.len()).collect();
    assert_eq!(stories.len(), 3, "{sizes:?}");
    let harbour = stories
        .iter()
        .find(|s| s.members.iter().any(|m| m.article.title == HARBOUR[0]))
        .unwrap();
    assert_eq!(harbour.members.len(), 2, "{harbour:?}");
    let dates: Vec<i32> = stories.iter().map(|s| chrono::Datelike::year(&s.updated_at)).collect();
    assert!(dates.contains(&2020), "a story has the time of its articles: {dates:?}");
    assert_eq!(world.digest().await, None, "nothing of it is news");

    // Again: nothing changes, not even a mark.
    let (documents, rows) = (world.documents(), everything(&world));
    let second = import(&world, old.path()).await;
    assert_eq!((second.articles, second.known, second.written), (0, 5, 0), "{second:?}");
    assert_eq!((world.documents(), everything(&world)), (documents, rows));

    // A feed brings one of them, under an address with a code in it, and one more of the same event.
    let text = "The face scan at the harbour gate of Ostmere was stopped by the council after dockers complained.";
    let feed = [
        Item::new(
            "a",
            HARBOUR[0],
            "http://www.old.example/scan/?utm_source=rss",
            "Thu, 11 Jun 2026 08:00:00 GMT",
            text,
        ),
        Item::new(
            "b",
            HARBOUR[2],
            format!("{}/third", world.site.address()),
            "Fri, 12 Jun 2026 10:00:00 GMT",
            text,
        ),
    ];
    world.site.set("/feed.xml", Answer::feed(rss("Feed", &feed)));
    let done = world.work_after(TimeDelta::hours(2)).await;
    assert_eq!(done.new_articles, 1, "{done:?}");
    let story = world.ctx.store.story(harbour.id).unwrap().unwrap();
    assert_eq!(story.members.len(), 3, "it joined the story of the collection");
    let digest = world.digest().await.unwrap();
    assert!(digest.contains(HARBOUR[2].split(':').next().unwrap()), "{digest}");
    assert!(!digest.contains(STADIUM[0]), "{digest}");
}

fn everything(world: &World) -> Vec<String> {
    let numbered = ["article", "member", "story", "story_event", "document"];
    let numbered = numbered.map(|table| format!("SELECT '{table} ' || count(*) || ' ' || total(rowid) FROM {table}"));
    let others = ["entry", "match", "near", "document WHERE dirty > 0"];
    let others = others.map(|table| format!("SELECT '{table} ' || count(*) FROM {table}"));
    let database = world.database();
    numbered.iter().chain(&others).map(|sql| database.one(sql)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_itself_and_an_empty_folder_are_refused() {
    let world = World::new(FACE_SCANS).await;
    let config = world.folder.path().join("tidings.toml");
    let (news, empty) = (world.ctx.config.archive.path.clone(), tempfile::tempdir().unwrap());
    let output = archive(&config, &["import", &empty.path().display().to_string()]);
    assert!(said(&output).contains("in use by another tidings"), "{}", said(&output));
    drop(world.ctx);
    for (folder, word) in [
        (news.as_path(), "is the archive itself"),
        (empty.path(), "holds no documents"),
        (Path::new("/no/where"), "cannot read /no/where"),
    ] {
        let output = archive(&config, &["import", &folder.display().to_string()]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(word), "{}", said(&output));
    }
    collection(empty.path());
    let output = archive(&config, &["import", &empty.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(
        said(&output).contains("5 articles taken in") && said(&output).contains("broken.md: line 1"),
        "{}",
        said(&output)
    );
}

/// Takes a collection in and returns what came of it: documents, and how articles are grouped.
fn outcome(folder: &Path) -> (Vec<(String, String)>, Vec<String>) {
    let store = Store::open_to_read(folder).unwrap();
    let sql = "SELECT group_concat(url_key, ' ') FROM
               (SELECT member.story, article.url_key FROM member JOIN article ON article.id = member.article ORDER BY article.url_key)
               GROUP BY story ORDER BY 1";
    assert!(store.check(CheckDepth::Full).unwrap().run().unwrap().is_empty());
    (documents(&folder.join("news")), Database::of(folder).all(sql))
}

/// A word for each number; no two alike.
fn made_up_word(mut n: usize) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        word.push(char::from(b"bdfgklmnprstvz"[n % 14]));
        word.push(char::from(b"aeiou"[n % 5]));
        n = n / 14 + 3;
    }
    word
}

/// Returns how many articles are stored; none where there is no database to read yet.
fn articles(folder: &Path) -> usize {
    let Ok(store) = Store::open_to_read(folder) else {
        return 0;
    };
    usize::try_from(store.stats().unwrap().articles).unwrap()
}

#[test]
fn a_killed_import_goes_on_where_it_was() {
    const ARTICLES: usize = 480;
    const KILLS: u32 = 16;
    let old = tempfile::tempdir().unwrap();
    for n in 0..ARTICLES {
        let (event, day) = (n / 3, n % 3);
        let (place, thing) = (made_up_word(2 * event), made_up_word(2 * event + 1));
        let title = format!("{place} {} face scan in {thing}", ["plans", "tries", "stops"][day]);
        let date = format!("{}-06-{:02}T08:00:00Z", 1780 + event, day + 1);
        let url = format!("https://old.example/{n}");
        let text = document(&title, &date, &url, &[]).replace("related:\n\n", "");
        write(old.path(), &format!("{n}.md"), &text);
    }
    let prepared = || {
        let folder = tempfile::tempdir().unwrap();
        let text = config_text(folder.path(), "http://127.0.0.1:1", FACE_SCANS);
        fs::write(folder.path().join("tidings.toml"), text).unwrap();
        folder
    };
    let start = |folder: &Path| {
        let mut command = tidings(folder);
        command
            .args(["archive", "import"])
            .arg(old.path())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let (undisturbed, killed) = (prepared(), prepared());
    let begun = Instant::now();
    assert!(start(undisturbed.path()).wait().unwrap().success());
    let whole = begun.elapsed();
    let mut seen_half = false;
    for kill in 0..KILLS {
        kill_after(start(killed.path()), whole * (kill + 1) / KILLS);
        let (written, taken) = (documents(&killed.path().join("news")).len(), articles(killed.path()));
        seen_half |= [written, taken].iter().any(|count| (1..ARTICLES).contains(count));
    }
    assert!(start(killed.path()).wait().unwrap().success());
    assert!(seen_half, "no kill fell into the import");
    let (expected, found) = (outcome(undisturbed.path()), outcome(killed.path()));
    assert_eq!(expected.1.len(), ARTICLES / 3, "each event is a story");
    assert_eq!(found.1, expected.1);
    assert_eq!(found.0, expected.0);
}
