//! What reads and writes keep to whatever is done in them: shown by work that hangs, fails, panics or never ends.

use std::sync::mpsc::channel;
use std::time::Duration;

use super::client::Connection;
use rustix::process::{Signal, getpid, kill_process};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

use super::{Store, StoreError};
use crate::domain::Timestamp;
use crate::domain::schedule::LastRun;

/// What does not come within this time never does.
const PATIENCE: Duration = Duration::from_secs(30);
/// A query that never ends.
const ENDLESS: &str = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

fn origins(store: &Store) -> String {
    let sql = "SELECT group_concat(origin) FROM robots";
    store.read(|c| Ok(c.query_row(sql, (), |row| row.get(0))?)).unwrap()
}

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

#[tokio::test]
async fn a_long_read_and_a_long_write_are_ended_and_a_short_write_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.end_reads();
    let read = store.read(|c| Ok(c.query_row(ENDLESS, (), |row| row.get::<i64>(0))?));
    assert!(matches!(read, Err(StoreError::Ended)), "{read:?}");
    store.end_writes();
    let written = store.write(|c| {
        c.execute("UPDATE topic SET added_at = 0", ())?;
        Ok(c.query_row(ENDLESS, (), |row| row.get::<i64>(0))?)
    });
    assert!(matches!(written.await, Err(StoreError::Ended)));
    // What a delivery answered is still to be written down.
    let ran = LastRun::starting(Timestamp::UNIX_EPOCH);
    store.digest_ran("daily".to_owned(), ran).await.unwrap();
    assert!(store.digest_last("daily").unwrap().is_some());
}

#[tokio::test]
async fn a_failed_write_leaves_nothing_and_harms_nobody_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let failing = store.write(|c| -> Result<(), StoreError> {
        c.execute("INSERT INTO digest_run (name, ran_at) VALUES ('half', 1)", ())?;
        c.execute("INSERT INTO no_such_table VALUES (1)", ())?;
        Ok(())
    });
    let good = store.digest_ran("whole".to_owned(), LastRun::starting(Timestamp::UNIX_EPOCH));
    let (failed, done) = tokio::join!(failing, good);
    assert!(failed.is_err() && done.is_ok());
    let count = |name: &'static str| {
        let sql = "SELECT count(*) FROM digest_run WHERE name = ?1";
        let count = store.read(move |c| Ok(c.query_row(sql, [name], |row| row.get::<i64>(0))?));
        count.unwrap()
    };
    assert_eq!((count("half"), count("whole")), (0, 1));
}

#[tokio::test]
async fn a_write_that_panics_takes_back_itself_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let put = |c: &Connection, name: &str| {
        let sql = "INSERT INTO robots (origin, known_until) VALUES (?1, 0)";
        c.execute(sql, [name]).map_err(StoreError::from)
    };
    let broken = store.write(move |c| -> Result<(), StoreError> {
        put(c, "broken")?;
        panic!("on purpose")
    });
    let good = store.write(move |c| put(c, "good"));
    let (broken, good) = tokio::join!(broken, good);
    assert!(matches!(broken, Err(StoreError::Panicked(said)) if said == "on purpose"));
    assert_eq!(good.unwrap(), 1);
    assert_eq!(origins(&store), "good");
    store.write(move |c| put(c, "later")).await.unwrap();
    assert_eq!(origins(&store), "good,later");
}

#[tokio::test]
async fn a_writer_that_hangs_gives_no_sign_of_life() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.ping().await.unwrap();
    let (go_on, hangs) = channel::<()>();
    let stuck = tokio::spawn({
        let store = store.clone();
        async move { store.write(move |_| Ok(hangs.recv().is_ok())).await }
    });
    tokio::task::yield_now().await;
    assert!(timeout(Duration::from_millis(300), store.ping()).await.is_err());
    go_on.send(()).unwrap();
    assert!(stuck.await.unwrap().unwrap());
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_once_and_costs_only_the_last_step() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let put = |number: usize| {
        store.write(move |c| {
            let sql = "INSERT INTO robots (origin, rules, known_until) VALUES (?1, ?2, 0)";
            c.execute(sql, [number.to_string(), "x".repeat(100_000)])?;
            Ok(())
        })
    };
    put(0).await.unwrap();
    let together = |full: bool| {
        let (first, second) = (put(3), put(4));
        async move {
            let results = tokio::join!(first, second);
            assert_eq!(results.0.is_err() && results.1.is_err(), full);
        }
    };
    // A database that may not grow any more fails as on a full disk.
    let bound = store.write(|c| Ok(c.query_row("PRAGMA max_page_count = 1", (), |row| row.get::<i64>(0))?));
    let pages = bound.await.unwrap();
    assert!(pages > 1, "it is bound to what it has");
    let error = put(1).await.unwrap_err();
    assert!(matches!(error, StoreError::Full(_)), "{error}");
    assert_eq!(error.to_string().matches("the disk is full").count(), 1, "{error}");
    together(true).await;
    store
        .write(|c| Ok(c.query_row("PRAGMA max_page_count = 1000000", (), |row| row.get::<i64>(0))?))
        .await
        .unwrap();
    put(2).await.unwrap();
    assert_eq!(origins(&store), "0,2");
}
