//! The same proof over several processes and a PostgreSQL server: whichever has the digests is killed at every step, stopped while
//! others go on with its work and then let go on, and the server ends in the middle.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tidings::store::{ServerAddress, Store, StorePlace};

use super::super::postgres_server;
use super::plan::{Chance, Plan};
use super::{FOLDER, Tally, configure, judge, sender, server};

/// Workers that are there at the same time.
const WORKERS: usize = 4;
/// How long after the start of a run something happens to a worker, in milliseconds.
const HAPPENS_MILLISECONDS_MAX: u64 = 3_000;
/// Of so many runs one has its server end in the middle, and all that run beside it.
const RESTART_EVERY: u64 = 10;
const LOOK: Duration = Duration::from_millis(20);

/// What happens to a worker.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Killed,
    /// Stopped until others have gone on with its work.
    Stopped,
    /// Its connections are cut.
    CutOff,
}

const FATES: [Fate; 3] = [Fate::Killed, Fate::Stopped, Fate::CutOff];

/// A database in which one digest is owed, from which each run begins.
struct Prepared {
    name: String,
}

/// Makes the database every run begins with; nothing where there is no server.
async fn prepare() -> Option<Prepared> {
    let url = postgres_server::empty_database()?;
    let folder = tempfile::tempdir().unwrap();
    super::prepare_in(folder.path(), &store_table(&url)).await;
    let name = url.split(['/', '?']).nth(3).unwrap().to_owned();
    Some(Prepared { name })
}

fn store_table(url: &str) -> String {
    format!("[store]\npostgres = {{ url = \"{url}\" }}\n")
}

/// Runs many seeds, a few side by side; nothing where there is no server.
pub async fn run_all(
    seeds: std::ops::Range<u64>,
    at_once: usize,
    sender: &(dyn Fn() -> Command + Sync),
    tell: impl FnMut(&Tally),
) -> Option<Tally> {
    let prepared = prepare().await?;
    Some(super::sum_of(seeds, at_once, |seed| run(seed, &prepared, sender), tell).await)
}

/// One worker of a run: a process, restarted in its own folder until it ends in order.
struct Worker {
    folder: TempDir,
    is_stopped: bool,
}

