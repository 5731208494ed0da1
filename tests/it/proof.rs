//! The short form of `cargo run --release --example delivery_proof`: no digest is lost, and none doubled unasked.

use std::process::Command;

use crate::support::proof;

/// Runs; the example makes thousands.
const RUNS: u64 = 24;
const AT_ONCE: usize = 4;

#[tokio::test]
#[ignore = "the sending process of the test below, which starts it"]
async fn sending() {
    assert!(proof::send_if_asked().await, "nobody asked");
}

/// Runs over several processes and a server, whose processes start more slowly.
#[cfg(feature = "postgres")]
const RUNS_OF_SEVERAL: u64 = 6;

fn sender() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["proof::sending", "--exact", "--ignored"]);
    command
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_workers_lose_and_double_none_either() {
    let seeds = 1..1 + RUNS_OF_SEVERAL;
    let Some(sum) = proof::several::run_all(seeds, AT_ONCE, &sender, |_| {}).await else {
        return;
    };
    assert!(sum.wrong.is_empty(), "{:#?}", sum.wrong);
    assert!(sum.kills > 0 && sum.arrived > 0, "{sum:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_digest_is_lost_and_none_doubled() {
    let sum = proof::run_all(0..RUNS, AT_ONCE, &sender, |_| {}).await;
    assert!(sum.wrong.is_empty(), "{:#?}", sum.wrong);
    assert!(
        sum.kills >= 10 && sum.folded_copies > 0 && sum.told_as_failed > 0,
        "{sum:?}"
    );
}
