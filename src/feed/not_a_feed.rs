//! What a body is that is no feed: the words for the error.

use super::ParseError;

/// How much of a page is searched, in bytes.
const PAGE_BYTES_MAX: usize = 512 * 1024;
/// Returns why a text that neither reader knows is no feed.
pub fn explain(text: &str) -> ParseError {
    let mut end = text.len().min(PAGE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let lower = head.to_ascii_lowercase();
    if lower.contains("<html") || lower.contains("<!doctype html") || lower.contains("<body") {
        // One that names feeds is a page with a way to log in.
        let names_feed = ["rss+xml", "atom+xml"].iter().any(|kind| lower.contains(kind));
        let asks_for_password = lower.contains("type=\"password\"") || lower.contains("type='password'");
        return match asks_for_password && !names_feed {
            true => ParseError::LoginPage,
            false => ParseError::HtmlPage,
        };
    }
    match root(head) {
        Some(root) => ParseError::OtherXml { root },
        None => ParseError::NotAFeed,
    }
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
    fn other_bodies_are_named() {
        assert_eq!(explain("<html><input type=\"password\">"), ParseError::LoginPage);
        assert_eq!(
            explain("<?xml version='1.0'?><opml>"),
            ParseError::OtherXml {
                root: "opml".to_owned()
            }
        );
        assert_eq!(explain("<!doctype html><body>News"), ParseError::HtmlPage);
        assert_eq!(explain("404"), ParseError::NotAFeed);
    }
}
