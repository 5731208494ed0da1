//! `tidings cluster` and `tidings match`: the assigner and the matcher over given items, for evaluation.
//!
//! Items are read and answered in the order of the file; each line's own date is the present. Nothing is stored.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde::Deserialize;
use serde_json::json;

use crate::cli::output::format::Format;
use crate::cli::output::json;
use crate::cli::output::print::OutputError;
use crate::clustering::{ClusterItem, Placement, StoryIndex};
use crate::config::Config;
use crate::domain::topic::Topic;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::files;
use crate::matching::{Matcher, Subject, TopicError};
use crate::text::flattened;

/// A topics file may be this large, in bytes.
const TOPICS_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// An item's line may be this long, in bytes.
const LINE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Groups the items of a file into stories, for evaluation
#[derive(Debug, clap::Args)]
pub struct ClusterArgs {
    /// Topics file; items that match a topic are weighed within it
    #[arg(long, value_name = "FILE")]
    topics: Option<PathBuf>,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// One JSON object a line: id, title, excerpt, body, publishedDateTime
    file: PathBuf,
}

/// Finds the topics of a file's items, for evaluation
#[derive(Debug, clap::Args)]
pub struct MatchArgs {
    /// File with topic tables as in the configuration
    #[arg(long, value_name = "FILE")]
    topics: PathBuf,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// One JSON object a line: id, title, excerpt, body, provider
    file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: serde_json::Value,
    #[serde(default)]
    title: String,
    excerpt: Option<String>,
    body: Option<String>,
    published_date_time: Option<Timestamp>,
    provider: Option<String>,
    web_url: Option<String>,
    language: Option<String>,
}

impl Line {
    fn subject(&self) -> Subject<'_> {
        Subject {
            title: &self.title,
            lead: self.excerpt.as_deref().unwrap_or_default(),
            body: self.body.as_deref().unwrap_or_default(),
            source: self.provider.as_deref().unwrap_or_default(),
            language: self.language.as_deref(),
            url: self.web_url.as_deref().unwrap_or_default(),
            is_video: false,
            published_at: self.published_date_time,
        }
    }
}

/// Runs `tidings cluster`.
///
/// # Errors
/// When a file cannot be read or a topic cannot be followed.
pub fn run_cluster(args: ClusterArgs) -> anyhow::Result<ExitCode> {
    let topics = args.topics.as_deref().map(read_topics).transpose()?.unwrap_or_default();
    let matcher = Matcher::compile(&topics).map_err(all_of)?;
    let mut index = StoryIndex::new(&topics);
    let mut now = Timestamp::UNIX_EPOCH;
    let mut number = 0;
    answer(&args.file, args.format, "story", |line| {
        number += 1;
        let subject = line.subject();
        let published_at = line.published_date_time.unwrap_or(now);
        now = now.max(published_at);
        let best = (!topics.is_empty()).then(|| most_specific(&matcher, &subject));
        let topic = best.flatten().map(|topic| topics[topic].name.as_str());
        let (title, excerpt, body) = (subject.title, subject.lead, subject.body);
        let item = ClusterItem {
            id: ArticleId(number),
            title,
            excerpt,
            body,
            published_at,
            topic,
        };
        let item = index.prepare(&item);
        let (story, own) = match index.place(now, &item) {
            Placement::Start => (StoryId(number), None),
            Placement::Join(story) => {
                let story = index.unite().map_or(story, |union| union.into);
                (story, Some(story))
            }
            Placement::CopyOf(original, story) => {
                index.add_copy(now, &item, original, story);
                return json!({ "id": line.id, "story": story.0 });
            }
        };
        let continues = index.predecessor(&item, own);
        index.add(now, &item, story);
        match continues {
            Some(earlier) => json!({ "id": line.id, "story": story.0, "continues": earlier.0 }),
            None => json!({ "id": line.id, "story": story.0 }),
        }
    })
}

/// Runs `tidings match`.
///
/// # Errors
/// When a file cannot be read or a topic cannot be followed.
pub fn run_match(args: MatchArgs) -> anyhow::Result<ExitCode> {
    let topics = read_topics(&args.topics)?;
    let matcher = Matcher::compile(&topics).map_err(all_of)?;
    answer(&args.file, args.format, "topics", |line| {
        let found = matcher.matches(&line.subject());
        let names: BTreeSet<String> = matcher
            .lineage(found.iter().map(|found| found.topic))
            .into_iter()
            .collect();
        json!({ "id": line.id, "topics": names })
    })
}

/// The deepest of the matching topics; of equally deep ones the best match.
fn most_specific(matcher: &Matcher, subject: &Subject<'_>) -> Option<usize> {
    let found = matcher.matches(subject);
    found
        .iter()
        .rev()
        .max_by_key(|found| matcher.depth(found.topic))
        .map(|found| found.topic)
}

fn all_of(errors: Vec<TopicError>) -> anyhow::Error {
    anyhow::Error::msg(errors.iter().map(ToString::to_string).collect::<String>())
}

fn read_topics(path: &Path) -> anyhow::Result<Vec<Topic>> {
    let text =
        files::read_named_text(path, TOPICS_BYTES_MAX).with_context(|| format!("could not read {}", path.display()))?;
    Ok(Config::parse(&text, path)?.topics)
}

/// Returns a value as people read it: text without quotes, a list with commas.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => flattened(text),
        serde_json::Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Answers every line of a file, in order; people are told what stands under `key`.
fn answer(
    path: &Path,
    format: Format,
    key: &str,
    mut find: impl FnMut(&Line) -> serde_json::Value,
) -> anyhow::Result<ExitCode> {
    let unreadable = || format!("could not read {}", path.display());
    let mut file = BufReader::new(files::open_named(path).with_context(unreadable)?);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut number = 0_usize;
    loop {
        let mut text = Vec::new();
        let mut line = Read::by_ref(&mut file).take(LINE_BYTES_MAX + 1);
        if line.read_until(b'\n', &mut text).with_context(unreadable)? == 0 {
            break;
        }
        number += 1;
        if text.len() as u64 > LINE_BYTES_MAX {
            anyhow::bail!("{} line {number} is longer than {LINE_BYTES_MAX} bytes", path.display());
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let line: Line =
            serde_json::from_slice(&text).with_context(|| format!("{} line {number} is no item", path.display()))?;
        let answer = find(&line);
        let written = match format {
            Format::Json => write!(out, "{}", json::line(&answer)),
            Format::Text => writeln!(out, "{}\t{}", plain(&line.id), plain(&answer[key])),
        };
        written.map_err(OutputError)?;
    }
    out.flush().map_err(OutputError)?;
    Ok(ExitCode::SUCCESS)
}
