//! The end: what is nearly done is finished, the rest is given back.

use std::time::Duration;

use super::Daemon;
use crate::jobs::settle;

/// How long polls and articles may go on after the order to stop, in milliseconds: most are done by then, and what is not
/// waits for a server and is asked again.
const WORK_MILLISECONDS: u64 = 1_000;
/// How long a delivery may go on after that, in seconds: cut off, it might arrive twice.
const STOP_SECONDS: u64 = 5;

impl Daemon {
    /// Stops everything within seconds.
    pub(super) async fn shut_down(mut self) {
        self.manager.stopping();
        tracing::info!(name: "daemon-stopping", "stopping");
        self.ctx.shared.cancel();
        let control = self.control.take();
        let orders = async {
            if let Some(control) = control {
                control.stop().await;
            }
        };
        let crew = &mut self.crew;
        crew.drop_waiting();
        let work = async {
            while !crew.is_idle() {
                if let Err(error) = crew.next_finished().await {
                    tracing::error!("{error}");
                    break;
                }
            }
        };
        let limit = Duration::from_millis(WORK_MILLISECONDS);
        let (finished, ()) = tokio::join!(tokio::time::timeout(limit, work), orders);
        if finished.is_err() {
            tracing::info!("what was not finished in {WORK_MILLISECONDS} ms is done again at the next start");
        }
        let (delivering, settling) = (self.delivering.take(), self.settling.take());
        let chores = async {
            // A delivery under way is finished, so that its answer is not lost; errors are logged where they are.
            for chore in [delivering, settling].into_iter().flatten() {
                let _ = chore.await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(STOP_SECONDS), chores)
            .await
            .is_err()
        {
            tracing::info!("a delivery was not finished in {STOP_SECONDS} s; the next start sees to it");
        }
        self.crew.stop().await;
        self.chores.shutdown().await;
        if let Err(error) = settle::settle(&self.ctx).await {
            tracing::error!("documents are written at the next start: {error}");
        }
        tracing::info!(name: "daemon-stopped", "stopped");
    }
}
