//! Work that waits for a disk or a lock, done so that no worker of the runtime waits with it.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Runs `work` where it is called and returns what it returns. A worker of the runtime hands everything else it has to do
/// to another thread first: on a machine with one core, nothing waits for a slow disk but what asked for it.
pub fn run<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        // No runtime, or one that has this thread only, as tests do.
        _ => work(),
    }
}
