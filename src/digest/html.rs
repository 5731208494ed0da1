//! The digest as one HTML document for mail: inline styles, no picture, script or anything else from elsewhere.
//!
//! Every outside text passes [`escape`], stands in an element of its own direction, and every address has passed
//! `display_text::link`. A document beyond [`DigestOptions::html_max`] says how many stories it left out and where they
//! are.

use super::html_parts::{bars, changed, foot_list, group_head, isolate, lang, li, link, more, p, story_headline};
use super::input::{DigestKind, DigestOptions};
use super::model::{Alerted, Developing, Digest, NewStory, Running, Section};
use super::{html_style, item_budget, wording};
use crate::text::escape;

/// Bytes kept for the document around the stories.
const FRAME_BYTES: usize = 5_000;
/// Bytes kept per section for the line that counts what did not fit.
const MORE_BYTES: usize = 400;
/// Failing or silent sources named, of each.
const SOURCES_MAX: usize = 10;
/// Undelivered digests named.
const UNDELIVERED_MAX: usize = 5;

/// Renders a digest as a self-contained HTML document.
pub fn to_html(digest: &Digest, options: &DigestOptions) -> String {
    let page = HtmlDigest { digest, options };
    page.render()
}

struct HtmlDigest<'a> {
    digest: &'a Digest,
    options: &'a DigestOptions,
}

/// One story, and the heading it stands under.
struct HtmlItem {
    group: &'static str,
    html: String,
}

