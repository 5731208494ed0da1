//! When a source is asked again: its learned rhythm, what it asks for, and patience after failures.
//!
//! `adaptive` never polls sooner than Cache-Control, Expires, ttl, skipHours, skipDays, sy:updatePeriod or Retry-After
//! ask. `every` and cron are the owner's explicit word: of the hints they obey Retry-After alone. Jitter only ever
//! delays, by a twentieth of the rhythm or a tenth of the patience at most, and hints are applied after it. It is a
//! function of the source's address and the time, so a test can predict it.

use chrono::{Datelike, TimeDelta, Timelike};
use sha2::{Digest, Sha256};

use crate::domain::Timestamp;
use crate::domain::feed::Feed;
use crate::domain::schedule::Schedule;
use crate::domain::source::{Pace, Source, SourceState};

/// The bounds of `[adaptive]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollLimits {
    pub min: TimeDelta,
    pub max: TimeDelta,
}

impl Default for PollLimits {
    fn default() -> Self {
        Self {
            min: TimeDelta::minutes(15),
            max: TimeDelta::hours(24),
        }
    }
}

/// A hint from outside holds a source back this long at most, so that a typing error does not silence it for years.
pub const HINT_DAYS_MAX: i64 = 7;
/// Entries whose dates tell the rhythm.
const RHYTHM_ENTRIES: usize = 12;
/// Waiting time after the first failure; doubled with every further one.
const FIRST_BACKOFF_SECONDS: i64 = 60;
/// The part of a rhythm that jitter adds at most: one in so many.
const RHYTHM_JITTER: i64 = 20;
/// The same of the waiting time after failures.
const BACKOFF_JITTER: i64 = 10;

/// Returns the learned waiting time between polls in seconds, within `limits`.
///
/// A new source is asked at the shortest rhythm first and then less and less often: what its dates say is where it
/// ends, half the mean distance between the latest entries, and a poll that brought nothing never goes beyond four times
/// that. News sets the rhythm to what the dates say.
pub fn poll_interval(
    now: Timestamp,
    old: &SourceState,
    feed: Option<&Feed>,
    brought_news: bool,
    limits: &PollLimits,
) -> i64 {
    let (min, max) = (limits.min.num_seconds().max(1), limits.max.num_seconds().max(1));
    let from_dates = feed.and_then(|feed| publishing_gap(now, feed)).map(|gap| gap / 2);
    let seconds = match old.interval_seconds {
        None => min,
        Some(last) if brought_news => from_dates.unwrap_or(last / 2),
        Some(last) => (last + last / 4).min(from_dates.map_or(i64::MAX, |usual| usual.saturating_mul(4))),
    };
    seconds.clamp(min.min(max), max)
}

fn publishing_gap(now: Timestamp, feed: &Feed) -> Option<i64> {
    let dates = latest_dates(now, feed);
    let (newest, oldest) = (*dates.first()?, *dates.last()?);
    let between = dates.len().checked_sub(1).filter(|gaps| *gaps > 0)?;
    // A feed that has fallen silent is as slow as its silence.
    Some(((newest - oldest) / between as i64).max((now.timestamp() - newest) / 4))
}

fn latest_dates(now: Timestamp, feed: &Feed) -> Vec<i64> {
    let mut dates: Vec<i64> = feed
        .entries
        .iter()
        .filter_map(|entry| entry.published.or(entry.updated))
        .filter(|at| *at <= now)
        .map(|at| at.timestamp())
        .collect();
    dates.sort_unstable_by(|a, b| b.cmp(a));
    dates.truncate(RHYTHM_ENTRIES);
    dates
}

/// Returns the usual distance between a source's entries in seconds: what their dates say, else how long it took until
/// this poll brought something.
pub fn usual_gap(now: Timestamp, old: &SourceState, feed: &Feed, brought_news: bool) -> Option<i64> {
    if !brought_news {
        return old.usual_gap_seconds;
    }
    let dates = latest_dates(now, feed);
    if let [newest, .., oldest] = dates[..] {
        return Some((newest - oldest) / (dates.len() - 1) as i64);
    }
    let waited = old.changed_at.map(|at| (now - at).num_seconds());
    match (waited, old.usual_gap_seconds) {
        (Some(waited), Some(usual)) => Some((usual * 3 + waited) / 4),
        (waited, usual) => waited.or(usual),
    }
}

