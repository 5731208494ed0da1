//! A PDF's headline, authors and date: what it says of itself is believed where it is plausible.
//!
//! Programs write names of files, of users and of scanners there, and a template's title stays for years.

use chrono::{DateTime, TimeDelta};

use super::article::{Paragraph, ParagraphKind, PdfArticle};
use super::page_lines::TextLine;
use super::shown::Info;
use crate::extract::byline::person_names;
use crate::extract::date::dates;

/// A headline is told from the first paragraphs.
const PARAGRAPHS_LOOKED_AT: usize = 30;
/// A date, and the authors, from the first lines.
const LINES_LOOKED_AT: usize = 40;
/// What a single word's size counts among headlines.
const WORD_SIZE: f64 = 0.75;
/// A longer one is a text, in characters.
const TITLE_CHARS_MAX: usize = 300;
/// A text is dated at most so many days after the file was made; else it tells of something to come.
const DAYS_AHEAD_MAX: i64 = 2;

/// Endings of files that were printed under their names.
const FILE_ENDINGS: [&str; 16] = [
    ".doc", ".docx", ".dotx", ".odt", ".rtf", ".txt", ".pdf", ".indd", ".qxd", ".qxp", ".tex", ".dvi", ".ppt", ".pptx",
    ".xls", ".xlsx",
];
/// What programs call a document that nobody has named.
const NO_TITLES: [&str; 12] = [
    "untitled",
    "unbenannt",
    "sans titre",
    "sin título",
    "senza titolo",
    "document",
    "dokument",
    "powerpoint presentation",
    "slide 1",
    "about:blank",
    "title",
    "print",
];
/// Words of accounts, offices and machines in an author's place.
const NO_AUTHORS: [&str; 24] = [
    "user",
    "users",
    "admin",
    "administrator",
    "owner",
    "office",
    "microsoft",
    "windows",
    "adobe",
    "scanner",
    "scan",
    "xerox",
    "canon",
    "ricoh",
    "konica",
    "kyocera",
    "lexmark",
    "epson",
    "unknown",
    "anonymous",
    "author",
    "default",
    "guest",
    "template",
];

/// Returns what a PDF says of its article, without the text.
pub fn of(info: &Info, paragraphs: &[Paragraph], lines: &[TextLine]) -> PdfArticle {
    let first_lines: Vec<&str> = lines
        .iter()
        .take_while(|line| line.page == 0)
        .take(LINES_LOOKED_AT)
        .map(|line| line.text.as_str())
        .collect();
    let shown = shown_date(info, &first_lines);
    let made = info.made_at.filter(|_| shown.is_none());
    PdfArticle {
        title: title(info, paragraphs),
        byline: byline(info, &first_lines),
        published_at: shown.or(made.map(|(at, _)| at)),
        published_offset: made.map(|(_, offset)| offset),
        is_date_shown: shown.is_some(),
        language: info.language.as_deref().and_then(language_tag),
        ..PdfArticle::default()
    }
}

/// Takes off the lines above the text that tell who wrote it and when; more dates than an article has are a list of its own.
pub fn remove_about(paragraphs: &mut Vec<Paragraph>, byline: Option<&str>) {
    /// A longer paragraph is the text, in bytes.
    const TEXT_MIN: usize = 160;
    /// When it was written, and when it was changed.
    const DATES_MAX: usize = 2;
    let is_head = |paragraph: &&Paragraph| paragraph.page == 0 && paragraph.text.len() < TEXT_MIN;
    let head = paragraphs.iter().take_while(is_head).count();
    let is_date = |text: &str| dates::in_line(text).is_some();
    let dated = paragraphs[..head].iter().filter(|paragraph| is_date(&paragraph.text));
    let are_listed = dated.count() > DATES_MAX;
    let is_about = |text: &str| {
        let tells_author =
            person_names::without_by(text).is_some_and(|names| !person_names::persons(&[names]).is_empty());
        tells_author || Some(text) == byline || (!are_listed && is_date(text))
    };
    let mut at = 0;
    paragraphs.retain(|paragraph| {
        at += 1;
        at > head || matches!(paragraph.kind, ParagraphKind::Heading(_)) || !is_about(&paragraph.text)
    });
}

