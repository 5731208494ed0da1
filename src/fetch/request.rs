//! What is asked for, and the headers that go with it.
//!
//! Credentials and the owner's own headers leave for the host they were meant for and for no other, wherever a
//! redirect leads.

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, RANGE,
};
use url::Url;

use crate::domain::secret::Secret;
use crate::domain::source::Validators;
use crate::extract::pdf::is_named_pdf;

use super::error::{FetchError, shown};
use super::robots::ROBOTS_BYTES_MAX;

/// Asks for the new entries alone, where a server can tell them.
const A_IM: HeaderName = HeaderName::from_static("a-im");
/// Largest picture that is read, in bytes.
const IMAGE_BYTES_MAX: u64 = 5_000_000;

/// Largest PDF that is read in a page's place, in bytes: it carries its pictures and fonts with it.
pub const PDF_BYTES_MAX: u64 = 30_000_000;

/// Redirects from a robots.txt that are followed; RFC 9309 asks for at least five.
const ROBOTS_REDIRECTS_MAX: usize = 5;

/// What a request is for; it decides what is asked for, how much is read and whether robots.txt applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Feed,
    /// A list in JSON, which a register offers to programs.
    Json,
    /// A page that is read for its links or watched: no PDF is of use.
    Page,
    /// A page that is read for its article, which may be a PDF.
    Article,
    Image,
    Robots,
}

impl Purpose {
    fn accept(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                 application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1"
            }
            Self::Json => "application/json, application/*+json;q=0.9, */*;q=0.1",
            Self::Page => "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1",
            Self::Article => {
                "text/html, application/xhtml+xml, application/xml;q=0.8, application/pdf;q=0.5, */*;q=0.1"
            }
            Self::Image => "image/*, */*;q=0.1",
            Self::Robots => "text/plain, */*;q=0.1",
        }
    }

    /// Whether robots.txt applies: a feed is a subscription, which its publisher offers to readers.
    pub(super) fn obeys_robots(self) -> bool {
        matches!(self, Self::Page | Self::Article | Self::Image)
    }

    /// Whether an answer without a body is an answer.
    pub(super) fn may_be_empty(self) -> bool {
        self == Self::Robots
    }

    /// Returns how many redirects are followed.
    pub(super) fn redirects_max(self, redirects_max: usize) -> usize {
        match self {
            Self::Robots => redirects_max.min(ROBOTS_REDIRECTS_MAX),
            Self::Feed | Self::Json | Self::Page | Self::Article | Self::Image => redirects_max,
        }
    }

    /// Returns how much of a body of this kind is read, in bytes; more is an error.
    pub(super) fn body_max(self, body_max: u64, content_type: Option<&str>) -> u64 {
        let is_pdf = content_type.is_some_and(is_named_pdf);
        match self {
            Self::Article if is_pdf => body_max.max(PDF_BYTES_MAX),
            Self::Image => body_max.min(IMAGE_BYTES_MAX),
            Self::Feed | Self::Json | Self::Page | Self::Article | Self::Robots => body_max,
        }
    }
}

/// One thing to ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub url: Url,
    pub purpose: Purpose,
    /// What the last good answer was known by; makes the request conditional.
    pub validators: Validators,
    /// The owner's own headers, for the host of `url` only.
    pub headers: Vec<(String, Secret)>,
    /// Only so many bytes are asked for and read.
    pub first_bytes: Option<u64>,
    /// Nothing more will be asked of the host soon: the connection is not kept, at neither end.
    pub is_last: bool,
}

impl Request {
    /// Returns a plain, unconditional request.
    pub fn new(url: Url, purpose: Purpose) -> Self {
        Self {
            url,
            purpose,
            validators: Validators::default(),
            headers: Vec::new(),
            first_bytes: None,
            is_last: false,
        }
    }

    /// Adds the owner's headers where this asks the origin they are meant for: a source's own address, which may have
    /// moved to another host since.
    #[must_use]
    pub fn with_headers_for(mut self, own: &str, headers: &[(String, Secret)]) -> Self {
        if !headers.is_empty() && Url::parse(own).is_ok_and(|own| keeps_credentials(&own, &self.url)) {
            self.headers = headers.to_vec();
        }
        self
    }

    /// Whether only the entries that are new since the validators would do (RFC 3229 with the "feed" manipulation).
    pub(super) fn wants_changes(&self) -> bool {
        self.purpose == Purpose::Feed && self.validators.etag.is_some() && self.first_bytes.is_none()
    }

    /// Returns after how many bytes reading stops without an error.
    pub(super) fn read_max(&self) -> Option<u64> {
        match self.purpose {
            Purpose::Robots => Some(ROBOTS_BYTES_MAX),
            _ => self.first_bytes,
        }
    }

