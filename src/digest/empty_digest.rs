//! What is sent when there is nothing to tell: nothing, unless the silence has a cause or is asked to be broken.

use chrono::TimeDelta;

use crate::domain::Timestamp;

use super::input::{Coverage, DigestKind};

/// An alarm that lasts is repeated after this many days, or sooner when more sources fail.
const ALARM_AGAIN_DAYS: i64 = 7;
/// A heartbeat may come this much early, in hours: clocks are set, and runs begin a little late.
const HEARTBEAT_SLACK_HOURS: i64 = 2;

/// What was sent last under a digest's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastSent {
    pub kind: DigestKind,
    pub at: Timestamp,
    /// Sources that could not be read then.
    pub unread: usize,
}

/// When silence is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyDigestRules {
    /// Send a digest without news.
    pub send_empty: bool,
    /// Percent of the sources that must fail for an alarm; none: never.
    pub alarm_percent: Option<u32>,
    /// Say that all is well after so long a silence.
    pub heartbeat: Option<TimeDelta>,
}

/// Returns what to send instead of a digest with nothing in it, if anything. `was_read` tells whether any source was read
/// since the last run.
pub fn kind_when_empty(
    now: Timestamp,
    rules: &EmptyDigestRules,
    coverage: &Coverage,
    was_read: bool,
    last: Option<LastSent>,
) -> Option<DigestKind> {
    let unread = coverage.sources - coverage.read;
    let is_alarming = rules.alarm_percent.is_some_and(|percent| {
        coverage.sources > 0 && (unread * 100 >= coverage.sources * percent as usize || !was_read)
    });
    let is_known = last.is_some_and(|last| {
        last.kind == DigestKind::Alarm && unread <= last.unread && now - last.at < TimeDelta::days(ALARM_AGAIN_DAYS)
    });
    if is_alarming && !is_known {
        return Some(DigestKind::Alarm);
    }
    if rules.send_empty {
        return Some(DigestKind::Digest);
    }
    let slack = TimeDelta::hours(HEARTBEAT_SLACK_HOURS);
    let is_quiet_for = |span: TimeDelta| last.is_none_or(|last| now - last.at >= span - slack);
    rules
        .heartbeat
        .is_some_and(is_quiet_for)
        .then_some(DigestKind::Heartbeat)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: EmptyDigestRules = EmptyDigestRules {
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

    fn sent(kind: DigestKind, days_ago: i64, unread: usize) -> Option<LastSent> {
        let at = now() - TimeDelta::days(days_ago);
        Some(LastSent { kind, at, unread })
    }

    #[test]
    fn an_alarm_from_a_third_on() {
        let check = |sources, read, was_read| kind_when_empty(now(), &RULES, &coverage(sources, read), was_read, None);
        assert_eq!(check(43, 41, true), None);
        assert_eq!(check(3, 2, true), Some(DigestKind::Alarm));
        assert_eq!(check(30, 21, true), None);
        assert_eq!(check(30, 20, true), Some(DigestKind::Alarm));
        assert_eq!(
            check(30, 30, false),
            Some(DigestKind::Alarm),
            "none was read since the last run"
        );
        assert_eq!(check(0, 0, false), None);
        let never = EmptyDigestRules {
            alarm_percent: None,
            ..RULES
        };
        assert_eq!(kind_when_empty(now(), &never, &coverage(3, 0), false, None), None);
    }

    #[test]
    fn an_alarm_is_not_repeated_every_day() {
        let check = |last| kind_when_empty(now(), &RULES, &coverage(30, 18), true, last);
        assert_eq!(check(sent(DigestKind::Alarm, 1, 12)), None);
        assert_eq!(
            check(sent(DigestKind::Alarm, 1, 11)),
            Some(DigestKind::Alarm),
            "more sources fail"
        );
        assert_eq!(check(sent(DigestKind::Alarm, 7, 12)), Some(DigestKind::Alarm));
        assert_eq!(
            check(sent(DigestKind::Digest, 1, 12)),
            Some(DigestKind::Alarm),
            "a digest with news came between"
        );
    }

    #[test]
    fn a_heartbeat_and_empty_digests_on_demand() {
        let weekly = EmptyDigestRules {
            heartbeat: Some(TimeDelta::days(7)),
            ..RULES
        };
        let check = |rules: &EmptyDigestRules, last| kind_when_empty(now(), rules, &coverage(3, 3), true, last);
        assert_eq!(check(&weekly, sent(DigestKind::Digest, 6, 0)), None);
        assert_eq!(
            check(&weekly, sent(DigestKind::Digest, 7, 0)),
            Some(DigestKind::Heartbeat)
        );
        assert_eq!(check(&weekly, None), Some(DigestKind::Heartbeat));
        let always = EmptyDigestRules {
            send_empty: true,
            ..RULES
        };
        assert_eq!(check(&always, sent(DigestKind::Digest, 1, 0)), Some(DigestKind::Digest));
    }
}
