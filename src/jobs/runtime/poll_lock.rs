//! Who polls: the daemon's own round, unless a command that was handed to it does.
//!
//! While polling is lent, the daemon begins no poll and reads no article, so that a command can say what came of it.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Mutex, MutexGuard, Notify};

/// Whether polling is lent, and to one command at a time.
#[derive(Debug, Default)]
pub struct PollLock {
    borrower: Mutex<()>,
    is_held: AtomicBool,
    changed: Notify,
}

/// Polling is somebody's while this is held.
#[derive(Debug)]
pub struct PollLockGuard<'a> {
    polling: &'a PollLock,
    _borrower: MutexGuard<'a, ()>,
}

impl PollLock {
    /// Borrows it; waits while another command has it.
    pub async fn acquire(&self) -> PollLockGuard<'_> {
        let borrower = self.borrower.lock().await;
        self.is_held.store(true, Ordering::Relaxed);
        self.changed.notify_one();
        PollLockGuard {
            polling: self,
            _borrower: borrower,
        }
    }

    /// Whether a command has it.
    pub fn is_held(&self) -> bool {
        self.is_held.load(Ordering::Relaxed)
    }

    /// Ends when it was lent or given back since this last ended.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Drop for PollLockGuard<'_> {
    fn drop(&mut self) {
        self.polling.is_held.store(false, Ordering::Relaxed);
        self.polling.changed.notify_one();
    }
}
