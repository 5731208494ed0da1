//! `tidings topics`: what is followed, why an article matched, and what a query finds in the archive.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;
use serde_json::json;
use url::Url;

use super::output::{print, tell};
use super::{Format, WrongUse, json, open, placement_reason, table};
use crate::config::Config;
use crate::document::scalar::date_time;
use crate::domain::article::Article;
use crate::domain::plural::counted;
use crate::domain::topic::{Rule, Topic};
use crate::domain::url::CanonicalUrl;
use crate::domain::{ArticleId, Timestamp};
use crate::jobs;
use crate::matching::{Matcher, RuleOutcome, Subject};
use crate::store::Store;
use crate::store::stories::moved_by;

/// Articles read at a time.
const BATCH: usize = 500;
/// Articles shown that a new query would add, and as many that it would drop.
const EXAMPLES: usize = 20;
/// Columns of the longest bar.
const BAR_WIDTH: usize = 40;

/// Topics: what is followed, and why an article matched
#[derive(Debug, clap::Args)]
pub(super) struct TopicsArgs {
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
        #[arg(long)]
        query: Option<String>,
        /// Only articles published within this span
        #[arg(long, value_name = "SPAN", default_value = "90d")]
        since: String,
    },
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &TopicsArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    match &args.command {
        None | Some(Command::List) => list(&config, args.format),
        Some(Command::Explain { topic, url }) => explain(&config, topic, url, args.format),
        Some(Command::Backtest { topic, query, since }) => match query {
            None => backtest(&config, topic, since, args.format),
            Some(query) => compare(&config, topic, query, since, args.format),
        },
    }
}

