//! Dates that a register states of a document: what happens then, when that is, and what became of it.
//!
//! A date without a time is that day wherever it is read; a moment keeps the zone it is stated in.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::Timestamp;
use super::named::named;

/// What happens on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeadlineKind {
    CommentsClose,
    TakesEffect,
    Hearing,
    /// An event that an article's page marks up.
    Event,
}

// The names of the fields that state them.
named!(
    DeadlineKind,
    CommentsClose = "comments_close_on",
    TakesEffect = "effective_on",
    Hearing = "hearing_on",
    Event = "event_on"
);

/// The years of dates that are kept.
const YEARS: RangeInclusive<i32> = 1950..=2099;

/// A date as it is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedDate {
    Day(NaiveDate),
    Moment(DateTime<FixedOffset>),
}

impl StatedDate {
    /// Returns what a field says, where that is a date.
    pub fn parse(text: &str) -> Option<Self> {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self::Day);
        day.or_else(|_| DateTime::parse_from_rfc3339(text).map(Self::Moment))
            .ok()
    }

    /// Whether it is a date that can be: what nobody knows is often written as one of the year 1 or 9999.
    pub fn is_likely(self) -> bool {
        YEARS.contains(&self.day().year())
    }

    /// Returns what a page's markup says (ISO 8601). A time without a zone is nobody's moment: its day counts.
    pub fn of_markup(text: &str) -> Option<Self> {
        let text = text.trim();
        let zoned = text.strip_suffix('Z').map(|local| format!("{local}+00:00"));
        let zoned = zoned.as_deref().unwrap_or(text);
        let forms = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S%z"];
        let moment = forms.iter().find_map(|form| DateTime::parse_from_str(zoned, form).ok());
        let day =
            || Self::parse(text.get(..10)?).filter(|_| text[10..].is_empty() || text[10..].starts_with(['T', ' ']));
        moment.map(Self::Moment).or_else(day).filter(|date| date.is_likely())
    }

    /// Returns the day it is where it is stated.
    pub fn day(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Moment(at) => at.date_naive(),
        }
    }

    /// Returns the day it is for a reader: a day without a time is the same for all.
    pub fn day_in(self, zone: Tz) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Moment(at) => at.with_timezone(&zone).date_naive(),
        }
    }

    /// Returns the moment from which a reader has it.
    pub fn begins_at(self, zone: Tz) -> Timestamp {
        match self {
            Self::Day(day) => {
                let midnight = day.and_time(NaiveTime::MIN);
                // Where clocks are put forward at midnight the day begins later; an hour is no matter here.
                let local = zone.from_local_datetime(&midnight).earliest();
                local.map_or(midnight.and_utc(), |local| local.to_utc())
            }
            Self::Moment(at) => at.to_utc(),
        }
    }

    /// Whether it has passed for a reader; a day has not before it ends.
    pub fn is_over(self, now: Timestamp, zone: Tz) -> bool {
        match self {
            Self::Day(day) => day < now.with_timezone(&zone).date_naive(),
            Self::Moment(at) => at < now,
        }
    }

    /// Whether two say the same: the same moment, or the same day where one names no time.
    pub fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Moment(one), Self::Moment(other)) => one == other,
            _ => self.day() == other.day(),
        }
    }
}

impl std::fmt::Display for StatedDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Moment(at) => at.to_rfc3339().fmt(f),
        }
    }
}

/// A value that a field has or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedValue {
    pub kind: DeadlineKind,
    pub value: String,
    pub since_at: Timestamp,
    /// When the register said another, or no more.
    pub replaced_at: Option<Timestamp>,
}

/// A date of a document, through all it was moved to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    pub kind: DeadlineKind,
    /// Tells it from the others of its kind, from 0.
    pub number: usize,
    /// All it was, what was stated last at the end; never empty.
    pub values: Vec<String>,
    /// Since when it is as it is.
    pub changed_at: Timestamp,
    /// Nothing is stated in its place.
    pub is_withdrawn: bool,
}

impl Deadline {
    /// Returns what is stated, or was last.
    pub fn value(&self) -> &str {
        self.values.last().map_or("", String::as_str)
    }
}

/// Returns the dates of a document. One that ended before another began was moved there: the nearest before it.
pub fn deadlines(stated: &[StatedValue]) -> Vec<Deadline> {
    let mut in_order: Vec<&StatedValue> = stated.iter().collect();
    in_order.sort_by_key(|one| (one.kind, one.since_at, &one.value));
    let mut found: Vec<(Deadline, Option<Timestamp>)> = Vec::new();
    for one in in_order {
        let ended = |(_, (deadline, end)): &(usize, &(Deadline, Option<Timestamp>))| {
            deadline.kind == one.kind && end.is_some_and(|end| end <= one.since_at)
        };
        let before = found.iter().enumerate().filter(ended);
        let before = before.max_by_key(|(at, (_, end))| (*end, std::cmp::Reverse(*at)));
        let changed_at = one.replaced_at.unwrap_or(one.since_at);
        let is_withdrawn = one.replaced_at.is_some();
        match before.map(|(at, _)| at) {
            Some(at) => {
                let (deadline, end) = &mut found[at];
                deadline.values.push(one.value.clone());
                (deadline.changed_at, deadline.is_withdrawn, *end) = (changed_at, is_withdrawn, one.replaced_at);
            }
            None => {
                let number = found.iter().filter(|(other, _)| other.kind == one.kind).count();
                let deadline = Deadline {
                    kind: one.kind,
                    number,
                    values: vec![one.value.clone()],
                    changed_at,
                    is_withdrawn,
                };
                found.push((deadline, one.replaced_at));
            }
        }
    }
    found.into_iter().map(|(deadline, _)| deadline).collect()
}

