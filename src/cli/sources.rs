//! `tidings sources`: the health of each source.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{Format, open, print, table};
use crate::clock::Clock;
use crate::config::Config;
use crate::document::scalar::date_time;
use crate::domain::Timestamp;
use crate::store::sources::StoredSource;

/// Shows the health of each source: when it was read, what it brought, what is wrong with it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Shows the health of each source (the same as without a word)
    List,
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &Args) -> anyhow::Result<ExitCode> {
    let (Some(Command::List) | None) = args.command;
    let config = open::config(config)?;
    let sources: Vec<StoredSource> = open::reader(&config)?
        .sources()?
        .into_iter()
        .filter(|s| s.active)
        .collect();
    if args.format == Format::Json {
        for source in &sources {
            print(format!("{}\n", as_json(source)).as_bytes())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let now = Clock::system().now();
    let mut rows = Vec::new();
    for source in &sources {
        let state = &source.state;
        rows.push(vec![
            source
                .name
                .clone()
                .or_else(|| state.title.clone())
                .unwrap_or_else(|| source.address.clone()),
            source.kind.clone(),
            status(source).to_owned(),
            source.articles.to_string(),
            state.succeeded_at.map_or_else(|| "never".to_owned(), |at| age(now, at)),
            state
                .next_poll_at
                .filter(|_| !state.stopped)
                .map_or_else(|| "-".to_owned(), |at| open::local(at, &config)),
        ]);
    }
    print(table::render(&["source", "kind", "state", "entries", "last read", "next poll"], &rows).as_bytes())?;
    print(troubles(&sources, &config).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn status(source: &StoredSource) -> &'static str {
    match &source.state {
        state if state.stopped => "stopped",
        state if state.failures > 0 => "failing",
        state if state.polled_at.is_none() => "new",
        _ => "ok",
    }
}

fn troubles(sources: &[StoredSource], config: &Config) -> String {
    let mut out = String::new();
    for source in sources
        .iter()
        .filter(|s| s.state.failures > 0 || s.state.stopped || s.state.current_address.is_some())
    {
        let state = &source.state;
        let name = table::tidy(source.name.as_deref().unwrap_or(&source.address));
        if state.failures > 0 || state.stopped {
            let since = state
                .failing_since
                .map(|at| format!(" since {}", open::local(at, config)))
                .unwrap_or_default();
            let error = table::tidy(state.last_error.as_deref().unwrap_or("no reason was stored"));
            let what = if state.stopped {
                "is gone and is not polled any more"
            } else {
                "fails"
            };
            out.push_str(&format!(
                "\n{name} {what}{since} ({} in a row):\n  {error}\n  {}\n",
                state.failures, source.address
            ));
        }
        if let Some(address) = &state.current_address {
            out.push_str(&format!("\n{name} has moved; it is read from {}\n  to make this permanent, set that address in the configuration with was = \"{}\"\n", table::tidy(address), source.address));
        }
    }
    out
}

/// Returns how long ago something was, in one unit.
fn age(now: Timestamp, at: Timestamp) -> String {
    let seconds = (now - at).num_seconds().max(0);
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

fn as_json(source: &StoredSource) -> serde_json::Value {
    let state = &source.state;
    json!({
        "id": source.id.0,
        "kind": source.kind,
        "address": source.address,
        "name": source.name,
        "title": state.title,
        "state": status(source),
        "schedule": source.schedule,
        "entries": source.articles,
        "failures": state.failures,
        "failingSince": state.failing_since.map(date_time),
        "error": state.last_error,
        "polledDateTime": state.polled_at.map(date_time),
        "succeededDateTime": state.succeeded_at.map(date_time),
        "changedDateTime": state.changed_at.map(date_time),
        "nextPollDateTime": state.next_poll_at.map(date_time),
        "intervalSeconds": state.interval_seconds,
        "currentAddress": state.current_address,
    })
}
