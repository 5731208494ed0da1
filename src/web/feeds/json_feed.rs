//! JSON Feed 1.1.

use serde_json::{Value, json};

use super::feed_document::{FeedDocument, FeedEntry, moment};

pub const MEDIA: &str = "application/feed+json; charset=utf-8";

/// Writes a feed.
pub fn write(feed: &FeedDocument) -> Vec<u8> {
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.own,
        "items": feed.entries.iter().map(item).collect::<Vec<Value>>(),
    });
    feed.to_string().into_bytes()
}

fn item(entry: &FeedEntry) -> Value {
    let mut item = json!({
        "id": entry.id,
        "url": entry.page,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": moment(entry.published),
        "date_modified": moment(entry.updated),
        "authors": [{ "name": entry.author }],
    });
    let more = [
        ("external_url", entry.url.as_deref()),
        ("summary", Some(entry.summary.as_str()).filter(|text| !text.is_empty())),
        ("language", entry.language.as_deref()),
    ];
    for (key, value) in more {
        if let Some(value) = value {
            item[key] = value.into();
        }
    }
    item
}
