//! `[[source]]`: what is polled.
//!
//! A source is known by its address. Two addresses that differ only in http and https, `www.`, a fragment or a slash
//! at the end are the same source; a query makes a difference, since many sites tell their feeds apart by it.

use std::collections::HashMap;

use chrono::TimeDelta;
use reqwest::header::{HeaderName, HeaderValue};
use toml::de::DeValue;
use url::Url;

use crate::config::reading::context::{Origin, Reading, seen};
use crate::config::reading::errors::Mistake;
use crate::config::reading::raw::{File, StringValue, Table, Value, as_text, listed};
use crate::config::reading::values::{choice, name, schedule, selector, web_address, zone};
use crate::config::reading::{credentials, maildir_address, secret};
use crate::config::sections::records;
use crate::domain::schedule::Schedule;
use crate::domain::secret::Secret;
use crate::domain::source::{FOLDER_CHARS_MAX, FullText, Source, SourceKind};

/// A source has at most this many headers.
const HEADERS_MAX: usize = 32;
/// How often a maildir is looked into where nothing is said, in minutes.
const MAIL_MINUTES: i64 = 5;
/// Headers that speak about the connection and are ours to write.
const OWN_HEADERS: [&str; 9] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "upgrade",
    "accept-encoding",
    "if-none-match",
    "if-modified-since",
];
/// Headers that hold a secret by their nature.
const SECRET_HEADERS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "x-api-key"];

/// Reads one source.
pub fn read(file: &mut File<'_>, mut table: Table<'_>, reading: &Reading<'_>) -> Option<(Source, Origin)> {
    let given = address(file, &mut table, reading);
    let kind = given.as_ref().map(|given| given.0);
    let address = given.and_then(|given| given.1);
    let text = address.as_ref().map(|address| &address.1);
    let shown = name(file, &mut table, "name").map(|text| text.text);
    let folder = folder(file, &mut table);
    let was = table.text(file, "was").and_then(|text| was(file, &text, kind, reading));
    let is_mail = kind == Some(SourceKind::Mail);
    let records = records::read(file, &mut table, kind, text);
    let (usual, usual_text) = match &records {
        Some(records) => (records.schedule.clone(), records.full_text),
        // What lies on this machine costs nobody anything.
        None if is_mail => (Schedule::Every(TimeDelta::minutes(MAIL_MINUTES)), FullText::default()),
        None => (Schedule::Adaptive, FullText::default()),
    };
    let own_zone = zone(file, &mut table, "time_zone");
    let schedule = schedule(file, &mut table, own_zone.unwrap_or(reading.zone)).unwrap_or(usual);
    let choices = FullText::ALL.map(|one| (one.as_str(), one));
    let full_text = choice(file, &mut table, "full_text", &choices).unwrap_or(usual_text);
    let letter_links = is_mail && table.boolean(file, "links").unwrap_or_default();
    let links = match kind {
        Some(SourceKind::Listing) => selector(file, &mut table, "links"),
        // What it ought to be is not known, or it is in the wrong place whatever it is.
        _ => table.take("links").and(None),
    };
    let mut unready = None;
    let mut headers = headers(file, &mut table, reading, &mut unready);
    headers.extend(credentials::read(file, &mut table, reading, &headers, &mut unready));
    if let (Some(kind), Some(text)) = (kind, text) {
        if table.has("links") && !matches!(kind, SourceKind::Listing | SourceKind::Mail) {
            let message = format!("links is for a listing, and this is a {}; take it out", kind.as_str());
            file.wrong(&text.value, message);
        }
        if !headers.is_empty() && matches!(kind, SourceKind::Documents | SourceKind::Mail) {
            let what = match kind {
                SourceKind::Mail => "letters",
                _ => "documents",
            };
            let message = format!("{what} are files and take no headers, users or tokens; take them out");
            file.wrong(&text.value, message);
        }
    }
    table.close(file);
    let (kind, (address, text)) = (kind?, address?);
    if let Some(records) = records.as_ref().filter(|_| unready.is_none()) {
        records.warn_of_key(file, &text, &headers);
    }
    let origin = Origin::of(file, &text.value);
    Some((
        Source {
            kind,
            address,
            name: shown,
            folder,
            was,
            schedule,
            full_text,
            links,
            record: records.map(|records| Box::new(records.in_zone(own_zone).format)),
            letter_links,
            headers,
            unready,
        },
        origin,
    ))
}

/// Reads the folder a source stands in, without empty parts.
fn folder(file: &mut File<'_>, table: &mut Table<'_>) -> Option<String> {
    let text = table.text(file, "folder")?;
    let parts: Vec<&str> = text
        .text
        .split('/')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() || text.text.chars().count() > FOLDER_CHARS_MAX || text.text.contains(char::is_control) {
        file.wrong(&text.value, "is no folder; write for example \"News/Technology\"");
        return None;
    }
    Some(parts.join("/"))
}

