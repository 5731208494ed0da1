//! OPML: the lists of feeds that readers hand to each other.
//!
//! Reading takes whatever is in the file, broken or not, and says what it left out; entities of the file's own are not
//! expanded. All limits stand here. Writing gives OPML 2.0. Nothing is fetched, no file is opened.

mod login;
mod render;

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde::Serialize;

use login::{name_without_login, without_login};
pub use render::render;

use crate::domain::source::NAME_BYTES_MAX;
use crate::domain::url::{NoWebAddress, source_address};
use crate::text::{head, one_line};

/// The largest file that is read, in bytes.
pub const OPML_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most subscriptions taken from one file.
pub const SUBSCRIPTIONS_MAX: usize = 50_000;
/// Folders deeper than this are named by the ones above.
pub const FOLDER_DEPTH_MAX: usize = 16;
/// Warnings that are told one by one.
const WARNINGS_MAX: usize = 100;

/// One feed in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subscription {
    pub feed: String,
    #[serde(rename = "name")]
    pub title: Option<String>,
    /// The site it belongs to.
    pub site: Option<String>,
    /// The folders it lies in, outermost first.
    pub folders: Vec<String>,
    /// Its address held a login, which is not part of `feed` and stays in the file.
    #[serde(rename = "login")]
    pub has_login: bool,
}

/// What a file holds, and what of it could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opml {
    pub title: Option<String>,
    pub subscriptions: Vec<Subscription>,
    pub warnings: Vec<String>,
}

/// Why a file is no OPML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpmlError {
    #[error("the file has {bytes} bytes, more than {OPML_BYTES_MAX}")]
    TooLarge { bytes: usize },
    #[error("no OPML: there is no <outline> in it; let your reader export its feeds as OPML")]
    NoOutline,
}

/// Returns the feeds of an OPML file, each address once.
///
/// # Errors
/// It holds no outline at all. A broken one is read as far as it goes.
pub fn parse(bytes: &[u8]) -> Result<Opml, OpmlError> {
    if bytes.len() > OPML_BYTES_MAX {
        return Err(OpmlError::TooLarge { bytes: bytes.len() });
    }
    let text = super::decode::decode(bytes, None).text;
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut reading = Reading::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => reading.open(&tag),
            Ok(Event::Empty(tag)) => {
                reading.open(&tag);
                reading.close(tag.local_name().as_ref());
            }
            Ok(Event::End(tag)) => reading.close(tag.local_name().as_ref()),
            Ok(Event::Text(text)) if reading.in_title => {
                reading.title.push_str(text.as_ref());
            }
            Ok(Event::GeneralRef(name)) if reading.in_title => {
                reading
                    .title
                    .push_str(&super::char_refs::unescape(&format!("&{};", name.as_ref() as &str)));
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                reading.warn(format!("the file is broken, what follows is left out: {error}"));
                break;
            }
        }
        if reading.found.subscriptions.len() >= SUBSCRIPTIONS_MAX {
            reading.warn(format!("only the first {SUBSCRIPTIONS_MAX} feeds were read"));
            break;
        }
    }
    reading.finish()
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    found: Opml,
    seen: std::collections::HashSet<String>,
    /// Open outlines; the name of those that are folders.
    open: Vec<Option<String>>,
    /// Outlines open beyond what is kept.
    deeper: usize,
    in_title: bool,
    title: String,
    has_outline: bool,
    left_out: usize,
}

impl Reading {
    fn open(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        if name.as_ref().eq_ignore_ascii_case("title") && self.open.is_empty() {
            self.in_title = true;
        }
        if !name.as_ref().eq_ignore_ascii_case("outline") {
            return;
        }
        self.has_outline = true;
        let outline = Outline::of(tag);
        let is_feed = outline.feed.is_some();
        match &outline.feed {
            Some(feed) => self.subscribe(feed, &outline),
            // A folder has neither.
            None if outline.is_typed || outline.site.is_some() => {
                let shown = outline.label.as_deref().map_or_else(|| "an outline".to_owned(), cut);
                self.warn(format!(
                    "{shown}: names no feed, which would stand in xmlUrl; it is left out"
                ));
            }
            None => {}
        }
        if self.open.len() >= FOLDER_DEPTH_MAX {
            self.deeper += 1;
        } else {
            self.open.push(outline.label.filter(|_| !is_feed));
        }
    }

    fn close(&mut self, name: &str) {
        if name.eq_ignore_ascii_case("title") {
            self.in_title = false;
        } else if name.eq_ignore_ascii_case("outline") {
            if self.deeper > 0 {
                self.deeper -= 1;
            } else {
                self.open.pop();
            }
        }
    }

