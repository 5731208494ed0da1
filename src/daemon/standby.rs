//! A daemon whose store workers of another version are at, or whose server is away: it waits, and says so.

use std::time::Duration;

use crate::service::ServiceManager;
use crate::store::{Store, StoreError};

/// How long until it looks again whether its turn has come.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Opens the store by `open`, once its server is there and no worker of another version is at it.
///
/// # Errors
/// It cannot be opened for another reason.
pub async fn open_in_turn(open: impl Fn() -> Result<Store, StoreError>) -> Result<Store, StoreError> {
    let mut manager = ServiceManager::from_environment();
    let mut told = String::new();
    loop {
        let reason = match open() {
            Err(reason @ (StoreError::OfAnotherVersion { .. } | StoreError::Away(_))) => reason.to_string(),
            opened => return opened,
        };
        if reason != told {
            tracing::info!(name: "daemon-waiting", "waits for its turn: {reason}");
            // It serves by being there: the service manager need not wait for more.
            manager.ready(&format!("waits: {reason}"));
            told = reason;
        }
        manager.alive();
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
