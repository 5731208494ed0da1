//! A changed configuration: taken over as a whole, or not at all.

use std::sync::Arc;

use super::Daemon;
use super::chores::CHORES;
use crate::config::{self, Config};
use crate::jobs::{Context, JobError};

impl Daemon {
    /// Takes over a changed configuration; a wrong one changes nothing.
    pub(super) async fn reload(&mut self) {
        let result = self.take_over().await;
        if let Err(complaint) = &result {
            tracing::error!(name: "reload-refused", "{complaint}");
        }
        self.ctx.shared.counters.reloaded(result.is_ok());
        self.complaint = result.err();
        // Ready again, either way: the daemon serves, and its words say with which settings.
        self.is_ready = false;
        if let Err(error) = self.tell_status().await {
            self.manager.ready("reloaded");
            self.pause_after(&error);
        }
    }

    async fn take_over(&mut self) -> Result<(), String> {
        let new = Config::load(&self.config_path)
            .map_err(|errors| format!("the configuration is wrong, the old settings stay:\n{errors}"))?;
        let (new, changes) = config::changes(&self.ctx.config, new);
        for key in &changes.needs_restart {
            tracing::warn!("{key} has changed and takes effect at the next start");
        }
        let ctx = self.ctx.reloaded(new).await;
        let ctx = ctx.map_err(|error| format!("the configuration cannot be used, the old settings stay: {error}"))?;
        let was_unready = |id| self.ctx.sources.get(id).is_some_and(|old| old.unready.is_some());
        let ready = ctx
            .sources
            .iter()
            .filter(|(id, source)| source.unready.is_none() && was_unready(*id));
        for (id, _) in ready {
            // Its failures were those of a secret that is there now.
            let due = ctx.store.make_due(*id, ctx.clock.now()).await;
            due.map_err(|error| format!("the configuration cannot be used, the old settings stay: {error}"))?;
        }
        self.work_with(ctx);
        self.pause = None;
        self.pauses.clear();
        tracing::info!(name: "reload-taken", "configuration reloaded: {changes}");
        Ok(())
    }

    /// Begins what only one worker does, now that this one does it, or leaves it to another.
    pub(super) async fn take_roles(&mut self) -> Result<(), JobError> {
        let roles = self.ctx.store.roles();
        let ctx = self.ctx.reloaded(self.ctx.config.clone()).await?;
        self.work_with(ctx);
        self.works_in = roles;
        Ok(())
    }

    fn work_with(&mut self, ctx: Context) {
        self.ctx = Arc::new(ctx);
        self.handed.send_replace(Arc::clone(&self.ctx));
        self.shown.send_replace(Arc::new(self.ctx.config.clone()));
        for chore in CHORES.iter().filter(|chore| chore.is_reset) {
            self.begun_at.remove(chore.name);
        }
    }
}
