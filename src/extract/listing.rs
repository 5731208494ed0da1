//! Pages that link: to articles, and to feeds.

use std::collections::{HashMap, HashSet};

use scraper::{ElementRef, Selector};
use thiserror::Error;
use url::Url;

use super::content::Prose;
use super::dom;
use super::metadata::{Gathered, line, text_of};
use super::page::Page;
use crate::domain::url::{CanonicalUrl, registrable_domain, without_tracking};

/// Links taken from one page.
const LINKS_MAX: usize = 200;
/// A headline has at least this many words …
const HEADLINE_WORDS_MIN: usize = 4;
/// … and at most this many characters.
const HEADLINE_MAX: usize = 300;
/// Headlines of one kind that make a list.
const LIST_MIN: usize = 3;

/// A link to an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub url: Url,
    pub title: String,
}

/// A feed a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    pub url: Url,
    pub title: Option<String>,
    pub media_type: String,
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
pub fn listing(html: &str, url: &Url, links: Option<&str>) -> Result<Vec<Link>, ListingError> {
    let tree = dom::parse(html, None);
    if let Some(text) = links {
        let selector = Selector::parse(text).map_err(|_| ListingError::Selector(text.to_owned()))?;
        let found = tree.select(&selector).filter_map(|element| {
            let link = if element.value().name() == "a" {
                Some(element)
            } else {
                first_link(element)
            }?;
            let title = line(&element.text().collect::<String>());
            Some((link.value().attr("href")?.to_owned(), title))
        });
        let found = unique(found, url);
        return if found.is_empty() {
            Err(ListingError::NothingSelected(text.to_owned()))
        } else {
            Ok(found)
        };
    }
    let page = Page::of(&tree);
    let found = headlines(&page, url);
    if found.is_empty() {
        Err(ListingError::NothingFound)
    } else {
        Ok(found)
    }
}

fn first_link(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    element
        .descendants()
        .filter_map(ElementRef::wrap)
        .find(|inner| inner.value().name() == "a")
}

fn unique(found: impl Iterator<Item = (String, String)>, url: &Url) -> Vec<Link> {
    let (mut links, mut seen) = (Vec::new(), HashSet::new());
    for (href, title) in found {
        let Ok(target) = url.join(href.trim()) else { continue };
        if !matches!(target.scheme(), "http" | "https") || title.is_empty() || links.len() >= LINKS_MAX {
            continue;
        }
        let target = without_tracking(&target);
        if CanonicalUrl::new(&target) != CanonicalUrl::new(url) && seen.insert(CanonicalUrl::new(&target)) {
            links.push(Link { url: target, title });
        }
    }
    links
}

/// Returns the links that look like headlines, of the kinds of place of which the page has several.
fn headlines(page: &Page<'_>, url: &Url) -> Vec<Link> {
    let prose = if page.items.is_empty() {
        return Vec::new();
    } else {
        Prose::of(page)
    };
    let home = registrable_domain(url.host_str().unwrap_or_default());
    let mut candidates: Vec<(String, String, String)> = Vec::new();
    for (at, item) in page.items.iter().enumerate().filter(|(_, item)| item.name == "a") {
        let Some(href) = item.attr("href") else { continue };
        let title = text_of(page, at);
        let words = title.split_whitespace().count();
        let Ok(target) = url.join(href) else { continue };
        let is_headline = words >= HEADLINE_WORDS_MIN
            && title.chars().count() <= HEADLINE_MAX
            && !prose.is_noise(at)
            && !in_frame(page, at);
        let is_here = registrable_domain(target.host_str().unwrap_or_default()) == home;
        if is_headline && is_here && target.path().len() > 1 {
            candidates.push((place(page, at), href.to_owned(), title));
        }
    }
    let mut kinds: HashMap<&str, usize> = HashMap::new();
    candidates
        .iter()
        .for_each(|(place, ..)| *kinds.entry(place).or_default() += 1);
    let kept = candidates
        .iter()
        .filter(|(place, ..)| kinds[place.as_str()] >= LIST_MIN);
    unique(kept.map(|(_, href, title)| (href.clone(), title.clone())), url)
}

fn in_frame(page: &Page<'_>, at: usize) -> bool {
    let mut own = at;
    while own > 0 {
        own = page.items[own].parent;
        if matches!(page.items[own].name, "nav" | "footer" | "aside" | "header") {
            return true;
        }
    }
    false
}

/// Returns what kind of place a link stands in: the names and classes of the elements around it.
fn place(page: &Page<'_>, at: usize) -> String {
    let mut names = String::new();
    let mut own = at;
    for _ in 0..4 {
        let item = &page.items[own];
        names.push_str(item.name);
        names.push('.');
        names.push_str(
            item.attr("class")
                .and_then(|class| class.split_whitespace().next())
                .unwrap_or_default(),
        );
        names.push('/');
        own = item.parent;
    }
    names
}

/// Returns the feeds a page names.
pub fn feed_links(html: &str, url: &Url) -> Vec<FeedLink> {
    let tree = dom::parse(html, None);
    let gathered = Gathered::of(&tree);
    let found = gathered.feeds.iter().filter_map(|(href, title, kind)| {
        let target = url
            .join(href.trim())
            .ok()
            .filter(|target| matches!(target.scheme(), "http" | "https"))?;
        Some(FeedLink {
            url: target,
            title: title.map(line),
            media_type: (*kind).to_owned(),
        })
    });
    found.take(LINKS_MAX).collect()
}
