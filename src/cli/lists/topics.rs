//! `tidings topics`: what is followed, why an article matched, and what a query finds in the archive.

use std::path::Path;
use std::process::ExitCode;

use chrono::NaiveDate;

use crate::cli::lists::search::tell_suspicions;
use crate::cli::open;
use crate::cli::output::format::Format;
use crate::cli::output::print::{print, tell};
use crate::cli::output::{json, table};
use crate::clock::Clock;
use crate::config::{Config, Mistake};
use crate::domain::plural::counted;
use crate::domain::topic::Topic;
use crate::text::flattened;
use crate::views::backtest::{self, BacktestHit, RuleChange};
use crate::views::quiet_topics::{self, QUIET_DAYS, QuietTopic};
use crate::views::topics;
use crate::web::placement_reason;

/// Articles shown that a new query would add, and as many that it would drop.
const EXAMPLES: usize = 20;
/// Columns of the longest bar.
const BAR_WIDTH: usize = 40;

/// Topics: what is followed, and why an article matched
#[derive(Debug, clap::Args)]
pub(crate) struct TopicsArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the topics with how many articles and stories each has (the same as without a word)
    List,
    /// Shows rule by rule why a stored article matches a topic or not, and why it is in its story
    Explain {
        /// The topic's name, as `tidings topics` lists it
        topic: String,
        /// The article's address, or its number
        #[arg(value_name = "URL|ID")]
        url: String,
    },
    /// Runs a topic's rule, or a new one for it, over the stored archive: what it finds, newest first, per week, and what a
    /// new one would add and drop
    Backtest {
        /// The topic's name, as `tidings topics` lists it
        topic: String,
        /// A query to try in place of the topic's rule
        #[arg(long, allow_hyphen_values = true)]
        query: Option<String>,
        /// Only articles published within this span
        #[arg(long, value_name = "SPAN", default_value = "90d")]
        since: String,
    },
}

/// Runs the command.
pub(crate) fn run(config: Option<&Path>, args: &TopicsArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    match &args.command {
        None | Some(Command::List) => list(&config, args.format),
        Some(Command::Explain { topic, url }) => explain(&config, topic, url, args.format),
        Some(Command::Backtest { topic, query, since }) => {
            let (_, topic) = topics::named(&config, topic)?;
            match query {
                None => run_backtest(&config, topic, since, args.format),
                Some(query) => compare(&config, topic, query, since, args.format),
            }
        }
    }
}

fn list(config: &Config, format: Format) -> anyhow::Result<ExitCode> {
    let store = open::reader(config)?;
    let topics = topics::list(&store)?;
    match format {
        Format::Json => print(topics.iter().map(json::line).collect::<String>().as_bytes())?,
        Format::Text if topics.is_empty() => {
            tell!("no topic yet; add a [[topic]] to the configuration and run `tidings poll`");
        }
        Format::Text => {
            let rows: Vec<Vec<String>> = topics
                .into_iter()
                .map(|t| vec![t.name, t.articles.to_string(), t.stories.to_string()])
                .collect();
            print(table::render(&["topic", "articles", "stories"], &rows).as_bytes())?;
            let own = |warning: &&Mistake| warning.key.as_ref().is_some_and(|key| key.starts_with("topic."));
            for warning in config.warnings.iter().filter(own) {
                tell!("warning: {warning}");
            }
            for quiet in quiet_topics::list(&store, config, Clock::system().now())? {
                tell!("warning: {}", told_quiet(&quiet));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns what is told of a topic that nothing matches.
pub(crate) fn told_quiet(quiet: &QuietTopic) -> String {
    let articles = counted(quiet.articles, "article", "articles");
    format!(
        "topic {}: nothing of the last {QUIET_DAYS} days matches it; {} it would be {articles}, see `tidings topics backtest`",
        table::tidy(&quiet.name),
        quiet.form
    )
}

fn explain(config: &Config, topic: &str, url: &str, format: Format) -> anyhow::Result<ExitCode> {
    topics::named(config, topic)?;
    let found = topics::explain(&open::reader(config)?, config, topic, url)?;
    let text = match format {
        Format::Json => json::line(&found),
        Format::Text => format!(
            "{}\n{}\n\n{}\n\n{}\n",
            table::tidy(&found.title),
            found.web_url,
            found.explanation,
            placement_reason::told(found.story, found.placed.as_ref())
        ),
    };
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Shows what a new query would add to a topic and drop from it.
fn compare(config: &Config, topic: &Topic, query: &str, since: &str, format: Format) -> anyhow::Result<ExitCode> {
    let since = open::since(since)?;
    tell_suspicions(query);
    let found = backtest::compare(&open::reader(config)?, topic, query, since)?;
    let mut out = String::new();
    for (sign, changed) in [("+", &found.added), ("-", &found.dropped)] {
        let shown = if format == Format::Json { usize::MAX } else { EXAMPLES };
        for change in changed.iter().take(shown) {
            let title = table::tidy(&change.title);
            out.push_str(&match format {
                Format::Text => format!("{sign} {title}\n  {}\n", flattened(&change.web_url)),
                Format::Json => json::line(&RuleChange {
                    title,
                    ..change.clone()
                }),
            });
        }
    }
    if format == Format::Text {
        out.push_str(&bars(&backtest::weeks(found.found.iter().copied(), config.zone)));
    }
    print(out.as_bytes())?;
    tell!(
        "{}: {} with its rule, {} with the new query: {} added, {} dropped",
        topic.name,
        counted(found.before, "article", "articles"),
        found.found.len(),
        found.added.len(),
        found.dropped.len()
    );
    Ok(ExitCode::SUCCESS)
}

fn run_backtest(config: &Config, topic: &Topic, since: &str, format: Format) -> anyhow::Result<ExitCode> {
    let since = open::since(since)?;
    let backtest::Backtest { found, read } = backtest::backtest(&open::reader(config)?, topic, since)?;
    let shown = |hit: &BacktestHit| match format {
        Format::Json => json::line(hit),
        Format::Text => format!(
            "{}  {:.2}  {}\n                        {}\n",
            open::local(hit.published_date_time, config),
            hit.score,
            table::tidy(&hit.title),
            hit.web_url
        ),
    };
    print(found.iter().map(shown).collect::<String>().as_bytes())?;
    if format == Format::Text {
        let published = found.iter().map(|hit| hit.published_date_time);
        print(bars(&backtest::weeks(published, config.zone)).as_bytes())?;
    }
    tell!("articles that match {}: {} of {read}", topic.name, found.len());
    Ok(ExitCode::SUCCESS)
}

/// Matches per week, Monday first, each week a line with a bar.
fn bars(weeks: &[(NaiveDate, usize)]) -> String {
    let Some(most) = weeks.iter().map(|(_, count)| *count).max() else {
        return String::new();
    };
    let mut out = String::from("\nmatches per week\n");
    for (monday, count) in weeks {
        let bar = "█".repeat((count * BAR_WIDTH).div_ceil(most));
        out.push_str(&format!("  {monday}  {count:>6}  {bar}\n"));
    }
    out
}
