//! What kept a request from being answered, or its body from being read, told as errors that name it.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use url::Url;

use super::Options;
use super::address::host_of;
use super::error::{FetchError, causes, shown};
use super::resolve::ResolveError;
use super::words::{self, Peer, find};

/// Tells that nothing came for so long.
pub(super) fn stalled(url: &Url, idle: Duration) -> FetchError {
    FetchError::Stalled {
        host: host_of(url),
        seconds: idle.as_secs(),
    }
}

/// Says so where a connection was not made by ourselves but through the proxy.
pub(super) fn on_its_way(options: &Options, error: FetchError) -> FetchError {
    let Some(proxy) = &options.proxy else { return error };
    match error {
        FetchError::Connect { host, reason } | FetchError::Resolve { host, reason } => FetchError::Connect {
            host,
            reason: format!("through the proxy {}: {reason}", proxy.shown()),
        },
        other => other,
    }
}

/// Tells what kept a request from being answered.
pub(super) fn failed(url: &Url, error: reqwest::Error) -> FetchError {
    // The address is told by us, without its credentials.
    let error = error.without_url();
    let (host, reason) = (host_of(url), words::plain(&error, Peer::Web));
    match find::<ResolveError>(&error) {
        Some(ResolveError::Private(address)) => {
            return FetchError::PrivateAddress {
                host,
                address: *address,
            };
        }
        Some(cause) => {
            return FetchError::Resolve {
                host,
                reason: cause.to_string(),
            };
        }
        None => {}
    }
    if find::<rustls::Error>(&error).is_some() {
        FetchError::Tls { host, reason }
    } else if error.is_builder() {
        FetchError::Unusable {
            url: shown(url),
            reason,
        }
    } else if error.is_connect() {
        FetchError::Connect { host, reason }
    } else {
        FetchError::BrokenOff { host, reason }
    }
}

/// Tells what ended a body too soon: its connection or its encoding.
pub(super) fn failed_body(url: &Url, error: reqwest::Error) -> FetchError {
    let error = error.without_url();
    // A decoder complains with an I/O error of its own making; a connection's comes wrapped by the client.
    let decoder = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    match decoder {
        Some(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => FetchError::Undecodable {
            url: shown(url),
            reason: causes(&error),
        },
        Some(_) => FetchError::BrokenOff {
            host: host_of(url),
            reason: causes(&error),
        },
        None => FetchError::BrokenOff {
            host: host_of(url),
            reason: words::plain(&error, Peer::Web),
        },
    }
}

/// Tells what is wrong with a packed file.
pub(super) fn damaged(url: &Url, error: &io::Error) -> FetchError {
    let reason = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => FetchError::BrokenOff {
            host: host_of(url),
            reason,
        },
        _ => FetchError::Undecodable {
            url: shown(url),
            reason,
        },
    }
}
