//! What is sent when there is nothing to tell: nothing, unless the silence has a cause or is asked to be broken.

use chrono::TimeDelta;

use crate::domain::Timestamp;

use super::{Coverage, Kind};

/// An alarm that lasts is repeated after this many days, or sooner when more sources fail.
const ALARM_AGAIN_DAYS: i64 = 7;
/// A heartbeat may come this much early, in hours: clocks are set, and runs begin a little late.
const HEARTBEAT_SLACK_HOURS: i64 = 2;

/// What was sent last under a digest's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastSent {
    pub kind: Kind,
    pub at: Timestamp,
    /// Sources that could not be read then.
    pub unread: usize,
}

/// When silence is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Send a digest without news.
    pub send_empty: bool,
    /// Percent of the sources that must fail for an alarm; none: never.
    pub alarm_percent: Option<u32>,
    /// Say that all is well after so long a silence.
    pub heartbeat: Option<TimeDelta>,
}

/// Returns what to send instead of a digest with nothing in it, if anything. `was_read` tells whether any source was read
/// since the last run.
pub fn instead(
    now: Timestamp,
    rules: &Rules,
    coverage: &Coverage,
    was_read: bool,
    last: Option<LastSent>,
) -> Option<Kind> {
    let unread = coverage.sources - coverage.read;
    let is_alarming = rules.alarm_percent.is_some_and(|percent| {
        coverage.sources > 0 && (unread * 100 >= coverage.sources * percent as usize || !was_read)
    });
    let is_known = last.is_some_and(|last| {
        last.kind == Kind::Alarm && unread <= last.unread && now - last.at < TimeDelta::days(ALARM_AGAIN_DAYS)
    });
    if is_alarming && !is_known {
        return Some(Kind::Alarm);
    }
    if rules.send_empty {
        return Some(Kind::Digest);
    }
    let slack = TimeDelta::hours(HEARTBEAT_SLACK_HOURS);
    let is_quiet_for = |span: TimeDelta| last.is_none_or(|last| now - last.at >= span - slack);
    rules.heartbeat.is_some_and(is_quiet_for).then_some(Kind::Heartbeat)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        send_empty: false,
        alarm_percent: Some(33),
        heartbeat: None,
    };

    fn now() -> Timestamp {
        "2026-06-13T05:00:00Z".parse().unwrap()
    }

    fn coverage(sources: usize, read: usize) -> Coverage {
        Coverage {
            sources,
            read,
            ..Coverage::default()
        }
    }

    fn sent(kind: Kind, days_ago: i64, unread: usize) -> Option<LastSent> {
        let at = now() - TimeDelta::days(days_ago);
        Some(LastSent { kind, at, unread })
    }

    #[test]
    fn an_alarm_from_a_third_on() {
        let check = |sources, read, was_read| instead(now(), &RULES, &coverage(sources, read), was_read, None);
        assert_eq!(check(43, 41, true), None);
        assert_eq!(check(3, 2, true), Some(Kind::Alarm));
        assert_eq!(check(30, 21, true), None);
        assert_eq!(check(30, 20, true), Some(Kind::Alarm));
        assert_eq!(
            check(30, 30, false),
            Some(Kind::Alarm),
            "none was read since the last run"
        );
        assert_eq!(check(0, 0, false), None);
        let never = Rules {
            alarm_percent: None,
            ..RULES
        };
        assert_eq!(instead(now(), &never, &coverage(3, 0), false, None), None);
    }

    #[test]
    fn an_alarm_is_not_repeated_every_day() {
        let check = |last| instead(now(), &RULES, &coverage(30, 18), true, last);
        assert_eq!(check(sent(Kind::Alarm, 1, 12)), None);
        assert_eq!(check(sent(Kind::Alarm, 1, 11)), Some(Kind::Alarm), "more sources fail");
        assert_eq!(check(sent(Kind::Alarm, 7, 12)), Some(Kind::Alarm));
        assert_eq!(
            check(sent(Kind::Digest, 1, 12)),
            Some(Kind::Alarm),
            "a digest with news came between"
        );
    }

    #[test]
    fn a_heartbeat_and_empty_digests_on_demand() {
        let weekly = Rules {
            heartbeat: Some(TimeDelta::days(7)),
            ..RULES
        };
        let check = |rules: &Rules, last| instead(now(), rules, &coverage(3, 3), true, last);
        assert_eq!(check(&weekly, sent(Kind::Digest, 6, 0)), None);
        assert_eq!(check(&weekly, sent(Kind::Digest, 7, 0)), Some(Kind::Heartbeat));
        assert_eq!(check(&weekly, None), Some(Kind::Heartbeat));
        let always = Rules {
            send_empty: true,
            ..RULES
        };
        assert_eq!(check(&always, sent(Kind::Digest, 1, 0)), Some(Kind::Digest));
    }
}
