//! Letters in a maildir: each an article once, or an entry for each of its links; and the folder is left as it is.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::TimeDelta;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::support::site::Answer;
use crate::support::{World, at};

const MAIL: &str = r#"
[[source]]
mail = "maildir:{state_dir}/mail"
name = "My letters"

[[topic]]
name = "Quay"
keywords = ["ferry", "face scans", "bridge"]
where = "text"

[[digest]]
name = "daily"
deliver = ["log"]
"#;

fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/letters/{name}.eml"))).unwrap()
}

fn plain(id: &str, subject: &str, text: &str) -> String {
    format!(
        "Message-ID: <{id}@quay.example>\nFrom: Ada <ada@quay.example>\nDate: Fri, 12 Jun 2026 08:00:00 +0000\nSubject: {subject}\n\n{text}\n"
    )
}

/// Returns a world with an empty maildir, and the maildir.
async fn world(config: &str) -> (World, PathBuf) {
    let world = World::new("").await;
    let mail = world.folder.path().join("mail");
    for folder in ["tmp", "new", "cur"] {
        fs::create_dir_all(mail.join(folder)).unwrap();
    }
    (world.reopened(config).await, mail)
}

fn deliver(mail: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(mail.join("new").join(name), bytes).unwrap();
}

/// Returns every file and folder with its bytes' length and when it was changed.
fn state(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let data = fs::symlink_metadata(&path).unwrap();
        found.insert(path.clone(), (data.len(), data.modified().unwrap()));
        if data.is_dir() {
            found.extend(state(&path));
        }
    }
    found
}

#[tokio::test]
async fn a_letter_is_an_article_once_and_its_folder_stays_as_it_is() {
    let (world, mail) = world(MAIL).await;
    // A picture that would be seen to be asked for.
    let picture = format!("<img src=3D\"{}/pixel.gif\">", world.site.address());
    let newsletter = String::from_utf8(sample("newsletter")).unwrap();
    let with_picture = newsletter.replacen("<body>", &format!("<body><p>{picture}</p>"), 1);
    assert_ne!(with_picture, newsletter);
    deliver(&mail, "1781000001.M1P1.host", with_picture);
    deliver(&mail, "1781000002.M2P1.host", sample("plain"));
    // The same once more, as a list and an address both bring it.
    deliver(&mail, "1781000003.M3P1.host", sample("plain"));
    let before = state(&mail);
    let done = world.work().await;
    assert_eq!((done.polls, done.failed_polls), (1, 0));
    assert_eq!(
        world.titles(),
        ["Harbour notes: the bridge is open again", "Two towns stop face scans"]
    );
    assert_eq!(state(&mail), before);
    let told: Vec<String> = world.database().all(
        "SELECT provider_name || ' | ' || provider_domain || ' | ' || web_url FROM article ORDER BY provider_name",
    );
    assert_eq!(
        told,
        [
            "Ada March | harbour.example | mid:20260612.1@harbour.example",
            "The Quay Letter | quay.example | https://letters.quay.example/2026/24",
        ]
    );
    let documents = world.documents();
    assert_eq!(documents.len(), 2);
    assert!(
        documents.iter().any(|(_, text)| text.contains("The cameras stay")),
        "{documents:?}"
    );
    assert!(
        !documents
            .iter()
            .any(|(_, text)| text.contains("![") || text.contains("pixel.gif") || text.contains("Update your"))
    );
    let digest = world.digest().await.unwrap();
    assert!(
        digest.contains("The Quay Letter") && digest.contains("Ada March"),
        "{digest}"
    );

    // Read by a mail program: another name in another folder.
    fs::rename(
        mail.join("new/1781000001.M1P1.host"),
        mail.join("cur/1781000001.M1P1.host:2,S"),
    )
    .unwrap();
    let done = world.work_after(TimeDelta::minutes(5)).await;
    assert_eq!((done.polls, done.failed_polls), (1, 0));
    assert_eq!(world.titles().len(), 2);
    deliver(
        &mail,
        "1781000004.M4P1.host",
        plain("4", "The ferry is late", "The ferry is late again."),
    );
    world.work_after(TimeDelta::minutes(5)).await;
    assert_eq!(world.titles().len(), 3);
    assert!(world.site.requests_after(0).is_empty());
}