/// Runs one seed in a copy of the prepared database.
async fn run(seed: u64, prepared: &Prepared, sender: &(dyn Fn() -> Command + Sync)) -> Tally {
    let url = postgres_server::copy_of(&prepared.name);
    let plan = Plan::of(seed);
    let mail = server::start(plan.troubles.clone()).await;
    let mut chance = Chance(seed ^ 0x5EED);
    let mut tally = Tally {
        runs: 1,
        ..Tally::default()
    };
    let worker = || {
        let folder = tempfile::tempdir().unwrap();
        configure(folder.path(), mail.port, &store_table(&url));
        Worker {
            folder,
            is_stopped: false,
        }
    };
    let mut workers: Vec<Worker> = Vec::new();
    for _ in 0..WORKERS {
        workers.push(worker());
        let child = start(sender, workers.last().unwrap().folder.path());
        mail.shared.senders.lock().unwrap().push(child);
        tally.processes += 1;
    }
    let happens = |chance: &mut Chance| Duration::from_millis(chance.below(HAPPENS_MILLISECONDS_MAX));
    let mut fates: Vec<(Duration, Fate)> = plan
        .kills
        .iter()
        .map(|_| (happens(&mut chance), chance.of(&FATES)))
        .collect();
    fates.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut restarts = seed.is_multiple_of(RESTART_EVERY).then(|| happens(&mut chance));
    let begun = tokio::time::Instant::now();
    loop {
        tokio::time::sleep(LOOK).await;
        if restarts.is_some_and(|at| begun.elapsed() >= at) {
            restarts = None;
            postgres_server::restart();
        }
        if fates.last().is_some_and(|(at, _)| begun.elapsed() >= *at)
            && let Some((_, fate)) = fates.pop()
        {
            befall(&mail.shared, &mut workers, &mut chance, fate, &url);
        }
        let mut senders = mail.shared.senders.lock().unwrap();
        let mut going = 0;
        let mut again = Vec::new();
        for (at, child) in senders.iter_mut().enumerate() {
            match child.try_wait().unwrap() {
                None => going += usize::from(!workers[at].is_stopped),
                Some(status) if status.success() => {}
                Some(status) if status.code().is_none_or(|code| code == sender::AGAIN) => again.push(at),
                Some(status) => {
                    let said = said(workers[at].folder.path());
                    tally
                        .wrong
                        .push(format!("seed {seed}: a worker ended with {status}: {said}"));
                }
            }
        }
        if going == 0 && again.is_empty() {
            break;
        }
        for at in again {
            // Its own folder again, as a service manager does, or a new machine after its term has ended.
            if chance.below(2) == 0 {
                end_term(&url, workers[at].folder.path());
                workers[at] = worker();
            }
            senders[at] = start(sender, workers[at].folder.path());
            tally.processes += 1;
        }
        if !tally.wrong.is_empty() {
            break;
        }
    }
    // Those that were stopped go on now: others have done all of it.
    let mut senders = std::mem::take(&mut *mail.shared.senders.lock().unwrap());
    for (child, worker) in senders.iter_mut().zip(&workers) {
        signal(child, rustix::process::Signal::CONT);
        let status = child.wait().unwrap();
        if status.code().is_some_and(|code| code != 0 && code != sender::AGAIN) {
            let said = said(worker.folder.path());
            tally.wrong.push(format!(
                "seed {seed}: a worker that was stopped ended with {status}: {said}"
            ));
        }
    }
    tally.kills = *mail.shared.kills.lock().unwrap();
    let taken = mail.shared.taken.lock().unwrap().clone();
    let folder = workers[0].folder.path();
    let server = ServerAddress {
        url: url.clone(),
        password: None,
    };
    let store = Store::open_to_read(StorePlace {
        folder,
        server: Some(&server),
    });
    judge(seed, folder, &store.unwrap(), &taken, &mut tally);
    postgres_server::drop_database(&url);
    tally
}

fn start(sender: &(dyn Fn() -> Command + Sync), folder: &Path) -> Child {
    let log = std::fs::File::create(folder.join("said")).unwrap();
    sender()
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Returns the first words a worker said before its end.
fn said(folder: &Path) -> String {
    let said = std::fs::read_to_string(folder.join("said")).unwrap_or_default();
    said.lines().take(4).collect::<Vec<_>>().join(" ")
}

fn befall(shared: &server::Shared, workers: &mut [Worker], chance: &mut Chance, fate: Fate, url: &str) {
    let mut senders = shared.senders.lock().unwrap();
    let at = usize::try_from(chance.below(senders.len() as u64)).unwrap();
    if senders[at].try_wait().unwrap().is_some() {
        return;
    }
    match fate {
        Fate::Killed => {
            senders[at].kill().unwrap();
            *shared.kills.lock().unwrap() += 1;
        }
        Fate::Stopped => {
            signal(&senders[at], rustix::process::Signal::STOP);
            workers[at].is_stopped = true;
            end_term(url, workers[at].folder.path());
        }
        Fate::CutOff => postgres_server::cut_connections(url),
    }
}

/// As if half a minute had gone by in which a worker gave no sign: whoever renews its own term next frees what it holds.
fn end_term(url: &str, folder: &Path) {
    let folder: PathBuf = folder.to_owned();
    let sql = format!(
        "UPDATE worker SET until = 1 WHERE until > 0 AND name LIKE '%{}%'",
        folder.display()
    );
    postgres_server::until_done(url, &sql);
}

fn signal(child: &Child, signal: rustix::process::Signal) {
    let process = rustix::process::Pid::from_child(child);
    // It may have ended meanwhile.
    let _ = rustix::process::kill_process(process, signal);
}
