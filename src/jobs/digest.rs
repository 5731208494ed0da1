//! Digests: composed from what is new and frozen in the store; `delivery` sends what is frozen.
//!
//! Nothing is sent that is not stored first.

pub mod freeze;
pub(super) mod input;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Context, JobError};
use crate::config::DigestSettings;
use crate::deliver::message::DigestKey;
use crate::digest::{self, Digest, DigestInput, DigestKind, DigestOptions, TopicInput, UndeliveredDigest, Window};
use crate::domain::channel::Recipient;
use crate::domain::health::Condition;
use crate::domain::schedule::LastRun;
use crate::domain::{DigestId, StoryId, Timestamp};
use crate::store::Store;
use crate::store::digests::NewDigest;

/// A digest as composed, and what its record needs.
pub struct ComposedDigest {
    pub digest: Digest,
    pub options: DigestOptions,
    pub window: Window,
    /// Failed deliveries it mentions.
    reported: Vec<i64>,
    /// There is something to send: news, or a reason to break the silence.
    pub is_due: bool,
}

impl ComposedDigest {
    /// Composes what is given, to be sent whatever is in it.
    pub fn of(input: &DigestInput, window: Window, options: DigestOptions, reported: Vec<i64>) -> Self {
        Self {
            digest: digest::compose(&window, input, &options),
            options,
            window,
            reported,
            is_due: true,
        }
    }
}

/// How one run of a digest ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestRunResult {
    /// Nothing new: nothing is sent, and the run counts.
    Nothing,
    Recorded(DigestId),
}

/// Composes a digest of what is new at `now`; changes nothing.
///
/// # Errors
/// The store cannot be read.
pub fn compose(store: &Store, now: Timestamp, settings: &DigestSettings) -> Result<ComposedDigest, JobError> {
    // What was told is known by its own record; a window from a future that never came would hide all that is new.
    let from = store.last_digest_to(&settings.name)?.map(|from| match from > now {
        true => now - TimeDelta::days(1),
        false => from,
    });
    let failures = store.unreported_failures(&settings.name)?;
    let undelivered = failures
        .iter()
        .map(|f| UndeliveredDigest {
            subject: f.subject.clone(),
            channel: f.channel.clone(),
            to: f.to,
            error: f.error.clone(),
        })
        .collect();
    let mut input = DigestInput {
        name: settings.name.clone(),
        kind: DigestKind::Digest,
        sections: sections(store, now, settings, from)?,
        coverage: input::coverage(store, now)?,
        undelivered,
    };
    let window = Window { from, to: now };
    let reported: Vec<i64> = failures.into_iter().map(|f| f.id).collect();
    let composed = ComposedDigest::of(&input, window, options(settings), reported.clone());
    if !composed.digest.is_empty() {
        return Ok(composed);
    }
    // Sources that were not due yet have missed nothing.
    let is_behind =
        |t: &digest::TroubledSource| t.health.condition.is_unread() || t.health.condition == Condition::Late;
    let was_read = match store.digest_last(&settings.name)? {
        Some(last) if input.coverage.troubled.iter().any(is_behind) => input::was_read_since(store, last.at)?,
        _ => true,
    };
    let last = store.last_sent(&settings.name)?;
    match digest::kind_when_empty(now, &settings.silence, &input.coverage, was_read, last) {
        Some(kind) => {
            input.kind = kind;
            Ok(ComposedDigest::of(&input, window, options(settings), reported))
        }
        None => Ok(ComposedDigest {
            is_due: false,
            ..composed
        }),
    }
}

fn sections(
    store: &Store,
    now: Timestamp,
    settings: &DigestSettings,
    from: Option<Timestamp>,
) -> Result<Vec<TopicInput>, JobError> {
    let mut sections = Vec::new();
    let mut seen: HashSet<StoryId> = HashSet::new();
    for topic in &settings.topics {
        let is_introduction = from.is_none() || !store.topic_was_told(&settings.name, topic)?;
        let since = if is_introduction { None } else { from };
        let stories = store.digest_stories(&settings.name, topic, since, now)?;
        let stories = stories
            .into_iter()
            .filter(|s| seen.insert(s.story.id))
            .map(|s| input::story(s, from))
            .collect();
        sections.push(TopicInput {
            topic: topic.clone(),
            is_introduction,
            stories,
        });
    }
    Ok(sections)
}

fn options(settings: &DigestSettings) -> DigestOptions {
    let topic = settings.topics.first().map_or("", String::as_str);
    DigestOptions {
        language: settings.language,
        heat_min: settings.heat_min,
        stories_max: settings.stories_max.unwrap_or(usize::MAX),
        archive_hint: Some(format!("tidings stories --topic \"{topic}\"")),
        ..DigestOptions::new(settings.zone)
    }
}

/// Composes a digest and freezes it with one delivery per channel; sends nothing yet.
///
/// # Errors
/// The store cannot be used, or a message cannot be made.
pub async fn run(ctx: &Arc<Context>, now: Timestamp, settings: &DigestSettings) -> Result<DigestRunResult, JobError> {
    let _one_at_a_time = ctx.shared.digests.lock().await;
    run_alone(ctx, now, settings).await
}

