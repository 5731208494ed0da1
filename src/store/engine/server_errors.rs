//! What a server says is wrong, in words that tell what to do.

use std::error::Error;
use std::io;

use postgres::error::SqlState;

/// Returns what a server, or the way to it, says is wrong; with the remedy where there is one.
pub fn said(error: &postgres::Error) -> String {
    let Some(told) = error.as_db_error() else {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(deeper) = cause {
            text.push_str(": ");
            text.push_str(&deeper.to_string());
            cause = deeper.source();
        }
        if is_about_tls(error) {
            text.push_str(
                "; the server needs a certificate for the name in the address, by an issuer the system vouches for \
                 (SSL_CERT_FILE names others), unless sslmode says otherwise",
            );
        }
        return text;
    };
    let mut text = told.message().to_owned();
    // What hurts a constraint is told with its row, which is nobody's to read in a log.
    if let Some(detail) = told.detail().filter(|_| !told.code().code().starts_with("23")) {
        text.push_str(&format!(" ({detail})"));
    }
    let remedy = match *told.code() {
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "see user and password of [store] postgres, and pg_hba.conf of the server"
        }
        SqlState::INVALID_CATALOG_NAME => "create the database first (docs/several-machines.md)",
        SqlState::INSUFFICIENT_PRIVILEGE => "the user of [store] postgres needs the right to create tables there",
        SqlState::TOO_MANY_CONNECTIONS => "raise max_connections of the server, or run fewer workers",
        SqlState::INVALID_SQL_STATEMENT_NAME | SqlState::DUPLICATE_PSTATEMENT => {
            "a pooler between tidings and the server breaks sessions; let it pool sessions, or leave it out"
        }
        SqlState::READ_ONLY_SQL_TRANSACTION => "this server only follows another; name the one that is written",
        _ => return text,
    };
    text.push_str("; ");
    text.push_str(remedy);
    text
}

/// Whether a secure connection was wanted and there is none to be had: later is no better.
fn is_about_tls(error: &postgres::Error) -> bool {
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let within = deeper.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if deeper.is::<rustls::Error>() || within.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        cause = deeper.source();
    }
    error.to_string().contains("TLS") && error.source().is_none_or(|cause| !cause.is::<io::Error>())
}

/// Whether the server cannot be reached, or ends: later it may be there again.
pub fn is_away(error: &postgres::Error) -> bool {
    error.is_closed()
        || error.as_db_error().is_none()
            && !is_about_tls(error)
            && error.source().is_some_and(|cause| cause.is::<io::Error>())
        || matches!(
            error.code(),
            Some(
                &SqlState::ADMIN_SHUTDOWN
                    | &SqlState::CRASH_SHUTDOWN
                    | &SqlState::CANNOT_CONNECT_NOW
                    | &SqlState::TOO_MANY_CONNECTIONS
                    | &SqlState::CONNECTION_FAILURE
            )
        )
}
