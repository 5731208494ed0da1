//! Where a source is read from when its server says for good that it lives elsewhere.
//!
//! The configured address stays what the source is known by; the one it moved to stands beside it. Temporary redirects
//! never come here: see `jobs::poll`.

use url::Url;

use crate::domain::source::{Source, SourceState};

/// Polls in a row on which a permanent redirect must lead to the same valid feed before the stored address moves.
const MOVE_POLLS: u32 = 3;

/// Follows permanent redirects: at once to https on the same host, elsewhere after [`MOVE_POLLS`] polls.
///
/// The first of these is a body that was read as a feed. A 304 or the same body again proves nothing before it, since
/// the validators and the body are those of the old address; after it they speak of the target's own feed and count,
/// else a quiet feed would never move.
pub(super) fn follow(source: &Source, state: &mut SourceState, moved_to: Option<&str>, is_read: bool) {
    let asked = state.current_address.clone().unwrap_or_else(|| source.address.clone());
    let Some(target) = moved_to.filter(|target| *target != asked) else {
        (state.moved_to, state.moved_polls) = (None, 0);
        return;
    };
    state.moved_polls = match state.moved_to.as_deref() == Some(target) {
        true => state.moved_polls + 1,
        false => u32::from(is_read),
    };
    if state.moved_polls >= MOVE_POLLS || is_upgrade(&asked, target) {
        state.current_address = Some(target.to_owned());
        (state.moved_to, state.moved_polls) = (None, 0);
    } else {
        state.moved_to = (state.moved_polls > 0).then(|| target.to_owned());
    }
}

/// Whether two addresses differ in http and https alone, both on their usual ports.
fn is_upgrade(asked: &str, target: &str) -> bool {
    let (Ok(asked), Ok(target)) = (Url::parse(asked), Url::parse(target)) else {
        return false;
    };
    (asked.scheme(), target.scheme()) == ("http", "https")
        && (asked.port(), target.port()) == (None, None)
        && asked.host() == target.host()
        && asked.path() == target.path()
        && asked.query() == target.query()
}

#[cfg(test)]
mod tests {
    use super::*;

    use chrono_tz::Tz;

    use crate::domain::schedule::Schedule;
    use crate::domain::source::SourceKind;

    const OWN: &str = "http://example.org/feed?a=1";
    const NEW: &str = "http://example.net/feed";
    const OTHER: &str = "http://example.com/feed";

    fn source(address: &str) -> Source {
        Source {
            schedule: Schedule::parse("every 1h", Tz::UTC).unwrap(),
            ..Source::new(SourceKind::Feed, address)
        }
    }

    /// Each poll: where permanent redirects led, and whether a body was read (else a 304 or the same body).
    #[track_caller]
    fn check(polls: &[(Option<&str>, bool)], expected: Option<&str>) {
        let mut state = SourceState::default();
        for (to, is_read) in polls {
            follow(&source(OWN), &mut state, *to, *is_read);
        }
        assert_eq!(state.current_address.as_deref(), expected, "{polls:?}");
    }

    #[test]
    fn three_polls_in_a_row_move_an_address() {
        let (read, same) = ((Some(NEW), true), (Some(NEW), false));
        check(&[read, read], None);
        check(&[read, read, read], Some(NEW));
        // A quiet feed moves too, once the target itself has given it.
        check(&[read, same, same], Some(NEW));
        check(&[read, same], None);
        check(&[same, same, same, same], None);
        check(&[same, same, read, same], None);
        check(&[same, same, read, same, same], Some(NEW));
        // Another target, or none, begins anew.
        check(&[read, read, (Some(OTHER), true), read, read], None);
        check(&[read, read, (Some(OTHER), false), read, read], None);
        check(&[read, read, (None, true), read, read], None);
        check(&[(Some(OWN), true), (Some(OWN), true), (Some(OWN), true)], None);
    }

    #[test]
    fn a_moved_address_may_move_on_and_back() {
        let mut polls = vec![(Some(NEW), true); 3];
        polls.extend([(None, false); 2]);
        check(&polls, Some(NEW));
        polls.extend([(Some(OTHER), true); 3]);
        check(&polls, Some(OTHER));
        polls.extend([(Some(OWN), true); 3]);
        check(&polls, Some(OWN));
    }

    #[test]
    fn only_the_same_address_under_https_is_taken_at_once() {
        for (asked, target, expected) in [
            ("http://a.example/feed?x=1", "https://a.example/feed?x=1", true),
            ("http://A.example:80/feed", "https://a.example:443/feed", true),
            ("http://a.example", "https://a.example/", true),
            ("http://a.example/feed?x=1", "https://a.example/feed", false),
            ("http://a.example/feed", "https://a.example/feed/", false),
            ("http://a.example/feed", "https://a.example.evil.example/feed", false),
            ("http://a.example/feed", "https://www.a.example/feed", false),
            ("http://a.example:8080/feed", "https://a.example:8080/feed", false),
            ("http://a.example/feed", "https://a.example:8443/feed", false),
            ("https://a.example/feed", "http://a.example/feed", false),
        ] {
            let mut state = SourceState::default();
            follow(&source(asked), &mut state, Some(target), true);
            assert_eq!(state.current_address.is_some(), expected, "{asked} to {target}");
        }
    }
}
