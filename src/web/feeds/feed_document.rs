//! What a feed holds, however it is written.

use maud::html;

use super::entry_id::EntryIds;
use crate::domain::Timestamp;
use crate::web::desk::Desk;
use crate::web::routes::Route;

/// Bytes of text in one feed; older entries are left out of a longer one.
const BYTES_MAX: usize = 1024 * 1024;

/// Bytes of the content of one entry; a longer one is to be read on its page.
const ENTRY_BYTES_MAX: usize = BYTES_MAX / 2;

/// A feed.
pub struct FeedDocument {
    pub id: String,
    pub title: String,
    /// The page of the same.
    pub home: String,
    /// Where it is itself.
    pub own: String,
    /// The latest first.
    pub entries: Vec<FeedEntry>,
}

/// An entry of a feed.
pub struct FeedEntry {
    pub id: String,
    pub title: String,
    /// Where it is to be read.
    pub url: Option<String>,
    /// Its page here.
    pub page: String,
    pub author: String,
    pub published: Timestamp,
    pub updated: Timestamp,
    pub summary: String,
    /// Its content.
    pub html: String,
    pub language: Option<String>,
}

impl FeedDocument {
    /// Returns the feed at a route.
    pub fn new(
        desk: &Desk<'_>,
        ids: EntryIds,
        route: &Route,
        title: String,
        home: &Route,
        mut entries: Vec<FeedEntry>,
    ) -> Self {
        for entry in entries.iter_mut().filter(|entry| entry.html.len() > ENTRY_BYTES_MAX) {
            entry.html = in_short(entry);
        }
        let mut bytes = 0;
        let fits = |entry: &FeedEntry| {
            bytes += entry.html.len() + entry.summary.len() + entry.title.len();
            bytes <= BYTES_MAX
        };
        let kept = entries.iter().map(fits).take_while(|fits| *fits).count();
        entries.truncate(kept);
        Self {
            id: ids.of_feed(route),
            title,
            home: desk.address(home),
            own: address(desk, route),
            entries,
        }
    }

    /// Returns when it last changed, if anything is in it.
    pub fn updated(&self) -> Option<Timestamp> {
        self.entries.iter().map(|entry| entry.updated).max()
    }
}

fn in_short(entry: &FeedEntry) -> String {
    let content = html! {
        @if !entry.summary.is_empty() { p { (entry.summary) } }
        p { a href=(entry.page) { "Too long for a feed: all of it" } }
    };
    content.into_string()
}

/// Returns the whole address of a feed, with the token of whoever reads.
pub fn address(desk: &Desk<'_>, feed: &Route) -> String {
    let address = desk.address(feed);
    let Some(token) = &desk.token else { return address };
    let token = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("token", token)
        .finish();
    let join = if address.contains('?') { '&' } else { '?' };
    format!("{address}{join}{token}")
}

/// Returns a moment as feeds write it.
pub fn moment(at: Timestamp) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
