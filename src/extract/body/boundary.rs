//! Where the article begins and ends among its blocks, and what inside it is not it.
//!
//! At the head stand the headline again, the standfirst, bylines, dates and captions; at the tail the author's life,
//! other articles, tags, newsletters and comments. Every engine loses most of its points here.

use std::sync::LazyLock;

use super::block::{Block, BlockKind, DropReason};
use super::{phrases, pruning};
use crate::extract::date::dates;
use crate::extract::page::text::{counted, ends_sentence, floor, squeezed};
use crate::extract::phrase_sets::PhraseSet;
use crate::extract::rules::{ReadingRule, RuleSet};
use crate::lexicon::all;

/// Blocks at the head that may be dropped.
const HEAD_MAX: usize = 12;
/// How far behind the last text that structured data tells the next one is looked for, in bytes.
const TOLD_WINDOW: usize = 20_000;
/// A heading announces the tail only behind this share of the text, in percent …
const TAIL_PERCENT_MIN: usize = 25;
/// … and only if at most this share of the text stands behind it.
const TAIL_PERCENT_MAX: usize = 45;
/// The same for a sentence, which is no heading.
const PASSED_PERCENT_MAX: usize = 20;

/// Words that are neither names nor numbers in a line that tells something though it begins as lines at the head do.
const HEAD_WORDS_MIN: usize = 3;
/// The same for a line that bears a date.
const TAIL_WORDS_MIN: usize = 3;

/// Text above a list that makes the list the article's, in characters.
const LIST_TEXT_MIN: usize = 80;

/// What is known of the page beside its blocks.
#[derive(Debug, Default)]
pub struct PageFacts<'a> {
    pub title: &'a str,
    pub byline: &'a str,
    /// The article's text by the page's own structured data.
    pub vote: Option<&'a str>,
    /// The rules that hold.
    pub rules: RuleSet,
}

/// Marks the blocks that are not the article with the reason.
pub fn trim(blocks: &mut [Block], about: &PageFacts<'_>) {
    let rules = about.rules;
    pruning::mark(blocks, rules);
    if let Some(vote) = about.vote.filter(|_| rules.has(ReadingRule::ToldEnd))
        && let Some(last) = voted_end(blocks, vote)
    {
        mark(&mut blocks[last + 1..], DropReason::AfterVote);
    }
    mark_head(blocks, about);
    mark_tail(blocks, about);
    // What is left may end with a heading over nothing.
    for block in blocks.iter_mut().rev().filter(|block| block.drop_reason.is_none()) {
        if !matches!(block.kind, BlockKind::Heading(_)) {
            break;
        }
        block.drop_reason = rules.has(ReadingRule::LastHeadings).then_some(DropReason::Tail);
    }
}

fn mark(blocks: &mut [Block], fate: DropReason) {
    for block in blocks.iter_mut().filter(|block| block.drop_reason.is_none()) {
        block.drop_reason = Some(fate);
    }
}

/// Returns the last block that the structured data tells. Where the article begins it often does not know: leads are
/// left out of it.
fn voted_end(blocks: &[Block], vote: &str) -> Option<usize> {
    let vote = squeezed(vote);
    let (mut last, mut found, mut from) = (None, 0, 0);
    for (at, block) in blocks.iter().enumerate() {
        let text = squeezed(&block.text);
        if text.len() < 30 {
            continue;
        }
        let next = vote.get(from..floor(&vote, from + TOLD_WINDOW));
        if let Some(at_vote) = next.and_then(|rest| rest.find(&text)) {
            last = Some(at);
            from += at_vote + text.len();
            found += text.len();
        }
    }
    // A summary or a cut text has no vote on where the article ends.
    let last = last.filter(|_| found * 10 >= vote.len() * 7)?;
    // One that stops where the text goes on tells its beginning.
    (!has_text_behind(&blocks[last + 1..])).then_some(last)
}