/// As what a digest told a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTelling {
    /// New, or moved, and not near yet.
    Stated,
    /// It is near; not told again.
    Reminder,
    Withdrawn,
}

// Its name in the store.
named!(
    DateTelling,
    Stated = "stated",
    Reminder = "reminder",
    Withdrawn = "withdrawn"
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Each value as "VALUE FROM-TO", in days; what is found as "number: values", "-" where it is withdrawn.
    #[track_caller]
    fn check(stated: &[&str], expected: &[&str]) {
        let day = |text: &str| Timestamp::UNIX_EPOCH + chrono::TimeDelta::days(text.parse().unwrap());
        let values = stated.iter().map(|text| {
            let (value, span) = text.split_once(' ').unwrap();
            let (from, to) = span.split_once('-').unwrap();
            StatedValue {
                kind: DeadlineKind::Hearing,
                value: value.to_owned(),
                since_at: day(from),
                replaced_at: (!to.is_empty()).then(|| day(to)),
            }
        });
        let found = deadlines(&values.collect::<Vec<_>>()).into_iter().map(|one| {
            let end = if one.is_withdrawn { " -" } else { "" };
            format!("{}: {}{end}", one.number, one.values.join(" "))
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{stated:?}");
    }

    #[test]
    fn what_a_date_was_moved_to() {
        check(&["a 0-"], &["0: a"]);
        check(&["a 0-1", "b 1-"], &["0: a b"]);
        check(&["a 0-1", "b 1-2", "c 2-"], &["0: a b c"]);
        // Back to the first: it stands since the third day.
        check(&["a 2-", "b 1-2"], &["0: b a"]);
        // Two of them; one is taken back, or moved, or both.
        check(&["a 0-", "b 0-"], &["0: a", "1: b"]);
        check(&["a 0-1", "b 0-"], &["0: a -", "1: b"]);
        check(&["a 0-1", "b 0-", "c 1-"], &["0: a c", "1: b"]);
        check(&["a 0-1", "b 0-1", "c 1-", "d 1-"], &["0: a c", "1: b d"]);
        check(&["a 0-1"], &["0: a -"]);
    }

    #[test]
    fn dates_in_markup() {
        let check = |text: &str, expected: Option<&str>| {
            let found = StatedDate::of_markup(text).map(|date| date.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check("2026-06-09", Some("2026-06-09"));
        check("2026-06-09T10:00", Some("2026-06-09"));
        check("2026-06-09T10:00-04:00", Some("2026-06-09T10:00:00-04:00"));
        check("2026-06-09T10:00:00.000+0200", Some("2026-06-09T10:00:00+02:00"));
        check("2026-06-09T10:00:00Z", Some("2026-06-09T10:00:00+00:00"));
        for none in [
            "",
            "June 9",
            "2026-06",
            "2026-06-09x",
            "2026-13-01",
            "２０２６-06",
            "9999-12-31",
            "0001-01-01T00:00:00Z",
        ] {
            check(none, None);
        }
    }

    #[test]
    fn days_stay_as_stated() {
        let (day, moment) = ("2026-06-09", "2026-06-09T23:59:00-04:00");
        let parse = |text: &str| StatedDate::parse(text).unwrap();
        assert!(StatedDate::parse("soon").is_none() && StatedDate::parse("2026-06").is_none());
        let (berlin, auckland) = (chrono_tz::Europe::Berlin, chrono_tz::Pacific::Auckland);
        assert_eq!(parse(day).day_in(auckland), parse(day).day());
        assert_eq!(parse(moment).day_in(berlin).to_string(), "2026-06-10");
        assert!(parse(day).is_same(parse(moment)) && !parse(day).is_same(parse("2026-06-10")));
        assert!(parse(moment).is_same(parse("2026-06-10T03:59:00Z")));
        let is_over = |text: &str, now: &str, zone| parse(text).is_over(now.parse().unwrap(), zone);
        assert!(!is_over(day, "2026-06-09T21:59:00Z", berlin) && is_over(day, "2026-06-09T22:01:00Z", berlin));
        assert!(!is_over(moment, "2026-06-10T03:58:00Z", berlin) && is_over(moment, "2026-06-10T04:00:00Z", berlin));
        // The day on which clocks are put forward at midnight has no such moment.
        let gap = parse("2026-09-06").begins_at(chrono_tz::America::Santiago);
        assert_eq!(gap.date_naive().to_string(), "2026-09-06");
    }
}
