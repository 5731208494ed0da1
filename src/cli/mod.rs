//! The command line: arguments and dispatch, one file per command that is more than a call.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong use
//! or configuration.

mod output;
mod logging;
mod open;
mod command_report;
mod dispatch;
mod lists;
mod sources;
mod files;
mod upkeep;
mod poll;
mod run;
mod serve;
mod site;
mod mcp;
mod demo;
mod packaging;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::archive::ArchiveError;
use crate::commands::WRONG_USE;
use crate::config::ConfigErrors;
use crate::control::client::ClientError;
use crate::jobs::JobError;
use crate::pdf_reader;
use crate::store::StoreError;
use crate::views::ViewError;
use files::{cluster, doc, extract, feed};
use lists::{articles, digest, search, stats, stories, topics};
use output::format::WrongUse;
use output::print::{self, OutputError, tell};
use upkeep::{archive, backup, carry_over, check, doctor, init};

/// Follows topics across feeds and pages, keeps each article as a Markdown document, and tells once a day what is new.
#[derive(Debug, Parser)]
#[command(
    name = "tidings",
    version,
    max_term_width = 100,
    after_help = "Begin with `tidings demo`: it needs no network and no configuration. Then `tidings init`, edit \
                  tidings.toml, `tidings check`, `tidings run`."
)]
pub struct Cli {
    /// Configuration file; else ./tidings.toml, $XDG_CONFIG_HOME/tidings/tidings.toml, /etc/tidings/tidings.toml
    #[arg(long, global = true, env = "TIDINGS_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Init(init::InitArgs),
    Check(check::CheckArgs),
    Run(run::RunArgs),
    Serve(serve::ServeArgs),
    Site(site::SiteArgs),
    Poll(poll::PollArgs),
    Digest(digest::DigestArgs),
    Digests(digest::ListArgs),
    Sources(sources::SourcesArgs),
    Articles(articles::ArticlesArgs),
    Topics(topics::TopicsArgs),
    Stories(stories::StoriesArgs),
    Search(search::SearchArgs),
    Mcp(mcp::McpArgs),
    Extract(extract::ExtractArgs),
    /// Feeds as the daemon sees them
    Feed(feed::FeedArgs),
    /// Front-matter documents: written again byte for byte, their values, or their secured text
    Doc(doc::DocArgs),
    Cluster(cluster::ClusterArgs),
    Match(cluster::MatchArgs),
    Stats(stats::StatsArgs),
    Doctor(doctor::DoctorArgs),
    /// Documents and database checked against and rebuilt from each other
    Archive(archive::ArchiveArgs),
    Backup(backup::BackupArgs),
    Move(carry_over::MoveArgs),
    #[command(hide = true)]
    Completions(packaging::CompletionsArgs),
    #[command(hide = true)]
    Man(packaging::ManArgs),
    /// Reads the PDF on standard input, within bounds, for another process of this program
    #[command(hide = true, name = pdf_reader::COMMAND)]
    ReadPdf,
}

