//! Where the article begins and ends among its blocks, and what inside it is not it.
//!
//! At the head stand the headline again, the standfirst, bylines, dates and captions; at the tail the author's life,
//! other articles, tags, newsletters and comments. Every engine loses most of its points here.

use super::blocks::{Block, Kind};
use super::phrases;

/// Blocks at the head that may be dropped.
const HEAD_MAX: usize = 12;
/// A heading announces the tail only behind this share of the text, in percent …
const TAIL_PERCENT_MIN: usize = 25;
/// … and only if at most this share of the text stands behind it.
const TAIL_PERCENT_MAX: usize = 45;

/// What is known of the page beside its blocks.
#[derive(Debug, Default)]
pub struct About<'a> {
    pub title: &'a str,
    pub description: &'a str,
    pub byline: &'a str,
    /// The article's text by the page's own structured data.
    pub vote: Option<&'a str>,
}

/// Returns the blocks that are the article.
pub fn trim(mut blocks: Vec<Block>, about: &About<'_>) -> Vec<Block> {
    blocks.retain(|block| !is_inner_noise(block));
    if let Some(vote) = about.vote
        && let Some((first, last)) = voted_range(&blocks, vote)
    {
        blocks.truncate(last + 1);
        blocks.drain(..first);
    }
    drop_head(&mut blocks, about);
    drop_tail(&mut blocks, about);
    // What is left may begin or end with a picture or a heading over nothing.
    while blocks
        .last()
        .is_some_and(|block| matches!(block.kind, Kind::Heading(_)))
    {
        blocks.pop();
    }
    drop_head(&mut blocks, about);
    blocks
}

/// Returns a text as its letters and digits alone, lower case.
pub fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_text(block: &Block) -> bool {
    block.kind != Kind::Image
}

fn is_inner_noise(block: &Block) -> bool {
    if !is_text(block) {
        return false;
    }
    if block.is_caption {
        return !matches!(block.kind, Kind::Row { .. });
    }
    let short = block.chars < 160;
    let is_list = matches!(block.kind, Kind::Item { .. });
    (short && phrases::is_interruption(&block.text) && !matches!(block.kind, Kind::Heading(1)))
        || (block.link_density() > 0.85 && block.chars < 220 && !is_list && !block.is_quote)
        || (block.is_about && block.chars < 120 && !is_sentence(block))
        || !block.text.chars().any(char::is_alphanumeric)
}

/// Whether a block reads like a sentence.
fn is_sentence(block: &Block) -> bool {
    let text = block.text.trim_end_matches(['"', '”', '’', '»', ')', ' ', '\'']);
    block.chars >= 40 && text.ends_with(['.', '!', '?', '…', '。', ':', ';'])
}

fn voted_range(blocks: &[Block], vote: &str) -> Option<(usize, usize)> {
    let vote = squeezed(vote);
    let (mut first, mut last, mut found) = (None, None, 0);
    for (at, block) in blocks.iter().enumerate() {
        let text = squeezed(&block.text);
        if text.len() >= 30 && vote.contains(&text) {
            first = first.or(Some(at));
            last = Some(at);
            found += text.len();
        }
    }
    // A summary or a cut text has no vote on where the article ends.
    (found * 10 >= vote.len() * 7).then_some(())?;
    Some((first?, last?))
}

fn drop_head(blocks: &mut Vec<Block>, about: &About<'_>) {
    let (title, description) = (squeezed(about.title), squeezed(about.description));
    let mut keep_from = 0;
    let mut seen_text = 0;
    for (at, block) in blocks.iter().enumerate().take(HEAD_MAX) {
        if !is_text(block) {
            continue;
        }
        let text = squeezed(&block.text);
        let is_title = !title.is_empty()
            && (text == title
                || (text.len() > 20 && title.contains(&text))
                || (matches!(block.kind, Kind::Heading(1 | 2))
                    && text.len() > 15
                    && (text.starts_with(&title) || title.starts_with(&text))));
        let is_standfirst = text.len() > 20
            && text == description
            && !matches!(block.kind, Kind::Paragraph if seen_text == 0 && about.vote.is_some());
        if is_title || matches!(block.kind, Kind::Heading(1)) {
            keep_from = at + 1;
            seen_text = 0;
        } else if (is_standfirst && (matches!(block.kind, Kind::Heading(_)) || has_more(blocks, at)))
            || is_head_line(block, about)
        {
            if seen_text == 0 {
                keep_from = at + 1;
            }
        } else {
            seen_text += block.chars;
            if seen_text > 150 {
                break;
            }
        }
    }
    blocks.drain(..keep_from);
}

fn has_more(blocks: &[Block], at: usize) -> bool {
    blocks[at + 1..]
        .iter()
        .filter(|b| is_text(b))
        .map(|b| b.chars)
        .sum::<usize>()
        > blocks[at].chars * 3
}

