//! Articles that other workers read get their places in stories.

use std::sync::Arc;

use crate::jobs::runtime::{Context, JobError};
use crate::store::StoreError;

/// Articles placed in one transaction, which is short enough for a server at some distance.
const AT_ONCE: usize = 50;

/// Gives all articles their places that wait for them.
///
/// # Errors
/// The store cannot be used, or another worker places them.
pub async fn run(ctx: &Arc<Context>) -> Result<(), JobError> {
    let stop = ctx.shared.stop();
    while !stop.is_cancelled() {
        match ctx.store.place_waiting(ctx.clock.now(), AT_ONCE).await {
            Ok(placed) if placed < AT_ONCE => return Ok(()),
            // What another worker writes just now is written at the next try.
            Ok(_) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
