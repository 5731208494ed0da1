//! The one way out: every feed, page, picture and robots.txt comes through [`Fetcher::get`].
//!
//! It follows redirects itself, and each hop passes the same gates: the address guard (`address_guard.rs`,
//! `resolve.rs`), what the server asked for before (`backoff.rs`), robots.txt for pages and pictures
//! (`robots_cache.rs`, `robots.rs`), the host's pace (`rate_limit.rs`), and bounds on size and time (`exchange.rs`). It
//! keeps no cookies beyond one chain of redirects (`chain_cookies.rs`), sends no referrer, uses no proxy but a configured one (`proxy.rs`) and tries nothing twice: trying
//! again is its callers' business. It does not read what it brings.
//!
//! Always true: no byte is sent to an address the guard refuses, and credentials go to no other host than their own.

mod decompress;
mod error;
mod address_guard;
mod host_state;
mod host_claims;
mod backoff;
mod politeness;
mod proxy;
mod options;
mod rate_limit;
mod resolve;
mod response;
mod robots;
mod request;
mod chain_cookies;
mod robots_cache;
mod tls_errors;
pub mod connection_errors;
mod transport_errors;
mod exchange;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use chrono::TimeDelta;
use ipnet::IpNet;
use reqwest::{Certificate, Client, redirect};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::domain::Timestamp;

use address_guard::{AddressGuard, host_of};
use backoff::Backoff;
use chain_cookies::ChainCookies;
use error::{causes, shown};
use exchange::{ExchangeResult, exchange};
use rate_limit::RateLimiter;
use resolve::GuardedResolver;
use robots_cache::{CachedRobots, RobotsCache};

pub use error::{FetchError, Peer};
pub use host_claims::{HostClaims, HostHold};
pub use host_state::{HostBackoff, HostState, SavedRobots};
pub use options::{BODY_MAX_MOST, FetchOptions};
pub use politeness::{Admit, HostPace, HostReady};
pub use proxy::Proxy;
pub use request::{PDF_BYTES_MAX, Purpose, Request};
pub use response::{Hop, Response};
pub use robots::Robots;

/// Returns how many addresses a content server's name has that the guard lets through; nothing is connected.
///
/// # Errors
/// There is none; says why.
pub async fn public_addresses(host: &str, allow_private: &[IpNet]) -> Result<usize, String> {
    resolve::public_addresses(host, allow_private).await
}

/// Checks what can be known of an address before anything is looked up: scheme, port, and a host that is a literal address
/// or means this machine.
///
/// # Errors
/// It would be refused at every attempt; the error says why and what to do.
pub fn check_address(url: &Url, allow_private: &[IpNet]) -> Result<(), FetchError> {
    resolve::check_address(url, allow_private)
}

/// Largest head of an answer over HTTP/2, in bytes. Over HTTP/1 the client itself stops at 100 lines or some 400 kB; a test
/// holds it to that.
const HEAD_BYTES_MAX: u32 = 256 * 1024;
/// Idle connections kept to one host.
const IDLE_CONNECTIONS_MAX: usize = 2;
/// How long an idle connection is kept, in seconds: long enough for the next request at the host's pace. Thousands of
/// hosts that are asked once an hour would otherwise hold a connection and its buffers each.
const IDLE_CONNECTION_SECONDS: u64 = 3;

/// Fetches politely. Clones share connections, queues and what is remembered of hosts.
#[derive(Debug, Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    client: Client,
    options: FetchOptions,
    guard: AddressGuard,
    rate_limiter: RateLimiter,
    backoff: Mutex<Backoff>,
    robots_cache: RobotsCache,
    /// Set where other machines ask hosts too.
    host_claims: OnceLock<Arc<dyn HostClaims>>,
}

impl Fetcher {
    /// Returns a fetcher with these settings.
    ///
    /// # Errors
    /// The contact cannot stand in a header, or the machine has no root certificates.
    pub fn new(options: &FetchOptions) -> Result<Self, FetchError> {
        let guard = AddressGuard::new(options.allow_private.clone());
        Ok(Self {
            inner: Arc::new(Inner {
                client: client(options, &guard)?,
                rate_limiter: RateLimiter::new(options.concurrency, options.per_host, options.host_gap),
                guard,
                options: options.clone(),
                backoff: Mutex::default(),
                robots_cache: RobotsCache::default(),
                host_claims: OnceLock::new(),
            }),
        })
    }

