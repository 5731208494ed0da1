//! What a schedule owes: each of its runs once, whatever becomes of the clock, the schedule or its zone.
//!
//! A run of a cron schedule is known by its local date and its place among that date's runs. What was done is kept under
//! these, so a schedule moved to a later hour, or to another zone, does not run a second time on a date that has had its
//! run, and one moved to an earlier hour leaves no date out.

use chrono::{MappedLocalTime, NaiveDate, NaiveTime, TimeDelta, TimeZone};

use super::cron::Cron;
use super::{Schedule, Timestamp};

/// No zone is further ahead of UTC than this, in hours.
const AHEAD_HOURS_MAX: i64 = 15;
/// Something done later than now by more than this, in hours, was done under a wrong clock.
const WRONG_CLOCK_HOURS: i64 = 26;

/// Something done for a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastRun {
    pub at: Timestamp,
    /// The local date of the last run it settled, and that run's place on the date, from 1. None where no run of a cron
    /// schedule was settled yet.
    pub run: Option<(NaiveDate, u32)>,
}

impl LastRun {
    /// Returns the start of a schedule's life: nothing before it is owed.
    pub fn starting(at: Timestamp) -> Self {
        Self { at, run: None }
    }

    /// Whether it was done under a clock that has been set back by more than a day since.
    pub fn is_ahead_of(&self, now: Timestamp) -> bool {
        self.at - now > TimeDelta::hours(WRONG_CLOCK_HOURS)
    }

    /// Returns the later of two, in both respects.
    pub fn max(self, other: Self) -> Self {
        Self {
            at: self.at.max(other.at),
            run: self.run.max(other.run),
        }
    }
}

impl Schedule {
    /// Returns the latest run that is owed at `now`, if any: once, however much was missed.
    pub fn owed(&self, last: LastRun, now: Timestamp) -> Option<Timestamp> {
        match (self, last.run) {
            (Self::Cron(cron), Some(run)) => {
                let due = self.last_due(before_day(run.0)?, now)?;
                (cron.run_of(due)? > run).then_some(due)
            }
            _ => self.last_due(last.at, now),
        }
    }

    /// Returns when the next run is owed after what was done.
    pub fn next_owed(&self, last: LastRun) -> Option<Timestamp> {
        match (self, last.run) {
            (Self::Cron(cron), Some(run)) => {
                let mut runs = cron.runs_from(run.0)?;
                runs.find(|(_, found)| *found > run).map(|(at, _)| at)
            }
            _ => self.next_after(last.at),
        }
    }

    /// Returns what is done once everything owed at `now` is.
    pub fn done(&self, last: LastRun, now: Timestamp) -> LastRun {
        let run = match self {
            Self::Cron(cron) => {
                let since = last.run.and_then(|(day, _)| before_day(day)).unwrap_or(last.at);
                self.last_due(since, now).and_then(|due| cron.run_of(due))
            }
            Self::Adaptive | Self::Every(_) => None,
        };
        last.max(LastRun { at: now, run })
    }
}

impl Cron {
    /// Returns the date and the place of one of its runs.
    fn run_of(&self, at: Timestamp) -> Option<(NaiveDate, u32)> {
        let day = at.with_timezone(&self.zone).date_naive();
        let mut runs = self.runs_from(day)?;
        runs.find(|(found, _)| *found >= at).map(|(_, run)| run)
    }

    /// Returns its runs from a local date on, each with its date and place.
    fn runs_from(&self, day: NaiveDate) -> Option<impl Iterator<Item = (Timestamp, (NaiveDate, u32))> + '_> {
        let start = day.and_time(NaiveTime::MIN);
        let start = match self.zone.from_local_datetime(&start) {
            MappedLocalTime::Single(start) => start.to_utc() - TimeDelta::seconds(1),
            _ => before_day(day)?,
        };
        let first = self.next_after(start);
        let mut last = (NaiveDate::MIN, 0);
        let runs = std::iter::successors(first, |run| self.next_after(*run));
        let numbered = runs.map(move |at| {
            let day = at.with_timezone(&self.zone).date_naive();
            last = if last.0 == day { (day, last.1 + 1) } else { (day, 1) };
            (at, last)
        });
        Some(numbered.skip_while(move |(_, (found, _))| *found < day))
    }
}