#[tokio::test]
async fn a_list_of_links_gives_an_entry_for_each() {
    let (world, mail) = world(&MAIL.replace("name = \"My letters\"", "links = true")).await;
    let site = world.site.address();
    let paragraphs: String = (1..=6).map(|n| format!("<p>Paragraph {n} of the report on the ferry, which is late again for the reasons that everybody on the quay knows by now.</p>")).collect();
    world.site.set(
        "/ferry-report",
        Answer::page(format!("<html><head><title>The ferry and its reasons</title></head><body><article><h1>The ferry and its reasons</h1>{paragraphs}</article></body></html>")),
    );
    let html = format!(
        "<h2><a href=\"{site}/ferry-report?utm_source=letter\">The ferry and its reasons</a></h2><p>A report.</p>\
         <h2><a href=\"https://c.example/go?url={site}/bridge\">The bridge and its builders</a></h2><p>Another.</p>\
         <h2><a href=\"{site}/museum\">The museum and its boats</a></h2><p>A third.</p>\
         <p><a href=\"https://click.c.example/ls/click?upn=u001.Ab3dEf9hIjKlMn0pQrStUvWx\">What only the counter knows</a></p>\
         <p><a href=\"{site}/unsubscribe-me\">Unsubscribe</a></p>"
    );
    let head = "Message-ID: <l@quay.example>\nFrom: Links <l@quay.example>\nDate: Fri, 12 Jun 2026 08:00:00 +0000\nSubject: Links of the day\nContent-Type: text/html\n\n";
    deliver(&mail, "1781000001.M1P1.host", format!("{head}{html}"));
    // A letter like any other beside it.
    deliver(
        &mail,
        "1781000002.M2P1.host",
        plain("2", "The ferry at night", "It goes at night too."),
    );
    world.work().await;
    assert_eq!(
        world.titles(),
        [
            "The bridge and its builders",
            "The ferry and its reasons",
            "The ferry at night",
            "The museum and its boats"
        ]
    );
    assert!(!world.site.asked("/ferry-report").is_empty());
    assert!(world.site.asked("/unsubscribe-me").is_empty());
    assert!(
        world
            .documents()
            .iter()
            .any(|(_, text)| text.contains("Paragraph 6 of the report"))
    );
    let asked = world.site.requests_after(0).len();
    deliver(&mail, "1781000003.M3P1.host", plain("3", "A third", "Nothing new."));
    world.work_after(TimeDelta::minutes(5)).await;
    assert_eq!(world.site.asked("/ferry-report").len(), 1);
    assert!(world.site.requests_after(0).len() <= asked + 1);
}

#[tokio::test]
async fn a_page_that_several_letters_name_is_one_article() {
    let (world, mail) = world(&MAIL.replace("name = \"My letters\"", "links = true")).await;
    let site = world.site.address();
    let letter = |id: u32, own: &str| {
        let links: String = ["ferry-report", "museum-boats", own]
            .iter()
            .map(|page| {
                format!("<h2><a href=\"{site}/{page}\">The quay and its {page}</a></h2><p>Said by letter {id}.</p>")
            })
            .collect();
        format!(
            "Message-ID: <l{id}@quay.example>\nFrom: Links <l@quay.example>\nDate: Fri, {id} Jun 2026 08:00:00 +0000\nSubject: Links of the day\nContent-Type: text/html\n\n{links}"
        )
    };
    deliver(&mail, "1781000001.M1P1.host", letter(11, "bridge-builders"));
    deliver(&mail, "1781000002.M2P1.host", letter(12, "harbour-masters"));
    world.work().await;
    assert_eq!(world.titles().len(), 4, "{:?}", world.titles());
    deliver(&mail, "1781000003.M3P1.host", letter(13, "tide-tables"));
    world.work_after(TimeDelta::minutes(5)).await;
    assert_eq!(world.titles().len(), 5, "{:?}", world.titles());
}

