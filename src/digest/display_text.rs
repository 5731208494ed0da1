//! Outside text made fit to be shown: one line, bounded, nothing invisible that steers the display; and the first
//! sentences of an article.
//!
//! Escaping is not done here: each rendering has its own.

use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use crate::text;

/// Characters of a headline, topic or name that are shown.
pub const TITLE_CHARS_MAX: usize = 200;
/// Characters of an outlet's or source's name that are shown.
pub const NAME_CHARS_MAX: usize = 60;
/// Characters of an error that are shown.
pub const ERROR_CHARS_MAX: usize = 160;
/// Characters of a story's summary.
pub const SUMMARY_CHARS_MAX: usize = 320;
/// Characters of an address that is linked; a longer one is left out.
const URL_CHARS_MAX: usize = 2_000;
/// Characters of an outside text that are looked at per character shown.
const SCANNED_PER_SHOWN: usize = 8;
/// Characters of a body that are searched for its first sentences.
const BODY_CHARS_SCANNED: usize = 6_000;
/// A paragraph or excerpt shorter than this and without a full stop is a label, not a sentence.
const LABEL_CHARS_MAX: usize = 60;
/// Combining characters in a row that real writing needs at most; what is more only paints over its neighbours.
const MARKS_MAX: usize = 4;

/// Returns text on one line without control, bidirectional and other invisible steering characters, of at most
/// `chars_max` characters, cut at a word's end.
pub fn line(text: &str, chars_max: usize) -> String {
    let mut clean = String::new();
    let mut marks = 0;
    for c in text.chars().take(chars_max.saturating_mul(SCANNED_PER_SHOWN)) {
        if c.is_whitespace() || c.is_control() {
            if !clean.is_empty() && !clean.ends_with(' ') {
                clean.push(' ');
            }
            marks = 0;
        } else if is_selector(c) && clean.ends_with(is_selector) {
            // One chooses a form; a run of them is seen by nobody and may say anything.
        } else if !is_steering(c) {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            if marks <= MARKS_MAX {
                clean.push(c);
            }
        }
    }
    clean.truncate(clean.trim_end().len());
    cut(clean, chars_max)
}

/// Returns text line by line, each as `line` leaves it, with one empty line at most between two.
pub fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_apart = false;
    for one in text::clean(text).split('\n').map(|one| line(one, usize::MAX)) {
        if one.is_empty() {
            is_apart = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if is_apart { "\n\n" } else { "\n" });
        }
        is_apart = false;
        out.push_str(&one);
    }
    out
}

/// Returns an address that may be linked: http or https, with a host, without credentials, in ASCII.
pub fn link(address: &str) -> Option<String> {
    if address.len() > URL_CHARS_MAX {
        return None;
    }
    let url = Url::parse(address.trim()).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    let shown = url.as_str();
    (is_web && !has_credentials && shown.len() <= URL_CHARS_MAX && shown.bytes().all(|b| b.is_ascii_graphic()))
        .then(|| shown.to_owned())
}

/// Returns a language tag if it has the form of one.
pub fn language(tag: Option<&str>) -> Option<String> {
    let tag = tag?.trim().replace('_', "-");
    let is_tag = (2..=35).contains(&tag.len())
        && tag.starts_with(|c: char| c.is_ascii_alphabetic())
        && tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    is_tag.then_some(tag)
}

/// Returns one or two sentences of an article: of its excerpt where that says something, else of its text.
pub fn summary(title: &str, excerpt: &str, text: &str) -> String {
    let excerpt = line(excerpt, SUMMARY_CHARS_MAX * 4);
    let excerpt = excerpt.replace("[...]", "…").replace("[…]", "…");
    let says_something = |text: &str| !text.is_empty() && !is_same(text, title);
    if says_something(&excerpt) && !is_label(&excerpt) {
        return sentences(&excerpt);
    }
    let scanned: String = text.chars().take(BODY_CHARS_SCANNED).collect();
    let paragraph = scanned
        .split("\n\n")
        .map(|paragraph| line(paragraph, SUMMARY_CHARS_MAX * 4))
        .find(|paragraph| says_something(paragraph) && !is_label(paragraph));
    match paragraph {
        Some(paragraph) => sentences(&paragraph),
        None if says_something(&excerpt) => sentences(&excerpt),
        None => String::new(),
    }
}

/// Returns the first sentence, and the second where both fit.
fn sentences(text: &str) -> String {
    let ends: Vec<usize> = text::sentence_ends(text).take(2).collect();
    let fits = |end: &&usize| text[..**end].trim_end().chars().count() <= SUMMARY_CHARS_MAX;
    match ends.iter().rfind(fits) {
        Some(end) => text[..*end].trim_end().to_owned(),
        None => cut(text.to_owned(), SUMMARY_CHARS_MAX),
    }
}