/// Returns when the latest of a source's entries is from.
pub fn newest_at(now: Timestamp, old: &SourceState, feed: &Feed) -> Option<Timestamp> {
    let newest = latest_dates(now, feed).first().copied();
    newest
        .and_then(|at| Timestamp::from_timestamp(at, 0))
        .max(old.newest_at)
}

/// Returns how a feed asks to be paced.
pub fn pace(feed: &Feed) -> Pace {
    let bits = |numbers: &[u8]| numbers.iter().filter(|n| **n < 32).fold(0, |mask, n| mask | 1 << n);
    Pace {
        ttl_minutes: feed.ttl_minutes,
        skip_hours: bits(&feed.skip_hours),
        skip_days: bits(&feed.skip_days),
    }
}

/// Returns how long a good answer and its feed ask to be left alone, in seconds.
pub fn asked_rest(now: Timestamp, pace: Pace, fresh_until: Option<Timestamp>) -> Option<i64> {
    let fresh = fresh_until.map(|at| (at - now).num_seconds());
    fresh.max(pace.ttl_minutes.map(|minutes| i64::from(minutes) * 60))
}

/// Returns when to poll again after a good answer.
pub fn next_after_success(
    now: Timestamp,
    source: &Source,
    state: &SourceState,
    limits: &PollLimits,
) -> Option<Timestamp> {
    if source.schedule != Schedule::Adaptive {
        return source.schedule.next_after(now);
    }
    let learned = state.interval_seconds.unwrap_or(limits.min.num_seconds());
    let next = now + TimeDelta::seconds(learned) + jitter(source, now, learned / RHYTHM_JITTER);
    let rest = TimeDelta::days(HINT_DAYS_MAX)
        .num_seconds()
        .min(state.asked_rest_seconds.unwrap_or(0));
    Some(past_skips(
        now,
        next.max(now + TimeDelta::seconds(rest)),
        state.pace,
        limits,
    ))
}

/// Returns the first moment from `at` on that the publisher allows; where it allows none, as seldom as we ever poll,
/// and still not before `at`, which other hints may have set.
fn past_skips(now: Timestamp, at: Timestamp, pace: Pace, limits: &PollLimits) -> Timestamp {
    after_skips(at, pace).unwrap_or(at.max(now + limits.max))
}

/// Moves a moment out of the hours and days in which the publisher asks not to be polled; none when these are all.
fn after_skips(at: Timestamp, pace: Pace) -> Option<Timestamp> {
    let skipped = |at: Timestamp| {
        pace.skip_hours >> at.hour() & 1 == 1 || pace.skip_days >> at.weekday().num_days_from_sunday() & 1 == 1
    };
    let mut moved = at;
    for _ in 0..HINT_DAYS_MAX * 24 {
        if !skipped(moved) {
            return Some(moved);
        }
        let into_hour = TimeDelta::seconds(i64::from(moved.minute() * 60 + moved.second()));
        moved = moved + TimeDelta::hours(1) - into_hour;
    }
    None
}

/// Returns when to poll again after a failure: later with every one in a row, never sooner than `retry_at`.
pub fn next_after_failure(
    now: Timestamp,
    source: &Source,
    state: &SourceState,
    retry_at: Option<Timestamp>,
    limits: &PollLimits,
) -> Option<Timestamp> {
    let doublings = state.failures.saturating_sub(1).min(16);
    let backoff = (FIRST_BACKOFF_SECONDS << doublings).min(limits.max.num_seconds().max(FIRST_BACKOFF_SECONDS));
    let patient = now + TimeDelta::seconds(backoff) + jitter(source, now, backoff / BACKOFF_JITTER);
    let next = match source.schedule {
        Schedule::Adaptive => past_skips(now, patient.max(now + limits.min), state.pace, limits),
        // The owner's rhythm stays: one failure changes nothing, further ones put the next run off.
        _ => source
            .schedule
            .next_after(if state.failures > 1 { patient } else { now })?,
    };
    let latest = now + TimeDelta::days(HINT_DAYS_MAX);
    Some(retry_at.map_or(next, |at| next.max(at.min(latest))))
}

/// Returns a delay between nothing and `most` seconds that depends on the source and the moment alone.
fn jitter(source: &Source, now: Timestamp, most: i64) -> TimeDelta {
    if most <= 0 {
        return TimeDelta::zero();
    }
    let hash = Sha256::new()
        .chain_update(&source.address)
        .chain_update(now.timestamp().to_le_bytes())
        .finalize();
    let number = u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]);
    TimeDelta::seconds(i64::from(number) % (most + 1))
}

#[cfg(test)]
mod tests;
