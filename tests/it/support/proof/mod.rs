//! The proof that no digest is lost and none doubled: a mail server that fails at every step of the conversation, crossed
//! with SIGKILL of the sending process at every step, in runs drawn from a seed.
//!
//! A run is a store in which one digest is owed to three recipients, and processes that send it until nothing waits any
//! more. What the server took is then held against what the store believes.

mod plan;
mod sender;
mod server;
#[cfg(feature = "postgres")]
pub mod several;

use std::collections::BTreeMap;
use std::path::Path;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::time::Duration;

use futures_util::StreamExt;
use tidings::jobs::digest;
use tidings::store::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe;

use plan::Plan;

/// The variable that makes a process the sending one, and names its folder.
const FOLDER: &str = "TIDINGS_PROOF_FOLDER";
/// The one recipient who is to get nothing twice.
const ONCE: &str = "once@example.org";
const RECIPIENTS: [&str; 3] = ["one@example.org", ONCE, "two@example.org"];

/// What many runs came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    pub runs: usize,
    pub processes: usize,
    pub kills: usize,
    /// Recipients who got it.
    pub arrived: usize,
    /// Recipients the server refused for ever, or who may not be sent it again: failed, and named in the next digest.
    pub told_as_failed: usize,
    /// Copies under `at-least-once` that a mail program can fold: the same bytes under the same Message-ID.
    pub folded_copies: usize,
    /// What must not be: each with the seed it happened under.
    pub wrong: Vec<String>,
}

/// Does the sending process's part, if this process is one.
pub async fn send_if_asked() -> bool {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return false;
    };
    sender::run(Path::new(&folder)).await;
    true
}

/// Makes the store every run begins with: three articles, and a digest that falls due.
pub async fn prepare(folder: &Path) {
    prepare_in(folder, "").await;
}

/// Makes it where a table of the configuration says.
async fn prepare_in(folder: &Path, store: &str) {
    let feed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = feed.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        while let Ok((mut stream, _)) = feed.accept().await {
            let mut request = [0; 4096];
            let _read = stream.read(&mut request).await;
            let items: String = (0..3)
                .map(|n| format!("<item><guid>g{n}</guid><title>Face scan number {n} at gate {n}{n}{n}</title><pubDate>Sat, 13 Jun 2026 1{n}:00:00 GMT</pubDate><link>http://127.0.0.1/{n}</link></item>"))
                .collect();
            let body = format!("<rss version=\"2.0\"><channel><title>F</title>{items}</channel></rss>");
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _written = stream.write_all(answer.as_bytes()).await;
        }
    });
    configure(
        folder,
        1,
        &format!(
            "[[source]]\nfeed = \"http://127.0.0.1:{port}/\"\nfull_text = \"never\"\nschedule = \"every 1h\"\n{store}"
        ),
    );
    let (ctx, _) = sender::open(folder, sender::BEFORE).await;
    digest::next_due(&ctx).await.unwrap();
    let mut pool = tidings::jobs::worker_pool::WorkerPool::new();
    let stop = tokio_util::sync::CancellationToken::new();
    pool.finish_all(&ctx, &stop, |_| {}).await.unwrap();
    assert_eq!(pool.done.new_articles, 3);
    serving.abort();
}

fn configure(folder: &Path, port: u16, rest: &str) {
    let recipients: Vec<String> = RECIPIENTS
        .iter()
        .map(|to| match *to {
            ONCE => format!("{{ to = \"mail:{to}\", guarantee = \"at-most-once\" }}"),
            _ => format!("\"mail:{to}\""),
        })
        .collect();
    let text = format!(
        "[daemon]\nstate_dir = \"{}\"\ntime_zone = \"Europe/Berlin\"\n[archive]\nwrite = \"none\"\n\
         [fetch]\nallow_private = [\"127.0.0.1\"]\nhost_gap = \"0s\"\n\
         [mail]\nfrom = \"tidings@example.org\"\nsmtp = \"smtp://127.0.0.1:{port}\"\n\
         [[topic]]\nname = \"Face Scans\"\nkeywords = [\"face scan\"]\n\
         [[digest]]\nname = \"daily\"\nschedule = \"0 7 * * *\"\ndeliver = [{}]\n{rest}",
        folder.display(),
        recipients.join(", ")
    );
    std::fs::write(folder.join("tidings.toml"), text).unwrap();
}

