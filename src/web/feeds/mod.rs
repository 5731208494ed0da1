//! Feeds: what is stored, for the reader one has already. One entry a story, or one a digest; dates for a calendar.
//!
//! A `FeedDocument` says what a feed holds; `atom` and `json_feed` write it. An entry's id is for ever, whoever asks under
//! whatever name. Everything from outside is text here, or HTML that maud has escaped.

mod entry_id;
mod feed_document;
mod entry_content;
mod atom;
mod json_feed;
mod written;
mod stories_feed;
mod digest_feed;
mod feed_list;
mod reading_list;
mod calendar;

pub use calendar::calendar;
pub use digest_feed::digests;
pub use feed_list::page;
pub use reading_list::list as opml;
pub use stories_feed::{search, stories};
