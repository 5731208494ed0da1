//! The store's own health: ends out of order, damage, newer and older schemas, and a log that stays bounded.

use std::path::Path;
use std::process::Command;

use tidings::domain::Timestamp;
use tidings::fetch::{HostBackoff, HostState};
use tidings::store::maintenance::CheckDepth;
use tidings::store::{DATABASE_NAME, LOG_BYTES_KEPT, SCHEMA, Store, StoreError};

use crate::support::config_text;
use crate::support::database::Database;
use crate::upgrade::migration_steps;

fn log_bytes(folder: &Path) -> u64 {
    let log = folder.join(format!("{DATABASE_NAME}-wal"));
    std::fs::metadata(log).map_or(0, |found| found.len())
}

#[test]
fn an_end_in_order_owes_no_check_and_a_kill_owes_one_until_it_is_passed() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("lock");
    let store = Store::open(folder.path()).unwrap();
    assert!(!store.owes_check(), "new");
    let while_owned = std::fs::read(&lock).unwrap();
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert!(!store.owes_check(), "ended in order");
    drop(store);

    // What a killed owner leaves: its word in the lock file.
    std::fs::write(&lock, while_owned).unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(store.owes_check());
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert!(store.owes_check(), "an end in order without a check does not pay it");
    assert_eq!(
        store.check(CheckDepth::Full).unwrap().run().unwrap(),
        Vec::<String>::new()
    );
    store.check_passed();
    drop(store);
    assert!(!Store::open(folder.path()).unwrap().owes_check());
}

/// A reference to nothing.
const LOST: &str =
    "PRAGMA foreign_keys = OFF; INSERT INTO source_alias (address, source) VALUES ('http://b.example/', 77);";

#[test]
fn damage_is_named_by_a_check() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    Database::of(folder.path()).run(LOST);
    let store = Store::open(folder.path()).unwrap();
    let problems = store.check(CheckDepth::Full).unwrap().run().unwrap();
    assert_eq!(problems, ["source_alias refers to a row of source that is not there"]);
    assert!(store.check(CheckDepth::Quick).unwrap().run().unwrap().is_empty());
}

#[test]
fn a_check_ends_when_nobody_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let check = store.check(CheckDepth::Full).unwrap();
    let stopper = check.stopper();
    let running = std::thread::spawn(move || check.run());
    drop(stopper);
    // It was stopped, or had just ended; it does not hang.
    let _either = running.join().unwrap();
}

#[test]
fn a_newer_database_is_refused_with_2_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    drop(Store::open(&state).unwrap());
    let database = state.join(DATABASE_NAME);
    let newer = SCHEMA + 1;
    Database::of(&state).set_schema(newer);
    let before = std::fs::read(&database).unwrap();
    assert!(matches!(Store::open(&state), Err(StoreError::Newer { found, .. }) if found == newer));
    assert!(std::fs::read(state.join("lock")).unwrap().is_empty(), "nobody owned it");

    let config = folder.path().join("tidings.toml");
    std::fs::write(&config, config_text(&state, "http://127.0.0.1:1", "")).unwrap();
    for command in [&["run"][..], &["poll"], &["stats"], &["backup", "copy.sqlite"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .arg("--config")
            .arg(&config)
            .args(command)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("upgrade tidings"), "{command:?}: {told}");
    }
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_cut_back_after_a_long_reader() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let reader = Database::of(folder.path());
    reader.run("BEGIN; SELECT count(*) FROM source;");
    let write = async |number: i64| {
        let news = HostState {
            hosts: vec![(
                format!("{number}{}", "x".repeat(2_000_000)),
                Some(HostBackoff {
                    refusals: 1,
                    wait_until: Timestamp::UNIX_EPOCH,
                }),
            )],
            ..HostState::default()
        };
        store.save_host_state(Timestamp::UNIX_EPOCH, news).await.unwrap();
    };
    for number in 0..25 {
        write(number).await;
    }
    let grown = log_bytes(folder.path());
    assert!(grown > LOG_BYTES_KEPT as u64, "the reader keeps the log: {grown}");
    reader.run("COMMIT");
    for number in 0..2 {
        write(number).await;
    }
    let kept = log_bytes(folder.path());
    assert!(kept <= LOG_BYTES_KEPT as u64, "{kept} bytes of log");
    drop(reader);
    drop(store);
    assert!(
        !folder.path().join(format!("{DATABASE_NAME}-wal")).exists(),
        "carried over at the end"
    );
}