#[tokio::test]
async fn what_is_no_message_is_left_alone() {
    let (world, mail) = world(MAIL).await;
    let outside = world.folder.path().join("secret");
    fs::write(&outside, plain("secret", "A ferry elsewhere", "Not yours.")).unwrap();
    symlink(&outside, mail.join("new/1.link")).unwrap();
    mknodat(
        CWD,
        mail.join("new/2.pipe"),
        FileType::Fifo,
        Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    fs::create_dir(mail.join("cur/3.folder")).unwrap();
    deliver(&mail, "4.empty", "");
    deliver(&mail, "5.noise", [0_u8, 1, 2, 255]);
    // More than a poll reads of letters, and later ones.
    for number in 0..501 {
        deliver(&mail, &format!("1790000{number:03}.empty"), "");
    }
    deliver(&mail, ".hidden", plain("hidden", "A ferry hidden", "x"));
    fs::write(mail.join("tmp/6.half"), plain("half", "A ferry half written", "x")).unwrap();
    // No id; a date to come; none.
    deliver(
        &mail,
        "1781000007.noid",
        "Subject: A ferry without an id\nDate: Mon, 01 Jan 2035 00:00:00 +0000\n\nThe ferry.\n",
    );
    deliver(
        &mail,
        "1781000008.nodate",
        "Subject: A ferry without a date\n\nThe bridge.\n",
    );
    let done = world.work().await;
    assert_eq!((done.polls, done.failed_polls), (1, 0));
    assert_eq!(world.titles(), ["A ferry without a date", "A ferry without an id"]);
    let dates: Vec<i64> = world.database().all("SELECT published_at FROM article ORDER BY id");
    assert!(
        dates.iter().all(|date| (1_781_000_007..=1_781_000_008).contains(date)),
        "{dates:?}"
    );
}

#[tokio::test]
async fn many_letters_come_in_several_polls() {
    let (world, mail) = world(&MAIL.replace("where = \"text\"", "")).await;
    for number in 0..510 {
        let text = format!("Letter {number} of many about nothing in particular.");
        deliver(
            &mail,
            &format!("17810{number:05}.M1.host"),
            plain(&number.to_string(), &format!("Letter {number}"), &text),
        );
    }
    world.work().await;
    assert_eq!(world.titles().len(), 500);
    world.work_after(TimeDelta::minutes(5)).await;
    assert_eq!(world.titles().len(), 510);
}

#[tokio::test]
async fn a_folder_that_is_no_maildir_is_told() {
    let (world, mail) = world(MAIL).await;
    fs::remove_dir(mail.join("cur")).unwrap();
    let error = |world: &World| world.database().one::<Option<String>>("SELECT last_error FROM source");
    assert_eq!(world.work().await.failed_polls, 1);
    assert!(error(&world).unwrap().contains("is no maildir: it has no folder cur"));
    fs::remove_dir_all(&mail).unwrap();
    world.clock.set(at("2026-06-14T12:00:00Z"));
    assert_eq!(world.work().await.failed_polls, 1);
    assert!(error(&world).unwrap().contains("is not there; make the folder"));
    // A link in its place may lead anywhere.
    fs::create_dir_all(mail.join("new")).unwrap();
    symlink("/", mail.join("cur")).unwrap();
    world.clock.set(at("2026-06-15T12:00:00Z"));
    assert_eq!(world.work().await.failed_polls, 1);
    assert!(error(&world).unwrap().contains("is no maildir"));
}
