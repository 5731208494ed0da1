//! `tidings stories`: stories and their timelines.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{Format, WrongUse, open, print, table};
use crate::config::Config;
use crate::document::scalar::date_time;
use crate::domain::StoryId;
use crate::store::stories::{Member, StoredRevision, StoredStory};

/// Stories listed when no number is asked for.
const LIMIT: usize = 50;

/// Stories: articles about the same event, newest first
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Only stories of this topic
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Only stories that changed within this span
    #[arg(long, value_name = "SPAN")]
    since: Option<String>,
    #[arg(long, value_name = "N", default_value_t = LIMIT)]
    limit: usize,
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists stories (the same as without a word)
    List,
    /// Shows one story's timeline: who reported what when, and which headlines changed
    Show { id: i64 },
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &Args) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    if let Some(Command::Show { id }) = args.command {
        return show(&config, StoryId(id), args.format);
    }
    let since = args.since.as_deref().map(open::since).transpose()?;
    let limit = if args.limit == 0 { usize::MAX >> 1 } else { args.limit };
    let stories = open::reader(&config)?.stories(since, args.topic.as_deref(), limit)?;
    for story in &stories {
        let line = match args.format {
            Format::Json => format!("{}\n", as_json(story)),
            Format::Text => in_one_line(story, &config),
        };
        print(line.as_bytes())?;
    }
    if stories.is_empty() && args.format == Format::Text {
        anstream::eprintln!("no story yet: stories are made of articles that match a topic");
    }
    Ok(ExitCode::SUCCESS)
}

fn originals(story: &StoredStory) -> impl Iterator<Item = &Member> {
    story.members.iter().filter(|member| member.copy_of.is_none())
}

fn in_one_line(story: &StoredStory, config: &Config) -> String {
    let lead = originals(story).min_by_key(|m| (std::cmp::Reverse(m.quality), m.article.published_at, m.article.id));
    let title = lead.map_or("", |member| &member.article.title);
    let copies = story.members.len() - originals(story).count();
    let folded = if copies > 0 {
        format!(", {}", counted(copies, "copy", "copies"))
    } else {
        String::new()
    };
    format!(
        "{:>6}  {}  {}\n                          {}{folded}\n",
        story.id,
        open::local(story.updated_at, config),
        table::tidy(title),
        counted(originals(story).count(), "article", "articles")
    )
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn show(config: &Config, id: StoryId, format: Format) -> anyhow::Result<ExitCode> {
    let store = open::reader(config)?;
    let story = store.story(id)?;
    let story = story.ok_or_else(|| WrongUse(format!("there is no story {id}; `tidings stories` lists them")))?;
    if format == Format::Json {
        print(format!("{}\n", as_json(&story)).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines: Vec<(crate::domain::Timestamp, String)> = Vec::new();
    for member in &story.members {
        let copy = if member.copy_of.is_some() {
            " (the same text)"
        } else {
            ""
        };
        lines.push((
            member.article.published_at,
            format!(
                "{}: {}{copy}\n                    {}",
                table::tidy(&member.article.provider_name),
                table::tidy(&member.article.title),
                member.article.web_url
            ),
        ));
        for StoredRevision { replaced_at, title, .. } in store.revisions(member.article.id)? {
            let provider = table::tidy(&member.article.provider_name);
            let line = if crate::text::is_same_text(&title, &member.article.title) {
                format!("{provider} changed its text")
            } else {
                format!("{provider} changed its headline; before: {}", table::tidy(&title))
            };
            lines.push((replaced_at, line));
        }
    }
    lines.sort();
    let mut out = format!("story {id}\n\n");
    for (at, line) in lines {
        out.push_str(&format!("  {}  {line}\n", open::local(at, config)));
    }
    print(out.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn as_json(story: &StoredStory) -> serde_json::Value {
    let members: Vec<_> = story
        .members
        .iter()
        .map(|m| {
            json!({
                "id": m.article.id.0,
                "title": m.article.title,
                "webUrl": m.article.web_url,
                "publishedDateTime": date_time(m.article.published_at),
                "provider": m.article.provider_name,
                "quality": m.quality,
                "copyOf": m.copy_of.map(|id| id.0),
                "topics": m.topics,
            })
        })
        .collect();
    json!({
        "id": story.id.0,
        "startedDateTime": date_time(story.started_at),
        "updatedDateTime": date_time(story.updated_at),
        "articles": members,
    })
}
