//! Pages that link to articles: which links these are, what they are called and when they are from.
//!
//! Links to one address are one candidate, and a candidate's card is what stands around it and around no other. What
//! looks like an article (a headline, a date beside it, an address with a name in it) counts for the kind of place it
//! stands in, and places of which a page has several win. Words of menus are only used to leave things out.

mod link_words;
mod links;
pub mod feed_discovery;

use std::collections::{HashMap, HashSet};

use scraper::Selector;
use thiserror::Error;
use url::Url;

use crate::domain::Timestamp;
use crate::domain::url::{CanonicalUrl, registrable_domain, without_tracking};
use crate::extract::date::dates;
use crate::extract::page::dom;
use crate::extract::page::items::Page;
use crate::text;

/// Links taken from one page.
const LINKS_MAX: usize = 200;
/// Links looked at on one page.
const ANCHORS_MAX: usize = 5_000;
/// A headline has at most this many characters.
const HEADLINE_MAX: usize = 300;
/// Articles in one kind of place that make a list …
const LIST_MIN: usize = 3;
/// … if they look like articles this much on average; fewer make one if they look much more so.
const LIST_SCORE_MIN: f32 = 2.5;
const PAIR_SCORE_MIN: f32 = 4.0;
/// A list that looks less like articles than the best one by more than this is a menu.
const SCORE_GAP_MAX: f32 = 2.5;
/// How far around a link its card may reach, in elements.
const CARD_LEVELS_MAX: usize = 6;
/// A link and so many elements around it say what kind of place it stands in, this many in all.
const PLACE_LEVELS: usize = 4;
/// Parts behind a headline in which its date may stand.
const BEHIND_MAX: usize = 3;
/// Parts before a card that are looked at for the date it stands under.
const SIBLINGS_MAX: usize = 40;
/// A text that is a date has at most this many characters.
const DATE_CHARS_MAX: usize = 60;

/// A link to an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingLink {
    pub url: Url,
    pub title: String,
    /// The date that stands beside it, or in its address.
    pub published_at: Option<Timestamp>,
}

/// Why a page gave no list of articles.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ListingError {
    #[error("links = \"{0}\" is no CSS selector; write for example \"main h2 a\"")]
    Selector(String),
    #[error("links = \"{0}\" finds no link on the page; look at its source and correct the selector, or leave it out")]
    NothingSelected(String),
    #[error("no list of articles was found on the page; name its links with links = \"main h2 a\"")]
    NothingFound,
}

/// Returns the articles a page links to, in its order: by a selector, else found by itself.
///
/// # Errors
/// The selector is none, or nothing is found.
pub fn listing(html: &str, url: &Url, links: Option<&str>) -> Result<Vec<ListingLink>, ListingError> {
    let tree = dom::parse(html, None);
    let page = Page::of(&tree);
    if let Some(text) = links {
        Selector::parse(text).map_err(|_| ListingError::Selector(text.to_owned()))?;
        let anchors: Vec<usize> = page
            .select(&tree, text)
            .into_iter()
            .filter_map(|at| (at..page.items[at].end).find(|at| page.items[*at].name == "a"))
            .collect();
        let found = Listing::of(&page, url, &anchors, false).links(|_| true);
        return if found.is_empty() {
            Err(ListingError::NothingSelected(text.to_owned()))
        } else {
            Ok(found)
        };
    }
    let anchors = links::outside_frames(&page);
    let listing = Listing::of(&page, url, &anchors, true);
    let kept = listing.lists();
    let found = listing.links(|at| kept.contains(&at));
    if found.is_empty() {
        Err(ListingError::NothingFound)
    } else {
        Ok(found)
    }
}

/// One address and what stands around it.
struct Candidate {
    url: Url,
    title: String,
    published_at: Option<Timestamp>,
    /// What kind of place it stands in.
    place: String,
    score: f32,
}

struct Listing {
    candidates: Vec<Candidate>,
}

impl Listing {
    fn of(page: &Page<'_>, url: &Url, anchors: &[usize], only_likely: bool) -> Self {
        let own = CanonicalUrl::new(url);
        let home = registrable_domain(url.host_str().unwrap_or_default());
        let mut by_address: HashMap<CanonicalUrl, usize> = HashMap::new();
        let mut groups: Vec<(Url, Vec<usize>)> = Vec::new();
        // Which group an anchor belongs to, in document order.
        let mut owners: Vec<(usize, usize)> = Vec::new();
        for at in anchors.iter().take(ANCHORS_MAX) {
            let Some(target) = page.items[*at].attr("href").and_then(|href| url.join(href).ok()) else {
                continue;
            };
            if !matches!(target.scheme(), "http" | "https") {
                continue;
            }
            let target = without_tracking(&target);
            let key = CanonicalUrl::new(&target);
            let is_here = registrable_domain(target.host_str().unwrap_or_default()) == home;
            let is_other = only_likely && (!is_here || links::is_no_article(&target, page.items[*at].attr("rel")));
            if key == own || is_other {
                continue;
            }
            let group = *by_address.entry(key).or_insert_with(|| {
                groups.push((target, Vec::new()));
                groups.len() - 1
            });
            groups[group].1.push(*at);
            owners.push((*at, group));
        }
        owners.sort_unstable();
        let around = Around {
            page,
            owners: &owners,
            only_likely,
            previous: previous(page),
        };
        let candidates = groups
            .into_iter()
            .enumerate()
            .filter_map(|(group, (url, anchors))| around.candidate(group, url, &anchors))
            .collect();
        Self { candidates }
    }