impl HtmlDigest<'_> {
    fn render(&self) -> String {
        let (digest, local) = (self.digest, self.local());
        let tail = self.tail();
        let sections: Vec<Vec<HtmlItem>> = digest.sections.iter().map(items_of(self)).collect();
        let sizes: Vec<Vec<usize>> = digest
            .sections
            .iter()
            .zip(&sections)
            .map(|(section, items)| self.sizes(section, items))
            .collect();
        let frame = FRAME_BYTES + item_budget::encoded_len(&tail);
        let kept = item_budget::fit(&sizes, self.options.html_max.saturating_sub(frame));
        let kept = item_budget::within(&kept, &sizes, self.options.stories_max);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
             <title>{}</title>\n<style>{}</style>\n</head>\n<body class=\"page\" style=\"{}\">\n\
             <div class=\"page\"><div class=\"sheet ink\" role=\"article\" aria-label=\"{}\" style=\"{}\">\n",
            escape(&digest.subject),
            html_style::SHEET,
            html_style::BODY,
            escape(&digest.subject),
            html_style::SHEET_BOX,
        );
        out.push_str(&p(
            "dim",
            html_style::MASTHEAD,
            &isolate(&wording::masthead(&digest.name)),
        ));
        let day = wording::long_day(digest.window.to, local);
        out.push_str(&format!(
            "<h1 class=\"ink\" style=\"{}\">{}</h1>\n",
            html_style::DAY,
            escape(&day)
        ));
        let window = wording::window(&digest.window, local);
        let overview = format!("{} · {}", wording::overview(digest), window);
        out.push_str(&p("dim", html_style::WINDOW, &escape(&overview)));
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
            out.push_str(&p("soft", html_style::MORE, wording::nothing(digest)));
        }
        out.push_str(&tail);
        out.push_str("</div></div>\n</body>\n</html>\n");
        out
    }

    /// Returns what each item takes, the first with its section's headings.
    fn sizes(&self, section: &Section, items: &[HtmlItem]) -> Vec<usize> {
        let mut head = String::new();
        self.head(&mut head, section);
        let mut before = MORE_BYTES + item_budget::encoded_len(&head);
        let mut group = "";
        let mut sizes = Vec::with_capacity(items.len());
        for item in items {
            if item.group != group {
                group = item.group;
                before += item_budget::encoded_len(&group_head(group));
            }
            sizes.push(before + item_budget::encoded_len(&item.html));
            before = 0;
        }
        sizes
    }

    fn head(&self, out: &mut String, section: &Section) {
        out.push_str(&format!(
            "<h2 class=\"ink rule\" dir=\"auto\" style=\"{}\">{}</h2>\n",
            html_style::TOPIC,
            escape(&section.topic)
        ));
        out.push_str(&p(
            "dim",
            html_style::COUNTS,
            &escape(&wording::section_counts(section)),
        ));
        if section.is_introduction {
            out.push_str(&p("soft", html_style::SUMMARY, &escape(wording::INTRODUCTION)));
        }
    }

    fn section(&self, out: &mut String, section: &Section, items: &[HtmlItem], kept: usize) {
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
            html_style::MORE,
            &escape(&wording::more_stories(number, self.options.archive_hint.as_deref())),
        )
    }

    fn new_story(&self, story: &NewStory) -> String {
        let mut html = story_headline(&story.headline);
        if !story.summary.is_empty() {
            html.push_str(&format!(
                "<p class=\"soft\" dir=\"auto\"{} style=\"{}\">{}</p>\n",
                lang(&story.headline),
                html_style::SUMMARY,
                escape(&story.summary)
            ));
        }
        html.push_str(&bars(&story.chart, self.local()));
        let age = wording::age(story.started_at, self.digest.window.to, self.local());
        let mut meta = self.origin(&story.headline.outlet, story.started_at, &age);
        if !story.also.is_empty() {
            let (shown, more) = wording::split_names(&story.also);
            let names: Vec<String> = shown.iter().map(|name| isolate(name)).collect();
            meta.push_str(&format!(
                "; {} {}{}",
                wording::ALSO,
                names.join(", "),
                escape(&wording::more_names(more))
            ));
        }
        // A chart has told them.
        if story.copies > 0 && story.chart.is_empty() {
            meta.push_str(&format!("; {}", escape(&wording::copies(story.copies))));
        }
        html.push_str(&p("dim", html_style::META, &meta));
        li("rule", html_style::STORY, &html)
    }

    fn developing(&self, story: &Developing) -> String {
        let mut html = story_headline(&story.headline);
        html.push_str(&bars(&story.chart, self.local()));
        if !story.new_members.is_empty() {
            html.push_str(&p("dim", html_style::FRESH, wording::FRESH));
            html.push_str(&format!("<ul style=\"{}\">\n", html_style::FRESH_LIST));
            for fresh in &story.new_members {
                let age = wording::age(fresh.published_at, self.digest.window.to, self.local());
                let link = link(fresh, "accent", html_style::FRESH_LINK);
                let origin = self.origin(&fresh.outlet, fresh.published_at, &age);
                let origin = format!("<span class=\"dim\" style=\"{}\">{origin}</span>", html_style::ORIGIN);
                html.push_str(&li("soft", html_style::FRESH_ITEM, &format!("{link} {origin}")));
            }
            html.push_str("</ul>\n");
        }
        let more = (story.more > 0).then(|| wording::more_articles(story.more));
        let copies = (story.copies > 0).then(|| wording::copies(story.copies));
        let rest: Vec<String> = more.into_iter().chain(copies).collect();
        if !rest.is_empty() {
            html.push_str(&p("dim", html_style::META, &escape(&rest.join("; "))));
        }
        for change in &story.changes {
            html.push_str(&changed(change));
        }
        li("rule", html_style::STORY, &html)
    }

    fn running(&self, story: &Running) -> String {
        let what = escape(&wording::running(story.new_members, story.changes));
        let what = format!("<span class=\"dim\" style=\"{}\">{what}</span>", html_style::ORIGIN);
        li(
            "rule",
            html_style::RUNNING,
            &format!("{} {what}", link(&story.headline, "ink", html_style::LINK)),
        )
    }

    fn alerted(&self, story: &Alerted) -> String {
        let told = escape(&wording::alerted(story.told_at, story.since, self.local()));
        let told = format!("<span class=\"dim\" style=\"{}\">{told}</span>", html_style::ORIGIN);
        li(
            "rule",
            html_style::RUNNING,
            &format!("{} {told}", link(&story.headline, "ink", html_style::LINK)),
        )
    }

    fn local(&self) -> wording::LocalFormat {
        wording::LocalFormat::of(self.options)
    }

    fn origin(&self, outlet: &str, at: crate::domain::Timestamp, age: &str) -> String {
        let moment = wording::moment(at, self.local());
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
        if self.digest.kind == DigestKind::Alert {
            return String::new();
        }
        let (coverage, now, local) = (&self.digest.coverage, self.digest.window.to, self.local());
        let mut html = p("dim", html_style::FOOT_HEAD, &escape(&wording::coverage(self.digest)));
        let mut sources = Vec::new();
        for source in coverage.troubled.iter().take(SOURCES_MAX) {
            sources.push(format!(
                "{}: {}",
                isolate(&source.name),
                isolate(&wording::troubled(source, now, local))
            ));
        }
        sources.extend(more(coverage.troubled.len(), SOURCES_MAX));
        html.push_str(&foot_list(&sources));
        if !self.digest.undelivered.is_empty() {
            html.push_str(&p("dim", html_style::META, &format!("{}:", wording::UNDELIVERED)));
            let undelivered = self.digest.undelivered.iter().take(UNDELIVERED_MAX);
            let undelivered =
                undelivered.map(|d| format!("{} {}", isolate(&d.subject), isolate(&wording::undelivered(d))));
            let undelivered: Vec<String> = undelivered
                .chain(more(self.digest.undelivered.len(), UNDELIVERED_MAX))
                .collect();
            html.push_str(&foot_list(&undelivered));
        }
        format!(
            "<div class=\"dim rule\" role=\"contentinfo\" style=\"{}\">\n{html}</div>\n",
            html_style::FOOT
        )
    }
}

fn items_of<'a>(page: &'a HtmlDigest) -> impl Fn(&'a Section) -> Vec<HtmlItem> {
    |section| {
        let new = section.new.iter().map(|story| HtmlItem {
            group: wording::NEW,
            html: page.new_story(story),
        });
        let developing = section.developing.iter();
        let developing = developing.map(|story| HtmlItem {
            group: wording::DEVELOPING,
            html: page.developing(story),
        });
        let running = section.running.iter().map(|story| HtmlItem {
            group: wording::RUNNING,
            html: page.running(story),
        });
        let alerted = section.alerted.iter().map(|story| HtmlItem {
            group: wording::ALERTED,
            html: page.alerted(story),
        });
        new.chain(developing).chain(running).chain(alerted).collect()
    }
}
