//! Upkeep: the store's own health, what is taken away when its time is over, copies.

mod health;
mod reindex;
mod purge;
mod backup;

pub use super::engine::integrity::CheckDepth;
pub use backup::{BackupError, FinishedBackup, leftovers};
pub use health::{CheckInterrupt, IntegrityCheck};
pub use purge::RetentionBounds;
