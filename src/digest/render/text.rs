//! The digest as plain text: at most [`DigestOptions::text_width`] columns, addresses whole on their own lines.
//!
//! The text is what terminals, logs and text-only mail readers show, so it says everything the HTML says.

use super::item_budget::{self, RenderedSection};
use super::story_lines::{self, Span, ToldLine};
use crate::digest::chart;
use crate::digest::input::DigestOptions;
use crate::digest::model::{Digest, Headline, Section};
use crate::digest::wording::DigestWording;
use crate::digest::wrap;

/// Columns below which nothing can be read.
const WIDTH_MIN: usize = 40;
/// Columns every mail reader shows.
const WIDTH_MAX: usize = 78;

/// Renders a digest as plain text.
pub fn to_text(digest: &Digest, options: &DigestOptions) -> String {
    let page = TextDigest {
        digest,
        wording: DigestWording::of(options),
        width: options.text_width.clamp(WIDTH_MIN, WIDTH_MAX),
    };
    let mut out = String::new();
    page.push(&mut out, "", &page.wording.news(digest));
    page.push(&mut out, "", &page.wording.dateline(digest));
    page.push(&mut out, "", &page.wording.overview(digest));
    let foot = page.dates() + &page.foot(options.unsubscribe.as_deref());
    let sections: Vec<RenderedSection> = digest.sections.iter().map(|section| page.section(section)).collect();
    let room = options
        .html_max
        .saturating_sub(item_budget::encoded_len(&out) + item_budget::encoded_len(&foot));
    let stories = item_budget::fitted(&sections, room, options.stories_max, |number| {
        let mut line = String::from("\n");
        page.push(
            &mut line,
            "",
            &page.wording.more_stories(number, options.archive_hint.as_deref()),
        );
        line
    });
    out + &stories + &foot
}

struct TextDigest<'a> {
    digest: &'a Digest,
    wording: DigestWording,
    width: usize,
}

impl TextDigest<'_> {
    /// Appends a text; `first` opens its first line, and as many spaces every other.
    fn push(&self, out: &mut String, first: &str, text: &str) {
        wrap::push(out, first, &" ".repeat(wrap::columns(first)), text, self.width);
    }

    fn section(&self, section: &Section) -> RenderedSection {
        let mut head = self.heading(&section.topic);
        if section.is_introduction {
            self.push(&mut head, "", self.wording.words.introduction);
        }
        let items = story_lines::items(section, self.wording, self.digest.window.to);
        RenderedSection {
            head,
            items: items.iter().map(|lines| self.item(lines)).collect(),
            stories: section.stories(),
        }
    }

    fn heading(&self, topic: &str) -> String {
        let mut text = String::new();
        self.push(&mut text, "", &topic.to_uppercase());
        let columns = text.lines().map(wrap::columns).max().unwrap_or(0);
        format!("\n\n{text}{}\n", "=".repeat(columns.min(self.width)))
    }

    fn dates(&self) -> String {
        let lines = story_lines::dates(self.digest, self.wording);
        let items = lines.chunks(1).map(|line| self.item(line));
        match lines.is_empty() {
            true => String::new(),
            false => [self.heading(self.wording.words.dates)]
                .into_iter()
                .chain(items)
                .collect(),
        }
    }

    fn item(&self, lines: &[ToldLine<'_>]) -> String {
        let mut out = String::from("\n");
        for line in lines {
            match line {
                ToldLine::Heading(text) => {
                    self.push(&mut out, "", &text.to_uppercase());
                    out.push('\n');
                }
                ToldLine::Head { label, headline, .. } => {
                    let title = format!("{} · {}", label.to_uppercase(), headline.title);
                    self.headline(&mut out, "* ", &title, headline);
                }
                ToldLine::Brief { headline, note } => {
                    let title = format!("{} ({})", headline.title, self.plain(note));
                    self.headline(&mut out, "* ", &title, headline);
                }
                ToldLine::Summary(text, _) => self.push(&mut out, "  ", text),
                ToldLine::Chart(bars) => {
                    let sum = self.wording.chart(bars);
                    self.push(&mut out, "  ", &format!("{} {sum}", chart::blocks(bars)));
                }
                ToldLine::Note(spans) => self.push(&mut out, "  ", &self.plain(spans)),
                ToldLine::Sentence { label, change, .. } => {
                    let label = label.map(|label| format!("{label} ")).unwrap_or_default();
                    self.push(&mut out, "  ", &format!("{label}{}", change.marked()));
                }
                ToldLine::Further { headline, origin } => {
                    let title = format!("{} ({})", headline.title, self.plain(origin));
                    self.headline(&mut out, "  - ", &title, headline);
                }
            }
        }
        out
    }

    fn headline(&self, out: &mut String, first: &str, title: &str, headline: &Headline) {
        self.push(out, first, title);
        if let Some(url) = &headline.url {
            out.push_str(&format!("{}{url}\n", " ".repeat(first.len())));
        }
    }

    fn plain(&self, spans: &[Span<'_>]) -> String {
        story_lines::plain(spans, self.digest.window.to, self.wording)
    }

    fn foot(&self, unsubscribe: Option<&str>) -> String {
        let mut out = String::new();
        for group in story_lines::foot(self.digest, self.wording) {
            // No signature's mark before it: what mail readers fold away must not hold the failing sources.
            out.push_str(if out.is_empty() { "\n\n---\n" } else { "\n" });
            self.push(&mut out, "", &group.line);
            for (name, what) in &group.items {
                self.push(&mut out, "- ", &format!("{name}{what}"));
            }
            if !group.more.is_empty() {
                self.push(&mut out, "- ", &group.more);
            }
        }
        if let Some(address) = unsubscribe {
            out.push_str(&format!("\n{}\n{address}\n", self.wording.words.unsubscribe));
        }
        out
    }
}
