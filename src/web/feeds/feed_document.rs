//! What a feed holds, however it is written.

use super::entry_id;
use crate::domain::Timestamp;
use crate::web::desk::Desk;
use crate::web::routes::Route;

/// Bytes of text in one feed; older entries are left out of a longer one.
const BYTES_MAX: usize = 1024 * 1024;

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
    pub fn new(desk: &Desk<'_>, route: &Route, title: String, home: &Route, mut entries: Vec<FeedEntry>) -> Self {
        let mut bytes = 0;
        let fits = |entry: &FeedEntry| {
            bytes += entry.html.len() + entry.summary.len() + entry.title.len();
            bytes <= BYTES_MAX
        };
        let kept = entries.iter().map(fits).take_while(|fits| *fits).count();
        entries.truncate(kept);
        Self {
            id: entry_id::of_feed(route),
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
