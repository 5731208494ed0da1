//! How long what failed is left alone: longer each time it fails again.

use chrono::TimeDelta;

use crate::domain::Timestamp;

/// The first pause, in seconds.
pub(super) const FIRST_SECONDS: i64 = 30;
/// The longest, in seconds: a disk with room again, or a database that is free, is noticed within that.
const SECONDS_MAX: i64 = 480;

/// A time in which something that failed is not tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pause {
    pub until: Timestamp,
    pub seconds: i64,
}

impl Pause {
    /// Returns the pause after a failure; `last` is the one before, however long ago. What went well for as long as it paused
    /// begins anew.
    pub fn after(last: Option<Self>, now: Timestamp) -> Self {
        let seconds = match last {
            // Things that fail together fail once.
            Some(last) if last.is_on(now) => return last,
            Some(last) if now - last.until <= TimeDelta::seconds(last.seconds) => (last.seconds * 2).min(SECONDS_MAX),
            _ => FIRST_SECONDS,
        };
        let until = now + TimeDelta::seconds(seconds);
        Self { until, seconds }
    }

    /// Whether it lasts. One whose end a clock set back has moved away is over.
    pub fn is_on(self, now: Timestamp) -> bool {
        now < self.until && self.until - now <= TimeDelta::seconds(self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_again_and_again_is_tried_less_and_less() {
        let mut now: Timestamp = "2026-03-02T06:30:00Z".parse().unwrap();
        let (mut last, mut seconds) = (None, Vec::new());
        for _ in 0..6 {
            let pause = Pause::after(last, now);
            assert_eq!(Pause::after(Some(pause), now), pause, "what fails with it");
            assert!(pause.is_on(now) && !pause.is_on(pause.until));
            seconds.push(pause.seconds);
            (last, now) = (Some(pause), pause.until + TimeDelta::seconds(1));
        }
        assert_eq!(seconds, [30, 60, 120, 240, 480, 480]);
        assert_eq!(Pause::after(last, now + TimeDelta::hours(1)).seconds, 30);
        assert!(!last.unwrap().is_on(now - TimeDelta::days(1)), "a clock set back");
    }
}
