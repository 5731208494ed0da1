//! Addresses: which are of the web, and what makes two of them one.
//!
//! A canonical address is for comparing, never for fetching: http and https, a trailing slash, `www.`, default ports,
//! fragments and tracking parameters make no difference in it.

use std::borrow::Cow;

use thiserror::Error;
use url::Url;

use super::mistyped_address::mended;

/// The longest address that is asked for, in bytes, as it is sent: percent-encoded.
pub const ADDRESS_BYTES_MAX: usize = 8 * 1024;

/// Why a text is no address that content can be fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoWebAddress {
    #[error("is too long; at most {ADDRESS_BYTES_MAX} bytes are possible, percent-encoded as it is sent")]
    TooLong,
    #[error("is no web address; it begins with https:// or http://")]
    Scheme,
    #[error("is no whole address; write \"{0}\" if that is meant")]
    Mistyped(String),
    #[error(
        "holds a user or a password, which would be stored and shown; write user = \"…\" and password = {{ credential = \"…\" }} beside it"
    )]
    Credentials,
    #[error("is no address: {0}; write it as a browser shows it")]
    Unreadable(url::ParseError),
}

/// Returns the address of a source: what the configuration takes, and so what may be printed for it.
///
/// # Errors
/// Says why content cannot be fetched from there.
pub fn source_address(text: &str) -> Result<Url, NoWebAddress> {
    if text.len() > ADDRESS_BYTES_MAX {
        return Err(NoWebAddress::TooLong);
    }
    let mistyped = |error| mended(text).map_or(error, NoWebAddress::Mistyped);
    let url = Url::parse(&of_browser(text)).map_err(|error| mistyped(NoWebAddress::Unreadable(error)))?;
    if !is_web(&url) {
        return Err(mistyped(NoWebAddress::Scheme));
    }
    // One scheme behind another, which leaves the second for a host.
    if matches!(url.host_str(), Some("http" | "https")) {
        return Err(mistyped(NoWebAddress::Scheme));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(NoWebAddress::Credentials);
    }
    if url.as_str().len() > ADDRESS_BYTES_MAX {
        return Err(NoWebAddress::TooLong);
    }
    Ok(url)
}

/// Returns an address as it is asked for: browsers hand over those of feeds as `feed://…` and `feed:https://…`.
pub fn of_browser(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match text
        .get(..5)
        .filter(|scheme| scheme.eq_ignore_ascii_case("feed:"))
        .map(|_| &text[5..])
    {
        Some(rest) if rest.starts_with("//") => Cow::Owned(format!("https:{rest}")),
        Some(rest) => Cow::Borrowed(rest),
        None => Cow::Borrowed(text),
    }
}

/// Returns the address a text is, if that is one of the web: http or https, with a host.
pub fn web(text: &str) -> Option<Url> {
    Url::parse(text.trim()).ok().filter(is_web)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
}

/// Hosts' pages that only lead on to the address one of their parameters holds.
const WRAPPERS: &[(&str, &str, &str)] = &[
    ("google.com", "/url", "url"),
    ("google.com", "/url", "q"),
    ("bing.com", "/news/apiclick.aspx", "url"),
];

/// Returns the address that an alert's link leads to, where the link is a search engine's and holds it; else the link.
pub fn unwrapped(link: Url) -> Url {
    let host = link.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let of_this = WRAPPERS
        .iter()
        .filter(|(own, path, _)| *own == host && *path == link.path());
    let mut inner = of_this.filter_map(|(_, _, name)| link.query_pairs().find(|(own, _)| own == name));
    inner.find_map(|(_, address)| web(&address)).unwrap_or(link)
}

/// Query parameters that say where a reader came from, not what is shown.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "hsCtaTracking",
    "vero_id",
    "vero_conv",
    "oly_anon_id",
    "oly_enc_id",
    "ns_source",
    "ns_mchannel",
    "ns_campaign",
    "ns_linkname",
    "ns_fee",
    "cmpid",
    "cmp",
    "ito",
    "ncid",
    "sr_share",
    "smid",
    "smtyp",
    "xtor",
    "at_medium",
    "at_campaign",
    "at_custom1",
    "at_custom2",
    "at_custom3",
    "at_custom4",
    "wt_mc",
    "wt.mc_id",
    "_ga",
    "_gl",
    "rss",
    "ref_src",
    "ref_url",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "spm",
    "scm",
    "s_cid",
    "s_kwcid",
    "ftag",
    "icid",
    "trk",
    "trkCampaign",
    "__twitter_impression",
    "feature",
    "amp;feature",
    "sharetype",
    "share_id",
    "partner",
    "emc",
    "mod",
    "taid",
    "cid",
    "ocid",
];
/// Parameters of the list above that other sites use to say what is shown; dropped only with a value that tracks.
const AMBIGUOUS: &[(&str, &[&str])] = &[
    ("cid", &["rss", "social", "email", "newsletter"]),
    ("mod", &["rss", "rss_", "djemalertnews"]),
    ("partner", &["rss", "rssnyt", "feedburner"]),
    (
        "feature",
        &["youtu.be", "share", "emb_title", "emb_logo", "player_embedded"],
    ),
    ("rss", &["1", "yes", "true", ""]),
    ("cmp", &["rss", "rssfeed"]),
    ("emc", &["rss"]),
];
/// Prefixes of such parameters.
const TRACKING_PREFIXES: &[&str] = &["utm_", "pk_", "piwik_", "mtm_", "matomo_", "hsa_", "itm_", "oly_"];

