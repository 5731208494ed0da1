//! Text that stops: the beginning of an article, with the rest elsewhere.
//!
//! What tells it: a mark of omission at the end, a call to go on reading right behind it, a last sentence without an end.
//! Calls to read on stand under whole articles too, where they lead to others or unfold what is there already; so in a
//! long text that ends properly they say nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::extract::body::block::{Block, BlockKind};
use crate::extract::page::headline_lines;
use crate::extract::page::items::Page;
use crate::extract::page::text::weight;
use crate::extract::phrase_sets::PrefixSet;
use crate::lexicon::all;

/// A text that ends in an ellipsis and says less than this is cut there, in weight.
const ELLIPSIS_WEIGHT_MAX: usize = 500;
/// A call to go on behind a text that says more than this leads to something else, if the text ends properly.
const CALL_WEIGHT_MAX: usize = 1_500;
/// A paragraph that says less than this may end as it likes.
const SENTENCE_WEIGHT_MIN: usize = 70;
/// No beginning of an article says more than this.
const BEGINNING_WEIGHT_MAX: usize = 4_000;
/// What is set behind the last sentence is not longer than this, in characters.
const SIGNATURE_MAX: usize = 24;
/// Lines behind the text in which a call to go on may stand.
const LINES_MAX: usize = 2;

/// Calls that mean the rest of this text.
static CALLS: LazyLock<PrefixSet> = LazyLock::new(|| all(|language| language.verdict.read_on));
/// Calls that may as well lead to something else.
static VAGUE_CALLS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.verdict.read_more));

/// Words that only lead on to others.
static FUNCTION_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.function_words));

/// Whether a line is a call to go on reading, whatever it leads to.
pub fn is_call(line: &str) -> bool {
    call(line, false).is_some()
}

/// Whether a feed's text says that it is not the whole: it ends in a mark of omission or in a call to go on. Behind that a
/// paragraph may say where it comes from.
pub fn breaks_off_openly(text: &str) -> bool {
    let is_short = weight(text) < CALL_WEIGHT_MAX;
    let mut paragraphs = text.rsplit("\n\n").map(str::trim_end).filter(|text| !text.is_empty());
    let is_beginning = |paragraph: &str| {
        let (text, found) = without_call(paragraph);
        let found = found.or_else(|| call(paragraph, false));
        is_cut(text) || found.is_some_and(|call| is_short || call == Call::Sure)
    };
    let Some(last) = paragraphs.next() else {
        return false;
    };
    is_beginning(last) || (is_short && has_ellipsis(last)) || paragraphs.next().is_some_and(is_beginning)
}

/// Whether the article's text stops before its end. One that is declared, and has several proper paragraphs, may end as it
/// likes but amid a clause.
pub fn is_truncated(page: &Page<'_>, body: &[Block], is_declared: bool) -> bool {
    let Some(last) = body.iter().rfind(|block| block.kind != BlockKind::Image) else {
        return false;
    };
    let whole: usize = body.iter().map(|block| weight(&block.text)).sum();
    if whole > BEGINNING_WEIGHT_MAX {
        return false;
    }
    let (text, call) = without_call(&last.text);
    if is_cut(text) {
        return true;
    }
    let breaks_off = breaks_off(last, text);
    let has_ellipsis = has_ellipsis(text);
    if has_ellipsis && (whole < ELLIPSIS_WEIGHT_MAX || call.is_some()) {
        return true;
    }
    match call.or_else(|| call_behind(page, last.at)) {
        Some(Call::Sure) => whole < CALL_WEIGHT_MAX || has_ellipsis || breaks_off,
        Some(Call::Vague) => whole < ELLIPSIS_WEIGHT_MAX || has_ellipsis || breaks_off,
        None => {
            let proper = body.iter().filter(|block| ends_properly(&block.text)).count();
            let may_end_so = is_declared && proper > 1 && !is_amid_clause(text);
            breaks_off && whole < CALL_WEIGHT_MAX && proper > 1 && !may_end_so
        }
    }
}

fn is_cut(text: &str) -> bool {
    ["[…]", "[...]", "(…)", "(...)"].iter().any(|mark| text.ends_with(mark))
}

