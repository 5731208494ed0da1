//! Why a fetch brought nothing, in words for the log and in answers for the scheduler.
//!
//! Messages never carry the name and password an address may hold.

use std::net::IpAddr;

use thiserror::Error;
use url::Url;

use crate::domain::Timestamp;
use crate::domain::url::without_credentials;
use crate::text;

/// Longest address shown in a message, in characters.
const SHOWN_CHARS_MAX: usize = 300;

/// With whom a connection is, which decides what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A content server.
    Web,
    Webhook,
    Mail,
}

/// Why a fetch brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    #[error("another worker asks {host} just now; it is asked again in a while")]
    AskedElsewhere { host: String },
    #[error("no complete answer from {host} within {seconds} s")]
    TimedOut { host: String, seconds: u64 },
    #[error("{host} sent nothing for {seconds} s")]
    Stalled { host: String, seconds: u64 },
    #[error("{host} sends less than {least} bytes a second")]
    TooSlow { host: String, least: u64 },
    #[error("cannot find {host}: {reason}")]
    Resolve { host: String, reason: String },
    #[error("cannot connect to {host}: {reason}")]
    Connect { host: String, reason: String },
    #[error("no secure connection to {host}: {reason}")]
    Tls {
        host: String,
        reason: String,
        /// What answers speaks TLS; it is not trusted, or no terms were found.
        is_spoken: bool,
    },
    #[error("the answer of {host} broke off: {reason}")]
    BrokenOff { host: String, reason: String },
    #[error(
        "{} is no public address; if that is meant, add \"{address}\" to fetch.allow_private", place(host, *address)
    )]
    PrivateAddress { host: String, address: IpAddr },
    #[error(
        "{host} names a place in a private network, and with this proxy nobody checks where; ask for its address and add \
         that to fetch.allow_private, or use a socks5:// proxy"
    )]
    PrivateName { host: String },
    #[error("{url} is neither http nor https")]
    Scheme { url: String },
    #[error("{url} uses port {port}, where no web server belongs")]
    Port { url: String, port: u16 },
    #[error("{url} cannot be asked for: {reason}")]
    Unusable { url: String, reason: String },
    #[error("{url} answered {status} without an address that can be followed")]
    BadRedirect { url: String, status: u16 },
    #[error("{url} redirects more than {max} times{remedy}")]
    TooManyRedirects {
        url: String,
        max: usize,
        remedy: &'static str,
    },
    #[error("{url} redirects in a circle{remedy}")]
    RedirectLoop { url: String, remedy: &'static str },
    #[error("{url} is larger than {max} bytes{}", let_in(*needs))]
    BodyTooLarge {
        url: String,
        max: u64,
        /// The bound that would let it in, where that is a setting and may be so high.
        needs: Option<u64>,
    },
    #[error("{url} cannot be decoded: {reason}")]
    Undecodable { url: String, reason: String },
    #[error("{url} answered {status}{}", check_added(*is_check))]
    Status {
        url: String,
        status: u16,
        retry_at: Option<Timestamp>,
        /// The page that came with it is a check of who asks.
        is_check: bool,
    },
    #[error("{url} answered 304 although nothing was known of it")]
    UnaskedNotModified { url: String },
    #[error("{url} answered with nothing{}", check_added(is_checks_void(*status)))]
    Empty { url: String, status: u16 },
    #[error("robots.txt of {host} asks not to fetch {url}")]
    Disallowed { host: String, url: String },
    #[error("robots.txt of {host} cannot be read, so its pages wait until {retry_at}: {reason}")]
    RobotsUnknown {
        host: String,
        retry_at: Timestamp,
        reason: String,
        /// It was answered with a check of who asks.
        is_check: bool,
    },
    #[error("{host} asked to be left alone until {retry_at}{}", check_added(*is_check))]
    Waiting {
        host: String,
        retry_at: Timestamp,
        /// It asked so with a check of who asks.
        is_check: bool,
    },
    #[error("this machine has no {what} left ({reason}); {remedy}")]
    OwnWant {
        what: &'static str,
        reason: String,
        remedy: &'static str,
    },
    #[error("the proxy {proxy} answered 407; check its user in fetch.proxy and fetch.proxy_password")]
    ProxyLogin { proxy: String },
    #[error("cannot set up the web client: {reason}")]
    Setup { reason: String },
}