/// Returns what kind of source it is, and its address where that is right: what else is said of it is judged by the kind.
fn address<'a>(
    file: &mut File<'_>,
    table: &mut Table<'a>,
    reading: &Reading<'_>,
) -> Option<(SourceKind, Option<(String, StringValue<'a>)>)> {
    let given: Vec<SourceKind> = SourceKind::ALL
        .into_iter()
        .filter(|kind| table.has(kind.as_str()))
        .collect();
    let texts: Vec<_> = SourceKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind, table.text(file, kind.as_str())?)))
        .collect();
    let kinds: Vec<&str> = SourceKind::ALL.iter().map(|kind| kind.as_str()).collect();
    if given.is_empty() {
        file.wrong_table(table, format!("has no address; write one of {}", listed(&kinds)));
    }
    if given.len() > 1 {
        let given: Vec<&str> = given.iter().map(|kind| kind.as_str()).collect();
        file.wrong_table(
            table,
            format!(
                "has several addresses ({}); write one [[source]] for each",
                listed(&given)
            ),
        );
        return None;
    }
    let kind = *given.first()?;
    let address = texts.into_iter().next().and_then(|(_, text)| {
        let address = checked_address(file, kind, &text, reading)?;
        Some((address, text))
    });
    Some((kind, address))
}

fn checked_address(
    file: &mut File<'_>,
    kind: SourceKind,
    text: &StringValue<'_>,
    reading: &Reading<'_>,
) -> Option<String> {
    match kind {
        SourceKind::Documents => {}
        SourceKind::Mail => return maildir_address::read(file, text, &reading.places),
        _ => return web_address(file, text).map(|_| text.text.trim().to_owned()),
    }
    match reading.places.expand(&text.text) {
        Ok(pattern) => Some(pattern.to_string_lossy().into_owned()),
        Err(message) => {
            file.wrong(&text.value, message);
            None
        }
    }
}

fn was(file: &mut File<'_>, text: &StringValue<'_>, kind: Option<SourceKind>, reading: &Reading<'_>) -> Option<String> {
    checked_address(file, kind?, text, reading)
}

fn headers(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    reading: &Reading<'_>,
    unready: &mut Option<String>,
) -> Vec<(String, Secret)> {
    let Some(mut table) = table.table(file, "headers") else {
        return Vec::new();
    };
    let given = table.take_rest();
    if given.len() > HEADERS_MAX {
        file.wrong_table(
            &table,
            format!("holds {} headers; at most {HEADERS_MAX} are possible", given.len()),
        );
        return Vec::new();
    }
    given
        .into_iter()
        .filter_map(|(name, value)| header(file, name, value, reading, unready))
        .collect()
}

fn header(
    file: &mut File<'_>,
    name: String,
    value: Value<'_>,
    reading: &Reading<'_>,
    unready: &mut Option<String>,
) -> Option<(String, Secret)> {
    let lower = name.to_ascii_lowercase();
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        file.wrong_secret(&value, "is no name of a header; letters, digits and - are possible");
        return None;
    }
    if OWN_HEADERS.contains(&lower.as_str()) {
        file.wrong(&value, "is written by the program itself; take it out");
        return None;
    }
    let text = match &value.inner {
        DeValue::String(_) if SECRET_HEADERS.contains(&lower.as_str()) => {
            let message = format!("a secret never stands in this file; write {}", secret::FORMS);
            file.wrong_secret(&value, message);
            return None;
        }
        DeValue::Table(_) => {
            let place = value.clone();
            match secret::read_late(file, value, reading.around, &reading.places)? {
                Ok(secret) => (place, secret),
                Err(message) => {
                    secret::add_missing(unready, &format!("headers.{name}"), &message);
                    return None;
                }
            }
        }
        _ => {
            let text = as_text(file, value)?;
            (text.value, Secret::new(text.text))
        }
    };
    let (place, text) = text;
    if HeaderValue::from_str(text.expose()).is_err() {
        file.wrong_secret(
            &place,
            "cannot be sent in a header; it holds line breaks or control characters",
        );
        return None;
    }
    Some((name, text))
}

/// Returns the sources, each address once; a second one is noted.
pub fn distinct(found: Vec<(Source, Origin)>, mistakes: &mut Vec<Mistake>) -> Vec<Source> {
    let (mut by_address, mut by_name) = (HashMap::new(), HashMap::new());
    let mut sources = Vec::with_capacity(found.len());
    for (source, origin) in found {
        if let Some(first) = seen(&mut by_address, source_key(&source), &origin) {
            mistakes.push(origin.wrong(format!("is the same source as {first}; keep one of them")));
        }
        if let Some(name) = &source.name
            && let Some(first) = seen(&mut by_name, name.to_lowercase(), &origin)
        {
            mistakes.push(origin.wrong(format!("is named \"{name}\" like {first}; give it another name")));
        }
        sources.push(source);
    }
    sources
}

/// Returns what tells sources apart: two with the same key are one.
pub fn source_key(source: &Source) -> String {
    let Some(url) = Url::parse(&source.address)
        .ok()
        .filter(|_| !matches!(source.kind, SourceKind::Documents | SourceKind::Mail))
    else {
        return source.address.clone();
    };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{}{query}", url.path().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, is_same: bool) {
        let source = |address: &str| Source::new(SourceKind::Feed, address);
        assert_eq!(
            source_key(&source(one)) == source_key(&source(other)),
            is_same,
            "{one} {other}"
        );
    }

    #[test]
    fn which_addresses_are_one_source() {
        check("https://example.org/feed", "http://www.example.org/feed/", true);
        check("https://example.org/feed#a", "https://example.org:443/feed", true);
        check("https://example.org/?feed=rss", "https://example.org/?feed=atom", false);
        check("https://example.org/?rss=1", "https://example.org/", false);
        check("http://127.0.0.1:1/feed", "http://127.0.0.1:2/feed", false);
    }
}
