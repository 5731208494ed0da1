//! Upkeep: the store's own health, what is taken away when its time is over, copies.

mod health;
mod reindex;
mod purge;
mod workers;
mod backup;

pub use super::engine::integrity::CheckDepth;
mod carry_over;
pub use backup::{BackupError, FinishedBackup, leftovers};
pub use carry_over::{CarriedOver, CarryStep};
pub use health::{CheckInterrupt, IntegrityCheck};
pub use purge::RetentionBounds;
pub use workers::Worker;
