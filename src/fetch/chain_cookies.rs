//! The cookies of one chain of redirects: some servers answer only who brings back what they set a hop before.
//!
//! They live as long as the chain, go to nobody else than RFC 6265 names, and are neither stored nor shown. What is read of
//! them is where they belong and whether they were taken back, no more.

use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use url::Url;

use crate::domain::Timestamp;
use crate::domain::url::is_same_site;

use super::address_guard::host_of;
use super::response::{http_date, lossy};

/// Cookies of one chain that are kept; later ones are not.
const COOKIES_MAX: usize = 20;
/// The longest cookie, with all that is said of it, in bytes.
const COOKIE_BYTES_MAX: usize = 4 * 1024;
/// All cookies of a chain together, in bytes.
const COOKIES_BYTES_MAX: usize = 16 * 1024;

/// What the servers of one chain set on the way.
#[derive(Default)]
pub(super) struct ChainCookies {
    kept: Vec<ChainCookie>,
    /// A hop set a cookie, kept or not.
    pub were_set: bool,
}

struct ChainCookie {
    /// Name and value, as they are sent.
    pair: String,
    name_bytes: usize,
    /// The address that set it.
    from: Url,
    /// The domain whose hosts get it, where not its own host alone does.
    domain: Option<String>,
    path: String,
    is_secure: bool,
}

impl ChainCookies {
    /// Takes what one hop set.
    pub fn take(&mut self, now: Timestamp, from: &Url, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            self.were_set = true;
            if line.len() > COOKIE_BYTES_MAX {
                continue;
            }
            let Some((cookie, has_ended)) = ChainCookie::read(now, from, line) else {
                continue;
            };
            self.kept.retain(|known| !known.is_replaced_by(&cookie));
            let bytes: usize = self.kept.iter().map(|known| known.pair.len()).sum();
            let has_room = self.kept.len() < COOKIES_MAX && bytes + cookie.pair.len() <= COOKIES_BYTES_MAX;
            if has_room && !has_ended {
                self.kept.push(cookie);
            }
        }
    }

    /// Returns the header that one hop gets: its owner's own cookies, where they are for this hop, and what was set on the
    /// way, which replaces those of the same name.
    pub fn header_for(&self, hop: &Url, own: Option<&HeaderValue>) -> Option<HeaderValue> {
        let mut due: Vec<&ChainCookie> = self.kept.iter().filter(|cookie| cookie.is_for(hop)).collect();
        if due.is_empty() {
            return own.cloned();
        }
        // The longest paths first (RFC 6265, 5.4).
        due.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let own = own.map(|own| lossy(own.as_bytes())).unwrap_or_default();
        let is_other = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default();
            !pair.is_empty() && due.iter().all(|cookie| cookie.name() != name)
        };
        let mut pairs: Vec<&str> = own.split(';').map(str::trim).filter(is_other).collect();
        pairs.extend(due.iter().map(|cookie| cookie.pair.as_str()));
        let mut value = HeaderValue::try_from(pairs.join("; ")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl ChainCookie {
    /// Reads one line (RFC 6265, 5.2) as what its sender may set, and whether it takes a cookie back.
    fn read(now: Timestamp, from: &Url, line: &HeaderValue) -> Option<(Self, bool)> {
        let line = line.to_str().ok()?;
        let mut parts = line.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() {
            return None;
        }
        let mut cookie = Self {
            pair: format!("{name}={value}"),
            name_bytes: name.len(),
            from: from.clone(),
            domain: None,
            path: folder(from.path()).to_owned(),
            is_secure: false,
        };
        let (mut ends_at, mut seconds) = (None, None);
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "secure" => cookie.is_secure = true,
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "path" => cookie.path = folder(from.path()).to_owned(),
                "domain" if !value.is_empty() => {
                    cookie.domain = Some(value.trim_start_matches('.').to_ascii_lowercase());
                }
                "max-age" => seconds = value.parse::<i64>().ok(),
                "expires" => ends_at = http_date(value),
                _ => {}
            }
        }
        if let Some(domain) = &cookie.domain {
            let of_domain = Url::parse(&format!("https://{domain}/")).ok()?;
            // A domain that anyone may register under is of no one's site.
            if !is_within(&host_of(from), domain) || !is_same_site(from, &of_domain) {
                return None;
            }
        }
        // What came in the clear may not claim to be safe.
        if cookie.is_secure && from.scheme() != "https" {
            return None;
        }
        let ends_at = match seconds {
            Some(seconds) if seconds <= 0 => Some(now),
            Some(_) => None,
            None => ends_at,
        };
        let has_ended = ends_at.is_some_and(|at| at <= now);
        Some((cookie, has_ended))
    }

    fn name(&self) -> &str {
        &self.pair[..self.name_bytes]
    }

    fn is_replaced_by(&self, other: &Self) -> bool {
        let is_same_place = self.domain == other.domain && host_of(&self.from) == host_of(&other.from);
        is_same_place && self.name() == other.name() && self.path == other.path
    }

    /// Whether an address gets it. Ports that are named are told apart, which browsers do not do: behind them are others.
    fn is_for(&self, hop: &Url) -> bool {
        let is_host = match &self.domain {
            Some(domain) => is_within(&host_of(hop), domain) && is_same_site(hop, &self.from),
            None => host_of(hop) == host_of(&self.from),
        };
        let is_path = match hop.path().strip_prefix(self.path.as_str()) {
            Some(rest) => rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'),
            None => false,
        };
        is_host && hop.port() == self.from.port() && is_path && (!self.is_secure || hop.scheme() == "https")
    }
}

