//! A full disk: a clear error, nothing half written, and the next run completes once there is room.
//!
//! Needs the right to mount a small file system in memory; where that is not given the tests say so and pass.

use std::path::Path;
use std::process::{Command, Output};

use tidings::store::{DATABASE_NAME, Store};

use crate::archive::said;
use crate::support::database::Database;
use crate::support::site::{Answer, Item, Site, rss};
use crate::support::{config_text, documents};

const ARTICLES: usize = 40;

/// A file system of its own in a folder; it goes with the value.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    pub fn of(kilobytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let disk = Self { folder };
        if disk.mount("mount", &format!("size={kilobytes}k"), true) {
            return Some(disk);
        }
        eprintln!("skipped: no right to mount a small file system here");
        None
    }

    pub fn grow(&self, kilobytes: u32) {
        assert!(self.mount("mount", &format!("remount,size={kilobytes}k"), false));
    }

    /// Takes all room that is left.
    fn fill(&self) {
        use std::io::Write as _;
        let mut file = std::fs::File::create(self.path().join("fill")).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
    }

    /// Lets nothing be written any more.
    pub fn seal(&self) {
        assert!(self.mount("mount", "remount,ro", false));
    }

    fn mount(&self, program: &str, options: &str, is_new: bool) -> bool {
        let mut command = Command::new(program);
        if is_new {
            command.args(["-t", "tmpfs"]);
        }
        command.args(["-o", options]);
        if is_new {
            command.arg("tidings-test");
        }
        let output = command.arg(self.folder.path()).output();
        output.is_ok_and(|output| output.status.success())
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).output();
    }
}

fn text(n: usize) -> String {
    let words = [
        "harbour", "canteen", "stadium", "opera", "market", "airport", "court", "auction",
    ];
    let sentence = |k: usize| {
        format!(
            "A face scan at the {} of town {n} was told of in sentence {k}, number {}. ",
            words[(n + k) % 8],
            n * 31 + k * 17
        )
    };
    (0..160).map(sentence).collect()
}

/// Writes a configuration whose state and documents lie there, and fills a feed with long articles.
fn set_up(folder: &Path, state: &Path, news: &Path, site: &Site) {
    const GUIDS: [&str; 4] = ["a", "b", "c", "d"];
    let rest = format!(
        "[archive]\npath = \"{}\"\n[[topic]]\nname = \"Face Scans\"\nquery = '\"face scan\"'\n",
        news.display()
    );
    let mut config = config_text(state, &site.address(), &rest);
    for (feed, part) in (0..ARTICLES)
        .collect::<Vec<_>>()
        .chunks(ARTICLES / GUIDS.len())
        .enumerate()
    {
        let items: Vec<Item> = part
            .iter()
            .map(|n| {
                Item::new(
                    "",
                    &format!("Face scan number {n}"),
                    format!("{}/{n}", site.address()),
                    "",
                    &text(*n),
                )
            })
            .collect();
        site.set(
            &format!("/{}.xml", GUIDS[feed]),
            Answer::feed(rss("Feed", &items).replace("<guid isPermaLink=\"false\"></guid>", "")),
        );
        config.push_str(&format!(
            "\n[[source]]\nfeed = \"{}/{}.xml\"\nschedule = \"every 1s\"\nfull_text = \"never\"\n",
            site.address(),
            GUIDS[feed]
        ));
    }
    std::fs::write(folder.join("tidings.toml"), config).unwrap();
}

fn tidings(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tidings"))
        .arg("--config")
        .arg(folder.join("tidings.toml"))
        .args(arguments)
        .output()
        .unwrap()
}

/// Runs rounds until one ends well; sources whose poll was cut off are due again after a moment.
fn complete(folder: &Path, news: &Path) {
    for _ in 0..20 {
        let output = tidings(folder, &["poll"]);
        assert!(output.status.success(), "{}", said(&output));
        if documents(news).len() == ARTICLES {
            return;
        }
    }
    panic!("{} documents of {ARTICLES}", documents(news).len());
}

