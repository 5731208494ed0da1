//! `tidings stats`: counts.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::output::print;
use super::{Format, open};

/// Counts what is stored: entries are what feeds listed, articles what they led to, matches what topics follow of them
#[derive(Debug, clap::Args)]
pub(super) struct StatsArgs {
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &StatsArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let store = open::reader(&config)?;
    let stats = store.stats()?;
    let (waiting, failed) = store.open_deliveries()?;
    let counts = [
        ("sources", stats.sources),
        ("entries", stats.entries),
        ("articles", stats.articles),
        ("stories", stats.stories),
        ("matches", stats.matches),
        ("digests", stats.digests),
        ("deliveriesWaiting", waiting),
        ("deliveriesFailed", failed),
    ];
    match args.format {
        Format::Json => {
            let object: serde_json::Map<_, _> = counts.iter().map(|(name, n)| ((*name).to_owned(), json!(n))).collect();
            print(format!("{}\n", serde_json::Value::Object(object)).as_bytes())?;
        }
        Format::Text => {
            let words = |name: &str| match name {
                "deliveriesWaiting" => "deliveries waiting".to_owned(),
                "deliveriesFailed" => "deliveries failed".to_owned(),
                other => other.to_owned(),
            };
            let lines: String = counts
                .iter()
                .map(|(name, n)| format!("{:<20}{n:>9}\n", words(name)))
                .collect();
            print(lines.as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
