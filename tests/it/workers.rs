//! Nothing that waits for the disk keeps the runtime from anything else, though it has one worker.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::process::{Signal, getpid, kill_process};
use tidings::store::{DATABASE_NAME, Store, StoreError};
use tokio::signal::unix::{SignalKind, signal};

use crate::process::Daemon;
use crate::support::config_text;

/// What does not come within this time never does.
const PATIENCE: Duration = Duration::from_secs(30);
/// A daemon that was told to stop is gone within two seconds; the machine may be busy.
const END: Duration = Duration::from_secs(4);

#[test]
fn reads_that_hang_hold_up_neither_others_nor_signals() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (began, begun) = channel();
    let mut releases = Vec::new();
    for _ in 0..3 {
        let (release, released) = channel::<()>();
        releases.push(release);
        let (store, began) = (store.clone(), began.clone());
        runtime.spawn(async move {
            store.read(|_| {
                began.send(()).unwrap();
                // Until the test lets go of the other end.
                let _ = released.recv();
                Ok(())
            })
        });
    }
    for _ in 0..3 {
        begun
            .recv_timeout(PATIENCE)
            .expect("one read that hangs keeps the others from beginning");
    }
    let (told, heard) = channel();
    runtime.spawn(async move {
        let mut signals = signal(SignalKind::user_defined2()).unwrap();
        told.send("ready").unwrap();
        signals.recv().await;
        told.send("heard").unwrap();
    });
    assert_eq!(
        heard.recv_timeout(PATIENCE),
        Ok("ready"),
        "a task runs beside reads that hang"
    );
    kill_process(getpid(), Signal::USR2).unwrap();
    assert_eq!(heard.recv_timeout(PATIENCE), Ok("heard"));
    drop(releases);
}

/// Takes the database's one place for writers, as a tool of somebody's may.
fn hold(state: &std::path::Path) -> Connection {
    let holder = Connection::open(state.join(DATABASE_NAME)).unwrap();
    holder.busy_timeout(PATIENCE).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
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
