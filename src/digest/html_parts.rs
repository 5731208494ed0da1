//! Pieces of the HTML: every outside text passes `text::escape` and stands in an element of its own direction.

use super::model::{ChangedHeadline, ChartBar, Headline};
use super::{chart, html_style, wording};
use crate::text::escape;

/// Pixels of a chart's highest bar.
const BAR_PIXELS: usize = 18;

/// Returns the heading of a group of stories, and the list it opens.
pub(super) fn group_head(name: &str) -> String {
    format!(
        "<h3 class=\"accent\" style=\"{}\">{name}</h3>\n<ul role=\"list\" style=\"{}\">\n",
        html_style::GROUP,
        html_style::LIST
    )
}

/// Returns a paragraph.
pub(super) fn p(class: &str, style: &str, html: &str) -> String {
    format!("<p class=\"{class}\" style=\"{style}\">{html}</p>\n")
}

/// Returns an item of a list.
pub(super) fn li(class: &str, style: &str, html: &str) -> String {
    format!("<li class=\"{class}\" style=\"{style}\">{html}</li>\n")
}

/// Returns outside text that keeps its direction to itself.
pub(super) fn isolate(text: &str) -> String {
    format!("<bdi>{}</bdi>", escape(text))
}

/// Returns the `lang` attribute of a headline, where its language is known.
pub(super) fn lang(headline: &Headline) -> String {
    headline
        .language
        .as_deref()
        .map(|tag| format!(" lang=\"{}\"", escape(tag)))
        .unwrap_or_default()
}

/// Returns a headline, linked where it has an address.
pub(super) fn link(headline: &Headline, class: &str, style: &str) -> String {
    let title = format!("<bdi{}>{}</bdi>", lang(headline), escape(&headline.title));
    match &headline.url {
        Some(url) => format!(
            "<a class=\"{class}\" href=\"{}\" style=\"{style}\">{title}</a>",
            escape(url)
        ),
        None => title,
    }
}

/// Returns the headline of a story.
pub(super) fn story_headline(headline: &Headline) -> String {
    let link = link(headline, "ink", html_style::LINK);
    format!(
        "<h4 class=\"ink\" dir=\"auto\" style=\"{}\">{link}</h4>\n",
        html_style::HEADLINE
    )
}

/// Returns a corrected headline.
pub(super) fn changed(change: &ChangedHeadline) -> String {
    let by = if change.outlet.is_empty() {
        String::new()
    } else {
        format!(" ({})", isolate(&change.outlet))
    };
    let html = format!(
        "{}{by}: <del class=\"old\" style=\"{}\"><bdi>{}</bdi></del> → <ins class=\"ink\" style=\"{}\"><bdi>{}</bdi></ins>",
        wording::HEADLINE_CHANGED,
        html_style::OLD,
        escape(&change.before),
        html_style::NEW,
        escape(&change.after)
    );
    p("soft", html_style::CHANGE, &html)
}

/// Returns a chart as a row of table cells: the one layout that every mail reader aligns at the bottom.
pub(super) fn bars(chart: &[ChartBar], local: wording::LocalFormat) -> String {
    if chart.is_empty() {
        return String::new();
    }
    let mut cells = String::new();
    let mut days = Vec::new();
    for bar in chart {
        let pixels = chart::height(*bar, chart, BAR_PIXELS).max(1);
        let bar_style = format!("{}height:{pixels}px", html_style::BAR);
        cells.push_str(&format!(
            "<td style=\"{}\"><span class=\"bar\" style=\"{bar_style}\"></span></td>",
            html_style::CHART_CELL
        ));
        days.push(format!("{}: {}", wording::chart_day(bar.day, local), bar.articles));
    }
    let sum = chart::sum(chart);
    format!(
        "<table role=\"img\" aria-label=\"{}\" cellpadding=\"0\" cellspacing=\"0\" style=\"{}\"><tr>{cells}\
         <td class=\"dim\" style=\"{}\">{}</td></tr></table>\n",
        escape(&format!("{sum}. {}", days.join(", "))),
        html_style::CHART,
        html_style::CHART_SUM,
        escape(&sum)
    )
}

/// Returns the line that counts what a list leaves out.
pub(super) fn more(number: usize, shown: usize) -> Option<String> {
    (number > shown).then(|| wording::more_names(number - shown).trim_start().to_owned())
}

/// Returns a list in the small print; nothing for no items.
pub(super) fn foot_list(items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items: String = items.iter().map(|item| format!("<li>{item}</li>\n")).collect();
    format!("<ul style=\"{}\">\n{items}</ul>\n", html_style::FOOT_LIST)
}
