//! Pages that link to articles: which links these are, what they are called and when they are from.
//!
//! Links to one address are one candidate, and a candidate's card is what stands around it and around no other. What
//! looks like an article (a headline, a date beside it, an address with a name in it) counts for the kind of place it
//! stands in, and places of which a page has several win. Words of menus are only used to leave things out.

pub mod link_words;
pub mod links;
mod cards;
pub mod feed_discovery;

use std::collections::{HashMap, HashSet};

use scraper::Selector;
use thiserror::Error;
use url::Url;

use crate::domain::Timestamp;
use crate::domain::url::{CanonicalUrl, registrable_domain, without_tracking};
use crate::extract::page::dom;
use crate::extract::page::items::Page;
use cards::{Around, Candidate, previous};

/// Links taken from one page.
const LINKS_MAX: usize = 200;
/// Links looked at on one page.
const ANCHORS_MAX: usize = 5_000;
/// Articles in one kind of place that make a list …
const LIST_MIN: usize = 3;
/// … if they look like articles this much on average; fewer make one if they look much more so.
const LIST_SCORE_MIN: f32 = 2.5;
const PAIR_SCORE_MIN: f32 = 4.0;
/// A list that looks less like articles than the best one by more than this is a menu.
const SCORE_GAP_MAX: f32 = 2.5;

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
    let base = &dom::base(&tree, url);
    if let Some(text) = links {
        Selector::parse(text).map_err(|_| ListingError::Selector(text.to_owned()))?;
        let anchors: Vec<usize> = page
            .select(&tree, text)
            .into_iter()
            .filter_map(|at| (at..page.items[at].end).find(|at| page.items[*at].name == "a"))
            .collect();
        let found = Listing::of(&page, url, base, &anchors, false).links(|_| true);
        return if found.is_empty() {
            Err(ListingError::NothingSelected(text.to_owned()))
        } else {
            Ok(found)
        };
    }
    let anchors = links::outside_frames(&page);
    let listing = Listing::of(&page, url, base, &anchors, true);
    let kept = listing.lists();
    let found = listing.links(|at| kept.contains(&at));
    if found.is_empty() {
        Err(ListingError::NothingFound)
    } else {
        Ok(found)
    }
}

struct Listing {
    candidates: Vec<Candidate>,
}

impl Listing {
    fn of(page: &Page<'_>, url: &Url, base: &Url, anchors: &[usize], only_likely: bool) -> Self {
        let own = CanonicalUrl::new(url);
        let home = registrable_domain(url.host_str().unwrap_or_default());
        let mut by_address: HashMap<CanonicalUrl, usize> = HashMap::new();
        let mut groups: Vec<(Url, Vec<usize>)> = Vec::new();
        // Which group an anchor belongs to, in document order.
        let mut owners: Vec<(usize, usize)> = Vec::new();
        for at in anchors.iter().take(ANCHORS_MAX) {
            let Some(target) = page.items[*at].attr("href").and_then(|href| base.join(href).ok()) else {
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
