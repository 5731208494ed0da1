//! What stands around the text of a letter: a link to the same in a browser, hidden words for the list of letters, and at
//! its end why it came and how to be rid of it.

use std::sync::LazyLock;

use crate::extract::body::block::{Block, BlockKind};
use crate::extract::body::phrases::is_closing;
use crate::extract::page::items::PageItem;
use crate::extract::phrase_sets::PhraseSet;
use crate::lexicon;
use crate::text;

/// A line of such words has at most this many characters, white space left out; so has what stands between them.
const LINE_CHARS_MAX: usize = 160;
/// A paragraph with links about the subscription has at most this many.
const SUBSCRIPTION_CHARS_MAX: usize = 700;
/// A link to the web version may stand without its link in so many blocks at the beginning.
const BEGINNING: usize = 3;

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