fn mark_head(blocks: &mut [Block], about: &PageFacts<'_>) {
    let title = squeezed(about.title);
    let (mut seen_text, mut seen_blocks) = (0, 0);
    for at in 0..blocks.len() {
        let block = &blocks[at];
        if !block.is_text() {
            continue;
        }
        if seen_blocks >= HEAD_MAX {
            break;
        }
        seen_blocks += 1;
        let text = squeezed(&block.text);
        let is_title = !title.is_empty()
            && (text == title
                || (text.len() > 20 && title.contains(&text))
                || (matches!(block.kind, BlockKind::Heading(1 | 2))
                    && text.len() > 15
                    && (text.starts_with(&title) || title.starts_with(&text))));
        if is_title || matches!(block.kind, BlockKind::Heading(1)) {
            // A paragraph above the headline is a lead, a short line is not.
            for block in blocks[..at]
                .iter_mut()
                .filter(|b| about.rules.has(ReadingRule::AboveHeadline) && (b.chars < 150 || !b.is_sentence()))
            {
                block.drop_reason = block.drop_reason.or(Some(DropReason::Head));
            }
            blocks[at].drop_reason = Some(DropReason::Title);
            seen_text = 0;
        } else if is_head_line(block, about.rules) && !(is_in_list(blocks, at) && seen_text >= LIST_TEXT_MIN) {
            blocks[at].drop_reason = Some(DropReason::Head);
        } else {
            seen_text += block.chars;
            if seen_text > 400 {
                break;
            }
        }
    }
}

/// Whether a block is one of several items that follow each other.
fn is_in_list(blocks: &[Block], at: usize) -> bool {
    let is_item = |block: Option<&Block>| block.is_some_and(|block| matches!(block.kind, BlockKind::Item { .. }));
    let (before, behind) = (at.checked_sub(1).and_then(|at| blocks.get(at)), blocks.get(at + 1));
    is_item(blocks.get(at)) && (is_item(before) || is_item(behind))
}

/// Whether a block at the head is a byline, a date or the like.
fn is_head_line(block: &Block, rules: RuleSet) -> bool {
    if matches!(block.kind, BlockKind::Row { .. } | BlockKind::Pre) || block.chars >= 90 || block.is_sentence() {
        return false;
    }
    let text = block.text.trim();
    if matches!(block.kind, BlockKind::Heading(_)) && counted(text).is_some() {
        // The first of what the article lists.
        return false;
    }
    let lower = text.to_lowercase();
    let begins_head = rules.has(ReadingRule::HeadPhrases) && phrases::begins_head(&lower);
    (begins_head && !block.tells(HEAD_WORDS_MIN))
        || (rules.has(ReadingRule::HeadDates)
            && looks_like_date(&lower)
            && (begins_head || !block.tells(TAIL_WORDS_MIN)))
}

/// Whether a short line is mostly a date or a time.
fn looks_like_date(lower: &str) -> bool {
    if lower.chars().count() < 40 && dates::in_line(lower).is_some() {
        return true;
    }
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

fn mark_tail(blocks: &mut [Block], about: &PageFacts<'_>) {
    cut_at_tail_heading(blocks, about.rules);
    let byline = squeezed(about.byline);
    let mut left = blocks.iter().filter(|block| block.is_text()).count();
    for block in blocks.iter_mut().rev().filter(|block| block.is_text()) {
        if !is_tail_line(block, &byline, left, about.rules) {
            break;
        }
        block.drop_reason = Some(DropReason::Tail);
        left -= 1;
    }
}

fn cut_at_tail_heading(blocks: &mut [Block], rules: RuleSet) {
    let chars = |block: &Block| if block.is_text() { block.chars } else { 0 };
    let total: usize = blocks.iter().map(chars).sum();
    let (mut before, mut points) = (0, false);
    for at in 0..blocks.len() {
        let block = &blocks[at];
        if !block.is_text() {
            continue;
        }
        let is_line = matches!(block.kind, BlockKind::Heading(_)) || block.chars < 45;
        let behind = total - before;
        if is_line && before > 0 && phrases::is_tail_heading(&block.text) {
            let end = list_end(blocks, at + 1);
            if rules.has(ReadingRule::LinkHeadings)
                && phrases::is_link_heading(&block.text)
                && has_text_behind(&blocks[end..])
            {
                mark(&mut blocks[at..end], DropReason::TailHeading);
                continue;
            }
            let rest = blocks[at + 1..].iter().filter(|block| block.is_text());
            let prose: usize = rest
                .filter(|b| b.chars > 120 && b.link_density() < 0.3)
                .map(|b| b.chars)
                .sum();
            // What ends with a full stop is a sentence: it may point elsewhere in passing, and again in the next section.
            let is_in_passing = block.text.ends_with('.') && (points || behind * 100 > total * PASSED_PERCENT_MAX);
            points |= is_in_passing;
            if rules.has(ReadingRule::TailHeadings)
                && !is_in_passing
                && before * 100 >= total * TAIL_PERCENT_MIN
                && (behind * 100 <= total * TAIL_PERCENT_MAX || prose * 100 < total * 12)
            {
                mark(&mut blocks[at..], DropReason::TailHeading);
                return;
            }
        }
        before += block.chars;
    }
}

/// Returns where the links under a heading end.
fn list_end(blocks: &[Block], from: usize) -> usize {
    let is_link = |block: &Block| !block.is_text() || (block.link_density() > 0.5 && block.chars < 250);
    from + blocks[from..].iter().take_while(|block| is_link(block)).count()
}

/// Whether the article goes on: paragraphs follow each other, without a heading or a link before each.
fn has_text_behind(blocks: &[Block]) -> bool {
    let is_prose =
        |b: &&Block| b.kind == BlockKind::Paragraph && b.chars >= 60 && b.is_sentence() && b.link_density() < 0.3;
    blocks.iter().filter(|b| b.is_text()).take(3).filter(is_prose).count() == 3
}

/// What lines below an article say of who wrote it.
static ABOUT_AUTHORS: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.lines.about_authors));

