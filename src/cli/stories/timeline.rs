//! `tidings stories show`: one story's timeline.

use std::collections::BTreeSet;
use std::process::ExitCode;

use serde_json::json;

use super::{as_json, headline, of_them_copies, topics};
use crate::cli::output::{print, print_styled};
use crate::cli::table::{FAINT, PLAIN};
use crate::cli::{Format, WrongUse, json, open, placement_reason, table};
use crate::config::Config;
use crate::digest::chart;
use crate::document::scalar::date_time;
use crate::domain::article::Zone;
use crate::domain::plural::counted;
use crate::domain::topic::Reasoning;
use crate::domain::{StoryId, Timestamp};
use crate::store::stories::{EditCause, EditKind, Member, StoredStory, StoryChange, StoryEdit, moved_by};

/// As wide as the moments in front of the first lines.
const INDENT: &str = "                    ";

/// Runs `stories show`.
pub(super) fn show(config: &Config, id: StoryId, since: Option<Timestamp>, format: Format) -> anyhow::Result<ExitCode> {
    let store = open::reader(config)?;
    let story = store.story(id)?;
    let story = story.ok_or_else(|| WrongUse(format!("there is no story {id}; `tidings stories` lists them")))?;
    let corrections = store.story_edits(id)?;
    let changes = store.story_changes(id)?;
    let placed = story.members.iter().map(|member| store.reasoning(member.article.id));
    let placed = placed.collect::<Result<Vec<_>, _>>()?;
    if format == Format::Json {
        let mut line = as_json(&story, &changes);
        for (position, reasoning) in placed.iter().enumerate() {
            line["articles"][position]["placed"] = reasoning.as_ref().map(placement_reason::as_json).into();
        }
        line["revisions"] = changes.iter().map(change_json).collect();
        line["corrections"] = corrections.iter().map(correction_json).collect();
        print(json::line(line).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = head_of(&story, config);
    let mut lines: Vec<(Timestamp, String)> = story
        .members
        .iter()
        .zip(&placed)
        .map(|(member, placed)| {
            (
                member.article.published_at,
                report(&story, member, placed.as_ref(), &corrections),
            )
        })
        .collect();
    lines.extend(changes.iter().map(|change| (change.at, change_line(&story, change))));
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
    print_styled(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// What it is about, how much was reported, by how many, when and by whom first, and a bar for each day.
fn head_of(story: &StoredStory, config: &Config) -> String {
    let Some(first) = story
        .members
        .iter()
        .min_by_key(|m| (m.article.published_at, m.article.id))
    else {
        return format!("story {}, without articles: they were moved\n", story.id);
    };
    let outlets: BTreeSet<&str> = story
        .members
        .iter()
        .map(|m| m.article.provider_domain.as_str())
        .collect();
    let days = chart::days(
        story
            .members
            .iter()
            .map(|m| (m.article.published_at, m.copy_of.is_some())),
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
        "story {}: {}\n{}\n{} from {}{}; first {} by {}\n{bars}",
        story.id,
        table::tidy(headline(story)),
        table::tidy(&topics(story).into_iter().collect::<Vec<_>>().join(", ")),
        counted(story.members.len(), "article", "articles"),
        counted(outlets.len(), "outlet", "outlets"),
        of_them_copies(story),
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

/// What an outlet reported, where it stands, and in a faint line why it is here.
fn report(story: &StoredStory, member: &Member, placed: Option<&Reasoning>, log: &[StoryEdit]) -> String {
    let copy = match member.copy_of {
        Some(original) => format!(" (the same text as {original})"),
        None if is_first_of_outlet(story, member) => String::new(),
        None => " (again)".to_owned(),
    };
    let zone = member.article.published_zone.and_then(Zone::note);
    let zone = zone.map(|note| format!("  ({note})")).unwrap_or_default();
    let mut out = format!(
        "{}: {}{copy}\n{INDENT}article {}  {}{zone}",
        table::tidy(&member.article.provider_name),
        table::tidy(&member.article.title),
        member.article.id,
        member.article.web_url
    );
    let moved = moved_by(log, member.article.id);
    // Of a copy all is said already.
    if let Some(placed) = placed.filter(|placed| placed.copy_of.is_none() || placed.story != story.id) {
        out.push_str(&format!(
            "\n{INDENT}{FAINT}{}{PLAIN}",
            placement_reason::brief(story.id, placed, moved)
        ));
    }
    out
}

fn change_line(story: &StoredStory, change: &StoryChange) -> String {
    let member = story.members.iter().find(|member| member.article.id == change.article);
    let provider = member.map_or_else(String::new, |member| table::tidy(&member.article.provider_name));
    if change.is_headline() {
        format!(
            "{provider} changed its headline; before: {}",
            table::tidy(&change.before)
        )
    } else {
        format!("{provider} changed its text")
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
    what + &correction.cause.told()
}

fn change_json(change: &StoryChange) -> serde_json::Value {
    json!({
        "article": change.article.0,
        "replacedDateTime": date_time(change.at),
        "title": change.before,
        "headlineChanged": change.is_headline(),
    })
}

fn correction_json(correction: &StoryEdit) -> serde_json::Value {
    let (kind, other) = match correction.change {
        EditKind::MergedInto(other) => ("merged-into", other),
        EditKind::MergedFrom(other) => ("merged-from", other),
        EditKind::SplitInto(other) => ("split-into", other),
        EditKind::SplitFrom(other) => ("split-from", other),
    };
    let articles: Vec<i64> = correction.articles.iter().map(|id| id.0).collect();
    let found = match &correction.cause {
        EditCause::ByHand => None,
        EditCause::Found(reason) => Some(reason),
    };
    json!({ "dateTime": date_time(correction.at), "kind": kind, "story": other.0, "articles": articles, "found": found })
}
