use chrono_tz::Tz;

use super::*;
use crate::domain::source::SourceKind;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A Saturday.
fn noon() -> Timestamp {
    at("2026-06-13T12:00:00Z")
}

fn source(number: u32, schedule: &str) -> Source {
    Source {
        schedule: Schedule::parse(schedule, Tz::UTC).unwrap(),
        ..Source::new(SourceKind::Feed, format!("https://example.org/{number}"))
    }
}

fn limits() -> PollLimits {
    PollLimits {
        min: TimeDelta::minutes(10),
        max: TimeDelta::hours(4),
    }
}

fn failing(failures: u32) -> SourceState {
    SourceState {
        failures,
        ..SourceState::default()
    }
}

#[test]
fn jitter_adds_its_share_and_no_more() {
    let max = limits().max.num_seconds();
    let mut delays = std::collections::BTreeSet::new();
    for number in 0..300 {
        let source = source(number, "adaptive");
        let state = SourceState {
            interval_seconds: Some(max),
            ..SourceState::default()
        };
        let next = next_after_success(noon(), &source, &state, &limits()).unwrap();
        let delay = (next - noon()).num_seconds() - max;
        assert!((0..=max / RHYTHM_JITTER).contains(&delay), "{delay}");
        delays.insert(delay);
        let next = next_after_failure(noon(), &source, &failing(30), None, &limits()).unwrap();
        let delay = (next - noon()).num_seconds() - max;
        assert!((0..=max / BACKOFF_JITTER).contains(&delay), "{delay}");
    }
    assert!(delays.len() > 100, "sources are spread: {}", delays.len());
}

#[test]
fn no_adaptive_poll_comes_before_a_hint() {
    let never = (1 << 24) - 1;
    for number in 0..50 {
        let source = source(number, "adaptive");
        // In hours: freshness, ttl; the hours to be skipped; the least wait.
        for (fresh, ttl, skip_hours, least) in [
            (3, 0, 0, 3),
            (0, 5, 0, 5),
            (3, 5, 0, 5),
            (0, 0, 0b11_1111 << 12, 6),
            (3, 0, 0b11_1111 << 12, 6),
            (30, 0, never, 30),
            (0, 9, never, 9),
            (24 * 300, 0, 0, 24 * HINT_DAYS_MAX),
        ] {
            let state = SourceState {
                interval_seconds: Some(600),
                pace: Pace {
                    ttl_minutes: Some(ttl * 60).filter(|ttl| *ttl > 0),
                    skip_hours,
                    skip_days: 0,
                },
                ..SourceState::default()
            };
            let fresh_until = Some(noon() + TimeDelta::hours(fresh));
            let state = SourceState {
                asked_rest_seconds: asked_rest(noon(), state.pace, fresh_until),
                ..state
            };
            let next = next_after_success(noon(), &source, &state, &limits()).unwrap();
            let wait = next - noon();
            assert!(wait >= TimeDelta::hours(least), "{fresh} {ttl} {skip_hours:b}: {wait}");
        }
    }
}

#[test]
fn a_failing_adaptive_source_keeps_out_of_skipped_days() {
    let state = SourceState {
        pace: Pace {
            // Saturday and Sunday.
            skip_days: 0b100_0001,
            ..Pace::default()
        },
        ..failing(1)
    };
    let next = next_after_failure(noon(), &source(1, "adaptive"), &state, None, &limits());
    assert_eq!(next, Some(at("2026-06-15T00:00:00Z")));
}

#[test]
fn one_failure_leaves_the_owners_rhythm_and_further_ones_put_it_off() {
    for (schedule, failures, least, most) in [
        ("every 10m", 1, 600, 600),
        ("every 10m", 2, 600 + 120, 600 + 132),
        ("every 10m", 6, 600 + 1920, 600 + 2112),
        ("every 10m", 60, 600 + 4 * 3600, 600 + 4 * 3600 + 1440),
        ("*/10 * * * *", 1, 600, 600),
        ("*/10 * * * *", 2, 600, 600),
        ("*/10 * * * *", 6, 2400, 2400),
        ("0 7 * * *", 1, 19 * 3600, 19 * 3600),
        ("0 7 * * *", 60, 19 * 3600, 19 * 3600),
    ] {
        let next = next_after_failure(noon(), &source(1, schedule), &failing(failures), None, &limits()).unwrap();
        let wait = (next - noon()).num_seconds();
        assert!((least..=most).contains(&wait), "{schedule} after {failures}: {wait}");
    }
}

#[test]
fn retry_after_counts_for_every_schedule_and_ends_somewhere() {
    for schedule in ["adaptive", "every 10m", "*/10 * * * *"] {
        let next = |hours| {
            let until = Some(noon() + TimeDelta::hours(hours));
            next_after_failure(noon(), &source(1, schedule), &failing(1), until, &limits()).unwrap() - noon()
        };
        assert_eq!(next(5), TimeDelta::hours(5), "{schedule}");
        assert_eq!(next(24 * 365), TimeDelta::days(HINT_DAYS_MAX), "{schedule}");
    }
}
