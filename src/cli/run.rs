//! `tidings run`: the daemon.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::open;
use crate::clock::Clock;
use crate::daemon;
use crate::store::Store;

/// Runs the daemon: polls, extracts, writes documents, sends digests. SIGHUP reloads the configuration, SIGTERM ends it
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, _args: &RunArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let runtime = open::runtime()?;
    let result = runtime.block_on(async {
        let store = daemon::open_in_turn(|| Store::open(&config)).await?;
        let ctx = open::context_with(config, store.clone(), Clock::system()).await?;
        let result = daemon::run(ctx).await;
        store.close();
        result
    });
    // A name that is being looked up cannot be ended, and nobody waits for it any more.
    runtime.shutdown_background();
    result.map(|()| ExitCode::SUCCESS)
}
