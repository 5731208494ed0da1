//! Dates of documents: a day stays a day, and a time is told in its register's zone.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, TimeZone as _};
use chrono_tz::Tz;

use crate::domain::Timestamp;
use crate::feed::date::{self, StatedClock};

/// Returns a date as a day, or where a time is stated as a moment in its register's zone, else in its own. A time of which nobody
/// says the zone is a day.
pub(super) fn day_or_moment(text: &str, zone: Option<Tz>) -> Option<String> {
    if NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() {
        return Some(text.to_owned());
    }
    let shown = |at: DateTime<FixedOffset>| match zone {
        Some(zone) => at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, true),
        None => at.to_rfc3339_opts(SecondsFormat::Secs, true),
    };
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(shown(at));
    }
    let (text, zone) = named_zone(text).map_or((text, zone), |(text, named)| (text, Some(named)));
    let at = date::parse_lenient(text)?;
    Some(match (date::stated_clock(text), zone) {
        (StatedClock::Zoned(minutes), None) => {
            let offset = FixedOffset::east_opt(i32::try_from(minutes * 60).ok()?)?;
            at.with_timezone(&offset).to_rfc3339_opts(SecondsFormat::Secs, true)
        }
        (StatedClock::Zoned(_), Some(zone)) => at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, true),
        (StatedClock::Local, Some(zone)) if !is_midnight(at) => {
            match zone.from_local_datetime(&at.naive_utc()).earliest() {
                Some(at) => at.to_rfc3339_opts(SecondsFormat::Secs, true),
                // There is no such hour on the day clocks are put forward.
                None => at.format("%Y-%m-%d").to_string(),
            }
        }
        (StatedClock::Local | StatedClock::None, _) => at.format("%Y-%m-%d").to_string(),
    })
}

/// Returns when a document was published. A day begins and ends at other moments elsewhere: its noon is on it for most readers.
pub(super) fn published(text: &str, zone: Option<Tz>) -> Option<Timestamp> {
    let (text, zone) = named_zone(text).map_or((text, zone), |(text, named)| (text, Some(named)));
    let at = date::parse_lenient(text)?;
    let local = match date::stated_clock(text) {
        StatedClock::Zoned(_) => return Some(at),
        StatedClock::Local if !is_midnight(at) => at.naive_utc(),
        StatedClock::Local | StatedClock::None => at.date_naive().and_hms_opt(12, 0, 0)?,
    };
    match zone {
        Some(zone) => zone.from_local_datetime(&local).earliest().map(|at| at.to_utc()),
        None => Some(local.and_utc()),
    }
}

/// Whether a time is the one that programs write which keep days as moments.
fn is_midnight(at: Timestamp) -> bool {
    at.time() == NaiveTime::MIN
}

/// Returns a text without the name of a zone at its end, and the zone: "2026-12-18T10:00:00 America/New_York".
fn named_zone(text: &str) -> Option<(&str, Tz)> {
    let (rest, name) = text.trim().rsplit_once(' ')?;
    let name = name.trim_matches(['[', ']', '(', ')']);
    // Short names are read with the date itself.
    let zone = name.contains('/').then(|| name.parse().ok())??;
    Some((rest, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stay_days_and_times_keep_their_zone() {
        let new_york = Some(Tz::America__New_York);
        for (text, zone, expected) in [
            ("2026-12-18", new_york, "2026-12-18"),
            ("12/18/2026", None, "2026-12-18"),
            ("20261218", None, "2026-12-18"),
            ("18 December 2026", new_york, "2026-12-18"),
            ("2026-12-18T10:00:00", new_york, "2026-12-18T10:00:00-05:00"),
            ("2026-07-18 10:00", new_york, "2026-07-18T10:00:00-04:00"),
            ("2026-12-18T10:00:00", None, "2026-12-18"),
            ("2026-12-18T00:00:00.000", new_york, "2026-12-18"),
            ("2026-03-08T02:30:00", new_york, "2026-03-08"),
            ("1781000000.5", None, "2026-06-09T10:13:20Z"),
            (
                "2026-12-18T10:00:00 America/New_York",
                None,
                "2026-12-18T10:00:00-05:00",
            ),
            ("2026-12-18T10:00:00-05:00", None, "2026-12-18T10:00:00-05:00"),
            ("2026-12-18T10:00:00-0500", None, "2026-12-18T10:00:00-05:00"),
            ("December 18, 2026, 10:00 a.m. EST", None, "2026-12-18T10:00:00-05:00"),
            ("2026-12-18T15:00:00Z", new_york, "2026-12-18T10:00:00-05:00"),
            ("Fri, 18 Dec 2026 15:00:00 GMT", None, "2026-12-18T15:00:00Z"),
        ] {
            let found = day_or_moment(text, zone);
            let found = found.map(|text| text.replace("+00:00", "Z"));
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(day_or_moment("to be announced", new_york), None);
    }

    #[test]
    fn a_day_of_publication_is_that_day_for_readers_elsewhere() {
        let at = |text, zone| published(text, zone).unwrap().format("%Y-%m-%d %H:%M").to_string();
        assert_eq!(at("2026-11-30", None), "2026-11-30 12:00");
        assert_eq!(at("2026-11-30", Some(Tz::America__New_York)), "2026-11-30 17:00");
        assert_eq!(
            at("2026-11-30T08:45:00", Some(Tz::America__New_York)),
            "2026-11-30 13:45"
        );
        assert_eq!(at("2026-11-30T08:45:00-05:00", None), "2026-11-30 13:45");
    }
}
