//! How it goes, in the words that `systemctl status` shows ("412 sources, 9 failing, next digest 08:00"), and that it goes on:
//! what the service manager is told.

use std::sync::Arc;

use chrono_tz::Tz;

use super::Daemon;
use crate::domain::Timestamp;
use crate::jobs::{Context, JobError, digest};

impl Daemon {
    /// Says in words how it goes, and after the first round that the daemon serves.
    pub(super) async fn tell_status(&mut self) -> Result<(), JobError> {
        let now = self.ctx.clock.now();
        let words = words(&self.ctx, now, self.complaint.as_deref()).await?;
        match self.is_ready {
            true => self.manager.status(&words),
            false => self.manager.ready(&words),
        }
        if !std::mem::replace(&mut self.was_ready, true) {
            tracing::info!(name: "daemon-ready", "ready: {words}");
        }
        self.is_ready = true;
        Ok(())
    }

    /// Gives a sign of life where one is expected, once the writer has answered: this loop runs, or nothing would be sent,
    /// and a writer that hangs keeps it from being sent.
    pub(super) async fn give_sign_of_life(&mut self) -> Result<(), JobError> {
        let Some(every) = self.manager.watchdog_interval() else {
            return Ok(());
        };
        if self.alive_at.is_none_or(|at| at.elapsed() >= every / 2) {
            self.ctx.store.ping().await?;
            self.manager.alive();
            self.alive_at = Some(tokio::time::Instant::now());
        }
        Ok(())
    }
}

/// Returns the words.
///
/// # Errors
/// The store cannot be used.
async fn words(ctx: &Arc<Context>, now: Timestamp, complaint: Option<&str>) -> Result<String, JobError> {
    let failing = ctx.store.failing_sources()?;
    let next = digest::next_due(ctx).await?;
    Ok(said(
        ctx.config.sources.len(),
        failing,
        next,
        now,
        ctx.config.zone,
        complaint,
    ))
}

fn said(
    sources: usize,
    failing: usize,
    next: Option<Timestamp>,
    now: Timestamp,
    zone: Tz,
    complaint: Option<&str>,
) -> String {
    let mut words = format!("{sources} source{}", if sources == 1 { "" } else { "s" });
    if failing > 0 {
        words.push_str(&format!(", {failing} failing"));
    }
    match next {
        Some(at) => {
            let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
            let is_today = at.date_naive() <= now.date_naive();
            let form = if is_today { "%H:%M" } else { "%a %d %b %H:%M" };
            words.push_str(&format!(", next digest {}", at.format(form)));
        }
        None => words.push_str(", no digest"),
    }
    match complaint {
        // What is wrong stands first: it is what the reader of a status looks for.
        Some(complaint) => format!("{complaint} ({words})"),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::said;

    #[track_caller]
    fn check(sources: usize, failing: usize, next: Option<&str>, complaint: Option<&str>, expected: &str) {
        let now = "2026-03-02T06:30:00Z".parse().unwrap();
        let next = next.map(|next| next.parse().unwrap());
        let words = said(sources, failing, next, now, chrono_tz::Europe::Berlin, complaint);
        assert_eq!(words, expected);
    }

    #[test]
    fn the_words_are_short() {
        check(
            412,
            9,
            Some("2026-03-02T07:00:00Z"),
            None,
            "412 sources, 9 failing, next digest 08:00",
        );
        check(
            1,
            0,
            Some("2026-03-02T23:30:00Z"),
            None,
            "1 source, next digest Tue 03 Mar 00:30",
        );
        check(
            3,
            0,
            None,
            Some("the old settings stay"),
            "the old settings stay (3 sources, no digest)",
        );
    }
}
