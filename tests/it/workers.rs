//! Nothing that waits for the disk keeps the runtime from anything else, though it has one worker.

use std::time::{Duration, Instant};

use tidings::store::{Store, StoreError};

use crate::process::Daemon;
use crate::support::config_text;
use crate::support::database::Database;

/// A daemon that was told to stop is gone within two seconds; the machine may be busy.
const END: Duration = Duration::from_secs(4);

/// Takes the database's one place for writers, as a tool of somebody's may.
fn hold(state: &std::path::Path) -> Database {
    let holder = Database::of(state);
    holder.run("BEGIN IMMEDIATE");
    holder
}

#[test]
fn signals_are_answered_while_somebody_else_holds_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let text = config_text(folder.path(), "http://127.0.0.1:9", "");
    std::fs::write(folder.path().join("tidings.toml"), text).unwrap();
    let mut daemon = Daemon::start_told(folder.path());
    daemon.hear("READY=1");
    let holder = hold(folder.path());
    daemon.signal("HUP");
    daemon.hear("RELOADING=1");
    let told = Instant::now();
    daemon.signal("TERM");
    daemon.hear("STOPPING=1");
    let said = daemon.said();
    assert!(told.elapsed() < END, "it took {:?}: {said}", told.elapsed());
    drop(holder);
}

#[tokio::test]
async fn a_write_that_finds_no_place_fails_and_the_next_one_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let holder = hold(folder.path());
    // Told to end, it waits for nobody.
    store.end_writes();
    assert!(matches!(store.ping().await, Err(StoreError::Ended)));
    drop(holder);
    store.ping().await.unwrap();
}
