//! What a body is that is no feed: the words for the error.
//!
//! A web page is asked for the feeds it links to, by looking at its `<link>` tags as they come; it is not parsed.

use url::Url;

use super::xml::attributes;
use super::{ParseError, absolute, char_refs};

/// How much of a page is searched, in bytes.
const PAGE_BYTES_MAX: usize = 512 * 1024;
/// The most feeds named.
const FEEDS_MAX: usize = 10;
/// Media types of feeds.
const FEED_TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json+feed",
    "text/rss+xml",
];

/// Returns why a text that neither reader knows is no feed.
pub fn explain(text: &str, base: Option<&Url>) -> ParseError {
    let mut end = text.len().min(PAGE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let lower = head.to_ascii_lowercase();
    if lower.contains("<html") || lower.contains("<!doctype html") || lower.contains("<body") {
        let feeds = linked(head, &lower, base);
        let asks_for_password = lower.contains("type=\"password\"") || lower.contains("type='password'");
        if feeds.is_empty() && asks_for_password {
            return ParseError::LoginPage;
        }
        return ParseError::HtmlPage { feeds };
    }
    match root(head) {
        Some(root) => ParseError::OtherXml { root },
        None => ParseError::NotAFeed,
    }
}

/// Returns the end of the message that names the feeds a page links to.
pub fn named(feeds: &[String]) -> String {
    match feeds {
        [] => String::new(),
        feeds => format!("; it links to {}", feeds.join(", ")),
    }
}

fn linked(page: &str, lower: &str, base: Option<&Url>) -> Vec<String> {
    let mut feeds = Vec::new();
    let mut at = 0;
    while let Some(found) = lower[at..].find("<link") {
        at += found + "<link".len();
        let Some(end) = lower[at..].find('>') else { break };
        let (mut rel, mut kind, mut href) = ("", "", "");
        for (name, value) in attributes(&page[at..at + end]) {
            match name.to_ascii_lowercase().as_str() {
                "rel" => rel = value,
                "type" => kind = value,
                "href" => href = value,
                _ => {}
            }
        }
        at += end;
        let is_alternate = rel.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate"));
        let is_feed = FEED_TYPES.iter().any(|own| own.eq_ignore_ascii_case(kind.trim()));
        if is_alternate && is_feed && !href.is_empty() {
            let address = absolute(base, &char_refs::unescape(href));
            if !feeds.contains(&address) {
                feeds.push(address);
            }
        }
        if feeds.len() >= FEEDS_MAX {
            break;
        }
    }
    feeds
}

/// Returns the name of the first element.
fn root(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            .unwrap_or(rest.len());
        let name = &rest[..end];
        if name.starts_with(char::is_alphabetic) && name.len() <= 64 {
            return Some(name.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_feeds() {
        let page = "<!DOCTYPE html><html><head><LINK rel='alternate' type='application/rss+xml' href='/feed?a=1&amp;b=2'>\
                    <link rel=stylesheet href=x.css></head></html>";
        let base = Url::parse("https://example.org/news/").unwrap();
        let error = explain(page, Some(&base));
        assert_eq!(
            error,
            ParseError::HtmlPage {
                feeds: vec!["https://example.org/feed?a=1&b=2".to_owned()]
            }
        );
        assert_eq!(
            error.to_string(),
            "a web page, not a feed; it links to https://example.org/feed?a=1&b=2"
        );
    }

    #[test]
    fn other_bodies_are_named() {
        assert_eq!(explain("<html><input type=\"password\">", None), ParseError::LoginPage);
        assert_eq!(
            explain("<?xml version='1.0'?><opml>", None),
            ParseError::OtherXml {
                root: "opml".to_owned()
            }
        );
        assert_eq!(explain("404", None), ParseError::NotAFeed);
    }
}
