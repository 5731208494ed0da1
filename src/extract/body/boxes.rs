//! Boxes amid the article that are another thing, told by how they are made and not by what they are called: a picture with
//! its caption, a form, a card or a list that leads to other pages.
//!
//! A page may be made of such boxes; so none goes where they hold much of the text.

use std::ops::Range;

use url::Url;

use super::block::{Block, BlockKind, DropReason};
use super::part_counts::PartCounts;
use super::{phrases, picture_boxes};
use crate::extract::page::items::Page;
use crate::extract::rules::{ReadingRule, RuleSet};

/// A card that leads to another page says no more than this, in characters.
const CARD_CHARS_MAX: usize = 500;
/// What stands around a form for its sake says no more than this, in characters.
const FORM_CHARS_MAX: usize = 250;
/// A sentence as long as this is the article's, though a form stands beside it, in characters.
const TELLING_CHARS_MIN: usize = 80;
/// An item of a list of other articles is as long as a headline, in characters.
const LISTED_CHARS_MIN: usize = 20;
/// Boxes that lead away hold at most this share of the part that was found, in percent …
const BOXES_PERCENT_MAX: usize = 15;
/// … and captions at most this.
const CAPTIONS_PERCENT_MAX: usize = 20;

/// The part of a page that was found, and its blocks.
struct ArticlePart<'k, 'a> {
    page: &'k Page<'a>,
    root: usize,
    /// The page's address.
    base: &'k Url,
    blocks: &'k [Block],
}

/// Returns the boxes of one kind that stand in a part.
type FindBoxes = fn(&ArticlePart<'_, '_>) -> Vec<usize>;

/// Marks the blocks of such boxes in the part that begins at `root`.
pub fn mark(page: &Page<'_>, root: usize, base: &Url, blocks: &mut [Block], rules: RuleSet) {
    let kinds: [(ReadingRule, FindBoxes, DropReason); 5] = [
        (
            ReadingRule::PictureBoxes,
            |part| picture_boxes::find(part.page, part.root, part.blocks),
            DropReason::Caption,
        ),
        (
            ReadingRule::CaptionNames,
            |part| picture_boxes::named(part.page, part.root),
            DropReason::Caption,
        ),
        (ReadingRule::FormBoxes, form_boxes, DropReason::Interruption),
        (ReadingRule::CardBoxes, card_boxes, DropReason::Interruption),
        (ReadingRule::LinkLists, link_lists, DropReason::Links),
    ];
    for (rule, find, reason) in kinds {
        if !rules.has(rule) {
            continue;
        }
        let part = ArticlePart {
            page,
            root,
            base,
            blocks,
        };
        let found = outermost(page, find(&part));
        let chars: usize = found.iter().map(|part| page.items[part.start].chars).sum();
        let percent_max = match reason {
            DropReason::Caption => CAPTIONS_PERCENT_MAX,
            _ => BOXES_PERCENT_MAX,
        };
        if chars * 100 > page.items[root].chars * percent_max {
            continue;
        }
        let (mut announced, mut last) = (None, None);
        for at in 0..blocks.len() {
            let part = found.partition_point(|part| part.end <= blocks[at].at);
            let is_within = found.get(part).is_some_and(|part| part.contains(&blocks[at].at));
            let is_announced = is_within
                && rule == ReadingRule::LinkLists
                && (announced == Some(part) || last.is_some_and(|last: usize| announces_list(&blocks[last])));
            announced = is_announced.then_some(part);
            if is_within && !is_announced && blocks[at].is_text() {
                blocks[at].drop_reason = Some(reason);
            }
            if blocks[at].kind != BlockKind::Image {
                last = Some(at);
            }
        }
    }
}

/// Whether the article itself announces the list behind this block: by a heading, or by a line that ends in a colon.
fn announces_list(last: &Block) -> bool {
    last.drop_reason.is_none()
        && !phrases::is_interruption(&last.text)
        && !phrases::is_tail_heading(&last.text)
        && (matches!(last.kind, BlockKind::Heading(_)) || last.text.trim_end().ends_with([':', '：']))
}

