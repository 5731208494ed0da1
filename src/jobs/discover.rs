//! What of a site can be a source: its feeds, its news sitemap, the page itself as a listing.
//!
//! Everything that is reported was fetched and read. A site is asked a bounded number of times, at its host's pace.

use std::collections::HashSet;

use chrono::SubsecRound as _;
use serde::Serialize;
use url::Url;

use crate::domain::Timestamp;
use crate::domain::source::SourceKind;
use crate::domain::url::CanonicalUrl;
use crate::extract;
use crate::feed::records::recipes::{self, Recipe};
use crate::feed::{self, Parsed, Sitemap};
use crate::fetch::{FetchError, Fetcher, Purpose, Request, Response};

/// Requests made to find the sources of one site, redirects and its robots.txt as such not counted.
pub const REQUESTS_MAX: usize = 12;
/// Sitemaps named by robots.txt that are looked at.
const SITEMAPS_MAX: usize = 2;
/// Where feeds lie on many sites, beside the page or at the top, asked for when a page names none.
const COMMON_PLACES: &[&str] = &[
    "feed.xml",
    "index.xml",
    "/feed",
    "/feed.xml",
    "/rss.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/rss",
];

/// Something that can be a source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceCandidate {
    pub kind: SourceKind,
    pub address: String,
    pub title: Option<String>,
    pub entries: usize,
    #[serde(rename = "newestDateTime")]
    pub newest_at: Option<Timestamp>,
    /// How it was found, for people.
    pub how: &'static str,
}

/// What was found, and what was tried in vain.
#[derive(Debug, Default)]
pub struct Discovery {
    pub finds: Vec<SourceCandidate>,
    pub failures: Vec<String>,
    pub requests: usize,
}

/// Finds what of a site can be a source.
///
/// # Errors
/// The address itself cannot be fetched.
pub async fn discover(fetcher: &Fetcher, now: Timestamp, address: &Url) -> Result<Discovery, FetchError> {
    let mut search = Search {
        fetcher,
        now,
        found: Discovery::default(),
        asked: HashSet::new(),
        seen: Vec::new(),
    };
    if let Some(recipe) = recipes::of_site(address) {
        search.found.finds.push(register(recipe, address));
    }
    let mut page = match search.get(address.clone(), Purpose::Page).await {
        // Its register is known, whatever its pages are.
        Err(error) if !search.found.finds.is_empty() => {
            search.found.failures.push(error.to_string());
            return Ok(search.found);
        }
        // What robots are not to read may be a feed, which is there for programs.
        Err(refused @ (FetchError::Disallowed { .. } | FetchError::RobotsUnknown { .. })) => {
            return match search.get(address.clone(), Purpose::Feed).await {
                Ok(feed) if search.read(&feed, "the address itself", None) => Ok(search.found),
                // Why there is no robots.txt is why there is nothing at all.
                Err(error @ (FetchError::Tls { .. } | FetchError::Connect { .. } | FetchError::Resolve { .. })) => {
                    Err(error)
                }
                _ => Err(refused),
            };
        }
        page => page?,
    };
    if search.read(&page, "the address itself", None) {
        return Ok(search.found);
    }
    for link in extract::header_feeds(&page.links, &page.url) {
        search.try_at(link.url, "named by the page", link.title).await;
    }
    let mut html = extract::decode(&page.body, page.content_type.as_deref());
    if let Some(to) = extract::leads_on(&html, &page.url).filter(|_| search.found.requests < REQUESTS_MAX) {
        match search.get(to, Purpose::Page).await {
            Ok(next) if search.read(&next, "where the page leads on", None) => return Ok(search.found),
            Ok(next) => {
                html = extract::decode(&next.body, next.content_type.as_deref());
                page = next;
            }
            Err(error) => search.found.failures.push(format!("where the page leads on: {error}")),
        }
    }
    for link in extract::feed_links(&html, &page.url) {
        let how = match link.is_named {
            true => "named by the page",
            false => "linked on the page",
        };
        search.try_at(link.url, how, link.title).await;
    }
    if search.found.finds.iter().all(|find| find.kind == SourceKind::Json) {
        for place in COMMON_PLACES {
            if let Ok(url) = page.url.join(place) {
                search.try_at(url, "in a common place", None).await;
            }
        }
    }
    search.news_sitemap(&page.url).await;
    if let Ok(links) = extract::listing(&html, &page.url, None) {
        let gathered = extract::extract(&html, &page.url, &extract::ExtractOptions::default());
        search.found.finds.push(SourceCandidate {
            kind: SourceKind::Listing,
            address: page.url.to_string(),
            title: gathered
                .metadata
                .site_name
                .or(Some(gathered.metadata.title))
                .filter(|title| !title.is_empty()),
            entries: links.len(),
            newest_at: links
                .iter()
                .filter_map(|link| link.published_at)
                .filter(|at| *at <= now)
                .max()
                .map(|at| at.trunc_subsecs(0)),
            how: "the page itself",
        });
    }
    Ok(search.found)
}

/// Returns what a known register is asked for: its newest documents, or what its address asks it for already. It may want a key,
/// so it is not asked here.
fn register(recipe: &Recipe, address: &Url) -> SourceCandidate {
    let is_asked = recipes::of_address(address).is_some();
    SourceCandidate {
        kind: SourceKind::Json,
        address: if is_asked {
            address.to_string()
        } else {
            recipe.newest.to_owned()
        },
        title: Some(recipe.publisher.to_owned()),
        entries: 0,
        newest_at: None,
        how: match recipe.key {
            Some("X-Api-Key") => {
                "the register of this site; write headers = { X-Api-Key = { file = \"…\" } } with a key of yours"
            }
            Some(_) => "the register of this site; it answers who sends a token (docs/records.md)",
            None => "the register of this site",
        },
    }
}

