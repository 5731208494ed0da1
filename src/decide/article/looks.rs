//! When an article's page is asked for again.

use chrono::TimeDelta;

use crate::domain::Timestamp;

/// Tries of a page that does not answer, and how long after each the next one comes, in minutes.
const RETRY_MINUTES: [i64; 3] = [10, 60, 360];
/// How long after a look that gave nothing to believe the page is asked for again, in hours.
const ASK_AGAIN_HOURS: i64 = 6;
/// When an article of a followed topic is looked at again, in hours after it was first seen.
const LOOK_HOURS: [i64; 3] = [6, 24, 72];

/// Returns when a page that failed after so many tries is asked for again, if at all.
pub fn retry_at(now: Timestamp, tries: u32) -> Option<Timestamp> {
    let minutes = RETRY_MINUTES.get(tries as usize)?;
    Some(now + TimeDelta::minutes(*minutes))
}

/// Returns when a page that showed something else than its article, after so many tries, is asked for again before the next
/// look.
pub(super) fn ask_again_at(now: Timestamp, tries: u32) -> Option<Timestamp> {
    ((tries as usize) < RETRY_MINUTES.len()).then(|| now + TimeDelta::hours(ASK_AGAIN_HOURS))
}

/// Returns when an article first seen then is looked at again after so many looks, if at all.
pub fn next_look(seen_at: Timestamp, looks: u32, now: Timestamp) -> Option<Timestamp> {
    let hours = LOOK_HOURS.get(looks as usize)?;
    Some((seen_at + TimeDelta::hours(*hours)).max(now + TimeDelta::hours(1)))
}
