//! The digest as one HTML document for mail: inline styles, no picture, script or anything else from elsewhere.
//!
//! Every outside text passes [`escape`], stands in an element of its own direction, and every address has passed
//! `display_text::link`. A document beyond [`DigestOptions::html_max`] says how many stories it left out and where they
//! are.

use super::html_parts::{bars, isolate, lang, link, p, sentence};
use super::item_budget::{self, RenderedSection};
use super::story_lines::{self, Span, ToldLine};
use super::{html_parts, html_style};
use crate::digest::input::DigestOptions;
use crate::digest::model::{Digest, Section, StoryStatus};
use crate::digest::wording::DigestWording;
use crate::text::escape;

/// Renders a digest as a self-contained HTML document.
pub fn to_html(digest: &Digest, options: &DigestOptions) -> String {
    let page = HtmlDigest {
        digest,
        wording: DigestWording::of(options),
    };
    let (head, foot) = (page.head(), page.dates() + &page.foot(options.unsubscribe.as_deref()));
    let sections: Vec<RenderedSection> = digest.sections.iter().map(|section| page.section(section)).collect();
    let frame = item_budget::encoded_len(&head) + item_budget::encoded_len(&foot);
    let room = options.html_max.saturating_sub(frame);
    let stories = item_budget::fitted(&sections, room, options.stories_max, |number| {
        let more = page.wording.more_stories(number, options.archive_hint.as_deref());
        p("soft", html_style::MORE, &escape(&more))
    });
    head + &stories + &foot
}

struct HtmlDigest<'a> {
    digest: &'a Digest,
    wording: DigestWording,
}

