//! The feeds a page names: in its head, and in links that look like feeds.

use url::Url;

use crate::extract::page::dom;
use crate::extract::page::head_data::HeadData;
use crate::extract::page::items::Page;
use crate::text::line;

/// Feeds taken from one page.
const FEEDS_MAX: usize = 200;
/// Words of links to feeds.
const FEED_WORDS: &[&str] = &["rss", "atom", "feed", "feeds", "newsfeed", "rss-feed", "xml"];

/// A feed a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    pub url: Url,
    pub title: Option<String>,
    /// Empty for a link in the text.
    pub media_type: String,
}

/// Returns the feeds a page names: those in its head first, then links in its text that look like feeds.
pub fn feed_links(html: &str, url: &Url) -> Vec<FeedLink> {
    let tree = dom::parse(html, None);
    let head_data = HeadData::of(&tree);
    let page = Page::of(&tree);
    let named = head_data
        .feeds
        .iter()
        .map(|(href, title, kind)| (*href, title.map(line), (*kind).to_owned()));
    let linked = page.items.iter().enumerate().filter(|(_, item)| item.name == "a");
    let linked = linked.filter_map(|(at, item)| {
        let href = item.attr("href")?;
        let text = page.text_of(at);
        let says = [item.attr("title"), item.attr("type"), Some(text.as_str())];
        looks_like_feed(href, says.into_iter().flatten()).then(|| (href, None, String::new()))
    });
    let mut found: Vec<FeedLink> = Vec::new();
    for (href, title, media_type) in named.chain(linked) {
        let Some(target) = url
            .join(href.trim())
            .ok()
            .filter(|t| matches!(t.scheme(), "http" | "https"))
        else {
            continue;
        };
        if found.len() < FEEDS_MAX && found.iter().all(|one| one.url != target) {
            found.push(FeedLink {
                url: target,
                title,
                media_type,
            });
        }
    }
    found
}

fn looks_like_feed<'a>(href: &str, says: impl Iterator<Item = &'a str>) -> bool {
    let href = href.to_ascii_lowercase();
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let (name, ending) = last.rsplit_once('.').unwrap_or((last, ""));
    if matches!(ending, "rss" | "atom" | "rdf") || FEED_WORDS.contains(&last) {
        return true;
    }
    if matches!(ending, "xml" | "json" | "php" | "aspx")
        && (FEED_WORDS.contains(&name) || name == "index" && ending == "xml")
    {
        return true;
    }
    let mut says = says;
    href.contains("feed=rss")
        || href.contains("format=feed")
        || href.contains("type=rss")
        || says.any(|text| {
            let text = text.trim().to_ascii_lowercase();
            text.contains("rss+xml")
                || text.contains("atom+xml")
                || matches!(
                    text.as_str(),
                    "rss" | "atom" | "rss feed" | "rss-feed" | "atom feed" | "web feed" | "flux rss"
                )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_feeds() {
        let html = "<head><link rel=alternate type=application/rss+xml title='All &amp; more' href=/rss.xml>\
            <link rel=alternate type=application/feed+json href=feed.json><link rel=alternate hreflang=de href=/de></head>\
            <body><a href=/rss.xml>RSS</a> <a href=/blog/feed/>Subscribe</a> <a href=/x?format=feed>y</a> <a href=/feeding-the-ducks>Ducks</a>\
            <a href='javascript:x' type=application/atom+xml>no</a> <a href=/sitemap.xml>map</a> <a href=/updates title='Atom feed'>z</a></body>";
        let url = Url::parse("https://a.example/news/").unwrap();
        let found: Vec<_> = feed_links(html, &url)
            .into_iter()
            .map(|one| (one.url.path().to_owned(), one.title.unwrap_or_default()))
            .collect();
        let expected = [
            ("/rss.xml", "All & more"),
            ("/news/feed.json", ""),
            ("/blog/feed/", ""),
            ("/x", ""),
            ("/updates", ""),
        ];
        assert_eq!(found, expected.map(|(path, title)| (path.to_owned(), title.to_owned())));
    }
}
