//! The digest as plain text: at most [`DigestOptions::text_width`] columns, addresses whole on their own lines.
//!
//! The text is what terminals, logs and text-only mail readers show, so it says everything the HTML says.

use super::input::{Coverage, DigestKind, DigestOptions};
use super::model::{Alerted, ChangedHeadline, ChartBar, Developing, Digest, Headline, NewStory, Running, Section};
use super::{chart, item_budget, wording, wrap};

/// Columns below which nothing can be read.
const WIDTH_MIN: usize = 40;
/// Columns every mail reader shows.
const WIDTH_MAX: usize = 78;
/// Failing or silent sources named, of each.
const SOURCES_MAX: usize = 10;
/// Undelivered digests named.
const UNDELIVERED_MAX: usize = 5;
/// Bytes kept for what stands around the stories.
const FRAME_BYTES: usize = 1_000;
/// Bytes kept per section for its headings and the line that counts what did not fit.
const SECTION_BYTES: usize = 2_400;

/// Renders a digest as plain text.
pub fn to_text(digest: &Digest, options: &DigestOptions) -> String {
    let page = TextDigest {
        digest,
        options,
        width: options.text_width.clamp(WIDTH_MIN, WIDTH_MAX),
    };
    page.render()
}

struct TextDigest<'a> {
    digest: &'a Digest,
    options: &'a DigestOptions,
    width: usize,
}

/// One story, and the heading it stands under.
struct TextItem {
    group: &'static str,
    text: String,
}

