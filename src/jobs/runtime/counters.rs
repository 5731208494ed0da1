//! What was done since the process started, counted: for the metrics.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::domain::Timestamp;

/// How a poll may end.
pub const POLL_RESULTS: [&str; 4] = ["new", "nothing-new", "not-modified", "failed"];
/// How an attempt at a delivery may end.
pub const DELIVERY_RESULTS: [&str; 3] = ["sent", "retry", "failed"];

/// A number that grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to it.
    pub fn add(&self, more: usize) {
        self.0.fetch_add(more as u64, Ordering::Relaxed);
    }

    /// Returns it.
    pub fn get(&self) -> f64 {
        self.0.load(Ordering::Relaxed) as f64
    }
}

/// Numbers that grow, each under a name.
#[derive(Debug)]
pub struct LabelledCounter<const N: usize> {
    names: [&'static str; N],
    counts: [Counter; N],
}

impl<const N: usize> LabelledCounter<N> {
    fn new(names: [&'static str; N]) -> Self {
        Self {
            names,
            counts: std::array::from_fn(|_| Counter::default()),
        }
    }

    /// Counts one under a name that is among the names.
    pub fn count(&self, name: &str) {
        let found = self.names.iter().position(|known| *known == name);
        debug_assert!(found.is_some(), "{name} is no name here");
        if let Some(position) = found {
            self.counts[position].add(1);
        }
    }

    /// Returns all with their names.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.names.iter().copied().zip(self.counts.iter().map(Counter::get))
    }
}

/// Everything that is counted.
#[derive(Debug)]
pub struct Counters {
    started_at: OnceLock<Timestamp>,
    reload_refused: AtomicBool,
    pub polls: LabelledCounter<4>,
    pub items: Counter,
    pub new_articles: Counter,
    pub article_steps: Counter,
    pub deliveries: LabelledCounter<3>,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            started_at: OnceLock::new(),
            reload_refused: AtomicBool::new(false),
            polls: LabelledCounter::new(POLL_RESULTS),
            items: Counter::default(),
            new_articles: Counter::default(),
            article_steps: Counter::default(),
            deliveries: LabelledCounter::new(DELIVERY_RESULTS),
        }
    }
}

impl Counters {
    /// Takes note of the start, once.
    pub fn start(&self, now: Timestamp) {
        self.started_at.get_or_init(|| now);
    }

    /// Returns when the process started to work.
    pub fn started_at(&self) -> Timestamp {
        self.started_at.get().copied().unwrap_or_default()
    }

    /// Takes note of how a reload went.
    pub fn reloaded(&self, is_taken: bool) {
        self.reload_refused.store(!is_taken, Ordering::Relaxed);
    }

    /// Whether the configuration last read is in force.
    pub fn is_configured(&self) -> bool {
        !self.reload_refused.load(Ordering::Relaxed)
    }
}
