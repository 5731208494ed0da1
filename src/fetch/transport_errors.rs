//! What kept a request from being answered, or its body from being read, told as errors that name it.

use std::error::Error;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use url::Url;

use super::address_guard::host_of;
use super::connection_errors::{self, find};
use super::error::{FetchError, Peer, causes, shown};
use super::options::FetchOptions;
use super::resolve::ResolveError;

/// Tells that nothing came for so long.
pub(super) fn stalled(url: &Url, idle: Duration) -> FetchError {
    FetchError::Stalled {
        host: host_of(url),
        seconds: idle.as_secs(),
    }
}

/// Says so where a connection was not made by ourselves but through the proxy.
pub(super) fn on_its_way(options: &FetchOptions, error: FetchError) -> FetchError {
    let Some(proxy) = &options.proxy else { return error };
    match error {
        // What it says where it is asked for a way through to a secure server.
        FetchError::Connect { reason, .. } if reason.contains("proxy authorization required") => {
            FetchError::ProxyLogin { proxy: proxy.shown() }
        }
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
    if let Some(want) = own_want(&error) {
        return want;
    }
    let (host, reason) = (host_of(url), connection_errors::plain(&error, Peer::Web));
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
            reason,
            is_spoken: !matches!(cause, rustls::Error::InvalidMessage(_)),
        }
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
            reason: connection_errors::plain(&error, Peer::Web),
        },
    }
}

/// Returns what this machine lacks, where that kept a request from being made.
fn own_want(error: &(dyn Error + 'static)) -> Option<FetchError> {
    let mut next = Some(error);
    while let Some(error) = next {
        let cause = error.downcast_ref::<io::Error>();
        if let Some(want) = cause.and_then(want_of) {
            return Some(want);
        }
        next = match cause.and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    // A resolver without descriptors only says that it found nothing; then the next file cannot be opened either.
    find::<ResolveError>(error)?;
    want_of(&File::open("/dev/null").err()?)
}

fn want_of(cause: &io::Error) -> Option<FetchError> {
    /// Of this process, of the machine.
    const NO_DESCRIPTORS: [i32; 2] = [24, 23];
    let (what, remedy) = match cause.raw_os_error() {
        Some(code) if NO_DESCRIPTORS.contains(&code) => (
            "file descriptors",
            "raise LimitNOFILE of the service (ulimit -n), or lower fetch.concurrency",
        ),
        _ if cause.kind() == io::ErrorKind::OutOfMemory => ("memory", "give it more, or lower fetch.concurrency"),
        // A machine without IPv6 says the same of an address that is; then ports are still to be had.
        _ if cause.kind() == io::ErrorKind::AddrNotAvailable
            && TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).is_err() =>
        {
            ("ports", "widen net.ipv4.ip_local_port_range")
        }
        _ => return None,
    };
    Some(FetchError::OwnWant {
        what,
        reason: cause.to_string(),
        remedy,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_machine_lacks_is_no_fault_of_a_server() {
        let wrapped = |code| io::Error::other(io::Error::from_raw_os_error(code));
        for code in [23, 24, 12] {
            let want = own_want(&wrapped(code)).unwrap();
            assert!(want.is_ours() && want.is_transient(), "{want}");
        }
        assert!(own_want(&wrapped(24)).unwrap().to_string().contains("LimitNOFILE"));
        // Refused, no way there, no such address while ports are to be had.
        for code in [111, 101, 99] {
            assert_eq!(own_want(&wrapped(code)), None, "{code}");
        }
        assert_eq!(own_want(&ResolveError::NoAddress), None);
    }
}