fn title(info: &Info, paragraphs: &[Paragraph]) -> String {
    let first: Vec<&Paragraph> = paragraphs
        .iter()
        .take_while(|paragraph| paragraph.page == 0)
        .take(PARAGRAPHS_LOOKED_AT)
        .collect();
    let shown = shown_headline(&first);
    let named = Some(info.title.as_str()).filter(|title| is_title(title));
    match (named, shown) {
        (None, shown) => shown.unwrap_or_default().to_owned(),
        (Some(named), None) => named.to_owned(),
        (Some(named), Some(shown)) => {
            let is_on_page = first.iter().any(|paragraph| share(named, &paragraph.text) >= 0.5);
            match share(shown, named) >= 0.8 || !is_on_page {
                // Its name with the site's behind it, or a template's.
                true => shown.to_owned(),
                false => named.to_owned(),
            }
        }
    }
}

/// Returns the largest text of the first page; one of a single word, as mastheads have it, only where it is by far the largest.
fn shown_headline<'a>(first: &[&'a Paragraph]) -> Option<&'a str> {
    let is_heading = |paragraph: &&&Paragraph| matches!(paragraph.kind, ParagraphKind::Heading(_));
    let rank = |paragraph: &Paragraph| match paragraph.text.contains(' ') {
        true => paragraph.size,
        false => paragraph.size * WORD_SIZE,
    };
    let mut best: Option<&Paragraph> = None;
    for paragraph in first.iter().filter(is_heading) {
        let letters = paragraph.text.chars().filter(|c| c.is_alphabetic()).count();
        if letters >= 4 && best.is_none_or(|best| rank(paragraph) > rank(best)) {
            best = Some(paragraph);
        }
    }
    best.map(|paragraph| paragraph.text.as_str())
}

/// Whether what a file calls itself may be a headline.
fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let chars = title.chars().count();
    let letters = title.chars().filter(|c| c.is_alphabetic()).count();
    let is_file = FILE_ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || lower.starts_with("microsoft ")
        || title.contains(['\\', '_', '\u{fffd}'])
        || lower.contains("://");
    let is_unnamed = NO_TITLES
        .iter()
        .any(|name| lower.trim_end_matches(|c: char| !c.is_alphabetic()) == *name);
    let is_code = !title.contains(' ') && title.chars().any(|c| c.is_ascii_digit());
    (4..=TITLE_CHARS_MAX).contains(&chars) && letters * 2 > chars && !is_file && !is_unnamed && !is_code
}

/// Returns which part of the words of one text stands in another.
fn share(words: &str, text: &str) -> f32 {
    let text = text.to_lowercase();
    let text: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let words = words.to_lowercase();
    let (mut all, mut found) = (0_u16, 0_u16);
    for word in words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(100)
    {
        all += 1;
        found += u16::from(text.contains(&word));
    }
    f32::from(found) / f32::from(all.max(1))
}

/// Returns the authors: those of a line that says "By", else those the file names, if they are names.
fn byline(info: &Info, first_lines: &[&str]) -> Option<String> {
    /// More is a sentence.
    const CHARS_MAX: usize = 120;
    let shown = first_lines
        .iter()
        .filter(|line| line.chars().count() <= CHARS_MAX)
        .filter_map(|line| person_names::without_by(line))
        .map(|names| person_names::persons(&[names]))
        .find(|names| !names.is_empty());
    if let Some(names) = shown {
        return Some(names.join(", "));
    }
    let names: Vec<&str> = info
        .author
        .split([';', ',', '&'])
        .flat_map(|names| names.split(" and "))
        .map(str::trim)
        .filter(|name| is_author(name))
        .collect();
    (!names.is_empty() && info.author.chars().count() <= TITLE_CHARS_MAX).then(|| names.join(", "))
}

/// Whether it is a name: two words at least, each with a capital where its script has them, none an account's.
fn is_author(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let lower = name.to_lowercase();
    let is_none = lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| NO_AUTHORS.contains(&word));
    let is_plain = !name
        .chars()
        .any(|c| c.is_ascii_digit() || matches!(c, '@' | '\\' | '/' | '_' | '\u{fffd}'));
    let starts = words.first().is_some_and(|word| !word.starts_with(char::is_lowercase));
    (2..=8).contains(&words.len()) && is_plain && starts && !is_none
}

/// Returns the first date that stands alone in a line of the first page and is no later than the file.
fn shown_date(info: &Info, first_lines: &[&str]) -> Option<i64> {
    let latest = info
        .made_at
        .and_then(|(at, _)| DateTime::from_timestamp(at, 0))
        .map(|at| at + TimeDelta::days(DAYS_AHEAD_MAX));
    let mut shown = first_lines.iter().filter_map(|line| dates::in_line(line));
    let shown = shown.find(|at| latest.is_none_or(|latest| *at <= latest));
    shown.map(|at| at.timestamp())
}

fn language_tag(tag: &str) -> Option<String> {
    let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
    let is_tag = (2..=12).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_tag.then_some(tag)
}
