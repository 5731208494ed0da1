//! The short form of `cargo run --release --example delivery_proof`: no digest is lost, and none doubled unasked.

use std::process::Command;

use crate::support::proof;

/// Runs; the example makes thousands.
const RUNS: u64 = 24;
const AT_ONCE: usize = 4;

#[tokio::test]
#[ignore = "the sending process of the test below, which starts it"]
async fn sender() {
    assert!(proof::send_if_asked().await, "nobody asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_digest_is_lost_and_none_doubled() {
    let sender = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["proof::sender", "--exact", "--ignored"]);
        command
    };
    let sum = proof::run_all(0..RUNS, AT_ONCE, &sender, |_| {}).await;
    assert!(sum.wrong.is_empty(), "{:#?}", sum.wrong);
    assert!(
        sum.kills >= 10 && sum.folded_copies > 0 && sum.told_as_failed > 0,
        "{sum:?}"
    );
}
