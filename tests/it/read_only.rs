//! Reading what cannot be written: a disk that is mounted read-only, somebody else's state folder, and a store whose first
//! start was killed. Each is read if it can be, and told in words that help if not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tidings::store::{DATABASE_NAME, SCHEMA, Store};

use crate::archive::said;
use crate::full_disk::SmallDisk;
use crate::process::{kill_after, tidings};
use crate::special_files::poll_two;
use crate::support::config_text;
use crate::support::database::Database;
use crate::upgrade::of_schema;

const READING: &[&[&str]] = &[
    &["stats"],
    &["sources"],
    &["topics"],
    &["articles"],
    &["stories"],
    &["search", "scan"],
    &["digests"],
    &["digest", "--dry-run"],
    &["archive", "verify"],
    &["stories", "show", "1"],
    &["topics", "explain", "Scans", "1"],
];

fn run(folder: &Path, arguments: &[&str]) -> Output {
    tidings(folder)
        .args(arguments)
        .stdout(std::process::Stdio::piped())
        .output()
        .unwrap()
}

/// Runs as a user who owns nothing; nothing where this test may not change its user.
fn run_as_nobody(folder: &Path, arguments: &[&str]) -> Option<Output> {
    // The program may lie where nobody may go.
    let line = "exec 9<\"$0\" && exec setpriv --reuid 65534 --regid 65534 --clear-groups /proc/self/fd/9 \"$@\"";
    let mut command = Command::new("bash");
    command.args(["-c", line, env!("CARGO_BIN_EXE_tidings"), "--config"]);
    command
        .arg(folder.join("tidings.toml"))
        .args(arguments)
        .current_dir("/");
    let output = command.output().unwrap();
    let words = said(&output);
    match words.contains("setpriv") || words.contains("/proc/self/fd/9: Permission denied") {
        true => {
            eprintln!("skipped: no right to run as another user here");
            None
        }
        false => Some(output),
    }
}

