//! `tidings check`: every mistake of a configuration at once, or what it means.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use chrono_tz::Tz;
use serde_json::json;
use url::Url;

use super::output::{print, tell};
use super::{Format, WRONG_USE, json};
use crate::clock::Clock;
use crate::config::{self, Config, ConfigErrors};
use crate::document::scalar::date_time;
use crate::domain::Timestamp;
use crate::domain::plural::counted;
use crate::domain::schedule::{Schedule, format_span};
use crate::domain::source::SourceKind;
use crate::fetch;

/// How many runs of a schedule are shown.
const RUNS_SHOWN: usize = 3;

/// Checks the configuration: every mistake with its fix, or what it means
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Output for people, or one JSON object
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Say nothing where nothing is wrong
    #[arg(long)]
    quiet: bool,
}

/// Runs the command.
///
/// # Errors
/// Standard output cannot be written; mistakes of the configuration are its result.
pub fn run(explicit: Option<&Path>, args: CheckArgs) -> anyhow::Result<ExitCode> {
    let loaded = config::find(explicit).and_then(|path| Config::load(&path));
    let now = Clock::system().now();
    match (loaded, args.format) {
        (Ok(config), format) => {
            match format {
                _ if args.quiet => {}
                Format::Text => print(summary(&config, now).as_bytes())?,
                Format::Json => print(json::line(as_json(&config, now)).as_bytes())?,
            }
            // The daemon starts all the same, and one source that cannot be read stops no other.
            for warning in warnings(&config) {
                tell!("warning: {warning}");
            }
            // Here too, only what needs the secret waits.
            let unready = config.unready();
            for missing in &unready {
                tell!("{missing}");
            }
            if !unready.is_empty() {
                return Ok(ExitCode::from(WRONG_USE));
            }
        }
        (Err(errors), Format::Text) => {
            let count = counted(errors.mistakes.len(), "mistake", "mistakes");
            tell!("{errors}\n{count}");
            return Ok(ExitCode::from(WRONG_USE));
        }
        (Err(errors), Format::Json) => {
            print(json::line(errors_as_json(&errors)).as_bytes())?;
            return Ok(ExitCode::from(WRONG_USE));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns what is no mistake of the file and cannot work all the same: sources that would be refused at every poll.
fn warnings(config: &Config) -> Vec<String> {
    let refused = config.sources.iter().filter_map(|source| {
        let url = Url::parse(&source.address).ok()?;
        let why = fetch::check_address(&url, &config.fetch.allow_private).err()?;
        Some(format!("{} will not be read: {why}", source.display_name()))
    });
    refused.collect()
}

/// One schedule: how it is written, how often it is used, its zone, and its next runs.
struct Used {
    schedule: String,
    count: usize,
    zone: Tz,
    next: Vec<Timestamp>,
}

/// Returns each distinct schedule.
fn schedules(config: &Config, now: Timestamp) -> Vec<Used> {
    let used = config.digests.iter().map(|digest| &digest.schedule);
    let used = used.chain(config.sources.iter().map(|source| &source.schedule));
    let mut found: Vec<Used> = Vec::new();
    let mut positions = std::collections::HashMap::new();
    for schedule in used {
        let shown = schedule.to_string();
        let position = *positions.entry(shown.clone()).or_insert(found.len());
        match found.get_mut(position) {
            Some(used) => used.count += 1,
            None => found.push(Used {
                schedule: shown,
                count: 1,
                zone: match schedule {
                    Schedule::Cron(cron) => cron.zone,
                    Schedule::Adaptive | Schedule::Every(_) => config.zone,
                },
                next: std::iter::successors(schedule.next_after(now), |run| schedule.next_after(*run))
                    .take(RUNS_SHOWN)
                    .collect(),
            }),
        }
    }
    found
}

/// Returns how many sources there are of each kind that there is.
fn kinds(config: &Config) -> Vec<(SourceKind, usize)> {
    let count = |kind| config.sources.iter().filter(|source| source.kind == kind).count();
    SourceKind::ALL
        .into_iter()
        .map(|kind| (kind, count(kind)))
        .filter(|k| k.1 > 0)
        .collect()
}

fn counted_kind((kind, count): (SourceKind, usize)) -> String {
    let (one, many) = match kind {
        SourceKind::Feed => ("feed", "feeds"),
        SourceKind::Page => ("page", "pages"),
        SourceKind::Listing => ("listing", "listings"),
        SourceKind::Sitemap => ("sitemap", "sitemaps"),
        SourceKind::Documents => ("reading list", "reading lists"),
    };
    counted(count, one, many)
}

fn summary(config: &Config, now: Timestamp) -> String {
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").expect("a string takes everything");
    line(format!("{}: no mistakes", config.path.display()));
    line(format!(
        "state in {}, documents in {}",
        config.state_dir.display(),
        config.archive.path.display()
    ));
    if let Some(keep) = config.archive.keep {
        line(format!(
            "articles are kept for {} and then purged with their documents, a part of them a day; they never come back as new",
            format_span(keep)
        ));
    }
    if config.fetch.contact.is_none() {
        line("contact: none; set fetch.contact, so that owners of servers know whom to write to".to_owned());
    }
    let kinds: Vec<String> = kinds(config).into_iter().map(counted_kind).collect();
    line(format!(
        "sources: {}",
        if kinds.is_empty() {
            "none yet".to_owned()
        } else {
            kinds.join(", ")
        }
    ));
    line(
        format!("topics: {}", if config.topics.is_empty() { "none yet" } else { "" })
            .trim_end()
            .to_owned(),
    );
    for topic in &config.topics {
        let parent = topic
            .parent
            .as_ref()
            .map(|parent| format!(" (in {parent})"))
            .unwrap_or_default();
        line(format!("  {}{parent}", topic.name));
    }
    line(
        format!("digests: {}", if config.digests.is_empty() { "none yet" } else { "" })
            .trim_end()
            .to_owned(),
    );
    for digest in &config.digests {
        let channels: Vec<String> = digest.deliver.iter().map(ToString::to_string).collect();
        line(format!(
            "  {}: {} to {}",
            digest.name,
            digest.topics.join(", "),
            channels.join(", ")
        ));
    }
    for alert in &config.alerts {
        let channels: Vec<String> = alert.deliver.iter().map(ToString::to_string).collect();
        line(format!(
            "  {}: heat {} to {}",
            alert.name,
            alert.heat,
            channels.join(", ")
        ));
    }
    line("schedules:".to_owned());
    for used in schedules(config, now) {
        let local = |run: &Timestamp| run.with_timezone(&used.zone).format("%a %Y-%m-%d %H:%M %Z").to_string();
        let runs: Vec<String> = used.next.iter().map(local).collect();
        let runs = match runs.is_empty() {
            true => "learned from each source".to_owned(),
            false => runs.join(", "),
        };
        line(format!("  {}, used {}×: {runs}", used.schedule, used.count));
    }
    out
}

fn as_json(config: &Config, now: Timestamp) -> serde_json::Value {
    let kinds: serde_json::Map<_, _> = kinds(config)
        .into_iter()
        .map(|(kind, count)| (kind.as_str().to_owned(), json!(count)))
        .collect();
    let topics: Vec<_> = config
        .topics
        .iter()
        .map(|t| json!({ "name": t.name, "parent": t.parent }))
        .collect();
    let digest = |d: &config::DigestSettings| {
        let deliver: Vec<String> = d.deliver.iter().map(ToString::to_string).collect();
        json!({ "name": d.name, "topics": d.topics, "schedule": d.schedule.to_string(), "deliver": deliver })
    };
    let digests: Vec<_> = config.digests.iter().map(digest).collect();
    let schedules: Vec<_> = schedules(config, now)
        .into_iter()
        .map(|used| {
            let next: Vec<String> = used.next.iter().copied().map(date_time).collect();
            json!({ "schedule": used.schedule, "timeZone": used.zone.name(), "used": used.count, "nextDateTimes": next })
        })
        .collect();
    let unready = config.unready();
    json!({
        "path": config.path, "ok": unready.is_empty(), "stateDir": config.state_dir, "archive": config.archive.path,
        "keep": config.archive.keep.map(format_span), "warnings": warnings(config), "missingSecrets": unready,
        "sources": kinds, "topics": topics, "digests": digests, "schedules": schedules,
    })
}

fn errors_as_json(errors: &ConfigErrors) -> serde_json::Value {
    let mistake = |m: &config::Mistake| json!({ "file": m.path, "line": m.line, "key": m.key, "value": m.value, "message": m.message });
    json!({ "ok": false, "mistakes": errors.mistakes.iter().map(mistake).collect::<Vec<_>>() })
}
