//! One poll of a feed, or of the web page that stands where one was configured.

use std::sync::Arc;

use url::Url;

use super::failure::{panicked, unreadable};
use super::request::{self, PollAnswer, ask, request};
use crate::decide::{Outcome, html_instead_of_feed};
use crate::domain::Timestamp;
use crate::domain::source::{Failure, Source, SourceState};
use crate::extract;
use crate::feed::{ParseError, Parsed};
use crate::fetch::{Purpose, Request, Response};
use crate::jobs::runtime::Context;

/// Bodies above this size are read on a blocking thread, in bytes.
const INLINE_MAX: usize = 256 * 1024;

/// Asks for a feed. With `is_last` nothing else waits for its host, and the connection is not kept.
pub(super) async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
    is_last: bool,
) -> Result<Outcome, Failure> {
    let request = Request {
        is_last,
        ..request(source, state, Purpose::Feed)?
    };
    let (answer, response) = match ask(ctx, now, state, request).await? {
        PollAnswer::Same(answer) => return Ok(Outcome::NotModified(answer)),
        PollAnswer::Body(answer, response) => (answer, response),
    };
    let page = response.url.clone();
    match parse(ctx, *response).await {
        Ok(parsed) => Ok(Outcome::Fetched(answer, Box::new(parsed))),
        Err(unread) => match html_instead_of_feed::target(state, &page, &unread.feeds) {
            Some(feed) => follow(ctx, now, source, state, feed).await,
            None => Err(unread.failure),
        },
    }
}

/// Reads the feed a page names.
///
/// # Errors
/// It cannot be read, or is a page too.
async fn follow(
    ctx: &Arc<Context>,
    now: Timestamp,
    source: &Source,
    state: &SourceState,
    feed: Url,
) -> Result<Outcome, Failure> {
    let name = source.display_name();
    tracing::warn!("{name} is a web page, not a feed; reading the one feed it names: write feed = \"{feed}\"");
    let told = |failure: Failure| Failure {
        message: format!(
            "a web page, not a feed, and the feed it names fails: {}",
            failure.message
        ),
        ..failure
    };
    let moved_to = Some(feed.to_string());
    let asked = request::follow(ctx, now, source, state, feed, Purpose::Feed)
        .await
        .map_err(told)?;
    let (answer, response) = match asked.moved_to(moved_to) {
        PollAnswer::Same(answer) => return Ok(Outcome::NotModified(answer)),
        PollAnswer::Body(answer, response) => (answer, response),
    };
    let parsed = parse(ctx, *response).await.map_err(|unread| told(unread.failure))?;
    Ok(Outcome::Fetched(answer, Box::new(parsed)))
}

/// Why a body gave nothing, and the feeds it names where it is a page instead of one.
struct UnreadableBody {
    failure: Failure,
    feeds: Vec<Url>,
}

impl From<Failure> for UnreadableBody {
    fn from(failure: Failure) -> Self {
        let feeds = Vec::new();
        Self { failure, feeds }
    }
}

/// Reads a feed from its body.
async fn parse(ctx: &Context, response: Response) -> Result<Parsed, UnreadableBody> {
    if response.body.len() <= INLINE_MAX {
        return read_feed(&response);
    }
    let read = ctx.shared.parse(move || read_feed(&response));
    read.await.unwrap_or_else(|said| Err(panicked(&said).into()))
}

fn read_feed(response: &Response) -> Result<Parsed, UnreadableBody> {
    let parsed = crate::feed::parse(&response.body, response.content_type.as_deref(), Some(&response.url));
    let parsed = parsed.map_err(|error| {
        let mut unread = UnreadableBody::from(unreadable(&error, response));
        if error == ParseError::HtmlPage {
            let html = extract::decode(&response.body, response.content_type.as_deref());
            unread.feeds = extract::named_feeds(&html, &response.url);
            unread.failure.message.push_str(&extract::links_to(&unread.feeds));
        }
        unread
    })?;
    for warning in &parsed.warnings {
        tracing::debug!("{}: {warning}", response.url);
    }
    Ok(parsed)
}