impl TextDigest<'_> {
    fn render(&self) -> String {
        let (digest, local) = (self.digest, wording::LocalFormat::of(self.options));
        let mut out = String::new();
        self.push(&mut out, "", "", &wording::masthead(&digest.name));
        let dates = format!(
            "{}, {}",
            wording::long_day(digest.window.to, local),
            wording::window(&digest.window, local)
        );
        self.push(&mut out, "", "", &dates);
        self.push(&mut out, "", "", &wording::overview(digest));
        let tail = self.tail();
        let sections: Vec<Vec<TextItem>> = digest.sections.iter().map(|section| self.items(section)).collect();
        let mut sizes: Vec<Vec<usize>> = sections
            .iter()
            .map(|items| items.iter().map(|item| item_budget::encoded_len(&item.text)).collect())
            .collect();
        for first in sizes.iter_mut().filter_map(|items| items.first_mut()) {
            *first += SECTION_BYTES;
        }
        let frame = FRAME_BYTES + item_budget::encoded_len(&tail);
        let kept = item_budget::fit(&sizes, self.options.html_max.saturating_sub(frame));
        let kept = item_budget::within(&kept, &sizes, self.options.stories_max);
        let mut left_out = 0;
        for ((section, items), kept) in digest.sections.iter().zip(&sections).zip(kept) {
            if kept > 0 {
                self.section(&mut out, section, items, kept);
            } else {
                left_out += items.len();
            }
        }
        if left_out > 0 {
            out.push('\n');
            self.push(
                &mut out,
                "",
                "",
                &wording::more_stories(left_out, self.options.archive_hint.as_deref()),
            );
        }
        if digest.sections.is_empty() {
            out.push('\n');
            self.push(&mut out, "", "", wording::nothing(digest));
        }
        out.push_str(&tail);
        out
    }

    fn push(&self, out: &mut String, first: &str, rest: &str, text: &str) {
        wrap::push(out, first, rest, text, self.width);
    }

    fn section(&self, out: &mut String, section: &Section, items: &[TextItem], kept: usize) {
        let start = out.len() + 1;
        out.push_str("\n\n");
        self.push(out, "", "", &section.topic.to_uppercase());
        let columns = out[start..]
            .lines()
            .map(wrap::columns)
            .max()
            .unwrap_or(0)
            .min(self.width);
        out.push_str(&"=".repeat(columns));
        out.push('\n');
        if section.is_introduction {
            self.push(out, "", "", wording::INTRODUCTION);
        }
        let mut group = "";
        for item in &items[..kept] {
            if item.group != group {
                group = item.group;
                out.push('\n');
                self.push(out, "", "", &group.to_uppercase());
            }
            out.push('\n');
            out.push_str(&item.text);
        }
        if kept < items.len() {
            out.push('\n');
            self.push(
                out,
                "",
                "",
                &wording::more_stories(items.len() - kept, self.options.archive_hint.as_deref()),
            );
        }
    }

    fn items(&self, section: &Section) -> Vec<TextItem> {
        let new = section.new.iter().map(|story| TextItem {
            group: wording::NEW,
            text: self.new_story(story),
        });
        let developing = section.developing.iter().map(|story| TextItem {
            group: wording::DEVELOPING,
            text: self.developing(story),
        });
        let running = section.running.iter().map(|story| TextItem {
            group: wording::RUNNING,
            text: self.running(story),
        });
        let alerted = section.alerted.iter().map(|story| TextItem {
            group: wording::ALERTED,
            text: self.alerted(story),
        });
        new.chain(developing).chain(running).chain(alerted).collect()
    }

    fn new_story(&self, story: &NewStory) -> String {
        let mut out = String::new();
        self.headline(
            &mut out,
            "* ",
            "  ",
            &story.headline.title,
            story.headline.url.as_deref(),
        );
        if !story.summary.is_empty() {
            self.push(&mut out, "  ", "  ", &story.summary);
        }
        self.chart(&mut out, &story.chart);
        self.push(&mut out, "  ", "  ", &self.reporters(story));
        out
    }

    fn developing(&self, story: &Developing) -> String {
        let mut out = String::new();
        self.headline(
            &mut out,
            "* ",
            "  ",
            &story.headline.title,
            story.headline.url.as_deref(),
        );
        self.chart(&mut out, &story.chart);
        if !story.new_members.is_empty() {
            self.push(&mut out, "  ", "  ", wording::FRESH);
        }
        for fresh in &story.new_members {
            let title = format!("{} ({})", fresh.title, self.origin(fresh));
            self.headline(&mut out, "  - ", "    ", &title, fresh.url.as_deref());
        }
        let mut rest = Vec::new();
        if story.more > 0 {
            rest.push(wording::more_articles(story.more));
        }
        if story.copies > 0 {
            rest.push(wording::copies(story.copies));
        }
        if !rest.is_empty() {
            self.push(&mut out, "  ", "  ", &rest.join("; "));
        }
        for change in &story.changes {
            self.push(&mut out, "  ", "    ", &changed(change));
        }
        out
    }

    fn running(&self, story: &Running) -> String {
        let mut out = String::new();
        let title = format!(
            "{} ({})",
            story.headline.title,
            wording::running(story.new_members, story.changes)
        );
        self.headline(&mut out, "* ", "  ", &title, story.headline.url.as_deref());
        out
    }

    fn alerted(&self, story: &Alerted) -> String {
        let mut out = String::new();
        let told = wording::alerted(story.told_at, story.since, wording::LocalFormat::of(self.options));
        let title = format!("{} ({told})", story.headline.title);
        self.headline(&mut out, "* ", "  ", &title, story.headline.url.as_deref());
        out
    }

    fn headline(&self, out: &mut String, first: &str, rest: &str, title: &str, url: Option<&str>) {
        self.push(out, first, rest, title);
        if let Some(url) = url {
            out.push_str(rest);
            out.push_str(url);
            out.push('\n');
        }
    }

    fn origin(&self, headline: &Headline) -> String {
        let age = wording::age(
            headline.published_at,
            self.digest.window.to,
            wording::LocalFormat::of(self.options),
        );
        if headline.outlet.is_empty() {
            age
        } else {
            format!("{}, {age}", headline.outlet)
        }
    }

    fn reporters(&self, story: &NewStory) -> String {
        let age = wording::age(
            story.started_at,
            self.digest.window.to,
            wording::LocalFormat::of(self.options),
        );
        let mut parts = vec![story.headline.outlet.clone(), age];
        parts.retain(|part| !part.is_empty());
        let mut line = parts.join(", ");
        if !story.also.is_empty() {
            line.push_str(&format!("; {} {}", wording::ALSO, wording::names(&story.also)));
        }
        // A chart has told them.
        if story.copies > 0 && story.chart.is_empty() {
            line.push_str(&format!("; {}", wording::copies(story.copies)));
        }
        line
    }

    fn chart(&self, out: &mut String, bars: &[ChartBar]) {
        if !bars.is_empty() {
            let sum = chart::sum(bars);
            self.push(out, "  ", "  ", &format!("{} {sum}", chart::blocks(bars)));
        }
    }

    fn tail(&self) -> String {
        if self.digest.kind == DigestKind::Alert {
            return String::new();
        }
        // No signature's mark before it: what mail readers fold away must not hold the failing sources.
        let mut out = String::from("\n\n---\n");
        self.coverage(&mut out, &self.digest.coverage);
        if !self.digest.undelivered.is_empty() {
            out.push('\n');
            self.push(&mut out, "", "", &format!("{}:", wording::UNDELIVERED));
        }
        for digest in self.digest.undelivered.iter().take(UNDELIVERED_MAX) {
            self.push(
                &mut out,
                "- ",
                "  ",
                &format!("{} {}", digest.subject, wording::undelivered(digest)),
            );
        }
        self.more(&mut out, self.digest.undelivered.len(), UNDELIVERED_MAX);
        out
    }

    fn coverage(&self, out: &mut String, coverage: &Coverage) {
        let (now, local) = (self.digest.window.to, wording::LocalFormat::of(self.options));
        self.push(out, "", "", &wording::coverage(self.digest));
        for source in coverage.troubled.iter().take(SOURCES_MAX) {
            self.push(
                out,
                "- ",
                "  ",
                &format!("{}: {}", source.name, wording::troubled(source, now, local)),
            );
        }
        self.more(out, coverage.troubled.len(), SOURCES_MAX);
    }

    fn more(&self, out: &mut String, number: usize, shown: usize) {
        if number > shown {
            self.push(out, "- ", "  ", &wording::more_names(number - shown));
        }
    }
}

fn changed(change: &ChangedHeadline) -> String {
    let by = if change.outlet.is_empty() {
        String::new()
    } else {
        format!(" ({})", change.outlet)
    };
    format!(
        "{}{by}: {} → {}",
        wording::HEADLINE_CHANGED,
        change.before,
        change.after
    )
}
