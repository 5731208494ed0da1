//! `tidings completions` and `tidings man`: for whoever packages it, from the definitions that `--help` shows.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Command;

/// Prints the completions for a shell
#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

/// Writes the man pages into a folder: one for the program, one for each command
#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// The folder; it is created when there is none
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints the completions for a shell.
pub(super) fn completions(mut cli: Command, args: &CompletionsArgs) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli, "tidings", &mut script);
    crate::cli::output::print::print(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the man pages.
pub(super) fn man(cli: Command, args: &ManArgs) -> anyhow::Result<ExitCode> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // The help of the help is said on the first page.
    let command = cli.disable_help_subcommand(true);
    clap_mangen::generate_to(command, folder)
        .with_context(|| format!("cannot write man pages into {}", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}
