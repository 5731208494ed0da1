//! `tidings stories show`: one story's timeline.

use std::process::ExitCode;

use crate::cli::open;
use crate::cli::output::format::Format;
use crate::cli::output::print::{print, print_styled};
use crate::cli::output::table::{FAINT, PLAIN};
use crate::cli::output::{json, table};
use crate::config::Config;
use crate::digest::chart;
use crate::domain::article::Zone;
use crate::domain::plural::counted;
use crate::domain::record;
use crate::domain::{StoryId, Timestamp};
use crate::store::stories::StoryChange;
use crate::store::stories::{EditCause, EditKind, StoryEdit};
use crate::views::stories::{self, DocumentHead, MemberView, StoryTimeline, StoryView, StorylineView};
use crate::web::placement_reason;

/// Characters of a line of facts, and lines of one document.
const FACTS_CHARS_MAX: usize = 96;
const FACTS_LINES_MAX: usize = 6;

/// As wide as the moments in front of the first lines.
const INDENT: &str = "                    ";

/// Runs `stories show`.
pub(crate) fn show(config: &Config, id: StoryId, since: Option<Timestamp>, format: Format) -> anyhow::Result<ExitCode> {
    let timeline = stories::timeline(&open::reader(config)?, id, config.zone)?;
    if format == Format::Json {
        print(json::line(&timeline).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let StoryTimeline {
        story,
        revisions,
        corrections,
        ..
    } = &timeline;
    let mut out = head_of(&timeline, config);
    let reports = story.articles.iter().map(|m| (m.published_date_time, report(story, m)));
    let changes = revisions.iter().map(|r| (r.at, change_line(story, r)));
    let moves = corrections.iter().map(|c| (c.at, correction_line(c)));
    let mut lines: Vec<(Timestamp, String)> = reports.chain(changes).chain(moves).collect();
    if let Some(since) = since {
        lines.retain(|(at, _)| *at >= since);
        let novel = story.articles.iter().filter(|member| member.joined_at >= since);
        out.push_str(&format!(
            "since {}: {}, {} from outlets that had not reported before\n",
            open::local(since, config),
            counted(novel.clone().count(), "new report", "new reports"),
            novel.filter(|member| member.is_first_of_outlet).count(),
        ));
    }
    out.push_str(&storyline(&timeline, config));
    out.push('\n');
    lines.sort();
    for (at, line) in lines {
        out.push_str(&format!("  {}  {line}\n", open::local(at, config)));
    }
    print_styled(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// What it is about, how much was reported, by how many, when and by whom first, and a bar for each day.
fn head_of(timeline: &StoryTimeline, config: &Config) -> String {
    let (story, days) = (&timeline.story, &timeline.days);
    let Some(first) = story.articles.iter().min_by_key(|m| (m.published_date_time, m.id)) else {
        return format!("story {}, without articles: they were moved\n", story.id);
    };
    let bars = match days.first() {
        Some(first) => format!("{}  reports per day since {}\n", chart::blocks(days), first.day),
        None => String::new(),
    };
    let document = |head: &DocumentHead| {
        // A story that began with its document has its title.
        let title = (head.title != story.title).then(|| table::tidy(&head.title) + "\n");
        title.unwrap_or_default() + &facts(&head.told)
    };
    let documents: String = timeline.documents.iter().map(document).collect();
    let topics: Vec<&str> = story.topics.iter().map(String::as_str).collect();
    let outlets = story.articles.iter().filter(|member| member.is_first_of_outlet);
    format!(
        "story {}: {}\n{documents}{}\n{} from {}{}; first {} by {}\n{bars}",
        story.id,
        table::tidy(&story.title),
        table::tidy(&topics.join(", ")),
        counted(story.articles.len(), "article", "articles"),
        counted(outlets.count(), "outlet", "outlets"),
        chart::of_them_copies(story.copies()),
        open::local(first.published_date_time, config),
        table::tidy(&first.provider),
    )
}

/// Returns what is told of a document, on as many lines as it needs.
fn facts(told: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for fact in told.split(", ") {
        match lines.last_mut() {
            Some(line) if line.chars().count() + fact.chars().count() <= FACTS_CHARS_MAX => {
                line.push_str(", ");
                line.push_str(fact);
            }
            _ => lines.push(fact.to_owned()),
        }
    }
    let last = lines.len().min(FACTS_LINES_MAX);
    let lines = lines.iter().take(last).map(|line| format!("  {}\n", table::tidy(line)));
    lines.collect()
}

/// The storyline it is in, a story a line, this one marked, and in which words each agrees with the one it continues.
fn storyline(timeline: &StoryTimeline, config: &Config) -> String {
    let step = |step: &StorylineView| {
        let mark = if step.id == timeline.story.id { '>' } else { ' ' };
        let continues = step.continues.map(|earlier| match step.words.is_empty() {
            true => format!("\n{INDENT}{FAINT}continues {earlier}{PLAIN}"),
            false => {
                let words = table::tidy(&step.words.join(", "));
                format!("\n{INDENT}{FAINT}continues {earlier}: {words}{PLAIN}")
            }
        });
        format!(
            "{mark} {}  story {}: {}{}\n",
            open::local(step.started_date_time, config),
            step.id,
            table::tidy(&step.title),
            continues.unwrap_or_default()
        )
    };
    match timeline.storyline.is_empty() {
        true => String::new(),
        false => format!(
            "\nits storyline:\n{}",
            timeline.storyline.iter().map(step).collect::<String>()
        ),
    }
}

/// What an outlet reported, where it stands, and in a faint line why it is here.
fn report(story: &StoryView, member: &MemberView) -> String {
    let copy = match member.copy_of {
        Some(original) => format!(" (the same text as {original})"),
        None if member.is_first_of_outlet => String::new(),
        None => " (again)".to_owned(),
    };
    let zone = member.published_zone.and_then(Zone::note);
    let zone = zone.map(|note| format!("  ({note})")).unwrap_or_default();
    let mut out = format!(
        "{}: {}{copy}\n{INDENT}article {}  {}{zone}",
        table::tidy(&member.provider),
        table::tidy(&member.title),
        member.id,
        member.web_url
    );
    for line in record::in_words(&member.record) {
        let (label, values) = (table::tidy(&line.label), table::tidy(&line.values));
        out.push_str(&format!("\n{INDENT}{label}: {values}"));
    }
    // Of a copy all is said already.
    let placed = member.placed.iter().flatten();
    for placed in placed.filter(|p| p.placed.copy_of.is_none() || p.placed.story != story.id) {
        let why = placement_reason::brief(story.id, placed);
        out.push_str(&format!("\n{INDENT}{FAINT}{why}{PLAIN}"));
    }
    out
}

fn change_line(story: &StoryView, change: &StoryChange) -> String {
    let member = story.articles.iter().find(|member| member.id == change.article);
    let provider = member.map_or_else(String::new, |member| table::tidy(&member.provider));
    match change.is_headline() {
        true => format!(
            "{provider} changed its headline; before: {}",
            table::tidy(&change.before)
        ),
        false => format!("{provider} changed its text"),
    }
}

fn correction_line(correction: &StoryEdit) -> String {
    let moved = counted(correction.articles.len(), "article", "articles");
    let what = match correction.change {
        EditKind::MergedInto(other) => format!("merged into story {other}: {moved}"),
        EditKind::MergedFrom(other) => format!("story {other} was merged into it: {moved}"),
        EditKind::SplitInto(other) => format!("split: {moved} moved to story {other}"),
        EditKind::SplitFrom(other) => format!("split from story {other}: {moved}"),
    };
    match &correction.cause {
        EditCause::ByHand => what,
        EditCause::Found(reason) => format!("{what} (found: {reason})"),
    }
}