fn has_ellipsis(text: &str) -> bool {
    ["…", "...", "⋯"].iter().any(|mark| text.ends_with(mark))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Sure,
    Vague,
}

fn call(line: &str, title_may_follow: bool) -> Option<Call> {
    let bare = bare(line);
    let begins = |call: &&str| {
        bare.strip_prefix(call)
            .is_some_and(|rest| rest.is_empty() || (title_may_follow && rest.starts_with([' ', ':', '"', '“'])))
    };
    if CALLS.of_line(&bare).iter().any(begins) {
        Some(Call::Sure)
    } else if VAGUE_CALLS.contains(bare.as_str()) {
        Some(Call::Vague)
    } else {
        None
    }
}

/// Returns a line in lower case without the arrows and dots around it.
fn bare(line: &str) -> String {
    let line = crate::text::line(line).to_lowercase().replace('’', "'");
    line.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')'))
        .to_owned()
}

/// Returns a text without the call to go on that it ends with. Words of a sentence are none: before the call stands an
/// ellipsis or the end of a sentence.
fn without_call(text: &str) -> (&str, Option<Call>) {
    let text = text.trim_end();
    let mut ends = text
        .char_indices()
        .filter(|(_, c)| matches!(c, '…' | '.' | ']' | '。' | '⋯' | '!' | '?' | '؟' | ')'));
    let Some((at, sign)) = ends.rfind(|(at, c)| text[at + c.len_utf8()..].contains(char::is_alphanumeric)) else {
        return (text, None);
    };
    let (before, behind) = text.split_at(at + sign.len_utf8());
    match call(behind, false) {
        Some(found) => (before, Some(found)),
        None => (text, None),
    }
}

/// Returns the call to go on right behind an item, where it is a link.
fn call_behind(page: &Page<'_>, at: usize) -> Option<Call> {
    let (mut found, mut seen) = (None, 0);
    headline_lines::walk(page, at + 1..page.items.len(), None, |line| {
        let is_link = || {
            let pieces = &page.items[line.at..];
            let first = pieces.iter().find(|item| item.element.is_none() && item.chars > 0);
            first.is_some_and(|item| item.link_chars > 0)
        };
        if !line.pieces.is_empty() {
            seen += 1;
            found = call(&line.text(), true).filter(|_| is_link());
        }
        found.is_none() && seen < LINES_MAX
    });
    found
}

/// Whether a paragraph's last sentence has no end.
fn breaks_off(last: &Block, text: &str) -> bool {
    let text = without_signature(text);
    last.kind == BlockKind::Paragraph
        && !last.is_quote
        && !last.is_strong
        && weight(text) >= SENTENCE_WEIGHT_MIN
        && last.link_density() < 0.3
        && text.ends_with(|c: char| (c.is_alphabetic() && !c.is_uppercase()) || matches!(c, ',' | '、' | '，' | '،'))
}

/// Whether a text ends where more has to come: behind a comma, or in a word that only leads on.
fn is_amid_clause(text: &str) -> bool {
    let last = text
        .rsplit(|c: char| c.is_whitespace())
        .next()
        .unwrap_or_default()
        .to_lowercase();
    text.ends_with([',', '、', '，', '،']) || FUNCTION_WORDS.contains(last.as_str())
}

/// Returns a text without what stands behind its last sentence: the writer's initials, a place, a word to search by.
fn without_signature(text: &str) -> &str {
    let Some(at) = text.rfind(['.', '!', '?', '。', '！', '？', '؟']) else {
        return text;
    };
    let (sentence, rest) = text.split_at(at + text[at..].chars().next().map_or(1, char::len_utf8));
    let rest = rest.trim_start_matches(['"', '”', '’', '»', '」']).trim();
    let is_signature =
        rest.starts_with(['/', '(', '–', '—', '-', '#', '|', '[']) && rest.chars().count() <= SIGNATURE_MAX;
    if is_signature { sentence } else { text }
}

/// Whether a text ends as sentences do.
pub fn ends_properly(text: &str) -> bool {
    let text =
        text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '’' | '»' | '」' | ')' | '）'));
    text.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '۔', ':', '「'])
}
