//! A web page where a feed was configured, that names the one feed of its site.
//!
//! The owner wrote down the site's address instead of its feed's. Where the page leaves no choice it is followed like a
//! permanent redirect: read through at once and told, the stored address after three polls. Only for a source that has
//! never given a feed itself: a feed that turns into a page (an error, a login, a notice in the site's frame) has failed,
//! wherever that page points. See docs/decisions/0007.

use url::Url;

use crate::domain::source::SourceState;
use crate::domain::url::is_same_site;

/// Returns the feed to read in place of a page, of the feeds the page names.
pub fn target(state: &SourceState, page: &Url, feeds: &[Url]) -> Option<Url> {
    let [feed] = feeds else { return None };
    let is_followed = state.succeeded_at.is_none() || state.moved_to.as_deref() == Some(feed.as_str());
    (is_followed && feed != page && is_same_site(feed, page)).then(|| feed.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[track_caller]
    fn check(state: &SourceState, feeds: &[&str], expected: bool) {
        let page = Url::parse("https://www.example.org/news/").unwrap();
        let feeds: Vec<Url> = feeds.iter().map(|feed| Url::parse(feed).unwrap()).collect();
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
