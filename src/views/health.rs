//! Whether the daemon can do its work: for what asks every few seconds.

use std::sync::Arc;
use std::time::Duration;

use chrono::SubsecRound;
use serde::Serialize;

use crate::domain::Timestamp;
use crate::jobs::{Context, digest};

/// The writer answers within this time, or is taken for stuck, in seconds.
const WRITER_SECONDS_MAX: u64 = 5;

/// How the daemon fares, with what a glance wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DaemonHealth {
    /// `ok` or `failing`.
    pub status: &'static str,
    /// What keeps it from its work.
    pub reason: Option<String>,
    pub sources: usize,
    pub failing_sources: Option<usize>,
    pub next_digest_date_time: Option<Timestamp>,
}

/// Returns how the daemon fares.
pub async fn of(ctx: &Arc<Context>) -> DaemonHealth {
    let reason = trouble(ctx).await;
    let next = match reason {
        // What hangs is not asked again.
        Some(_) => None,
        None => digest::next_due(ctx).await.ok().flatten(),
    };
    DaemonHealth {
        status: if reason.is_none() { "ok" } else { "failing" },
        reason,
        sources: ctx.config.sources.len(),
        failing_sources: ctx.store.failing_sources().ok(),
        next_digest_date_time: next.map(|at| at.trunc_subsecs(0)),
    }
}

/// Returns what keeps the daemon from its work, if anything does.
async fn trouble(ctx: &Arc<Context>) -> Option<String> {
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
