//! `cargo run --release --example delivery_proof [RUNS [FIRST_SEED]]`: digests sent through a mail server that refuses,
//! stalls or hangs up at every step, while the sending process is killed at every step. Counts what was lost or doubled.
#![expect(clippy::unwrap_used, reason = "a proof that cannot go on should say where")]

#[path = "../tests/it/support/proof/mod.rs"]
mod proof;

use std::process::{Command, ExitCode};

/// Runs when no number is given.
const RUNS: u64 = 2_000;
/// Runs side by side: most of the time is waiting for what stalls.
const AT_ONCE: usize = 6;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    if proof::send_if_asked().await {
        return ExitCode::SUCCESS;
    }
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>().unwrap());
    let (runs, first) = (numbers.next().unwrap_or(RUNS), numbers.next().unwrap_or(1));
    let sender = || Command::new(std::env::current_exe().unwrap());
    let sum = proof::run_all(first..first + runs, AT_ONCE, &sender, |sum| {
        if sum.runs.is_multiple_of(200) {
            eprintln!("{} runs, {} kills, {} wrong", sum.runs, sum.kills, sum.wrong.len());
        }
    })
    .await;
    for wrong in &sum.wrong {
        println!("{wrong}");
    }
    println!(
        "{} runs, {} processes, {} killed: {} recipients got it, {} are told as failed, {} copies with an equal Message-ID, {} wrong",
        sum.runs,
        sum.processes,
        sum.kills,
        sum.arrived,
        sum.told_as_failed,
        sum.folded_copies,
        sum.wrong.len()
    );
    ExitCode::from(u8::from(!sum.wrong.is_empty()))
}
