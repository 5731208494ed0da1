//! Whether the daemon can do its work: for what asks every few seconds.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::document::scalar::date_time;
use crate::jobs::{Context, digest};

/// The writer answers within this time, or is taken for stuck, in seconds.
const WRITER_SECONDS_MAX: u64 = 5;

/// Returns what keeps the daemon from its work, if anything does.
pub(super) async fn trouble(ctx: &Arc<Context>) -> Option<String> {
    if let Some(damage) = ctx.store.damage() {
        return Some(damage.to_string());
    }
    let limit = Duration::from_secs(WRITER_SECONDS_MAX);
    match tokio::time::timeout(limit, ctx.store.ping()).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(format!(
            "the store's writer has not answered within {WRITER_SECONDS_MAX} s"
        )),
    }
}

/// Returns it in words, with what a glance wants to know.
pub(super) async fn as_json(ctx: &Arc<Context>, reason: Option<String>) -> Value {
    let next = match reason {
        // What hangs is not asked again.
        Some(_) => None,
        None => digest::next_due(ctx).await.ok().flatten(),
    };
    json!({
        "status": if reason.is_none() { "ok" } else { "failing" },
        "reason": reason,
        "sources": ctx.config.sources.len(),
        "failingSources": ctx.store.failing_sources().ok(),
        "nextDigestDateTime": next.map(date_time),
    })
}
