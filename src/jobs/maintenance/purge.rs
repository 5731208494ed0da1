//! Retention: articles older than `archive.keep` are purged, a few in each transaction, and their documents deleted.
//!
//! A clock may be wrong, and what is purged never comes back. So time goes on in steps here: after a leap nothing is purged
//! that was not due before it, and then some days more at each run, until the clock is caught up with. A run purges a part
//! of the archive at most.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::archive::Archive;
use crate::clustering::WINDOW_DAYS;
use crate::domain::Timestamp;
use crate::domain::plural::counted;
use crate::jobs::runtime::{Context, JobError};
use crate::store::maintenance::RetentionBounds;

/// Articles purged in one transaction.
const BATCH: usize = 100;
/// Two runs farther apart than this, in days, make a leap of the clock, or a machine that was off.
const LEAP_DAYS: i64 = 8;
/// Days by which a run after a leap goes on, for the next one.
const STEP_DAYS: i64 = 30;
/// Articles purged in one run, that is in a day: this many, or this part of the archive where that is more.
const RUN_MIN: usize = 2_000;
const RUN_PERCENT: usize = 5;

/// Purges what is past its time, and deletes documents that a killed run left. Returns how many articles went.
///
/// # Errors
/// The store or the archive folder cannot be used; what was not done is done at the next run.
pub async fn run(ctx: &Arc<Context>) -> Result<usize, JobError> {
    delete_documents(ctx).await?;
    let Some(keep) = ctx.config.archive.keep else {
        return Ok(0);
    };
    let now = ctx.clock.now();
    let (as_of, next) = trusted(now, ctx.store.purged_as_of()?);
    if next < now {
        tracing::warn!(
            "{} have gone by since the last purge, by the clock; it goes on {STEP_DAYS} days a day, for the clock may be wrong",
            counted(
                usize::try_from((now - as_of).num_days()).unwrap_or_default(),
                "day",
                "days"
            )
        );
    }
    let Some(before) = as_of.checked_sub_signed(keep) else {
        return Ok(0);
    };
    let most = RUN_MIN.max(ctx.store.article_count()? / 100 * RUN_PERCENT);
    let bounds = RetentionBounds {
        before,
        live_since: now - TimeDelta::days(WINDOW_DAYS),
    };
    let mut purged = 0;
    while purged < most {
        let gone = ctx.store.purge(now, bounds, BATCH.min(most - purged)).await?;
        if gone == 0 {
            break;
        }
        purged += gone;
        delete_documents(ctx).await?;
    }
    ctx.store.set_purged_as_of(next).await?;
    if purged > 0 {
        tracing::info!(
            articles = purged,
            "purged {} older than archive.keep",
            counted(purged, "article", "articles")
        );
    }
    if purged == most {
        tracing::info!("no more are purged in one day; what is left goes from tomorrow on");
    }
    Ok(purged)
}

/// Returns the moment as of which is purged, and the one that the next run starts from.
fn trusted(now: Timestamp, last: Option<Timestamp>) -> (Timestamp, Timestamp) {
    match last {
        Some(last) if now - last > TimeDelta::days(LEAP_DAYS) => (last, now.min(last + TimeDelta::days(STEP_DAYS))),
        // As usual, the first time, or under a clock that was ahead and is right again.
        _ => (now, now),
    }
}

/// Deletes the files of documents whose article is purged; only then are their names forgotten.
async fn delete_documents(ctx: &Context) -> Result<(), JobError> {
    let archive = Archive::to_read(&ctx.config.archive.path);
    loop {
        let names = ctx.store.purged_documents(BATCH)?;
        if names.is_empty() {
            return Ok(());
        }
        archive.remove(&names)?;
        ctx.store.purged_documents_deleted(names).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_in_steps_after_a_leap() {
        let day = |days: i64| Timestamp::UNIX_EPOCH + TimeDelta::days(days);
        let runs = |mut now: i64, mut last: Option<Timestamp>, count: usize| {
            let mut as_of = Vec::new();
            for _ in 0..count {
                let (at, next) = trusted(day(now), last);
                as_of.push((at - Timestamp::UNIX_EPOCH).num_days());
                (last, now) = (Some(next), now + 1);
            }
            as_of
        };
        assert_eq!(runs(100, None, 3), [100, 101, 102]);
        assert_eq!(runs(108, Some(day(100)), 2), [108, 109], "a run a week");
        assert_eq!(runs(160, Some(day(100)), 4), [100, 130, 162, 163], "off for two months");
        assert_eq!(runs(3_750, Some(day(100)), 4), [100, 130, 160, 190], "ten years ahead");
        assert_eq!(runs(101, Some(day(190)), 2), [101, 102], "and right again");
    }
}
