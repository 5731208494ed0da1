//! Links in a heading to the heading itself: a mark beside its words, or its words.

use url::Url;

use crate::extract::page::items::Page;

/// Parts around a heading whose name may be the heading's.
const LEVELS: usize = 3;
/// Items of a heading that may bear its name.
const NAMES_MAX: usize = 100;

/// What a link in a heading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permalink {
    /// It holds the heading's words, and leads to it.
    Words,
    /// It stands beside them.
    Mark,
}

/// Returns the first link of a heading that holds words.
pub fn first_words(page: &Page<'_>, heading: usize) -> Option<usize> {
    let inside = heading + 1..page.items[heading].end;
    let mut first = inside.take(NAMES_MAX);
    first.find(|at| page.items[*at].name == "a" && has_words(page, *at))
}

fn has_words(page: &Page<'_>, at: usize) -> bool {
    page.items[at].chars > 0 && page.text_of(at).chars().any(char::is_alphanumeric)
}

/// Returns what a link in a heading is, whose first link with words is `first_words`, if it leads to that heading.
pub fn of(
    page: &Page<'_>,
    heading: usize,
    first_words: Option<usize>,
    link: usize,
    base: Option<&Url>,
) -> Option<Permalink> {
    let href = page.items[link].attr("href")?;
    let place = fragment(href, base)?;
    if !has_words(page, link) {
        return Some(Permalink::Mark);
    }
    let all = &page.items[heading];
    // Where all of a heading stands in links, its words are those of the first.
    let is_mark = all.link_chars < all.chars || first_words.is_some_and(|first| first < link);
    let names = |at: usize| {
        let item = &page.items[at];
        item.attr("id").or_else(|| item.attr("name")) == Some(place)
    };
    let mut around = std::iter::successors(Some(heading), |at| Some(page.items[*at].parent)).take(LEVELS);
    let leads_here = around.any(names)
        || (heading..page.items[heading].end).take(NAMES_MAX).any(names)
        || (heading > 0 && names(heading - 1));
    leads_here.then_some(if is_mark { Permalink::Mark } else { Permalink::Words })
}

/// Returns the place on this page an address names.
fn fragment<'h>(href: &'h str, base: Option<&Url>) -> Option<&'h str> {
    let (before, place) = href.split_once('#')?;
    let is_here = || {
        let to = base?.join(before).ok()?;
        let mut here = base?.clone();
        here.set_fragment(None);
        Some(to == here)
    };
    (before.is_empty() || is_here() == Some(true)).then_some(place)
}
