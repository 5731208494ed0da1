//! `tidings stories`: stories and their timelines.

mod doubtful;
mod timeline;

use std::path::Path;
use std::process::ExitCode;

use crate::cli::output::format::{Format, WrongUse};
use crate::cli::output::limit::Limit;
use crate::cli::output::print::{print, tell};
use crate::cli::output::{json, table};
use crate::cli::{dispatch, open};
use crate::commands::StoreCommand;
use crate::config::Config;
use crate::digest::chart::of_them_copies;
use crate::domain::plural::counted;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::Store;
use crate::views::stories::{self, StoryView};

/// Stories listed when no number is asked for.
const LIMIT: usize = 50;

/// Stories: articles about the same event, newest first
#[derive(Debug, clap::Args)]
pub(crate) struct StoriesArgs {
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
    /// Looks at the stories of the last seven days again, with more time: which may be one, and which two
    Doubtful,
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
pub(crate) fn run(config: Option<&Path>, args: &StoriesArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
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
        Some(Command::Doubtful) => doubtful::list(&config, args.format),
        Some(Command::Merge { into, from }) => {
            let (into, from) = (StoryId(*into), StoryId(*from));
            dispatch::carry_out(config, &StoreCommand::MergeStories { into, from }, args.format)
        }
        Some(Command::Split { id, articles }) => {
            let (story, articles) = (StoryId(*id), articles.iter().copied().map(ArticleId).collect());
            dispatch::carry_out(config, &StoreCommand::SplitStory { story, articles }, args.format)
        }
    }
}

fn list(config: &Config, args: &ListArgs, format: Format) -> anyhow::Result<ExitCode> {
    let since = args.since.as_deref().map(open::since).transpose()?;
    let limit = Limit::of(args.limit, LIMIT, format);
    let store = open::reader(config)?;
    let mut ids = stories::ids(&store, config, since, args.topic.as_deref(), limit.asked())?;
    limit.cut(&mut ids);
    for id in &ids {
        let Some(story) = stories::story(&store, *id)? else {
            continue;
        };
        let line = match format {
            Format::Json => json::line(&story),
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
    let older = stories::count(store, topic)?;
    if let Some(since) = since.filter(|_| older > 0) {
        let since = open::local(since, config);
        return Ok(format!(
            "no story{of_topic} changed since {since}; {older} did before, `tidings stories` lists them"
        ));
    }
    if topic.is_some() && stories::count(store, None)? > 0 {
        return Ok(format!("no story{of_topic}; `tidings topics` lists what is followed"));
    }
    Ok(doubtful::NO_STORY.to_owned())
}

fn in_one_line(story: &StoryView, config: &Config) -> String {
    let topics = story.topics.iter().map(|topic| format!(" · {}", table::tidy(topic)));
    format!(
        "{:>6}  {}  {}\n                          {}{}{}\n",
        story.id,
        open::local(story.updated_date_time, config),
        table::tidy(&story.title),
        counted(story.articles.len(), "article", "articles"),
        of_them_copies(story.copies()),
        topics.collect::<String>()
    )
}