async fn run_alone(ctx: &Arc<Context>, now: Timestamp, settings: &DigestSettings) -> Result<DigestRunResult, JobError> {
    let composed = compose(&ctx.store, now, settings)?;
    let name = &settings.name;
    let done = settings.schedule.done(last_done(ctx, name, now).await?, now);
    if !composed.is_due {
        tracing::info!(name: "digest-empty", digest = %name, "digest {name}: nothing new");
        ctx.store.digest_ran(name.clone(), done).await?;
        return Ok(DigestRunResult::Nothing);
    }
    let id = record(ctx, now, name, &settings.deliver, settings.thread, composed, done).await?;
    Ok(DigestRunResult::Recorded(id))
}

/// Freezes a composed digest with one delivery per recipient.
///
/// # Errors
/// The store cannot be written, or a message cannot be made.
pub(super) async fn record(
    ctx: &Arc<Context>,
    now: Timestamp,
    name: &str,
    recipients: &[Recipient],
    is_thread: bool,
    composed: ComposedDigest,
    done: LastRun,
) -> Result<DigestId, JobError> {
    let ComposedDigest {
        digest,
        options,
        window,
        reported,
        ..
    } = composed;
    let mail = ctx.config.mail.as_ref();
    let parts = freeze::DeliveryContext {
        key: DigestKey {
            name: name.to_owned(),
            window,
            // Nobody records one meanwhile: who calls holds the lock on digests.
            earlier: ctx.store.digests_ending(name, window.to)?,
            is_test: false,
        },
        subject: digest.subject.clone(),
        from: mail.map(|mail| mail.from.clone()),
        unsubscribe: mail.and_then(|mail| mail.list_unsubscribe.clone()),
    };
    let mut deliveries = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        let earlier = match is_thread {
            true => ctx.store.last_message_id(name, &recipient.channel.to_string())?,
            false => None,
        };
        deliveries.push(freeze::delivery(
            recipient, &digest, &options, &parts, &ctx.hooks, earlier,
        )?);
    }
    let stories = digest
        .told()
        .iter()
        .map(|(story, _)| *story)
        .collect::<HashSet<_>>()
        .len();
    let subject = digest.subject.clone();
    let new = NewDigest {
        name: name.to_owned(),
        kind: digest.kind,
        from: window.from,
        to: now,
        done,
        subject: subject.clone(),
        text: digest::to_text(&digest, &options),
        html: digest::to_html(&digest, &options),
        stories,
        unread: digest.coverage.sources - digest.coverage.read,
        items: digest.told(),
        reported,
        deliveries,
    };
    let id = ctx.store.record_digest(new).await?;
    tracing::info!(name: "digest-composed", digest = %name, stories, "digest {name} is ready: {subject}");
    Ok(id)
}

/// Runs every digest whose schedule owes a run. Returns how many were recorded.
///
/// # Errors
/// The store cannot be used, or a message cannot be made.
pub async fn run_due(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let _one_at_a_time = ctx.shared.digests.lock().await;
    let now = ctx.clock.now();
    let mut recorded = 0;
    for settings in &ctx.config.digests {
        let last = last_done(ctx, &settings.name, now).await?;
        if settings.schedule.owed(last, now).is_some() {
            recorded += usize::from(run_alone(ctx, now, settings).await? != DigestRunResult::Nothing);
        }
    }
    Ok(recorded)
}

/// Returns when the next digest is due, if there is one.
///
/// # Errors
/// The store cannot be used.
pub async fn next_due(ctx: &Arc<Context>) -> Result<Option<Timestamp>, JobError> {
    let mut next: Option<Timestamp> = None;
    for settings in &ctx.config.digests {
        next = next.into_iter().chain(next_due_of(ctx, settings).await?).min();
    }
    Ok(next)
}

/// Returns when this digest is due next, if it is.
///
/// # Errors
/// The store cannot be used.
pub async fn next_due_of(ctx: &Arc<Context>, settings: &DigestSettings) -> Result<Option<Timestamp>, JobError> {
    let last = last_done(ctx, &settings.name, ctx.clock.now()).await?;
    Ok(settings.schedule.next_owed(last))
}

/// Returns what was last done for a digest. A run from a future that never came does not silence it until then.
async fn last_done(ctx: &Arc<Context>, name: &str, now: Timestamp) -> Result<LastRun, JobError> {
    let last = ctx.store.digest_done(name, now).await?;
    if !last.is_ahead_of(now) {
        return Ok(last);
    }
    tracing::warn!(digest = %name, "digest {name} last ran at {}, which is still to come; its schedule begins anew now", last.at);
    ctx.store.digest_begins_anew(name.to_owned(), now).await?;
    Ok(LastRun::starting(now))
}

/// Returns what the mailer needs to know of the configuration.
pub fn mail_options(mail: &crate::config::MailSettings) -> crate::deliver::mail::MailOptions {
    input::mail_options(mail)
}
