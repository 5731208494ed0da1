//! Documents of record: a list in any JSON answer, read by the paths its source names.
//!
//! What a register says beside a document's words is kept as fields: numbers, agencies, dates. A day stays a day, since the
//! end of a comment period is no moment in UTC; a moment is told in its register's zone where that is known. Nothing is asked
//! here: where the next page is, is told to whoever asks.

pub mod recipes;

mod moments;
mod lookup;
mod untold;
mod items;
mod paging;

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::{NAME_BYTES_MAX, ParseError, Parsed, TEXT_BYTES_MAX, decode, html_to_text, not_a_feed};
use crate::domain::Timestamp;
use crate::domain::deadline::StatedDate;
use crate::domain::feed::{Entry, Feed, FeedKind, Markup};
use crate::domain::record::{RecordField, RecordFormat, is_date};
use crate::text::{self, head, json};
use lookup::Item;
pub use paging::Onward;

/// Values of all fields of one item.
const FIELD_VALUES_MAX: usize = 200;
/// How much is read of a value, in bytes: as HTML it is longer than what it says.
const FIELD_BYTES_READ_MAX: usize = 16 * NAME_BYTES_MAX;
/// The date that a document has once. Later ones under its name are days on which parts of it come to apply.
const IN_FORCE: &str = "effective_on";
/// How far back an address may ask, in days.
const DAYS_BACK_MAX: u64 = 3_660;

/// One page of a register's answer.
#[derive(Debug)]
pub struct RecordPage {
    pub parsed: Parsed,
    pub next: Onward,
    /// What paths of the reader's own found nowhere.
    pub untold: Vec<String>,
}

/// Reads a page of a register, the `number`th from 1, which came from `address`.
///
/// # Errors
/// It is no JSON, or nothing stands where its items are to be.
pub fn read(
    body: &[u8],
    content_type: Option<&str>,
    address: &Url,
    format: &RecordFormat,
    number: usize,
) -> Result<RecordPage, ParseError> {
    if body.len() > super::BODY_BYTES_MAX {
        return Err(ParseError::TooLarge { bytes: body.len() });
    }
    let decoded = decode::decode(body, content_type);
    let text = decoded.text.trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return Err(not_a_feed::explain(text));
    }
    let (root, damage) = json::parse(text).ok_or(ParseError::Empty)?;
    let mut warnings: Vec<String> = decoded.warning.into_iter().collect();
    if damage == json::Damage::End {
        return Err(ParseError::DamagedJson);
    }
    if damage != json::Damage::None {
        warnings.push("damaged JSON: read as far as it makes sense".to_owned());
    }
    let items = items::of(&root, format);
    let entries = entries(&items, format, address, &mut warnings);
    if entries.is_empty() && !items::has_list(&root, format) {
        return Err(ParseError::NoItems(items::reason(&root, format)));
    }
    let untold = match format.publisher {
        None => untold::warnings(&items, format),
        Some(_) => Vec::new(),
    };
    let next = paging::onward(&root, format, address, number, !items.is_empty());
    let feed = Feed {
        kind: FeedKind::Json,
        title: format.publisher.clone(),
        language: format.language.clone(),
        entries,
        ..Feed::default()
    };
    let parsed = super::finished(feed, warnings, Vec::new());
    Ok(RecordPage { parsed, next, untold })
}

/// Returns what is asked for at an address: `{today}` and `{today-7}` stand for days as 2026-06-01, `{today:compact}` and
/// `{today-7:compact}` for days as 20260601, and what its register is to be told always is added.
///
/// # Errors
/// It is no address.
pub fn asked(address: &str, format: &RecordFormat, now: Timestamp) -> Result<Url, url::ParseError> {
    let mut url = Url::parse(&dated(address, today(format, now)))?;
    let named: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let missing: Vec<_> = format
        .parameters
        .iter()
        .filter(|(name, _)| !named.contains(name))
        .collect();
    if !missing.is_empty() {
        url.query_pairs_mut().extend_pairs(missing);
    }
    Ok(url)
}

/// Whether what is asked for at an address is another on each day.
pub fn is_dated(address: &str) -> bool {
    let day = NaiveDate::default();
    dated(address, day) != address
}

/// Returns the day it is where a register is.
pub fn today(format: &RecordFormat, now: Timestamp) -> NaiveDate {
    match format.zone {
        Some(zone) => now.with_timezone(&zone).date_naive(),
        None => now.date_naive(),
    }
}

