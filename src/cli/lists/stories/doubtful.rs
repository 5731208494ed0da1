//! `tidings stories doubtful`: which stories may be one, and which two.

use std::process::ExitCode;

use crate::cli::open;
use crate::cli::output::format::Format;
use crate::cli::output::print::{print, tell};
use crate::cli::output::{json, table};
use crate::config::Config;
use crate::domain::plural::counted;
use crate::views::doubtful::{self, DoubtView, DoubtfulStory};

/// Said where there is no story at all.
pub(crate) const NO_STORY: &str = "no story yet: stories are made of articles that match a topic";

/// Runs `stories doubtful`.
pub(crate) fn list(config: &Config, format: Format) -> anyhow::Result<ExitCode> {
    let Some(view) = doubtful::look(&open::reader(config)?, config)? else {
        if format == Format::Text {
            tell!("{NO_STORY}");
        }
        return Ok(ExitCode::SUCCESS);
    };
    for doubt in &view.doubts {
        let line = match format {
            Format::Json => json::line(doubt),
            Format::Text => lines(doubt, config),
        };
        print(line.as_bytes())?;
    }
    if format == Format::Text {
        let looked_at = counted(view.articles, "article", "articles");
        let since = open::local(view.since, config);
        match view.doubts.len() {
            0 => tell!("nothing doubtful: a second look at the {looked_at} since {since} puts them where they are"),
            _ => tell!("found by a second look at the {looked_at} since {since}; what you merge or split stays so"),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn lines(doubt: &DoubtView, config: &Config) -> String {
    let mut out = String::new();
    let command = match doubt {
        DoubtView::One { stories } => {
            out.push_str("may be one event:\n");
            stories.iter().for_each(|of| out.push_str(&story(of, config)));
            format!("merge {} {}", stories[0].id, stories[1].id)
        }
        DoubtView::Two { story: whole, articles } => {
            out.push_str("may be two events:\n");
            out.push_str(&story(whole, config));
            for article in articles {
                let (provider, title) = (table::tidy(&article.provider), table::tidy(&article.title));
                out.push_str(&format!("        of it article {}  {provider}: {title}\n", article.id));
            }
            let numbers: Vec<String> = articles.iter().map(|article| article.id.to_string()).collect();
            format!("split {} {}", whole.id, numbers.join(" "))
        }
    };
    out + &format!("        tidings stories {command}\n\n")
}

fn story(story: &DoubtfulStory, config: &Config) -> String {
    format!(
        "{:>6}  {}  {} ({})\n",
        story.id,
        open::local(story.updated_date_time, config),
        table::tidy(&story.title),
        counted(story.articles, "article", "articles")
    )
}
