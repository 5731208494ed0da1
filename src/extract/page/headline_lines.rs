//! The lines around a page's headline, where bylines and dates stand.
//!
//! A line is what a reader sees as one: the text of one block, up to a break. What belongs to the frame of the page, to
//! comments or to other articles is not among them.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use url::Url;

use super::items::{Page, PageItem};
use super::text::squeezed;
use crate::extract::phrase_sets::PhraseSet;
use crate::lexicon::all;
use crate::text::line;

/// Lines before the headline that are looked at.
const BEFORE_MAX: usize = 12;
/// Lines behind it.
const BEHIND_MAX: usize = 40;
/// Characters of running text behind the headline after which the article has begun.
const PROSE_MAX: usize = 1_200;
/// A line longer than this is running text, in characters.
const LINE_MAX: usize = 160;
/// A link with this many characters in a small part of a page names another article.
const CARD_LINK_MIN: usize = 30;
/// A link with this many characters beside a date or a name holds a title.
const CARD_TITLE_MIN: usize = 8;
/// Parts with more text than this are no card for another article, in characters.
const CARD_CHARS_MAX: usize = 700;

/// One line, in the pieces it is marked up in.
#[derive(Debug, Default)]
pub struct HeadlineLine<'a> {
    /// Its first item.
    pub at: usize,
    pub pieces: Vec<&'a str>,
    /// What a time element in it says.
    pub moment: Option<&'a str>,
    /// An element in it is marked as the date of a change.
    pub is_update: bool,
    /// Characters of its text, white space left out.
    pub chars: usize,
}

impl HeadlineLine<'_> {
    /// Returns its text, a space between the pieces.
    pub fn text(&self) -> String {
        line(&self.pieces.join(" "))
    }
}

/// The headline and the lines around it.
#[derive(Debug, Default)]
pub struct HeadlineLines<'a> {
    /// The headline's item; none where it is not shown.
    pub headline: Option<usize>,
    /// Those behind the headline in their order, then those before it, the nearest first.
    pub lines: Vec<HeadlineLine<'a>>,
    /// How many of them stand behind it.
    pub behind: usize,
    /// The page's own path: a link there names no other article.
    path: String,
}

impl<'a> HeadlineLines<'a> {
    /// Finds the lines around the headline of this text; around the page's beginning where it is not shown.
    pub fn of(page: &Page<'a>, title: &str, url: &Url) -> Self {
        let headline = find(page, title);
        let from = headline.unwrap_or(0);
        let mut before = VecDeque::new();
        walk(page, 0..from, Some(from), |line| {
            if before.len() == BEFORE_MAX {
                before.pop_back();
            }
            before.push_front(line);
            true
        });
        let mut lines = Vec::new();
        let mut prose = 0;
        let start = headline.map_or(0, |at| page.items[at].end);
        walk(page, start..page.items.len(), Some(from), |line| {
            if line.chars > LINE_MAX {
                prose += line.chars;
            } else {
                lines.push(line);
            }
            lines.len() < BEHIND_MAX && prose < PROSE_MAX
        });
        let behind = lines.len();
        lines.extend(
            before
                .into_iter()
                .filter(|line: &HeadlineLine<'_>| line.chars <= LINE_MAX),
        );
        Self {
            headline,
            lines,
            behind,
            path: url.path().to_owned(),
        }
    }

    /// Whether an item stands in a small part of the page that links to another article.
    pub fn is_card(&self, page: &Page<'_>, at: usize) -> bool {
        let headline = self.headline.unwrap_or(0);
        let mut own = page.items[at].parent;
        while own > 0 {
            let item = &page.items[own];
            if (own <= headline && headline < item.end) || item.chars > CARD_CHARS_MAX {
                return false;
            }
            // A title and its date in one link are both those of where it leads.
            let is_beside_title = item.name == "a" && item.chars > page.items[at].chars + CARD_TITLE_MIN;
            if is_beside_title && item.attr("href").is_some_and(|href| self.is_other(href)) {
                return true;
            }
            if item.is_block && item.link_chars >= CARD_LINK_MIN && self.names_another(page, own) {
                return true;
            }
            own = item.parent;
        }
        false
    }

    /// Whether an item stands in a part of the page that is another article's, a comment's or the frame's.
    pub fn is_elsewhere(&self, page: &Page<'_>, at: usize) -> bool {
        let headline = self.headline.unwrap_or(usize::MAX);
        let mut own = at;
        while own > 0 {
            let item = &page.items[own];
            if own <= headline && headline < item.end {
                return false;
            }
            if item.element.is_some() && is_elsewhere(page, item) {
                return true;
            }
            own = item.parent;
        }
        false
    }

    fn names_another(&self, page: &Page<'_>, at: usize) -> bool {
        let inside = &page.items[at..page.items[at].end];
        inside.iter().any(|item| {
            item.name == "a" && item.chars >= CARD_LINK_MIN && item.attr("href").is_some_and(|href| self.is_other(href))
        })
    }

    /// Whether a link leads to another article.
    fn is_other(&self, href: &str) -> bool {
        let path = href.split(['?', '#']).next().unwrap_or_default();
        !path.is_empty() && !is_author_address(path) && (self.path.len() < 2 || !path.ends_with(&self.path))
    }
}

/// Returns the item that shows the headline: the heading of this text, else whatever has it, else the only first
/// heading.
fn find(page: &Page<'_>, title: &str) -> Option<usize> {
    let wanted = squeezed(title);
    let chars = title.chars().filter(|c| !c.is_whitespace()).count();
    let is_same = |at: usize| !wanted.is_empty() && squeezed(&page.text_of(at)) == wanted;
    let of_name = |name: &'static str| {
        page.items
            .iter()
            .enumerate()
            .filter(move |(_, item)| item.name == name && item.chars > 0 && item.chars < 400)
            .map(|(at, _)| at)
    };
    let shown = ["h1", "h2"]
        .into_iter()
        .find_map(|name| of_name(name).find(|at| is_same(*at)));
    shown
        .or_else(|| {
            (1..page.items.len()).find(|at| {
                let item = &page.items[*at];
                item.element.is_some() && item.chars == chars && item.link_chars == 0 && is_same(*at)
            })
        })
        .or_else(|| of_name("h1").max_by_key(|at| page.items[*at].chars))
}