fn list(config: &Config, format: Format) -> anyhow::Result<ExitCode> {
    let topics = open::reader(config)?.topics()?;
    match format {
        Format::Json => {
            for topic in topics {
                let line = json!({ "name": topic.name, "articles": topic.articles, "stories": topic.stories });
                print(json::line(line).as_bytes())?;
            }
        }
        Format::Text if topics.is_empty() => {
            tell!("no topic yet; add a [[topic]] to the configuration and run `tidings poll`");
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
            let there_is = match names.as_slice() {
                [] => "the configuration has no [[topic]]".to_owned(),
                names => format!("there is {}", names.join(", ")),
            };
            WrongUse(format!("no topic is called \"{name}\"; {there_is}")).into()
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

fn explain(config: &Config, topic: &str, url: &str, format: Format) -> anyhow::Result<ExitCode> {
    let position = position(config, topic)?;
    let store = open::reader(config)?;
    let article = store.article(find(&store, url)?)?;
    let article =
        article.ok_or_else(|| WrongUse(format!("there is no article {url}; `tidings articles` shows numbers")))?;
    let matcher = jobs::compile(config)?;
    let explanation = matcher.explain(position, &Subject::of(&article));
    let (story, reasoning) = (store.story_of(article.id)?, store.reasoning(article.id)?);
    let log = story.map(|story| store.story_edits(story)).transpose()?;
    let moved = moved_by(log.as_deref().unwrap_or_default(), article.id);
    let text = match format {
        Format::Json => json::line(json!({
            "id": article.id.0,
            "title": article.title,
            "webUrl": article.web_url,
            "topic": explanation.topic,
            "matches": explanation.is_match(),
            "rule": explanation.root.as_ref().map(rule_json),
            "story": story.map(|story| story.0),
            "placed": reasoning.as_ref().map(placement_reason::as_json),
        }))
        .trim_end()
        .to_owned(),
        Format::Text => format!(
            "{}\n{}\n\n{explanation}\n\n{}",
            table::tidy(&article.title),
            article.web_url,
            placement_reason::told(story, reasoning.as_ref(), moved)
        ),
    };
    print(format!("{text}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn rule_json(verdict: &RuleOutcome) -> serde_json::Value {
    let found: Vec<_> = verdict
        .found
        .iter()
        .map(|reason| json!({ "place": reason.place, "count": reason.count }))
        .collect();
    let parts: Vec<_> = verdict.parts.iter().map(rule_json).collect();
    json!({ "rule": verdict.label, "holds": verdict.holds, "found": found, "parts": parts })
}

/// Shows what a new query would add to a topic and drop from it.
fn compare(config: &Config, topic: &str, query: &str, since: &str, format: Format) -> anyhow::Result<ExitCode> {
    let position = position(config, topic)?;
    let since = open::since(since)?;
    let store = open::reader(config)?;
    let old = alone(&config.topics[position])?;
    let tried = Topic {
        rule: Rule::Query(query.to_owned()),
        ..config.topics[position].clone()
    };
    let new = alone(&tried)?;
    let (mut last, mut before, mut found): (Option<Article>, _, _) = (None, 0_usize, Vec::new());
    let (mut added, mut dropped) = (Vec::new(), Vec::new());
    loop {
        let articles = store.articles_since(since, last.as_ref(), BATCH)?;
        if articles.is_empty() {
            break;
        }
        for article in &articles {
            let subject = Subject::of(article);
            let was = old.matches_any(&subject);
            let is = !new.matches(&subject).is_empty();
            before += usize::from(was);
            if is {
                found.push(article.published_at);
            }
            let changed = match (was, is) {
                (false, true) => &mut added,
                (true, false) => &mut dropped,
                _ => continue,
            };
            changed.push((article.id, table::tidy(&article.title), article.web_url.clone()));
        }
        last = articles.into_iter().next_back();
    }
    let mut out = String::new();
    for (sign, kind, changed) in [("+", "added", &added), ("-", "dropped", &dropped)] {
        for (id, title, url) in changed
            .iter()
            .take(if format == Format::Json { usize::MAX } else { EXAMPLES })
        {
            out.push_str(&match format {
                Format::Json => json::line(json!({ "id": id.0, "title": title, "webUrl": url, "change": kind })),
                Format::Text => format!("{sign} {}\n  {}\n", table::tidy(title), table::one_line(url)),
            });
        }
    }
    if format == Format::Text {
        out.push_str(&weeks(&found, config.zone));
    }
    print(out.as_bytes())?;
    tell!(
        "{topic}: {} with its rule, {} with the new query: {} added, {} dropped",
        counted(before, "article", "articles"),
        found.len(),
        added.len(),
        dropped.len()
    );
    Ok(ExitCode::SUCCESS)
}

/// Compiles one topic: no other's words are looked for.
fn alone(topic: &Topic) -> anyhow::Result<Matcher> {
    let compiled = Matcher::compile(std::slice::from_ref(topic)).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        WrongUse(all.join("\n"))
    });
    Ok(compiled?)
}

/// Matches per week, Monday first, each week a line with a bar.
fn weeks(found: &[Timestamp], zone: Tz) -> String {
    let mut counts: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for at in found {
        let day = at.with_timezone(&zone).date_naive();
        *counts.entry(day.week(Weekday::Mon).first_day()).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(1);
    let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) else {
        return String::new();
    };
    let mut out = String::from("\nmatches per week\n");
    for monday in first.iter_weeks().take_while(|monday| monday <= last) {
        let count = counts.get(&monday).copied().unwrap_or(0);
        let bar = "█".repeat((count * BAR_WIDTH).div_ceil(most));
        out.push_str(&format!("  {monday}  {count:>6}  {bar}\n"));
    }
    out
}

fn backtest(config: &Config, topic: &str, since: &str, format: Format) -> anyhow::Result<ExitCode> {
    let position = position(config, topic)?;
    let since = open::since(since)?;
    let store = open::reader(config)?;
    let matcher = alone(&config.topics[position])?;
    let (mut last, mut read, mut found): (Option<Article>, _, _) = (None, 0_usize, Vec::new());
    loop {
        let articles = store.articles_since(since, last.as_ref(), BATCH)?;
        if articles.is_empty() {
            break;
        }
        read += articles.len();
        for article in &articles {
            let Some(hit) = matcher.matches(&Subject::of(article)).pop() else {
                continue;
            };
            let line = match format {
                Format::Json => json::line(json!({
                    "id": article.id.0,
                    "title": article.title,
                    "webUrl": article.web_url,
                    "publishedDateTime": date_time(article.published_at),
                    "score": hit.score,
                }))
                .trim_end()
                .to_owned(),
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
            found.push((article.published_at, line));
        }
        last = articles.into_iter().next_back();
    }
    found.sort_by_key(|(at, _)| Reverse(*at));
    for (_, line) in &found {
        print(format!("{line}\n").as_bytes())?;
    }
    if format == Format::Text {
        let found: Vec<Timestamp> = found.iter().map(|(at, _)| *at).collect();
        print(weeks(&found, config.zone).as_bytes())?;
    }
    tell!("articles that match {topic}: {} of {read}", found.len());
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_in_the_readers_zone_and_leave_none_out() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // The first is Sunday in London and Monday in Berlin.
        let found = ["2026-03-01T23:30:00Z", "2026-03-04T10:00:00Z", "2026-03-20T10:00:00Z"].map(at);
        let bar = |count: usize| "█".repeat(count);
        assert_eq!(
            weeks(&found, chrono_tz::Europe::Berlin),
            format!(
                "\nmatches per week\n  2026-03-02       2  {}\n  2026-03-09       0  \n  2026-03-16       1  {}\n",
                bar(40),
                bar(20)
            )
        );
        assert_eq!(weeks(&[], chrono_tz::UTC), "");
        assert_eq!(
            weeks(&found[..1], chrono_tz::UTC).lines().nth(2),
            Some(&*format!("  2026-02-23       1  {}", bar(40)))
        );
    }
}
