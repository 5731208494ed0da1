//! Single values: spans of time, sizes, schedules, addresses, selectors, choices.
//!
//! Each function takes a key from a table and either returns a checked value or notes what is wrong with it.

use std::ops::RangeInclusive;

use chrono::TimeDelta;
use chrono_tz::Tz;
use url::Url;

use super::raw::{File, StringValue, Table, listed};
use super::suggest::nearest;
use crate::domain::schedule::{Schedule, format_span, parse_span};
use crate::domain::source::NAME_BYTES_MAX;
use crate::domain::url::{NoWebAddress, source_address};

/// Units a size may have, in bytes.
const SIZE_UNITS: [(&str, u64); 7] = [
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// Takes a span of time such as `30s` or `20m`.
pub fn span(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    key: &'static str,
    bounds: RangeInclusive<TimeDelta>,
) -> Option<TimeDelta> {
    let text = table.text(file, key)?;
    checked_span(file, &text, &bounds)
}

/// Takes a span of time such as `7d`, or `none`; nothing where nothing is said.
pub fn span_or_none(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    key: &'static str,
    bounds: RangeInclusive<TimeDelta>,
) -> Option<Option<TimeDelta>> {
    let text = table.text(file, key)?;
    match text.text.trim() {
        "none" => Some(None),
        other if parse_span(other).is_none() => {
            file.wrong(&text.value, "is no span of time; write for example \"7d\", or \"none\"");
            Some(None)
        }
        _ => Some(checked_span(file, &text, &bounds)),
    }
}

/// Returns the span of time a text names.
fn checked_span(file: &mut File<'_>, text: &StringValue<'_>, bounds: &RangeInclusive<TimeDelta>) -> Option<TimeDelta> {
    let Some(span) = parse_span(text.text.trim()) else {
        file.wrong(
            &text.value,
            "is no span of time; write for example \"30s\", \"20m\", \"6h\" or \"1d\"",
        );
        return None;
    };
    if !bounds.contains(&span) {
        let (least, most) = (format_span(*bounds.start()), format_span(*bounds.end()));
        file.wrong(
            &text.value,
            format!("is out of range; between \"{least}\" and \"{most}\" is possible"),
        );
        return None;
    }
    Some(span)
}

/// Takes a size such as `10 MB`, in bytes.
pub fn size(file: &mut File<'_>, table: &mut Table<'_>, key: &'static str, bounds: RangeInclusive<u64>) -> Option<u64> {
    let text = table.text(file, key)?;
    let Some(bytes) = parse_size(text.text.trim()) else {
        file.wrong(
            &text.value,
            "is no size; write for example \"500 kB\", \"10 MB\" or \"16 MiB\"",
        );
        return None;
    };
    if !bounds.contains(&bytes) {
        let (least, most) = (bounds.start(), bounds.end());
        file.wrong(
            &text.value,
            format!("is out of range; between {least} and {most} bytes is possible"),
        );
        return None;
    }
    Some(bytes)
}

fn parse_size(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..end].parse().ok()?;
    let unit = text[end..].trim();
    let (_, factor) = SIZE_UNITS.iter().find(|(name, _)| *name == unit).or(match unit {
        "B" | "bytes" => Some(&("B", 1)),
        _ => None,
    })?;
    number.checked_mul(*factor)
}

/// Takes one of a few words.
pub fn choice<T: Copy>(
    file: &mut File<'_>,
    table: &mut Table<'_>,
    key: &'static str,
    choices: &[(&str, T)],
) -> Option<T> {
    let text = table.text(file, key)?;
    if let Some((_, found)) = choices.iter().find(|(name, _)| *name == text.text) {
        return Some(*found);
    }
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    let message = match nearest(&text.text, &names) {
        Some(name) => format!("is not one of {}; did you mean \"{name}\"?", listed(&names)),
        None => format!("is unknown; write one of {}", listed(&names)),
    };
    file.wrong(&text.value, message);
    None
}

