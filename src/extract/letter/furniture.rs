//! What stands around the text of a letter: a link to the same in a browser, hidden words for the list of letters, and at
//! its end why it came and how to be rid of it.

use std::collections::HashSet;
use std::sync::LazyLock;

use url::Url;

use crate::extract::body::block::{Block, BlockKind};
use crate::extract::body::phrases::{begins_head, is_closing};
use crate::extract::byline::person_names::{persons, without_by};
use crate::extract::date::dates;
use crate::extract::listing::link_words::OWN_WORDS;
use crate::extract::listing::links::says_more;
use crate::extract::page::items::PageItem;
use crate::extract::phrase_sets::{PhraseSet, PrefixSet};
use crate::lexicon;
use crate::text::{self, is_unspaced};

/// A line of such words has at most this many characters, white space left out; so has what stands between them.
const LINE_CHARS_MAX: usize = 160;
/// A paragraph with links about the subscription has at most this many.
const SUBSCRIPTION_CHARS_MAX: usize = 700;
/// A link to the web version may stand without its link in so many blocks at the beginning.
const BEGINNING: usize = 3;

/// What says that a text is an advertisement has at most this many characters.
const LABEL_CHARS_MAX: usize = 60;
/// A line longer than this names no link, in bytes.
const TITLE_BYTES_MAX: usize = 1_200;
/// A button says at most so many words.
const BUTTON_WORDS_MAX: usize = 5;
/// Who wrote a letter and when stands in so many blocks at its beginning, in lines of at most this many characters.
const HEAD_BLOCKS: usize = 4;
const HEAD_CHARS_MAX: usize = 90;

/// What may stand where a phrase has a gap ("view … in your browser"), in bytes.
const GAP_BYTES_MAX: usize = 40;

static WEB_VERSION: LazyLock<WebVersion> = LazyLock::new(|| {
    let phrases: Vec<&str> = lexicon::all(|language| language.letters.web_version);
    let parted = |phrase: &&'static str| phrase.split_once(" … ");
    WebVersion {
        whole: phrases
            .iter()
            .copied()
            .filter(|phrase| parted(phrase).is_none())
            .collect(),
        parted: phrases.iter().filter_map(parted).collect(),
    }
});
static SUBSCRIPTION: LazyLock<PhraseSet> = LazyLock::new(|| lexicon::all(|language| language.letters.subscription));

static ADVERTISEMENTS: LazyLock<Vec<&str>> = LazyLock::new(|| lexicon::all(|language| language.noise.advertisements));
static READ_ON: LazyLock<HashSet<&str>> = LazyLock::new(|| lexicon::all(|language| language.verdict.read_on));
static FUNCTION_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| lexicon::all(|language| language.function_words));
/// Those of the lines that close a page which are more than a word: a word begins headlines too.
static CLOSING_PHRASES: LazyLock<PrefixSet> = LazyLock::new(|| {
    let phrases: Vec<&str> = lexicon::all(|language| language.lines.closings);
    let is_phrase = |phrase: &&str| phrase.contains(' ') || phrase.chars().any(is_unspaced);
    phrases.into_iter().filter(is_phrase).collect()
});

/// How letters say that they can be read in a browser.
struct WebVersion {
    whole: PhraseSet,
    /// The two sides of a gap, since each sender calls its letter another name.
    parted: Vec<(&'static str, &'static str)>,
}

/// Whether a text speaks of the letter in a browser.
pub fn names_web_version(line: &str) -> bool {
    let text = comparable(line);
    let is_beside = |(first, second): &(&str, &str)| {
        text.match_indices(first).any(|(at, _)| {
            let behind = &text[at + first.len()..];
            let is_word = !text[..at].ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric);
            is_word && text::head(behind, GAP_BYTES_MAX + second.len()).contains(second)
        })
    };
    WEB_VERSION.whole.is_in(&text) || WEB_VERSION.parted.iter().any(is_beside)
}

