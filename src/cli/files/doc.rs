//! `tidings doc`: front-matter documents as this program reads and writes them.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use crate::document::{self, json};
use crate::files;

/// Reads documents and writes them again, or their values.
#[derive(Debug, clap::Args)]
pub struct DocArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Writes a document again, byte for byte where it follows the format
    Fmt {
        /// The document; - reads standard input
        file: PathBuf,
    },
    /// Prints a document's values as one JSON object
    Json {
        /// The document; - reads standard input
        file: PathBuf,
    },
}

/// Runs the command.
pub fn run(args: DocArgs) -> anyhow::Result<ExitCode> {
    let (file, is_json) = match &args.command {
        Command::Fmt { file } => (file, false),
        Command::Json { file } => (file, true),
    };
    let text = files::read_named_text(file, document::BYTES_MAX as u64)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let document = document::parse(&text).with_context(|| format!("{} is not a document", file.display()))?;
    let out = if is_json {
        crate::cli::output::json::line(&json::to_json(&document))
    } else {
        document::render(&document)
    };
    crate::cli::output::print::print(out.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
