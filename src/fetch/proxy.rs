//! The owner's proxy, through which every request goes once it is configured. One in the environment is passed over.
//!
//! The owner named it, so it may be at a private address. What lies behind it is still guarded, as far as that can be
//! told from here: literal addresses, ports and schemes always; names in full with `socks5`, since we look them up
//! ourselves and hand the proxy an address. With `http`, `https` and `socks5h` the proxy looks names up, and only those
//! are refused that mean a private network by their form; where the others lead, the proxy alone knows.

use std::net::{IpAddr, Ipv4Addr};

use url::{Host, Url};

use crate::domain::secret::Secret;

use super::address_guard::{AddressGuard, host_of};
use super::error::{FetchError, shown};

/// The schemes of proxies.
const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];
/// Domains that are no part of the public name space (RFC 6761, 6762, 8375 and ICANN's reservation of `internal`).
const PRIVATE_DOMAINS: [&str; 4] = [".localhost", ".local", ".internal", ".home.arpa"];

/// A proxy every request goes through.
#[derive(Debug, Clone, PartialEq)]
pub struct Proxy {
    /// With the user's name, without the password.
    address: Url,
    pub password: Option<Secret>,
}

impl Proxy {
    /// Returns the proxy an address names: scheme, perhaps a user, host, perhaps a port.
    ///
    /// # Errors
    /// It is no such address; the message says why, and never shows the address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let address = Url::parse(text).map_err(|error| format!("is no address: {error}"))?;
        if !SCHEMES.contains(&address.scheme()) {
            return Err(format!(
                "is none of {}",
                SCHEMES.map(|scheme| format!("{scheme}://")).join(", ")
            ));
        }
        if address.password().is_some() {
            return Err("holds the password; it goes into proxy_password".to_owned());
        }
        let is_bare = matches!(address.path(), "" | "/") && address.query().is_none() && address.fragment().is_none();
        if host_of(&address).is_empty() || !is_bare {
            return Err("is more or less than a host and a port".to_owned());
        }
        Ok(Self {
            address,
            password: None,
        })
    }

    /// Whether it wants a user's name, and so a password.
    pub fn has_user(&self) -> bool {
        !self.address.username().is_empty()
    }

    /// Returns the host to connect to.
    pub(super) fn host(&self) -> String {
        host_of(&self.address)
    }

    /// Returns the proxy as it may be shown.
    pub(super) fn shown(&self) -> String {
        shown(&self.address)
    }

    /// Returns the rule for the web client: everything goes through it.
    ///
    /// # Errors
    /// The client takes no such proxy.
    pub(super) fn rule(&self) -> reqwest::Result<reqwest::Proxy> {
        let mut address = self.address.clone();
        if let Some(password) = &self.password {
            // An address with a host takes a password.
            let _ = address.set_password(Some(password.expose()));
        }
        reqwest::Proxy::all(address)
    }

    /// Checks what can be told of a name that is not looked up here.
    ///
    /// # Errors
    /// The name is the proxy itself, which is reached without being checked, or means a private network by its form.
    pub(super) fn check(&self, guard: &AddressGuard, url: &Url) -> Result<(), FetchError> {
        let Some(Host::Domain(_)) = url.host() else {
            // A literal was checked as one.
            return Ok(());
        };
        let name = host_of(url).to_ascii_lowercase();
        let is_loopback = name == "localhost" || name.ends_with(".localhost");
        let is_refused = if name == self.host() {
            true
        } else if self.address.scheme() == "socks5" {
            // Looked up here, address by address.
            false
        } else if is_loopback {
            !guard.allows(IpAddr::V4(Ipv4Addr::LOCALHOST))
        } else {
            !name.contains('.') || PRIVATE_DOMAINS.iter().any(|domain| name.ends_with(domain))
        };
        match is_refused {
            true => Err(FetchError::PrivateName { host: name }),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_proxy() {
        for text in [
            "http://proxy.example:3128",
            "https://proxy.example",
            "socks5://127.0.0.1:1080",
            "socks5h://jo@[::1]/",
        ] {
            assert!(Proxy::parse(text).is_ok(), "{text}");
        }
        for text in [
            "proxy.example:3128",
            "ftp://proxy.example",
            "http://",
            "http://proxy.example/path",
            "http://proxy.example?x",
            "socks5:1080",
        ] {
            assert!(Proxy::parse(text).is_err(), "{text}");
        }
        let message = Proxy::parse("http://jo:hunter2@proxy.example").unwrap_err();
        assert!(
            message.contains("proxy_password") && !message.contains("hunter2"),
            "{message}"
        );
    }

    #[test]
    fn names_behind_a_proxy() {
        let loopback = || AddressGuard::new(vec!["127.0.0.0/8".parse().unwrap()]);
        for (proxy, name, guard, expected) in [
            (
                "http://proxy.example:3128",
                "news.example.org",
                AddressGuard::default(),
                true,
            ),
            (
                "http://proxy.example:3128",
                "proxy.example",
                AddressGuard::default(),
                false,
            ),
            (
                "http://proxy.example:3128",
                "PROXY.example.",
                AddressGuard::default(),
                false,
            ),
            ("http://proxy.example:3128", "localhost", AddressGuard::default(), false),
            (
                "http://proxy.example:3128",
                "a.localhost.",
                AddressGuard::default(),
                false,
            ),
            ("http://proxy.example:3128", "a.localhost", loopback(), true),
            ("http://proxy.example:3128", "intranet", loopback(), false),
            ("https://proxy.example", "printer.local", AddressGuard::default(), false),
            (
                "socks5h://proxy.example",
                "metadata.google.internal",
                AddressGuard::default(),
                false,
            ),
            (
                "socks5h://proxy.example",
                "nas.home.arpa.",
                AddressGuard::default(),
                false,
            ),
            // The resolver sees to these.
            ("socks5://proxy.example", "printer.local", AddressGuard::default(), true),
            (
                "socks5://proxy.example",
                "proxy.example",
                AddressGuard::default(),
                false,
            ),
        ] {
            let url = Url::parse(&format!("http://{name}/feed")).unwrap();
            let found = Proxy::parse(proxy).unwrap().check(&guard, &url);
            assert_eq!(found.is_ok(), expected, "{name} behind {proxy}");
        }
    }
}