/// Whether a text speaks of the subscription, the sender's address or its rights.
pub fn names_subscription(text: &str) -> bool {
    SUBSCRIPTION.is_in(&comparable(text))
}

/// Whether a line says that what it stands in or above is an advertisement: nothing else, in brackets, or before a colon; more
/// than a word also at its beginning or end ("a message from our sponsor").
pub fn names_advertisement(text: &str) -> bool {
    if text.len() > TITLE_BYTES_MAX {
        return false;
    }
    let text = comparable(text);
    let has_brackets = text.contains(['(', '[']);
    let is_label = text.chars().count() <= LABEL_CHARS_MAX;
    let line = text.trim_matches(|c: char| !c.is_alphanumeric());
    ADVERTISEMENTS.iter().any(|phrase| {
        let is_part = || is_label && phrase.contains(' ') && (line.starts_with(phrase) || line.ends_with(phrase));
        line == *phrase
            || is_part()
            || line
                .strip_prefix(phrase)
                .is_some_and(|rest| is_label && rest.trim_start().starts_with([':', '|', '：']))
            || (has_brackets
                && [('(', ')'), ('[', ']')]
                    .iter()
                    .any(|(open, close)| text.contains(&format!("{open}{phrase}{close}"))))
    })
}

/// Whether a link is a button of the sender's own affairs: to give, to subscribe, to register.
pub fn is_button(words: &str, link: &Url) -> bool {
    let lower = comparable(words);
    let count = lower.split_whitespace().count();
    let is_own = |text: &str| {
        let mut parts = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .peekable();
        parts.peek().is_some() && parts.all(|word| OWN_WORDS.contains(word) || FUNCTION_WORDS.contains(word))
    };
    let leads_to_own = || {
        let last = link
            .path_segments()
            .and_then(|steps| steps.rev().find(|step| !step.is_empty()));
        last.is_some_and(|step| {
            step.split(|c: char| !c.is_alphanumeric())
                .all(|word| OWN_WORDS.contains(word))
        })
    };
    let is_phrase = || {
        CLOSING_PHRASES
            .of_line(&lower)
            .iter()
            .any(|phrase| lower.starts_with(phrase))
    };
    count > 0 && count <= BUTTON_WORDS_MAX && !leads_on(words) && (is_own(&lower) || is_phrase() || leads_to_own())
}

/// Whether a link's words only say that more is to be read behind it.
pub fn leads_on(words: &str) -> bool {
    let lower = comparable(words);
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let has_arrow = words.trim_end().ends_with(['→', '»', '›', '⟶', '➔', '▸', '►']);
    !bare.is_empty()
        && (says_more(words)
            || READ_ON.contains(bare)
            || (has_arrow && bare.split_whitespace().count() <= BUTTON_WORDS_MAX))
}

/// Marks the lines at a letter's beginning that say who wrote it or how long it takes to read, and returns who did.
pub fn bylines(blocks: &[Block], is_out: &[bool]) -> (Vec<bool>, Vec<String>) {
    let (mut is_byline, mut authors) = (vec![false; blocks.len()], Vec::new());
    let text = blocks
        .iter()
        .enumerate()
        .filter(|(at, block)| !is_out[*at] && block.is_text());
    for (at, block) in text.take(HEAD_BLOCKS) {
        if block.kind != BlockKind::Paragraph {
            continue;
        }
        if block.chars > HEAD_CHARS_MAX || block.is_sentence() {
            break;
        }
        let pieces: Vec<&str> = block.text.split(['·', '|', '•', '\n', '—']).map(str::trim).collect();
        let pieces: Vec<&str> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        let names = pieces
            .iter()
            .find_map(|piece| without_by(piece))
            .map(|name| persons(&[name]));
        let names = names.unwrap_or_default();
        let is_head = |piece: &&&str| {
            is_reading_time(piece) || dates::in_line(piece).is_some() || begins_head(&piece.to_lowercase())
        };
        let head = pieces.iter().filter(is_head).count();
        let is_named = !names.is_empty() && head + 1 >= pieces.len();
        // A date alone may be what the letter tells.
        if is_named || (pieces.iter().any(|piece| is_reading_time(piece)) && head == pieces.len()) {
            is_byline[at] = true;
            authors.extend(names);
        }
    }
    (is_byline, authors)
}