/// Runs one seed in a copy of the prepared store; `sender` makes the command of a sending process.
pub async fn run(seed: u64, prepared: &Path, sender: &(dyn Fn() -> Command + Sync)) -> Tally {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(prepared).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    let plan = Plan::of(seed);
    let server = server::start(plan.troubles.clone()).await;
    configure(folder.path(), server.port, "");
    let mut tally = Tally {
        runs: 1,
        ..Tally::default()
    };
    let mut kills = plan.kills.iter();
    loop {
        tally.processes += 1;
        let mut child = sender()
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It says nothing: its output ends when it does.
        let mut output = pipe::Receiver::from_owned_fd(child.stdout.take().unwrap().into()).unwrap();
        *server.shared.senders.lock().unwrap() = vec![child];
        let mut rest = Vec::new();
        let mut ended = pin!(output.read_to_end(&mut rest));
        let limit = kills.next().copied().unwrap_or(Duration::MAX);
        if tokio::time::timeout(limit, &mut ended).await.is_err() {
            server.shared.kill(None);
            ended.await.unwrap();
        }
        let status = server.shared.senders.lock().unwrap()[0].wait().unwrap();
        if status.success() {
            break;
        }
        if status.code().is_some() {
            tally.wrong.push(format!("seed {seed}: the sender ended with {status}"));
            break;
        }
    }
    tally.kills = *server.shared.kills.lock().unwrap();
    let taken = server.shared.taken.lock().unwrap().clone();
    let store = Store::open_to_read(folder.path()).unwrap();
    judge(seed, folder.path(), &store, &taken, &mut tally);
    tally
}

/// Holds what the server took against what the store believes.
fn judge(seed: u64, folder: &Path, store: &Store, taken: &[server::Taken], tally: &mut Tally) {
    let mut wrong = |what: String| tally.wrong.push(format!("seed {seed}: {what}"));
    let digests = store.digests(10).unwrap();
    let [digest] = digests.as_slice() else {
        wrong(format!("{} digests were recorded", digests.len()));
        return;
    };
    let mut messages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in taken {
        messages
            .entry(one.to.trim_matches(['<', '>']))
            .or_default()
            .push(&one.message);
    }
    let states: BTreeMap<&str, &str> = digest
        .deliveries
        .iter()
        .map(|one| (one.channel.strip_prefix("mail:").unwrap(), one.state.as_str()))
        .collect();
    if !states
        .keys()
        .copied()
        .eq(RECIPIENTS.iter().copied().collect::<std::collections::BTreeSet<_>>())
    {
        wrong(format!("the deliveries are {states:?}"));
    }
    let config = tidings::config::Config::load(&folder.join("tidings.toml")).unwrap();
    let next = digest::compose(store, digest.to + chrono::TimeDelta::days(4), &config.digests[0]).unwrap();
    for (to, state) in states {
        let got = messages.remove(to).unwrap_or_default();
        let is_named = next
            .digest
            .undelivered
            .iter()
            .any(|failed| failed.channel.ends_with(to));
        match (state, got.len()) {
            ("sent", 0) => wrong(format!("lost: {to} is sent and got nothing")),
            ("failed", _) if !is_named => wrong(format!("{to} failed and nobody is told")),
            ("sent" | "failed", _) => {}
            _ => wrong(format!("{to} is still {state}")),
        }
        if to == ONCE && got.len() > 1 {
            wrong(format!("doubled: {to} got {}", got.len()));
        }
        if got.windows(2).any(|pair| pair[0] != pair[1]) {
            wrong(format!("{to} got two different messages"));
        }
        if got
            .iter()
            .any(|message| !message.to_lowercase().contains("\r\nmessage-id: <digest-"))
        {
            wrong(format!("{to} got a message without its Message-ID"));
        }
        tally.arrived += usize::from(!got.is_empty());
        tally.told_as_failed += usize::from(state == "failed");
        tally.folded_copies += got.len().saturating_sub(1);
    }
}

impl Tally {
    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.processes += other.processes;
        self.kills += other.kills;
        self.arrived += other.arrived;
        self.told_as_failed += other.told_as_failed;
        self.folded_copies += other.folded_copies;
        self.wrong.extend(other.wrong);
    }
}

/// Runs many seeds, a few side by side.
pub async fn run_all(
    seeds: std::ops::Range<u64>,
    at_once: usize,
    sender: &(dyn Fn() -> Command + Sync),
    tell: impl FnMut(&Tally),
) -> Tally {
    let prepared = tempfile::tempdir().unwrap();
    prepare(prepared.path()).await;
    sum_of(seeds, at_once, |seed| run(seed, prepared.path(), sender), tell).await
}

/// Adds up what many seeds come to, a few of them side by side.
async fn sum_of<R: Future<Output = Tally>>(
    seeds: std::ops::Range<u64>,
    at_once: usize,
    run: impl Fn(u64) -> R,
    mut tell: impl FnMut(&Tally),
) -> Tally {
    let mut sum = Tally::default();
    let mut runs = futures_util::stream::iter(seeds).map(run).buffer_unordered(at_once);
    while let Some(tally) = runs.next().await {
        sum.add(tally);
        tell(&sum);
    }
    sum
}