    /// Returns the headers for one hop.
    ///
    /// # Errors
    /// The owner's headers are none.
    pub(super) fn headers_for(&self, hop: &Url) -> Result<HeaderMap, FetchError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.purpose.accept()));
        replay(&mut headers, IF_NONE_MATCH, self.validators.etag.as_deref());
        replay(
            &mut headers,
            IF_MODIFIED_SINCE,
            self.validators.last_modified.as_deref(),
        );
        if self.wants_changes() {
            headers.insert(A_IM, HeaderValue::from_static("feed"));
        }
        if self.is_last {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        match self.first_bytes {
            // A part of what is packed is of no use.
            Some(count) => headers.insert(RANGE, range(count)),
            None => headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br, zstd, deflate")),
        };
        if keeps_credentials(&self.url, hop) {
            for (name, value) in &self.headers {
                let pair = HeaderName::try_from(name.as_str())
                    .ok()
                    .zip(HeaderValue::try_from(value.expose()).ok());
                // The value may be a secret: only the name is told.
                let (name, mut value) = pair.ok_or_else(|| FetchError::Unusable {
                    url: shown(&self.url),
                    reason: format!("the header {name:?} cannot be sent"),
                })?;
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        }
        Ok(headers)
    }
}

fn replay(headers: &mut HeaderMap, name: HeaderName, value: Option<&[u8]>) {
    // A stored value that is no header value (a damaged store) makes the request unconditional, which costs one body.
    if let Some(value) = value.and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
        headers.insert(name, value);
    }
}

fn range(count: u64) -> HeaderValue {
    HeaderValue::try_from(format!("bytes=0-{}", count.saturating_sub(1))).expect("digits are a header value")
}

/// Whether what was meant for one address may be sent to another: the same host, port and scheme, or the same host
/// gone from http to https on their usual ports.
pub(super) fn keeps_credentials(meant: &Url, hop: &Url) -> bool {
    let is_upgrade = meant.scheme() == "http"
        && hop.scheme() == "https"
        && meant.host() == hop.host()
        && meant.port().is_none()
        && hop.port().is_none();
    meant.origin() == hop.origin() || is_upgrade
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn own_headers_stay_with_their_host() {
        let mut request = Request::new(url("http://a.example/feed"), Purpose::Feed);
        request.headers = vec![("X-Key".to_owned(), "secret".into())];
        for (hop, expected) in [
            ("http://a.example/other", true),
            ("https://a.example/feed", true),
            ("http://a.example:8080/feed", false),
            ("https://www.a.example/feed", false),
            ("https://b.example/feed", false),
        ] {
            let headers = request.headers_for(&url(hop)).unwrap();
            assert_eq!(headers.contains_key("x-key"), expected, "{hop}");
        }
        assert!(
            !keeps_credentials(&url("https://a.example/"), &url("http://a.example/")),
            "a downgrade"
        );
    }

    #[test]
    fn a_source_that_moved_to_another_host_takes_no_headers_along() {
        let own = "http://a.example/feed";
        for (address, expected) in [
            ("http://a.example/new", true),
            ("https://a.example/feed", true),
            ("https://b.example/feed", false),
            ("http://a.example:81/feed", false),
        ] {
            let request = Request::new(url(address), Purpose::Feed);
            let request = request.with_headers_for(own, &[("X-Key".to_owned(), "secret".into())]);
            assert_eq!(!request.headers.is_empty(), expected, "{address}");
        }
    }

    #[test]
    fn validators_are_replayed_as_they_came() {
        let mut request = Request::new(url("http://a.example/feed"), Purpose::Feed);
        let plain = request.headers_for(&request.url).unwrap();
        assert!(!plain.contains_key(IF_NONE_MATCH) && !plain.contains_key(IF_MODIFIED_SINCE));
        request.validators.etag = Some(b"W/\"caf\xe9 1".to_vec());
        request.validators.last_modified = Some(b"Mon, 1 Jan 2024 00:00:00 +0000".to_vec());
        let headers = request.headers_for(&request.url).unwrap();
        assert_eq!(headers[IF_NONE_MATCH].as_bytes(), b"W/\"caf\xe9 1");
        assert_eq!(headers[IF_MODIFIED_SINCE], "Mon, 1 Jan 2024 00:00:00 +0000");
    }

    #[test]
    fn a_header_that_is_none_is_told_without_its_value() {
        let mut request = Request::new(url("http://a.example/feed"), Purpose::Feed);
        request.headers = vec![("X-Key".to_owned(), "secret\r\nHost: b".into())];
        let message = request.headers_for(&request.url).unwrap_err().to_string();
        assert!(message.contains("X-Key") && !message.contains("secret"), "{message}");
    }
}