impl HtmlDigest<'_> {
    fn head(&self) -> String {
        let subject = escape(&self.digest.subject);
        format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
             <title>{subject}</title>\n<style>{}</style>\n</head>\n<body class=\"page\" style=\"{}\">\n\
             <div class=\"page\"><div class=\"sheet ink\" role=\"article\" aria-label=\"{subject}\" style=\"{}\">\n\
             <h1 class=\"ink\" dir=\"auto\" style=\"{}\">{}</h1>\n{}{}",
            self.wording.tag(),
            html_style::SHEET,
            html_style::BODY,
            html_style::SHEET_BOX,
            html_style::NEWS,
            escape(&self.wording.news(self.digest)),
            p(
                "dim",
                html_style::DATELINE,
                &escape(&self.wording.dateline(self.digest))
            ),
            p(
                "dim",
                html_style::OVERVIEW,
                &escape(&self.wording.overview(self.digest))
            ),
        )
    }

    fn section(&self, section: &Section) -> RenderedSection {
        let mut head = heading(&section.topic);
        if section.is_introduction {
            head.push_str(&p(
                "soft",
                html_style::SUMMARY,
                &escape(self.wording.words.introduction),
            ));
        }
        let items = story_lines::items(section, self.wording, self.digest.window.to);
        RenderedSection {
            head,
            items: items.iter().map(|lines| self.item(lines)).collect(),
            stories: section.stories(),
        }
    }

    fn dates(&self) -> String {
        let lines = story_lines::dates(self.digest, self.wording);
        match lines.is_empty() {
            true => String::new(),
            false => heading(self.wording.words.dates) + &self.item(&lines),
        }
    }

    fn item(&self, lines: &[ToldLine<'_>]) -> String {
        let html: String = lines.iter().map(|line| self.line(line)).collect();
        match lines {
            [ToldLine::Heading(_) | ToldLine::Brief { .. }, ..] => html,
            _ => format!("<div class=\"rule\" style=\"{}\">\n{html}</div>\n", html_style::STORY),
        }
    }

    fn line(&self, line: &ToldLine<'_>) -> String {
        match line {
            ToldLine::Heading(text) => {
                format!(
                    "<h3 class=\"dim rule\" style=\"{}\">{}</h3>\n",
                    html_style::IN_BRIEF,
                    escape(text)
                )
            }
            ToldLine::Head {
                status,
                label,
                headline,
            } => {
                let (class, style) = match status {
                    StoryStatus::New => ("accent", html_style::LABEL_NEW),
                    StoryStatus::Developing => ("warm", html_style::LABEL_DEVELOPING),
                };
                // With a direction of its own it has no say in its headline's.
                let label = format!(
                    "<span class=\"{class}\" dir=\"auto\" style=\"{style}\">{}</span>",
                    escape(label)
                );
                let link = link(headline, &headline.title, "ink", html_style::LINK, false);
                format!(
                    "<h3 class=\"ink\" dir=\"auto\" style=\"{}\">{label} {link}</h3>\n",
                    html_style::HEADLINE
                )
            }
            ToldLine::Brief { headline, note } => {
                let link = link(headline, &headline.title, "ink", html_style::LINK, false);
                self.headed("ink", html_style::BRIEF, &link, note)
            }
            ToldLine::Further { headline, origin } => {
                let link = link(headline, &headline.title, "accent", html_style::FURTHER_LINK, false);
                self.headed("soft", html_style::FURTHER, &format!("– {link}"), origin)
            }
            ToldLine::Summary(text, language) => format!(
                "<p class=\"soft\" dir=\"auto\"{} style=\"{}\">{}</p>\n",
                lang(*language),
                html_style::SUMMARY,
                escape(text)
            ),
            ToldLine::Sentence {
                label,
                change,
                language,
            } => {
                // The sentence has no direction of its own: its line takes it.
                let label = label.map(|label| {
                    format!(
                        "<span class=\"dim\" dir=\"auto\" style=\"{}\">{}</span> ",
                        html_style::SENTENCE_LABEL,
                        escape(label)
                    )
                });
                format!(
                    "<p class=\"soft\" dir=\"auto\" style=\"{}\">{}<span{}>{}</span></p>\n",
                    html_style::SENTENCE,
                    label.unwrap_or_default(),
                    lang(*language),
                    sentence(change)
                )
            }
            ToldLine::Chart(chart) => bars(chart, self.wording),
            ToldLine::Note(spans) => p("dim", html_style::NOTE, &self.spans(spans)),
        }
    }

    /// Returns a headline with what is said of it, in the headline's direction.
    fn headed(&self, class: &str, style: &str, link: &str, note: &[Span<'_>]) -> String {
        let note = self.spans(note);
        format!(
            "<p class=\"{class}\" dir=\"auto\" style=\"{style}\">{link} \
             <span class=\"dim\" dir=\"auto\" style=\"{}\">{note}</span></p>\n",
            html_style::ORIGIN
        )
    }

    fn spans(&self, spans: &[Span<'_>]) -> String {
        spans.iter().map(|span| self.span(span)).collect()
    }

    fn span(&self, span: &Span<'_>) -> String {
        match span {
            Span::Words(words) => escape(words),
            Span::Name(name) => isolate(name),
            Span::Link(headline, name) => link(headline, name, "dim", html_style::NAME_LINK, true),
            Span::Age(at) => format!(
                "<time datetime=\"{}\" title=\"{}\">{}</time>",
                at.format("%Y-%m-%dT%H:%M:%SZ"),
                escape(&self.wording.moment(*at)),
                escape(&self.wording.age(*at, self.digest.window.to))
            ),
            Span::Old(text) => format!("<del dir=\"auto\" style=\"{}\">{}</del>", html_style::OLD, escape(text)),
            Span::New(text) => {
                format!(
                    "<ins class=\"ink\" dir=\"auto\" style=\"{}\">{}</ins>",
                    html_style::NEW,
                    escape(text)
                )
            }
        }
    }

    fn foot(&self, unsubscribe: Option<&str>) -> String {
        let groups = story_lines::foot(self.digest, self.wording);
        let mut foot: String = groups.iter().map(html_parts::foot_group).collect();
        if let Some(address) = unsubscribe {
            let name = self.wording.words.unsubscribe.trim_end_matches([':', ' ', '\u{a0}']);
            foot.push_str(&html_parts::way_out(name, address));
        }
        let foot = match foot.is_empty() {
            true => foot,
            false => format!(
                "<div class=\"dim rule\" role=\"contentinfo\" style=\"{}\">\n{foot}</div>\n",
                html_style::FOOT
            ),
        };
        format!("{foot}</div></div>\n</body>\n</html>\n")
    }
}

fn heading(topic: &str) -> String {
    format!(
        "<h2 class=\"ink topic\" dir=\"auto\" style=\"{}\">{}</h2>\n",
        html_style::TOPIC,
        escape(topic)
    )
}
