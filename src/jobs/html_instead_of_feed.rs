//! A web page where a feed was configured, that names the one feed of its site.
//!
//! The owner wrote down the site's address instead of its feed's. Where the page leaves no choice it is followed like a
//! permanent redirect: read through at once and told, the stored address after three polls. Only for a source that has
//! never given a feed itself: a feed that turns into a page (an error, a login, a notice in the site's frame) has failed,
//! wherever that page points. See docs/decisions/0007.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use url::Url;

use super::{Context, source_body};
use crate::decide::Outcome;
use crate::domain::Timestamp;
use crate::domain::source::{Failure, Source, SourceState, Validators};
use crate::domain::url::registrable_domain;
use crate::fetch::{Purpose, Request};

/// Returns the feed to read in place of a page, of the feeds the page names.
pub(super) fn target(state: &SourceState, page: &Url, feeds: &[String]) -> Option<Url> {
    let [feed] = feeds else { return None };
    let feed = Url::parse(feed).ok()?;
    let is_followed = state.succeeded_at.is_none() || state.moved_to.as_deref() == Some(feed.as_str());
    let site = |url: &Url| registrable_domain(url.host_str().unwrap_or_default());
    (is_followed && feed != *page && site(&feed) == site(page)).then_some(feed)
}

/// Reads the feed a page names.
///
/// # Errors
/// It cannot be read, or is a page too.
pub(super) async fn follow(
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
    let moved_to = feed.to_string();
    let request = Request::new(feed, Purpose::Feed).with_headers_for(&source.address, &source.headers);
    let response = source_body::get(ctx, now, request).await.map_err(told)?;
    let mut answer = source_body::answer(&response);
    // The page is asked first next time, and these are not its.
    answer.validators = Validators::default();
    answer.moved_to = Some(moved_to);
    answer.body_hash = Some(Sha256::digest(&response.body).to_vec());
    if answer.body_hash == state.body_hash {
        return Ok(Outcome::NotModified(answer));
    }
    let parsed = source_body::read_body(ctx, source, response)
        .await
        .map_err(|unread| told(unread.failure))?;
    Ok(Outcome::Fetched(answer, Box::new(parsed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(state: &SourceState, feeds: &[&str], expected: bool) {
        let page = Url::parse("https://www.example.org/news/").unwrap();
        let feeds: Vec<String> = feeds.iter().map(|feed| (*feed).to_owned()).collect();
        assert_eq!(target(state, &page, &feeds).is_some(), expected, "{feeds:?}");
    }

    #[test]
    fn only_one_feed_of_the_same_site_and_only_for_a_source_that_never_gave_one() {
        let new = SourceState::default();
        check(&new, &["https://www.example.org/feed"], true);
        check(&new, &["https://feeds.example.org/all"], true);
        check(&new, &["https://feeds.example.net/all"], false);
        check(
            &new,
            &["https://www.example.org/feed", "https://www.example.org/comments"],
            false,
        );
        check(&new, &["https://www.example.org/news/"], false);
        check(&new, &["no address"], false);
        check(&new, &[], false);
        let read = SourceState {
            succeeded_at: Some(Timestamp::UNIX_EPOCH),
            ..SourceState::default()
        };
        check(&read, &["https://www.example.org/feed"], false);
        let followed = SourceState {
            moved_to: Some("https://www.example.org/feed".to_owned()),
            ..read
        };
        check(&followed, &["https://www.example.org/feed"], true);
        check(&followed, &["https://www.example.org/other"], false);
    }
}