/// Whether a text says how long it takes to read: a number, and words of such lines.
fn is_reading_time(text: &str) -> bool {
    let words = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '–' | ' '));
    words.len() < text.len() && text.starts_with(|c: char| c.is_ascii_digit()) && begins_head(&words.to_lowercase())
}

/// Whether an element is not shown, or a picture: none of a letter's is ever asked for, and the smallest count who reads.
pub fn is_left_out(item: &PageItem<'_>) -> bool {
    matches!(
        item.name,
        "img" | "picture" | "svg" | "video" | "audio" | "amp-img" | "input" | "title"
    ) || item.attr("style").is_some_and(is_hiding)
}

/// Whether a style hides what programs for mail are to show beside the subject.
fn is_hiding(style: &str) -> bool {
    let rules = style.split(';').filter_map(|rule| rule.split_once(':'));
    let mut rules = rules.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase()));
    rules.any(|(name, value)| {
        let number = value
            .split(|c: char| !c.is_ascii_digit() && c != '.')
            .next()
            .unwrap_or_default();
        let number: Option<f32> = number.parse().ok();
        match name.as_str() {
            "mso-hide" => value.starts_with("all"),
            "max-height" | "max-width" | "opacity" => number == Some(0.0),
            // Layouts set it to nothing for what is between pictures, and again for the words within; those say 1px too.
            "font-size" => number.is_some_and(|size| size == 1.0) && value.starts_with("1px"),
            _ => false,
        }
    })
}

/// Marks which blocks are no text of the letter.
pub fn furniture(blocks: &[Block]) -> Vec<bool> {
    let is_out = |(at, block): (usize, &Block)| {
        let has_links = block.link_chars > 0;
        let is_line = block.chars <= LINE_CHARS_MAX;
        block.kind == BlockKind::Image
            || (is_line && (has_links || at < BEGINNING) && names_web_version(&block.text))
            || (is_line && has_links && names_subscription(&block.text))
    };
    let mut is_out: Vec<bool> = blocks.iter().enumerate().map(is_out).collect();
    is_out[end(blocks)..].fill(true);
    is_out
}

/// Returns where the end begins that says why the letter came: with the first line of that kind behind which no text stands.
fn end(blocks: &[Block]) -> usize {
    let mut end = blocks.len();
    for (at, block) in blocks.iter().enumerate().rev() {
        let has_links = block.link_chars > 0;
        let is_subscription = block.chars
            <= if has_links {
                SUBSCRIPTION_CHARS_MAX
            } else {
                LINE_CHARS_MAX
            }
            && names_subscription(&block.text);
        // Names, addresses and rows of links stand between such lines, and lines that close pages too.
        let may_stand_there = block.chars <= LINE_CHARS_MAX && (!block.is_sentence() || is_closing(&block.text));
        if is_subscription {
            end = at;
        } else if !may_stand_there {
            break;
        }
    }
    end
}

fn comparable(text: &str) -> String {
    text.to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_the_web_version_are_known_whatever_the_letter_is_called() {
        for line in [
            "View this letter in your browser",
            "View in browser",
            "Trouble with the pictures? Read this week’s edition in a browser.",
            "Lea este boletín: ver el boletín en su navegador",
            "Diesen Rundbrief im Browser ansehen",
            "Bekijk deze nieuwsbrief in je browser",
            "Открыть это письмо в браузере",
            "Læs nyhedsbrevet i din browser",
        ] {
            assert!(names_web_version(line), "{line}");
        }
        for line in [
            "A review of what is kept in your browser",
            "Views differ on who may read the history that is kept for years and years in your browser",
            "Face scans in your browser",
            "Der neue Browser ist da",
        ] {
            assert!(!names_web_version(line), "{line}");
        }
    }
}