/// Runs the program and returns its exit code.
pub fn main() -> ExitCode {
    let args = match Cli::try_parse() {
        Ok(args) => args,
        Err(said) => return print::show_usage(&said).unwrap_or_else(|error| report(&error.into())),
    };
    let config = args.config.as_deref();
    logging::start(usual_levels(&args.command), matches!(args.command, Command::Run(_)));
    let result = match args.command {
        Command::Demo(a) => demo::run(&a),
        Command::Init(a) => init::run(config, a),
        Command::Check(a) => check::run(config, a),
        Command::Run(a) => run::run(config, &a),
        Command::Serve(a) => serve::run(config, &a),
        Command::Site(a) => site::run(config, &a),
        Command::Poll(a) => poll::run(config, &a),
        Command::Digest(a) => digest::run(config, &a),
        Command::Digests(a) => digest::list(config, &a),
        Command::Sources(a) => sources::run(config, &a),
        Command::Articles(a) => articles::list(config, &a),
        Command::Topics(a) => topics::run(config, &a),
        Command::Stories(a) => stories::run(config, &a),
        Command::Search(a) => search::run(config, &a),
        Command::Mcp(a) => mcp::run(config, &a),
        Command::Extract(a) => extract::run(config, &a),
        Command::Feed(a) => feed::run(a),
        Command::Doc(a) => doc::run(config, a),
        Command::Cluster(a) => cluster::run_cluster(a),
        Command::Match(a) => cluster::run_match(a),
        Command::Stats(a) => stats::run(config, &a),
        Command::Doctor(a) => doctor::run(config, &a),
        Command::Archive(a) => archive::run(config, a),
        Command::Backup(a) => backup::run(config, &a),
        Command::Move(a) => carry_over::run(config, &a),
        Command::Completions(a) => packaging::completions(Cli::command(), &a),
        Command::Man(a) => packaging::man(Cli::command(), &a),
        Command::ReadPdf => pdf_reader::serve().map(|()| ExitCode::SUCCESS).map_err(Into::into),
    };
    result.unwrap_or_else(|error| report(&error))
}

/// The daemon tells what it does; other commands only what is wrong, and digests sent to the log.
fn usual_levels(command: &Command) -> &'static str {
    match command {
        // What an assistant sends wrong is its own affair.
        Command::Run(_) => "warn,tidings=info,rmcp=error",
        // One of its sources fails on purpose, and it prints its digests itself.
        Command::Demo(_) => "error",
        _ => "error,tidings=warn,tidings::digest=info",
    }
}

/// Says what went wrong and returns the exit code for it.
fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(ClientError::Output(error)) = error.downcast_ref() {
        return report(error);
    }
    if error.downcast_ref().is_some_and(OutputError::is_reader_gone) {
        return ExitCode::SUCCESS;
    }
    if let Some(errors) = error.downcast_ref::<ConfigErrors>() {
        tell!("{errors}");
        return ExitCode::from(WRONG_USE);
    }
    tell!("tidings: {error:#}");
    match needs_the_owner(error) {
        true => ExitCode::from(WRONG_USE),
        false => ExitCode::FAILURE,
    }
}

/// Whether trying again cannot help before somebody has changed something: a service manager that sees the exit code does
/// not try.
fn needs_the_owner(error: &anyhow::Error) -> bool {
    let is_refused = |error: &io::Error| {
        matches!(
            error.kind(),
            io::ErrorKind::PermissionDenied
                | io::ErrorKind::ReadOnlyFilesystem
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::AlreadyExists
                | io::ErrorKind::NotFound
                | io::ErrorKind::InvalidFilename
                | io::ErrorKind::InvalidInput
        )
    };
    error.is::<WrongUse>()
        || matches!(
            error.downcast_ref(),
            Some(ViewError::Unknown { .. } | ViewError::NotFound(_) | ViewError::Invalid(_))
        )
        || error.chain().any(|cause| match store_error(cause) {
            Some(
                StoreError::Newer { .. }
                | StoreError::Damaged(_)
                | StoreError::Holding { .. }
                | StoreError::CutOff { .. }
                | StoreError::NoPostgres
                | StoreError::ServerAddress(_)
                | StoreError::ServerTooOld { .. }
                | StoreError::AtServer { .. }
                | StoreError::NotEmpty
                | StoreError::HalfCarried
                | StoreError::Forbidden { .. },
            ) => true,
            Some(StoreError::Folder { error, .. } | StoreError::Outdated { error, .. }) => is_refused(error),
            _ => match cause.downcast_ref::<JobError>() {
                Some(JobError::Archive(ArchiveError::Folder { error, .. })) => is_refused(error),
                _ => false,
            },
        })
}

/// Returns the store's part of an error; the error of a job or a view stands for it in the chain.
fn store_error<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a StoreError> {
    if let Some(ViewError::Store(error)) = cause.downcast_ref() {
        return Some(error);
    }
    match cause.downcast_ref::<JobError>() {
        Some(JobError::Store(error)) => Some(error),
        _ => cause.downcast_ref(),
    }
}
