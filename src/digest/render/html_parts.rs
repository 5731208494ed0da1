//! Pieces of the HTML: every outside text passes `text::escape` and stands in an element of its own direction.

use super::html_style;
use super::story_lines::FootGroup;
use crate::digest::chart;
use crate::digest::model::{ChartBar, Headline};
use crate::digest::wording::DigestWording;
use crate::text::escape;
use crate::text::sentence_diff::{SentenceChange, SentenceStatus};
use crate::text::word_diff::WordRun;

/// Pixels of a chart's highest bar.
const BAR_PIXELS: usize = 18;

/// Returns a paragraph.
pub(super) fn p(class: &str, style: &str, html: &str) -> String {
    format!("<p class=\"{class}\" style=\"{style}\">{html}</p>\n")
}

/// Returns outside text that keeps its direction to itself.
pub(super) fn isolate(text: &str) -> String {
    format!("<span dir=\"auto\">{}</span>", escape(text))
}

/// Returns the `lang` attribute of a text, where its language is known.
pub(super) fn lang(language: Option<&str>) -> String {
    language.map_or_else(String::new, |tag| format!(" lang=\"{}\"", escape(tag)))
}

/// Returns a text that leads to an article, where that has an address. Amid other text it keeps its direction to itself;
/// else what holds it takes its direction.
pub(super) fn link(headline: &Headline, text: &str, class: &str, style: &str, is_amid: bool) -> String {
    let (dir, text) = (if is_amid { " dir=\"auto\"" } else { "" }, escape(text));
    let lang = lang(headline.language.as_deref().filter(|_| !is_amid));
    match &headline.url {
        Some(url) => format!(
            "<a class=\"{class}\" href=\"{}\"{dir}{lang} style=\"{style}\">{text}</a>",
            escape(url)
        ),
        None if dir.is_empty() && lang.is_empty() => text,
        None => format!("<span{dir}{lang}>{text}</span>"),
    }
}

/// Returns a chart as a row of table cells: the one layout that every mail reader aligns at the bottom.
pub(super) fn bars(chart: &[ChartBar], wording: DigestWording) -> String {
    let mut cells = String::new();
    let mut days = Vec::new();
    for bar in chart {
        let pixels = chart::height(*bar, chart, BAR_PIXELS).max(1);
        let bar_style = format!("{}height:{pixels}px", html_style::BAR);
        cells.push_str(&format!(
            "<td style=\"{}\"><span class=\"bar\" style=\"{bar_style}\"></span></td>",
            html_style::CHART_CELL
        ));
        days.push(format!("{}: {}", wording.day(bar.day), bar.articles));
    }
    let sum = wording.chart(chart);
    format!(
        "<table role=\"img\" aria-label=\"{}\" cellpadding=\"0\" cellspacing=\"0\" style=\"{}\"><tr>{cells}\
         <td class=\"dim\" style=\"{}\">{}</td></tr></table>\n",
        escape(&format!("{sum}. {}", days.join(", "))),
        html_style::CHART,
        html_style::CHART_SUM,
        escape(&sum)
    )
}

/// Returns a sentence; where it changed, the words that went are struck out, those that came underlined.
pub(super) fn sentence(change: &SentenceChange) -> String {
    if change.status != SentenceStatus::Changed {
        return escape(&change.marked());
    }
    let removed = |words: &str| {
        let words = escape(words);
        format!("<del class=\"dim\" style=\"{}\">{words}</del>", html_style::REMOVED)
    };
    let added = |words: &str| {
        let words = escape(words);
        format!("<ins class=\"accent\" style=\"{}\">{words}</ins>", html_style::ADDED)
    };
    let run = |run: &WordRun| match run {
        WordRun::Same(words) => escape(words),
        WordRun::Removed(words) => removed(words),
        WordRun::Added(words) => added(words),
        WordRun::Replaced { old, new } => format!("{} {}", removed(old), added(new)),
    };
    change.words.iter().map(run).collect()
}

/// Returns a line of the small print and what it is about.
pub(super) fn foot_group(group: &FootGroup) -> String {
    let items = group
        .items
        .iter()
        .map(|(name, what)| format!("{}{}", isolate(name), escape(what)));
    let more = (!group.more.is_empty()).then(|| escape(group.more.trim_start()));
    let items: String = items.chain(more).map(|item| format!("<li>{item}</li>\n")).collect();
    let list = match items.is_empty() {
        true => items,
        false => format!("<ul style=\"{}\">\n{items}</ul>\n", html_style::FOOT_LIST),
    };
    p("dim", html_style::FOOT_HEAD, &escape(&group.line)) + &list
}

/// Returns the way to unsubscribe.
pub(super) fn way_out(name: &str, address: &str) -> String {
    let link = format!(
        "<a class=\"dim\" href=\"{}\" style=\"{}\">{}</a>",
        escape(address),
        html_style::NAME_LINK,
        escape(name)
    );
    p("dim", html_style::NOTE, &link)
}