    /// Waits for the host's turn, asks, and follows redirects. A good answer is a body, or a 304 to a conditional
    /// request.
    ///
    /// # Errors
    /// Everything else: see [`FetchError`].
    pub async fn get(&self, now: Timestamp, request: Request) -> Result<Response, FetchError> {
        let begun = Started {
            now,
            at: Instant::now(),
        };
        let mut left = self.inner.options.timeout;
        let mut redirects: Vec<Hop> = Vec::new();
        let mut url = request.url.clone();
        let mut cookies = ChainCookies::default();
        let mut asked = Vec::new();
        loop {
            self.check(&url)?;
            let _hold = self.hold(&host_of(&url)).await?;
            if request.purpose.obeys_robots() {
                self.permit(begun.now(), &url).await?;
            }
            // The same address with other cookies is another question.
            asked.push((key(&url).to_owned(), cookies.header_for(&url, None)));
            let (status, to) = match self.ask(&begun, &request, &url, &mut cookies, &mut left).await? {
                ExchangeResult::Good(response) => return Ok(Response { redirects, ..response }),
                ExchangeResult::Moved { status, to } => (status, to),
            };
            let max = request.purpose.redirects_max(self.inner.options.redirects_max);
            if redirects.len() >= max {
                return Err(FetchError::TooManyRedirects {
                    url: shown(&request.url),
                    max,
                    remedy: cookie_remedy(&cookies),
                });
            }
            redirects.push(Hop {
                status,
                from: url,
                to: to.clone(),
            });
            if asked.contains(&(key(&to).to_owned(), cookies.header_for(&to, None))) {
                return Err(FetchError::RedirectLoop {
                    url: shown(&request.url),
                    remedy: cookie_remedy(&cookies),
                });
            }
            url = to;
        }
    }

    /// Asks hosts from now on only as `claims` give the right to. What was set first holds.
    pub fn share_hosts(&self, claims: Arc<dyn HostClaims>) {
        let _ = self.inner.host_claims.set(claims);
    }

    /// Waits for the right to ask a host, where others may ask it too.
    async fn hold(&self, host: &str) -> Result<Option<HostHold>, FetchError> {
        let Some(claims) = self.inner.host_claims.get() else {
            return Ok(None);
        };
        let Some((hold, learned)) = claims.hold(host).await else {
            return Err(FetchError::AskedElsewhere { host: host.to_owned() });
        };
        if let Some(learned) = learned {
            self.learn(learned);
        }
        Ok(Some(hold))
    }

    /// Returns whether a host (as [`crate::domain::url::host_of`] names it) may be asked without waiting for its pace.
    pub fn ready(&self, host: &str) -> HostReady {
        self.inner.rate_limiter.ready(host)
    }

    /// Checks where an address leads, as far as that can be told before it is asked.
    fn check(&self, url: &Url) -> Result<(), FetchError> {
        let inner = &*self.inner;
        inner.guard.check(url)?;
        match &inner.options.proxy {
            Some(proxy) => proxy.check(&inner.guard, url),
            None => Ok(()),
        }
    }

    /// Makes one request when its host's turn has come, and takes note of a refusal.
    async fn ask(
        &self,
        begun: &Started,
        request: &Request,
        url: &Url,
        cookies: &mut ChainCookies,
        left: &mut Duration,
    ) -> Result<ExchangeResult, FetchError> {
        let inner = &*self.inner;
        let host = host_of(url);
        self.check_wait(begun.now(), &host, url)?;
        let _pass = inner.rate_limiter.enter(&host).await;
        // This machine may have stood still while the request stood in its queue.
        if inner.host_claims.get().is_some_and(|claims| !claims.may_ask()) {
            return Err(FetchError::AskedElsewhere { host });
        }
        // The host may have asked for quiet while this request stood in its queue.
        let now = begun.now();
        self.check_wait(now, &host, url)?;
        let sent_at = Instant::now();
        let exchange = exchange(&inner.client, &inner.options, &inner.guard, now, request, url, cookies);
        let answer = timeout(*left, exchange).await.unwrap_or_else(|_| {
            Err(FetchError::TimedOut {
                host: host.clone(),
                seconds: inner.options.timeout.as_secs(),
            })
        });
        *left = left.saturating_sub(sent_at.elapsed());
        match &answer {
            Ok(_) => self.backoff().answered(&host),
            Err(FetchError::Status {
                status: 429 | 503,
                retry_at,
                is_check,
                ..
            }) => {
                let addresses = [key(&request.url), key(url)];
                self.backoff().refused(now, &host, &addresses, *retry_at, *is_check);
            }
            Err(_) => {}
        }
        answer
    }

    fn check_wait(&self, now: Timestamp, host: &str, url: &Url) -> Result<(), FetchError> {
        let backoff = self.backoff();
        match backoff.waits(now, host, key(url)) {
            Some(retry_at) => Err(FetchError::Waiting {
                host: host.to_owned(),
                retry_at,
                is_check: backoff.checks(host),
            }),
            None => Ok(()),
        }
    }

