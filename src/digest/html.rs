//! The digest as one HTML document for mail: inline styles, no picture, script or anything else from elsewhere.
//!
//! Every outside text passes [`escape`], stands in an element of its own direction, and every address has passed
//! `clean::link`. A document beyond [`Options::html_max`] says how many stories it left out and where they are.

use super::model::{Bar, Change, Developing, Digest, Headline, NewStory, Running, Section};
use super::{Options, chart, fit, style, words};

/// Bytes kept for the document around the stories.
const FRAME_BYTES: usize = 5_000;
/// Bytes kept per section for the line that counts what did not fit.
const MORE_BYTES: usize = 400;
/// Failing or silent sources named, of each.
const SOURCES_MAX: usize = 10;
/// Undelivered digests named.
const UNDELIVERED_MAX: usize = 5;
/// Pixels of a chart's highest bar.
const BAR_PIXELS: usize = 22;

/// Renders a digest as a self-contained HTML document.
pub fn to_html(digest: &Digest, options: &Options) -> String {
    let page = Page { digest, options };
    page.render()
}

/// Returns text that is nothing but text, in an element or in a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

struct Page<'a> {
    digest: &'a Digest,
    options: &'a Options,
}

/// One story, and the heading it stands under.
struct Item {
    group: &'static str,
    html: String,
}

