//! The digest in short, for chats and phones: a line or two a story, in the markup of the place, within its size.
//!
//! What does not fit is counted. Outside text is escaped for each markup, so that it stays text there too.

use super::story_lines;
use crate::digest::input::DigestOptions;
use crate::digest::model::{Digest, Headline, Section};
use crate::digest::wording::DigestWording;
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
/// Outlets, and headlines that stand elsewhere, named before the rest is counted.
const OUTLETS_MAX: usize = 4;

/// Renders a digest within `bytes_max` bytes; its subject is not part of it.
pub fn to_brief(digest: &Digest, options: &DigestOptions, markup: ShortMarkup, bytes_max: usize) -> String {
    let wording = DigestWording::of(options);
    let room = bytes_max.saturating_sub(MORE_BYTES);
    let (mut out, mut left_out, mut shown) = (String::new(), 0, 0);
    if digest.has_no_news() {
        push(&mut out, &markup.line(&markup.text(&wording.news(digest))), room);
    }
    for section in &digest.sections {
        let mut head = markup.line(&markup.bold(&markup.text(&section.topic)));
        for (at, item) in items(section, wording, markup).into_iter().enumerate() {
            let (size, is_story) = (head.len() + item.len(), usize::from(at < section.stories()));
            if left_out > 0 || out.len() + size > room || shown + is_story > options.stories_max {
                left_out += is_story;
                continue;
            }
            out.push_str(&std::mem::take(&mut head));
            out.push_str(&item);
            shown += is_story;
        }
    }
    let mut head = markup.line(&markup.bold(&markup.text(wording.words.dates)));
    for note in &digest.dates {
        let item = markup.item(&note.headline, &wording.date_note(note, digest.window.to));
        push(&mut out, &(std::mem::take(&mut head) + &item), room);
    }
    if left_out > 0 {
        let more = wording.more_stories(left_out, options.archive_hint.as_deref());
        push(&mut out, &markup.line(&markup.text(&more)), bytes_max);
    }
    for line in tail(digest, wording) {
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

fn items(section: &Section, wording: DigestWording, markup: ShortMarkup) -> Vec<String> {
    let told = section.told.iter().map(|story| {
        let others = story.further.iter().chain(&story.also).map(|other| &other.outlet);
        let mut outlets: Vec<&str> = Vec::new();
        for outlet in [&story.headline.outlet].into_iter().chain(others) {
            if !outlet.is_empty() && !outlets.contains(&outlet.as_str()) {
                outlets.push(outlet);
            }
        }
        let more = wording.and_more(outlets.len().saturating_sub(OUTLETS_MAX));
        outlets.truncate(OUTLETS_MAX);
        let label = story_lines::label(story, wording);
        markup.item(&story.headline, &format!("{label}: {}{more}", outlets.join(", ")))
    });
    let brief = section.brief.iter();
    let brief = brief.map(|story| markup.item(&story.headline, &story_lines::brief_note(story, wording)));
    let elsewhere = section.elsewhere.iter().map(|other| {
        let titles: Vec<&str> = other
            .headlines
            .iter()
            .take(OUTLETS_MAX)
            .map(|headline| &*headline.title)
            .collect();
        let more = wording.and_more(other.headlines.len().saturating_sub(OUTLETS_MAX));
        markup.line(&markup.text(&format!(
            "{} {}{more}",
            wording.elsewhere(&other.topic),
            titles.join("; ")
        )))
    });
    let pages = section.pages.iter().map(|page| {
        let said = page.sentences.first().map(|change| change.marked()).unwrap_or_default();
        let others = page.sentences.len().saturating_sub(1) + page.more_sentences;
        let more = (others > 0).then(|| format!("; {}", wording.count(wording.words.more_sentences, others)));
        let changed = wording.words.changed;
        markup.item(
            &page.headline,
            &format!("{changed}: {said}{}", more.unwrap_or_default()),
        )
    });
    told.chain(pages).chain(brief).chain(elsewhere).collect()
}

/// Returns the lines below the stories; that all sources were read goes without saying.
fn tail(digest: &Digest, wording: DigestWording) -> Vec<String> {
    let groups = story_lines::foot(digest, wording).into_iter();
    let groups = groups.filter(|group| !group.items.is_empty() || digest.sections.is_empty());
    let lines = groups.flat_map(|group| {
        let items = group.items.into_iter().map(|(name, what)| format!("{name}{what}"));
        [group.line].into_iter().chain(items).collect::<Vec<_>>()
    });
    lines.collect()
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
