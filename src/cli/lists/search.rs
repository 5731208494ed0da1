//! `tidings search`: the topic query language over the archive.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::lists::articles::Selection;
use crate::cli::open;
use crate::cli::output::format::{Format, WrongUse};
use crate::cli::output::print::{print_styled, tell};
use crate::cli::output::table::{FAINT, PLAIN};
use crate::cli::output::{json, table};
use crate::config::Config;
use crate::query::snippet::{self, Piece};
use crate::query::{self, Query, suspicions};
use crate::text::flattened;
use crate::views::search::{self, HitView};

/// Articles shown when no number is asked for.
const LIMIT: usize = 20;
/// What a terminal shows what was found in.
const FOUND: &str = "\x1b[1;33m";

/// Searches the archive's full text; best matches first
#[derive(Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// In the topic query language, for example: '"facial recognition" AND (ban OR bill) title:council'
    #[arg(allow_hyphen_values = true)]
    query: String,
    #[command(flatten)]
    selection: Selection,
    /// How many at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = LIMIT)]
    limit: usize,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(config: Option<&Path>, args: &SearchArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let query = query::parse(&args.query).map_err(|error| WrongUse(error.to_string()))?;
    tell_suspicions(&args.query);
    let filter = args.selection.filter(args.limit)?;
    let found = search::search(&open::reader(&config)?, &config, &query, filter)?;
    let shown = |hit: &HitView| match args.format {
        Format::Json => json::line(hit),
        Format::Text => as_text(hit, &query, &config),
    };
    let out: String = found.hits.iter().map(shown).collect();
    print_styled(&out)?;
    if found.unindexed > 0 {
        let number = found.unindexed;
        tell!(
            "not searched yet: the oldest articles, {number} at most; since the upgrade the archive is being indexed anew"
        );
    }
    if args.format == Format::Text {
        let limited = match found.ranked {
            Some(number) => format!("; its words are so common that only the newest {number} articles were ranked"),
            None => String::new(),
        };
        match found.hits.len() {
            0 => tell!("no article found{limited}"),
            number if number == args.limit => tell!("the best {number}; --limit shows more{limited}"),
            _ if !limited.is_empty() => tell!("{}", limited.trim_start_matches("; ")),
            _ => {}
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Tells what may be meant otherwise in a query.
pub(crate) fn tell_suspicions(query: &str) {
    for suspicion in suspicions::in_query(query) {
        tell!("warning: {suspicion}");
    }
}

fn as_text(hit: &HitView, query: &Query, config: &Config) -> String {
    let article = &hit.article;
    let mut about = vec![
        table::tidy(&article.provider),
        open::local(article.published_at, config),
    ];
    about.push(format!("article {}", article.id));
    about.extend(article.story.map(|story| format!("story {story}")));
    about.extend(article.topics.iter().map(|topic| table::tidy(topic)));
    let title = coloured(&snippet::highlight(
        &query.positive_terms(),
        &table::tidy(&article.title),
    ));
    let mut out = format!("{title}\n  {FAINT}{}{PLAIN}\n", about.join(" · "));
    if !hit.part.is_empty() {
        out.push_str(&format!("  {}\n", coloured(&hit.part)));
    }
    out.push_str(&format!("  {FAINT}{}{PLAIN}\n\n", flattened(&article.web_url)));
    out
}

fn coloured(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece.is_found {
            true => format!("{FOUND}{}{PLAIN}", piece.text),
            false => piece.text.clone(),
        })
        .collect()
}
