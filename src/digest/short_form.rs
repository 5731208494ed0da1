//! The digest in short, for chats and phones: a line or two a story, in the markup of the place, within its size.
//!
//! What does not fit is counted. Outside text is escaped for each markup, so that it stays text there too.

use super::input::{DigestKind, DigestOptions};
use super::model::{Digest, Headline, Section};
use super::wording;
use crate::text;

/// How a place writes links and bold text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShortMarkup {
    /// None: addresses stand on their own lines.
    Plain,
    /// CommonMark, as Discord and ntfy read it.
    Markdown,
    /// Slack's mrkdwn.
    Slack,
    /// The HTML that Matrix clients show.
    Html,
}

/// Bytes kept for the line that counts what did not fit.
const MORE_BYTES: usize = 300;
/// Outlets named beside the first one.
const OUTLETS_MAX: usize = 3;

/// Renders a digest within `bytes_max` bytes; its subject is not part of it.
pub fn to_brief(digest: &Digest, options: &DigestOptions, markup: ShortMarkup, bytes_max: usize) -> String {
    let room = bytes_max.saturating_sub(MORE_BYTES);
    let (mut out, mut left_out, mut shown) = (String::new(), 0, 0);
    if digest.sections.is_empty() {
        push(&mut out, &markup.line(&markup.text(wording::nothing(digest))), room);
    }
    for section in &digest.sections {
        let mut head = markup.line(&markup.bold(&markup.text(&section.topic)));
        for item in items(section, options, markup) {
            let size = head.len() + item.len();
            if left_out > 0 || out.len() + size > room || shown == options.stories_max {
                left_out += 1;
                continue;
            }
            out.push_str(&std::mem::take(&mut head));
            out.push_str(&item);
            shown += 1;
        }
    }
    if left_out > 0 {
        let more = wording::more_stories(left_out, options.archive_hint.as_deref());
        push(&mut out, &markup.line(&markup.text(&more)), bytes_max);
    }
    for line in tail(digest, options) {
        push(&mut out, &markup.line(&markup.text(&line)), bytes_max);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Appends a line where there is room for it whole.
fn push(out: &mut String, line: &str, bytes_max: usize) {
    if out.len() + line.len() <= bytes_max {
        out.push_str(line);
    }
}

fn items(section: &Section, options: &DigestOptions, markup: ShortMarkup) -> Vec<String> {
    let mut items = Vec::with_capacity(section.stories());
    for story in &section.new {
        let mut outlets = vec![story.headline.outlet.clone()];
        outlets.extend(story.also.iter().take(OUTLETS_MAX).cloned());
        outlets.retain(|outlet| !outlet.is_empty());
        let mut more = outlets.join(", ");
        more.push_str(&wording::more_names(story.also.len().saturating_sub(OUTLETS_MAX)));
        items.push(markup.item(&story.headline, &more));
    }
    for story in &section.developing {
        let what = wording::running(story.new_members.len() + story.more, story.changes.len());
        let newest = story
            .new_members
            .first()
            .map(|fresh| format!("{what}: {}", fresh.title));
        items.push(markup.item(&story.headline, &newest.unwrap_or(what)));
    }
    for story in &section.running {
        items.push(markup.item(&story.headline, &wording::running(story.new_members, story.changes)));
    }
    for story in &section.alerted {
        let told = wording::alerted(story.told_at, story.since, wording::LocalFormat::of(options));
        items.push(markup.item(&story.headline, &told));
    }
    items
}

fn tail(digest: &Digest, options: &DigestOptions) -> Vec<String> {
    if digest.kind == DigestKind::Alert {
        return Vec::new();
    }
    let local = wording::LocalFormat::of(options);
    let mut lines = Vec::new();
    if !digest.coverage.troubled.is_empty() || digest.sections.is_empty() {
        lines.push(wording::coverage(digest));
        let troubled = digest.coverage.troubled.iter();
        lines.extend(troubled.map(|source| {
            let how = wording::troubled(source, digest.window.to, local);
            format!("{}: {how}", source.name)
        }));
    }
    let undelivered = digest.undelivered.iter();
    lines.extend(undelivered.map(|d| format!("{}: {} {}", wording::UNDELIVERED, d.subject, wording::undelivered(d))));
    lines
}

impl ShortMarkup {
    fn line(self, text: &str) -> String {
        match self {
            Self::Html => format!("<p>{text}</p>\n"),
            Self::Plain | Self::Markdown | Self::Slack => format!("{text}\n"),
        }
    }

    fn bold(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Markdown => format!("**{text}**"),
            Self::Slack => format!("*{text}*"),
            Self::Html => format!("<strong>{text}</strong>"),
        }
    }

    fn item(self, headline: &Headline, more: &str) -> String {
        let (title, more) = (self.text(&headline.title), self.text(more));
        let url = headline.url.as_deref().map(|url| self.url(url));
        let more = match (self, more.is_empty()) {
            (_, true) => String::new(),
            (Self::Html, false) => format!("<br>{more}"),
            (_, false) => format!("\n  {more}"),
        };
        match (self, url) {
            (Self::Plain, Some(url)) => format!("• {title}{more}\n  {url}\n"),
            (Self::Markdown, Some(url)) => format!("- [{title}](<{url}>){more}\n"),
            (Self::Slack, Some(url)) => format!("• <{url}|{title}>{more}\n"),
            (Self::Html, Some(url)) => format!("<p>• <a href=\"{url}\">{title}</a>{more}</p>\n"),
            (Self::Html, None) => format!("<p>• {title}{more}</p>\n"),
            (Self::Markdown, None) => format!("- {title}{more}\n"),
            (Self::Plain | Self::Slack, None) => format!("• {title}{more}\n"),
        }
    }

    /// Returns outside text as nothing but text.
    pub fn text(self, text: &str) -> String {
        if self == Self::Html {
            return text::escape(text);
        }
        let escape = |c: char| -> Option<String> {
            match self {
                Self::Plain | Self::Html => None,
                Self::Slack => match c {
                    '&' => Some("&amp;".to_owned()),
                    '<' => Some("&lt;".to_owned()),
                    '>' => Some("&gt;".to_owned()),
                    // These would make it bold, italic, struck or code; a zero-width space keeps them from doing so.
                    '*' | '_' | '~' | '`' => Some(format!("\u{200B}{c}")),
                    _ => None,
                },
                Self::Markdown => super::markdown::is_special(c).then(|| format!("\\{c}")),
            }
        };
        text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
            match escape(c) {
                Some(escaped) => out.push_str(&escaped),
                None => out.push(c),
            }
            out
        })
    }

    /// Returns an address as it may stand in a link.
    fn url(self, url: &str) -> String {
        match self {
            Self::Plain => url.to_owned(),
            Self::Html => self.text(url),
            Self::Markdown => super::markdown::target(url),
            Self::Slack => url
                .replace('&', "&amp;")
                .replace('|', "%7C")
                .replace('<', "%3C")
                .replace('>', "%3E"),
        }
    }
}