/// Parameters that hold the id of a session. Of them `sid` and its like are a story's id elsewhere, so their value decides.
const SESSION: &[&str] = &["jsessionid", "phpsessid", "cfid", "cftoken"];
const MAYBE_SESSION: &[&str] = &["sid", "sessionid", "session_id", "oscsid", "zenid"];
/// A session's id has at least this many characters, letters and digits mixed.
const SESSION_CHARS_MIN: usize = 16;

/// What an address is compared by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CanonicalUrl(String);

impl CanonicalUrl {
    /// Returns the canonical form of an address.
    pub fn new(url: &Url) -> Self {
        let clean = without_tracking(url);
        let host = clean.host_str().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
        let port = clean.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path = clean.path().trim_end_matches('/');
        let mut key = format!("{host}{port}{path}");
        if let Some(query) = clean.query().filter(|query| !query.is_empty()) {
            key.push('?');
            key.push_str(query);
        }
        if host.is_empty() {
            key = clean.to_string();
        }
        Self(key)
    }

    /// Returns the canonical form as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns an address to show and to fetch, without its fragment, without tracking parameters and the id of a session, and
/// without the name and password that a link of a feed or a page may hold: those are nobody's to keep or to send.
pub fn without_tracking(url: &Url) -> Url {
    let mut clean = without_credentials(url);
    clean.set_fragment(None);
    if let Some(query) = url.query() {
        // Byte for byte what stays: re-encoding a query changes addresses that servers compare.
        let is_kept = |pair: &&str| !is_tracking(pair) && !is_session(pair);
        let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
        let kept = kept.join("&");
        clean.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
    if let Some(path) = without_path_session(url.path()) {
        clean.set_path(&path);
    }
    clean
}

/// Returns a path without the session that stands in it: `/a;jsessionid=1F2E/b` is `/a/b`.
fn without_path_session(path: &str) -> Option<String> {
    let is_session_part = |part: &str| part.split_once('=').is_some_and(|_| is_session(part));
    if !path.split(['/', ';']).any(is_session_part) {
        return None;
    }
    let clean = |segment: &str| {
        let mut parts = segment.split(';');
        let first = parts.next().unwrap_or_default().to_owned();
        parts
            .filter(|part| !is_session_part(part))
            .fold(first, |all, part| all + ";" + part)
    };
    Some(path.split('/').map(clean).collect::<Vec<_>>().join("/"))
}

fn is_session(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let is_one_of = |names: &[&str]| names.iter().any(|own| own.eq_ignore_ascii_case(name));
    let has = |is_kind: fn(&u8) -> bool| value.as_bytes().iter().any(is_kind);
    let looks_like_one = value.len() >= SESSION_CHARS_MIN
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic);
    is_one_of(SESSION) || (is_one_of(MAYBE_SESSION) && looks_like_one)
}

/// Whether an address holds a name or a password.
pub fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Returns an address without a name and a password.
pub fn without_credentials(url: &Url) -> Url {
    let mut clean = url.clone();
    // An address that can hold none refuses to lose them.
    let _ = clean.set_username("").and_then(|()| clean.set_password(None));
    clean
}

fn is_tracking(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    if name.is_empty() {
        return value.is_empty();
    }
    if let Some((_, values)) = AMBIGUOUS.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        return values.iter().any(|own| value.eq_ignore_ascii_case(own));
    }
    TRACKING.iter().any(|own| own.eq_ignore_ascii_case(name))
        || TRACKING_PREFIXES
            .iter()
            .any(|prefix| name.get(..prefix.len()).is_some_and(|n| n.eq_ignore_ascii_case(prefix)))
}

/// Returns the host that an address names, without the root's dot, if it is one that names a host.
pub fn host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_owned())
}

/// Returns the registrable domain of an address, that inside it where it is a search engine's around another.
pub fn domain_of(address: &str) -> Option<String> {
    let url = unwrapped(Url::parse(address).ok()?);
    Some(registrable_domain(url.host_str()?))
}

/// Whether two addresses are of one registrable domain.
pub fn is_same_site(one: &Url, other: &Url) -> bool {
    let site = |url: &Url| registrable_domain(url.host_str().unwrap_or_default());
    site(one) == site(other)
}

