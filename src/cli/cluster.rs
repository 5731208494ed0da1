//! `tidings cluster` and `tidings match`.

use std::process::ExitCode;

/// Stub
#[derive(Debug, clap::Args)]
pub struct ClusterArgs {}
/// Stub
#[derive(Debug, clap::Args)]
pub struct MatchArgs {}

/// Runs the command.
pub fn run_cluster(_args: ClusterArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not written yet")
}

/// Runs the command.
pub fn run_match(_args: MatchArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not written yet")
}
