//! `tidings doc`: front-matter documents as this program reads and writes them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::open;
use crate::cli::output::format::WrongUse;
use crate::config;
use crate::document::secured::{self, SecureKey};
use crate::document::{self, json};
use crate::files;

/// Reads documents and writes them again, their values, or their secured text.
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
    /// Prints the text of a document that is secured, with the key of `archive.secure`
    Open {
        /// The document; - reads standard input
        file: PathBuf,
        /// A file that holds the key, where there is no configuration
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
    },
}

/// Runs the command.
pub fn run(config: Option<&Path>, args: DocArgs) -> anyhow::Result<ExitCode> {
    let (Command::Fmt { file } | Command::Json { file } | Command::Open { file, .. }) = &args.command;
    let text = files::read_named_text(file, document::BYTES_MAX as u64)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let document = document::parse(&text).with_context(|| format!("{} is not a document", file.display()))?;
    let out = match &args.command {
        Command::Fmt { .. } => document::render(&document),
        Command::Json { .. } => crate::cli::output::json::line(&json::to_json(&document)),
        Command::Open { key_file, .. } => {
            let key = key(config, key_file.as_deref())?;
            let text = secured::open(&document, &key).with_context(|| format!("cannot open {}", file.display()))?;
            format!("{text}\n")
        }
    };
    crate::cli::output::print::print(out.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the key of a file, or of the configuration.
fn key(config: Option<&Path>, file: Option<&Path>) -> anyhow::Result<SecureKey> {
    let Some(file) = file else {
        let config = open::config(config)?;
        let key = config.archive.secure_key().map_err(WrongUse)?;
        let missing =
            || WrongUse("the configuration has no archive.secure; name the key with --key-file FILE".to_owned());
        return Ok(key.ok_or_else(missing)?.clone());
    };
    let secret = config::secret_of(file).and_then(SecureKey::new);
    Ok(secret.map_err(|message| WrongUse(format!("--key-file {}: {message}", file.display())))?)
}