/// Whether a block at the head is a byline, a date or the like.
fn is_head_line(block: &Block, about: &About<'_>) -> bool {
    let text = block.text.trim();
    let lower = text.to_lowercase();
    if block.chars > 150 {
        return false;
    }
    let byline = squeezed(about.byline);
    let has_name = byline.len() > 5 && squeezed(text).contains(&byline);
    let is_by = [
        "by ",
        "by:",
        "von ",
        "par ",
        "por ",
        "di ",
        "door ",
        "av ",
        "autor",
        "author",
        "written by",
        "posted by",
        "words by",
        "story by",
        "reported by",
    ]
    .iter()
    .any(|start| lower.starts_with(start));
    let is_short = block.chars < 90 && !is_sentence(block);
    let is_meta = [
        "published",
        "posted",
        "updated",
        "last updated",
        "last modified",
        "modified",
        "created",
        "reading time",
        "read time",
        "min read",
        "first published",
        "veröffentlicht",
        "stand:",
        "publié",
        "publicado",
        "photo",
        "image",
        "credit",
        "source:",
        "file photo",
        "filed",
        "print",
        "share",
        "comments",
        "listen",
        "subscribe",
        "follow",
        "back to",
        "home",
        "enlarge",
        "getty",
        "tweet",
        "email",
        "save",
        "text size",
    ]
    .iter()
    .any(|start| lower.starts_with(start));
    (is_short
        && (block.is_about
            || is_by
            || is_meta
            || has_name
            || looks_like_date(&lower)
            || block.link_density() > 0.5
            || lower.ends_with("min read")
            || lower.ends_with("comments")))
        || (block.chars < 12 && !matches!(block.kind, Kind::Heading(_) | Kind::Item { .. }))
        || (has_name && block.chars < byline.len() + 50)
}

/// Whether a short line is mostly a date or a time.
fn looks_like_date(lower: &str) -> bool {
    const MONTHS: &[&str] = &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mär", "mai", "okt", "dez",
        "janv", "fév", "avr", "juin", "juil", "août", "déc", "ene", "abr", "ago", "dic",
    ];
    let has_year = lower
        .split(|c: char| !c.is_ascii_digit())
        .any(|n| n.len() == 4 && (n.starts_with("20") || n.starts_with("19")));
    let has_month = lower
        .split(|c: char| !c.is_alphabetic())
        .any(|w| MONTHS.iter().any(|m| w.starts_with(m)));
    let has_clock = lower.contains(" am")
        || lower.contains(" pm")
        || lower.contains("a.m.")
        || lower.contains("p.m.")
        || lower.contains(':');
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    lower.chars().count() < 70
        && digits >= 2
        && ((has_year && (has_month || digits >= 6)) || (has_month && has_clock) || lower.ends_with(" ago"))
}

fn drop_tail(blocks: &mut Vec<Block>, about: &About<'_>) {
    cut_at_tail_heading(blocks);
    let byline = squeezed(about.byline);
    while let Some(last) = blocks.last() {
        if !is_tail_line(last, &byline, blocks.len()) {
            break;
        }
        blocks.pop();
    }
}

fn cut_at_tail_heading(blocks: &mut Vec<Block>) {
    let total: usize = blocks.iter().map(|block| block.chars).sum();
    let mut before = 0;
    for (at, block) in blocks.iter().enumerate() {
        let is_line = matches!(block.kind, Kind::Heading(_)) || block.chars < 45;
        let behind = total - before;
        if is_line && at > 0 && phrases::is_tail_heading(&block.text) && before * 100 >= total * TAIL_PERCENT_MIN {
            let rest = &blocks[at + 1..];
            let prose: usize = rest
                .iter()
                .filter(|b| b.chars > 120 && b.link_density() < 0.3)
                .map(|b| b.chars)
                .sum();
            if behind * 100 <= total * TAIL_PERCENT_MAX || prose * 100 < total * 12 {
                blocks.truncate(at);
                return;
            }
        }
        before += block.chars;
    }
}

fn is_tail_line(block: &Block, byline: &str, count: usize) -> bool {
    if !is_text(block) {
        return true;
    }
    if count <= 1 {
        return false;
    }
    let text = block.text.trim();
    let is_item = matches!(block.kind, Kind::Item { .. } | Kind::ItemText { .. });
    let is_bio = byline.len() > 5 && squeezed(text).starts_with(byline) && block.chars < 500;
    let lower = text.to_lowercase();
    let is_life = block.chars < 450
        && [
            " is a reporter",
            " is a staff writer",
            " is a freelance",
            " is a senior ",
            " is an editor",
            " is the editor",
            " is a journalist",
            " is a contributor",
            " is a writer",
            " is an author",
            " is the author of",
            " covers ",
            " is a correspondent",
            " is a columnist",
            " contributed to this",
            " can be reached",
            " reporting by ",
            "follow him on",
            "follow her on",
            "follow them on",
            " on twitter",
            "twitter @",
            "@twitter",
            "contributed to this report",
            "contributed reporting",
        ]
        .iter()
        .any(|words| lower.contains(words))
        && (block.link_density() > 0.0
            || block.is_strong
            || lower.contains("contributed")
            || lower.contains('@')
            || lower.contains(" is a "));
    (block.link_density() > 0.5 && block.chars < 300)
        || is_bio
        || is_life
        || (block.chars < 300 && phrases::is_closing(text) && (block.chars < 140 || block.link_density() > 0.1))
        || (is_item && block.link_density() > 0.35)
        || (block.is_about && block.chars < 200)
        || (block.chars < 40
            && !is_sentence(block)
            && !is_item
            && !block.is_quote
            && !matches!(block.kind, Kind::Row { .. })
            && !text.ends_with(['.', '!', '?', '"', '”', '。', ')', ':', '…']))
        || looks_like_date(&lower)
}
