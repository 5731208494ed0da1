//! Our cron against another, over every transition of zones that set their clocks in unusual ways.

use chrono::{DateTime, Datelike, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetComponents, Tz};
use croner::Cron as Oracle;
use tidings::domain::schedule::Schedule;

const ZONES: &[Tz] = &[
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::Africa__Cairo,
    Tz::America__Santiago,
    Tz::Africa__Casablanca,
    Tz::Asia__Tehran,
    Tz::Pacific__Apia,
];

/// Jobs at fixed times and interval jobs, about which both agree what they are.
const EXPRESSIONS: &[&str] = &[
    "30 2 * * *",
    "0 0 * * *",
    "15 0 * * *",
    "45 1 * * *",
    "0 3 * * *",
    "59 23 * * *",
    "0 2 * * 0",
    "30 1 1 * *",
    "0 0 13 * 5",
    "* * * * *",
    "*/30 * * * *",
    "*/7 * * * *",
    "0 * * * *",
    "15 * * * *",
    "0 */2 * * *",
    "*/20 1-3 * * *",
    "5 4 * * sun",
    "0 7 * * 1-5",
];

/// Returns the moments around which a zone sets its clocks between two years.
fn transitions(zone: Tz, from: i32, to: i32) -> Vec<DateTime<Utc>> {
    let offset = |at: DateTime<Utc>| {
        let offset = zone.offset_from_utc_datetime(&at.naive_utc());
        offset.base_utc_offset() + offset.dst_offset()
    };
    let mut found = Vec::new();
    let mut at = Utc.with_ymd_and_hms(from, 1, 1, 0, 0, 0).unwrap();
    while at.year() < to {
        let next = at + TimeDelta::hours(6);
        if offset(at) != offset(next) {
            let (mut before, mut after) = (at, next);
            while after - before > TimeDelta::minutes(1) {
                let middle = before + (after - before) / 2;
                if offset(middle) == offset(at) {
                    before = middle
                } else {
                    after = middle
                }
            }
            found.push(after);
        }
        at = next;
    }
    found
}

fn check(zone: Tz, expression: &str, start: DateTime<Utc>, span: TimeDelta) {
    let ours = Schedule::parse(expression, zone).unwrap();
    let oracle: Oracle = expression.parse().unwrap();
    let mut at = start;
    let mut theirs = start.with_timezone(&zone);
    loop {
        at = ours.next_after(at).unwrap();
        theirs = oracle.find_next_occurrence(&theirs, false).unwrap();
        assert_eq!(at, theirs.with_timezone(&Utc), "{expression} in {zone} after {start}");
        if at > start + span {
            break;
        }
    }
}

#[test]
fn every_transition_agrees_with_the_oracle() {
    for zone in ZONES {
        let transitions = transitions(*zone, 2024, 2038);
        let expected = !matches!(*zone, Tz::UTC | Tz::Asia__Tehran | Tz::Pacific__Apia);
        assert_eq!(
            !transitions.is_empty(),
            expected,
            "{zone} has {} transitions",
            transitions.len()
        );
        for around in transitions
            .into_iter()
            .chain([Utc.with_ymd_and_hms(2024, 2, 28, 12, 0, 0).unwrap()])
        {
            for expression in EXPRESSIONS {
                // A job of every minute shows its mistakes close to the transition.
                let (before, span) = if expression.starts_with('*') { (2, 4) } else { (10, 14) };
                check(
                    *zone,
                    expression,
                    around - TimeDelta::hours(before),
                    TimeDelta::hours(span),
                );
            }
        }
    }
}

#[test]
fn rare_days_are_found() {
    let start = Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap();
    for expression in ["0 12 29 2 *", "0 0 1 */2 *"] {
        check(Tz::Europe__Berlin, expression, start, TimeDelta::days(400));
    }
}

#[test]
fn samoas_lost_day_owes_nothing() {
    let start = Utc.with_ymd_and_hms(2011, 12, 29, 0, 0, 0).unwrap();
    for expression in ["* * * * *", "*/30 * * * *", "0 * * * *", "15 * * * *", "0 */2 * * *"] {
        check(Tz::Pacific__Apia, expression, start, TimeDelta::hours(72));
    }
    // The oracle gives up on a job at a fixed time that falls into a whole missing day.
    let daily = Schedule::parse("0 7 * * *", Tz::Pacific__Apia).unwrap();
    let mut at = start;
    let mut days = Vec::new();
    for _ in 0..3 {
        at = daily.next_after(at).unwrap();
        days.push(at.with_timezone(&Tz::Pacific__Apia).day());
    }
    assert_eq!(days, [29, 31, 1]);
}
