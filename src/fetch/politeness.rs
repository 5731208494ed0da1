//! When a host may be asked: the distance between two requests to it.
//!
//! Pure: moments come in as values. `rate_limit.rs` does the waiting, `backoff.rs` remembers what hosts asked for.

use std::time::Duration;

use tokio::time::Instant;

/// What a host's pace says to a request that wants to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admit {
    /// It starts now.
    Now,
    /// Not before this moment; ask again then.
    At(Instant),
}

/// Whether a host may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostReady {
    /// Now; the next request after this one waits, where the host's requests keep a distance.
    Now { keeps_distance: bool },
    /// From this moment on.
    At(Instant),
    /// Once a request to it has ended.
    Later,
}

/// The pace of one host.
#[derive(Debug, Default)]
pub struct HostPace {
    started_at: Option<Instant>,
}

impl HostPace {
    /// Lets a request start when the last one started at least `gap` ago, and counts it as started.
    pub fn admit(&mut self, now: Instant, gap: Duration) -> Admit {
        match self.free_at(gap) {
            Some(at) if at > now => Admit::At(at),
            _ => {
                self.started_at = Some(now);
                Admit::Now
            }
        }
    }

    /// Returns when the next request may start; `None` when none was ever made.
    pub fn free_at(&self, gap: Duration) -> Option<Instant> {
        self.started_at.map(|at| at + gap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_keep_their_distance() {
        let gap = Duration::from_secs(1);
        let start = Instant::now();
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut gate = HostPace::default();
        assert_eq!(gate.admit(start, gap), Admit::Now);
        assert_eq!(gate.admit(after(10), gap), Admit::At(after(1000)));
        assert_eq!(gate.admit(after(999), gap), Admit::At(after(1000)));
        assert_eq!(gate.admit(after(1300), gap), Admit::Now);
        assert_eq!(gate.admit(after(2000), gap), Admit::At(after(2300)));
    }

    #[test]
    fn without_a_gap_nothing_waits() {
        let now = Instant::now();
        let mut gate = HostPace::default();
        assert_eq!(gate.admit(now, Duration::ZERO), Admit::Now);
        assert_eq!(gate.admit(now, Duration::ZERO), Admit::Now);
    }
}
