//! `tidings stories`: stories and their timelines.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{Format, WrongUse, open, placing, print, table};
use crate::clock::Clock;
use crate::config::Config;
use crate::digest::chart;
use crate::document::scalar::date_time;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::Store;
use crate::store::corrections::{Change, Correction};
use crate::store::stories::{Member, StoredRevision, StoredStory};
use crate::text::is_same_text;

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
    /// Only stories that changed within this span; with `show`: what is new in it since then
    #[arg(long, value_name = "SPAN", global = true)]
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
    /// Moves the articles of the second story into the first; `split` undoes it
    Merge { into: i64, from: i64 },
    /// Moves articles, with their copies, out of a story into one of their own
    Split {
        id: i64,
        /// Numbers of articles, as `stories show` prints them
        #[arg(required = true, value_name = "ARTICLE")]
        articles: Vec<i64>,
    },
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &Args) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let since = args.since.as_deref().map(open::since).transpose()?;
    match &args.command {
        None | Some(Command::List) => {}
        Some(Command::Show { id }) => return show(&config, StoryId(*id), since, args.format),
        Some(Command::Merge { into, from }) => return merge(&config, StoryId(*into), StoryId(*from)),
        Some(Command::Split { id, articles }) => return split(&config, StoryId(*id), articles),
    }
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

