//! `tidings check`: every mistake of a configuration at once, or what it means.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::cli::output::format::Format;
use crate::cli::output::json;
use crate::cli::output::print::{print, tell};
use crate::clock::Clock;
use crate::commands::WRONG_USE;
use crate::config::{self, Config};
use crate::domain::Timestamp;
use crate::domain::plural::counted;
use crate::domain::source::{FullText, SourceKind};
use crate::views::check::{self, ConfigView};

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
    let config = match (loaded, args.format) {
        (Ok(config), _) => config,
        (Err(errors), Format::Text) => {
            let count = counted(errors.mistakes.len(), "mistake", "mistakes");
            tell!("{errors}\n{count}");
            return Ok(ExitCode::from(WRONG_USE));
        }
        (Err(errors), Format::Json) => {
            print(json::line(&check::mistakes(&errors)).as_bytes())?;
            return Ok(ExitCode::from(WRONG_USE));
        }
    };
    let view = check::config(&config, Clock::system().now());
    match args.format {
        _ if args.quiet => {}
        Format::Text => print(summary(&config, &view).as_bytes())?,
        Format::Json => print(json::line(&view).as_bytes())?,
    }
    // The daemon starts all the same, and one source that cannot be read stops no other.
    for warning in &view.warnings {
        tell!("warning: {warning}");
    }
    for note in view.notes.iter().filter(|_| !args.quiet) {
        tell!("note: {note}");
    }
    // Here too, only what needs the secret waits.
    for missing in &view.missing_secrets {
        tell!("{missing}");
    }
    Ok(ExitCode::from(if view.ok { 0 } else { WRONG_USE }))
}

fn counted_kind((kind, count): (SourceKind, usize)) -> String {
    let (one, many) = match kind {
        SourceKind::Feed => ("feed", "feeds"),
        SourceKind::Page => ("page", "pages"),
        SourceKind::Listing => ("listing", "listings"),
        SourceKind::Sitemap => ("sitemap", "sitemaps"),
        SourceKind::Json => ("register", "registers"),
        SourceKind::Documents => ("reading list", "reading lists"),
        SourceKind::Mail => ("maildir", "maildirs"),
    };
    counted(count, one, many)
}

fn summary(config: &Config, view: &ConfigView<'_>) -> String {
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").expect("a string takes everything");
    let heading = |what: &str, is_empty| format!("{what}:{}", if is_empty { " none yet" } else { "" });
    line(format!("{}: no mistakes", view.path));
    line(format!("state in {}, documents in {}", view.state_dir, view.archive));
    if let Some(keep) = &view.keep {
        line(format!(
            "articles are kept for {keep} and then purged with their documents, a part of them a day; they never come back as new"
        ));
    }
    if config.fetch.contact.is_none() {
        line("contact: none; set fetch.contact, so that owners of servers know whom to write to".to_owned());
    }
    let kinds: Vec<String> = view.sources.iter().copied().map(counted_kind).collect();
    let kinds = if kinds.is_empty() {
        "none yet".to_owned()
    } else {
        kinds.join(", ")
    };
    line(format!("sources: {kinds}"));
    for (full_text, feeds) in view.full_text.iter().copied() {
        let means = match full_text {
            FullText::Matched => {
                "a page is read where the feed's words speak of a topic, and before a topic says no to a mere teaser"
            }
            FullText::Always => "every new entry's page is read",
            FullText::Never => "no page is read; topics judge by the feed's words alone",
        };
        let (word, feeds) = (full_text.as_str(), counted(feeds, "feed", "feeds"));
        line(format!("  full_text = \"{word}\", {feeds}: {means}"));
    }
    line(heading("topics", view.topics.is_empty()));
    for topic in view.topics {
        let parent = topic.parent.as_ref().map(|parent| format!(" (in {parent})"));
        line(format!("  {}{}", topic.name, parent.unwrap_or_default()));
    }
    line(heading("digests", view.digests.is_empty()));
    for digest in &view.digests {
        let (topics, deliver) = (digest.topics.join(", "), digest.deliver.join(", "));
        line(format!("  {}: {topics} to {deliver}", digest.name));
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
    for schedule in &view.schedules {
        let local = |run: &Timestamp| {
            run.with_timezone(&schedule.zone)
                .format("%a %Y-%m-%d %H:%M %Z")
                .to_string()
        };
        let runs: Vec<String> = schedule.next_date_times.iter().map(local).collect();
        let runs = match runs.is_empty() {
            true => "learned from each source".to_owned(),
            false => runs.join(", "),
        };
        line(format!("  {}, used {}×: {runs}", schedule.schedule, schedule.used));
    }
    out
}