impl Page<'_> {
    fn render(&self) -> String {
        let (digest, zone) = (self.digest, self.options.zone);
        let tail = self.tail();
        let sections: Vec<Vec<Item>> = digest.sections.iter().map(items_of(self)).collect();
        let sizes: Vec<Vec<usize>> = digest
            .sections
            .iter()
            .zip(&sections)
            .map(|(section, items)| self.sizes(section, items))
            .collect();
        let frame = FRAME_BYTES + fit::encoded_len(&tail);
        let kept = fit::fit(&sizes, self.options.html_max.saturating_sub(frame));
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
             <title>{}</title>\n<style>{}</style>\n</head>\n<body class=\"page\" style=\"{}\">\n\
             <div class=\"page\"><div class=\"sheet ink\" role=\"article\" aria-label=\"{}\" style=\"{}\">\n",
            escape(&digest.subject),
            style::SHEET,
            style::BODY,
            escape(&digest.subject),
            style::SHEET_BOX,
        );
        out.push_str(&p("dim", style::MASTHEAD, &isolate(&words::masthead(&digest.name))));
        let day = words::long_day(digest.window.to, zone);
        out.push_str(&format!(
            "<h1 class=\"ink\" style=\"{}\">{}</h1>\n",
            style::DAY,
            escape(&day)
        ));
        out.push_str(&p("dim", style::WINDOW, &escape(&words::window(&digest.window, zone))));
        let mut left_out = 0;
        for ((section, items), kept) in digest.sections.iter().zip(&sections).zip(kept) {
            if kept > 0 {
                self.section(&mut out, section, items, kept);
            } else {
                left_out += items.len();
            }
        }
        if left_out > 0 {
            out.push_str(&self.more_stories(left_out));
        }
        if digest.sections.is_empty() {
            out.push_str(&p("soft", style::MORE, words::NO_STORIES));
        }
        out.push_str(&tail);
        out.push_str("</div></div>\n</body>\n</html>\n");
        out
    }

    /// Returns what each item takes, the first with its section's headings.
    fn sizes(&self, section: &Section, items: &[Item]) -> Vec<usize> {
        let mut head = String::new();
        self.head(&mut head, section);
        let mut before = MORE_BYTES + fit::encoded_len(&head);
        let mut group = "";
        let mut sizes = Vec::with_capacity(items.len());
        for item in items {
            if item.group != group {
                group = item.group;
                before += fit::encoded_len(&group_head(group));
            }
            sizes.push(before + fit::encoded_len(&item.html));
            before = 0;
        }
        sizes
    }

    fn head(&self, out: &mut String, section: &Section) {
        out.push_str(&format!(
            "<h2 class=\"ink rule\" dir=\"auto\" style=\"{}\">{}</h2>\n",
            style::TOPIC,
            escape(&section.topic)
        ));
        out.push_str(&p("dim", style::COUNTS, &escape(&words::section_counts(section))));
        if section.is_introduction {
            out.push_str(&p("soft", style::SUMMARY, &escape(words::INTRODUCTION)));
        }
    }

    fn section(&self, out: &mut String, section: &Section, items: &[Item], kept: usize) {
        self.head(out, section);
        for group in items[..kept].chunk_by(|one, other| one.group == other.group) {
            out.push_str(&group_head(group[0].group));
            for item in group {
                out.push_str(&item.html);
            }
            out.push_str("</ul>\n");
        }
        if kept < items.len() {
            out.push_str(&self.more_stories(items.len() - kept));
        }
    }

    fn more_stories(&self, number: usize) -> String {
        p(
            "soft",
            style::MORE,
            &escape(&words::more_stories(number, self.options.archive_hint.as_deref())),
        )
    }

    fn new_story(&self, story: &NewStory) -> String {
        let mut html = story_headline(&story.headline);
        if !story.summary.is_empty() {
            html.push_str(&format!(
                "<p class=\"soft\" dir=\"auto\"{} style=\"{}\">{}</p>\n",
                lang(&story.headline),
                style::SUMMARY,
                escape(&story.summary)
            ));
        }
        html.push_str(&bars(&story.chart));
        let age = words::age(story.started_at, self.digest.window.to, self.options.zone);
        let mut meta = self.origin(&story.headline.outlet, story.started_at, &age);
        if !story.also.is_empty() {
            let (shown, more) = words::split_names(&story.also);
            let names: Vec<String> = shown.iter().map(|name| isolate(name)).collect();
            meta.push_str(&format!(
                "; {} {}{}",
                words::ALSO,
                names.join(", "),
                escape(&words::more_names(more))
            ));
        }
        if story.copies > 0 {
            meta.push_str(&format!("; {}", escape(&words::copies(story.copies))));
        }
        html.push_str(&p("dim", style::META, &meta));
        li("rule", style::STORY, &html)
    }

    fn developing(&self, story: &Developing) -> String {
        let mut html = story_headline(&story.headline);
        html.push_str(&bars(&story.chart));
        if !story.fresh.is_empty() {
            html.push_str(&p("dim", style::FRESH, words::FRESH));
            html.push_str(&format!("<ul style=\"{}\">\n", style::FRESH_LIST));
            for fresh in &story.fresh {
                let age = words::age(fresh.published_at, self.digest.window.to, self.options.zone);
                let link = link(fresh, "accent", style::FRESH_LINK);
                let origin = self.origin(&fresh.outlet, fresh.published_at, &age);
                let origin = format!("<span class=\"dim\" style=\"{}\">{origin}</span>", style::ORIGIN);
                html.push_str(&li("soft", style::FRESH_ITEM, &format!("{link} {origin}")));
            }
            html.push_str("</ul>\n");
        }
        let more = (story.more > 0).then(|| words::more_articles(story.more));
        let copies = (story.copies > 0).then(|| words::copies(story.copies));
        let rest: Vec<String> = more.into_iter().chain(copies).collect();
        if !rest.is_empty() {
            html.push_str(&p("dim", style::META, &escape(&rest.join("; "))));
        }
        for change in &story.changes {
            html.push_str(&changed(change));
        }
        li("rule", style::STORY, &html)
    }

    fn running(&self, story: &Running) -> String {
        let what = escape(&words::running(story.fresh, story.changes));
        let what = format!("<span class=\"dim\" style=\"{}\">{what}</span>", style::ORIGIN);
        li(
            "rule",
            style::RUNNING,
            &format!("{} {what}", link(&story.headline, "ink", style::LINK)),
        )
    }

    fn origin(&self, outlet: &str, at: crate::domain::Timestamp, age: &str) -> String {
        let moment = words::moment(at, self.options.zone);
        let time = format!(
            "<time datetime=\"{}\" title=\"{}\">{}</time>",
            at.format("%Y-%m-%dT%H:%M:%SZ"),
            escape(&moment),
            escape(age)
        );
        if outlet.is_empty() {
            time
        } else {
            format!("{}, {time}", isolate(outlet))
        }
    }

    fn tail(&self) -> String {
        let (coverage, now, zone) = (&self.digest.coverage, self.digest.window.to, self.options.zone);
        let mut html = p("dim", style::FOOT_HEAD, &escape(&words::coverage(coverage)));
        let mut sources = Vec::new();
        for source in coverage.troubled.iter().take(SOURCES_MAX) {
            sources.push(format!(
                "{}: {}",
                isolate(&source.name),
                isolate(&words::troubled(source, now, zone))
            ));
        }
        sources.extend(more(coverage.troubled.len(), SOURCES_MAX));
        html.push_str(&foot_list(&sources));
        if !self.digest.undelivered.is_empty() {
            html.push_str(&p("dim", style::META, &format!("{}:", words::UNDELIVERED)));
            let undelivered = self.digest.undelivered.iter().take(UNDELIVERED_MAX);
            let undelivered =
                undelivered.map(|d| format!("{} {}", isolate(&d.subject), isolate(&words::undelivered(d))));
            let undelivered: Vec<String> = undelivered
                .chain(more(self.digest.undelivered.len(), UNDELIVERED_MAX))
                .collect();
            html.push_str(&foot_list(&undelivered));
        }
        format!(
            "<div class=\"dim rule\" role=\"contentinfo\" style=\"{}\">\n{html}</div>\n",
            style::FOOT
        )
    }
}