fn is_label(text: &str) -> bool {
    let last = text.trim_end_matches(['"', '”', '’', ')', '»']).chars().next_back();
    text.chars().count() < LABEL_CHARS_MAX
        && !last.is_some_and(|c| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '।' | '؟'))
}

fn is_same(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    letters(one) == letters(other)
}

/// Cuts at the last word's end that leaves room for the ellipsis; a single long word is cut between characters.
fn cut(text: String, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text;
    }
    let limit = text
        .char_indices()
        .nth(chars_max.saturating_sub(1))
        .map_or(text.len(), |(at, _)| at);
    let graphemes = text
        .grapheme_indices(true)
        .map(|(at, _)| at)
        .take_while(|at| *at <= limit)
        .last()
        .unwrap_or(limit);
    let is_word_end = text[limit..].starts_with(' ');
    let at = match text[..limit].rfind(' ') {
        _ if is_word_end => limit,
        Some(space) if space * 2 > limit => space,
        _ => graphemes,
    };
    format!("{}…", text[..at].trim_end_matches([' ', ',', ';', ':', '-', '–', '—']))
}

/// Whether a character changes how its neighbours are shown, or is not shown at all. Joiners stay: Persian, Indic
/// scripts and emoji are written with them.
fn is_steering(c: char) -> bool {
    !text::is_kept(c)
        || matches!(c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{00AD}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' | '\u{180E}')
}

/// Whether a character chooses a form of the one before it.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, excerpt: &str, text: &str, expected: &str) {
        assert_eq!(summary(title, excerpt, text), expected, "{excerpt} / {text}");
    }

    #[test]
    fn a_line_holds_nothing_that_steers_the_display() {
        assert_eq!(
            line("  one\r\nBcc: two\t\u{202E}three\u{0} ", 100),
            "one Bcc: two three"
        );
        assert_eq!(line("a\u{200D}b", 100), "a\u{200D}b");
        assert_eq!(
            line(&format!("e{}x", "\u{301}".repeat(500)), 100).chars().count(),
            2 + MARKS_MAX
        );
    }

    #[test]
    fn lines_stay_lines_and_hold_nothing_that_is_not_seen() {
        assert_eq!(
            lines("\n one \r\ntwo\u{202E}\n\n\n\u{200B}\nthree\u{E0041}\u{E0042}\n\n"),
            "one\ntwo\n\nthree"
        );
        let hidden: String = "❤\u{FE0F}\u{E0101}\u{FE01}\u{E0121}".to_owned();
        assert_eq!(lines(&hidden), "❤\u{FE0F}");
        assert_eq!(lines(""), "");
    }

    #[test]
    fn long_text_is_cut_at_a_words_end() {
        assert_eq!(line("the ferries stop on Monday", 20), "the ferries stop on…");
        assert_eq!(line(&"x".repeat(10_000), 20).chars().count(), 20);
        assert_eq!(line("short", 20), "short");
    }

    #[test]
    fn one_or_two_sentences() {
        check(
            "T",
            "The council voted 7 to 2. It was late. Nobody left.",
            "",
            "The council voted 7 to 2. It was late.",
        );
        check(
            "T",
            "Mr. Ode and the U.S. Mint spoke with Dr. J. Lund. They agreed.",
            "",
            "Mr. Ode and the U.S. Mint spoke with Dr. J. Lund. They agreed.",
        );
        let long = format!("Short one. A {}end.", "word ".repeat(80));
        check("T", &long, "", "Short one.");
    }

    #[test]
    fn an_excerpt_that_says_nothing_gives_way_to_the_text() {
        check(
            "Ferries stop",
            "Ferries stop!",
            "By Ann Lund\n\nThe ferries stop on Monday. All of them.",
            "The ferries stop on Monday. All of them.",
        );
        check("Ferries stop", "Read more", "", "Read more");
        check("Ferries stop", "", "", "");
    }

    #[test]
    fn only_web_addresses_are_linked() {
        assert_eq!(
            link("https://example.org/a b\"<").as_deref(),
            Some("https://example.org/a%20b%22%3C")
        );
        assert_eq!(
            link("https://bücher.example/").as_deref(),
            Some("https://xn--bcher-kva.example/")
        );
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.org/",
            "/relative",
            "https://a:b@example.org/",
        ] {
            assert_eq!(link(bad), None, "{bad}");
        }
        assert_eq!(link(&format!("https://example.org/{}", "a".repeat(3_000))), None);
    }

    #[test]
    fn language_tags() {
        assert_eq!(language(Some("pt_BR")).as_deref(), Some("pt-BR"));
        assert_eq!(language(Some("\"><script>")), None);
        assert_eq!(language(Some("")), None);
    }
}
