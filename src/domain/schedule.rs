//! When a source is polled and a digest is due: adaptive, every so often, or Unix cron in a named zone.

use chrono::TimeDelta;

/// When something is due.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// Learned from the source; see `decide`.
    Adaptive,
    /// At a fixed rhythm, anchored at the last run.
    Every(TimeDelta),
    /// Unix cron on the wall clock of a zone.
    Cron(Cron),
}

/// A Unix cron expression in a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Cron {
    pub expression: String,
    pub zone: chrono_tz::Tz,
}
