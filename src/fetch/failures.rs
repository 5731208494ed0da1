//! What kept a request from being answered, or its body from being read, told as errors that name it.

use std::error::Error;
use std::io;
use std::time::Duration;

use url::Url;

use super::Options;
use super::address::host_of;
use super::error::{FetchError, causes, shown};
use super::resolve::ResolveError;
use super::tls;

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
    let (host, reason) = (host_of(url), causes(&error));
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
    if let Some(cause) = find::<rustls::Error>(&error) {
        FetchError::Tls {
            host,
            reason: tls::cause(cause),
        }
    } else if error.is_builder() {
        FetchError::Unusable {
            url: shown(url),
            reason,
        }
    } else if error.is_connect() {
        // What a connection fails with is known by kind; the client's own words tell a reader nothing more.
        let reason = match find::<io::Error>(&error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => "it refuses the connection".to_owned(),
            Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
                "there is no way to it from here".to_owned()
            }
            Some(io::ErrorKind::ConnectionReset) => "it ended the connection".to_owned(),
            _ => reason,
        };
        FetchError::Connect { host, reason }
    } else {
        FetchError::BrokenOff { host, reason }
    }
}

/// Tells what ended a body too soon: its connection or its encoding.
pub(super) fn failed_body(url: &Url, error: reqwest::Error) -> FetchError {
    let error = error.without_url();
    let reason = causes(&error);
    // A decoder complains with an I/O error of its own making; a connection's comes wrapped by the client.
    let decoder = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    match decoder {
        Some(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => FetchError::Undecodable {
            url: shown(url),
            reason,
        },
        _ => FetchError::BrokenOff {
            host: host_of(url),
            reason,
        },
    }
}

/// Returns the first cause of a type, looking into I/O errors too: those hide what they carry from `source`.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
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
