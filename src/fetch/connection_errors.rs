//! What went wrong on a connection, in words for people: of TLS, HTTP or the network, whoever it was spoken with.
//!
//! Libraries name their own parts ("client error (SendRequest)", `CaUsedAsEndEntity`); a reader is told what the other side
//! did and what can be done.

use std::error::Error;
use std::io;

use super::error::{Peer, causes};
use super::tls_errors;

/// How the system begins to say that a name is not found.
const LOOKUP: &str = "failed to lookup address information: ";
/// What parsers of heads say, by a word in it, and what that means.
const HEADS: [(&str, &str); 5] = [
    ("status-code", "its answer begins with a status that HTTP does not have"),
    ("version", "its answer is not HTTP"),
    ("content-length", "its answer states a length that is none"),
    (
        "transfer-encoding",
        "its answer comes in a transfer-encoding that HTTP does not have",
    ),
    ("header", "its answer has a header line that HTTP does not allow"),
];

/// Tells what an error comes from.
pub fn plain(error: &(dyn Error + 'static), peer: Peer) -> String {
    if let Some(cause) = find::<rustls::Error>(error) {
        return tls_errors::cause(cause, peer);
    }
    let http = find::<hyper::Error>(error).and_then(http);
    let network = || find::<io::Error>(error).and_then(network);
    http.or_else(network).unwrap_or_else(|| causes(error))
}

/// Tells what a network fails with, by kind; the system's own words tell a reader nothing more.
fn network(error: &io::Error) -> Option<String> {
    let text = error.to_string();
    if let Some(why) = text.strip_prefix(LOOKUP) {
        return Some(format!("its name cannot be looked up ({why})"));
    }
    let words = match error.kind() {
        io::ErrorKind::ConnectionRefused => "it refuses the connection",
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => "there is no way to it from here",
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected
        | io::ErrorKind::UnexpectedEof => "it ended the connection",
        io::ErrorKind::TimedOut => "it did not answer in time",
        _ => return None,
    };
    Some(words.to_owned())
}

fn http(error: &hyper::Error) -> Option<String> {
    if error.is_parse() && !error.is_parse_too_large() {
        return Some(head(&error.to_string()).to_owned());
    }
    let words = if error.is_parse_too_large() {
        "the head of its answer is too large"
    } else if error.is_incomplete_message() {
        "it ended the connection before its answer was whole"
    } else if error.is_canceled() || error.is_closed() {
        "it ended the connection"
    } else {
        // Only HTTP/2 has errors of its own below these; the others come from the network.
        let below = error.source()?;
        return match below.is::<io::Error>() {
            true => None,
            false => http2(&below.to_string()),
        };
    };
    Some(words.to_owned())
}

fn head(said: &str) -> &'static str {
    HEADS
        .iter()
        .find(|(word, _)| said.contains(word))
        .map_or("the head of its answer is not HTTP", |(_, words)| words)
}

/// Tells what HTTP/2 says, which names the rule last: "connection error detected: frame with invalid size".
fn http2(said: &str) -> Option<String> {
    let (kind, rule) = said.split_once(" error ")?;
    let (side, rule) = rule.split_once(": ")?;
    // A server may give its reasons; they come as raw bytes.
    let rule = rule.split(" (b\"").next().unwrap_or_default();
    if !matches!(kind, "stream" | "connection") {
        return None;
    }
    Some(match side {
        "received" => format!("it ended the exchange over HTTP/2 ({rule})"),
        _ => format!("it does not keep to HTTP/2 ({rule})"),
    })
}

/// Returns the first cause of a type, looking into I/O errors too: those hide what they carry from `source`.
pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: io::Error, words: &str) {
        assert_eq!(plain(&error, Peer::Web), words);
    }

    #[test]
    fn networks() {
        check(io::ErrorKind::ConnectionRefused.into(), "it refuses the connection");
        check(io::ErrorKind::HostUnreachable.into(), "there is no way to it from here");
        check(io::ErrorKind::BrokenPipe.into(), "it ended the connection");
        check(io::Error::from_raw_os_error(24), "Too many open files (os error 24)");
        check(
            io::Error::other("failed to lookup address information: Name or service not known"),
            "its name cannot be looked up (Name or service not known)",
        );
        let hidden = rustls::Error::InvalidCertificate(rustls::CertificateError::Revoked);
        check(
            io::Error::new(io::ErrorKind::InvalidData, hidden),
            "its certificate was revoked",
        );
    }

    #[test]
    fn heads() {
        for (said, words) in [
            ("invalid HTTP header parsed", "a header line"),
            ("invalid HTTP status-code parsed", "a status that HTTP does not have"),
            ("invalid HTTP version parsed", "is not HTTP"),
            ("invalid HTTP version parsed (found HTTP2 preface)", "is not HTTP"),
            ("invalid content-length parsed", "a length that is none"),
            ("unexpected transfer-encoding parsed", "a transfer-encoding"),
            ("whatever comes next", "the head of its answer is not HTTP"),
        ] {
            assert!(head(said).contains(words), "{said}: {}", head(said));
        }
    }

    #[test]
    fn rules_of_http_2() {
        for (said, words) in [
            (
                "connection error detected: frame with invalid size",
                Some("it does not keep to HTTP/2 (frame with invalid size)"),
            ),
            (
                "connection error received: detected excessive load generating behavior (b\"too_many_pings\")",
                Some("it ended the exchange over HTTP/2 (detected excessive load generating behavior)"),
            ),
            ("user error: malformed headers", None),
        ] {
            assert_eq!(http2(said).as_deref(), words, "{said}");
        }
    }
}
