//! What a page's scripts tell of its dates: the moment they would show at an element, a date they write where they stand,
//! the clock they tell times by.

use super::date_evidence::DateEvidence;
use super::time_zone::Moment;
use crate::domain::Timestamp;
use crate::extract::page::items::PageItem;

/// A script that only writes a date is not longer than this, in bytes.
const CALL_BYTES_MAX: usize = 120;
/// Times with an offset that make a clock the page's, and bytes of scripts looked through for them.
const TIMES_MIN: usize = 2;
const SCRIPT_BYTES_MAX: usize = 2 << 20;
/// Bytes before an offset in which its time stands: seconds and their fraction.
const TIME_BYTES: usize = 16;

/// Returns the moment an element is given in seconds or milliseconds since 1970.
pub fn epoch(item: &PageItem<'_>) -> Option<Timestamp> {
    let names = [
        "data-time",
        "data-timestamp",
        "data-utime",
        "data-unixtime",
        "data-epoch",
    ];
    let digits = names.into_iter().find_map(|name| item.attr(name))?;
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        9 | 10 => Timestamp::from_timestamp(number, 0),
        13 => Timestamp::from_timestamp_millis(number),
        _ => None,
    }
}

/// Returns the only date that small scripts write on the page: `showDate("2026-06-12 10:30")`.
pub fn printed(evidence: &DateEvidence<'_, '_>) -> Option<Moment> {
    let written = evidence
        .head_data
        .scripts
        .iter()
        .filter_map(|script| only_argument(script));
    let mut found: Vec<Moment> = written.filter_map(|text| evidence.in_line(text)).collect();
    found.dedup();
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// Returns the text that a script which is one call hands over.
fn only_argument(script: &str) -> Option<&str> {
    let script = script.trim().trim_end_matches(';');
    if script.len() > CALL_BYTES_MAX {
        return None;
    }
    let (name, argument) = script.strip_suffix(')')?.split_once('(')?;
    let quote = argument.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let text = argument.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_name = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$'));
    (is_name && !text.contains(quote)).then_some(text)
}

/// Returns the offset from UTC, in minutes, that all times in the scripts have which have one; none for UTC itself.
pub fn offset(scripts: &[&str]) -> Option<i32> {
    let mut left = SCRIPT_BYTES_MAX;
    let (mut only, mut times) = (None, 0);
    for script in scripts {
        let bytes = &script.as_bytes()[..script.len().min(left)];
        left -= bytes.len();
        for at in memchr::memchr2_iter(b'+', b'-', bytes) {
            let Some(minutes) = offset_at(bytes, at) else { continue };
            if only.is_some_and(|only| only != minutes) {
                return None;
            }
            only = Some(minutes);
            times += 1;
        }
    }
    only.filter(|minutes| times >= TIMES_MIN && *minutes != 0)
}

/// Returns the offset a sign stands before, where a time with seconds stands before the sign.
fn offset_at(bytes: &[u8], sign: usize) -> Option<i32> {
    let before = &bytes[sign.saturating_sub(TIME_BYTES)..sign];
    let before = before.strip_suffix(b" ").unwrap_or(before);
    let digits = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let before = match &before[..before.len() - digits] {
        [rest @ .., b'.'] if digits > 0 => rest,
        _ => before,
    };
    let [.., b':', m1, m2, b':', s1, s2] = before else {
        return None;
    };
    let behind = &bytes[sign + 1..];
    let (h1, h2, rest) = match behind {
        [h1, h2, b':', rest @ ..] | [h1, h2, rest @ ..] => (h1, h2, rest),
        _ => return None,
    };
    let [o1, o2, rest @ ..] = rest else { return None };
    let is_over = !rest.first().is_some_and(u8::is_ascii_digit);
    if !is_over || ![m1, m2, s1, s2, h1, h2, o1, o2].iter().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |tens: u8, ones: u8| i32::from(tens - b'0') * 10 + i32::from(ones - b'0');
    let minutes = number(*h1, *h2) * 60 + number(*o1, *o2);
    let sign = if bytes[sign] == b'-' { -1 } else { 1 };
    (minutes <= 14 * 60).then_some(sign * minutes)
}

#[cfg(test)]
mod tests {
    use super::{offset, only_argument};

    #[test]
    fn one_call_hands_one_text_over() {
        assert_eq!(only_argument(" showDate(\"2026-06-12\"); "), Some("2026-06-12"));
        assert_eq!(only_argument("document.write('June 12, 2026')"), Some("June 12, 2026"));
        for script in [
            "show('a', 'b')",
            "var a = f('2026-06-12')",
            "if (a) { show('b') }",
            "show(day)",
        ] {
            assert_eq!(only_argument(script), None, "{script}");
        }
    }

    #[test]
    fn a_clock_is_the_pages_where_all_times_are_told_by_it() {
        let times =
            r#"{"a": "Fri, 12 Jun 2026 23:00:00 -0400", "b": "2026-06-12T09:30:00.250-04:00", "open": "08:00-11:30"}"#;
        assert_eq!(offset(&[times]), Some(-240));
        assert_eq!(offset(&[times, "'2026-06-12T09:30:00+02:00'"]), None);
        assert_eq!(offset(&["'2026-06-12T09:30:00+02:00'"]), None);
        assert_eq!(
            offset(&["'2026-06-12T09:30:00+00:00', '2026-06-13T09:30:00+00:00'"]),
            None
        );
    }
}
