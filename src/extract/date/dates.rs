//! Dates as pages write them: in data, in lines, in addresses. Which of a page's dates counts is `publication_date`'s
//! subject.

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, TimeZone, Utc};
use url::Url;

use super::eras;
use crate::domain::Timestamp;
use crate::extract::phrase_sets::PrefixSet;
use crate::feed::date::{self, DayOrder, parse_lenient};
use crate::lexicon::all;

/// Years a news page may be from.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;
/// A line longer than this is text that mentions a date, in characters.
const LINE_CHARS_MAX: usize = 90;
/// A date with its hour is no farther from its midnight than this, in hours, whatever its clock.
const DAY_HOURS: i64 = 40;

/// Returns the moment a date in a page's data stands for.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = &*western(text.trim());
    if text.len() > 60 || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    parse_lenient(text).filter(|at| YEARS.contains(&at.year()))
}

/// Returns a text with the digits of other scripts as 0 to 9, and with the years of an era as those of the common one.
fn western(text: &str) -> Cow<'_, str> {
    match with_digits(text) {
        Cow::Borrowed(text) => eras::common(text),
        Cow::Owned(text) => Cow::Owned(eras::common(&text).into_owned()),
    }
}

/// Returns a text with Arabic, Persian, Devanagari, Bengali and wide digits as 0 to 9.
fn with_digits(text: &str) -> Cow<'_, str> {
    const ZEROES: [u32; 5] = [0x660, 0x6f0, 0x966, 0x9e6, 0xff10];
    let digit = |c: char| {
        ZEROES
            .iter()
            .find_map(|zero| char::from_digit((c as u32).checked_sub(*zero)?, 10))
    };
    if text.is_ascii() || !text.contains(|c| digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| digit(c).unwrap_or(c)).collect())
}

/// Returns the offset from UTC, in minutes, that a date is written with: `+08:00`, `-0500`. None for names of zones.
pub fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let at = text
        .rfind(['+', '-', '−'])
        .filter(|at| *at > 10 && text[..*at].contains(':'))?;
    let sign = if text[at..].starts_with('+') { 1 } else { -1 };
    let digits: String = text[at..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        2 => (&digits[..], "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let minutes: i32 = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    (minutes <= 14 * 60).then_some(sign * minutes)
}

/// Returns the date a line holds, if it holds little else.
pub fn in_line(text: &str) -> Option<Timestamp> {
    written(text).map(|(at, _)| at)
}

/// Returns the date a line holds, if it holds little else, and how it is written there.
pub fn written(text: &str) -> Option<(Timestamp, String)> {
    let text = &*western(text);
    // Two digits are too few to be believed in a line of text.
    if text.chars().count() > LINE_CHARS_MAX || !has_year(text) || is_span(text) {
        return None;
    }
    let rest = without_lead(text);
    let candidates = [
        rest,
        rest.split(['|', '•', '·', '/']).next().unwrap_or(rest),
        rest.split(" at ").next().unwrap_or(rest),
        rest.split(" - ").next().unwrap_or(rest),
    ];
    // Where a line counts something else too, the date is sought between its signs.
    let parts = rest.split(['|', '•', '·', '—']).filter(|part| has_year(part));
    candidates
        .into_iter()
        .chain(parts)
        .filter(|text| has_day(text) && !date::counts_more(text))
        .find_map(|text| Some((parse(text)?, text.to_owned())))
        .or_else(|| within(rest))
}

/// Whether a line tells a span of days, `2026/7/11-12`: when something takes place.
fn is_span(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '/' | '-' | '–'));
    words.any(|word| {
        let Some((date, last)) = word.rsplit_once(['-', '–']) else {
            return false;
        };
        let is_day = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_day(last) && date.split('/').count() == 3 && date.split('/').all(|part| !part.is_empty())
    })
}

/// What stands before a date in its line.
static LEADS: LazyLock<PrefixSet> = LazyLock::new(|| all(|language| language.date_labels.leads));

