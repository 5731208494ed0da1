//! Which addresses may be asked at all: scheme, port, and where on the network the host is.
//!
//! Pure checks; `resolve.rs` applies them to names and `mod.rs` to every hop and to the connected peer. An address is
//! private here when the IANA special-purpose registries say it is not globally reachable, or when it carries such an
//! IPv4 address inside an IPv6 one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

use super::error::{FetchError, shown};
use crate::domain::url::ADDRESS_BYTES_MAX;

/// Ports of other services, which a request could be made to talk to (the Fetch standard's bad ports).
const PORTS_REFUSED: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190,
    5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211,
];

/// IPv4 ranges that are not globally reachable (IANA IPv4 Special-Purpose Address Registry, and multicast).
const V4_PRIVATE: &[([u8; 4], u8)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// Anycast addresses inside 192.0.0.0/24 that are globally reachable.
const V4_PUBLIC: &[[u8; 4]] = &[[192, 0, 0, 9], [192, 0, 0, 10]];

/// IPv6 ranges inside 2000::/3 that are not globally reachable. Everything outside 2000::/3 is refused as a whole.
const V6_PRIVATE: &[([u16; 8], u8)] = &[
    // IETF protocol assignments; Teredo (2001::/32), benchmarking and ORCHID lie in it.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    // Documentation.
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// The addresses the owner lets through although they are private.
#[derive(Debug, Clone, Default)]
pub(super) struct AddressGuard {
    allow_private: Vec<IpNet>,
}

impl AddressGuard {
    /// Returns a guard that lets public addresses pass, and these ranges.
    pub fn new(allow_private: Vec<IpNet>) -> Self {
        Self { allow_private }
    }

    /// Whether content may be fetched from this address.
    pub fn allows(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        self.allow_private
            .iter()
            .any(|net| net.contains(&plain) || net.contains(&address))
            || is_public(plain)
    }

    /// Checks everything an address says by itself: scheme, port, length, and the host where it is a literal.
    ///
    /// # Errors
    /// The address may not be asked; the error says why.
    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Scheme { url: shown(url) });
        }
        if url.as_str().len() > ADDRESS_BYTES_MAX {
            return Err(unusable(url, "it is too long"));
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if PORTS_REFUSED.contains(&port) {
            return Err(FetchError::Port { url: shown(url), port });
        }
        // The url crate has already turned 2130706433, 0x7f.1 and 0177.0.0.1 into what they mean.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(name)) if !name.trim_end_matches('.').is_empty() => return Ok(()),
            _ => return Err(unusable(url, "it names no host")),
        };
        match self.allows(address) {
            true => Ok(()),
            false => Err(FetchError::PrivateAddress {
                host: host_of(url),
                address,
            }),
        }
    }
}

fn unusable(url: &Url, reason: &str) -> FetchError {
    FetchError::Unusable {
        url: shown(url),
        reason: reason.to_owned(),
    }
}

/// Returns the host as it is counted: lower case (the url crate saw to it), without the root's dot.
pub(super) fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_owned()
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    if V4_PUBLIC.contains(&address.octets()) {
        return true;
    }
    !V4_PRIVATE
        .iter()
        .any(|(net, bits)| Ipv4Net::new_assert((*net).into(), *bits).contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = embedded_v4(address) {
        return is_public_v4(inner);
    }
    // Only 2000::/3 is handed out for global use: loopback, unique local, link-local, site-local, multicast, discard
    // and the local-use NAT64 prefix 64:ff9b:1::/48 all lie outside it.
    if address.segments()[0] & 0xe000 != 0x2000 {
        return false;
    }
    !V6_PRIVATE
        .iter()
        .any(|(net, bits)| Ipv6Net::new_assert((*net).into(), *bits).contains(&address))
}

/// Returns the IPv4 address a translator or tunnel would make of an IPv6 one: mapped, NAT64 and 6to4.
///
/// Compatible addresses (`::a.b.c.d`) and Teredo need no unpacking: they are refused as a whole.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(join(high, low))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: bool) {
        assert_eq!(
            AddressGuard::default().allows(address.parse().unwrap()),
            expected,
            "{address}"
        );
    }

    #[test]
    fn public_addresses_pass() {
        for address in [
            "1.1.1.1",
            "93.184.216.34",
            "172.15.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.0.9",
            "198.20.0.1",
        ] {
            check(address, true);
        }
        for address in [
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
        ] {
            check(address, true);
        }
        check("2002:101:101::1", true);
    }

    #[test]
    fn special_v4_addresses_are_refused() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            check(address, false);
        }
    }

    #[test]
    fn special_v6_addresses_are_refused() {
        for address in [
            "::",
            "::1",
            "::7f00:1",
            "::a00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "64:ff9b:1::101:101",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            check(address, false);
        }
    }

    #[test]
    fn the_owner_may_let_ranges_through() {
        let guard = AddressGuard::new(vec!["192.168.1.0/24".parse().unwrap(), "fd00::/16".parse().unwrap()]);
        for (address, expected) in [
            ("192.168.1.9", true),
            ("::ffff:192.168.1.9", true),
            ("192.168.2.9", false),
            ("fd00::5", true),
            ("fd01::5", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(guard.allows(address.parse().unwrap()), expected, "{address}");
        }
    }

    fn refusal(url: &str) -> Option<FetchError> {
        AddressGuard::default().check(&Url::parse(url).unwrap()).err()
    }

    #[test]
    fn odd_spellings_of_loopback_are_seen_through() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://①②⑦.0.0.1/",
            "http://127.0.0.1./",
            "http://[64:ff9b::7f00:1]/",
        ] {
            assert!(
                matches!(refusal(url), Some(FetchError::PrivateAddress { .. })),
                "{url}: {:?}",
                refusal(url)
            );
        }
    }

    #[test]
    fn only_web_schemes_and_ports() {
        for url in [
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://example.org/",
            "data:text/html,x",
        ] {
            assert!(matches!(refusal(url), Some(FetchError::Scheme { .. })), "{url}");
        }
        for url in [
            "http://example.org:22/",
            "https://example.org:25/",
            "http://example.org:6379/",
            "http://a.example:0/",
        ] {
            assert!(matches!(refusal(url), Some(FetchError::Port { .. })), "{url}");
        }
        for url in [
            "http://example.org/",
            "https://example.org:8443/",
            "http://example.org:8080/",
            "http://localhost/",
        ] {
            assert_eq!(refusal(url), None, "{url}");
        }
        assert!(matches!(
            refusal(&format!("http://a.example/{}", "x".repeat(9000))),
            Some(FetchError::Unusable { .. })
        ));
    }
}