fn is_tail_line(block: &Block, byline: &str, count: usize, rules: RuleSet) -> bool {
    if count <= 1 || block.kind == BlockKind::Pre {
        return false;
    }
    let text = block.text.trim();
    let is_item = matches!(block.kind, BlockKind::Item { .. } | BlockKind::ItemText { .. });
    let is_bio = rules.has(ReadingRule::AuthorLines)
        && byline.len() > 5
        && squeezed(text).starts_with(byline)
        && block.chars < 500;
    let lower = text.to_lowercase();
    let is_life = rules.has(ReadingRule::AuthorLives)
        && block.chars < 450
        && ABOUT_AUTHORS.is_in(&lower)
        && (block.link_density() > 0.0
            || block.is_strong
            || lower.contains("contributed")
            || lower.contains('@')
            || lower.contains(" is a "));
    (rules.has(ReadingRule::TailLinks) && block.link_density() > 0.5 && block.chars < 300)
        || is_bio
        || is_life
        || (rules.has(ReadingRule::Closings)
            && block.chars < 300
            && phrases::is_closing(text)
            && (block.chars < 140 || block.link_density() > 0.1))
        || (rules.has(ReadingRule::TailLinks) && is_item && block.link_density() > 0.85 && block.chars < 150)
        || (rules.has(ReadingRule::OpenEnds) && !block.is_long()
            && !is_item
            && !block.is_quote
            && !matches!(block.kind, BlockKind::Row { .. })
            // Where a text breaks off it is cut, not closed.
            && !text.ends_with("[…]")
            && !text.ends_with("[...]")
            && !text.ends_with(['"', '”', ')', ':', '」', '』', '）', '：'])
            && !ends_sentence(text))
}

#[cfg(test)]
mod tests {
    use url::Url;

    #[test]
    fn a_sentence_that_points_elsewhere_amid_the_article_ends_nothing() {
        let project = |n: usize| {
            format!(
                "<h3>Number {n}: a coat with {n} pockets</h3><p>This coat wants {n} yards of plain cloth.</p>
                 <p>The pockets are sewn on by hand.</p><p><a href=/coat/{n}>Read more about this coat here.</a></p>"
            )
        };
        let projects: String = (1..20).map(project).collect();
        let html = format!("<title>Coats to sew</title><article><h1>Coats to sew</h1>{projects}</article>");
        let url = Url::parse("https://example.org/coats").unwrap();
        let text = crate::extract::extract(&html, &url, &crate::extract::ExtractOptions::default()).text;
        assert!(text.contains("wants 18 yards"), "{text}");
    }
}