fn without_lead(text: &str) -> &str {
    let mut rest = text.trim();
    loop {
        let lower = rest.to_lowercase();
        let lead = LEADS
            .of_line(&lower)
            .iter()
            .find(|lead| lower.strip_prefix(*lead).is_some_and(|r| r.starts_with([' ', ':'])));
        let Some(kept) = lead.and_then(|lead| rest.get(lead.len()..)) else {
            return rest;
        };
        rest = kept.trim_start_matches([':', ' ', '-', '–']);
    }
}

/// Whether a date names its day: a month alone is when something began, not when it was published.
fn has_day(text: &str) -> bool {
    let numbers = || text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    numbers().any(|n| n.len() == 8) || numbers().take(2).count() == 2
}

/// Returns both readings of a date whose day and month cannot be told apart, as in `03/10/2023`, whatever stands beside it:
/// month first, day first.
pub fn readings(text: &str) -> Option<[Timestamp; 2]> {
    let text = &*western(text.trim());
    let is_day = |part: &str| (1..=2).contains(&part.len()) && part.parse::<u32>().is_ok_and(|number| number <= 12);
    let is_ambiguous = |word: &&str| {
        let parts: Vec<&str> = word.split(['/', '-']).collect();
        matches!(parts[..], [one, two, year] if is_day(one) && is_day(two) && !year.is_empty())
    };
    let mut words = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '/' | '-'));
    let word = words.find(is_ambiguous)?;
    let slashed = text.replacen(word, &word.replace('-', "/"), 1);
    let read = |order| date::parse(&slashed, order).filter(|at| YEARS.contains(&at.year()));
    let both = [read(DayOrder::MonthFirst)?, read(DayOrder::DayFirst)?];
    (both[0] != both[1]).then_some(both)
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|n| (n.len() == 4 && (n.starts_with("20") || n.starts_with("19"))) || n.len() == 8)
        || text.contains('年')
}

/// Returns a date like `12 June 2020`, `June 12, 2020` or `12.06.2020` somewhere in a line.
fn within(text: &str) -> Option<(Timestamp, String)> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '•' | '·' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    let three = words.windows(3).enumerate().find_map(|(at, three)| {
        let has_month = three
            .iter()
            .any(|word| word.chars().all(|c| c.is_alphabetic() || c == '.'));
        let joined = three.join(" ");
        let is_date = three.iter().any(|word| is_year(word)) && has_month && has_day(&joined);
        let day = parse(&joined).filter(|_| is_date)?;
        // The hour may stand behind it.
        let timed = words[at..].join(" ");
        let whole = parse(&timed).filter(|at| !date::counts_more(&timed) && (*at - day).num_hours().abs() <= DAY_HOURS);
        Some(whole.map_or((day, joined), |at| (at, timed)))
    });
    three.or_else(|| {
        let one = words.iter().find(|word| {
            let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
            parts.len() == 3
                && parts
                    .iter()
                    .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
                && parts.iter().any(|part| is_year(part))
        })?;
        Some((parse(one)?, (*one).to_owned()))
    })
}

/// Returns the date an address holds: `/2020/06/12/`, `/20200612/` or `2020-06-12`.
pub fn in_address(url: &Url) -> Option<Timestamp> {
    let numbers: Vec<&str> = url.path().split(['/', '-', '_', '.']).collect();
    let date = |year: &str, month: &str, day: &str| {
        let year: i32 = year.parse().ok().filter(|year| YEARS.contains(year))?;
        let date = NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)?;
        Some(Utc.from_utc_datetime(&date.and_hms_opt(0, 0, 0)?))
    };
    numbers
        .windows(3)
        .find_map(|w| {
            if w[0].len() == 4 && w[1].len() <= 2 && w[2].len() <= 2 {
                date(w[0], w[1], w[2])
            } else {
                None
            }
        })
        .or_else(|| {
            // "/2023/october/03/"
            let named = numbers
                .windows(3)
                .find(|w| w[0].len() == 4 && w[1].len() >= 3 && w[1].bytes().all(|b| b.is_ascii_alphabetic()))?;
            let is_day = named[2].len() <= 2 && named[2].parse::<u32>().is_ok();
            parse(&format!("{} {} {}", named[2], named[1], named[0])).filter(|_| is_day)
        })
        .or_else(|| {
            let whole = numbers
                .iter()
                .find(|n| n.len() == 8 && n.starts_with("20") && n.bytes().all(|b| b.is_ascii_digit()))?;
            date(&whole[..4], &whole[4..6], &whole[6..])
        })
}

