//! A feed as an answer.

use super::feed_document::FeedDocument;
use super::{atom, json_feed};
use crate::web::answer::Answer;
use crate::web::routes::FeedForm;

/// A reader need not ask again for so long, in seconds.
const FRESH_SECONDS: u32 = 300;

/// Returns a feed, written.
pub fn answer(feed: &FeedDocument, form: FeedForm) -> Answer {
    let (media, bytes) = match form {
        FeedForm::Atom => (atom::MEDIA, atom::write(feed)),
        FeedForm::Json => (json_feed::MEDIA, json_feed::write(feed)),
    };
    Answer {
        modified: feed.updated(),
        fresh_seconds: FRESH_SECONDS,
        ..Answer::found(media, bytes)
    }
}
