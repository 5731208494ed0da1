//! The end: what is nearly done is finished, the rest is given back, and nothing is begun.
//!
//! Two seconds after it was told to, the process is gone, whatever waits: documents that are due stay marked and are
//! written at the next start, reads and writes that would take longer are ended by the database.
//!
//! The order is one, `SharedState::cancel`. What it leaves a moment to is ended afterwards, each at its own time: reads after
//! polls, writes after deliveries, whose answers are still to be written.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use super::Daemon;
use super::chores::DELIVERING;
use crate::jobs::Context;
use crate::jobs::archive::write_documents;

/// How long polls and articles may go on after the order to stop, in milliseconds: most are done by then, and what is not
/// waits for a server and is asked again.
const WORK_MILLISECONDS: u64 = 1_000;
/// How long a delivery may go on after the order to stop, in milliseconds: cut off, it might arrive twice.
const DELIVERY_MILLISECONDS: u64 = 1_500;

/// Returns what waits for the order to stop, and has it known at once, whatever the loop is doing.
///
/// # Errors
/// Signals cannot be received.
pub(super) fn watch(ctx: Arc<Context>) -> std::io::Result<impl Future<Output = ()> + Send> {
    let stop = ctx.shared.stop();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = stop.cancelled() => {}
        }
        ctx.shared.cancel();
        tokio::time::sleep(Duration::from_millis(WORK_MILLISECONDS)).await;
        ctx.store.end_reads();
    })
}

impl Daemon {
    /// Stops everything within two seconds.
    pub(super) async fn shut_down(mut self) {
        let begun = tokio::time::Instant::now();
        self.manager.stopping();
        tracing::info!(name: "daemon-stopping", "stopping");
        self.ctx.shared.cancel();
        let control = self.control.take();
        let orders = async {
            if let Some(control) = control {
                control.stop().await;
            }
        };
        let pool = &mut self.pool;
        pool.drop_waiting();
        let work = async {
            while !pool.is_idle() {
                if let Err(error) = pool.next_finished().await {
                    tracing::error!("{error}");
                    break;
                }
            }
        };
        let limit = begun + Duration::from_millis(WORK_MILLISECONDS);
        let (finished, ordered) = tokio::join!(
            tokio::time::timeout_at(limit, work),
            tokio::time::timeout_at(limit, orders)
        );
        if finished.is_err() || ordered.is_err() {
            tracing::info!("what was not finished in {WORK_MILLISECONDS} ms is done again at the next start");
        }
        self.pool.stop().await;
        self.note_finished().await;
        self.beside.abort_all();
        let delivering = self.alone.remove(DELIVERING);
        self.alone.values().for_each(JoinHandle::abort);
        if let Some(mut delivery) = delivering {
            // Its answer would be lost.
            let limit = begun + Duration::from_millis(DELIVERY_MILLISECONDS);
            match tokio::time::timeout_at(limit, &mut delivery).await {
                Ok(Ok(result)) => self.note(DELIVERING, result),
                Ok(Err(error)) => tracing::error!("{DELIVERING} panicked: {error}"),
                Err(_) => {
                    delivery.abort();
                    tracing::warn!(
                        "a delivery was not finished in {DELIVERY_MILLISECONDS} ms; the next start sees to it"
                    );
                }
            }
        }
        self.ctx.store.end_writes();
        if write_documents::is_owed(&self.ctx) {
            tracing::info!("documents that wait are written at the next start");
        }
        tracing::info!(name: "daemon-stopped", "stopped");
    }
}
