//! `tidings topics`: what is followed, why an article matched, and what a query finds in the archive.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use url::Url;

use super::{Format, WrongUse, open, print, table};
use crate::config::Config;
use crate::document::scalar::date_time;
use crate::domain::ArticleId;
use crate::domain::url::CanonicalUrl;
use crate::jobs;
use crate::matching::Subject;
use crate::store::Store;

/// Articles read at a time.
const BATCH: usize = 500;

/// Topics: what is followed, and why an article matched
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the topics with how many articles and stories each has (the same as without a word)
    List,
    /// Shows rule by rule why a stored article matches a topic or not
    Explain {
        topic: String,
        /// The article's address, or its number
        #[arg(value_name = "URL|ID")]
        url: String,
    },
    /// Runs a topic's rule over the stored archive and lists what it finds
    Backtest {
        topic: String,
        /// Only articles published within this span
        #[arg(long, value_name = "SPAN", default_value = "90d")]
        since: String,
    },
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &Args) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    match &args.command {
        None | Some(Command::List) => list(&config, args.format),
        Some(Command::Explain { topic, url }) => explain(&config, topic, url),
        Some(Command::Backtest { topic, since }) => backtest(&config, topic, since, args.format),
    }
}

fn list(config: &Config, format: Format) -> anyhow::Result<ExitCode> {
    let topics = open::reader(config)?.topics()?;
    match format {
        Format::Json => {
            for topic in topics {
                let line = json!({ "name": topic.name, "articles": topic.articles, "stories": topic.stories });
                print(format!("{line}\n").as_bytes())?;
            }
        }
        Format::Text => {
            let rows: Vec<Vec<String>> = topics
                .into_iter()
                .map(|t| vec![t.name, t.articles.to_string(), t.stories.to_string()])
                .collect();
            print(table::render(&["topic", "articles", "stories"], &rows).as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn position(config: &Config, name: &str) -> anyhow::Result<usize> {
    config
        .topics
        .iter()
        .position(|topic| topic.name == name)
        .ok_or_else(|| {
            let names: Vec<&str> = config.topics.iter().map(|topic| topic.name.as_str()).collect();
            WrongUse(format!("no topic is called \"{name}\"; there is {}", names.join(", "))).into()
        })
}

fn find(store: &Store, url: &str) -> anyhow::Result<ArticleId> {
    if let Ok(number) = url.parse() {
        return Ok(ArticleId(number));
    }
    let parsed = Url::parse(url).map_err(|error| WrongUse(format!("{url} is no address: {error}")))?;
    let found = store.article_by_url_key(CanonicalUrl::new(&parsed).as_str())?;
    found.ok_or_else(|| {
        WrongUse(format!(
            "no stored article has the address {url}; `tidings articles` lists them"
        ))
        .into()
    })
}

fn explain(config: &Config, topic: &str, url: &str) -> anyhow::Result<ExitCode> {
    let position = position(config, topic)?;
    let store = open::reader(config)?;
    let article = store.article(find(&store, url)?)?;
    let article = article.ok_or_else(|| {
        WrongUse(format!(
            "there is no article {url}; `tidings articles --format json` shows numbers"
        ))
    })?;
    let matcher = jobs::compile(config)?;
    let explanation = matcher.explain(position, &Subject::of(&article));
    print(
        format!(
            "{}\n{}\n\n{explanation}\n",
            table::tidy(&article.title),
            article.web_url
        )
        .as_bytes(),
    )?;
    Ok(ExitCode::SUCCESS)
}

fn backtest(config: &Config, topic: &str, since: &str, format: Format) -> anyhow::Result<ExitCode> {
    let position = position(config, topic)?;
    let since = open::since(since)?;
    let store = open::reader(config)?;
    let matcher = jobs::compile(config)?;
    let (mut after, mut read, mut found) = (ArticleId(0), 0_usize, 0_usize);
    loop {
        let articles = store.articles_after(after, BATCH)?;
        let Some(last) = articles.last() else { break };
        after = last.id;
        for article in articles.iter().filter(|article| article.published_at >= since) {
            read += 1;
            let Some(hit) = matcher
                .matches(&Subject::of(article))
                .into_iter()
                .find(|m| m.topic == position)
            else {
                continue;
            };
            found += 1;
            let line = match format {
                Format::Json => json!({
                    "id": article.id.0,
                    "title": article.title,
                    "webUrl": article.web_url,
                    "publishedDateTime": date_time(article.published_at),
                    "score": hit.score,
                })
                .to_string(),
                Format::Text => {
                    let date = open::local(article.published_at, config);
                    format!(
                        "{date}  {:.2}  {}\n                        {}",
                        hit.score,
                        table::tidy(&article.title),
                        article.web_url
                    )
                }
            };
            print(format!("{line}\n").as_bytes())?;
        }
    }
    anstream::eprintln!("{found} of {read} articles match {topic}");
    Ok(ExitCode::SUCCESS)
}
