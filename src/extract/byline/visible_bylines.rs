//! Where a page shows who wrote its article, for pages that say it nowhere else.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::byline_names::{LABELS, is_other_role};
use super::person_names::{first_name, persons, without_by, without_label};
use crate::extract::date::dates;
use crate::extract::page::headline_lines::{HeadlineLines, is_author_address, is_elsewhere};
use crate::extract::page::items::{Page, PageItem};
use crate::lexicon::all;
use crate::text::line;

/// Lines at the headline in which a byline is looked for.
const BY_LINES_MAX: usize = 14;

/// Lines behind the headline in which a bare name may stand.
const BARE_LINES_MAX: usize = 5;

/// Letters torn off a word are not more than this, in bytes.
const TORN_BYTES_MAX: usize = 2;
/// Elements named after an author that are looked at.
const ELEMENTS_MAX: usize = 24;

/// Returns the names behind a "By" at the headline.
pub fn at_headline(page: &Page<'_>, near: &HeadlineLines<'_>) -> Vec<String> {
    if near.headline.is_none() {
        return Vec::new();
    }
    let behind = near.lines[..near.behind].iter().take(BY_LINES_MAX);
    let before = near.lines[near.behind..].iter().take(3);
    for (at, line) in behind.chain(before).enumerate() {
        let whole = line.pieces.concat();
        let mut pieces = if is_torn(&line.pieces) {
            vec![&*whole]
        } else {
            line.pieces.clone()
        };
        pieces.retain(|piece| !JOINERS.contains(piece));
        let first = pieces.first().copied().map(crate::text::line).unwrap_or_default();
        let lower = first.to_lowercase();
        let is_label = LABELS.contains(lower.trim_end_matches([':', ' ']));
        let rest;
        if is_label {
            pieces.remove(0);
            if pieces.is_empty()
                && let Some(next) = near.lines[..near.behind].get(at + 1)
            {
                pieces.clone_from(&next.pieces);
            }
        } else if let Some(text) = without_by(&first) {
            rest = text.to_owned();
            pieces[0] = &rest;
        } else {
            continue;
        }
        let names = persons(&pieces);
        if !names.is_empty() && !near.is_card(page, line.at) {
            return names;
        }
    }
    Vec::new()
}

/// Returns the names a page shows beside its headline's "By", of the surest kind there is: elements named after their
/// author, links to an author's page, lines that begin with "By", names behind "Written by".
pub fn visible(page: &Page<'_>, near: &HeadlineLines<'_>) -> Vec<String> {
    let headline = near.headline.unwrap_or(0);
    let mut furniture = vec![false; page.items.len()];
    for (at, item) in page.items.iter().enumerate() {
        // A part that holds the headline is not beside the article, whatever its name tells of its neighbours.
        let holds_headline = near.headline.is_some() && at <= headline && headline < item.end;
        furniture[at] = (at > 0 && furniture[item.parent])
            || (!holds_headline && item.element.is_some() && is_elsewhere(page, item));
    }
    let own = || {
        page.items
            .iter()
            .enumerate()
            .filter(|(at, item)| !furniture[*at] && item.name != "footer")
    };
    let short = |at: usize| (3..120).contains(&page.items[at].chars);
    let pieces = |at: usize| -> Vec<&str> {
        page.items[at..page.items[at].end]
            .iter()
            .filter(|item| item.chars > 0 && item.element.is_none())
            .map(|item| item.text)
            .collect()
    };
    let mut single = None;
    for (at, _) in own()
        .filter(|(at, item)| short(*at) && is_author_element(item))
        .take(ELEMENTS_MAX)
    {
        if near.is_card(page, at) {
            continue;
        }
        let whole = page.text_of(at);
        let pieces = pieces(at);
        let pieces = without_label(if is_torn(&pieces) { vec![&whole] } else { pieces });
        if pieces.first().is_some_and(|text| is_other_role(text)) {
            continue;
        }
        let names = persons(&pieces);
        if !names.is_empty() {
            return names;
        }
        single = single.or_else(|| first_name(&pieces));
    }
    if let Some(name) = single {
        return vec![name];
    }
    let linked = own()
        .filter(|(at, item)| short(*at) && item.name == "a" && item.attr("href").is_some_and(is_author_address))
        .filter(|(at, _)| !near.is_card(page, *at) && !is_in_prose(page, *at))
        .map(|(at, _)| persons(&without_label(pieces(at))))
        .find(|names| !names.is_empty());
    if let Some(names) = linked {
        return names;
    }
    let mut texts = own().filter(|(_, item)| item.element.is_none() && item.chars > 0);
    while let Some((at, item)) = texts.next() {
        if item.chars > 120 || near.is_card(page, at) {
            continue;
        }
        let text = line(item.text);
        if let Some(rest) = without_by(&text) {
            let names = persons(&[rest]);
            if !names.is_empty() {
                return names;
            }
        }
        if LABELS.contains(text.to_lowercase().trim_end_matches([':', ' ']))
            && let Some((_, next)) = texts.next()
        {
            let names = persons(&[next.text]);
            if !names.is_empty() {
                return names;
            }
        }
    }
    Vec::new()
}

