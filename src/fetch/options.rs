//! How to fetch.

use std::time::Duration;

use ipnet::IpNet;
use rustls::pki_types::CertificateDer;

use super::proxy::Proxy;

/// The most that `FetchOptions::body_max` may be, in bytes.
pub const BODY_MAX_MOST: u64 = 1_000_000_000;

/// How to fetch.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchOptions {
    /// Where the owner can be reached; goes into the User-Agent.
    pub contact: Option<String>,
    /// Requests in flight.
    pub concurrency: usize,
    /// Requests in flight to one host.
    pub per_host: usize,
    /// Time between the starts of two requests to one host.
    pub host_gap: Duration,
    /// Time on the network for one answer, redirects included; waiting for a turn does not count.
    pub timeout: Duration,
    /// Time without a byte after which an answer is given up; its head must be there whole by then.
    pub idle_timeout: Duration,
    /// Time after which a body is given up that comes more slowly than anyone's line.
    pub trickle_after: Duration,
    /// Largest body, after decompression, in bytes.
    pub body_max: u64,
    /// Redirects that are followed.
    pub redirects_max: usize,
    /// Addresses that may be asked although they are private.
    pub allow_private: Vec<IpNet>,
    /// Certificates of issuers that are trusted beside the system's.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// What every request goes through.
    pub proxy: Option<Proxy>,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            contact: None,
            concurrency: 64,
            per_host: 1,
            host_gap: Duration::from_secs(1),
            timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(10),
            trickle_after: Duration::from_secs(7),
            body_max: 10_000_000,
            redirects_max: 10,
            allow_private: Vec::new(),
            extra_roots: Vec::new(),
            proxy: None,
        }
    }
}
