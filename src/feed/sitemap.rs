//! Sitemaps as a kind of feed: what a site lists for machines, with the news extension where it has one.
//!
//! A `urlset` becomes a feed whose entries may have no headline, as does a text of one address a line; an index names
//! further sitemaps, of which the latest are followed, one level deep. A feed is a sitemap too, says sitemaps.org. Broken
//! files are read as far as they go. Entities of the file's own are not expanded.

use quick_xml::Reader;
use quick_xml::events::Event;
use url::Url;

use super::{BODY_BYTES_MAX, ParseError, Parsed, char_refs, date, html_to_text, resolve};
use crate::domain::Timestamp;
use crate::domain::feed::{Entry, Feed, FeedKind};
use crate::domain::url::{is_same_site, web};

/// The most addresses read from one sitemap; the protocol allows no more.
const ADDRESSES_MAX: usize = 50_000;
/// Entries taken from one source, the latest.
pub const SITEMAP_ENTRIES_MAX: usize = 5_000;
/// Sitemaps of an index that are followed at one poll, the latest.
pub const SITEMAPS_MAX: usize = 5;
/// The longest value, in bytes.
const VALUE_BYTES_MAX: usize = 8 * 1024;

/// What a sitemap is.
#[derive(Debug, Clone, PartialEq)]
pub enum Sitemap {
    Urls(Box<Parsed>),
    /// The sitemaps to follow, the most promising first, at most `SITEMAPS_MAX`.
    Index(Vec<Url>),
}

