//! `tidings sources`: how each source fares, and sources found, taken in and handed on.

mod source_table;
mod discover;
mod health;
mod opml;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::output::format::Format;

/// How each source fares; finds feeds on a site; takes OPML in and hands it on
///
/// The words are the same everywhere: ok, moved (read from another address), late (overdue), silent (brings nothing for
/// longer than its own rhythm), changed-markup (a page that gave links or text gives none), failing, blocked (it
/// answers, but not to us), gone (410; not polled any more).
#[derive(Debug, clap::Args)]
pub(super) struct SourcesArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// Output for people, or one JSON object a line (`export` always writes OPML)
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Shows how each source fares, the worst first (the same as without a word)
    ///
    /// Below the table stands for each feed that gives teasers how many words of an article it gives on average (the median of
    /// its latest entries), and whether its pages are read before a topic says no.
    List,
    /// Finds feeds on a site, checks each, and prints `[[source]]` tables to copy; needs no configuration
    ///
    /// Looks at the address itself, at the feeds its page names or links to, at common places like /feed and /rss.xml
    /// when it names none, at a news sitemap named by robots.txt, and at the page as a listing; with 12 requests at
    /// most, at the host's pace. Of registers it knows, such as www.federalregister.gov, it prints their API too.
    Discover {
        /// The site's address; https:// may be left out
        #[arg(value_name = "URL")]
        address: String,
    },
    /// Prints the feeds of an OPML file as `[[source]]` tables to include; it edits no file
    Import {
        /// The file; - reads standard input
        #[arg(value_name = "FILE.opml")]
        file: PathBuf,
    },
    /// Prints the configured feeds as OPML 2.0, with their folders and names
    Export,
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &SourcesArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        None | Some(Command::List) => health::run(config, args.format),
        Some(Command::Discover { address }) => discover::run(config, address, args.format),
        Some(Command::Import { file }) => opml::import(config, file, args.format),
        Some(Command::Export) => opml::export(config),
    }
}
