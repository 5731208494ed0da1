//! feed-rs as second opinion, asked where our own reader found nothing.
//!
//! It gets the decoded text and reports what it sees; ids it would make up are left out. It may panic on damaged
//! input, which ends here and counts as no opinion.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model;
use url::Url;

use super::{ENTRIES_MAX, date, html_to_text};
use crate::domain::feed::{Enclosure, Entry, Feed, FeedKind, Markup};

/// Returns the feed feed-rs sees in a text.
pub fn read(text: &str, base: Option<&Url>) -> Option<Feed> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(base)
        // The default is random, which would make every entry new at every poll.
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(date::parse_lenient)
        .build();
    let text = without_declarations(text);
    let feed = catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes())))
        .ok()?
        .ok()?;
    Some(feed_of(feed))
}

/// Returns a text without its XML declarations: by what they say of the encoding it was decoded already, and would be once
/// more. One that does not stand at the beginning makes the parser panic.
fn without_declarations(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, declaration)) = rest.split_once("<?xml ") {
        left.push_str(before);
        rest = declaration.split_once("?>").map_or("", |(_, after)| after);
    }
    left + rest
}

fn feed_of(feed: model::Feed) -> Feed {
    let description = feed.description.map(markup);
    Feed {
        kind: match feed.feed_type {
            model::FeedType::Atom => FeedKind::Atom,
            model::FeedType::JSON => FeedKind::Json,
            model::FeedType::RSS1 => FeedKind::Rdf,
            model::FeedType::RSS0 | model::FeedType::RSS2 => FeedKind::Rss,
        },
        title: feed.title.map(|title| html_to_text::title(&title.content)),
        link: link(&feed.links),
        description: description.as_ref().map(super::markup::to_plain),
        description_markup: description,
        language: feed.language,
        updated: feed.updated.or(feed.published),
        ttl_minutes: feed.ttl,
        skip_hours: Vec::new(),
        skip_days: Vec::new(),
        entries: feed.entries.into_iter().take(ENTRIES_MAX).map(entry_of).collect(),
    }
}

fn entry_of(entry: model::Entry) -> Entry {
    let files = entry.media.into_iter().flat_map(|media| media.content);
    Entry {
        id: Some(entry.id).filter(|id| !id.is_empty()),
        title: entry.title.map(|title| html_to_text::title(&title.content)),
        link: link(&entry.links),
        original_link: None,
        published: entry.published,
        updated: entry.updated,
        authors: entry
            .authors
            .into_iter()
            .filter_map(|person| person.name.or(person.email))
            .collect(),
        summary: entry.summary.map(markup),
        content: entry.content.and_then(|content| content.body).map(Markup::html),
        categories: entry.categories.into_iter().map(|category| category.term).collect(),
        enclosures: files
            .filter_map(|file| {
                let media_type = file.content_type.map(|kind| kind.to_string());
                Some(Enclosure {
                    url: file.url?.into(),
                    media_type,
                    length: file.size,
                })
            })
            .collect(),
        language: entry.language,
        publisher: None,
        record: Vec::new(),
        publisher_domain: None,
    }
}

fn link(links: &[model::Link]) -> Option<String> {
    let is_page = |link: &&model::Link| matches!(link.rel.as_deref(), None | Some("alternate"));
    links.iter().find(is_page).map(|link| link.href.clone())
}

fn markup(text: model::Text) -> Markup {
    if html_to_text::looks_like_html(&text.content) {
        Markup::html(text.content)
    } else {
        Markup::text(text.content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decoded_is_not_decoded_again() {
        let entry = "<entry xmlns=\"http://www.w3.org/2005/Atom\"><title>Café</title></entry>";
        let comment = format!("<!-- {} -->", "x".repeat(300));
        for encoding in ["windows-1252", "koi8-r", "utf-16", "shift_jis"] {
            let declaration = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>");
            for text in [
                format!("{declaration}{entry}"),
                format!("{declaration}{comment}{entry}"),
                format!("{comment}{declaration}{entry}"),
            ] {
                let feed = read(&text, None).unwrap_or_else(|| panic!("{text}"));
                assert_eq!(feed.entries[0].title.as_deref(), Some("Café"), "{text}");
            }
        }
        assert_eq!(without_declarations("a<?xml version"), "a");
        assert_eq!(without_declarations("<?xml-stylesheet?><a/>"), "<?xml-stylesheet?><a/>");
    }

    #[test]
    fn ids_are_never_made_up() {
        let text =
            "<rss version=\"2.0\"><channel><title>f</title><item><description>x</description></item></channel></rss>";
        let one = read(text, None).unwrap();
        assert_eq!(one, read(text, None).unwrap());
        assert_eq!(one.entries[0].id, None);
    }
}
