//! How a source fares, in the words used everywhere: the table of `sources`, its JSON, the digest's coverage line, logs.

use chrono::TimeDelta;

use super::Timestamp;
use super::named::named;
use super::source::{SourceKind, SourceState, Trouble};

/// A poll is late when it is overdue by this many minutes.
const LATE_MINUTES: i64 = 30;
/// A source that has brought nothing for this many times its usual distance between entries is silent …
const SILENT_GAPS: i64 = 5;
/// … but never before this many days.
const SILENT_DAYS_MIN: i64 = 14;

/// How a source fares; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// It answered 410 and is not polled any more.
    Gone,
    /// It answers, but not to us: a refusal, robots.txt, a bot check, a page to log in at.
    Blocked,
    /// Polls fail for another reason.
    Failing,
    /// A page that gave links or text before gives none now.
    ChangedMarkup,
    /// It answers and has brought nothing for longer than its own rhythm.
    Silent,
    /// A poll is overdue: nothing polls it.
    Late,
    /// It is read from another address than the configured one.
    Moved,
    Ok,
}

// The worst first.
named!(
    Condition,
    Gone = "gone",
    Blocked = "blocked",
    Failing = "failing",
    ChangedMarkup = "changed-markup",
    Silent = "silent",
    Late = "late",
    Moved = "moved",
    Ok = "ok"
);

impl Condition {
    /// Whether a reader misses something because of it.
    pub fn is_trouble(self) -> bool {
        !matches!(self, Self::Ok | Self::Moved)
    }

    /// Whether the last poll brought nothing that could be read.
    pub fn is_unread(self) -> bool {
        matches!(self, Self::Gone | Self::Blocked | Self::Failing | Self::ChangedMarkup)
    }
}

/// How a source fares, since when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub condition: Condition,
    pub since: Option<Timestamp>,
    pub why: Option<String>,
}

/// Returns how a source fares now.
pub fn health(now: Timestamp, kind: SourceKind, state: &SourceState) -> Health {
    let because = |condition, since, why: &str| Health {
        condition,
        since,
        why: (!why.is_empty()).then(|| why.to_owned()),
    };
    let error = state.last_error.as_deref().unwrap_or_default();
    if state.stopped {
        return because(Condition::Gone, state.failing_since, error);
    }
    if state.failures > 0 {
        let condition = match state.trouble {
            Some(Trouble::Blocked) => Condition::Blocked,
            // A page that was never understood has not changed: its owner's selector or choice is wrong.
            Some(Trouble::Markup) if state.succeeded_at.is_some() => Condition::ChangedMarkup,
            Some(Trouble::Markup | Trouble::Own) | None => Condition::Failing,
        };
        return because(condition, state.failing_since, error);
    }
    if let Some(due) = state.next_poll_at
        && now - due > TimeDelta::minutes(LATE_MINUTES)
    {
        return because(Condition::Late, Some(due), "no poll since it fell due");
    }
    if let Some(since) = silent_since(now, kind, state) {
        let usual = state.usual_gap_seconds.map(gap).unwrap_or_default();
        return because(Condition::Silent, Some(since), &usual);
    }
    if let Some(address) = &state.current_address {
        return because(Condition::Moved, None, &format!("read from {address}"));
    }
    if state.held_back > 0 {
        let why = format!(
            "{} new entries wait for another day: it brings more than it may in one",
            state.held_back
        );
        return because(Condition::Ok, None, &why);
    }
    if state.polled_at.is_none() {
        return because(Condition::Ok, None, "not read yet");
    }
    because(Condition::Ok, None, "")
}

/// Returns the moment a source last brought something, when that is suspiciously long ago for it.
fn silent_since(now: Timestamp, kind: SourceKind, state: &SourceState) -> Option<Timestamp> {
    if matches!(kind, SourceKind::Page | SourceKind::Documents | SourceKind::Mail) {
        return None;
    }
    let last = state.newest_at.or(state.changed_at)?;
    let usual = TimeDelta::try_seconds(state.usual_gap_seconds?)?;
    let patience = usual.checked_mul(i32::try_from(SILENT_GAPS).ok()?)?;
    (now - last > patience.max(TimeDelta::days(SILENT_DAYS_MIN))).then_some(last)
}

