//! The lock file: who owns the store, and whether the last owner ended in order.
//!
//! It holds a word while the store is owned or a check is owed, and nothing otherwise. So an owner that was killed, or a
//! machine that lost its power, leaves the word behind, and the next owner knows; only a check that found nothing, or an
//! end in order, takes it away.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use super::error::StoreError;

/// What the lock file holds while the store is owned.
const OWNED: &[u8] = b"owned: if no tidings runs, the last one did not end in order\n";
/// How often the lock is tried, and the pause after each try.
const LOCK_TRIES: u32 = 5;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Makes this process the owner of the store in `folder` and returns its lock, with what stands in it.
pub fn take(folder: &Path) -> Result<File, StoreError> {
    let unusable = |error| StoreError::folder(folder, error);
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(folder.join("lock"))
        .map_err(unusable)?;
    // A process that is being started holds what the one that starts it held, for a moment; its owner may be gone already.
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
    }
    Err(StoreError::Locked {
        path: folder.to_path_buf(),
    })
}

/// Takes note in the lock file that the store is owned. Returns whether the last owner's note still stood there.
pub fn begin(lock: &mut File) -> io::Result<bool> {
    let mut left = Vec::new();
    lock.rewind()?;
    Read::by_ref(lock).take(OWNED.len() as u64).read_to_end(&mut left)?;
    if left.is_empty() {
        lock.rewind()?;
        lock.write_all(OWNED)?;
        lock.sync_data()?;
    }
    Ok(!left.is_empty())
}

/// Takes the note away.
pub fn end(lock: &File) {
    if let Err(error) = lock.set_len(0) {
        tracing::warn!("the database will be checked at the next start without need: {error}");
    }
}