fn dated(address: &str, today: NaiveDate) -> String {
    let (mut out, mut rest) = (String::new(), address);
    while let Some((before, behind)) = rest.split_once("{today") {
        let filled = behind.split_once('}').and_then(|(inside, after)| {
            let (days, form) = match inside.strip_suffix(":compact") {
                Some(days) => (days, "%Y%m%d"),
                None => (inside, "%Y-%m-%d"),
            };
            let back: u64 = match days.strip_prefix('-') {
                Some(number) => number.parse().ok().filter(|days| *days <= DAYS_BACK_MAX)?,
                None => days.is_empty().then_some(0)?,
            };
            Some((today.checked_sub_days(Days::new(back))?.format(form).to_string(), after))
        });
        out.push_str(before);
        match filled {
            Some((day, after)) => {
                out.push_str(&day);
                rest = after;
            }
            None => {
                out.push_str("{today");
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Returns an entry for each item; those under one id are one, since a query that joins tables says one thing in several rows.
fn entries(items: &[Item<'_>], format: &RecordFormat, base: &Url, warnings: &mut Vec<String>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::with_capacity(items.len());
    let mut by_id: HashMap<String, usize> = HashMap::new();
    for item in items {
        let entry = entry(item, format, base, warnings);
        if entry.title.is_none() && entry.content.is_none() && entry.summary.is_none() {
            continue;
        }
        let known = entry.id.as_ref().and_then(|id| by_id.get(id)).copied();
        if let Some(at) = known {
            if entries[at].title != entry.title {
                warn_once(
                    warnings,
                    "documents of different titles have one id and are taken as one; see paths.id",
                );
            }
            let first = &mut entries[at].record;
            let more = entry.record.into_iter().filter(|field| !first.contains(field));
            let more: Vec<RecordField> = more.collect();
            first.extend(more);
            first.truncate(FIELD_VALUES_MAX);
            continue;
        }
        if let Some(id) = &entry.id {
            by_id.insert(id.clone(), entries.len());
        }
        entries.push(entry);
    }
    for entry in &mut entries {
        keep_the_earliest(&mut entry.record);
    }
    entries
}

/// Of several days of entry into force keeps the first.
fn keep_the_earliest(record: &mut Vec<RecordField>) {
    let days = record.iter().filter(|field| field.name == IN_FORCE);
    if let Some(first) = days.map(|field| field.value.clone()).min() {
        record.retain(|field| field.name != IN_FORCE || field.value == first);
    }
}

fn entry(item: &Item<'_>, format: &RecordFormat, base: &Url, warnings: &mut Vec<String>) -> Entry {
    let plain = |patterns| item.first(patterns, str::to_owned);
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    Entry {
        id: plain(&format.id).map(|id| text::one_line(&id)),
        title: plain(&format.title).map(|title| html_to_text::title(&title)),
        link: item
            .first(&format.link, encoded)
            .map(|link| super::resolve(Some(base), &link)),
        published: plain(&format.date).and_then(|text| moments::published(&text, format.zone)),
        summary: plain(&format.summary).map(markup),
        content: plain(&format.text).map(markup),
        record: fields(item, format, warnings),
        ..Entry::default()
    }
}

/// Tells what is told of many items alike.
fn warn_once(warnings: &mut Vec<String>, warning: &str) {
    if !warnings.iter().any(|told| told == warning) {
        warnings.push(warning.to_owned());
    }
}

fn markup(text: Cow<'_, str>) -> Markup {
    let text = head(&text, TEXT_BYTES_MAX).to_owned();
    match html_to_text::looks_like_html(&text) {
        true => Markup::html(text),
        false => Markup::text(text),
    }
}

fn fields(item: &Item<'_>, format: &RecordFormat, warnings: &mut Vec<String>) -> Vec<RecordField> {
    let mut found: Vec<RecordField> = Vec::new();
    for (name, patterns) in &format.fields {
        let mut told = patterns.iter().map(|pattern| item.all(pattern, str::to_owned));
        for value in told.find(|values| !values.is_empty()).unwrap_or_default() {
            let value = text::one_line(&html_to_text::title(head(&value, FIELD_BYTES_READ_MAX)));
            let value = match is_date(name) {
                true => moments::day_or_moment(&value, format.zone)
                    .filter(|value| StatedDate::parse(value).is_some_and(StatedDate::is_likely)),
                false => Some(head(&value, NAME_BYTES_MAX).to_owned()),
            };
            let Some(value) = value.filter(|value| !value.is_empty()) else {
                warn_once(
                    warnings,
                    &format!("a {name} that is no date of 1950 to 2099 was left out"),
                );
                continue;
            };
            let field = RecordField {
                name: name.clone(),
                value,
            };
            if (found.len() < FIELD_VALUES_MAX || is_date(name)) && !found.contains(&field) {
                found.push(field);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
