//! `tidings stories`: stories and their timelines.

mod timeline;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::articles::check_topic;
use super::limit::Limit;
use super::output::{print, tell};
use super::{Format, WrongUse, dispatch, json, open, table};
use crate::commands::StoreCommand;
use crate::config::Config;
use crate::digest::chart;
use crate::document::scalar::date_time;
use crate::domain::article::Zone;
use crate::domain::plural::counted;
use crate::domain::{StoryId, Timestamp};
use crate::ranking;
use crate::store::Store;
use crate::store::stories::{Member, StoredStory, StoryChange};

/// Stories listed when no number is asked for.
const LIMIT: usize = 50;

/// Stories: articles about the same event, newest first
#[derive(Debug, clap::Args)]
pub(super) struct StoriesArgs {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: ListArgs,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(Debug, Default, PartialEq, clap::Args)]
struct ListArgs {
    /// Only stories of this topic
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Only stories that changed within this span, for example 12h, 1d, 4w
    #[arg(long, value_name = "SPAN")]
    since: Option<String>,
    /// How many at most; 0 for all [default: 50; all as JSON]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists stories (the same as without a word)
    List(ListArgs),
    /// Shows one story's timeline: who reported what when, and which headlines changed
    Show {
        /// The story's number, as `tidings stories` lists it
        id: i64,
        /// Only what is new in it within this span, for example 12h, 1d, 4w
        #[arg(long, value_name = "SPAN")]
        since: Option<String>,
    },
    /// Moves the articles of the second story into the first; `split` undoes it
    Merge {
        /// Number of the story that gets the articles
        into: i64,
        /// Number of the story that loses them
        from: i64,
    },
    /// Moves articles, with their copies, out of a story into one of their own
    Split {
        /// The story's number, as `tidings stories` lists it
        id: i64,
        /// Numbers of articles, as `stories show` prints them
        #[arg(required = true, value_name = "ARTICLE")]
        articles: Vec<i64>,
    },
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &StoriesArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let json = args.format == Format::Json;
    if args.command.is_some() && args.list != ListArgs::default() {
        let message =
            "--topic, --since and --limit stand behind the word they are for: `tidings stories show 12 --since 1d`";
        return Err(WrongUse(message.to_owned()).into());
    }
    match &args.command {
        None => list(&config, &args.list, args.format),
        Some(Command::List(list_args)) => list(&config, list_args, args.format),
        Some(Command::Show { id, since }) => {
            let since = since.as_deref().map(open::since).transpose()?;
            timeline::show(&config, StoryId(*id), since, args.format)
        }
        Some(Command::Merge { into, from }) => {
            let (into, from) = (*into, *from);
            dispatch::carry_out(config, &StoreCommand::MergeStories { into, from, json })
        }
        Some(Command::Split { id, articles }) => {
            let (story, articles) = (*id, articles.clone());
            dispatch::carry_out(config, &StoreCommand::SplitStory { story, articles, json })
        }
    }
}

fn list(config: &Config, args: &ListArgs, format: Format) -> anyhow::Result<ExitCode> {
    let since = args.since.as_deref().map(open::since).transpose()?;
    let limit = Limit::of(args.limit, LIMIT, format);
    let store = open::reader(config)?;
    check_topic(args.topic.as_deref(), &store, config)?;
    let mut ids = store.story_ids(since, args.topic.as_deref(), limit.asked())?;
    limit.cut(&mut ids);
    // One at a time: all of them with their texts may be more than a machine has memory for.
    for id in &ids {
        let Some(story) = store.story(*id)? else { continue };
        let line = match format {
            Format::Json => json::line(as_json(&story, &store.story_changes(story.id)?)),
            Format::Text => in_one_line(&story, config),
        };
        print(line.as_bytes())?;
    }
    if ids.is_empty() && format == Format::Text {
        tell!("{}", why_none(&store, config, since, args.topic.as_deref())?);
    }
    Ok(ExitCode::SUCCESS)
}

/// Why the list is empty: nothing there at all, nothing of the topic, or nothing as new as asked for.
fn why_none(store: &Store, config: &Config, since: Option<Timestamp>, topic: Option<&str>) -> anyhow::Result<String> {
    let of_topic = topic.map(|topic| format!(" of topic \"{topic}\"")).unwrap_or_default();
    let older = store.count_stories(topic)?;
    if let Some(since) = since.filter(|_| older > 0) {
        let since = open::local(since, config);
        return Ok(format!(
            "no story{of_topic} changed since {since}; {older} did before, `tidings stories` lists them"
        ));
    }
    if topic.is_some() && store.count_stories(None)? > 0 {
        return Ok(format!("no story{of_topic}; `tidings topics` lists what is followed"));
    }
    Ok("no story yet: stories are made of articles that match a topic".to_owned())
}

/// Returns the headline a story goes by: that of its lead.
fn headline(story: &StoredStory) -> &str {
    let order = |m: &&Member| ranking::lead_order(m.copy_of.is_some(), m.quality, m.article.published_at, m.article.id);
    let lead = story.members.iter().min_by_key(order);
    lead.map_or("", |member| &member.article.title)
}

/// Returns the topics of a story's articles, by name.
fn topics(story: &StoredStory) -> BTreeSet<&str> {
    let topics = story.members.iter().flat_map(|member| &member.topics);
    topics.map(String::as_str).collect()
}

/// Returns what follows the number of a story's articles, as the digest says it.
fn of_them_copies(story: &StoredStory) -> String {
    chart::of_them_copies(story.members.iter().filter(|member| member.copy_of.is_some()).count())
}

fn in_one_line(story: &StoredStory, config: &Config) -> String {
    format!(
        "{:>6}  {}  {}\n                          {}{}{}\n",
        story.id,
        open::local(story.updated_at, config),
        table::tidy(headline(story)),
        counted(story.members.len(), "article", "articles"),
        of_them_copies(story),
        topics(story)
            .iter()
            .map(|topic| format!(" · {}", table::tidy(topic)))
            .collect::<String>()
    )
}

fn as_json(story: &StoredStory, changes: &[StoryChange]) -> serde_json::Value {
    let members: Vec<_> = story
        .members
        .iter()
        .map(|m| {
            json!({
                "id": m.article.id.0,
                "title": m.article.title,
                "webUrl": m.article.web_url,
                "publishedDateTime": date_time(m.article.published_at),
                "publishedZone": m.article.published_zone.map(Zone::as_str),
                "provider": m.article.provider_name,
                "quality": m.quality,
                "copyOf": m.copy_of.map(|id| id.0),
                "topics": m.topics,
            })
        })
        .collect();
    json!({
        "id": story.id.0,
        "title": headline(story),
        "topics": topics(story),
        "startedDateTime": date_time(story.started_at),
        "updatedDateTime": date_time(story.updated_at),
        "articles": members,
        "headlineChanges": changes.iter().filter(|change| change.is_headline()).map(headline_json).collect::<Vec<_>>(),
    })
}

fn headline_json(change: &StoryChange) -> serde_json::Value {
    json!({
        "article": change.article.0,
        "dateTime": date_time(change.at),
        "before": change.before,
        "after": change.after,
    })
}
