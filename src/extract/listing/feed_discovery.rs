//! The feeds a page names: in its head, and in links that look like feeds.

use url::Url;

use crate::extract::page::dom;
use crate::extract::page::head_data::{self, HeadData};
use crate::extract::page::items::Page;
use crate::extract::page::redirect_stub;
use crate::text::line;

/// Feeds taken from one page.
const FEEDS_MAX: usize = 200;
/// Feeds named in a message.
const NAMED_MAX: usize = 10;
/// Words of links to feeds.
const FEED_WORDS: &[&str] = &["rss", "atom", "feed", "feeds", "newsfeed", "rss-feed", "xml"];

/// A feed a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    pub url: Url,
    pub title: Option<String>,
    /// Named in the page's head, not linked in its text.
    pub is_named: bool,
}

/// Returns the feeds a page names: those in its head first, then links in its text that look like feeds.
pub fn feed_links(html: &str, url: &Url) -> Vec<FeedLink> {
    let tree = dom::parse(html, None);
    let head_data = HeadData::of(&tree);
    let page = Page::of(&tree);
    let base = dom::base(&tree, url);
    let named = head_data
        .feeds
        .iter()
        .map(|(href, title)| (*href, title.map(line), true));
    let linked = page.items.iter().enumerate().filter(|(_, item)| item.name == "a");
    let linked = linked.filter_map(|(at, item)| {
        let href = item.attr("href")?;
        let text = page.text_of(at);
        let says = [item.attr("title"), item.attr("type"), Some(text.as_str())];
        looks_like_feed(href, says.into_iter().flatten()).then_some((href, None, false))
    });
    let mut found: Vec<FeedLink> = Vec::new();
    for (href, title, is_named) in named.chain(linked) {
        let Some(target) = base.join(href.trim()).ok().filter(is_web) else {
            continue;
        };
        if found.len() < FEEDS_MAX && found.iter().all(|one| one.url != target) {
            found.push(FeedLink {
                url: target,
                title,
                is_named,
            });
        }
    }
    found
}

/// Returns where a page sends its reader on at once, within its own site.
pub fn leads_on(html: &str, url: &Url) -> Option<Url> {
    let tree = dom::parse(html, None);
    redirect_stub::leads_on(&HeadData::of(&tree), &Page::of(&tree), url, &dom::base(&tree, url))
}

/// Returns the feeds that `Link` headers name (RFC 8288).
pub fn header_feeds(headers: &[String], url: &Url) -> Vec<FeedLink> {
    let mut found = Vec::new();
    // A comma may stand in an address, "<" only before one.
    for link in headers.iter().flat_map(|header| header.split('<').skip(1)) {
        let Some((address, parameters)) = link.split_once('>') else {
            continue;
        };
        let (mut rel, mut kind, mut title) = (String::new(), String::new(), None);
        for (name, value) in parameters.split(';').filter_map(|one| one.split_once('=')) {
            let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "rel" => rel = value.to_ascii_lowercase(),
                "type" => kind = value.to_ascii_lowercase(),
                "title" => title = Some(line(value)),
                _ => {}
            }
        }
        if head_data::is_feed(&rel, &kind)
            && let Some(url) = url.join(address.trim()).ok().filter(is_web)
        {
            found.push(FeedLink {
                url,
                title,
                is_named: true,
            });
        }
    }
    found
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Returns the addresses of the feeds that a page names in its head, as far as they are named in a message.
pub fn named_feeds(html: &str, url: &Url) -> Vec<Url> {
    let named = feed_links(html, url).into_iter().filter(|link| link.is_named);
    named.map(|link| link.url).take(NAMED_MAX).collect()
}

/// Returns the end of a message that names them.
pub fn links_to(feeds: &[Url]) -> String {
    let feeds: Vec<&str> = feeds.iter().map(Url::as_str).collect();
    match feeds.is_empty() {
        true => String::new(),
        false => format!("; it links to {}", feeds.join(", ")),
    }
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
    fn headers_name_feeds() {
        let url = Url::parse("https://a.example/news/").unwrap();
        let headers = [
            "</style.css>; rel=preload; as=style, </d3/feed.atom>; rel=\"alternate\"; type=\"application/atom+xml\"; title=\"All, of it\"",
            "<https://b.example/x,y.json>; rel=feed, <javascript:x>; rel=feed, <unclosed",
        ];
        let found = header_feeds(&headers.map(str::to_owned), &url);
        let found: Vec<(&str, Option<&str>)> = found
            .iter()
            .map(|link| (link.url.as_str(), link.title.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("https://a.example/d3/feed.atom", Some("All, of it")),
                ("https://b.example/x,y.json", None)
            ]
        );
    }

    #[test]
    fn what_only_looks_like_a_feed_is_none() {
        let url = Url::parse("https://a.example/").unwrap();
        let html = "<link rel=alternate type=application/json+oembed href=/o?format=json>
                    <link rel=alternate type=text/xml+oembed href=/o?format=xml>
                    <link rel=alternate type='text/xml; charset=utf-8' href=/all>";
        let found: Vec<String> = feed_links(html, &url).into_iter().map(|link| link.url.into()).collect();
        assert_eq!(found, ["https://a.example/all"]);
    }

    #[test]
    fn pages_lead_on() {
        let url = Url::parse("https://www.a.example/old/").unwrap();
        for (content, expected) in [
            ("0; url=/new/", Some("https://www.a.example/new/")),
            ("0;URL='https://news.a.example/'", Some("https://news.a.example/")),
            ("1, next.html", Some("https://www.a.example/old/next.html")),
            ("300; url=/new/", None),
            ("300", None),
            ("0; url=https://b.example/", None),
            ("0; url=", None),
        ] {
            let html = format!("<meta http-equiv=Refresh content=\"{content}\"><p>Moved.");
            assert_eq!(leads_on(&html, &url).as_ref().map(Url::as_str), expected, "{content}");
        }
    }

    #[test]
    fn a_base_is_what_addresses_are_read_against() {
        let url = Url::parse("https://a.example/d1/index.html").unwrap();
        let feed = |base: &str| {
            let html =
                format!("<head>{base}<link rel=alternate type=text/xml href=feed.xml></head><a href=rss>RSS</a>");
            let found: Vec<String> = feed_links(&html, &url)
                .into_iter()
                .map(|link| link.url.into())
                .collect();
            found.join(" ")
        };
        assert_eq!(feed(""), "https://a.example/d1/feed.xml https://a.example/d1/rss");
        for (base, folder) in [
            ("<base href=blog/>", "https://a.example/d1/blog/"),
            (
                "<base target=_top><base href=/blog/x><base href=/other/>",
                "https://a.example/blog/",
            ),
            ("<base href='//b.example'>", "https://b.example/"),
            ("<base href='javascript:x'>", "https://a.example/d1/"),
            ("<base href=''>", "https://a.example/d1/"),
        ] {
            assert_eq!(feed(base), format!("{folder}feed.xml {folder}rss"), "{base}");
        }
    }

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
