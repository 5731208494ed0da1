//! What the reader says about a site's pages: which parts are the article, its title, its date, its author.

use std::collections::HashSet;

use scraper::Html;
use url::Url;

use super::metadata::Metadata;
use crate::extract::byline::byline_names;
use crate::extract::date::date_evidence::DateBasis;
use crate::extract::date::{dates, time_zone};
use crate::extract::page::items::Page;

/// What the reader says about a site's pages, as CSS selectors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteRules {
    pub body: Option<String>,
    pub remove: Vec<String>,
    pub title: Option<String>,
    pub date: Option<String>,
    pub author: Option<String>,
}

/// What the reader's rules name in one page.
#[derive(Debug, Default)]
pub struct RuledItems {
    pub body: Vec<usize>,
    pub removed: HashSet<usize>,
    title: Option<usize>,
    date: Option<usize>,
    author: Option<usize>,
}

impl RuledItems {
    /// Returns what a site's rules name in a page.
    pub fn of(tree: &Html, page: &Page<'_>, site: &SiteRules) -> Self {
        let find = |selector: &Option<String>| selector.as_deref().map(|s| page.select(tree, s)).unwrap_or_default();
        let mut body = find(&site.body);
        // A part within a part is there already.
        let mut end = 0;
        body.retain(|at| {
            let is_outer = *at >= end;
            if is_outer {
                end = page.items[*at].end;
            }
            is_outer
        });
        Self {
            body,
            removed: site
                .remove
                .iter()
                .flat_map(|selector| page.select(tree, selector))
                .collect(),
            title: find(&site.title).into_iter().next(),
            date: find(&site.date).into_iter().next(),
            author: find(&site.author).into_iter().next(),
        }
    }

    /// Puts what the rules name in place of what the page says by itself.
    pub fn apply(&self, page: &Page<'_>, url: &Url, metadata: &mut Metadata) {
        let text = |at: usize| Some(page.text_of(at)).filter(|text| !text.is_empty());
        if let Some(title) = self.title.and_then(text) {
            metadata.title = title;
        }
        if let Some(author) = self.author.and_then(text) {
            metadata.byline = byline_names::byline(std::slice::from_ref(&author), None, "").or(Some(author));
        }
        if let Some(at) = self.date {
            let value = page.items[at]
                .attr("datetime")
                .or_else(|| page.items[at].attr("content"))
                .map(str::to_owned);
            let text = value.or_else(|| text(at)).unwrap_or_default();
            if let Some(date) = dates::parse(&text) {
                let moment = time_zone::told(url, &text, date);
                metadata.published_at = Some(moment.at);
                metadata.published_offset = moment.offset;
                metadata.published_zone = Some(moment.zone);
                metadata.published_basis = Some(DateBasis::Declared);
            }
        }
    }
}

/// Returns the selectors of a site's rules that name nothing on a page: a typing error, or the site has changed.
pub fn idle(tree: &Html, page: &Page<'_>, site: &SiteRules) -> Vec<String> {
    let one = [
        ("body", &site.body),
        ("title", &site.title),
        ("date", &site.date),
        ("author", &site.author),
    ];
    let one = one.into_iter().filter_map(|(key, rule)| Some((key, rule.as_ref()?)));
    one.chain(site.remove.iter().map(|rule| ("remove", rule)))
        .filter(|(_, rule)| page.select(tree, rule).is_empty())
        .map(|(key, rule)| format!("{key} = \"{rule}\""))
        .collect()
}