    /// Asks the host's robots.txt about an address, fetching it when it is not known.
    async fn permit(&self, now: Timestamp, url: &Url) -> Result<(), FetchError> {
        let origin = url.origin().ascii_serialization();
        let slot = self.inner.robots_cache.slot(&origin);
        let mut known = slot.lock().await;
        if let Some(known) = known.as_ref().filter(|known| known.is_current(now)) {
            return known.permit(url);
        }
        let mut address = url.clone();
        address.set_path("/robots.txt");
        address.set_query(None);
        // Boxed, since fetching robots.txt is fetching.
        let answer = Box::pin(self.get(now, Request::new(address, Purpose::Robots))).await;
        if let Err(error) = &answer
            && error.is_ours()
        {
            // It says nothing of the host's rules.
            return Err(error.clone());
        }
        let after = CachedRobots::after(now, known.clone(), answer);
        self.inner.robots_cache.account(&origin, &slot, known.as_ref(), &after);
        self.inner.robots_cache.learned(&origin, &after);
        known.insert(after).permit(url)
    }

    /// Returns what became known of hosts since this was last asked, to be kept over a restart. Answers that are no
    /// refusals make none.
    pub fn drain_changes(&self) -> Option<HostState> {
        let (addresses, hosts) = self.backoff().drain_changes();
        let rules = self.inner.robots_cache.drain_changes();
        let news = HostState {
            addresses,
            hosts,
            rules,
        };
        (!news.is_empty()).then_some(news)
    }

    /// Takes back what was known of hosts before a restart.
    pub fn restore(&self, remembered: HostState) {
        self.backoff().restore(remembered.addresses, remembered.hosts);
        self.inner.robots_cache.restore(remembered.rules);
    }

    /// Takes over what others have learned of hosts meanwhile, in place of what was known here.
    pub fn learn(&self, learned: HostState) {
        self.backoff().learn(learned.addresses, learned.hosts);
        self.inner.robots_cache.learn(learned.rules);
    }

    fn backoff(&self) -> MutexGuard<'_, Backoff> {
        self.inner
            .backoff
            .lock()
            .expect("nothing panics while it holds the lock of the refusals")
    }
}

/// When a fetch began, by both clocks.
struct Started {
    now: Timestamp,
    at: Instant,
}

impl Started {
    /// Returns the time it is now: a queue may be long, and Retry-After counts from the answer.
    fn now(&self) -> Timestamp {
        self.now + TimeDelta::seconds(i64::try_from(self.at.elapsed().as_secs()).unwrap_or(i64::MAX / 1000))
    }
}

/// Returns what helps where a chain that set cookies leads nowhere, although they were brought back.
fn cookie_remedy(cookies: &ChainCookies) -> &'static str {
    match cookies.were_set {
        true => {
            ", whatever cookies it sets on the way: it wants a visitor it knows; \
             where a browser gets in, write its cookie as a source's headers = { Cookie = { file = \"…\" } }"
        }
        false => "",
    }
}

/// Returns what addresses are told apart by: all but the fragment, which no server sees.
fn key(url: &Url) -> &str {
    &url[..url::Position::AfterQuery]
}

fn client(options: &FetchOptions, guard: &AddressGuard) -> Result<Client, FetchError> {
    // Another part of the program may have chosen the same provider already; then this says so and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let setup = |error: &reqwest::Error, hint: &str| FetchError::Setup {
        reason: format!("{} ({hint})", causes(error)),
    };
    let extra_roots = options
        .extra_roots
        .iter()
        .map(|root| Certificate::from_der(root))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| setup(&error, "are the certificates in ca_file whole?"))?;
    let proxy = options
        .proxy
        .as_ref()
        .map(Proxy::rule)
        .transpose()
        .map_err(|error| setup(&error, "is the proxy an address?"))?;
    // None from the environment, whatever else is set.
    let mut builder = Client::builder().no_proxy();
    if let Some(proxy) = proxy {
        builder = builder.proxy(proxy);
    }
    let resolver = GuardedResolver::new(guard.clone(), options.proxy.as_ref().map(Proxy::host));
    builder
        .tls_certs_merge(extra_roots)
        .user_agent(user_agent(options.contact.as_deref()))
        .http2_max_header_list_size(HEAD_BYTES_MAX)
        // Lines that go on, have no colon, or a blank before it: user agents read what is around them (RFC 9112, 5).
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(options.idle_timeout)
        .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
        .pool_idle_timeout(Duration::from_secs(IDLE_CONNECTION_SECONDS))
        .dns_resolver(resolver)
        .build()
        .map_err(|error| setup(&error, "are the contact a plain text and root certificates installed?"))
}

/// Says who asks, and whom to tell when it is a nuisance.
fn user_agent(contact: Option<&str>) -> String {
    let name = concat!("Tidings/", env!("CARGO_PKG_VERSION"));
    let homepage = Some(env!("CARGO_PKG_HOMEPAGE")).filter(|page| !page.is_empty());
    match contact
        .map(str::trim)
        .filter(|contact| !contact.is_empty())
        .or(homepage)
    {
        Some(contact) => format!("{name} (+{contact})"),
        None => name.to_owned(),
    }
}
