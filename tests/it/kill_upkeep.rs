//! Killing the process in the midst of its upkeep loses nothing and doubles nothing: while a database of an earlier schema
//! is brought up to date, while settings are read again, and while a copy is made.
//!
//! Each is killed with SIGKILL at moments spread over an undisturbed run, and then run to its end.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use tidings::store::maintenance::CheckDepth;
use tidings::store::{SCHEMA, Store};

use crate::archive::said;
use crate::process::{Daemon, kill_after, tidings};
use crate::support::config_text;
use crate::support::database::Database;
use crate::support::site::{Answer, Item, Site, rss};
use crate::upgrade::{of_schema, queries, rows};

/// Kills per subject.
const KILLS: u32 = 12;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    tidings(folder)
        .args(arguments)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .output()
        .unwrap()
}

#[track_caller]
fn succeeds(folder: &Path, arguments: &[&str]) {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
}

/// Runs a command undisturbed and returns how long it took.
fn timed(folder: &Path, arguments: &[&str]) -> Duration {
    let begun = Instant::now();
    succeeds(folder, arguments);
    begun.elapsed()
}

fn kill(folder: &Path, arguments: &[&str], after: Duration) {
    let child = tidings(folder)
        .args(arguments)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    kill_after(child, after);
}

#[track_caller]
fn is_whole(store: &Store) {
    let problems = store.check(CheckDepth::Full).unwrap().run().unwrap();
    assert_eq!(problems, Vec::<String>::new());
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn a_killed_migration_is_finished_by_the_next_start() {
    let old = tempfile::tempdir().unwrap();
    let database = of_schema(old.path(), 1);
    let queries = queries(&database);
    let before = rows(&database, &queries);
    drop(database);
    let set_up = || {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(old.path(), &folder.path().join("state"));
        let text = config_text(&folder.path().join("state"), "", "");
        fs::write(folder.path().join("tidings.toml"), text).unwrap();
        folder
    };
    let whole = timed(set_up().path(), &["stats"]);
    let mut reached = BTreeSet::new();
    for n in 1..=KILLS {
        let folder = set_up();
        kill(folder.path(), &["stats"], whole * n / KILLS);
        let state = folder.path().join("state");
        let schema = Database::of(&state).schema();
        reached.insert(schema);
        succeeds(folder.path(), &["stats"]);
        let store = Store::open(&state).unwrap();
        assert_eq!(store.schema().unwrap(), SCHEMA);
        is_whole(&store);
        drop(store);
        let after = rows(&Database::of(&state), &queries);
        assert_eq!(after, before, "killed at schema {schema}");
    }
    assert!(reached.len() > 1, "no kill hit anything: {reached:?}");
}

/// A store with a few megabytes in rows that belong together in pairs.
fn filled(folder: &Path, pairs: i64) {
    let state = folder.join("state");
    fs::write(folder.join("tidings.toml"), config_text(&state, "", "")).unwrap();
    drop(Store::open(&state).unwrap());
    Database::of(&state).run(&format!(
        "WITH RECURSIVE number (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number WHERE n < {})
         INSERT INTO robots (origin, rules, known_until) SELECT n, printf('%.20000c', 'x'), 0 FROM number",
        pairs * 2
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_backup_is_whole_or_not_there_and_the_next_clears_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    filled(folder, 300);
    let copies = folder.join("copies");
    fs::create_dir(&copies).unwrap();
    let target = |name: String| copies.join(name).to_str().unwrap().to_owned();
    let whole = timed(folder, &["backup", &target("calm.sqlite".to_owned())]);
    let mut was_cut = false;
    for n in 1..=KILLS {
        let name = target(format!("night-{n}.sqlite"));
        kill(folder, &["backup", &name], whole * n / KILLS);
        was_cut |= !Path::new(&name).exists();
        if Path::new(&name).exists() {
            let copy = Database::at(Path::new(&name));
            assert_eq!(copy.one::<String>("PRAGMA integrity_check"), "ok");
            assert_eq!(copy.count("robots"), 600);
        }
    }
    assert!(was_cut, "no kill hit anything");
    // What is not ours stays, whatever it is called.
    fs::write(copies.join("film.mkv.part"), "mine").unwrap();
    succeeds(folder, &["backup", &target("last.sqlite".to_owned())]);
    let names: Vec<String> = names_in(&copies);
    let is_expected = |name: &String| name.ends_with(".sqlite") || name == "film.mkv.part";
    assert!(names.iter().all(is_expected), "{names:?}");
    assert!(names.contains(&"last.sqlite".to_owned()) && names.contains(&"film.mkv.part".to_owned()));
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_killed_while_it_reloads_has_the_old_settings_or_the_new() {
    let site = Site::start().await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let state = folder.join("state");
    let items: Vec<Item> = (0..TITLES.len()).map(|n| item(&site, n)).collect();
    site.set("/feed.xml", Answer::feed(rss("Feed", &items)));
    let write = |generation: u32| {
        let mut rest =
            "[[source]]\nfeed = \"{site}/feed.xml\"\nfull_text = \"never\"\nschedule = \"0 0 1 1 *\"\n".to_owned();
        rest.push_str("[[topic]]\nname = \"Scans\"\nkeywords = [\"scan\"]\n");
        for n in 0..40 {
            rest.push_str(&format!(
                "[[topic]]\nname = \"Topic {generation}-{n}\"\nkeywords = [\"word{n}\"]\n\
                 [[source]]\nfeed = \"{{site}}/{generation}/{n}.xml\"\nschedule = \"0 0 1 1 *\"\n"
            ));
        }
        fs::write(folder.join("tidings.toml"), config_text(&state, &site.address(), &rest)).unwrap();
    };
    write(0);
    succeeds(folder, &["poll"]);
    let articles = known(&state);
    assert_eq!(articles.len(), TITLES.len());
    for n in 1..=KILLS / 2 {
        let _ = fs::remove_file(folder.join("notify"));
        let mut daemon = Daemon::start(folder);
        daemon.hear("READY=1");
        write(n);
        daemon.signal("HUP");
        daemon.hear("RELOADING=1");
        let end = Instant::now() + Duration::from_millis(4) * (n - 1);
        while Instant::now() < end {
            std::thread::yield_now();
        }
        daemon.child.kill().unwrap();
        daemon.child.wait().unwrap();
        drop(daemon);
        assert_eq!(known(&state), articles, "kill {n}");
    }
    succeeds(folder, &["poll"]);
    succeeds(folder, &["archive", "verify"]);
    assert_eq!(known(&state), articles);
    let topics = run(folder, &["topics"]);
    let last = format!("Topic {}-", KILLS / 2);
    assert_eq!(said(&topics).matches(&last).count(), 40, "{}", said(&topics));
    is_whole(&Store::open(&state).unwrap());
}

const TITLES: [&str; 8] = [
    "Harbour crane gets a face scan",
    "Canteen of Ostmere plans a scan of trays",
    "Stadium orders a scan of seats",
    "Night bus drivers refuse the scan",
    "The opera has a scan at its stage door",
    "Garden market ends the scan of visitors",
    "County court forbids a scan",
    "Fish auction begins with a scan of crates",
];

fn item(site: &Site, n: usize) -> Item {
    const GUIDS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let link = format!("{}/{}", site.address(), GUIDS[n]);
    Item::new(
        GUIDS[n],
        TITLES[n],
        link,
        "",
        &format!("{}. Nothing more was said.", TITLES[n]),
    )
}

/// Returns the addresses of all articles that are stored.
fn known(state: &Path) -> Vec<String> {
    Database::of(state).all("SELECT web_url FROM article ORDER BY 1")
}
