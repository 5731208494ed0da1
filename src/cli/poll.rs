//! `tidings poll`: one round of work, then the end.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::output::format::Format;
use crate::cli::{dispatch, open};
use crate::commands::StoreCommand;

/// Polls what is due, extracts, writes documents, and ends. Named sources are polled now, due or not
#[derive(Debug, clap::Args)]
pub(super) struct PollArgs {
    /// Sources by name or address: the configured one, one before, or the one they moved to
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &PollArgs) -> anyhow::Result<ExitCode> {
    let sources = args.sources.clone();
    dispatch::carry_out(open::config(config)?, &StoreCommand::Poll { sources }, args.format)
}