    fn subscribe(&mut self, feed: &str, outline: &Outline) {
        let (feed, has_login) = without_login(feed);
        let told = cut(login::shown(&feed));
        let shown = outline.label.as_deref().map_or_else(|| told.clone(), cut);
        let address = match web_address(&feed) {
            Ok(address) => address,
            Err(error) => return self.warn(format!("{shown}: {told} {error}")),
        };
        if !self.seen.insert(address.clone()) {
            return self.warn(format!("{shown}: {told} is listed twice"));
        }
        if has_login {
            self.warn(format!(
                "{shown}: its address holds a login, which is left out; write user = \"…\" and password = {{ file = \"…\" }} beside it"
            ));
        }
        self.found.subscriptions.push(Subscription {
            title: outline.label.clone(),
            site: outline.site.as_deref().and_then(|site| web_address(site).ok()),
            folders: self.open.iter().flatten().cloned().collect(),
            feed: address,
            has_login,
        });
    }

    fn warn(&mut self, warning: String) {
        if self.found.warnings.len() < WARNINGS_MAX {
            self.found.warnings.push(warning);
        } else {
            self.left_out += 1;
        }
    }

    fn finish(mut self) -> Result<Opml, OpmlError> {
        if !self.has_outline {
            return Err(OpmlError::NoOutline);
        }
        if self.left_out > 0 {
            self.found.warnings.push(format!("and {} more", self.left_out));
        }
        self.found.title = name(&self.title);
        Ok(self.found)
    }
}

/// The attributes of an outline that count.
#[derive(Default)]
struct Outline {
    label: Option<String>,
    feed: Option<String>,
    site: Option<String>,
    /// It says that it is a feed, or a link.
    is_typed: bool,
}

/// What the type of an outline says that is a feed.
const FEED_TYPES: [&str; 5] = ["rss", "atom", "rdf", "feed", "podcast"];

impl Outline {
    fn of(tag: &BytesStart<'_>) -> Self {
        let mut outline = Self::default();
        let (mut title, mut url, mut kind) = (None, None, String::new());
        let mut attributes = tag.html_attributes();
        // The same attribute twice is no reason to lose the feed.
        attributes.with_checks(false);
        for attribute in attributes.flatten() {
            let value = super::char_refs::unescape(&attribute.value);
            match attribute.key.local_name().as_ref().to_ascii_lowercase().as_str() {
                "text" => outline.label = name(&value),
                "title" => title = name(&value),
                "xmlurl" => outline.feed = stated(&value),
                "htmlurl" => outline.site = stated(&value),
                "url" => url = stated(&value),
                "type" => kind = value.trim().to_ascii_lowercase(),
                _ => {}
            }
        }
        outline.label = outline.label.or(title);
        // Some write a feed's address as that of a link.
        let is_feed = FEED_TYPES.iter().any(|word| kind.contains(word));
        outline.is_typed = is_feed || url.is_some();
        outline.feed = outline.feed.or(url.filter(|_| is_feed));
        outline
    }
}

fn stated(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn web_address(text: &str) -> Result<String, NoWebAddress> {
    // Some readers write feed://host/path and feed:https://host/path.
    let text = match text.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("//") => Cow::Owned(format!("http:{rest}")),
        Some(rest) => Cow::Borrowed(rest),
        None => Cow::Borrowed(text),
    };
    source_address(&text).map(|url| url.to_string())
}

fn name(text: &str) -> Option<String> {
    let line = one_line(&name_without_login(text)?);
    let line = head(&line, NAME_BYTES_MAX).trim_end();
    (!line.is_empty()).then(|| line.to_owned())
}

