//! Why a poll failed, as it is stored and told.

use crate::domain::source::{Failure, Trouble};
use crate::extract;
use crate::feed::ParseError;
use crate::fetch::{FetchError, Response};

/// Returns a failure of which nothing is known but what is said of it.
pub(super) fn failed(message: String) -> Failure {
    Failure {
        message,
        status: None,
        retry_at: None,
        trouble: None,
        is_wait: false,
    }
}

/// Returns the failure of a poll that panicked: the fault is ours, but the source goes unread and its owner has to know.
pub(super) fn panicked(said: &str) -> Failure {
    failed(format!(
        "tidings broke on what it was sent ({said}); please report this with its address"
    ))
}

/// Returns a failure of a known kind.
pub(super) fn troubled(trouble: Trouble, message: String) -> Failure {
    Failure {
        trouble: Some(trouble),
        ..failed(message)
    }
}

/// Returns the failure of a poll that was answered with a refusal, or a check of who asks, in place of what it wanted.
pub(super) fn checked() -> Failure {
    let message = "a page that checks who asks, or refuses, in place of what it was asked for";
    troubled(Trouble::Blocked, message.to_owned())
}

/// Returns the failure of a poll whose request failed.
pub(super) fn failure_of(error: &FetchError) -> Failure {
    Failure {
        message: error.to_string(),
        status: error.status(),
        retry_at: error.retry_at(),
        trouble: match error {
            _ if error.is_ours() => Some(Trouble::Own),
            _ if error.is_refusal() => Some(Trouble::Blocked),
            _ => None,
        },
        is_wait: matches!(error, FetchError::Waiting { .. }),
    }
}

/// Returns the failure of a poll that brought something else than a feed.
pub(super) fn unreadable(error: &ParseError, response: &Response) -> Failure {
    let html = || extract::decode(&response.body, response.content_type.as_deref());
    match error {
        ParseError::LoginPage => troubled(Trouble::Blocked, error.to_string()),
        ParseError::HtmlPage if extract::is_refusal(&html(), &response.url) => checked(),
        _ => failed(error.to_string()),
    }
}