/// Returns what a sitemap holds. `base` is the address it came from.
///
/// # Errors
/// The body is no sitemap; the error says what it is instead.
pub fn parse_sitemap(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Result<Sitemap, ParseError> {
    if bytes.len() > BODY_BYTES_MAX {
        return Err(ParseError::TooLarge { bytes: bytes.len() });
    }
    let decoded = super::decode::decode(bytes, content_type);
    let text = decoded.text.trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let mut reading = Reading::default();
    let damage = reading.read(text);
    let mut warnings: Vec<String> = decoded.warning.into_iter().chain(damage).collect();
    let found = match reading.root {
        Some(Root::Index) => return Ok(Sitemap::Index(followed(&reading.found, base))),
        Some(Root::Urls) => reading.found,
        None => match super::parse(bytes, content_type, Some(base)) {
            Ok(parsed) => return Ok(Sitemap::Urls(Box::new(of_feed(parsed, base)))),
            Err(ParseError::NotAFeed) => {
                let found = lines(text).ok_or(ParseError::NotAFeed)?;
                // An address alone is as often all that an error says.
                let is_list = found.len() > 1 || is_plain_text(content_type) && is_of_site(&found, base);
                if !is_list {
                    return Err(ParseError::NotAFeed);
                }
                found
            }
            Err(error) => return Err(error),
        },
    };
    if found.len() >= ADDRESSES_MAX {
        warnings.push(format!("only the first {ADDRESSES_MAX} addresses were read"));
    }
    let mut feed = feed(found, base);
    super::clean(&mut feed);
    Ok(Sitemap::Urls(Box::new(Parsed { feed, warnings })))
}

/// Returns what a feed lists: its entries that lead somewhere.
fn of_feed(mut parsed: Parsed, base: &Url) -> Parsed {
    let leads = |entry: &Entry| {
        entry
            .article_link()
            .is_some_and(|link| web_address(link, base).is_some())
    };
    parsed.feed.entries.retain(leads);
    latest_first(&mut parsed.feed.entries);
    parsed
}

/// Returns the addresses of a text that has one in each line, if it is such a text; a few other lines are passed over.
fn lines(text: &str) -> Option<Vec<Found>> {
    let written = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    let mut found = Vec::new();
    let mut others = 0_usize;
    for line in written.take(ADDRESSES_MAX) {
        // The protocol wants whole addresses; a line of words that begins with one is a line of words.
        let is_whole = line.len() <= VALUE_BYTES_MAX && !line.contains(char::is_whitespace) && web(line).is_some();
        match is_whole {
            true => found.push(Found {
                address: line.to_owned(),
                ..Found::default()
            }),
            false => others += 1,
        }
    }
    (found.len() > others).then_some(found)
}

fn is_plain_text(content_type: Option<&str>) -> bool {
    let kind = content_type.and_then(|stated| stated.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/plain"))
}

fn is_of_site(found: &[Found], base: &Url) -> bool {
    found
        .iter()
        .any(|one| web(&one.address).is_some_and(|url| is_same_site(&url, base)))
}

/// Returns one feed of what several sitemaps hold: each address once, the latest first, bounded.
pub fn merged(parts: Vec<Parsed>) -> Parsed {
    let mut all = Parsed {
        feed: Feed::default(),
        warnings: Vec::new(),
    };
    for part in parts {
        all.feed.title = all.feed.title.or(part.feed.title);
        all.feed.language = all.feed.language.or(part.feed.language);
        all.feed.entries.extend(part.feed.entries);
        all.warnings.extend(part.warnings);
    }
    let mut seen = std::collections::HashSet::new();
    all.feed
        .entries
        .retain(|entry| seen.insert(entry.article_link().map(str::to_owned)));
    latest_first(&mut all.feed.entries);
    all
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Urls,
    Index,
}

/// One `<url>` or `<sitemap>`.
#[derive(Debug, Default)]
struct Found {
    address: String,
    modified: Option<Timestamp>,
    title: Option<String>,
    published: Option<Timestamp>,
    language: Option<String>,
    publication: Option<String>,
}

#[derive(Default)]
struct Reading {
    root: Option<Root>,
    found: Vec<Found>,
    one: Option<Found>,
    /// Open elements inside the entry, by local name.
    open: Vec<String>,
    value: String,
}

impl Reading {
    /// Reads what there is and returns what stopped it early, if something did.
    fn read(&mut self, text: &str) -> Option<String> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        while self.found.len() < ADDRESSES_MAX {
            match reader.read_event() {
                Ok(Event::Start(tag)) => self.start(tag.local_name().as_ref()),
                Ok(Event::End(tag)) => self.end(tag.local_name().as_ref()),
                Ok(Event::Text(text)) => self.text(text.as_ref()),
                Ok(Event::CData(text)) => self.text(text.as_ref()),
                Ok(Event::GeneralRef(name)) => {
                    self.text(&char_refs::unescape(&format!("&{};", name.as_ref() as &str)));
                }
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(error) => return Some(format!("broken: {error}")),
            }
        }
        None
    }

    fn start(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        self.value.clear();
        match (name.as_str(), self.root) {
            ("urlset", None) => self.root = Some(Root::Urls),
            ("sitemapindex", None) => self.root = Some(Root::Index),
            // A new one begins although the last did not end.
            ("url", Some(Root::Urls)) | ("sitemap", Some(Root::Index)) => {
                self.keep();
                self.one = Some(Found::default());
                self.open.clear();
            }
            _ if self.one.is_some() && self.open.len() < super::DEPTH_MAX => self.open.push(name),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.one.is_some() && self.value.len() + text.len() <= VALUE_BYTES_MAX {
            self.value.push_str(text);
        }
    }

    fn end(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        if matches!(name.as_str(), "url" | "sitemap") {
            self.keep();
            return;
        }
        let inside_other = self.open.iter().any(|open| matches!(open.as_str(), "image" | "video"));
        let value = html_to_text::line(&std::mem::take(&mut self.value));
        if let Some(at) = self.open.iter().rposition(|open| *open == name) {
            self.open.truncate(at);
        }
        let Some(one) = self.one.as_mut().filter(|_| !inside_other && !value.is_empty()) else {
            return;
        };
        match name.as_str() {
            "loc" if one.address.is_empty() => one.address = value,
            "lastmod" => one.modified = date::parse_lenient(&value),
            "title" => one.title = Some(value),
            "publication_date" => one.published = date::parse_lenient(&value),
            "language" => one.language = Some(value.to_ascii_lowercase()),
            "name" => one.publication = Some(value),
            _ => {}
        }
    }

    fn keep(&mut self) {
        if let Some(one) = self.one.take().filter(|one| !one.address.is_empty()) {
            self.found.push(one);
        }
        self.open.clear();
    }
}

fn web_address(text: &str, base: &Url) -> Option<Url> {
    web(&resolve(Some(base), text))
}

fn feed(found: Vec<Found>, base: &Url) -> Feed {
    let title = found.iter().find_map(|one| one.publication.clone());
    let mut entries: Vec<Entry> = found
        .into_iter()
        .filter_map(|one| {
            let address = web_address(&one.address, base)?.to_string();
            Some(Entry {
                id: Some(address.clone()),
                title: one.title,
                link: Some(address),
                published: one.published,
                updated: one.modified,
                language: one.language,
                publisher: one.publication,
                ..Entry::default()
            })
        })
        .collect();
    latest_first(&mut entries);
    Feed {
        kind: FeedKind::Rss,
        title,
        entries,
        ..Feed::default()
    }
}

fn latest_first(entries: &mut Vec<Entry>) {
    // Stable: what has no date keeps its place behind what has one.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.published.or(entry.updated)));
    entries.truncate(SITEMAP_ENTRIES_MAX);
}

/// Returns the sitemaps of an index worth following: news first, then the latest, then those named last.
fn followed(found: &[Found], base: &Url) -> Vec<Url> {
    let mut maps: Vec<(bool, Option<Timestamp>, usize, Url)> = found
        .iter()
        .enumerate()
        .filter_map(|(at, one)| {
            let url = web_address(&one.address, base)?;
            let is_news = url.path().to_ascii_lowercase().contains("news");
            Some((is_news, one.modified, at, url))
        })
        .collect();
    maps.sort_by_key(|(is_news, modified, at, _)| std::cmp::Reverse((*is_news, *modified, *at)));
    maps.truncate(SITEMAPS_MAX);
    maps.into_iter().map(|(.., url)| url).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn base() -> Url {
        Url::parse("https://example.org/sitemap.xml").unwrap()
    }

    #[test]
    fn an_index_is_followed_where_news_are() {
        let many: String = (1..20)
            .map(|n| format!("<sitemap><loc>/part-{n}.xml</loc><lastmod>2026-06-{n:02}</lastmod></sitemap>"))
            .collect();
        let text = format!(
            "<sitemapindex>{many}<sitemap><loc>/news.xml.gz</loc></sitemap><sitemap><loc>ftp://x/</loc></sitemap></sitemapindex>"
        );
        let Ok(Sitemap::Index(maps)) = parse_sitemap(text.as_bytes(), None, &base()) else {
            panic!("no index");
        };
        let paths: Vec<&str> = maps.iter().map(Url::path).collect();
        assert_eq!(
            paths,
            [
                "/news.xml.gz",
                "/part-19.xml",
                "/part-18.xml",
                "/part-17.xml",
                "/part-16.xml"
            ]
        );
    }

    #[test]
    fn what_is_no_sitemap_says_what_it_is() {
        let error = |text: &str| parse_sitemap(text.as_bytes(), None, &base()).unwrap_err();
        assert_eq!(error(" "), ParseError::Empty);
        assert!(matches!(
            error("<html><body>Not found</body></html>"),
            ParseError::HtmlPage
        ));
        assert_eq!(
            error("<opml/>"),
            ParseError::OtherXml {
                root: "opml".to_owned()
            }
        );
        for text in [
            "Not found",
            "User-agent: *\nSitemap: https://example.org/map.xml",
            "See https://example.org/a\nand https://example.org/b for more",
            "https://example.org/a\nThe mill burned down.\nNobody was hurt.",
            "/a\n/b\nmailto:mill@example.org",
            "https://status.example/",
            "https://example.org/sorry",
        ] {
            assert_eq!(error(text), ParseError::NotAFeed, "{text}");
        }
    }

    #[test]
    fn one_address_alone_is_a_list_where_it_is_sent_as_one() {
        for (text, content_type, is_list) in [
            ("https://example.org/a", Some("text/plain; charset=utf-8"), true),
            ("https://www.example.org/a\n", Some("TEXT/PLAIN"), true),
            ("https://status.example/", Some("text/plain"), false),
            ("https://example.org/sorry", Some("text/html"), false),
            ("https://example.org/a\nhttps://example.org/b", Some("text/html"), true),
        ] {
            let found = parse_sitemap(text.as_bytes(), content_type, &base());
            assert_eq!(found.is_ok(), is_list, "{text} {content_type:?}");
        }
    }

    #[test]
    fn a_feed_is_read_by_its_publishers_own_links() {
        let item = |link: &str, own: &str| {
            format!("<item>{link}<feedburner:origLink>https://example.org/{own}</feedburner:origLink></item>")
        };
        let feed = |items: &str| {
            let text = format!(
                "<rss version=\"2.0\" xmlns:feedburner=\"http://rssnamespace.org/feedburner/ext/1.0\"><channel>{items}</channel></rss>"
            );
            match parse_sitemap(text.as_bytes(), None, &base()) {
                Ok(Sitemap::Urls(parsed)) => *parsed,
                other => panic!("{other:?}"),
            }
        };
        let one = feed(&item("<link>https://service.example/1</link>", "a"));
        let other = feed(&(item("<link>https://service.example/2</link>", "a") + &item("<link>news:x</link>", "b")));
        assert_eq!((one.feed.entries.len(), other.feed.entries.len()), (1, 2));
        let all = merged(vec![one, other]);
        let links: Vec<_> = all.feed.entries.iter().map(Entry::article_link).collect();
        assert_eq!(links, [Some("https://example.org/a"), Some("https://example.org/b")]);
    }

    #[test]
    fn a_huge_one_is_cut() {
        let one = "<url><loc>https://example.org/a</loc></url>";
        let text = format!("<urlset>{}", one.repeat(ADDRESSES_MAX + 10));
        let Ok(Sitemap::Urls(parsed)) = parse_sitemap(text.as_bytes(), None, &base()) else {
            panic!("no sitemap");
        };
        assert_eq!(parsed.feed.entries.len(), SITEMAP_ENTRIES_MAX);
        assert_eq!(parsed.warnings.len(), 1);
        assert_eq!(merged(vec![*parsed]).feed.entries.len(), 1, "each address once");
        let text = "https://example.org/a\n".repeat(ADDRESSES_MAX + 10);
        let Ok(Sitemap::Urls(parsed)) = parse_sitemap(text.as_bytes(), None, &base()) else {
            panic!("no sitemap");
        };
        assert_eq!(parsed.feed.entries.len(), SITEMAP_ENTRIES_MAX);
        assert_eq!(parsed.warnings.len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn no_bytes_panic_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse_sitemap(&bytes, None, &base());
        }

        #[test]
        fn no_markup_panics_the_reader_and_bounds_hold(
            text in "<(urlset|sitemapindex)>(<(/?url|/?sitemap|/?loc|/?news:news|/?news:title|/?lastmod|!\\[CDATA\\[|image:image)>|&[a-z]{1,4};|/[a-z]{1,3}|2026-06-1[0-9]|\\]\\]>){0,60}",
        ) {
            match parse_sitemap(text.as_bytes(), None, &base()) {
                Ok(Sitemap::Urls(parsed)) => {
                    prop_assert!(parsed.feed.entries.iter().all(|entry| entry.link.is_some()));
                    let again = merged(vec![(*parsed).clone(), (*parsed).clone()]);
                    prop_assert!(again.feed.entries.len() <= parsed.feed.entries.len());
                }
                Ok(Sitemap::Index(maps)) => prop_assert!(maps.len() <= SITEMAPS_MAX),
                Err(_) => {}
            }
        }
    }
}
