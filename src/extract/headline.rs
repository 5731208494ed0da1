//! An article's headline: what the page calls it, and where it stands.

use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::{Page, PageItem};
use crate::extract::page::text::{squeezed, unescaped};
use crate::text::line;

/// A headline is cut at this length, in characters.
const TITLE_MAX: usize = 500;
/// Headings of one rank that are looked at.
const HEADINGS_MAX: usize = 12;
/// What parts the site's name from the page's.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " » ", " « ", " • ", " · ", " / ", " < ", " > ",
];

/// Returns the title, and whether the page calls it a headline.
pub fn title(head_data: &HeadData<'_>, page: &Page<'_>, site_name: Option<&str>) -> (String, bool) {
    let structured = head_data
        .structured
        .headline
        .as_deref()
        .filter(|_| head_data.structured.is_article);
    let (first, second) = (headings(page, "h1"), headings(page, "h2"));
    let open_graph = head_data.first(&[
        "og:title",
        "twitter:title",
        "parsely-title",
        "sailthru.title",
        "dc.title",
        "dcterms.title",
    ]);
    let candidates = [
        structured.map(unescaped),
        open_graph.map(unescaped),
        Some(head_data.document_title.clone()),
    ];
    let is_declared = candidates[..2].iter().any(Option::is_some);
    let mut title = candidates
        .into_iter()
        .flatten()
        .map(|text| line(&text))
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    // The visible headline is what the page's name ends with a site's name around.
    let is_named = |own: &&String| is_within(own, &title) || is_within(own, &head_data.document_title);
    let only = match (&first[..], &second[..]) {
        ([only], _) | ([], [only]) => Some(only).filter(|only| is_about_the_same(only, &title)),
        _ => None,
    };
    // The first headings of some pages are the site's name alone.
    let below = || {
        second
            .iter()
            .find(is_named)
            .filter(|_| only.is_none() || first.is_empty())
    };
    let visible = first.iter().find(is_named).or_else(below);
    let is_visible = visible.is_some();
    if let Some(visible) = visible.or(only) {
        title.clone_from(visible);
    } else {
        title = without_site(&title, site_name);
    }
    if title.is_empty() {
        title = first.into_iter().chain(second).next().unwrap_or_default();
    }
    let has_headline = is_declared || is_visible;
    (title.chars().take(TITLE_MAX).collect(), has_headline)
}

/// Whether a visible headline stands in the page's name, and is most of it.
fn is_within(heading: &str, title: &str) -> bool {
    let (own, whole) = (squeezed(heading), squeezed(title));
    own.len() > 8 && whole.contains(&own) && own.len() * 10 >= whole.len() * 4
}

/// Whether a page's one headline says what its name says, in other words.
fn is_about_the_same(heading: &str, title: &str) -> bool {
    let words = |text: &str| -> std::collections::HashSet<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() > 2)
            .map(str::to_owned)
            .collect()
    };
    let (own, whole) = (words(heading), words(title));
    own.len() >= 3 && own.intersection(&whole).count() * 3 >= own.len().min(whole.len())
}

/// Returns what the first headings of a rank say.
fn headings(page: &Page<'_>, name: &str) -> Vec<String> {
    let is_heading = |item: &PageItem<'_>| item.name == name && item.chars > 0 && item.chars < 300;
    let items = page.items.iter().enumerate().filter(|(_, item)| is_heading(item));
    items.take(HEADINGS_MAX).map(|(at, _)| page.text_of(at)).collect()
}

/// Returns a page's name without the site's name behind or before it.
fn without_site(title: &str, site_name: Option<&str>) -> String {
    let site = site_name.map(squeezed).unwrap_or_default();
    for separator in SEPARATORS {
        let parts: Vec<&str> = title.split(separator).map(str::trim).collect();
        if parts.len() < 2 {
            continue;
        }
        let is_site = |part: &str| {
            !site.is_empty()
                && (squeezed(part) == site || squeezed(part).contains(&site) || site.contains(&squeezed(part)))
        };
        let (first, last) = (parts[0], parts[parts.len() - 1]);
        if is_site(last) {
            return parts[..parts.len() - 1].join(separator);
        }
        if is_site(first) {
            return parts[1..].join(separator);
        }
        let words = |part: &str| part.split_whitespace().count();
        if words(last) <= 4 && words(first) >= 4 && !matches!(*separator, " - " | " / ") {
            return parts[..parts.len() - 1].join(separator);
        }
        if words(last) <= 3 && words(first) >= 5 {
            return parts[..parts.len() - 1].join(separator);
        }
    }
    title.to_owned()
}

#[cfg(test)]
mod tests {
    use url::Url;

    #[test]
    fn a_second_heading_is_the_headline_where_the_first_is_the_site() {
        let url = Url::parse("https://example.org/a").unwrap();
        let html = "<title>Ferry returns to harbour_Town_Example News</title><h1>Example News</h1>
            <article><h2>Ferry returns to harbour</h2><p>Text.</p><h2>What comes next</h2><p>Text.</p></article>";
        let found = crate::extract::extract(html, &url, &crate::extract::ExtractOptions::default());
        assert_eq!(found.metadata.title, "Ferry returns to harbour");
    }
}