/// Words between two names. In a text some of them join the parts of one name, so they part none there.
const JOINERS: [&str; 9] = ["e", "en", "et", "i", "ja", "och", "og", "und", "y"];

/// Whether the last letters of a word stand in an element of their own: not the "et" between two names.
fn is_torn(pieces: &[&str]) -> bool {
    let is_end = |piece: &str| {
        piece.len() <= TORN_BYTES_MAX
            && !piece.is_empty()
            && piece.chars().all(char::is_lowercase)
            && !JOINERS.contains(&piece)
    };
    pieces
        .windows(2)
        .any(|two| two[0].ends_with(char::is_alphabetic) && is_end(two[1]))
}

/// Returns the name that stands alone at the headline, next to a date or a reading time.
pub fn beside_date(page: &Page<'_>, near: &HeadlineLines<'_>) -> Vec<String> {
    let lines = &near.lines[..near.behind.min(BARE_LINES_MAX)];
    let is_meta = |at: usize| {
        near.lines[..near.behind].get(at).is_some_and(|line| {
            let text = line.text();
            line.moment.is_some()
                || text.to_lowercase().contains("min read")
                || (text.chars().count() < 70 && dates::in_line(&text).is_some())
        })
    };
    for (at, line) in lines.iter().enumerate() {
        let names = persons(&line.pieces);
        let words = line.pieces.first().map_or(0, |text| text.split_whitespace().count());
        let is_near = is_meta(at) || is_meta(at + 1) || is_meta(at + 2) || (at > 0 && is_meta(at - 1));
        let is_writer = !line.pieces.first().is_some_and(|text| is_other_role(text));
        if (2..=3).contains(&words) && !names.is_empty() && is_near && is_writer && !near.is_card(page, line.at) {
            return names;
        }
    }
    Vec::new()
}

/// Returns what elements named after an author hold, if it is no action.
pub fn accounts(page: &Page<'_>, near: &HeadlineLines<'_>) -> Vec<String> {
    let items = page.items.iter().enumerate();
    let named = items.filter(|(_, item)| {
        (3..60).contains(&item.chars)
            && (is_author_element(item) || (item.name == "a" && item.attr("href").is_some_and(is_author_address)))
    });
    named
        .filter(|(at, _)| !near.is_card(page, *at) && !is_in_prose(page, *at) && !near.is_elsewhere(page, *at))
        .filter_map(|(at, _)| {
            let inside = page.items[at..page.items[at].end].iter();
            let pieces: Vec<&str> = inside
                .filter(|item| item.chars > 0 && item.element.is_none())
                .map(|i| i.text)
                .collect();
            without_label(pieces).first().map(|text| line(text))
        })
        .filter(|text| {
            let lower = text.to_lowercase();
            let first = lower.split(' ').next().unwrap_or_default();
            !ACTIONS.contains(first) && !is_other_role(text) && dates::in_line(text).is_none()
        })
        .take(1)
        .collect()
}

/// Words that begin what a reader may do.
static ACTIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| all(|language| language.byline.actions));

/// Whether an item stands in running text.
fn is_in_prose(page: &Page<'_>, at: usize) -> bool {
    let mut own = page.items[at].parent;
    while own > 0 && !page.items[own].is_block {
        own = page.items[own].parent;
    }
    own > 0 && page.items[own].name == "p" && page.items[own].chars > 160
}

/// Whether an element is named after the author it holds.
fn is_author_element(item: &PageItem<'_>) -> bool {
    let has = |name: &str, word: &str| {
        item.attr(name)
            .is_some_and(|value| value.split_whitespace().any(|own| own.eq_ignore_ascii_case(word)))
    };
    let is_date = || {
        item.name == "time"
            || item
                .attr("class")
                .is_some_and(|class| class.to_ascii_lowercase().contains("date"))
    };
    has("itemprop", "author") || has("rel", "author") || (item.hints.is_author && !is_date())
}
