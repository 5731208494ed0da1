//! The `[fetch]` table: how content is fetched.

use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::TimeDelta;

use super::{ca_certificates, proxy};
use crate::config::reading::environment::Environment;
use crate::config::reading::expand::Places;
use crate::config::reading::raw::{File, Table};
use crate::config::reading::values::{size, span};
use crate::fetch::{BODY_MAX_MOST, FetchOptions};

pub fn read(file: &mut File<'_>, root: &mut Table<'_>, around: &Environment<'_>, places: &Places) -> FetchOptions {
    let mut fetch = FetchOptions::default();
    let Some(mut table) = root.table(file, "fetch") else {
        return fetch;
    };
    if let Some(text) = table.text(file, "contact") {
        if is_contact(&text.text) {
            fetch.contact = Some(text.text);
        } else {
            file.wrong(
                &text.value,
                "is no contact; write \"mailto:me@example.org\" or \"https://example.org/about\"",
            );
        }
    }
    let count = |number: Option<i64>, default| number.map_or(default, |n| usize::try_from(n).unwrap_or(default));
    fetch.concurrency = count(table.integer(file, "concurrency", 1..1025), fetch.concurrency);
    fetch.per_host = count(table.integer(file, "per_host", 1..17), fetch.per_host);
    let seconds = |least, most| TimeDelta::seconds(least)..=TimeDelta::seconds(most);
    fetch.host_gap = duration(file, &mut table, "host_gap", seconds(0, 3600), fetch.host_gap);
    fetch.timeout = duration(file, &mut table, "timeout", seconds(1, 3600), fetch.timeout);
    fetch.body_max = size(file, &mut table, "body_max", 10_000..=BODY_MAX_MOST).unwrap_or(fetch.body_max);
    for text in table.texts(file, "allow_private").unwrap_or_default() {
        let trimmed = text.text.trim();
        let range = trimmed
            .parse()
            .ok()
            .or_else(|| trimmed.parse::<std::net::IpAddr>().ok().map(Into::into));
        match range {
            Some(range) => fetch.allow_private.push(range),
            None => file.wrong(
                &text.value,
                "is no address or range; write \"192.168.1.0/24\" or \"127.0.0.1\"",
            ),
        }
    }
    fetch.extra_roots = ca_certificates::read(file, &mut table, places);
    fetch.proxy = proxy::read(file, &mut table, around, places);
    table.close(file);
    fetch
}

fn duration(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    key: &'static str,
    bounds: RangeInclusive<TimeDelta>,
    default: Duration,
) -> Duration {
    span(file, table, key, bounds)
        .and_then(|span| span.to_std().ok())
        .unwrap_or(default)
}

/// A contact goes into a header as it is.
fn is_contact(text: &str) -> bool {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'(' | b')'));
    let has_scheme = ["mailto:", "https://", "http://"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    is_plain && has_scheme && url::Url::parse(text).is_ok()
}