fn cut(text: &str) -> String {
    one_line(text).chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn subscription(title: &str, feed: &str, folders: &[&str]) -> Subscription {
        Subscription {
            title: Some(title.to_owned()),
            feed: feed.to_owned(),
            site: None,
            folders: folders.iter().map(|name| (*name).to_owned()).collect(),
            has_login: false,
        }
    }

    #[test]
    fn folders_and_titles_are_kept() {
        let text = r#"<opml version="1.1"><head><title>My &amp; list</title></head><body>
            <outline text="News"><outline text="Tech"><outline TITLE="A &quot;b&quot;" xmlURL="https://a.example/f?x=1&y=2" htmlUrl="https://a.example/"/></outline>
            <outline title="B" text="" xmlUrl=" http://b.example/rss "></outline></outline>
            <outline xmlUrl="feed://c.example/rss"/><outline text="again" xmlUrl="http://b.example/rss"/>
            <outline text="odd" xmlUrl="javascript:alert(1)"/></body></opml>"#;
        let found = parse(text.as_bytes()).unwrap();
        assert_eq!(found.title.as_deref(), Some("My & list"));
        let shown: Vec<_> = found
            .subscriptions
            .iter()
            .map(|s| (s.title.as_deref(), s.feed.as_str(), s.folders.join("/")))
            .collect();
        assert_eq!(
            shown,
            [
                (Some("A \"b\""), "https://a.example/f?x=1&y=2", "News/Tech".to_owned()),
                (Some("B"), "http://b.example/rss", "News".to_owned()),
                (None, "http://c.example/rss", String::new()),
            ]
        );
        assert_eq!(
            found.warnings,
            [
                "again: http://b.example/rss is listed twice",
                "odd: javascript:alert(1) is no web address; it begins with https:// or http://"
            ]
        );
    }

    #[test]
    fn feeds_are_found_under_other_names_and_what_is_none_is_told() {
        let text = "<opml><body><outline type='rss' text='A' url='https://a.example/f'/>\
            <outline type='application/atom+xml' text='B' URL='https://b.example/f' htmlUrl='https://b.example/'/>\
            <outline type='rss' text='C' url='https://c.example/' xmlUrl='https://c.example/f'/>\
            <outline type='link' text='D' url='https://d.example/'/><outline type='rss' text='E' xmlUrl=''/>\
            <outline text='F' htmlUrl='https://f.example/'/><outline text='G'><outline text='H'/></outline></body></opml>";
        let found = parse(text.as_bytes()).unwrap();
        let feeds: Vec<_> = found.subscriptions.iter().map(|one| one.feed.as_str()).collect();
        assert_eq!(
            feeds,
            ["https://a.example/f", "https://b.example/f", "https://c.example/f"]
        );
        let told: Vec<_> = found.warnings.iter().map(|warning| &warning[..1]).collect();
        assert_eq!(told, ["D", "E", "F"], "{:?}", found.warnings);
    }

    #[test]
    fn broken_and_hostile_files_are_read_as_far_as_they_go() {
        let entities = "<!DOCTYPE o [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><opml><outline text=\"&b;\" xmlUrl=\"http://a.example/\"/>";
        let found = parse(entities.as_bytes()).unwrap();
        assert_eq!(found.subscriptions[0].title.as_deref(), Some("&b;"));
        let deep = format!(
            "{}<outline text=\"in\" xmlUrl=\"http://a.example/\"/>",
            "<outline text=\"f\">".repeat(200_000)
        );
        let found = parse(deep.as_bytes()).unwrap();
        assert_eq!(found.subscriptions[0].folders.len(), FOLDER_DEPTH_MAX);
        let crossed = "<opml><body></p><outline text='a' xmlUrl='http://a.example/'></b></outline><outline text=\"cut off\" xmlUrl=\"http://b.exam";
        assert_eq!(parse(crossed.as_bytes()).unwrap().subscriptions.len(), 1);
        assert_eq!(parse(b"<html><p>no</p></html>"), Err(OpmlError::NoOutline));
        assert_eq!(parse(b""), Err(OpmlError::NoOutline));
        let many = format!("<opml>{}</opml>", "<outline text='x' xmlUrl='ftp://x/'/>".repeat(5_000));
        let found = parse(many.as_bytes()).unwrap();
        assert_eq!(found.warnings.len(), WARNINGS_MAX + 1);
        assert_eq!(found.warnings[WARNINGS_MAX], "and 4900 more");
    }

    #[test]
    fn what_is_written_is_opml_2() {
        let text = render(
            "Mine",
            &[subscription(
                "A <b> \"c\" & d",
                "https://a.example/?a=1&b=2",
                &["X & Y"],
            )],
        );
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>Mine</title>\n  </head>\n  <body>\n    \
             <outline text=\"X &amp; Y\" title=\"X &amp; Y\">\n      <outline type=\"rss\" text=\"A &lt;b&gt; &quot;c&quot; &amp; d\" \
             title=\"A &lt;b&gt; &quot;c&quot; &amp; d\" xmlUrl=\"https://a.example/?a=1&amp;b=2\"/>\n    </outline>\n  </body>\n</opml>\n"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn no_bytes_panic_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn no_markup_panics_the_reader(text in "(<(/?outline|opml|!\\[CDATA\\[|\\?|!--|title)( text=.x&amp;.| xmlUrl=\"http://[a-z]{1,3}/\"| xmlUrl='|>|/>)?|[a-z&;]{0,5}){0,40}") {
            let _ = parse(text.as_bytes());
        }

        #[test]
        fn what_is_written_is_read_again(
            names in prop::collection::vec(("[^\\p{C}\\p{Z}]([^\\p{C}]{0,20}[^\\p{C}\\p{Z}])?", prop::collection::vec("[^\\p{C}\\p{Z}]{1,12}", 0..4)), 1..12),
        ) {
            let list: Vec<Subscription> = names
                .iter()
                .enumerate()
                .map(|(n, (title, folders))| Subscription {
                    title: name(title).or_else(|| Some("A".to_owned())),
                    feed: format!("https://{n}.example/feed?a=1&b=%20"),
                    site: Some(format!("https://{n}.example/")),
                    folders: folders.iter().filter_map(|folder| name(folder)).collect(),
                    has_login: false,
                })
                .collect();
            let read = parse(render("All", &list).as_bytes()).unwrap();
            prop_assert!(read.warnings.is_empty());
            let sorted = |list: &[Subscription]| {
                let mut list = list.to_vec();
                list.sort_by(|a, b| a.feed.cmp(&b.feed));
                list
            };
            prop_assert_eq!(sorted(&read.subscriptions), sorted(&list));
        }
    }
}
