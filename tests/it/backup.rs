//! `tidings backup`: one whole state of a database that is being written to, and nothing replaced without being told.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tidings::domain::Timestamp;
use tidings::fetch::{HostState, SavedRobots};
use tidings::store::{DATABASE_NAME, Store};

use crate::support::config_text;
use crate::support::database::Database;

/// A state folder with a database of a few megabytes, and a configuration that names it.
fn set_up() -> (tempfile::TempDir, PathBuf, Store) {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    std::fs::write(
        folder.path().join("tidings.toml"),
        config_text(&state, "http://127.0.0.1:1", ""),
    )
    .unwrap();
    let store = Store::open(&state).unwrap();
    (folder, state, store)
}

/// Writes one unit whose two halves belong together, with ballast.
async fn write_pair(store: &Store, number: i64) {
    let until = Timestamp::UNIX_EPOCH;
    let half = |half: &str| {
        (
            format!("{half} {number}"),
            SavedRobots {
                rules: Ok("x".repeat(20_000)),
                until,
            },
        )
    };
    let news = HostState {
        rules: vec![half("left"), half("right")],
        ..HostState::default()
    };
    store.save_host_state(until, news).await.unwrap();
}

fn backup(folder: &Path, target: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tidings"))
        .arg("--config")
        .arg(folder.join("tidings.toml"))
        .arg("backup")
        .arg(target)
        .args(more)
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn pairs(path: &Path) -> (i64, i64) {
    let copy = Database::at(path);
    let count = |half: &str| copy.count(&format!("robots WHERE origin LIKE '{half} %'"));
    (count("left"), count("right"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_taken_while_a_writer_writes_is_one_whole_state() {
    let (folder, _state, store) = set_up();
    for number in 0..200 {
        write_pair(&store, number).await;
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let (writer, over) = (store.clone(), Arc::clone(&is_over));
    let writing = tokio::spawn(async move {
        let mut number = 200;
        while !over.load(Ordering::Relaxed) {
            write_pair(&writer, number).await;
            number += 1;
        }
        number
    });
    let target = folder.path().join("copy.sqlite");
    let mut copied = Vec::new();
    for _ in 0..3 {
        let (at, path) = (folder.path().to_owned(), target.clone());
        let output = tokio::task::spawn_blocking(move || backup(&at, &path, &["--force"]))
            .await
            .unwrap();
        assert!(output.status.success(), "{}", told(&output));
        assert!(String::from_utf8_lossy(&output.stdout).contains("checked and whole"));
        let (left, right) = pairs(&target);
        assert_eq!(left, right, "a unit was cut in two");
        copied.push(left);
    }
    is_over.store(true, Ordering::Relaxed);
    let written = writing.await.unwrap();
    assert!(
        copied[0] >= 200 && copied[2] > copied[0] && copied[2] <= written,
        "{copied:?} of {written}"
    );
    let beside: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(beside.len(), 3, "nothing is left beside the copy: {beside:?}");

    // It serves as a store.
    let restored = folder.path().join("restored");
    std::fs::create_dir(&restored).unwrap();
    std::fs::copy(&target, restored.join(DATABASE_NAME)).unwrap();
    drop(Store::open(&restored).unwrap());
    assert_eq!(Database::of(&restored).count("robots"), 2 * copied[2]);
}

#[tokio::test]
async fn nothing_is_replaced_without_being_told() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, state, store) = set_up();
    write_pair(&store, 1).await;
    let target = folder.path().join("copy.sqlite");
    std::fs::write(&target, "precious").unwrap();
    let output = backup(folder.path(), &target, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("--force"), "{}", told(&output));
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");

    // Not the database itself, nor a folder, even when forced.
    for target in [state.join(DATABASE_NAME), state.clone()] {
        let output = backup(folder.path(), &target, &["--force"]);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    }
    write_pair(&store, 2).await;

    // A folder that is not there is named; nothing is left.
    let output = backup(folder.path(), &folder.path().join("no/copy"), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("no/copy"), "{}", told(&output));

    let output = backup(folder.path(), &target, &["--force"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(pairs(&target), (2, 2));
    assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_damaged_database_gives_no_copy_and_replaces_none() {
    use std::os::unix::fs::FileExt;
    let (folder, state, store) = set_up();
    for number in 0..50 {
        write_pair(&store, number).await;
    }
    let target = folder.path().join("copy.sqlite");
    assert!(backup(folder.path(), &target, &[]).status.success());
    drop(store);
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(state.join(DATABASE_NAME))
        .unwrap();
    let length = file.metadata().unwrap().len();
    for page in (length / 2..length).step_by(4096) {
        file.write_all_at(&[0x5a; 64], page / 4096 * 4096).unwrap();
    }
    let output = backup(folder.path(), &target, &["--force"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("damaged"), "{}", told(&output));
    assert_eq!(pairs(&target), (50, 50), "the good copy is still there");
    assert!(!folder.path().join("copy.sqlite.tidings-part").exists());
}

#[tokio::test]
async fn what_a_killed_backup_left_is_told_and_taken_away_unless_it_is_in_use() {
    let (folder, state, store) = set_up();
    write_pair(&store, 1).await;
    let left = |name: &str| state.join(name);
    for name in [
        "a.tidings-part",
        "a.tidings-part-journal",
        "a.tidings-part-wal",
        "a.tidings-part-shm",
    ] {
        std::fs::write(left(name), "half a copy").unwrap();
    }
    for name in ["film.part", "a.tidings-part.txt", "b.sqlite-journal"] {
        std::fs::write(left(name), "somebody's").unwrap();
    }
    std::fs::create_dir(left("folder.tidings-part")).unwrap();
    let precious = folder.path().join("precious");
    std::fs::write(&precious, "mine").unwrap();
    std::os::unix::fs::symlink(&precious, left("link.tidings-part")).unwrap();
    let busy = std::fs::File::create(left("busy.tidings-part")).unwrap();
    busy.lock().unwrap();
    let doctor = crate::process::tidings(folder.path())
        .arg("doctor")
        .stdout(std::process::Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("1 unfinished copy of killed backups"), "{said}");

    assert!(backup(folder.path(), &left("new.sqlite"), &[]).status.success());
    let is_there = |name: &str| left(name).symlink_metadata().is_ok();
    for name in [
        "a.tidings-part",
        "a.tidings-part-journal",
        "a.tidings-part-wal",
        "a.tidings-part-shm",
    ] {
        assert!(!is_there(name), "{name}");
    }
    for name in [
        "film.part",
        "a.tidings-part.txt",
        "b.sqlite-journal",
        "folder.tidings-part",
        "link.tidings-part",
        "busy.tidings-part",
    ] {
        assert!(is_there(name), "{name}");
    }
    // Where a copy is written first, a link is not followed.
    std::os::unix::fs::symlink(&precious, left("next.sqlite.tidings-part")).unwrap();
    let output = backup(folder.path(), &left("next.sqlite"), &[]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "mine");
}
