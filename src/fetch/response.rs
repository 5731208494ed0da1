//! What came back, and what its headers say about the next time: validators, freshness, Retry-After.
//!
//! Headers are read as leniently as servers write them, and nothing of them is kept beyond a bound.

use chrono::{NaiveDateTime, TimeDelta};
use reqwest::header::{
    AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName, LAST_MODIFIED, LINK, RETRY_AFTER,
};
use url::Url;

use crate::domain::Timestamp;
use crate::domain::source::Validators;

/// Longest validator that is kept, in bytes; a server with longer ones is asked unconditionally.
const VALIDATOR_BYTES_MAX: usize = 1024;
/// Longest Content-Type that is kept, in bytes.
const CONTENT_TYPE_BYTES_MAX: usize = 256;
/// `Link` headers read of an answer, and the longest, in bytes.
const LINKS_MAX: usize = 16;
const LINK_BYTES_MAX: usize = 4 * 1024;
/// Longest time an answer is taken to be fresh, in seconds.
const FRESH_SECONDS_MAX: i64 = 366 * 24 * 3600;
/// Longest Retry-After that is obeyed, in seconds.
const RETRY_AFTER_SECONDS_MAX: i64 = 7 * 24 * 3600;

/// One redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    pub status: u16,
    pub from: Url,
    pub to: Url,
}

/// A good answer: a body, or the word that nothing has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub status: u16,
    /// The address that answered, after all redirects.
    pub url: Url,
    pub redirects: Vec<Hop>,
    /// Decoded; empty when nothing has changed.
    pub body: Vec<u8>,
    /// 304 was answered to a conditional request.
    pub not_modified: bool,
    /// What to replay next time, in place of what was stored. Empty when the server gave none or the body was cut; on
    /// a 304 what was sent, with what the answer replaced.
    pub validators: Validators,
    pub content_type: Option<String>,
    /// Its `Link` headers (RFC 8288), as far as they are read.
    pub links: Vec<String>,
    /// Until when the server says its answer will not change.
    pub fresh_until: Option<Timestamp>,
    pub retry_at: Option<Timestamp>,
}

/// Returns the validators an answer carries.
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let kept = |name: HeaderName| {
        let value = headers.get(name)?.as_bytes();
        (!value.is_empty() && value.len() <= VALIDATOR_BYTES_MAX).then(|| value.to_vec())
    };
    Validators {
        etag: kept(ETAG),
        last_modified: kept(LAST_MODIFIED),
    }
}

/// Returns the validators after a 304: what was sent, with what the answer replaces (RFC 9111, 4.3.4).
pub(super) fn refreshed(sent: &Validators, headers: &HeaderMap) -> Validators {
    let new = validators(headers);
    Validators {
        etag: new.etag.or_else(|| sent.etag.clone()),
        last_modified: new.last_modified.or_else(|| sent.last_modified.clone()),
    }
}

/// Returns the Content-Type, when it is one.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, CONTENT_TYPE)?;
    (!value.is_empty() && value.len() <= CONTENT_TYPE_BYTES_MAX).then_some(value)
}

/// Returns the first `Link` headers of an answer.
pub(super) fn links(headers: &HeaderMap) -> Vec<String> {
    let values = headers
        .get_all(LINK)
        .iter()
        .filter(|value| value.len() <= LINK_BYTES_MAX);
    values.take(LINKS_MAX).map(|value| lossy(value.as_bytes())).collect()
}

