//! From wall-clock times to moments: what a zone's gaps and folds do to a job.

use chrono::{MappedLocalTime, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::domain::Timestamp;

/// Wall clocks are set by less than this, in hours; Samoa's lost day is longer and nothing is owed on it.
const SHIFT_HOURS_MAX: i64 = 4;
/// Wall-clock times looked at for one run; a minutely job near a transition needs the most.
const WALLS_MAX: usize = 4_000;

type Walls<'a> = Box<dyn Iterator<Item = NaiveDateTime> + 'a>;

/// Returns the first moment after `after` that one of the wall-clock times stands for.
pub fn next_after<'a>(
    after: Timestamp,
    zone: Tz,
    is_fixed: bool,
    walls_after: impl Fn(NaiveDateTime) -> Walls<'a>,
) -> Option<Timestamp> {
    let shift = TimeDelta::hours(SHIFT_HOURS_MAX);
    let local = |at: Timestamp| at.with_timezone(&zone).naive_local();
    if is_steady(after, after, zone) {
        let wall = walls_after(local(after)).next()?;
        if let MappedLocalTime::Single(run) = zone.from_local_datetime(&wall) {
            let run = run.with_timezone(&Utc);
            if run > after && is_steady(run, run, zone) {
                return Some(run);
            }
        }
    }
    // Near a transition wall-clock order is not the order of moments.
    let mut best: Option<Timestamp> = None;
    let start = local(after).checked_sub_signed(shift)?;
    for wall in walls_after(start).take(WALLS_MAX) {
        if best.is_some_and(|best| wall > local(best) + shift) {
            break;
        }
        for run in moments(wall, zone, is_fixed) {
            if run > after && best.is_none_or(|best| run < best) {
                best = Some(run);
            }
        }
    }
    best
}

/// Whether the clock is not set within a few hours of the span.
fn is_steady(from: Timestamp, to: Timestamp, zone: Tz) -> bool {
    let shift = TimeDelta::hours(SHIFT_HOURS_MAX);
    let offset = |at: Timestamp| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    offset(from - shift) == offset(to + shift)
}

/// Returns the moments at which a job set for `wall` runs.
fn moments(wall: NaiveDateTime, zone: Tz, is_fixed: bool) -> Vec<Timestamp> {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(run) => vec![run.with_timezone(&Utc)],
        MappedLocalTime::Ambiguous(first, _) if is_fixed => vec![first.with_timezone(&Utc)],
        MappedLocalTime::Ambiguous(first, second) => vec![first.with_timezone(&Utc), second.with_timezone(&Utc)],
        MappedLocalTime::None if is_fixed => after_gap(wall, zone).into_iter().collect(),
        // An interval job's next beat comes after the gap by itself.
        MappedLocalTime::None => Vec::new(),
    }
}

/// Returns the moment at which the gap that swallows `wall` ends; none when it swallows the whole day.
fn after_gap(wall: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let minute = wall.date().and_time(NaiveTime::MIN)
        + TimeDelta::minutes((wall - wall.date().and_time(NaiveTime::MIN)).num_minutes());
    (1..=SHIFT_HOURS_MAX * 60)
        .find_map(|minutes| {
            zone.from_local_datetime(&(minute + TimeDelta::minutes(minutes)))
                .earliest()
        })
        .map(|end| end.with_timezone(&Utc))
}
