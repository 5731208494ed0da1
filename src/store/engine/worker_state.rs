//! What the writer thread lets others know of this worker.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::Notify;

use super::roles::HeldRoles;

/// How this worker stands among those of its store.
#[derive(Debug, Default)]
pub struct WorkerState {
    pub roles: HeldRoles,
    pub roles_changed: Notify,
    /// Until when nobody counts it as dead, as `now` tells; none where it is alone.
    sure_until: Mutex<Option<Duration>>,
    /// How far this machine's clock is behind the server's, in seconds.
    pub behind: Arc<AtomicI64>,
}

impl WorkerState {
    /// Takes note that the term was renewed.
    pub fn renewed(&self, sure_until: Duration, behind: i64) {
        *self.lock() = Some(sure_until);
        self.behind.store(behind, Ordering::Relaxed);
    }

    /// Whether no other worker counts this one as dead.
    pub fn is_sure(&self) -> bool {
        self.lock().is_none_or(|until| Self::now() < until)
    }

    /// Returns how long ago the machine started, the time included for which it slept.
    pub fn now() -> Duration {
        let since = clock_gettime(ClockId::Boottime);
        Duration::new(
            since.tv_sec.unsigned_abs(),
            u32::try_from(since.tv_nsec).unwrap_or_default(),
        )
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Duration>> {
        self.sure_until.lock().expect("nobody panics while setting a moment")
    }
}
