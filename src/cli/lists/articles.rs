//! `tidings articles`: what is stored.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::open;
use crate::cli::output::format::Format;
use crate::cli::output::limit::Limit;
use crate::cli::output::print::{print, tell};
use crate::cli::output::{json, table};
use crate::config::Config;
use crate::domain::plural::counted;
use crate::store::articles::ArticleFilter;
use crate::text::flattened;
use crate::text::sentence_diff::SentenceStatus;
use crate::views::articles::{self, ArticleView};
use crate::views::revision_diff::ArticleChange;

/// Articles shown when no number is asked for.
const LIMIT: usize = 50;
/// Sentences of one change that are shown.
const SENTENCES_MAX: usize = 12;

/// Which articles; also what `search` looks through.
#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
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
    pub(crate) fn filter(&self, limit: usize) -> anyhow::Result<ArticleFilter> {
        Ok(ArticleFilter {
            source: self.source.clone(),
            topic: self.topic.clone(),
            since: self.since.as_deref().map(open::since).transpose()?,
            limit: Some(limit).filter(|n| *n > 0),
            ..ArticleFilter::default()
        })
    }
}

/// Lists stored articles, newest first
#[derive(Debug, clap::Args)]
pub(crate) struct ArticlesArgs {
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
pub(crate) fn list(config: Option<&Path>, args: &ArticlesArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let limit = Limit::of(args.limit, LIMIT, args.format);
    let mut filter = args.selection.filter(limit.asked())?;
    filter.changed = args.changes;
    let store = open::reader(&config)?;
    let mut found = articles::list(&store, &config, &filter)?;
    limit.cut(&mut found);
    if found.is_empty() && args.format == Format::Text {
        let why = if articles::is_empty(&store)? {
            "no article yet; `tidings poll` reads what is due, `tidings sources` says how each source fares"
        } else if filter.since.is_some() {
            "no article found; without --since there may be older ones"
        } else {
            "no article found"
        };
        tell!("{why}");
    }
    let shown = |found: &ArticleView| match args.format {
        Format::Json => json::line(found),
        Format::Text => as_text(found, &config),
    };
    print(found.iter().map(shown).collect::<String>().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn as_text(found: &ArticleView, config: &Config) -> String {
    let article = &found.article;
    let story = article
        .story
        .map(|story| format!(" · story {story}"))
        .unwrap_or_default();
    let head = format!(
        "{}  {}\n                  article {} · {}{story} · {}\n",
        open::local(article.published_at, config),
        table::tidy(&article.title),
        article.id,
        table::tidy(&article.provider),
        flattened(&article.web_url)
    );
    let changes = found.changes.iter().map(|change| change_as_text(change, config));
    head + &changes.collect::<String>()
}

fn change_as_text(change: &ArticleChange, config: &Config) -> String {
    let mut out = format!("  changed by {}\n", open::local(change.replaced_date_time, config));
    if let Some(title) = &change.title {
        out.push_str(&format!("    headline before: {}\n", table::tidy(title)));
    }
    for sentence in change.sentences.iter().take(SENTENCES_MAX) {
        let sign = match sentence.status {
            SentenceStatus::Removed => '-',
            SentenceStatus::Changed => '~',
            SentenceStatus::Added => '+',
        };
        // Shortened where it was compared, so that the words that changed are in view.
        out.push_str(&format!("    {sign} {}\n", flattened(&sentence.marked())));
    }
    let more = change.sentences.len().saturating_sub(SENTENCES_MAX);
    if more > 0 {
        out.push_str(&format!(
            "    and {}\n",
            counted(more, "more sentence", "more sentences")
        ));
    }
    out
}
