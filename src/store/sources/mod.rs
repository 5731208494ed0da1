//! Sources: those that are followed, what a poll of one brings, and what documents bring instead of one.

mod host_state;
pub(super) mod tombstones;
mod entries;
mod syndication;
pub(super) mod source_state;
mod source_sync;
mod polls;
mod import;

pub use super::rows::host_leases::ClaimedHosts;
pub use import::{DocumentName, ImportedArticle, ImportedStory};
pub use polls::{LeasedSources, SourceAdmission};
pub use source_state::StoredSource;