impl FetchError {
    /// Whether the same request may succeed later without anyone's help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::TimedOut { .. }
            | Self::Stalled { .. }
            | Self::TooSlow { .. }
            | Self::Resolve { .. }
            | Self::Connect { .. }
            | Self::BrokenOff { .. }
            | Self::Empty { .. }
            | Self::UnaskedNotModified { .. }
            | Self::RobotsUnknown { .. }
            | Self::OwnWant { .. }
            | Self::AskedElsewhere { .. }
            | Self::ProxyLogin { .. }
            | Self::Waiting { .. } => true,
            Self::Status { status, retry_at, .. } => {
                retry_at.is_some() || matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 506..=599)
            }
            Self::Tls { .. }
            | Self::PrivateAddress { .. }
            | Self::PrivateName { .. }
            | Self::Scheme { .. }
            | Self::Port { .. }
            | Self::Unusable { .. }
            | Self::BadRedirect { .. }
            | Self::TooManyRedirects { .. }
            | Self::RedirectLoop { .. }
            | Self::BodyTooLarge { .. }
            | Self::Undecodable { .. }
            | Self::Disallowed { .. }
            | Self::Setup { .. } => false,
        }
    }

    /// Whether the server answers, but not to us.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Status { status, is_check, .. } => *is_check || matches!(status, 401 | 402 | 403 | 407 | 451),
            Self::Disallowed { .. } => true,
            _ => self.is_check(),
        }
    }

    /// Whether it is a check of who asks, or follows from one.
    pub fn is_check(&self) -> bool {
        match self {
            Self::Status { is_check, .. } | Self::RobotsUnknown { is_check, .. } | Self::Waiting { is_check, .. } => {
                *is_check
            }
            Self::Empty { status, .. } => is_checks_void(*status),
            _ => false,
        }
    }

    /// Whether it says nothing about the server: this machine, or its own proxy, kept it from being asked.
    pub fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::OwnWant { .. } | Self::ProxyLogin { .. } | Self::AskedElsewhere { .. }
        )
    }

    /// Returns the HTTP status, when the server answered with one that is a failure.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } | Self::BadRedirect { status, .. } => Some(*status),
            Self::UnaskedNotModified { .. } => Some(304),
            _ => None,
        }
    }

    /// Returns the earliest moment the server wants to be asked again, when it named one.
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::Status { retry_at, .. } => *retry_at,
            Self::RobotsUnknown { retry_at, .. } | Self::Waiting { retry_at, .. } => Some(*retry_at),
            _ => None,
        }
    }
}

/// Returns an address as it may be shown: without name and password, and not endless.
pub(super) fn shown(url: &Url) -> String {
    let mut url = without_credentials(url);
    url.set_fragment(None);
    shortened(url.as_str())
}

/// Returns text from outside as it may be shown: one line, not endless.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(SHOWN_CHARS_MAX)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| text::is_kept(*c))
        .collect();
    if text.chars().nth(SHOWN_CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

/// Names the setting that lets a body in.
fn let_in(needs: Option<u64>) -> String {
    let raised = |needs: u64| {
        let size = needs.div_ceil(1_000_000);
        format!("; if it is wanted, write body_max = \"{size} MB\" in [fetch] (fetch.body_max)")
    };
    needs.map(raised).unwrap_or_default()
}

/// Whether nothing under this status is how some firewalls check who asks.
fn is_checks_void(status: u16) -> bool {
    status == 202
}

/// What is said of an answer that is a check of who asks.
pub(super) const CHECK_ADDED: &str = ", as a check of who asks does";

fn check_added(is_check: bool) -> &'static str {
    if is_check { CHECK_ADDED } else { "" }
}

/// Returns "host is at 10.0.0.1, which", or the address alone where that is the host.
fn place(host: &str, address: IpAddr) -> String {
    let own = address.to_string();
    match host.trim_matches(['[', ']']) == own {
        true => own,
        false => format!("{host} is at {own}, which"),
    }
}

/// How the web client's layers name themselves, which tells a reader nothing.
const LABELS: [&str; 6] = [
    "client error (",
    "error sending request",
    "error decoding response body",
    "error reading a body from connection",
    "request or response body error",
    "builder error",
];

/// Returns an error and what caused it in one line, without repeating what the outer ones already say.
pub(super) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let part = error.to_string();
        let is_label = error.source().is_some() && LABELS.iter().any(|label| part.starts_with(label));
        if !is_label && !text.contains(&part) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&part);
        }
        next = error.source();
    }
    shortened(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_without_credentials() {
        let url = Url::parse("https://jo:secret@example.org/feed?x=1#top").unwrap();
        assert_eq!(shown(&url), "https://example.org/feed?x=1");
        let url = Url::parse("data:text/plain,hello").unwrap();
        assert_eq!(shown(&url), "data:text/plain,hello");
    }

    #[test]
    fn what_may_succeed_later() {
        let status = |status, retry_at| FetchError::Status {
            url: String::new(),
            status,
            retry_at,
            is_check: false,
        };
        for code in [408, 425, 429, 500, 502, 503, 504, 521] {
            assert!(status(code, None).is_transient(), "{code}");
        }
        for code in [301, 400, 401, 403, 404, 410, 451, 501, 505] {
            assert!(!status(code, None).is_transient(), "{code}");
        }
        assert!(status(403, Some(Timestamp::UNIX_EPOCH)).is_transient());
        assert_eq!(status(410, None).status(), Some(410));
    }

    #[test]
    fn the_remedy_is_in_the_message() {
        let error = FetchError::PrivateAddress {
            host: "nas.example".to_owned(),
            address: "192.168.1.4".parse().unwrap(),
        };
        assert!(
            error
                .to_string()
                .ends_with("add \"192.168.1.4\" to fetch.allow_private"),
            "{error}"
        );
    }
}
