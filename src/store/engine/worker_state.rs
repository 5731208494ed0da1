//! What the writer thread lets others know of this worker.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::Notify;

use super::roles::HeldRoles;

/// How this worker stands among those of its store.
#[derive(Debug, Default)]
pub struct WorkerState {
    pub roles: HeldRoles,
    pub roles_changed: Notify,
    /// Until when nobody counts it as dead; never where it is alone.
    sure_until: Mutex<Option<Instant>>,
    /// How far this machine's clock is behind the server's, in seconds.
    pub behind: Arc<AtomicI64>,
}

impl WorkerState {
    /// Takes note that the term was renewed.
    pub fn renewed(&self, sure_until: Instant, behind: i64) {
        *self.lock() = Some(sure_until);
        self.behind.store(behind, Ordering::Relaxed);
    }

    /// Whether no other worker counts this one as dead.
    pub fn is_sure(&self) -> bool {
        self.lock().is_none_or(|until| Instant::now() < until)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.sure_until.lock().expect("nobody panics while setting a moment")
    }
}