fn gap(seconds: i64) -> String {
    let (number, unit) = match seconds {
        0..3_600 => ((seconds / 60).max(1), "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    if number == 1 {
        format!("usually something every {unit}")
    } else {
        format!("usually something every {number} {unit}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn now() -> Timestamp {
        at("2026-06-13T12:00:00Z")
    }

    fn state() -> SourceState {
        SourceState {
            polled_at: Some(at("2026-06-13T11:00:00Z")),
            succeeded_at: Some(at("2026-06-13T11:00:00Z")),
            next_poll_at: Some(at("2026-06-13T13:00:00Z")),
            newest_at: Some(at("2026-06-12T11:00:00Z")),
            usual_gap_seconds: Some(86_400),
            ..SourceState::default()
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut SourceState), expected: &str, why: Option<&str>) {
        let mut state = state();
        change(&mut state);
        let found = health(now(), SourceKind::Listing, &state);
        assert_eq!((found.condition.as_str(), found.why.as_deref()), (expected, why));
    }

    fn fail(state: &mut SourceState, trouble: Option<Trouble>) {
        state.failures = 2;
        state.failing_since = Some(at("2026-06-10T12:00:00Z"));
        state.last_error = Some("it broke".to_owned());
        state.trouble = trouble;
    }

    #[test]
    fn each_word() {
        check(|_| {}, "ok", None);
        check(|s| *s = SourceState::default(), "ok", Some("not read yet"));
        check(|s| fail(s, None), "failing", Some("it broke"));
        check(|s| fail(s, Some(Trouble::Blocked)), "blocked", Some("it broke"));
        check(|s| fail(s, Some(Trouble::Markup)), "changed-markup", Some("it broke"));
        let never_read = |s: &mut SourceState| {
            fail(s, Some(Trouble::Markup));
            s.succeeded_at = None;
        };
        check(never_read, "failing", Some("it broke"));
        let gone = |s: &mut SourceState| {
            fail(s, None);
            s.stopped = true;
        };
        check(gone, "gone", Some("it broke"));
        let moved = |s: &mut SourceState| s.current_address = Some("https://b.example/".to_owned());
        check(moved, "moved", Some("read from https://b.example/"));
        let late = |s: &mut SourceState| s.next_poll_at = Some(at("2026-06-13T09:00:00Z"));
        check(late, "late", Some("no poll since it fell due"));
        let silent = |s: &mut SourceState| s.newest_at = Some(at("2026-05-29T11:00:00Z"));
        check(silent, "silent", Some("usually something every day"));
    }

    #[test]
    fn silence_is_measured_by_the_sources_own_rhythm() {
        let last = at("2026-05-20T12:00:00Z");
        let word = |kind, days: i64| {
            let state = SourceState {
                newest_at: Some(last),
                usual_gap_seconds: Some(days * 86_400),
                ..state()
            };
            let found = health(now(), kind, &state);
            (found.condition, found.since)
        };
        assert_eq!(word(SourceKind::Feed, 1), (Condition::Silent, Some(last)));
        assert_eq!(word(SourceKind::Feed, 10), (Condition::Ok, None));
        assert_eq!(
            word(SourceKind::Page, 1),
            (Condition::Ok, None),
            "a page may stay as it is"
        );
    }

    #[test]
    fn a_failure_counts_before_everything_else_but_the_end() {
        let mut all = state();
        fail(&mut all, None);
        all.current_address = Some("https://b.example/".to_owned());
        all.next_poll_at = Some(at("2026-06-01T12:00:00Z"));
        let found = health(now(), SourceKind::Feed, &all);
        assert_eq!((found.condition, found.since), (Condition::Failing, all.failing_since));
    }
}