#[cfg(test)]
mod tests {
    use super::{in_line, offset, readings};

    #[test]
    fn an_offset_is_what_is_written() {
        for (text, expected) in [
            ("2026-06-12T00:10:00+08:00", Some(480)),
            ("2026-06-12T00:10:00-0330", Some(-210)),
            ("2026-06-12T00:10:00+02", Some(120)),
            ("2026-06-12T00:10:00Z", None),
            ("2026-06-12", None),
            ("12 June 2026 10:00 EST", None),
            ("2026-06-12T00:10:00+99:00", None),
        ] {
            assert_eq!(offset(text), expected, "{text}");
        }
    }

    #[test]
    fn the_date_is_read_whatever_else_its_line_counts() {
        for (line, expected) in [
            ("4 min read · May 12, 2026", "2026-05-12T00:00:00Z"),
            ("By Ana Lopez | 6 min read | March 9, 2026", "2026-03-09T00:00:00Z"),
            ("Published 5 hours ago on 12 May 2026", "2026-05-12T00:00:00Z"),
            ("3 days ago on March 27, 2026 at 10:30", "2026-03-27T10:30:00Z"),
            ("Temps de lecture : 5 min · 12 mai 2026", "2026-05-12T00:00:00Z"),
            ("7 мин. · 12 мая 2026", "2026-05-12T00:00:00Z"),
            ("3 Kommentare | 2026-05-12", "2026-05-12T00:00:00Z"),
            ("阅读 5 分钟 · 2026年5月12日", "2026-05-12T00:00:00Z"),
            ("令和8年5月12日", "2026-05-12T00:00:00Z"),
            ("發布日期：１１５年５月１２日", "2026-05-12T00:00:00Z"),
        ] {
            let found = in_line(line).map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
            assert_eq!(found.as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn day_and_month_are_doubtful_whatever_stands_beside_them() {
        for text in [
            "03/05/2026",
            "03-05-2026 10:12",
            "Publié le 03/05/2026 à 10:12",
            "03/05/2026 às 10h12",
            "03/05/2026 a las 10:12h.",
            "03/05/2026 10:12 IST",
            "3/5/2026, 08:30 (GMT+7)",
            "٣/٥/٢٠٢٦",
        ] {
            let days = readings(text).map(|both| both.map(|at| at.format("%m-%d").to_string()));
            let days = days.as_ref().map(|[month, day]| (month.as_str(), day.as_str()));
            assert_eq!(days, Some(("03-05", "05-03")), "{text}");
        }
        assert_eq!(in_line("4 min read · May 2026"), None);
        for text in ["13/05/2026", "2026-05-03", "03.05.2026", "3 May 2026", "05/05/2026"] {
            assert_eq!(readings(text), None, "{text}");
        }
    }

    #[test]
    fn a_span_of_days_is_no_date() {
        assert_eq!(in_line("The races of 2026/7/11-12 and their winners"), None);
        assert!(in_line("Posted 2026/7/11").is_some());
    }

    #[test]
    fn a_line_without_a_year_is_no_date() {
        assert_eq!(in_line("Published 06/12/26"), None);
        let at = in_line("Published: 12 June 2026").map(|at| at.to_rfc3339());
        assert_eq!(at.as_deref(), Some("2026-06-12T00:00:00+00:00"));
    }
}