/// Returns the registrable domain of a host (Public Suffix List), or the host itself where there is none.
pub fn registrable_domain(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') {
        return host;
    }
    match psl::domain_str(&host) {
        Some(domain) => domain.to_owned(),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_links_lead_where_they_lead() {
        for (link, expected) in [
            (
                "https://www.google.com/url?rct=j&sa=t&url=https://news.example/a%3Fid%3D7&ct=ga",
                "https://news.example/a?id=7",
            ),
            (
                "https://google.com/url?q=http://news.example/a",
                "http://news.example/a",
            ),
            (
                "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fnews.example%2fa",
                "https://news.example/a",
            ),
            (
                "https://www.google.com/url?url=javascript:x",
                "https://www.google.com/url?url=javascript:x",
            ),
            (
                "https://news.example/url?url=https://other.example/",
                "https://news.example/url?url=https://other.example/",
            ),
        ] {
            assert_eq!(unwrapped(Url::parse(link).unwrap()).as_str(), expected, "{link}");
        }
    }

    #[track_caller]
    fn check(one: &str, other: &str, is_same: bool) {
        let key = |text: &str| CanonicalUrl::new(&Url::parse(text).unwrap());
        assert_eq!(
            key(one) == key(other),
            is_same,
            "{one} {other}: {:?} {:?}",
            key(one),
            key(other)
        );
    }

    #[test]
    fn one_article_under_several_addresses() {
        check("http://www.example.org/a/", "https://example.org/a", true);
        check(
            "https://example.org/a?utm_source=rss&id=3#top",
            "https://example.org/a?id=3",
            true,
        );
        check("https://example.org:443/a?", "https://example.org/a", true);
        check("https://example.org/a?partner=rss", "https://example.org/a", true);
    }

    #[test]
    fn different_articles_stay_apart() {
        check("https://example.org/a?id=3", "https://example.org/a?id=4", false);
        check("https://example.org/A", "https://example.org/a", false);
        check("https://example.org:8080/a", "https://example.org/a", false);
        check(
            "https://example.org/watch?cid=77",
            "https://example.org/watch?cid=78",
            false,
        );
    }

    #[test]
    fn a_session_is_no_part_of_an_address() {
        let clean = |text: &str| without_tracking(&Url::parse(text).unwrap()).to_string();
        for (with, without) in [
            (
                "https://example.org/quote;jsessionid=0A1B2C.node1?id=0",
                "https://example.org/quote?id=0",
            ),
            (
                "https://example.org/a;JSESSIONID=77;v=2/b",
                "https://example.org/a;v=2/b",
            ),
            (
                "https://example.org/t?sid=9f86d081884c7d659a2feaa0c55ad015&t=0",
                "https://example.org/t?t=0",
            ),
            ("https://example.org/t?PHPSESSID=ab12", "https://example.org/t"),
            (
                "https://example.org/t.cfm?CFID=1234&CFTOKEN=5678&n=3",
                "https://example.org/t.cfm?n=3",
            ),
        ] {
            assert_eq!(clean(with), without);
        }
        // A story's id.
        for kept in [
            "https://example.org/article.pl?sid=26/06/13/1234",
            "https://example.org/modules.php?name=News&sid=4711",
            "https://example.org/s?sid=20260613120000123456",
            "https://example.org/s?sid=bridge-reopens-after-2-years",
            "https://example.org/a;page=2",
        ] {
            assert_eq!(clean(kept), kept);
        }
    }

    #[test]
    fn what_stays_of_a_query_keeps_its_bytes() {
        let url = Url::parse("https://example.org/a?q=%252F+x&utm_medium=y&b=%C3%A4").unwrap();
        assert_eq!(
            without_tracking(&url).as_str(),
            "https://example.org/a?q=%252F+x&b=%C3%A4"
        );
    }

    #[test]
    fn nobodys_password_is_kept() {
        let clean = |text: &str| without_tracking(&Url::parse(text).unwrap()).to_string();
        assert_eq!(clean("https://jo:hunter2@example.org/a?b#c"), "https://example.org/a?b");
        assert_eq!(clean("https://jo@example.org/a"), "https://example.org/a");
        assert_eq!(clean("https://:x@example.org/"), "https://example.org/");
        assert_eq!(clean("mailto:jo@example.org"), "mailto:jo@example.org");
        check("https://jo:hunter2@example.org/a", "https://example.org/a", true);
    }

    #[test]
    fn registrable_domains() {
        assert_eq!(registrable_domain("www.bbc.co.uk"), "bbc.co.uk");
        assert_eq!(registrable_domain("News.Example.org."), "example.org");
        assert_eq!(registrable_domain("localhost"), "localhost");
        assert_eq!(registrable_domain("127.0.0.1"), "127.0.0.1");
    }
}