/// Returns until when an answer is fresh: max-age less Age, else Expires less Date. `no-cache` and `no-store` mean not
/// at all.
pub(super) fn fresh_until(now: Timestamp, headers: &HeaderMap) -> Option<Timestamp> {
    let lines: Vec<String> = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .map(|value| lossy(value.as_bytes()))
        .collect();
    let mut max_age = None;
    for directive in lines.iter().flat_map(|line| line.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" => return None,
            "max-age" => max_age = max_age.or(seconds(value.trim().trim_matches('"'))),
            _ => {}
        }
    }
    let fresh = match max_age {
        Some(max_age) => max_age - text(headers, AGE).and_then(|age| seconds(&age)).unwrap_or(0),
        None => {
            let expires = http_date(&text(headers, EXPIRES)?)?;
            let sent_at = text(headers, DATE).and_then(|date| http_date(&date)).unwrap_or(now);
            (expires - sent_at).num_seconds()
        }
    };
    (fresh > 0).then(|| now + TimeDelta::seconds(fresh.min(FRESH_SECONDS_MAX)))
}

/// Returns the moment Retry-After names, as seconds or as a date, when it lies ahead.
pub(super) fn retry_at(now: Timestamp, headers: &HeaderMap) -> Option<Timestamp> {
    let value = text(headers, RETRY_AFTER)?;
    let wait = match seconds(&value) {
        Some(wait) => wait,
        None => (http_date(&value)? - now).num_seconds(),
    };
    (wait > 0).then(|| now + TimeDelta::seconds(wait.min(RETRY_AFTER_SECONDS_MAX)))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| lossy(value.as_bytes()).trim().to_owned())
}

