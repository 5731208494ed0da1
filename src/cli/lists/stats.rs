//! `tidings stats`: counts.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::open;
use crate::cli::output::format::Format;
use crate::cli::output::json;
use crate::cli::output::print::print;
use crate::views::stats;

/// Counts what is stored: entries are what feeds listed, articles what they led to, matches what topics follow of them
#[derive(Debug, clap::Args)]
pub(crate) struct StatsArgs {
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(config: Option<&Path>, args: &StatsArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let counts = stats::counts(&open::reader(&config)?)?;
    let text = match args.format {
        Format::Json => json::line(&counts),
        Format::Text => [
            ("sources", counts.sources),
            ("entries", counts.entries),
            ("articles", counts.articles),
            ("by a teaser alone", i64::try_from(counts.judged_by_teaser)?),
            ("stories", counts.stories),
            ("matches", counts.matches),
            ("digests", counts.digests),
            ("deliveries waiting", counts.deliveries_waiting),
            ("deliveries failed", counts.deliveries_failed),
        ]
        .map(|(what, number)| format!("{what:<20}{number:>9}\n"))
        .concat(),
    };
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
