//! Every IANA zone, every local date from 2024 to 2037: what a digest's schedule owes is done once.
//!
//! Zones that set their clocks at the same moments in the same way are one: the zones' rules for these years, not their
//! names, are what a schedule meets.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{TZ_VARIANTS, Tz};
use tidings::domain::schedule::{LastRun, Schedule};

const FIRST_YEAR: i32 = 2024;
const LAST_YEAR: i32 = 2037;

/// How a zone's clock goes: seconds ahead of UTC, and from when on.
type Rules = Vec<(DateTime<Utc>, i32)>;

fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

fn rules(zone: Tz) -> Rules {
    let mut at = Utc.with_ymd_and_hms(FIRST_YEAR - 1, 12, 1, 0, 0, 0).unwrap();
    let mut found = vec![(at, offset(zone, at))];
    while at.year() <= LAST_YEAR + 1 {
        let next = at + TimeDelta::days(1);
        if offset(zone, at) != offset(zone, next) {
            let (mut before, mut after) = (at, next);
            while after - before > TimeDelta::seconds(1) {
                let middle = before + (after - before) / 2;
                if offset(zone, middle) == offset(zone, before) {
                    before = middle;
                } else {
                    after = middle;
                }
            }
            found.push((after, offset(zone, after)));
        }
        at = next;
    }
    found
}

/// Returns one zone for each set of rules, and how many zones there are.
fn zones() -> (Vec<Tz>, usize) {
    let by_rules: BTreeMap<Rules, Tz> = TZ_VARIANTS.iter().map(|zone| (rules(*zone), *zone)).collect();
    (by_rules.into_values().collect(), TZ_VARIANTS.len())
}

/// Walks a schedule through all the years.
fn walk(zone: Tz, expression: &str, is_day: impl Fn(NaiveDate) -> bool, a_day: usize) {
    let start = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap();
    let end = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap();
    walk_from(zone, expression, (start, end), is_day, a_day);
}

/// Walks a schedule from one date to another as the daemon does, and holds each run against the dates it is for.
fn walk_from(
    zone: Tz,
    expression: &str,
    (start, end): (NaiveDate, NaiveDate),
    is_day: impl Fn(NaiveDate) -> bool,
    a_day: usize,
) {
    let schedule = Schedule::parse(expression, zone).unwrap();
    let expected = start
        .iter_days()
        .take_while(|day| *day <= end)
        .filter(|day| is_day(*day))
        .flat_map(|day| std::iter::repeat_n(day, a_day));
    let before = Utc.from_utc_datetime(&start.and_hms_opt(0, 0, 0).unwrap()) - TimeDelta::hours(15);
    let mut last = LastRun::starting(before);
    // Runs of the days before end here.
    while let Some(at) = schedule.next_owed(last)
        && at.with_timezone(&zone).date_naive() < start
    {
        last = schedule.done(last, at);
    }
    let mut number = 0;
    for day in expected {
        let at = schedule.next_owed(last).unwrap();
        // What falls into a gap before midnight runs right after it, which is the first moment of the next date.
        let (at_date, before) = (
            at.with_timezone(&zone),
            (at - TimeDelta::seconds(1)).with_timezone(&zone),
        );
        let dates = [at_date.date_naive(), before.date_naive()];
        assert!(
            dates.contains(&day),
            "{expression} in {zone}: {at_date} instead of {day}"
        );
        number += 1;
        last = schedule.done(last, at);
        // Asking what is owed costs more; a run in seven is asked, another one each week.
        if number % 7 == 3 {
            assert_eq!(schedule.owed(last, at), None, "{expression} in {zone}: {day} twice");
            let next = schedule.next_owed(last).unwrap();
            assert_eq!(
                schedule.owed(last, next - TimeDelta::seconds(1)),
                None,
                "{expression} in {zone} after {day}"
            );
            assert_eq!(
                schedule.owed(last, next),
                Some(next),
                "{expression} in {zone} after {day}"
            );
        }
    }
}

#[test]
fn every_zone_and_date_has_its_daily_digest_once() {
    let (zones, names) = zones();
    assert!(
        names > 590 && zones.len() > 60,
        "{names} zones, {} different ones",
        zones.len()
    );
    for zone in zones {
        walk(zone, "0 7 * * *", |_| true, 1);
    }
}

#[test]
fn the_hours_at_which_clocks_are_set_are_no_exception() {
    let (zones, _) = zones();
    for zone in zones {
        for (at, _) in &rules(zone)[1..] {
            let day = at.with_timezone(&zone).date_naive();
            let span = (day - TimeDelta::days(3), day + TimeDelta::days(3));
            for expression in ["0 0 * * *", "59 23 * * *", "30 2 * * *", "0 1 * * *"] {
                walk_from(zone, expression, span, |_| true, 1);
            }
        }
    }
}

#[test]
fn weekdays_weeks_and_several_a_day() {
    for zone in [
        Tz::Europe__Berlin,
        Tz::America__New_York,
        Tz::Australia__Lord_Howe,
        Tz::Africa__Casablanca,
    ] {
        walk(
            zone,
            "0 7 * * mon-fri",
            |day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
            1,
        );
        walk(zone, "30 2 * * sun", |day| day.weekday() == Weekday::Sun, 1);
        walk(zone, "0 7,12,18 * * *", |_| true, 3);
    }
}