    /// Returns which candidates stand in lists of articles.
    fn lists(&self) -> HashSet<usize> {
        let mut places: HashMap<&str, (f32, usize)> = HashMap::new();
        for candidate in &self.candidates {
            let place = places.entry(&candidate.place).or_default();
            place.0 += candidate.score;
            place.1 += 1;
        }
        let mean = |place: &str| {
            let (sum, count) = places[place];
            (sum / count as f32, count)
        };
        let is_list = |place: &str| {
            let (mean, count) = mean(place);
            (count >= LIST_MIN && mean >= LIST_SCORE_MIN) || (count >= 2 && mean >= PAIR_SCORE_MIN)
        };
        let best = places.keys().filter(|place| is_list(place)).map(|place| mean(place).0);
        let Some(best) = best.reduce(f32::max) else {
            return HashSet::new();
        };
        let is_kept = |candidate: &Candidate| {
            let (mean, _) = mean(&candidate.place);
            // The first article often stands in a place of its own.
            (is_list(&candidate.place) && mean >= best - SCORE_GAP_MAX) || candidate.score >= best.max(PAIR_SCORE_MIN)
        };
        let kept = self.candidates.iter().enumerate().filter(|(_, one)| is_kept(one));
        kept.map(|(at, _)| at).collect()
    }

    fn links(self, is_kept: impl Fn(usize) -> bool) -> Vec<ListingLink> {
        let kept = self.candidates.into_iter().enumerate().filter(|(at, _)| is_kept(*at));
        kept.take(LINKS_MAX)
            .map(|(_, one)| ListingLink {
                url: one.url,
                title: one.title,
                published_at: one.published_at,
            })
            .collect()
    }
}

struct Around<'p, 'a> {
    page: &'p Page<'a>,
    owners: &'p [(usize, usize)],
    /// Nobody has named the links: what does not look like a headline is none.
    only_likely: bool,
    /// The sibling before each item.
    previous: Vec<Option<usize>>,
}

impl Around<'_, '_> {
    fn candidate(&self, group: usize, url: Url, anchors: &[usize]) -> Option<Candidate> {
        let page = self.page;
        let card = self.card(group, *anchors.first()?);
        let in_heading = anchors.iter().find_map(|at| self.heading_of(*at));
        let texts = anchors.iter().map(|at| links::headline(page, *at));
        let longest = texts
            .filter(|text| !links::says_more(text))
            .max_by_key(|text| text.chars().count().min(HEADLINE_MAX))
            .unwrap_or_default();
        let beside = || (card..page.items[card].end).find(|at| is_heading(page.items[*at].name));
        let heading = in_heading.or_else(|| beside().filter(|_| weight(&longest) < 4));
        let title = match heading.map(|at| page.text_of(at)).filter(|text| !text.is_empty()) {
            Some(heading) => heading,
            None => longest,
        };
        let length = weight(&title);
        if title.chars().count() > HEADLINE_MAX || length == 0 || (self.only_likely && length < 2 && heading.is_none())
        {
            return None;
        }
        let beside = self.date_in(card);
        let beside = beside
            .or_else(|| self.date_along(card))
            .or_else(|| self.date_above(card));
        let in_address = dates::in_address(&url);
        let item = &page.items[card];
        let score = [
            (heading.is_some(), 2.0),
            (beside.is_some(), 2.0),
            (in_address.is_some(), 2.0),
            (links::has_name(&url), 2.0),
            (links::has_number(&url), 1.0),
            (matches!(item.name, "article" | "li" | "tr" | "dd"), 0.5),
            (length >= 4, 1.0),
            (length >= 7, 1.0),
            (length < 3, -1.0),
        ];
        Some(Candidate {
            url,
            title,
            published_at: beside.or(in_address),
            place: self.place(anchors[0]),
            score: score.iter().filter(|(holds, _)| *holds).map(|(_, worth)| worth).sum(),
        })
    }

    /// Returns the largest part around a link that holds no link to another article.
    fn card(&self, group: usize, anchor: usize) -> usize {
        let mut card = anchor;
        for _ in 0..CARD_LEVELS_MAX {
            let parent = self.page.items[card].parent;
            let item = &self.page.items[parent];
            if parent == card || matches!(item.name, "body" | "html" | "main" | "ul" | "ol" | "tbody" | "table") {
                break;
            }
            let first = self.owners.partition_point(|(at, _)| *at < parent);
            let inside = self.owners[first..].iter().take_while(|(at, _)| *at < item.end);
            if inside.into_iter().any(|(_, owner)| *owner != group) {
                break;
            }
            card = parent;
        }
        card
    }

