//! `tidings search`: the topic query language over the archive.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::articles::{Selection, listed_json};
use super::output::{print_styled, tell};
use super::table::{FAINT, PLAIN};
use super::{Format, WrongUse, json, open, table};
use crate::config::Config;
use crate::domain::topic::{Rule, Topic};
use crate::matching::{Matcher, Subject};
use crate::query::snippet::{self, Piece};
use crate::query::{self, Term};
use crate::store::articles::SearchHit;

/// Articles shown when no number is asked for.
const LIMIT: usize = 20;
/// What a terminal shows what was found in.
const FOUND: &str = "\x1b[1;33m";

/// Searches the archive's full text; best matches first
#[derive(Debug, clap::Args)]
pub(super) struct SearchArgs {
    /// In the topic query language, for example: '"facial recognition" AND (ban OR bill) title:council'
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
pub(super) fn run(config: Option<&Path>, args: &SearchArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let query = query::parse(&args.query).map_err(|error| WrongUse(error.to_string()))?;
    // The index finds what the words say; whether all of the query holds is seen from the article.
    let matcher = Matcher::compile(&[Topic {
        name: "search".to_owned(),
        parent: None,
        rule: Rule::Query(args.query.clone()),
        stem: false,
    }])
    .map_err(|errors| WrongUse(errors.iter().map(ToString::to_string).collect()))?;
    let mut filter = args.selection.filter(args.limit, Some(query.clone()))?;
    let named = query.after().and_then(|day| day.and_hms_opt(0, 0, 0));
    filter.since = filter.since.max(named.map(|at| at.and_utc()));
    let store = open::reader(&config)?;
    args.selection.check(&store, &config)?;
    let found = store.search(&filter, |article| matcher.matches_any(&Subject::of(article)))?;
    let terms = query.positive_terms();
    let mut out = String::new();
    for found in &found.articles {
        out.push_str(&match args.format {
            Format::Json => as_json(found, &terms),
            Format::Text => as_text(found, &terms, &config),
        });
    }
    print_styled(&out)?;
    if args.format == Format::Text {
        let limited = match found.ranked {
            Some(number) => format!("; its words are so common that only the newest {number} articles were ranked"),
            None => String::new(),
        };
        match found.articles.len() {
            0 => tell!("no article found{limited}{}", small_operator(&args.query)),
            number if number == args.limit => tell!("the best {number}; --limit shows more{limited}"),
            _ if !limited.is_empty() => tell!("{}", limited.trim_start_matches("; ")),
            _ => {}
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A remark where a word stands that only means something in capitals.
fn small_operator(query: &str) -> String {
    let small = query
        .split_whitespace()
        .find(|word| matches!(*word, "and" | "or" | "not"));
    small.map_or_else(String::new, |word| {
        format!(
            "; \"{word}\" was looked for as a word, written {} it joins two",
            word.to_uppercase()
        )
    })
}

/// Returns the part of an article that shows why it was found: of its text, else of its lead.
fn part(found: &SearchHit, terms: &[&Term]) -> Vec<Piece> {
    let article = &found.article;
    [&article.body_text, &article.excerpt]
        .into_iter()
        .find_map(|text| snippet::snippet(terms, &table::one_line(text)))
        .unwrap_or_default()
}

fn as_text(found: &SearchHit, terms: &[&Term], config: &Config) -> String {
    let (listed, article) = (&found.listed, &found.article);
    let mut about = vec![table::tidy(&listed.provider), open::local(article.published_at, config)];
    about.push(format!("article {}", listed.id));
    about.extend(listed.story.map(|story| format!("story {story}")));
    about.extend(listed.topics.iter().map(|topic| table::tidy(topic)));
    let title = coloured(&snippet::highlight(terms, &table::tidy(&listed.title)));
    let mut out = format!("{title}\n  {FAINT}{}{PLAIN}\n", about.join(" · "));
    let part = part(found, terms);
    if !part.is_empty() {
        out.push_str(&format!("  {}\n", coloured(&part)));
    }
    out.push_str(&format!("  {FAINT}{}{PLAIN}\n\n", table::one_line(&listed.web_url)));
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

fn as_json(found: &SearchHit, terms: &[&Term]) -> String {
    let mut line = listed_json(&found.listed);
    let part = part(found, terms);
    let (mut text, mut places) = (String::new(), Vec::new());
    for piece in part {
        let start = text.chars().count();
        text.push_str(&piece.text);
        if piece.is_found {
            places.push(json!([start, text.chars().count()]));
        }
    }
    line["score"] = json!(found.score);
    line["snippet"] = json!(text);
    line["highlights"] = json!(places);
    json::line(line)
}