/// Calls `found` with each line of a page's items until it returns false; with the headline known, without the lines
/// of what is elsewhere.
pub fn walk<'a>(
    page: &Page<'a>,
    items: Range<usize>,
    headline: Option<usize>,
    mut found: impl FnMut(HeadlineLine<'a>) -> bool,
) {
    let mut current = HeadlineLine::default();
    let (mut block, mut at) = (usize::MAX, items.start);
    // The blocks of the items so far: elements may nest as deep as a page has them.
    let mut blocks: Vec<usize> = Vec::new();
    while at < items.end {
        let item = &page.items[at];
        let of_parent = item.parent.checked_sub(items.start).and_then(|own| blocks.get(own));
        let own = match of_parent {
            Some(of_parent) if !item.is_block => *of_parent,
            _ => block_of(page, at),
        };
        blocks.resize(at - items.start, at);
        blocks.push(own);
        if let Some(headline) = headline {
            let holds_headline = at <= headline && headline < item.end;
            if item.element.is_some() && !holds_headline && is_elsewhere(page, item) {
                at = item.end;
                continue;
            }
        }
        if own != block || item.is_block || item.name == "br" {
            let done = std::mem::take(&mut current);
            if (!done.pieces.is_empty() || done.moment.is_some()) && !found(done) {
                return;
            }
            block = own;
            current.at = at;
        }
        if item.name.ends_with("time") || item.attr("itemprop").is_some() {
            if item.is_update() {
                current.is_update = true;
            } else if item.name.ends_with("time") {
                current.moment = current.moment.or(moment(item));
            }
        }
        if item.text.contains(char::is_alphanumeric) {
            current.pieces.push(item.text);
            current.chars += item.chars;
        }
        at += 1;
    }
    if !current.pieces.is_empty() || current.moment.is_some() {
        found(current);
    }
}

/// Whether an address is an author's page.
pub fn is_author_address(href: &str) -> bool {
    static PARTS: LazyLock<PhraseSet> =
        LazyLock::new(|| PhraseSet::of_any_case(&all::<Vec<_>>(|language| language.links.author_addresses)));
    PARTS.is_in(href)
}

fn moment<'a>(item: &PageItem<'a>) -> Option<&'a str> {
    ["datetime", "content", "data-datetime", "title"]
        .into_iter()
        .find_map(|name| item.attr(name))
}

fn block_of(page: &Page<'_>, at: usize) -> usize {
    let mut own = at;
    while own > 0 && !page.items[own].is_block {
        own = page.items[own].parent;
    }
    own
}

/// Whether an element belongs to other articles, comments or the frame of the page.
pub fn is_elsewhere(page: &Page<'_>, item: &PageItem<'_>) -> bool {
    let is_page_footer = item.name == "footer" && page.items[item.parent].name == "body";
    if item.name == "nav" || is_page_footer {
        return true;
    }
    // A part with most of the text is named after what it has beside the article.
    let whole = page.items.first().map_or(0, |item| item.chars);
    if matches!(item.name, "html" | "body" | "main" | "article") || item.chars * 2 > whole {
        return false;
    }
    item.hints.is_elsewhere
}
