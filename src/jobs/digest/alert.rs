//! Alerts: a story whose heat passes a mark is told at once, once, several together, and not at night.
//!
//! An alert is a digest like any other to the store and the channels: frozen, delivered, its stories told under its own
//! name. A digest that comes later shows them as told already.

use std::sync::Arc;

use chrono::TimeDelta;

use super::compose::ComposedDigest;
use super::freeze;
use super::input::{self, OutletNames};
use crate::config::AlertSettings;
use crate::digest::{Coverage, DigestInput, DigestKind, DigestOptions, TopicInput, Window};
use crate::domain::schedule::LastRun;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::jobs::runtime::catch_panic::{self, WorkFailure};
use crate::jobs::runtime::{Context, JobError};
use crate::ranking;
use crate::store::digests::DigestStory;

/// A story is hot news for this many days after its last article.
const ALERT_DAYS: i64 = 2;

/// Records an alert for every setting that has hot stories and may speak now. Returns how many were recorded.
///
/// # Errors
/// The store cannot be used.
pub async fn run_due(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let _one_at_a_time = ctx.shared.digests.lock().await;
    let now = ctx.clock.now();
    let mut recorded = 0;
    for alert in &ctx.config.alerts {
        // What was there before the alert was configured is not news.
        let last = ctx.store.digest_done(&alert.name, now).await?;
        let is_too_soon = ctx
            .store
            .last_sent(&alert.name)?
            .is_some_and(|sent| now - sent.at < alert.batch);
        if is_too_soon || alert.is_quiet(now) {
            continue;
        }
        let since = last.at.max(now - TimeDelta::days(ALERT_DAYS));
        let found = ctx
            .store
            .digest_stories(&alert.name, &alert.topic, Some(since), now, i64::MAX)?;
        let hot: Vec<DigestStory> = found.into_iter().filter(|story| is_hot(story, alert.heat)).collect();
        if !hot.is_empty() {
            let items = members(&hot);
            or_unmade(ctx, now, alert, items, record(ctx, now, alert, hot)).await?;
            recorded += 1;
        }
    }
    Ok(recorded)
}

/// Whether a story is told: hot enough, with something new in it, and no alert of this name has told any of it.
fn is_hot(found: &DigestStory, mark: i32) -> bool {
    let others = found.story.members.len().saturating_sub(1);
    let best = found.story.members.iter().map(|member| member.quality).max();
    found.told.is_empty()
        && !found.fresh.is_empty()
        && best.is_some_and(|quality| ranking::heat(quality, others, true) >= mark)
}

/// Returns all that stories hold.
fn members(stories: &[DigestStory]) -> Vec<(StoryId, ArticleId)> {
    let of_story = |found: &DigestStory| {
        let id = found.story.id;
        let members = found.story.members.iter().map(|member| (id, member.article.id));
        members.collect::<Vec<_>>()
    };
    stories.iter().flat_map(of_story).collect()
}

/// Makes an alert. One that panics is an alert that was not delivered, and its stories are not tried again under its name: the
/// next digest tells them.
async fn or_unmade(
    ctx: &Arc<Context>,
    now: Timestamp,
    alert: &AlertSettings,
    items: Vec<(StoryId, ArticleId)>,
    work: impl Future<Output = Result<(), JobError>>,
) -> Result<(), JobError> {
    match catch_panic::catch(work).await {
        Ok(()) => Ok(()),
        Err(WorkFailure::Failed(error)) => Err(error),
        Err(WorkFailure::Panicked(said)) => {
            let (name, kind, done) = (&alert.name, DigestKind::Alert, LastRun::starting(now));
            freeze::record_unmade(ctx, name, kind, &alert.deliver, items, done, &said).await?;
            Ok(())
        }
    }
}

async fn record(
    ctx: &Arc<Context>,
    now: Timestamp,
    alert: &AlertSettings,
    hot: Vec<DigestStory>,
) -> Result<(), JobError> {
    let outlets = OutletNames::of_sources(&ctx.store)?;
    let stories = hot.into_iter().map(|found| {
        let fresh = found.fresh.clone();
        input::story(found, &fresh, &outlets, None)
    });
    let stories = stories.collect();
    let options = DigestOptions {
        archive_hint: Some(format!("tidings stories --topic \"{}\"", alert.topic)),
        ..DigestOptions::new(alert.zone)
    };
    let input = DigestInput {
        name: alert.name.clone(),
        kind: DigestKind::Alert,
        sections: vec![TopicInput {
            topic: alert.topic.clone(),
            is_introduction: false,
            stories,
            pages: Vec::new(),
        }],
        pages: Vec::new(),
        deadlines: Vec::new(),
        coverage: Coverage::default(),
        undelivered: Vec::new(),
    };
    let composed = ComposedDigest::of(&input, Window { from: None, to: now }, options, Vec::new());
    freeze::record(
        ctx,
        now,
        &alert.name,
        &alert.deliver,
        false,
        composed,
        LastRun::starting(now),
    )
    .await?;
    Ok(())
}
