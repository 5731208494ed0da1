//! Names and certificates: what fetching needs.

use std::time::Duration;

use url::Url;

use super::finding::Finding;
use crate::cli::open;
use crate::config::Config;
use crate::deliver::mail::Transport;
use crate::domain::plural::counted;
use crate::fetch;

/// How long the mail server's name may take to resolve, in seconds.
const RESOLVE_SECONDS_MAX: u64 = 10;

/// Resolves one source's host and the mail server's, and reads the certificates.
pub(super) async fn check(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(source(config).await);
    found.extend(mail_server(config).await);
    found.push(roots(config));
    found
}

const NAME: &str = "dns";
const REMEDY: &str =
    "check /etc/resolv.conf and the line (`resolvectl query HOST`); sources are tried again by themselves";

/// One is enough: what the others have is theirs, and `sources` says it.
async fn source(config: &Config) -> Option<Finding> {
    let host = config.sources.iter().find_map(|source| {
        let url = Url::parse(&source.address).ok()?;
        url.domain().map(str::to_owned)
    })?;
    Some(
        match fetch::public_addresses(&host, &config.fetch.allow_private).await {
            Ok(count) => Finding::ok(
                NAME,
                format!("{host} (a source) has {}", counted(count, "address", "addresses")),
            ),
            // A proxy may be all that resolves names.
            Err(why) if config.fetch.proxy.is_some() => {
                Finding::warn(NAME, format!("{host} (a source): {why}"), REMEDY)
            }
            Err(why) => Finding::fail(NAME, format!("{host} (a source): {why}"), REMEDY),
        },
    )
}

async fn mail_server(config: &Config) -> Option<Finding> {
    let Transport::Smtp(smtp) = &config.mail.as_ref()?.transport else {
        return None;
    };
    let host = smtp.host.as_str();
    let wait = Duration::from_secs(RESOLVE_SECONDS_MAX);
    let why = match tokio::time::timeout(wait, tokio::net::lookup_host((host, smtp.port))).await {
        Ok(Ok(found)) => match found.count() {
            0 => "the name has no address".to_owned(),
            count => {
                return Some(Finding::ok(
                    NAME,
                    format!(
                        "{host} (the mail server) has {}",
                        counted(count, "address", "addresses")
                    ),
                ));
            }
        },
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no address within {RESOLVE_SECONDS_MAX} s"),
    };
    Some(Finding::fail(NAME, format!("{host} (the mail server): {why}"), REMEDY))
}

fn roots(config: &Config) -> Finding {
    const NAME: &str = "certificates";
    match open::fetcher(Some(config)) {
        Ok(_) => Finding::ok(NAME, "the system's root certificates are there"),
        Err(error) => Finding::fail(
            NAME,
            format!("{error}"),
            "install the package ca-certificates (or set SSL_CERT_FILE)",
        ),
    }
}
