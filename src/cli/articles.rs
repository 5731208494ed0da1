//! `tidings articles`: what is stored.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::limit::Limit;
use super::output::{print, tell};
use super::revision_diff::{self, ArticleChange};
use super::{Format, WrongUse, json, open, table};
use crate::config::Config;
use crate::document::scalar::date_time;
use crate::domain::article::Zone;
use crate::query::Query;
use crate::store::Store;
use crate::store::articles::{ArticleFilter, ListedArticle};

/// Articles shown when no number is asked for.
const LIMIT: usize = 50;

/// Which articles; also what `search` looks through.
#[derive(Debug, clap::Args)]
pub(super) struct Selection {
    /// Only of this source (name or address)
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Only articles that match this topic
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Only published within this span, for example 12h, 1d, 4w
    #[arg(long, value_name = "SPAN")]
    since: Option<String>,
}

impl Selection {
    /// Refuses a source or topic that nobody knows: a slip of the pen would look like an empty archive.
    pub(super) fn check(&self, store: &Store, config: &Config) -> anyhow::Result<()> {
        check_topic(self.topic.as_deref(), store, config)?;
        if let Some(source) = &self.source
            && !store.knows_source(source)?
        {
            return Err(WrongUse(format!(
                "no source is called \"{source}\"; `tidings sources` lists them"
            ))
            .into());
        }
        Ok(())
    }

    pub(super) fn filter(&self, limit: usize, query: Option<Query>) -> anyhow::Result<ArticleFilter> {
        Ok(ArticleFilter {
            source: self.source.clone(),
            topic: self.topic.clone(),
            since: self.since.as_deref().map(open::since).transpose()?,
            changed: false,
            limit: Some(limit).filter(|n| *n > 0),
            query,
        })
    }
}

/// Refuses a topic that neither the store nor the configuration knows.
pub(super) fn check_topic(topic: Option<&str>, store: &Store, config: &Config) -> anyhow::Result<()> {
    match topic {
        Some(name) if !config.topics.iter().any(|topic| topic.name == name) && !store.knows_topic(name)? => {
            Err(WrongUse(format!("no topic is called \"{name}\"; `tidings topics` lists them")).into())
        }
        _ => Ok(()),
    }
}

/// Lists stored articles, newest first
#[derive(Debug, clap::Args)]
pub(super) struct ArticlesArgs {
    #[command(flatten)]
    selection: Selection,
    /// Only articles and watched pages that have changed, with what changed; `--since` is then the time of the change
    #[arg(long)]
    changes: bool,
    /// How many at most; 0 for all [default: 50; all as JSON]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `articles`.
pub(super) fn list(config: Option<&Path>, args: &ArticlesArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let limit = Limit::of(args.limit, LIMIT, args.format);
    let mut filter = args.selection.filter(limit.asked(), None)?;
    filter.changed = args.changes;
    let store = open::reader(&config)?;
    args.selection.check(&store, &config)?;
    let mut found = store.list_articles(&filter)?;
    limit.cut(&mut found);
    let changes = |article: &ListedArticle| -> anyhow::Result<Vec<ArticleChange>> {
        let (before, text) = store.history(article.id)?;
        Ok(revision_diff::changes(&before, &article.title, &text))
    };
    let found = found.into_iter().map(|article| {
        let changes = if args.changes { changes(&article)? } else { Vec::new() };
        Ok((article, changes))
    });
    let found = found.collect::<anyhow::Result<Vec<_>>>()?;
    if found.is_empty() && args.format == Format::Text {
        tell!("{}", why_none(&store, args)?);
    }
    show(&config, &found, args.format)
}

/// Why the list is empty: nothing there at all, or nothing of what was asked for.
fn why_none(store: &Store, args: &ArticlesArgs) -> anyhow::Result<&'static str> {
    Ok(if store.stats()?.articles == 0 {
        "no article yet; `tidings poll` reads what is due, `tidings sources` says how each source fares"
    } else if args.selection.since.is_some() {
        "no article found; without --since there may be older ones"
    } else {
        "no article found"
    })
}

fn show(config: &Config, found: &[(ListedArticle, Vec<ArticleChange>)], format: Format) -> anyhow::Result<ExitCode> {
    let mut out = String::new();
    match format {
        Format::Json => {
            for (article, changes) in found {
                let mut line = listed_json(article);
                if !changes.is_empty() {
                    line["changes"] = revision_diff::as_json(changes);
                }
                out.push_str(&json::line(line));
            }
        }
        Format::Text => {
            for (article, changes) in found {
                let story = article
                    .story
                    .map(|story| format!(" · story {story}"))
                    .unwrap_or_default();
                out.push_str(&format!(
                    "{}  {}\n                  article {} · {}{story} · {}\n",
                    open::local(article.published_at, config),
                    table::tidy(&article.title),
                    article.id,
                    table::tidy(&article.provider),
                    table::one_line(&article.web_url)
                ));
                out.push_str(&revision_diff::shown(changes, config));
            }
        }
    }
    print(out.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns an article in a list as JSON.
pub(super) fn listed_json(article: &ListedArticle) -> serde_json::Value {
    json!({
        "id": article.id.0,
        "title": article.title,
        "webUrl": article.web_url,
        "publishedDateTime": date_time(article.published_at),
        "publishedZone": article.published_zone.map(Zone::as_str),
        "source": article.source,
        "topics": article.topics,
        "story": article.story.map(|story| story.0),
        "bodyState": article.body_state,
        "verdict": article.verdict,
        "document": article.document,
    })
}
