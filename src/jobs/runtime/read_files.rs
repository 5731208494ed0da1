//! Which files of a folder need not be read again, as long as this process lives: they are told by their names.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::domain::SourceId;

/// The hashes of the files of each source that bring nothing more; no more of them than lie in its folder.
#[derive(Default)]
pub struct ReadFiles {
    by_source: Mutex<HashMap<SourceId, HashSet<u64>>>,
}

impl ReadFiles {
    /// Takes what is known of a source's files out; what is not kept again is read again.
    pub fn take(&self, source: SourceId) -> HashSet<u64> {
        let mut by_source = self.by_source.lock().unwrap_or_else(PoisonError::into_inner);
        by_source.remove(&source).unwrap_or_default()
    }

    /// Keeps what is known of a source's files.
    pub fn keep(&self, source: SourceId, files: HashSet<u64>) {
        let mut by_source = self.by_source.lock().unwrap_or_else(PoisonError::into_inner);
        by_source.insert(source, files);
    }
}