/// Returns a moment before a date begins anywhere.
fn before_day(day: NaiveDate) -> Option<Timestamp> {
    day.and_time(NaiveTime::MIN)
        .and_utc()
        .checked_sub_signed(TimeDelta::hours(AHEAD_HOURS_MAX))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn schedule(text: &str, zone: Tz) -> Schedule {
        Schedule::parse(text, zone).unwrap()
    }

    /// Runs the first schedule until `change`, then the second one until `end`; returns the moments of all runs.
    fn runs(old: &Schedule, new: &Schedule, start: &str, change: &str, end: &str) -> Vec<String> {
        let (mut last, mut found) = (LastRun::starting(at(start)), Vec::new());
        let mut now = at(start);
        while now < at(end) {
            let schedule = if now < at(change) { old } else { new };
            if let Some(due) = schedule.owed(last, now) {
                assert!(due <= now);
                last = schedule.done(last, now);
                assert_eq!(schedule.owed(last, now), None);
                found.push(now.format("%d %H:%M").to_string());
            }
            now += TimeDelta::minutes(30);
        }
        found
    }

    #[track_caller]
    fn check(old: &Schedule, new: &Schedule, change: &str, expected: &[&str]) {
        let found = runs(old, new, "2026-06-12T12:00:00Z", change, "2026-06-16T00:00:00Z");
        assert_eq!(found, expected);
    }

    #[test]
    fn a_later_hour_does_not_repeat_the_day() {
        let (old, new) = (schedule("0 7 * * *", Tz::UTC), schedule("0 18 * * *", Tz::UTC));
        check(
            &old,
            &new,
            "2026-06-13T08:00:00Z",
            &["13 07:00", "14 18:00", "15 18:00"],
        );
        check(
            &new,
            &old,
            "2026-06-13T08:00:00Z",
            &["12 18:00", "13 08:00", "14 07:00", "15 07:00"],
        );
    }

    #[test]
    fn another_zone_neither_repeats_nor_skips_a_day() {
        let (old, west) = (
            schedule("0 7 * * *", Tz::Europe__Berlin),
            schedule("0 7 * * *", Tz::America__New_York),
        );
        check(
            &old,
            &west,
            "2026-06-13T06:00:00Z",
            &["13 05:00", "14 11:00", "15 11:00"],
        );
        let east = schedule("0 7 * * *", Tz::Asia__Tokyo);
        check(
            &old,
            &east,
            "2026-06-13T06:00:00Z",
            &["13 05:00", "13 22:00", "14 22:00", "15 22:00"],
        );
    }

    #[test]
    fn of_several_a_day_those_that_are_left_run() {
        let (old, new) = (schedule("0 7,18 * * *", Tz::UTC), schedule("0 8,19 * * *", Tz::UTC));
        check(
            &old,
            &new,
            "2026-06-13T07:30:00Z",
            &[
                "12 18:00", "13 07:00", "13 19:00", "14 08:00", "14 19:00", "15 08:00", "15 19:00",
            ],
        );
    }

    #[test]
    fn what_was_missed_is_owed_once() {
        for text in ["0 7 * * *", "0 7,12 * * *", "every 6h", "0 9 * * 1"] {
            let schedule = schedule(text, Tz::Europe__Berlin);
            let start = schedule.done(
                LastRun::starting(at("2026-06-01T00:00:00Z")),
                at("2026-06-10T12:00:00Z"),
            );
            let now = at("2026-06-30T12:00:00Z");
            assert!(schedule.owed(start, now).is_some(), "{text}");
            let done = schedule.done(start, now);
            assert_eq!(schedule.owed(done, now), None, "{text}");
            assert_eq!(
                schedule.owed(done, at("2026-06-20T12:00:00Z")),
                None,
                "a clock set back: {text}"
            );
            assert!(schedule.next_owed(done).unwrap() > now, "{text}");
        }
    }

    #[test]
    fn a_wrong_clock_is_told_from_one_set_back_a_little() {
        let done = LastRun::starting(at("2026-06-13T12:00:00Z"));
        assert!(!done.is_ahead_of(at("2026-06-12T11:00:00Z")));
        assert!(done.is_ahead_of(at("2026-06-12T09:00:00Z")));
    }
}