    /// Returns the heading a link stands in or holds.
    fn heading_of(&self, anchor: usize) -> Option<usize> {
        let page = self.page;
        let mut own = anchor;
        for _ in 0..4 {
            if is_heading(page.items[own].name) {
                return Some(own);
            }
            own = page.items[own].parent;
        }
        (anchor..page.items[anchor].end).find(|at| is_heading(page.items[*at].name))
    }

    fn date_in(&self, part: usize) -> Option<Timestamp> {
        let page = self.page;
        let inside = || part..page.items[part].end;
        let times = inside().filter(|at| page.items[*at].name == "time");
        let said = times.clone().find_map(|at| {
            let said = page.items[at].attr("datetime").and_then(dates::parse);
            said.or_else(|| dates::in_line(&page.text_of(at)))
        });
        said.or_else(|| {
            inside()
                .filter(|at| page.items[*at].element.is_some() && page.items[*at].name != "a")
                .filter(|at| (6..DATE_CHARS_MAX).contains(&page.items[*at].chars))
                .find_map(|at| dates::in_line(&page.text_of(at)))
        })
        .or_else(|| {
            // Text between elements: "12 June 2026: <a>headline</a>".
            inside()
                .filter(|at| page.items[*at].element.is_none() && page.items[*at].link_chars == 0)
                .filter(|at| (6..DATE_CHARS_MAX).contains(&page.items[*at].chars))
                .find_map(|at| dates::in_line(page.items[at].text.trim_matches(|c: char| !c.is_alphanumeric())))
        })
    }

    /// Returns the date on a link's own line, behind or before it; for a headline also in the parts behind it.
    fn date_along(&self, card: usize) -> Option<Timestamp> {
        let page = self.page;
        let parent = page.items[card].parent;
        let ends_line = |at: usize| page.items[at].is_block || matches!(page.items[at].name, "br" | "a");
        let mut behind = Vec::new();
        let mut at = page.items[card].end;
        while at < page.items[parent].end && behind.len() < SIBLINGS_MAX {
            behind.push(at);
            at = page.items[at].end.max(at + 1);
        }
        let on_line = behind.iter().take_while(|at| !ends_line(**at));
        if let Some(date) = on_line.into_iter().find_map(|at| self.date_in(*at)) {
            return Some(date);
        }
        if is_heading(page.items[card].name) {
            let parts = behind
                .iter()
                .filter(|at| page.items[**at].element.is_some())
                .take(BEHIND_MAX);
            let parts = parts.take_while(|at| !is_heading(page.items[**at].name));
            return parts.into_iter().find_map(|at| self.date_in(*at));
        }
        let mut before = card;
        while before > parent + 1 && card - before < SIBLINGS_MAX {
            before -= 1;
            let item = &page.items[before];
            if ends_line(before) {
                return None;
            }
            if item.parent == parent
                && let Some(date) = self.date_in(before)
            {
                return Some(date);
            }
        }
        None
    }

    /// Returns the date a card stands under: the last part before it that is a date and nothing else.
    fn date_above(&self, card: usize) -> Option<Timestamp> {
        let page = self.page;
        let mut own = card;
        for _ in 0..3 {
            let parent = page.items[own].parent;
            if parent == own {
                return None;
            }
            let last = std::iter::successors(self.previous[own], |at| self.previous[*at])
                .take(SIBLINGS_MAX)
                .filter(|at| page.items[*at].is_block && page.items[*at].chars > 0);
            for at in last {
                let item = &page.items[at];
                let is_short = (6..DATE_CHARS_MAX).contains(&item.chars) && item.link_chars == 0;
                if is_short && let Some(date) = dates::in_line(&page.text_of(at)) {
                    return Some(date);
                }
                if is_heading(item.name) {
                    return None;
                }
            }
            own = parent;
        }
        None
    }

    /// Returns the names and classes of a link and what is around it, without numbers that differ from card to card.
    fn place(&self, anchor: usize) -> String {
        let mut place = String::new();
        let mut at = anchor;
        for _ in 0..PLACE_LEVELS {
            let item = &self.page.items[at];
            let class = item.attr("class").and_then(|class| class.split_whitespace().next());
            place.push_str(item.name);
            place.push('.');
            place.extend(class.unwrap_or_default().chars().filter(|c| !c.is_ascii_digit()));
            place.push('/');
            at = item.parent;
        }
        place
    }
}

/// Returns the sibling before each item, where there is one.
fn previous(page: &Page<'_>) -> Vec<Option<usize>> {
    let mut last_child: Vec<Option<usize>> = vec![None; page.items.len()];
    let mut previous = vec![None; page.items.len()];
    for (at, item) in page.items.iter().enumerate().skip(1) {
        previous[at] = last_child[item.parent].replace(at);
    }
    previous
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Returns how many words a headline has; of scripts without spaces every second letter counts.
fn weight(title: &str) -> usize {
    let unspaced = title.chars().filter(|c| text::is_unspaced(*c)).count();
    title
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count()
        .max(unspaced / 2)
}
