//! The one reader of the wall clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;

use crate::domain::Timestamp;

/// Where `now` comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The clock of a server, which this machine's is behind by so many seconds.
    Server(Arc<AtomicI64>),
    /// A clock that stands until it is set: for tests and the demo.
    Manual(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// Returns the machine's clock.
    pub fn system() -> Self {
        Self::System
    }

    /// Returns a clock that stands at `at`; clones share it.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(Mutex::new(at)))
    }

    /// Returns the time in whole seconds, as it is stored.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let now = chrono::Utc::now();
                Timestamp::from_timestamp(now.timestamp(), 0).unwrap_or(now)
            }
            Self::Server(behind) => Self::System.now() + TimeDelta::seconds(behind.load(Ordering::Relaxed)),
            Self::Manual(at) => *at.lock().expect("nobody panics while setting the clock"),
        }
    }

    /// Sets a manual clock. The machine's clock is left alone.
    pub fn set(&self, to: Timestamp) {
        if let Self::Manual(at) = self {
            *at.lock().expect("nobody panics while setting the clock") = to;
        }
    }

    /// Moves a manual clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }
}
