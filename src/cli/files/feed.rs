//! `tidings feed`: feeds as the daemon sees them.
//!
//! Reads files, never the network. What it prints as HTML has been made safe.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::SecondsFormat;
use serde_json::{Value, json};
use url::Url;

use crate::cli::output::format::Format;
use crate::cli::output::json;
use crate::cli::output::print::OutputError;
use crate::domain::Timestamp;
use crate::domain::feed::{Entry, Markup};
use crate::domain::plural::counted;
use crate::extract;
use crate::feed::{self, ParseError, Parsed, markup};
use crate::files;
use crate::text::one_line;

/// How much of a summary the overview shows, in characters.
const PREVIEW_CHARS: usize = 160;

/// Feeds as the daemon sees them
#[derive(Debug, clap::Args)]
pub struct FeedArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Reads feeds from files and shows what is in them
    Parse(Parse),
}

#[derive(Debug, clap::Args)]
struct Parse {
    /// Files; "-" is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Content-Type the server sent with them
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Address they came from, to make links absolute
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(args: FeedArgs) -> anyhow::Result<ExitCode> {
    let Command::Parse(parse) = args.command;
    Ok(parse_files(&parse, &mut io::BufWriter::new(io::stdout().lock())).map_err(OutputError)?)
}

fn parse_files(parse: &Parse, out: &mut impl Write) -> io::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for path in &parse.files {
        let parsed = files::read_named(path, feed::BODY_BYTES_MAX as u64)
            .map_err(|error| format!("cannot read: {error}"))
            .and_then(|bytes| {
                let result = feed::parse(&bytes, parse.content_type.as_deref(), parse.base_url.as_ref());
                result.map_err(|error| match (&error, &parse.base_url) {
                    (ParseError::HtmlPage, Some(base)) => {
                        let html = extract::decode(&bytes, parse.content_type.as_deref());
                        format!("{error}{}", extract::links_to(&extract::named_feeds(&html, base)))
                    }
                    _ => error.to_string(),
                })
            });
        if parsed.is_err() {
            code = ExitCode::FAILURE;
        }
        let name = path.display().to_string();
        let text = match (parse.format, &parsed) {
            (Format::Json, Ok(parsed)) => json::line(&object(&name, parsed, parse.base_url.as_ref())),
            (Format::Json, Err(error)) => json::line(&failure(&name, error)),
            (Format::Text, Ok(parsed)) => overview(&name, parsed),
            (Format::Text, Err(error)) => format!("{name}: {}\n\n", one_line(error)),
        };
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    Ok(code)
}

fn object(file: &str, parsed: &Parsed, base: Option<&Url>) -> Value {
    let feed = &parsed.feed;
    let description = feed
        .description_markup
        .as_ref()
        .map(|markup| markup::sanitize(markup, base));
    json!({
        "file": file,
        "error": null,
        "kind": feed.kind.as_str(),
        "title": feed.title,
        "link": feed.link,
        "description": description.or_else(|| feed.description.clone()),
        "language": feed.language,
        "updated": feed.updated.map(rfc_3339),
        "ttl": feed.ttl_minutes,
        "entries": feed.entries.iter().map(|entry| entry_object(entry, base)).collect::<Vec<_>>(),
        "warnings": parsed.warnings,
    })
}

fn failure(file: &str, error: &str) -> Value {
    json!({
        "file": file, "error": error, "kind": null, "title": null, "link": null, "description": null,
        "language": null, "updated": null, "ttl": null, "entries": [],
    })
}

fn entry_object(entry: &Entry, base: Option<&Url>) -> Value {
    let safe = |markup: &Option<Markup>| markup.as_ref().map(|markup| markup::sanitize(markup, base));
    let enclosures = entry.enclosures.iter();
    json!({
        "id": entry.id,
        "title": entry.title,
        "link": entry.link,
        "originalLink": entry.original_link,
        "published": entry.published.map(rfc_3339),
        "updated": entry.updated.map(rfc_3339),
        "authors": entry.authors,
        "summary": safe(&entry.summary),
        "content": safe(&entry.content),
        "categories": entry.categories,
        "enclosures": enclosures
            .map(|file| json!({"url": file.url, "type": file.media_type, "length": file.length}))
            .collect::<Vec<_>>(),
        "language": entry.language,
    })
}

fn rfc_3339(time: Timestamp) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn overview(name: &str, parsed: &Parsed) -> String {
    let feed = &parsed.feed;
    let mut text = format!(
        "{name}: {} ({}",
        feed.title.as_deref().unwrap_or("(no title)"),
        feed.kind.as_str()
    );
    let mut line = |part: std::fmt::Arguments<'_>| text.write_fmt(part).expect("writing to a string never fails");
    let entries = counted(feed.entries.len(), "entry", "entries");
    line(format_args!(", {entries})\n"));
    if let Some(link) = &feed.link {
        line(format_args!("  {}\n", one_line(link)));
    }
    if let Some(minutes) = feed.ttl_minutes {
        let minutes = counted(minutes, "minute", "minutes");
        line(format_args!("  asks for {minutes} between polls\n"));
    }
    for warning in &parsed.warnings {
        line(format_args!("  warning: {}\n", one_line(warning)));
    }
    for entry in &feed.entries {
        let time = entry.published.or(entry.updated);
        let time = time.map_or_else(
            || "no date".to_owned(),
            |time| time.format("%Y-%m-%d %H:%M UTC").to_string(),
        );
        line(format_args!(
            "\n  {time}  {}\n",
            entry.title.as_deref().unwrap_or("(no title)")
        ));
        if let Some(link) = &entry.link {
            line(format_args!("    {}\n", one_line(link)));
        }
        if let Some(markup) = entry.summary.as_ref().or(entry.content.as_ref()) {
            let plain = markup::to_plain(markup).replace('\n', " ");
            let shown: String = plain.chars().take(PREVIEW_CHARS).collect();
            line(format_args!(
                "    {shown}{}\n",
                if shown.len() < plain.len() { " …" } else { "" }
            ));
        }
    }
    text.push('\n');
    text
}