#[track_caller]
fn check(output: &Output, code: i32, words: &str) {
    let told = said(output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(told.contains(words), "{told}");
}

/// Makes a state folder as a process leaves it that was killed in the middle of its first transaction.
fn cut_off(state: &Path) {
    fs::create_dir_all(state).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let database = Database::of(elsewhere.path());
    database.run("PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (a);");
    for _ in 0..200 {
        database.run("INSERT INTO half VALUES (zeroblob(4000))");
    }
    for ending in ["", "-journal"] {
        let name = format!("{DATABASE_NAME}{ending}");
        fs::copy(elsewhere.path().join(&name), state.join(&name)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_disk_is_read() {
    let Some(disk) = SmallDisk::of(64_000) else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let state = disk.path().join("state");
    poll_two(folder, &state).await;
    disk.seal();
    for arguments in READING {
        let output = run(folder, arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
    }
    check(&run(folder, &["articles"]), 0, "A scan at the harbour");
    check(&run(folder, &["archive", "verify"]), 0, "2 documents, 2 equal");
    let copy = folder.join("copy.sqlite");
    check(
        &run(folder, &["backup", copy.to_str().unwrap()]),
        0,
        "checked and whole",
    );
    let onto = state.join("copy.sqlite");
    check(
        &run(folder, &["backup", onto.to_str().unwrap()]),
        1,
        "Read-only file system",
    );
    check(&run(folder, &["poll"]), 2, "mounted read-only");
    check(&run(folder, &["run"]), 2, "mounted read-only");
    let doctor = run(folder, &["doctor"]);
    assert!(said(&doctor).contains("ok    database"), "{}", said(&doctor));
    assert!(!said(&doctor).contains("as root"), "{}", said(&doctor));
}

#[test]
fn what_cannot_be_finished_on_a_sealed_disk_is_told() {
    let Some(disk) = SmallDisk::of(64_000) else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let state = |name: &str| -> PathBuf {
        let state = disk.path().join(name);
        fs::create_dir(&state).unwrap();
        state
    };
    state("none");
    fs::write(state("empty").join(DATABASE_NAME), "").unwrap();
    cut_off(&state("cut-off"));
    drop(of_schema(&state("old"), 1));
    // As it is copied while a daemon writes.
    let live = tempfile::tempdir().unwrap();
    let _store = Store::open(live.path()).unwrap();
    let (with_log, copied) = (format!("{DATABASE_NAME}-wal"), state("copied"));
    for name in [DATABASE_NAME, &with_log] {
        fs::copy(live.path().join(name), copied.join(name)).unwrap();
    }
    disk.seal();
    for (name, code, words) in [
        ("none", 1, "there is no database"),
        ("empty", 1, "there is no database"),
        ("cut-off", 2, "was cut off"),
        ("old", 2, "mounted read-only"),
        ("copied", 2, "mounted read-only"),
    ] {
        let text = config_text(
            &disk.path().join(name),
            "",
            "[[topic]]\nname = \"Scans\"\nkeywords = [\"scan\"]\n",
        );
        fs::write(folder.join("tidings.toml"), text).unwrap();
        let copy = folder.join("copy.sqlite");
        for arguments in [
            &["stats"][..],
            &["articles"],
            &["archive", "verify"],
            &["backup", copy.to_str().unwrap()],
        ] {
            let output = run(folder, arguments);
            check(&output, code, words);
            assert!(!said(&output).contains("as root"), "{name}: {}", said(&output));
        }
        assert!(!copy.exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_state_is_read_if_it_may_be() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(folder, 0o755);
    let state = folder.join("state");
    poll_two(folder, &state).await;
    allow(&state, 0o755);
    for arguments in READING {
        let Some(output) = run_as_nobody(folder, arguments) else {
            return;
        };
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
    }
    check(
        &run_as_nobody(folder, &["poll"]).unwrap(),
        2,
        "run this as the daemon's user or as root",
    );
    // Beside an owner, too.
    let store = Store::open(&state).unwrap();
    check(&run_as_nobody(folder, &["stats"]).unwrap(), 0, "articles");
    drop(store);
    allow(&state.join(DATABASE_NAME), 0o600);
    check(
        &run_as_nobody(folder, &["stats"]).unwrap(),
        2,
        "run this as the daemon's user or as root",
    );
    allow(&state, 0o700);
    check(
        &run_as_nobody(folder, &["stats"]).unwrap(),
        2,
        "run this as the daemon's user or as root",
    );
    let second = folder.join("second");
    cut_off(&second);
    fs::write(folder.join("tidings.toml"), config_text(&second, "", "")).unwrap();
    check(&run_as_nobody(folder, &["stats"]).unwrap(), 2, "was cut off");
}

#[test]
fn too_few_files_that_may_be_open_are_no_lack_of_rights() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::write(folder.path().join("tidings.toml"), config_text(&state, "", "")).unwrap();
    assert!(run(folder.path(), &["poll"]).status.success());
    for most in 8..=24 {
        for arguments in [&["poll"][..], &["stats"], &["backup", "copy.sqlite", "--force"]] {
            let mut command = Command::new("bash");
            let line = format!("ulimit -n {most}; exec \"$0\" \"$@\"");
            command.args(["-c", &line, env!("CARGO_BIN_EXE_tidings"), "--config"]);
            command.arg(folder.path().join("tidings.toml")).args(arguments);
            let output = command.current_dir(folder.path()).output().unwrap();
            let told = said(&output);
            assert!(
                matches!(output.status.code(), Some(0 | 1)),
                "{most} {arguments:?}: {told}"
            );
            assert!(
                !told.contains("as root") && !told.contains("read-only"),
                "{most} {arguments:?}: {told}"
            );
        }
    }
}

#[test]
fn a_first_start_that_was_cut_off_is_finished_by_who_may() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::write(folder.path().join("tidings.toml"), config_text(&state, "", "")).unwrap();
    cut_off(&state);
    let doctor = run(folder.path(), &["doctor"]);
    assert!(said(&doctor).contains("warn  database"), "{}", said(&doctor));
    check(&run(folder.path(), &["stats"]), 0, "articles");
    assert_eq!(Store::open_to_look(&state).unwrap().schema().unwrap(), SCHEMA);

    // While its owner is at it there is nothing to be read yet.
    fs::remove_dir_all(&state).unwrap();
    cut_off(&state);
    let lock = fs::File::create(state.join("lock")).unwrap();
    lock.lock().unwrap();
    check(&run(folder.path(), &["stats"]), 1, "there is no database");
}

#[test]
fn after_a_kill_in_the_first_start_reading_is_no_mistake() {
    const KILLS: u32 = 30;
    let calm = tempfile::tempdir().unwrap();
    let config = |folder: &Path| {
        fs::write(folder.join("tidings.toml"), config_text(&folder.join("state"), "", "")).unwrap();
    };
    config(calm.path());
    let begun = std::time::Instant::now();
    assert!(run(calm.path(), &["poll"]).status.success());
    let whole = begun.elapsed();
    for kill in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        config(folder.path());
        kill_after(
            tidings(folder.path()).arg("poll").spawn().unwrap(),
            whole * kill / KILLS,
        );
        let output = run(folder.path(), &["stats"]);
        let told = said(&output);
        match output.status.code() {
            Some(0) => {}
            Some(1) => assert!(told.contains("there is no database"), "{told}"),
            code => panic!("{code:?} {told}"),
        }
        assert!(run(folder.path(), &["poll"]).status.success());
    }
}
