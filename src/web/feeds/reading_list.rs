//! All feeds as a reading list (OPML 2.0).

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::feed_document::address;
use super::feed_list::{self, FeedSubject, ListedFeed};
use crate::web::answer::Answer;
use crate::web::desk::Desk;

const MEDIA: &str = "text/x-opml; charset=utf-8";

/// Returns the reading list.
pub fn list(desk: &Desk<'_>) -> Answer {
    let mut out = Writer::new(Vec::new());
    document(&mut out, desk).expect("a vector takes what is written");
    Answer::found(MEDIA, out.into_inner())
}

fn document(out: &mut Writer<Vec<u8>>, desk: &Desk<'_>) -> io::Result<()> {
    let start = |name: &str| Event::Start(BytesStart::new(name.to_owned()));
    let end = |name: &str| Event::End(BytesEnd::new(name.to_owned()));
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    out.write_event(Event::Start(
        BytesStart::new("opml").with_attributes([("version", "2.0")]),
    ))?;
    out.write_event(start("head"))?;
    out.write_event(start("title"))?;
    out.write_event(Event::Text(BytesText::new("Tidings")))?;
    out.write_event(end("title"))?;
    out.write_event(end("head"))?;
    out.write_event(start("body"))?;
    for (kind, folder) in [(FeedSubject::Stories, "Stories"), (FeedSubject::Digests, "Digests")] {
        let feeds: Vec<ListedFeed> = feed_list::all(desk)
            .into_iter()
            .filter(|feed| feed.kind == kind)
            .collect();
        if feeds.is_empty() {
            continue;
        }
        let folder = BytesStart::new("outline").with_attributes([("text", folder), ("title", folder)]);
        out.write_event(Event::Start(folder))?;
        for feed in feeds {
            let (own, home) = (address(desk, &feed.route), desk.address(&feed.home));
            let outline = BytesStart::new("outline").with_attributes([
                ("type", "rss"),
                ("text", feed.title.as_str()),
                ("title", feed.title.as_str()),
                ("xmlUrl", own.as_str()),
                ("htmlUrl", home.as_str()),
            ]);
            out.write_event(Event::Empty(outline))?;
        }
        out.write_event(end("outline"))?;
    }
    out.write_event(end("body"))?;
    out.write_event(end("opml"))
}
