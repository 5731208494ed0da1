//! The command line: arguments and dispatch, one file per command that is more than a call.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong use
//! or configuration.

pub mod check;
pub mod cluster;
pub mod doc;
pub mod extract;
pub mod feed;
pub mod init;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// Exit code for wrong use or a wrong configuration.
pub const WRONG_USE: u8 = 2;

#[derive(Debug, Parser)]
#[command(name = "tidings", version, about, max_term_width = 100)]
pub struct Args {
    /// Configuration file; else ./tidings.toml, the XDG folder, /etc/tidings/tidings.toml
    #[arg(long, global = true, env = "TIDINGS_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

/// Output for people or one JSON object a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Init(init::Args),
    Check(check::Args),
    Extract(extract::Args),
    /// Feeds as the daemon sees them
    Feed(feed::Args),
    /// Front-matter documents
    Doc(doc::Args),
    Cluster(cluster::ClusterArgs),
    Match(cluster::MatchArgs),
}

/// Runs the program and returns its exit code.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.command {
        Command::Init(a) => init::run(a),
        Command::Check(a) => check::run(args.config.as_deref(), a),
        Command::Extract(a) => extract::run(a),
        Command::Feed(a) => feed::run(a),
        Command::Doc(a) => doc::run(a),
        Command::Cluster(a) => cluster::run_cluster(a),
        Command::Match(a) => cluster::run_match(a),
    };
    result.unwrap_or_else(|error| {
        eprintln!("tidings: {error:#}");
        ExitCode::FAILURE
    })
}

/// Writes bytes to standard output.
///
/// # Errors
/// They cannot be written.
pub(crate) fn print(bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}
