//! What the daemon does: a row each, in the order of a turn.
//!
//! A new chore is a new row. All that is kept of a chore is when it last began, and its task where two never run at a time.
//! The sign of life is none: it is given by a clock that nobody sets.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;

use self::Every::{Hours, Seconds, Start, Turn};
use self::Work::{Alone, Beside, Here};
use super::Daemon;
use crate::domain::Timestamp;
use crate::jobs::archive::write_documents;
use crate::jobs::digest::{self, alert, delivery};
use crate::jobs::maintenance::{backfill_topics, daily, merge, place_waiting, reindex};
use crate::jobs::{Context, JobError};
use crate::store::Role;

/// The chores that something else asks after.
pub(super) const WRITING: &str = "writing documents";
pub(super) const DELIVERING: &str = "delivering";

/// Dirty documents are written at most this often, in seconds.
pub(super) const WRITE_SECONDS: i64 = 60;

/// What a reload does to a chore.
const RESET: bool = true;
const KEPT: bool = false;

/// Who does a chore where there are several workers.
const ANYONE: Option<Role> = None;
const STORIES: Option<Role> = Some(Role::Stories);
const DIGESTS: Option<Role> = Some(Role::Digests);

/// What is done, in this order: name, rhythm, what a reload does to it, who does it, when it may begin, work.
#[rustfmt::skip]
pub(super) const CHORES: &[Chore] = &[
    row("matching the archive", Start, RESET, STORIES, is_at_work, Beside(|ctx| Box::pin(async move {
        backfill_topics::run(&ctx).await?;
        reindex::run(&ctx, usize::MAX).await
    }))),
    row("reading", Turn, KEPT, ANYONE, is_at_work, Here(|daemon| Box::pin(daemon.read()))),
    row("letting go of hosts", Seconds(1), KEPT, ANYONE, has_others,
        Here(|daemon| Box::pin(daemon.release_hosts()))),
    row("placing what others read", Seconds(1), KEPT, STORIES, may_place,
        Here(|daemon| Box::pin(place_waiting::run(&daemon.ctx)))),
    row("moving the window", Hours(write_documents::WINDOW_HOURS), RESET, STORIES, is_at_work,
        Here(|daemon| Box::pin(write_documents::move_window(&daemon.ctx)))),
    // The store is asked whether it is time: the hour is the store's.
    row("merging stories", Seconds(5 * 60), KEPT, STORIES, is_at_work,
        Beside(|ctx| Box::pin(async move { merge::run(&ctx).await.map(drop) }))),
    row(WRITING, Seconds(WRITE_SECONDS), KEPT, STORIES, may_write,
        Alone(|ctx| Box::pin(async move { write_documents::write_dirty(&ctx).await.map(drop) }))),
    row("composing digests", Turn, KEPT, DIGESTS, may_compose,
        Here(|daemon| Box::pin(async { digest::run_due(&daemon.ctx).await.map(drop) }))),
    row("looking for hot stories", Seconds(60), KEPT, DIGESTS, is_at_work,
        Here(|daemon| Box::pin(async { alert::run_due(&daemon.ctx).await.map(drop) }))),
    row(DELIVERING, Turn, KEPT, DIGESTS, may_deliver,
        Alone(|ctx| Box::pin(async move { delivery::deliver_due(&ctx).await.map(drop) }))),
    // After the first time the daemon serves: what comes below waits for that, and no pause keeps it from being done.
    row("telling how it goes", Seconds(10), RESET, ANYONE, always, Here(|daemon| Box::pin(daemon.tell_status()))),
    row("checking the database", Start, KEPT, ANYONE, always,
        Beside(|ctx| Box::pin(async move { daily::check_if_owed(&ctx).await }))),
    // So that the first article to be placed waits for nothing.
    row("reading the live stories", Start, RESET, STORIES, always,
        Beside(|ctx| Box::pin(async move { merge::load(&ctx).await }))),
    row("keeping the house", Hours(daily::MAINTENANCE_HOURS), RESET, STORIES, always,
        Beside(|ctx| Box::pin(async move { daily::run_daily(&ctx).await }))),
];

/// One thing to do.
pub(super) struct Chore {
    /// What it is called where it fails.
    pub name: &'static str,
    pub every: Every,
    /// A reload has it done anew: what it did was by the old settings.
    pub is_reset: bool,
    /// The role it belongs to, which one worker has; none where each does it for itself.
    pub role: Option<Role>,
    /// What else must be so, so that it begins.
    pub may: fn(&Daemon, Timestamp) -> Result<bool, JobError>,
    pub work: Work,
}

