//! From an address to its answer.

use super::answer::Answer;
use super::api;
use super::desk::Desk;
use super::feeds;
use super::layout::{ICON, STYLE};
use super::pages;
use super::routes::Route;
use crate::views::{ViewError, images};

/// A stylesheet or a picture of this program stays as it is for this long, in seconds.
const STANDING_SECONDS: u32 = 3600;

/// A kept picture stays as it is for this long, in seconds.
const PICTURE_SECONDS: u32 = 365 * 24 * 3600;

const NO_PAGE: &str = "No page has this address.";

/// Returns what an address gives. What is not there, and what went wrong, is a page too.
pub fn answer(desk: &Desk<'_>, route: &Route) -> Answer {
    made(desk, route).unwrap_or_else(|error| failed(desk, route, error))
}

/// Returns why an address cannot be answered, as whoever asks reads it.
pub fn failed(desk: &Desk<'_>, route: &Route, error: ViewError) -> Answer {
    match route {
        Route::Api { .. } => api::failed(error),
        _ => pages::failure::of(desk, &error),
    }
}

/// Returns that making the answer failed through a fault of this program.
pub fn fault(desk: &Desk<'_>, route: &Route) -> Answer {
    let (title, message) = (
        "A fault of tidings",
        "This cannot be made. The log says more; please report it.",
    );
    match route {
        Route::Api { .. } => api::fault(title, message),
        _ => pages::failure::page(desk, 500, title, message),
    }
}

/// Returns the answer for an address that leads nowhere.
pub fn missing(desk: &Desk<'_>) -> Answer {
    pages::failure::of(desk, &ViewError::NotFound(NO_PAGE.to_owned()))
}

fn made(desk: &Desk<'_>, route: &Route) -> Result<Answer, ViewError> {
    Ok(match route {
        Route::Today => pages::today::page(desk)?,
        Route::Topics => pages::topics::list(desk)?,
        Route::Topic { name, before } => pages::topics::page(desk, name, *before)?,
        Route::Story(id) => pages::story::page(desk, *id)?,
        Route::Article(id) => pages::article::page(desk, *id)?,
        Route::Sources => pages::sources::list(desk)?,
        Route::Source(id) => pages::sources::page(desk, *id)?,
        Route::Search(terms) => pages::search::page(desk, terms)?,
        Route::Digests => pages::digests::list(desk)?,
        Route::Digest(id) => pages::digests::page(desk, *id)?,
        Route::SentDigest(id) => pages::digests::sent(desk, *id)?,
        Route::TopicFeed { name, form, only_new } => feeds::stories(desk, Some(name), *form, *only_new)?,
        Route::StoriesFeed { form, only_new } => feeds::stories(desk, None, *form, *only_new)?,
        Route::Calendar { topic } => feeds::calendar(desk, topic.as_deref())?,
        Route::SearchFeed(terms) => feeds::search(desk, terms)?,
        Route::DigestFeed { name } => feeds::digests(desk, name)?,
        Route::Feeds => feeds::page(desk)?,
        Route::Opml => feeds::opml(desk),
        Route::Image(file) => picture(desk, file)?,
        Route::Api { path, query } => api::answer(desk, path, query),
        Route::Style => standing("text/css; charset=utf-8", STYLE),
        Route::Icon => standing("image/svg+xml", ICON),
    })
}

/// A picture's address holds the hash of its bytes: it is the same for ever.
fn picture(desk: &Desk<'_>, file: &str) -> Result<Answer, ViewError> {
    let gone = || ViewError::NotFound("No picture is kept under this address.".to_owned());
    let (hash, _) = file.split_once('.').ok_or_else(gone)?;
    let found = images::bytes(desk.store, desk.config, hash)?.ok_or_else(gone)?;
    Ok(Answer {
        fresh_seconds: PICTURE_SECONDS,
        ..Answer::found(found.format.media_type(), found.bytes)
    })
}

fn standing(media: &'static str, text: &'static str) -> Answer {
    Answer {
        fresh_seconds: STANDING_SECONDS,
        ..Answer::found(media, text)
    }
}
