//! Atom (RFC 4287).

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::feed_document::{FeedDocument, FeedEntry, moment};

pub const MEDIA: &str = "application/atom+xml; charset=utf-8";

/// When a feed in which nothing is yet was updated: Atom wants a date, and readers take some of long ago for none.
const NEVER: &str = "2000-01-01T00:00:00Z";

type Xml = Writer<Vec<u8>>;

/// Writes a feed.
pub fn write(feed: &FeedDocument) -> Vec<u8> {
    let mut out = Writer::new(Vec::new());
    feed_element(&mut out, feed).expect("a vector takes what is written");
    out.into_inner()
}

fn feed_element(out: &mut Xml, feed: &FeedDocument) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let start = BytesStart::new("feed").with_attributes([("xmlns", "http://www.w3.org/2005/Atom")]);
    out.write_event(Event::Start(start))?;
    text(out, "id", &[], &feed.id)?;
    text(out, "title", &[("type", "text")], &feed.title)?;
    text(out, "updated", &[], &feed.updated().map_or(NEVER.to_owned(), moment))?;
    text(out, "generator", &[], "Tidings")?;
    link(out, "self", "application/atom+xml", &feed.own)?;
    link(out, "alternate", "text/html", &feed.home)?;
    for entry in &feed.entries {
        entry_element(out, entry)?;
    }
    out.write_event(Event::End(BytesEnd::new("feed")))
}

fn entry_element(out: &mut Xml, entry: &FeedEntry) -> io::Result<()> {
    let mut start = BytesStart::new("entry");
    if let Some(language) = &entry.language {
        start.push_attribute(("xml:lang", language.as_str()));
    }
    out.write_event(Event::Start(start))?;
    text(out, "id", &[], &entry.id)?;
    text(out, "title", &[("type", "text")], &entry.title)?;
    text(out, "published", &[], &moment(entry.published))?;
    text(out, "updated", &[], &moment(entry.updated))?;
    out.write_event(Event::Start(BytesStart::new("author")))?;
    text(out, "name", &[], &entry.author)?;
    out.write_event(Event::End(BytesEnd::new("author")))?;
    link(out, "alternate", "text/html", entry.url.as_ref().unwrap_or(&entry.page))?;
    if entry.url.is_some() {
        link(out, "related", "text/html", &entry.page)?;
    }
    if !entry.summary.is_empty() {
        text(out, "summary", &[("type", "text")], &entry.summary)?;
    }
    text(out, "content", &[("type", "html")], &entry.html)?;
    out.write_event(Event::End(BytesEnd::new("entry")))
}

fn link(out: &mut Xml, rel: &str, media: &str, href: &str) -> io::Result<()> {
    let link = BytesStart::new("link").with_attributes([("rel", rel), ("type", media), ("href", href)]);
    out.write_event(Event::Empty(link))
}

fn text(out: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
    let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
    out.write_event(Event::Start(start))?;
    out.write_event(Event::Text(BytesText::new(text)))?;
    out.write_event(Event::End(BytesEnd::new(name)))
}
