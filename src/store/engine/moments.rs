//! Moments as they are stored: seconds since 1970.

use chrono::DateTime;

use crate::domain::Timestamp;

/// Returns the number a moment is stored as: seconds since 1970.
pub fn seconds(at: Timestamp) -> i64 {
    at.timestamp()
}

/// Returns the moment a stored number stands for.
pub fn moment(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// Returns the moment a stored number stands for, if there is one.
pub fn moment_or_none(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.map(moment)
}