fn merge(config: &Config, into: StoryId, from: StoryId) -> anyhow::Result<ExitCode> {
    let store = Store::open(&config.state_dir)?;
    let merged = open::runtime()?.block_on(store.merge_stories(Clock::system().now(), into, from))?;
    merged.map_err(|refused| WrongUse(refused.to_string()))?;
    print(format!("story {from} is now part of story {into}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn split(config: &Config, id: StoryId, articles: &[i64]) -> anyhow::Result<ExitCode> {
    let store = Store::open(&config.state_dir)?;
    let articles = articles.iter().copied().map(ArticleId).collect();
    let split = open::runtime()?.block_on(store.split_story(Clock::system().now(), id, articles))?;
    let to = split.map_err(|refused| WrongUse(refused.to_string()))?;
    print(format!("they are story {to} now\n").as_bytes())?;
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

fn show(config: &Config, id: StoryId, since: Option<Timestamp>, format: Format) -> anyhow::Result<ExitCode> {
    let store = open::reader(config)?;
    let story = store.story(id)?;
    let story = story.ok_or_else(|| WrongUse(format!("there is no story {id}; `tidings stories` lists them")))?;
    let corrections = store.story_corrections(id)?;
    let mut revisions = Vec::new();
    for member in &story.members {
        revisions.extend(store.revisions(member.article.id)?.into_iter().map(|r| (member, r)));
    }
    if format == Format::Json {
        let mut line = as_json(&story);
        for (position, member) in story.members.iter().enumerate() {
            let reasoning = store.reasoning(member.article.id)?;
            line["articles"][position]["placed"] = reasoning.as_ref().map(placing::as_json).into();
        }
        line["revisions"] = revisions.iter().map(|(member, r)| revision_json(member, r)).collect();
        line["corrections"] = corrections.iter().map(correction_json).collect();
        print(format!("{line}\n").as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = format!("story {id}\n{}", head_of(&story, config));
    let mut lines: Vec<(Timestamp, String)> = story
        .members
        .iter()
        .map(|member| (member.article.published_at, report_line(&story, member)))
        .collect();
    lines.extend(
        revisions
            .iter()
            .map(|(member, r)| (r.replaced_at, revision_line(member, r))),
    );
    lines.extend(corrections.iter().map(|c| (c.at, correction_line(c))));
    if let Some(since) = since {
        lines.retain(|(at, _)| *at >= since);
        let novel = story.members.iter().filter(|member| member.joined_at >= since);
        out.push_str(&format!(
            "since {}: {}, {} from outlets that had not reported before\n",
            open::local(since, config),
            counted(novel.clone().count(), "new report", "new reports"),
            novel.filter(|member| is_first_of_outlet(&story, member)).count(),
        ));
    }
    out.push('\n');
    lines.sort();
    for (at, line) in lines {
        out.push_str(&format!("  {}  {line}\n", open::local(at, config)));
    }
    print(out.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// How much was reported, by how many, when and by whom first, and a bar for each day.
fn head_of(story: &StoredStory, config: &Config) -> String {
    let Some(first) = story
        .members
        .iter()
        .min_by_key(|m| (m.article.published_at, m.article.id))
    else {
        return "without articles: they were moved\n".to_owned();
    };
    let outlets: BTreeSet<&str> = story
        .members
        .iter()
        .map(|m| m.article.provider_domain.as_str())
        .collect();
    let copies = story.members.len() - originals(story).count();
    let days = chart::days(
        story.members.iter().map(|m| m.article.published_at),
        story
            .members
            .iter()
            .map(|m| m.article.published_at)
            .max()
            .unwrap_or(story.updated_at),
        config.zone,
    );
    let bars = if days.is_empty() {
        String::new()
    } else {
        format!("{}  reports per day since {}\n", chart::blocks(&days), days[0].day)
    };
    format!(
        "{}, {} from {}; first {} by {}\n{bars}",
        counted(originals(story).count(), "article", "articles"),
        counted(copies, "copy", "copies"),
        counted(outlets.len(), "outlet", "outlets"),
        open::local(first.article.published_at, config),
        table::tidy(&first.article.provider_name),
    )
}

fn is_first_of_outlet(story: &StoredStory, member: &Member) -> bool {
    let domain = &member.article.provider_domain;
    let earlier =
        |m: &&Member| (m.article.published_at, m.article.id) < (member.article.published_at, member.article.id);
    !story
        .members
        .iter()
        .filter(earlier)
        .any(|m| m.article.provider_domain == *domain)
}

fn report_line(story: &StoredStory, member: &Member) -> String {
    let copy = match member.copy_of {
        Some(original) => format!(" (the same text as {original})"),
        None if is_first_of_outlet(story, member) => String::new(),
        None => " (again)".to_owned(),
    };
    format!(
        "{}: {}{copy}\n                    article {}  {}",
        table::tidy(&member.article.provider_name),
        table::tidy(&member.article.title),
        member.article.id,
        member.article.web_url
    )
}

fn revision_line(member: &Member, revision: &StoredRevision) -> String {
    let provider = table::tidy(&member.article.provider_name);
    if is_same_text(&revision.title, &member.article.title) {
        format!("{provider} changed its text")
    } else {
        format!(
            "{provider} changed its headline; before: {}",
            table::tidy(&revision.title)
        )
    }
}

fn correction_line(correction: &Correction) -> String {
    let moved = counted(correction.articles.len(), "article", "articles");
    match correction.change {
        Change::MergedInto(other) => format!("merged into story {other}: {moved}"),
        Change::MergedFrom(other) => format!("story {other} was merged into it: {moved}"),
        Change::SplitInto(other) => format!("split: {moved} moved to story {other}"),
        Change::SplitFrom(other) => format!("split from story {other}: {moved}"),
    }
}

fn revision_json(member: &Member, revision: &StoredRevision) -> serde_json::Value {
    json!({
        "article": member.article.id.0,
        "replacedDateTime": date_time(revision.replaced_at),
        "title": revision.title,
        "headlineChanged": !is_same_text(&revision.title, &member.article.title),
    })
}

fn correction_json(correction: &Correction) -> serde_json::Value {
    let (kind, other) = match correction.change {
        Change::MergedInto(other) => ("merged-into", other),
        Change::MergedFrom(other) => ("merged-from", other),
        Change::SplitInto(other) => ("split-into", other),
        Change::SplitFrom(other) => ("split-from", other),
    };
    let articles: Vec<i64> = correction.articles.iter().map(|id| id.0).collect();
    json!({ "dateTime": date_time(correction.at), "kind": kind, "story": other.0, "articles": articles })
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
