//! The digest as Markdown (CommonMark), for notes and sites: everything the other forms say.

use super::input::{DigestKind, DigestOptions};
use super::model::{Digest, Headline, Section};
use super::{chart, wording};

/// Renders a digest as a Markdown document.
pub fn to_markdown(digest: &Digest, options: &DigestOptions) -> String {
    let local = wording::LocalFormat::of(options);
    let mut out = format!("# {}\n\n", text(&wording::masthead(&digest.name)));
    let day = wording::long_day(digest.window.to, local);
    out.push_str(&format!(
        "{}, {}\n",
        text(&day),
        text(&wording::window(&digest.window, local))
    ));
    let mut room = options.stories_max;
    for part in &digest.sections {
        section(&mut out, part, digest, options, &mut room);
    }
    if digest.sections.is_empty() {
        out.push_str(&format!("\n{}\n", text(wording::nothing(digest))));
    }
    if digest.kind != DigestKind::Alert {
        out.push_str(&format!("\n---\n\n{}\n\n", text(&wording::coverage(digest))));
        for source in &digest.coverage.troubled {
            let how = wording::troubled(source, digest.window.to, local);
            out.push_str(&format!("- {}: {}\n", text(&source.name), text(&how)));
        }
        for failed in &digest.undelivered {
            let what = format!(
                "{}: {} {}",
                wording::UNDELIVERED,
                failed.subject,
                wording::undelivered(failed)
            );
            out.push_str(&format!("- {}\n", text(&what)));
        }
    }
    out
}

fn section(out: &mut String, section: &Section, digest: &Digest, options: &DigestOptions, room: &mut usize) {
    let (local, now) = (wording::LocalFormat::of(options), digest.window.to);
    let origin = |headline: &Headline| {
        let age = wording::age(headline.published_at, now, local);
        match headline.outlet.is_empty() {
            true => age,
            false => format!("{}, {age}", text(&headline.outlet)),
        }
    };
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    let new = section.new.iter().map(|story| {
        let mut item = format!("**{}**", link(&story.headline));
        if !story.summary.is_empty() {
            item.push_str(&format!("  \n  {}", text(&story.summary)));
        }
        if !story.chart.is_empty() {
            let sum = chart::sum(&story.chart);
            item.push_str(&format!("  \n  {} {sum}", chart::blocks(&story.chart)));
        }
        item.push_str(&format!("  \n  {}", origin(&story.headline)));
        if !story.also.is_empty() {
            item.push_str(&format!("; {} {}", wording::ALSO, text(&wording::names(&story.also))));
        }
        // A chart has told them.
        if story.copies > 0 && story.chart.is_empty() {
            item.push_str(&format!("; {}", wording::copies(story.copies)));
        }
        item
    });
    groups.push((wording::NEW, new.collect()));
    let developing = section.developing.iter().map(|story| {
        let mut item = format!("**{}**", link(&story.headline));
        for fresh in &story.new_members {
            item.push_str(&format!("\n  - {} ({})", link(fresh), origin(fresh)));
        }
        if story.more > 0 {
            item.push_str(&format!("\n  - {}", wording::more_articles(story.more)));
        }
        for change in &story.changes {
            let (outlet, before, after) = (text(&change.outlet), text(&change.before), text(&change.after));
            item.push_str(&format!(
                "\n  - {} ({outlet}): {before} → {after}",
                wording::HEADLINE_CHANGED
            ));
        }
        item
    });
    groups.push((wording::DEVELOPING, developing.collect()));
    let running = section.running.iter();
    let running = running.map(|s| format!("{} ({})", link(&s.headline), wording::running(s.new_members, s.changes)));
    groups.push((wording::RUNNING, running.collect()));
    let alerted = section.alerted.iter();
    let alerted = alerted.map(|s| {
        let told = wording::alerted(s.told_at, s.since, local);
        format!("{} ({})", link(&s.headline), text(&told))
    });
    groups.push((wording::ALERTED, alerted.collect()));

    out.push_str(&format!("\n## {}\n", text(&section.topic)));
    if section.is_introduction {
        out.push_str(&format!("\n{}\n", wording::INTRODUCTION));
    }
    let mut left_out = 0;
    for (name, items) in groups.into_iter().filter(|(_, items)| !items.is_empty()) {
        let shown = items.len().min(*room);
        *room -= shown;
        left_out += items.len() - shown;
        if shown > 0 {
            out.push_str(&format!("\n### {name}\n\n"));
        }
        for item in &items[..shown] {
            out.push_str(&format!("- {item}\n"));
        }
    }
    if left_out > 0 {
        let more = wording::more_stories(left_out, options.archive_hint.as_deref());
        out.push_str(&format!("\n{}\n", text(&more)));
    }
}

fn link(headline: &Headline) -> String {
    match &headline.url {
        Some(url) => format!("[{}](<{}>)", text(&headline.title), target(url)),
        None => text(&headline.title),
    }
}

/// Returns outside text as nothing but text.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_special(c) {
            out.push('\\');
        }
        out.push(c);
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
