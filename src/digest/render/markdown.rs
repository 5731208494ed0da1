//! The digest as Markdown (CommonMark), for notes and sites: everything the other forms say.

use super::item_budget::{self, RenderedSection};
use super::story_lines::{self, Span, ToldLine};
use crate::digest::chart;
use crate::digest::input::DigestOptions;
use crate::digest::model::{Digest, Headline, Section};
use crate::digest::wording::DigestWording;
use crate::domain::Timestamp;
use crate::text::markdown;
use crate::text::sentence_diff::{SentenceChange, SentenceStatus};
use crate::text::word_diff::WordRun;

/// Renders a digest as a Markdown document.
pub fn to_markdown(digest: &Digest, options: &DigestOptions) -> String {
    let (wording, now) = (DigestWording::of(options), digest.window.to);
    let mut out = format!(
        "# {}\n\n{}\n",
        text(&wording.news(digest)),
        text(&wording.dateline(digest))
    );
    let sections = digest.sections.iter().map(|part| section(part, wording, now));
    let sections: Vec<RenderedSection> = sections.collect();
    out.push_str(&item_budget::fitted(
        &sections,
        usize::MAX,
        options.stories_max,
        |number| {
            format!(
                "\n{}\n",
                text(&wording.more_stories(number, options.archive_hint.as_deref()))
            )
        },
    ));
    let dates = story_lines::dates(digest, wording);
    if !dates.is_empty() {
        out.push_str(&format!("\n## {}\n\n", text(wording.words.dates)));
        out.extend(dates.chunks(1).map(|line| item(line, wording, now)));
    }
    for (at, group) in story_lines::foot(digest, wording).into_iter().enumerate() {
        out.push_str(if at == 0 { "\n---\n\n" } else { "\n" });
        out.push_str(&format!("{}\n\n", text(&group.line)));
        for (name, what) in &group.items {
            out.push_str(&format!("- {}{}\n", text(name), text(what)));
        }
        if !group.more.is_empty() {
            out.push_str(&format!("-{}\n", text(&group.more)));
        }
    }
    out
}

fn section(section: &Section, wording: DigestWording, now: Timestamp) -> RenderedSection {
    let introduction = match section.is_introduction {
        true => format!("\n{}\n", text(wording.words.introduction)),
        false => String::new(),
    };
    RenderedSection {
        head: format!("\n## {}\n{introduction}\n", text(&section.topic)),
        items: story_lines::items(section, wording, now)
            .iter()
            .map(|lines| item(lines, wording, now))
            .collect(),
        stories: section.stories(),
    }
}

fn item(lines: &[ToldLine<'_>], wording: DigestWording, now: Timestamp) -> String {
    let spans = |spans: &[Span<'_>]| spans.iter().map(|one| span(one, wording, now)).collect::<String>();
    let mut out = String::new();
    for line in lines {
        let line = match line {
            ToldLine::Heading(text) => {
                out.push_str(&format!("\n### {text}\n\n"));
                continue;
            }
            ToldLine::Head { label, headline, .. } => {
                format!("- {} **{}**", text(label), link(headline, &headline.title))
            }
            ToldLine::Brief { headline, note } => format!("- {} ({})", link(headline, &headline.title), spans(note)),
            ToldLine::Summary(summary, _) => format!("  \n  {}", text(summary)),
            ToldLine::Chart(bars) => format!("  \n  {} {}", chart::blocks(bars), text(&wording.chart(bars))),
            // What stands alone in its item is a paragraph of its own.
            ToldLine::Note(note) if out.is_empty() => format!("\n{}", spans(note)),
            ToldLine::Note(note) => format!("  \n  {}", spans(note)),
            ToldLine::Sentence { label, change, .. } => {
                let label = label.map(|label| format!("{} ", text(label))).unwrap_or_default();
                format!("  \n  {label}{}", sentence(change))
            }
            ToldLine::Further { headline, origin } => {
                format!("  \n  – {} ({})", link(headline, &headline.title), spans(origin))
            }
        };
        out.push_str(&line);
    }
    out + "\n"
}

fn span(span: &Span<'_>, wording: DigestWording, now: Timestamp) -> String {
    match span {
        Span::Words(words) => text(words),
        Span::Name(name) | Span::New(name) => text(name),
        Span::Link(headline, name) => link(headline, name),
        Span::Age(at) => text(&wording.age(*at, now)),
        Span::Old(old) => format!("~~{}~~", text(old)),
    }
}

/// Returns a sentence; where it changed, the words that went are struck out, those that came stand out.
fn sentence(change: &SentenceChange) -> String {
    if change.status != SentenceStatus::Changed {
        return text(&change.marked());
    }
    let run = |run: &WordRun| match run {
        WordRun::Same(words) => text(words),
        WordRun::Removed(words) => format!("~~{}~~", text(words)),
        WordRun::Added(words) => format!("**{}**", text(words)),
        WordRun::Replaced { old, new } => format!("~~{}~~ **{}**", text(old), text(new)),
    };
    change.words.iter().map(run).collect()
}

fn link(headline: &Headline, name: &str) -> String {
    match &headline.url {
        Some(url) => format!("[{}]({})", text(name), markdown::destination(url)),
        None => text(name),
    }
}

/// Returns outside text as nothing but text.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '!' | '@' | '>' | '#' | '|' => out.extend(['\\', c]),
            // A digest has no table for it to shape.
            ':' => out.push(c),
            _ => markdown::push(c, &mut out),
        }
    }
    out
}

/// Whether a character may mean something in Markdown; all of these are ASCII punctuation, which a backslash disarms.
pub(super) fn is_special(c: char) -> bool {
    matches!(
        c,
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' | '@'
    )
}

/// Returns an address as it may stand in the angle brackets of a link.
pub(super) fn target(url: &str) -> String {
    url.replace('<', "%3C").replace('>', "%3E").replace('\\', "%5C")
}