/// Returns the path that a cookie is for which names none (RFC 6265, 5.1.4).
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(at) => &path[..at],
    }
}

fn is_within(host: &str, domain: &str) -> bool {
    host == domain
        || host.strip_suffix(domain).is_some_and(|rest| {
            rest.ends_with('.') && !host.starts_with('[') && host.parse::<std::net::IpAddr>().is_err()
        })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn set(cookies: &mut ChainCookies, from: &str, lines: &[&str]) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(SET_COOKIE, HeaderValue::from_str(line).unwrap());
        }
        cookies.take(Timestamp::UNIX_EPOCH + TimeDelta::days(20_000), &url(from), &headers);
    }

    fn sent(cookies: &ChainCookies, hop: &str) -> Option<String> {
        let header = cookies.header_for(&url(hop), None);
        header.map(|value| value.to_str().unwrap().to_owned())
    }

    #[track_caller]
    fn check(from: &str, line: &str, hop: &str, expected: Option<&str>) {
        let mut cookies = ChainCookies::default();
        set(&mut cookies, from, &[line]);
        assert!(cookies.were_set);
        assert_eq!(sent(&cookies, hop).as_deref(), expected, "{line} from {from} to {hop}");
    }

    #[test]
    fn cookies_go_where_they_belong() {
        let (gate, feed) = ("https://www.a.example/gate/in", "https://www.a.example/feed");
        check(gate, "a=1; Path=/", feed, Some("a=1"));
        check(gate, "a=1", feed, None);
        check(gate, "a=1", "https://www.a.example/gate/out", Some("a=1"));
        check(gate, "a=1; path=/fee", feed, None);
        check(gate, "a=1; path=feed", feed, None);
        check(gate, "a=1; Path=/feed", "https://www.a.example/feed/2", Some("a=1"));
        check(gate, " a = b=c ; Path=/; HttpOnly; SameSite=Lax", feed, Some("a=b=c"));
        // Hosts.
        for (hop, own, whole_site) in [
            ("https://www.a.example/", true, true),
            ("https://a.example/", false, true),
            ("https://feeds.a.example/", false, true),
            ("https://b.example/", false, false),
            ("https://www.a.example.b.example/", false, false),
            ("https://xa.example/", false, false),
            ("https://www.a.example:8443/", false, false),
        ] {
            check(gate, "a=1; Path=/", hop, own.then_some("a=1"));
            check(gate, "a=1; Path=/; Domain=.A.example", hop, whole_site.then_some("a=1"));
        }
        for domain in ["b.example", "example", "co.uk", "ample", "feeds.a.example"] {
            check(gate, &format!("a=1; Path=/; Domain={domain}"), feed, None);
        }
        check("https://a.co.uk/", "a=1; Domain=co.uk", "https://b.co.uk/", None);
        check(
            "https://a.github.io/",
            "a=1; Domain=github.io",
            "https://b.github.io/",
            None,
        );
        check("http://127.0.0.1/", "a=1; Domain=0.0.1", "http://127.0.0.1/", None);
        check("http://127.0.0.1:81/", "a=1", "http://127.0.0.1:81/x", Some("a=1"));
        check("http://127.0.0.1:81/", "a=1", "http://127.0.0.1:82/x", None);
        // Schemes.
        check(gate, "a=1; Path=/; Secure", "http://www.a.example/", None);
        check(gate, "a=1; Path=/; Secure", feed, Some("a=1"));
        check("http://a.example/", "a=1; Secure", "https://a.example/", None);
        check("http://a.example/", "a=1", "https://a.example/", Some("a=1"));
        // What is no cookie, or none any more.
        for line in ["a", "=1", "", "a=1; Max-Age=0", "a=1; Max-Age=-5"] {
            check("https://a.example/", line, "https://a.example/", None);
        }
        check(
            "https://a.example/",
            "a=; Expires=Thu, 01-Jan-1970 00:00:00 GMT",
            "https://a.example/",
            None,
        );
        check(
            "https://a.example/",
            "a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
            "https://a.example/",
            Some("a=1"),
        );
        check(
            "https://a.example/",
            "a=1; Expires=whenever",
            "https://a.example/",
            Some("a=1"),
        );
    }

    #[test]
    fn later_ones_replace_earlier_ones() {
        let mut cookies = ChainCookies::default();
        let (one, two) = ("https://a.example/x/1", "https://a.example/x/2");
        set(&mut cookies, one, &["a=1; Path=/", "b=1; Path=/x", "c=1"]);
        set(&mut cookies, two, &["a=2; Path=/", "c=; Max-Age=0"]);
        assert_eq!(sent(&cookies, two).as_deref(), Some("b=1; a=2"));
        let own = HeaderValue::from_static("a=own; id=7");
        let header = cookies.header_for(&url(two), Some(&own)).unwrap();
        assert_eq!(header, "id=7; b=1; a=2");
        assert!(header.is_sensitive());
        assert_eq!(cookies.header_for(&url("https://b.example/"), Some(&own)), Some(own));
    }

    #[test]
    fn they_are_bounded() {
        let mut cookies = ChainCookies::default();
        let from = "https://a.example/";
        set(&mut cookies, from, &[&format!("long={}", "x".repeat(COOKIE_BYTES_MAX))]);
        assert_eq!(sent(&cookies, from), None);
        for number in 0..100 {
            set(&mut cookies, from, &[&format!("c{number}={}", "x".repeat(number * 40))]);
        }
        assert!(cookies.kept.len() <= COOKIES_MAX);
        assert!(sent(&cookies, from).unwrap().len() <= COOKIES_BYTES_MAX + 2 * COOKIES_MAX);
    }
}