pub fn is_whole(state: &Path) {
    let store = Store::open_to_read(state).unwrap();
    let problems = store
        .check(tidings::store::maintenance::CheckDepth::Full)
        .unwrap()
        .run()
        .unwrap();
    assert_eq!(problems, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_on_a_full_disk_says_so_and_the_next_completes() {
    let Some(disk) = SmallDisk::of(900) else { return };
    let (folder, site) = (tempfile::tempdir().unwrap(), Site::start().await);
    let (state, news) = (disk.path().join("state"), folder.path().join("news"));
    set_up(folder.path(), &state, &news, &site);
    let output = tidings(folder.path(), &["poll"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("disk is full"), "{}", said(&output));
    disk.grow(64_000);
    if state.join(DATABASE_NAME).exists() {
        is_whole(&state);
    }
    complete(folder.path(), &news);
    is_whole(&state);
    assert!(tidings(folder.path(), &["archive", "verify"]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_on_a_full_disk_are_whole_or_not_there_and_written_later() {
    let Some(disk) = SmallDisk::of(200) else { return };
    let (folder, site) = (tempfile::tempdir().unwrap(), Site::start().await);
    let (state, news) = (folder.path().join("state"), disk.path().join("news"));
    set_up(folder.path(), &state, &news, &site);
    let output = tidings(folder.path(), &["poll"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("cannot write") && said(&output).contains("once there is room"),
        "{}",
        said(&output)
    );
    let written = documents(&news);
    assert!(!written.is_empty() && written.len() < ARTICLES, "{}", written.len());
    for (name, text) in &written {
        assert!(
            name.ends_with(".md") && tidings::document::parse(text).unwrap().body().is_some(),
            "{name}"
        );
    }
    let verified = tidings(folder.path(), &["archive", "verify"]);
    assert!(
        verified.status.success() && said(&verified).contains("still to be written"),
        "{}",
        said(&verified)
    );
    disk.grow(64_000);
    complete(folder.path(), &news);
    let verified = tidings(folder.path(), &["archive", "verify"]);
    assert!(
        said(&verified).contains(&format!("{ARTICLES} documents, {ARTICLES} equal")),
        "{}",
        said(&verified)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_to_a_full_disk_leaves_nothing() {
    let Some(disk) = SmallDisk::of(300) else { return };
    let (folder, site) = (tempfile::tempdir().unwrap(), Site::start().await);
    let (state, news) = (folder.path().join("state"), folder.path().join("news"));
    set_up(folder.path(), &state, &news, &site);
    complete(folder.path(), &news);
    let target = disk.path().join("copy.sqlite");
    let name = target.display().to_string();
    let output = tidings(folder.path(), &["backup", &name]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("no room for the copy"), "{}", said(&output));
    assert_eq!(
        std::fs::read_dir(disk.path()).unwrap().count(),
        0,
        "nothing is left of it"
    );
    disk.grow(64_000);
    let output = tidings(folder.path(), &["backup", &name]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(Database::at(&target).count("article"), ARTICLES as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_a_full_disk_is_read_and_every_command_that_writes_says_why_it_cannot() {
    let Some(disk) = SmallDisk::of(4_000) else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    crate::special_files::poll_two(folder, &disk.path().join("state")).await;
    disk.fill();
    let copy = folder.join("copy.sqlite").display().to_string();
    for arguments in [
        &["stats"][..],
        &["articles"],
        &["search", "scan"],
        &["digest", "--dry-run"],
        &["archive", "verify"],
        &["backup", &copy],
    ] {
        let output = tidings(folder, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    }
    for arguments in [&["poll"][..], &["digest"], &["stories", "merge", "1", "2"], &["run"]] {
        let output = tidings(folder, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        assert!(
            said(&output).contains("the disk is full"),
            "{arguments:?}: {}",
            said(&output)
        );
    }
    assert!(said(&tidings(folder, &["doctor"])).contains("fail  disk room"));
    std::fs::remove_file(disk.path().join("fill")).unwrap();
    assert!(tidings(folder, &["poll"]).status.success());
    is_whole(&disk.path().join("state"));
}
