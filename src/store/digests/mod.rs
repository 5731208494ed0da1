//! Digests: what is new for one, the frozen record of each, and its deliveries.

mod digest_runs;
mod deliveries;
mod deadlines;
pub(super) mod digest_record;
mod changed_pages;

pub use changed_pages::PageHistory;
pub use deadlines::DigestDates;
pub use deliveries::{DeliveryResult, DueDelivery, FailedDelivery, TroubledDelivery};
pub use digest_record::{DigestStory, FIRST_DAYS, FrozenDigest, NewDelivery, NewDigest, StoredDelivery, StoredDigest};