struct Search<'a> {
    fetcher: &'a Fetcher,
    now: Timestamp,
    found: Discovery,
    asked: HashSet<String>,
    /// The links of each find, to see the same feed in another format.
    seen: Vec<HashSet<String>>,
}

impl Search<'_> {
    async fn get(&mut self, url: Url, purpose: Purpose) -> Result<Response, FetchError> {
        self.found.requests += 1;
        self.asked.insert(CanonicalUrl::new(&url).as_str().to_owned());
        let response = self.fetcher.get(self.now, Request::new(url, purpose)).await?;
        self.asked.insert(CanonicalUrl::new(&response.url).as_str().to_owned());
        Ok(response)
    }

    /// Asks for an address that may be a source, unless it was asked for or enough was asked.
    async fn try_at(&mut self, url: Url, how: &'static str, title: Option<String>) {
        let is_known = self.asked.contains(CanonicalUrl::new(&url).as_str());
        if is_known || self.found.requests >= REQUESTS_MAX {
            return;
        }
        match self.get(url.clone(), Purpose::Feed).await {
            Ok(response) => {
                if !self.read(&response, how, title) {
                    self.found.failures.push(format!("{url} ({how}) is no feed"));
                }
            }
            Err(error) => self.found.failures.push(format!("{how}: {error}")),
        }
    }

    /// Takes an answer as a source if it is one; returns whether it is.
    fn read(&mut self, response: &Response, how: &'static str, title: Option<String>) -> bool {
        let content_type = response.content_type.as_deref();
        if let Ok(parsed) = feed::parse(&response.body, content_type, Some(&response.url)) {
            self.take(SourceKind::Feed, &response.url, &parsed, how, title);
            return true;
        }
        match feed::parse_sitemap(&response.body, content_type, &response.url) {
            Ok(Sitemap::Urls(parsed)) => {
                self.take(SourceKind::Sitemap, &response.url, &parsed, how, title);
            }
            Ok(Sitemap::Index(maps)) => self.found.finds.push(SourceCandidate {
                kind: SourceKind::Sitemap,
                address: response.url.to_string(),
                title,
                entries: maps.len(),
                newest_at: None,
                how,
            }),
            Err(_) => return false,
        }
        true
    }

    /// Keeps a source; returns whether it brings anything beyond those before it.
    fn take(&mut self, kind: SourceKind, url: &Url, parsed: &Parsed, how: &'static str, title: Option<String>) -> bool {
        let entries = &parsed.feed.entries;
        let links: HashSet<String> = entries
            .iter()
            .filter_map(|entry| entry.article_link().map(str::to_owned))
            .collect();
        if !links.is_empty() && self.seen.contains(&links) {
            self.found
                .failures
                .push(format!("{url} ({how}) holds the same entries as one above"));
            return false;
        }
        self.seen.push(links);
        let dates = entries.iter().filter_map(|entry| entry.published.or(entry.updated));
        self.found.finds.push(SourceCandidate {
            kind,
            address: url.to_string(),
            title: parsed.feed.title.clone().filter(|title| !title.is_empty()).or(title),
            entries: entries.len(),
            newest_at: dates.filter(|at| *at <= self.now).max().map(|at| at.trunc_subsecs(0)),
            how,
        });
        true
    }

    /// Looks for a sitemap with news among those that robots.txt names.
    async fn news_sitemap(&mut self, page: &Url) {
        let Ok(robots) = page.join("/robots.txt") else { return };
        if self.found.requests >= REQUESTS_MAX {
            return;
        }
        // Many sites have none; that is no failure.
        let Ok(response) = self.get(robots, Purpose::Robots).await else {
            return;
        };
        let mut maps = sitemaps(&String::from_utf8_lossy(&response.body), &response.url);
        maps.sort_by_key(|url| !url.path().to_ascii_lowercase().contains("news"));
        for map in maps.into_iter().take(SITEMAPS_MAX) {
            if self.found.requests >= REQUESTS_MAX {
                return;
            }
            let Ok(response) = self.get(map, Purpose::Feed).await else {
                continue;
            };
            let content_type = response.content_type.as_deref();
            // A feed may serve as a sitemap; as a source it is a feed.
            if let Ok(parsed) = feed::parse(&response.body, content_type, Some(&response.url)) {
                if self.take(SourceKind::Feed, &response.url, &parsed, "named by robots.txt", None) {
                    return;
                }
                continue;
            }
            let read = feed::parse_sitemap(&response.body, content_type, &response.url);
            if let Ok(Sitemap::Urls(parsed)) = read
                && parsed.feed.entries.iter().any(|entry| entry.title.is_some())
                && self.take(
                    SourceKind::Sitemap,
                    &response.url,
                    &parsed,
                    "news sitemap named by robots.txt",
                    None,
                )
            {
                return;
            }
        }
    }
}

fn sitemaps(robots: &str, base: &Url) -> Vec<Url> {
    robots
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim()
                .eq_ignore_ascii_case("sitemap")
                .then(|| base.join(value.trim()).ok())?
        })
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_of_a_register_stands_for_its_newest_documents_and_its_api_for_itself() {
        for (page, expected) in [
            (
                "https://federalregister.gov/agencies",
                "https://www.federalregister.gov/api/v1/documents.json?per_page=100",
            ),
            (
                "https://api.regulations.gov/v4/documents?filter[agencyId]=EPA",
                "https://api.regulations.gov/v4/documents?filter[agencyId]=EPA",
            ),
        ] {
            let page = Url::parse(page).unwrap();
            let found = register(recipes::of_site(&page).unwrap(), &page);
            assert_eq!((found.kind, found.address.as_str()), (SourceKind::Json, expected));
        }
    }
}
