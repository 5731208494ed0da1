//! Who polls: the daemon's own round, unless a command that was handed to it does.
//!
//! While polling is lent, the daemon begins no poll and reads no article, so that a command can say what came of it.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Mutex, MutexGuard, Notify};

/// Whether polling is lent, and to one command at a time.
#[derive(Debug, Default)]
pub struct Polling {
    borrower: Mutex<()>,
    is_lent: AtomicBool,
    changed: Notify,
}

/// Polling is somebody's while this is held.
#[derive(Debug)]
pub struct Lent<'a> {
    polling: &'a Polling,
    _borrower: MutexGuard<'a, ()>,
}

impl Polling {
    /// Borrows it; waits while another command has it.
    pub async fn borrow(&self) -> Lent<'_> {
        let borrower = self.borrower.lock().await;
        self.is_lent.store(true, Ordering::Relaxed);
        self.changed.notify_one();
        Lent {
            polling: self,
            _borrower: borrower,
        }
    }

    /// Whether a command has it.
    pub fn is_lent(&self) -> bool {
        self.is_lent.load(Ordering::Relaxed)
    }

    /// Ends when it was lent or given back since this last ended.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.polling.is_lent.store(false, Ordering::Relaxed);
        self.polling.changed.notify_one();
    }
}