const fn row(
    name: &'static str,
    every: Every,
    is_reset: bool,
    role: Option<Role>,
    may: fn(&Daemon, Timestamp) -> Result<bool, JobError>,
    work: Work,
) -> Chore {
    Chore {
        name,
        every,
        is_reset,
        role,
        may,
        work,
    }
}

/// How often a chore is done.
#[derive(Debug, Clone, Copy)]
pub(super) enum Every {
    /// At the start alone.
    Start,
    /// At every turn of the loop at which it may.
    Turn,
    Seconds(i64),
    Hours(i64),
}

impl Every {
    /// Whether it is time for what last began at `last`.
    pub fn is_due(self, last: Option<Timestamp>, now: Timestamp) -> bool {
        let Some(last) = last else { return true };
        match self {
            Self::Start => false,
            Self::Turn => true,
            Self::Seconds(seconds) => now - last >= TimeDelta::seconds(seconds),
            Self::Hours(hours) => now - last >= TimeDelta::hours(hours),
        }
    }
}

type Done<'a> = BoxFuture<'a, Result<(), JobError>>;

/// Where a chore is done.
pub(super) enum Work {
    /// In the loop, which waits for it and pauses if it fails.
    Here(for<'a> fn(&'a mut Daemon) -> Done<'a>),
    /// Beside the loop, which turns again when it ends.
    Beside(fn(Arc<Context>) -> Done<'static>),
    /// Beside the loop, and never two at a time.
    Alone(fn(Arc<Context>) -> Done<'static>),
}

fn always(_: &Daemon, _: Timestamp) -> Result<bool, JobError> {
    Ok(true)
}

/// There may be other workers; a pause here is no reason to keep hosts from them.
fn has_others(daemon: &Daemon, _: Timestamp) -> Result<bool, JobError> {
    Ok(daemon.ctx.held_hosts.is_some())
}

/// Some may wait in a file too that was carried there.
fn may_place(daemon: &Daemon, now: Timestamp) -> Result<bool, JobError> {
    Ok(is_at_work(daemon, now)? && daemon.ctx.store.has_unplaced()?)
}

/// No pause, which a store that failed makes.
fn is_at_work(daemon: &Daemon, now: Timestamp) -> Result<bool, JobError> {
    Ok(!daemon.is_paused(now))
}

/// A command that polls writes documents itself.
fn may_write(daemon: &Daemon, now: Timestamp) -> Result<bool, JobError> {
    let is_lent = daemon.ctx.shared.poll_lock.is_held();
    Ok(is_at_work(daemon, now)? && !is_lent && daemon.ctx.store.has_dirty_documents()?)
}

fn may_compose(daemon: &Daemon, now: Timestamp) -> Result<bool, JobError> {
    Ok(is_at_work(daemon, now)? && !daemon.is_catching_up(now))
}

fn may_deliver(daemon: &Daemon, now: Timestamp) -> Result<bool, JobError> {
    Ok(is_at_work(daemon, now)? && daemon.ctx.store.next_delivery_due()?.is_some_and(|at| at <= now))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[track_caller]
    fn check(every: Every, seconds_ago: Option<i64>, expected: bool) {
        let now: Timestamp = "2026-03-02T06:30:00Z".parse().unwrap();
        let last = seconds_ago.map(|seconds| now - TimeDelta::seconds(seconds));
        assert_eq!(every.is_due(last, now), expected, "{every:?}, {seconds_ago:?}");
    }

    #[test]
    fn a_chore_is_due_by_its_rhythm() {
        for every in [Start, Turn, Seconds(10), Hours(1)] {
            check(every, None, true);
        }
        check(Start, Some(1_000_000), false);
        check(Turn, Some(0), true);
        check(Seconds(10), Some(9), false);
        check(Seconds(10), Some(10), true);
        check(Hours(1), Some(3_599), false);
        check(Hours(1), Some(3_600), true);
    }

    #[test]
    fn a_clock_set_back_holds_up_no_turn() {
        check(Turn, Some(-60), true);
    }

    #[test]
    fn each_name_is_one_chores() {
        let names: HashSet<_> = CHORES.iter().map(|chore| chore.name).collect();
        assert_eq!(names.len(), CHORES.len());
    }
}
