use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Schedule, parse_span};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[track_caller]
fn check(expression: &str, zone: Tz, after: &str, expected: &[&str]) {
    let schedule = Schedule::parse(expression, zone).unwrap();
    let mut now = at(after);
    for run in expected {
        now = schedule.next_after(now).unwrap();
        assert_eq!(now, at(run), "{expression} in {zone}");
    }
}

#[test]
fn a_run_in_the_spring_gap_happens_once_right_after_it() {
    check(
        "30 2 * * *",
        Tz::Europe__Berlin,
        "2026-03-28T12:00:00Z",
        &["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
    );
    check(
        "0,30 2 * * *",
        Tz::Europe__Berlin,
        "2026-03-28T12:00:00Z",
        &["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"],
    );
}

#[test]
fn in_the_autumn_fold_a_fixed_job_runs_once() {
    check(
        "30 2 * * *",
        Tz::Europe__Berlin,
        "2026-10-24T12:00:00Z",
        &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    );
    check(
        "30 2,14 * * *",
        Tz::Europe__Berlin,
        "2026-10-24T22:00:00Z",
        &["2026-10-25T00:30:00Z", "2026-10-25T13:30:00Z"],
    );
}

#[test]
fn in_the_autumn_fold_an_interval_job_keeps_its_rhythm() {
    check(
        "*/30 * * * *",
        Tz::Europe__Berlin,
        "2026-10-24T23:45:00Z",
        &[
            "2026-10-25T00:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:00:00Z",
        ],
    );
}

#[test]
fn weekdays_are_unix_weekdays() {
    check("0 0 * * 5", Tz::UTC, "2026-06-08T00:00:00Z", &["2026-06-12T00:00:00Z"]);
    for sunday in ["0", "7", "sun"] {
        check(
            &format!("0 0 * * {sunday}"),
            Tz::UTC,
            "2026-06-08T00:00:00Z",
            &["2026-06-14T00:00:00Z"],
        );
    }
    check(
        "0 0 13 * 5",
        Tz::UTC,
        "2026-06-08T00:00:00Z",
        &["2026-06-12T00:00:00Z", "2026-06-13T00:00:00Z"],
    );
    check(
        "0 0 * * fri-sun",
        Tz::UTC,
        "2026-06-08T00:00:00Z",
        &[
            "2026-06-12T00:00:00Z",
            "2026-06-13T00:00:00Z",
            "2026-06-14T00:00:00Z",
            "2026-06-19T00:00:00Z",
        ],
    );
}

#[test]
fn nothing_is_owed_on_samoas_lost_day() {
    let zone = Tz::Pacific__Apia;
    check(
        "0 7 * * *",
        zone,
        "2011-12-29T00:00:00Z",
        &["2011-12-29T17:00:00Z", "2011-12-30T17:00:00Z", "2011-12-31T17:00:00Z"],
    );
}

#[test]
fn what_was_missed_is_owed_once() {
    let daily = Schedule::parse("0 7 * * *", Tz::Europe__Berlin).unwrap();
    let since = at("2026-06-01T05:00:00Z");
    assert_eq!(daily.last_due(since, at("2026-06-02T04:59:59Z")), None);
    assert_eq!(
        daily.last_due(since, at("2026-06-02T05:00:00Z")),
        Some(at("2026-06-02T05:00:00Z"))
    );
    assert_eq!(
        daily.last_due(since, at("2026-06-11T09:00:00Z")),
        Some(at("2026-06-11T05:00:00Z"))
    );
    assert_eq!(
        daily.last_due(at("2026-06-11T05:00:00Z"), at("2026-06-01T09:00:00Z")),
        None
    );
    let every = Schedule::parse("every 20m", Tz::UTC).unwrap();
    assert_eq!(
        every.last_due(since, since + TimeDelta::minutes(50)),
        Some(since + TimeDelta::minutes(40))
    );
}

#[test]
fn mistakes_name_the_fix() {
    for (text, part) in [
        ("0 7 * *", "five cron fields"),
        ("60 7 * * *", "from 0 to 59"),
        ("0 0 31 2 *", "never happens"),
        ("0 0 * * 8", "SUN to SAT"),
        ("0 20-8 * * *", "backwards"),
        ("every soon", "every 20m"),
        ("every 0s", "out of range"),
        ("@often", "@daily"),
        ("*/0 * * * *", "between 1 and 59"),
    ] {
        let error = Schedule::parse(text, Tz::UTC).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn spans_name_their_unit() {
    assert_eq!(parse_span("90s"), Some(TimeDelta::seconds(90)));
    assert_eq!(parse_span("2d"), Some(TimeDelta::days(2)));
    assert_eq!(parse_span("20"), None);
    assert_eq!(parse_span("é"), None);
    assert_eq!(parse_span("99999999999999999w"), None);
}

proptest::proptest! {
    #[test]
    fn no_text_panics_and_a_schedule_goes_forward(
        text in "\\PC{0,30}",
        near in "(@[a-z]{1,8}|every [0-9]{1,20}[smhdw]?|([0-9*/,a-zA-Z#-]{1,6} ){4}[0-9*/,a-zA-Z#-]{1,6})",
        seconds in 0i64..4_000_000_000,
    ) {
        let now = DateTime::from_timestamp(seconds, 0).unwrap();
        parse_span(&text);
        parse_span(&near);
        for text in [text, near] {
            if let Ok(schedule) = Schedule::parse(&text, Tz::America__New_York) {
                proptest::prop_assert!(schedule.next_after(now).is_none_or(|next| next > now), "{}", text);
            }
        }
    }
}