/// What a killed owner leaves, and a database with a reference to nothing, or no database at all, ends the daemon.
#[test]
fn a_damaged_database_ends_the_daemon_with_2_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let config = folder.path().join("tidings.toml");
    std::fs::write(&config, config_text(&state, "http://127.0.0.1:1", "")).unwrap();
    let run = || {
        let output = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .arg("--config")
            .arg(&config)
            .arg("run")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("restore the latest backup"), "{told}");
        told
    };
    drop(Store::open(&state).unwrap());
    let database = state.join(DATABASE_NAME);
    Database::of(&state).run(LOST);
    std::fs::write(state.join("lock"), "owned").unwrap();
    // Found by the look at the whole database, once it serves; and again, as nothing has been mended.
    for _ in 0..2 {
        let told = run();
        assert!(told.contains("refers to a row of source that is not there"), "{told}");
    }
    std::fs::write(&database, "not a database ".repeat(1_000)).unwrap();
    assert!(run().contains("not a database"));
}

/// The database and its log as a kill in the middle of each migration leaves them: nothing of it is there, and the next
/// start does it again.
#[test]
fn a_kill_in_the_middle_of_a_migration_leaves_the_schema_before_it() {
    let steps: Vec<String> = migration_steps().into_values().collect();
    assert_eq!(steps.len() as i64, SCHEMA);
    for (step, sql) in steps.iter().enumerate() {
        let (killed, left) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let database = Database::of(killed.path());
        // One page of cache, so that what is not committed is in the log too.
        database.run("PRAGMA journal_mode = WAL; PRAGMA cache_size = 1;");
        for (number, earlier) in steps[..step].iter().enumerate() {
            database.run(&format!(
                "BEGIN; {earlier}; PRAGMA user_version = {}; COMMIT;",
                number + 1
            ));
        }
        database.run(&format!("BEGIN IMMEDIATE; {sql}; PRAGMA user_version = {};", step + 1));
        for name in [DATABASE_NAME.to_owned(), format!("{DATABASE_NAME}-wal")] {
            std::fs::copy(killed.path().join(&name), left.path().join(&name)).unwrap();
        }
        assert_eq!(Database::of(left.path()).schema(), step as i64, "{sql}");
        let store = Store::open(left.path()).unwrap();
        assert!(store.check(CheckDepth::Full).unwrap().run().unwrap().is_empty());
        drop(store);
        assert_eq!(Database::of(left.path()).schema(), SCHEMA);
    }
}

/// Makes the database of a folder one that cannot give pages back and is mostly free, as earlier versions left them.
fn leave_mostly_free(folder: &Path) {
    Database::of(folder).run(
        "PRAGMA journal_mode = DELETE;
         PRAGMA auto_vacuum = NONE;
         VACUUM;
         INSERT INTO robots (origin, known_until) VALUES ('http://a.example', 1);
         CREATE TABLE much (bytes BLOB);
         INSERT INTO much VALUES (zeroblob(24000000));
         DROP TABLE much;",
    );
}

#[test]
fn a_database_that_cannot_give_room_back_is_written_anew_once() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    leave_mostly_free(folder.path());
    let path = folder.path().join(DATABASE_NAME);
    assert!(path.metadata().unwrap().len() > 24_000_000);
    drop(Store::open(folder.path()).unwrap());
    assert!(path.metadata().unwrap().len() < 2_000_000);
    let database = Database::at(&path);
    assert_eq!((database.one("PRAGMA auto_vacuum"), database.count("robots")), (2, 1));
}

#[test]
fn a_newer_database_is_not_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    leave_mostly_free(folder.path());
    let path = folder.path().join(DATABASE_NAME);
    Database::at(&path).set_schema(SCHEMA + 1);
    let refused = Store::open(folder.path());
    assert!(matches!(refused, Err(StoreError::Newer { .. })));
    assert!(path.metadata().unwrap().len() > 24_000_000, "it is as it was");
}

#[test]
fn putting_a_built_database_in_place_leaves_an_owners_word() {
    let folder = tempfile::tempdir().unwrap();
    let (built, state) = (folder.path().join("built"), folder.path().join("state"));
    drop(Store::open(&built).unwrap());
    let owner = Store::open(&state).unwrap();
    let lock = state.join("lock");
    let word = std::fs::read(&lock).unwrap();
    // Somebody took its database away while it runs.
    std::fs::rename(state.join(DATABASE_NAME), folder.path().join("taken")).unwrap();
    assert!(matches!(Store::install(&built, &state), Err(StoreError::Locked { .. })));
    assert_eq!(std::fs::read(&lock).unwrap(), word);
    assert!(!word.is_empty());
    drop(owner);
}
