//! Pages that lead to articles and are none: section fronts, blogs' lists of posts, what a search found.
//!
//! Their text is summaries, each in a card with a link to what it sums up. An article's links stand in its sentences.

use std::collections::HashSet;

use url::Url;

use super::truncated;
use crate::domain::url::is_same_site;
use crate::extract::body::block::{Block, BlockKind};
use crate::extract::page::items::Page;
use crate::extract::page::text::counted;
use crate::text::line;

/// Cards that make a list.
const CARDS_MIN: usize = 3;
/// Share of the text that stands in cards, in percent.
const SHARE_MIN: usize = 70;
/// Summaries say less than this on average, in characters: a guide to other pages is an article.
const SUMMARY_MAX: usize = 250;
/// A part with more text than this is no card, in characters.
const CARD_CHARS_MAX: usize = 700;
/// A link that names an article has so many characters.
const LINK_CHARS_MIN: usize = 10;
/// A call to read on has at most so many.
const CALL_CHARS_MAX: usize = 40;
/// How far beside a summary its link is looked for, in elements and pieces of text.
const NEAR_MAX: usize = 60;

/// Whether what was taken for the article is a list of summaries.
pub fn is_index_page(page: &Page<'_>, body: &[Block], own: &OwnAddresses<'_>) -> bool {
    let (mut all, mut in_cards) = (0, 0);
    let mut cards = HashSet::new();
    for block in body
        .iter()
        .filter(|block| block.chars > 0 && !matches!(block.kind, BlockKind::Heading(_)))
    {
        all += block.chars;
        if let Some(target) = card(page, block.at, own) {
            in_cards += block.chars;
            cards.insert(target);
        }
    }
    if is_ranking(body) {
        return false;
    }
    if cards.is_empty() || in_cards * 100 < all * SHARE_MIN || in_cards > cards.len() * SUMMARY_MAX {
        return false;
    }
    // Of many cards one may have been taken for the article.
    cards.len() >= CARDS_MIN || headings(page, own) >= CARDS_MIN
}

/// Whether the headings of a text are numbered: who counts what he tells of writes an article, whatever it leads to.
fn is_ranking(body: &[Block]) -> bool {
    let headings = body.iter().filter(|block| matches!(block.kind, BlockKind::Heading(_)));
    let (mut last, mut in_order) = (None, 1);
    for number in headings.filter_map(|block| counted(&block.text)) {
        let follows = last.is_some_and(|last: u32| number.abs_diff(last) == 1);
        in_order = if follows { in_order + 1 } else { 1 };
        if in_order >= CARDS_MIN {
            return true;
        }
        last = Some(number);
    }
    false
}

/// Returns an article without the summaries of several other pages at its end; one that is nothing else stays whole.
pub fn without_last_cards<'b>(page: &Page<'_>, body: &'b [Block], own: &OwnAddresses<'_>) -> &'b [Block] {
    let mut cards = HashSet::new();
    let own_until = body.iter().rposition(|block| {
        let target = card(page, block.at, own);
        cards.extend(target);
        target.is_none() && block.chars > 0
    });
    match own_until {
        Some(last) if cards.len() > 1 => &body[..=last],
        _ => body,
    }
}

/// What leads to no other page.
#[derive(Debug)]
pub struct OwnAddresses<'a> {
    pub url: &'a Url,
    pub base: &'a Url,
    /// What the page says its address is.
    pub canonical: Option<Url>,
}

impl OwnAddresses<'_> {
    /// Whether an address is another page of the same site.
    fn is_left_by(&self, href: &str) -> bool {
        let Ok(to) = self.base.join(&line(href)) else {
            return false;
        };
        let is_here = |url: &Url| (to.path(), to.query()) == (url.path(), url.query());
        matches!(to.scheme(), "http" | "https")
            && is_same_site(&to, self.url)
            && !is_here(self.url)
            && self.canonical.as_ref().is_none_or(|own| !is_here(own))
            && to.path() != "/"
    }
}

/// Returns how many other pages the headings of a page lead to, up to what makes a list.
fn headings(page: &Page<'_>, own: &OwnAddresses<'_>) -> usize {
    let mut found = HashSet::new();
    for (at, item) in page.items.iter().enumerate() {
        if item.name == "a"
            && item.chars >= LINK_CHARS_MIN
            && is_heading(page, at)
            && let Some(href) = item.attr("href")
            && !found.contains(href)
            && own.is_left_by(href)
        {
            found.insert(href);
            if found.len() >= CARDS_MIN {
                break;
            }
        }
    }
    found.len()
}

/// Returns what the card an item stands in leads to.
fn card<'a>(page: &Page<'a>, at: usize, own: &OwnAddresses<'_>) -> Option<&'a str> {
    let mut part = at;
    while part > 0 {
        let item = &page.items[part];
        if item.chars > CARD_CHARS_MAX {
            return None;
        }
        if item.is_block
            && let Some(target) = leads_to(page, part, own).or_else(|| beside(page, part, own))
        {
            return Some(target);
        }
        if item.name == "a" && item.chars >= LINK_CHARS_MIN {
            return item.attr("href").filter(|href| own.is_left_by(href));
        }
        part = item.parent;
    }
    None
}

/// Returns where a heading that is a link, or a call to read on, in a part of a page leads to.
fn leads_to<'a>(page: &Page<'a>, at: usize, own: &OwnAddresses<'_>) -> Option<&'a str> {
    let inside = page.items[at..page.items[at].end].iter().enumerate();
    let mut found = inside.filter_map(|(offset, item)| {
        if item.name != "a" || item.chars == 0 {
            return None;
        }
        let link = at + offset;
        let is_named = item.chars >= LINK_CHARS_MIN && is_heading(page, link);
        // Addresses are dear to read, so they come last.
        if !is_named && (item.chars > CALL_CHARS_MAX || !truncated::is_call(&page.text_of(link))) {
            return None;
        }
        item.attr("href").filter(|href| own.is_left_by(href))
    });
    let first = found.next()?;
    // A part that leads to several is no card.
    found.all(|other| other == first).then_some(first)
}

/// Whether a link is all there is in a heading, or holds one.
fn is_heading(page: &Page<'_>, link: usize) -> bool {
    let is_name = |name: &str| matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    let chars = page.items[link].chars;
    let mut own = page.items[link].parent;
    while own > 0 && page.items[own].chars * 10 <= chars * 13 {
        if is_name(page.items[own].name) {
            return true;
        }
        own = page.items[own].parent;
    }
    page.items[link..page.items[link].end]
        .iter()
        .any(|item| is_name(item.name))
}

/// Returns where the heading right above a block leads to, if it is a link, or the call to read on right below it.
fn beside<'a>(page: &Page<'a>, at: usize, own: &OwnAddresses<'_>) -> Option<&'a str> {
    let parent = page.items[at].parent;
    let is_sibling = |other: &usize| {
        let item = &page.items[*other];
        item.parent == parent && item.is_block && item.chars > 0
    };
    let is_link = |other: &usize| page.items[*other].link_density() > 0.8;
    let above = (parent + 1..at).rev().take(NEAR_MAX).find(is_sibling);
    let above =
        above.filter(|at| matches!(page.items[*at].name, "h2" | "h3" | "h4" | "h5" | "h6" | "dt") && is_link(at));
    let below = || {
        let end = page.items[at].end;
        (end..page.items[parent].end)
            .take(NEAR_MAX)
            .find(is_sibling)
            .filter(is_link)
    };
    above
        .and_then(|at| leads_to(page, at, own))
        .or_else(|| below().and_then(|at| leads_to(page, at, own)))
}