/// Takes a name: one line of text that is not empty.
pub fn name<'a>(file: &mut File<'_>, table: &mut Table<'a>, key: &'static str) -> Option<StringValue<'a>> {
    let mut text = table.text(file, key)?;
    text.text = text.text.trim().to_owned();
    let message = if text.text.is_empty() {
        "is empty; give it a name, or leave the key out".to_owned()
    } else if text.text.len() > NAME_BYTES_MAX {
        format!("is too long; at most {NAME_BYTES_MAX} bytes are possible")
    } else if text.text.chars().any(char::is_control) {
        "holds a line break or another control character; write it on one line".to_owned()
    } else {
        return Some(text);
    };
    file.wrong(&text.value, message);
    None
}

/// Takes the name of a time zone.
pub fn zone(file: &mut File<'_>, table: &mut Table<'_>, key: &'static str) -> Option<Tz> {
    let text = table.text(file, key)?;
    if let Ok(zone) = text.text.trim().parse() {
        return Some(zone);
    }
    let names: Vec<&str> = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
    let by_city = names.iter().find(|name| {
        name.rsplit('/')
            .next()
            .is_some_and(|city| city.replace('_', " ").eq_ignore_ascii_case(text.text.trim()))
    });
    let message = match by_city.copied().or_else(|| nearest(&text.text, &names)) {
        Some(near) => format!("is no time zone; did you mean \"{near}\"?"),
        None => "is no time zone; write an IANA name such as \"Europe/Berlin\" or \"UTC\"".to_owned(),
    };
    file.wrong(&text.value, message);
    None
}

/// Takes a schedule; `time_zone` beside it stands before the zone given here.
pub fn schedule(file: &mut File<'_>, table: &mut Table<'_>, default_zone: Tz) -> Option<Schedule> {
    let zone = zone(file, table, "time_zone").unwrap_or(default_zone);
    let text = table.text(file, "schedule")?;
    match Schedule::parse(&text.text, zone) {
        Ok(schedule) => Some(schedule),
        Err(error) => {
            let message = error.to_string();
            let fix = if message.contains(';') {
                ""
            } else {
                "; write \"every 20m\", \"@daily\" or five cron fields such as \"0 7 * * *\""
            };
            file.wrong(&text.value, format!("{message}{fix}"));
            None
        }
    }
}

/// Checks an address content is fetched from.
pub fn web_address(file: &mut File<'_>, text: &StringValue<'_>) -> Option<Url> {
    match source_address(&text.text) {
        Ok(url) => return Some(url),
        Err(error @ NoWebAddress::Credentials) => file.wrong_secret(&text.value, error.to_string()),
        // What cannot be read may hold a password all the same.
        Err(error) if text.text.contains('@') => file.wrong_secret(&text.value, error.to_string()),
        Err(error) => file.wrong(&text.value, error.to_string()),
    }
    None
}

/// Takes a CSS selector.
pub fn selector(file: &mut File<'_>, table: &mut Table<'_>, key: &'static str) -> Option<String> {
    let text = table.text(file, key)?;
    checked_selector(file, text)
}

/// Returns a CSS selector that can be used.
pub fn checked_selector(file: &mut File<'_>, text: StringValue<'_>) -> Option<String> {
    if text.text.trim().is_empty() {
        file.wrong(
            &text.value,
            "is empty; write a CSS selector such as \"div.story\", or leave the key out",
        );
        return None;
    }
    match scraper::Selector::parse(&text.text) {
        Ok(_) => Some(text.text),
        Err(error) => {
            let error = error.to_string().replace('\n', " ");
            file.wrong(
                &text.value,
                format!("is no CSS selector ({error}); write for example \"main h2 a\""),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(parse_size("10 MB"), Some(10_000_000));
        assert_eq!(parse_size("16MiB"), Some(16 << 20));
        assert_eq!(parse_size("5 kB"), Some(5000));
        assert_eq!(parse_size("5 bytes"), Some(5));
        for wrong in [
            "",
            "10",
            "MB",
            "-1 MB",
            "1.5 MB",
            "99999999999999999999 B",
            "99999999999 GiB",
            "ten MB",
        ] {
            assert_eq!(parse_size(wrong), None, "{wrong}");
        }
    }
}
