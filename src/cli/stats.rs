//! `tidings stats`: counts.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{Format, open, print};

/// Counts what is stored
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &Args) -> anyhow::Result<ExitCode> {
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
            let lines: String = counts.iter().map(|(name, n)| format!("{name:<18}{n:>9}\n")).collect();
            print(lines.as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