fn items_of<'a>(page: &'a Page) -> impl Fn(&'a Section) -> Vec<Item> {
    |section| {
        let new = section.new.iter().map(|story| Item {
            group: words::NEW,
            html: page.new_story(story),
        });
        let developing = section.developing.iter();
        let developing = developing.map(|story| Item {
            group: words::DEVELOPING,
            html: page.developing(story),
        });
        let running = section.running.iter().map(|story| Item {
            group: words::RUNNING,
            html: page.running(story),
        });
        new.chain(developing).chain(running).collect()
    }
}

fn group_head(name: &str) -> String {
    format!(
        "<h3 class=\"accent\" style=\"{}\">{name}</h3>\n<ul role=\"list\" style=\"{}\">\n",
        style::GROUP,
        style::LIST
    )
}

fn p(class: &str, style: &str, html: &str) -> String {
    format!("<p class=\"{class}\" style=\"{style}\">{html}</p>\n")
}

fn li(class: &str, style: &str, html: &str) -> String {
    format!("<li class=\"{class}\" style=\"{style}\">{html}</li>\n")
}

fn isolate(text: &str) -> String {
    format!("<bdi>{}</bdi>", escape(text))
}

fn lang(headline: &Headline) -> String {
    headline
        .language
        .as_deref()
        .map(|tag| format!(" lang=\"{}\"", escape(tag)))
        .unwrap_or_default()
}

fn link(headline: &Headline, class: &str, style: &str) -> String {
    let title = format!("<bdi{}>{}</bdi>", lang(headline), escape(&headline.title));
    match &headline.url {
        Some(url) => format!(
            "<a class=\"{class}\" href=\"{}\" style=\"{style}\">{title}</a>",
            escape(url)
        ),
        None => title,
    }
}

fn story_headline(headline: &Headline) -> String {
    let link = link(headline, "ink", style::LINK);
    format!(
        "<h4 class=\"ink\" dir=\"auto\" style=\"{}\">{link}</h4>\n",
        style::HEADLINE
    )
}

fn changed(change: &Change) -> String {
    let by = if change.outlet.is_empty() {
        String::new()
    } else {
        format!(" ({})", isolate(&change.outlet))
    };
    let html = format!(
        "{}{by}: <del class=\"old\" style=\"{}\"><bdi>{}</bdi></del> → <ins class=\"ink\" style=\"{}\"><bdi>{}</bdi></ins>",
        words::HEADLINE_CHANGED,
        style::OLD,
        escape(&change.before),
        style::NEW,
        escape(&change.after)
    );
    p("soft", style::CHANGE, &html)
}

/// Returns a chart as a row of table cells: the one layout that every mail reader aligns at the bottom.
fn bars(chart: &[Bar]) -> String {
    if chart.is_empty() {
        return String::new();
    }
    let mut cells = String::new();
    let mut days = Vec::new();
    for bar in chart {
        let pixels = chart::height(*bar, chart, BAR_PIXELS).max(1);
        let bar_style = format!("{}height:{pixels}px", style::BAR);
        cells.push_str(&format!(
            "<td style=\"{}\"><span class=\"bar\" style=\"{bar_style}\"></span></td>",
            style::CHART_CELL
        ));
        days.push(format!("{}: {}", words::chart_day(bar.day), bar.articles));
    }
    let sum = words::chart_sum(chart::sum(chart), chart.len());
    format!(
        "<table role=\"img\" aria-label=\"{}\" cellpadding=\"0\" cellspacing=\"0\" style=\"{}\"><tr>{cells}\
         <td class=\"dim\" style=\"{}\">{}</td></tr></table>\n",
        escape(&format!("{sum}. {}", days.join(", "))),
        style::CHART,
        style::CHART_SUM,
        escape(&sum)
    )
}

fn more(number: usize, shown: usize) -> Option<String> {
    (number > shown).then(|| words::more_names(number - shown).trim_start().to_owned())
}

fn foot_list(items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items: String = items.iter().map(|item| format!("<li>{item}</li>\n")).collect();
    format!("<ul style=\"{}\">\n{items}</ul>\n", style::FOOT_LIST)
}