/// Header bytes are Latin-1 where they are not ASCII.
pub(super) fn lossy(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// Returns a count of seconds; one too large for us is as good as for ever.
fn seconds(value: &str) -> Option<i64> {
    let digits = value.split('.').next().unwrap_or_default();
    let is_number = !digits.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_number.then(|| digits.parse().unwrap_or(i64::from(u32::MAX)).min(i64::from(u32::MAX)))
}

/// Returns an HTTP date in any of its three forms, or in that of mail. The weekday is not looked at: some are wrong.
pub(super) fn http_date(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    if let Some((_, date)) = value.split_once(',') {
        let date = date.trim();
        return match chrono::DateTime::parse_from_rfc2822(date) {
            Ok(at) => Some(at.to_utc()),
            Err(_) => rfc_850(date),
        };
    }
    let (_, date) = value.split_once(' ')?;
    NaiveDateTime::parse_from_str(date.trim(), "%b %e %H:%M:%S %Y")
        .ok()
        .map(|at| at.and_utc())
}

fn rfc_850(date: &str) -> Option<Timestamp> {
    let date = date.strip_suffix("GMT").or_else(|| date.strip_suffix("UTC"))?.trim();
    // With four digits of the year it is the form of cookies.
    let read = |form| NaiveDateTime::parse_from_str(date, form).ok();
    read("%d-%b-%y %H:%M:%S")
        .or_else(|| read("%d-%b-%Y %H:%M:%S"))
        .map(|at| at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    const NOW: i64 = 1_704_067_200; // 2024-01-01 00:00:00

    fn now() -> Timestamp {
        Timestamp::from_timestamp(NOW, 0).unwrap()
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    fn after(at: Option<Timestamp>) -> Option<i64> {
        at.map(|at| (at - now()).num_seconds())
    }

    #[test]
    fn dates_in_all_their_forms() {
        for text in [
            "Mon, 01 Jan 2024 00:00:00 GMT",
            "Mon, 1 Jan 2024 00:00:00 +0000",
            "Fri, 01 Jan 2024 00:00:00 GMT",
            "Monday, 01-Jan-24 00:00:00 GMT",
            "Mon Jan  1 00:00:00 2024",
            "Mon, 01 Jan 2024 01:00:00 +0100",
        ] {
            assert_eq!(http_date(text), Some(now()), "{text}");
        }
        for text in ["", "0", "-1", "now", "Mon,", "Mon, 99 Jan 2024 00:00:00 GMT", ", , ,"] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }

    #[test]
    fn freshness() {
        let expires = ("expires", "Mon, 01 Jan 2024 00:10:00 GMT");
        for (lines, expected) in [
            (vec![], None),
            (vec![("cache-control", "max-age=60")], Some(60)),
            (vec![("cache-control", "public, MAX-AGE=\"60\"")], Some(60)),
            (vec![("cache-control", "max-age=60"), ("age", "20")], Some(40)),
            (vec![("cache-control", "max-age=60"), ("age", "70")], None),
            (vec![("cache-control", "max-age=60"), expires], Some(60)),
            (vec![("cache-control", "max-age=0"), expires], None),
            (vec![("cache-control", "no-cache"), expires], None),
            (vec![("cache-control", "max-age=60, no-store")], None),
            (vec![("cache-control", "public"), expires], Some(600)),
            (vec![expires, ("date", "Mon, 01 Jan 2024 00:09:00 GMT")], Some(60)),
            (vec![("expires", "0")], None),
            (
                vec![("cache-control", "max-age=99999999999999999999")],
                Some(FRESH_SECONDS_MAX),
            ),
            (vec![("cache-control", "max-age=soon")], None),
        ] {
            assert_eq!(after(fresh_until(now(), &headers(&lines))), expected, "{lines:?}");
        }
    }

    #[test]
    fn directives_may_stand_on_several_lines() {
        let mut lines = headers(&[("cache-control", "max-age=60")]);
        lines.append(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        assert_eq!(fresh_until(now(), &lines), None);
    }

    #[test]
    fn retry_after_in_seconds_or_as_a_date() {
        for (value, expected) in [
            ("120", Some(120)),
            (" 120 ", Some(120)),
            ("1.5", Some(1)),
            ("0", None),
            ("-5", None),
            ("soon", None),
            ("Mon, 01 Jan 2024 01:00:00 GMT", Some(3600)),
            ("Sun, 31 Dec 2023 01:00:00 GMT", None),
            ("99999999999", Some(RETRY_AFTER_SECONDS_MAX)),
            ("Mon, 01 Jan 2924 01:00:00 GMT", Some(RETRY_AFTER_SECONDS_MAX)),
        ] {
            assert_eq!(
                after(retry_at(now(), &headers(&[("retry-after", value)]))),
                expected,
                "{value}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_header_panics_and_none_asks_for_more_than_the_bounds(
            value in proptest::collection::vec(any::<u8>(), 0..60),
            near in "(-?[0-9.]{1,22}|(max-age|no-cache)?=?\"?[0-9]{0,22}|[A-Z][a-z]{2,8}, ?[0-9]{1,5}[- ][A-Za-z]{3}[- ][0-9]{1,6} [0-9:]{0,9} ?(GMT|UTC|[+-][0-9]{4})?)",
        ) {
            let values = [HeaderValue::from_bytes(&value), HeaderValue::from_str(&near)];
            for value in values.into_iter().flatten() {
                let all = [AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES, LAST_MODIFIED, RETRY_AFTER];
                let headers: HeaderMap = all.into_iter().map(|name| (name, value.clone())).collect();
                let within = |at: Option<Timestamp>, most| after(at).is_none_or(|seconds| (1..=most).contains(&seconds));
                prop_assert!(within(retry_at(now(), &headers), RETRY_AFTER_SECONDS_MAX), "{:?}", value);
                prop_assert!(within(fresh_until(now(), &headers), FRESH_SECONDS_MAX), "{:?}", value);
                validators(&headers);
                content_type(&headers);
            }
        }
    }

    #[test]
    fn validators_keep_their_bytes_and_a_304_replaces_what_it_names() {
        let first = validators(&headers(&[("etag", "W/\"a b\""), ("last-modified", "yesterday")]));
        assert_eq!(first.etag.as_deref(), Some(b"W/\"a b\"".as_slice()));
        assert_eq!(first.last_modified.as_deref(), Some(b"yesterday".as_slice()));
        let next = refreshed(&first, &headers(&[("etag", "\"b\"")]));
        assert_eq!(next.etag.as_deref(), Some(b"\"b\"".as_slice()));
        assert_eq!(next.last_modified, first.last_modified);
        assert!(validators(&headers(&[("etag", &"x".repeat(2000)), ("last-modified", "")])).is_empty());
    }
}
