//! Names into addresses, public ones only.
//!
//! The machine's own resolver is asked (so /etc/hosts counts), and what it answers goes through the guard before any
//! connection is tried. A literal address never comes here but on its way through a SOCKS proxy: `AddressGuard::check`
//! sees those. The proxy's own name is not guarded, since the owner wrote it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::Url;

use super::address_guard::AddressGuard;
use super::error::FetchError;

/// How long a name may take to resolve, in seconds.
const RESOLVE_SECONDS_MAX: u64 = 10;
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 16;

/// Why a name gave no address; found again in the client's error by its type.
#[derive(Debug, Error)]
pub(super) enum ResolveError {
    #[error("its only addresses are private, {0} among them")]
    Private(IpAddr),
    #[error("no address within {RESOLVE_SECONDS_MAX} s")]
    TimedOut,
    #[error("the name has no address")]
    NoAddress,
    #[error("{0}")]
    Failed(#[from] std::io::Error),
}

/// The resolver the web client asks.
#[derive(Debug)]
pub(super) struct GuardedResolver {
    guard: AddressGuard,
    /// The proxy's host.
    trusted: Option<String>,
}

impl GuardedResolver {
    /// Returns a resolver that gives only addresses the guard allows, and any of the `trusted` name.
    pub fn new(guard: AddressGuard, trusted: Option<String>) -> Self {
        Self { guard, trusted }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard.clone();
        let is_trusted = self.trusted.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found = look_up(name.as_str()).await?;
            let allowed = match is_trusted {
                true if found.is_empty() => return Err(ResolveError::NoAddress.into()),
                true => found,
                false => allowed(&guard, found)?,
            };
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Returns how many addresses of a name the guard lets through, or why there is none.
pub(super) async fn public_addresses(host: &str, allow_private: &[IpNet]) -> Result<usize, String> {
    let guard = AddressGuard::new(allow_private.to_vec());
    let found = look_up(host).await.map_err(|error| error.to_string())?;
    let allowed = allowed(&guard, found).map_err(|error| error.to_string())?;
    Ok(allowed.len())
}

/// Checks an address as far as it needs no look-up.
pub(super) fn check_address(url: &Url, allow_private: &[IpNet]) -> Result<(), FetchError> {
    let guard = AddressGuard::new(allow_private.to_vec());
    guard.check(url)?;
    let own = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    match url.domain().filter(|name| is_localhost(name)) {
        Some(name) if !own.iter().any(|address| guard.allows(*address)) => Err(FetchError::PrivateAddress {
            host: name.to_owned(),
            address: own[0],
        }),
        _ => Ok(()),
    }
}

async fn look_up(name: &str) -> Result<Vec<SocketAddr>, ResolveError> {
    if is_localhost(name) {
        // RFC 6761: such a name means this machine, and no server is asked about it.
        return Ok(vec![(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()]);
    }
    let wait = Duration::from_secs(RESOLVE_SECONDS_MAX);
    match tokio::time::timeout(wait, tokio::net::lookup_host((unbracketed(name), 0))).await {
        Ok(found) => Ok(found?.collect()),
        Err(_) => Err(ResolveError::TimedOut),
    }
}

/// An IPv6 literal comes in its brackets, from a SOCKS proxy's connector.
fn unbracketed(name: &str) -> &str {
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    inner.unwrap_or(name)
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

fn allowed(guard: &AddressGuard, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, ResolveError> {
    let first = found.first().ok_or(ResolveError::NoAddress)?.ip();
    let mut allowed: Vec<SocketAddr> = found.into_iter().filter(|address| guard.allows(address.ip())).collect();
    if allowed.is_empty() {
        return Err(ResolveError::Private(first));
    }
    allowed.truncate(ADDRESSES_MAX);
    Ok(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter()
            .map(|address| (address.parse::<IpAddr>().unwrap(), 0).into())
            .collect()
    }

    #[test]
    fn only_public_addresses_come_back() {
        let found = addresses(&["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1111"]);
        assert_eq!(
            allowed(&AddressGuard::default(), found).unwrap(),
            addresses(&["1.1.1.1", "2606:4700::1111"])
        );
        let refused = allowed(&AddressGuard::default(), addresses(&["10.0.0.1", "::1"])).unwrap_err();
        assert!(matches!(refused, ResolveError::Private(address) if address.to_string() == "10.0.0.1"));
        assert!(matches!(
            allowed(&AddressGuard::default(), Vec::new()),
            Err(ResolveError::NoAddress)
        ));
    }

    #[tokio::test]
    async fn localhost_is_this_machine_whoever_asks() {
        for name in ["localhost", "LOCALHOST.", "feeds.localhost", "a.b.localhost."] {
            assert_eq!(look_up(name).await.unwrap(), addresses(&["127.0.0.1", "::1"]), "{name}");
        }
        assert!(!is_localhost("localhost.example.org") && !is_localhost("notlocalhost"));
    }
}
