//! `cargo run --release --example delivery_proof [several] [RUNS [FIRST_SEED]]`: digests sent through a mail server that refuses,
//! stalls or hangs up at every step, while the sending process is killed at every step. Counts what was lost or doubled. With
//! `several`, four processes share a PostgreSQL server, which ends in the middle too.
#![expect(clippy::unwrap_used, reason = "a proof that cannot go on should say where")]

#[cfg(feature = "postgres")]
#[path = "../tests/it/support/postgres_server.rs"]
mod postgres_server;
#[path = "../tests/it/support/proof/mod.rs"]
mod proof;

use std::process::{Command, ExitCode};

/// Runs when no number is given.
const RUNS: u64 = 2_000;
/// It is told how far it is after so many.
const TOLD_EVERY: usize = 100;
/// Runs side by side: most of the time is waiting for what stalls.
const AT_ONCE: usize = 6;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    if proof::send_if_asked().await {
        return ExitCode::SUCCESS;
    }
    let mut words = std::env::args().skip(1).peekable();
    let is_several = words.next_if(|word| word == "several").is_some();
    let mut numbers = words.map(|text| text.parse::<u64>().unwrap());
    let (runs, first) = (numbers.next().unwrap_or(RUNS), numbers.next().unwrap_or(1));
    let sender = || Command::new(std::env::current_exe().unwrap());
    let tell = |sum: &proof::Tally| {
        if sum.runs.is_multiple_of(TOLD_EVERY) {
            eprintln!("{} runs, {} kills, {} wrong", sum.runs, sum.kills, sum.wrong.len());
        }
    };
    let seeds = first..first + runs;
    let sum = match is_several {
        #[cfg(feature = "postgres")]
        true => proof::several::run_all(seeds, AT_ONCE, &sender, tell)
            .await
            .expect("PostgreSQL is installed"),
        _ => proof::run_all(seeds, AT_ONCE, &sender, tell).await,
    };
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