/// Returns the parts that stand in no other of them, in order.
fn outermost(page: &Page<'_>, mut found: Vec<usize>) -> Vec<Range<usize>> {
    found.sort_unstable();
    let mut parts: Vec<Range<usize>> = Vec::new();
    for at in found {
        if parts.last().is_none_or(|last| last.end <= at) {
            parts.push(at..page.items[at].end);
        }
    }
    parts
}

fn within(page: &Page<'_>, root: usize) -> Range<usize> {
    root + 1..page.items[root].end
}

/// Forms and what stands around them for their sake.
fn form_boxes(part: &ArticlePart<'_, '_>) -> Vec<usize> {
    let ArticlePart { page, root, .. } = *part;
    let listed = PartCounts::of(page, |item| item.name == "li");
    let telling = part.blocks.iter().filter(|block| {
        block.kind == BlockKind::Paragraph
            && block.is_sentence()
            && block.chars >= TELLING_CHARS_MIN
            && !phrases::is_interruption(&block.text)
    });
    let telling: Vec<usize> = telling.map(|block| block.at).collect();
    let telling_in = |at: usize| {
        let before = |end: usize| telling.partition_point(|own| *own < end);
        before(page.items[at].end) - before(at)
    };
    let forms = within(page, root).filter(|at| page.items[*at].name == "form");
    forms
        .map(|at| {
            let mut own = at;
            loop {
                let parent = page.items[own].parent;
                let around = page.items[parent].chars - page.items[at].chars;
                if parent <= root
                    || around > FORM_CHARS_MAX
                    || listed.any(parent..page.items[parent].end)
                    || telling_in(parent) > telling_in(at)
                {
                    return own;
                }
                own = parent;
            }
        })
        .collect()
}

/// Whether a link leads to another page.
fn leads_away(part: &ArticlePart<'_, '_>, at: usize) -> bool {
    let item = &part.page.items[at];
    let Some(href) = item
        .attr("href")
        .filter(|href| item.name == "a" && !href.starts_with('#'))
    else {
        return false;
    };
    !part.base.join(href).is_ok_and(|url| is_same_page(&url, part.base))
}

fn is_same_page(one: &Url, other: &Url) -> bool {
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    one.host_str() == other.host_str() && path(one) == path(other) && one.query() == other.query()
}

/// Boxes that lead to another page by their heading.
fn card_boxes(part: &ArticlePart<'_, '_>) -> Vec<usize> {
    let ArticlePart { page, root, .. } = *part;
    let is_heading = |at: &usize| matches!(page.items[*at].name, "h2" | "h3" | "h4" | "h5" | "h6");
    let headings = within(page, root).filter(is_heading).filter(|at| {
        let item = &page.items[*at];
        let mut links = (*at..item.end).chain([item.parent]);
        item.chars > 0 && item.link_density() > 0.9 && links.any(|at| leads_away(part, at))
    });
    headings
        .filter_map(|at| {
            let mut own = at;
            loop {
                let parent = page.items[own].parent;
                let item = &page.items[parent];
                if parent <= root || item.chars > CARD_CHARS_MAX {
                    break;
                }
                own = parent;
            }
            (own != at).then_some(own)
        })
        .collect()
}

/// Lists of nothing but links as long as headlines.
fn link_lists(part: &ArticlePart<'_, '_>) -> Vec<usize> {
    let ArticlePart { page, root, .. } = *part;
    let lists = within(page, root).filter(|at| matches!(page.items[*at].name, "ul" | "ol"));
    lists
        .filter(|at| {
            let inside = *at + 1..page.items[*at].end;
            let mut entries = inside
                .clone()
                .filter(|own| page.items[*own].name == "li" && page.items[*own].parent == *at)
                .peekable();
            page.items[*at].link_density() > 0.85
                && entries.peek().is_some()
                && entries.all(|own| page.items[own].chars >= LISTED_CHARS_MIN)
                && inside
                    .filter(|own| page.items[*own].name == "a" && page.items[*own].attr("href").is_some())
                    .all(|own| leads_away(part, own))
        })
        .collect()
}

#[cfg(test)]
mod tests;
