//! Digests: composed from what is new, frozen in the store, then delivered.
//!
//! Nothing is sent that is not stored first, and what is sent is the stored bytes. A try that was cut off is made
//! again with the same Message-ID.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Context, JobError};
use crate::config::{Config, DigestSettings};
use crate::deliver::message::{self, Envelope};
use crate::deliver::{DeliverError, file, log};
use crate::digest::{self, Digest, DigestInput, Options, TopicInput, Undelivered, Window};
use crate::domain::channel::Channel;
use crate::domain::{DigestId, StoryId, Timestamp};
use crate::store::Store;
use crate::store::deliveries::{DueDelivery, Tried};
use crate::store::digests::{NewDelivery, NewDigest};

/// A delivery is tried again for this long after its first try.
const RETRY_DAYS: i64 = 3;
/// Minutes between tries; the last one is repeated.
const RETRY_MINUTES: [i64; 6] = [2, 5, 15, 60, 180, 360];

/// A digest as composed, and what its record needs.
pub struct Composed {
    pub digest: Digest,
    pub window: Window,
    pub text: String,
    pub html: String,
    /// Failed deliveries it mentions.
    reported: Vec<i64>,
    /// There is nothing new, but the silence has a cause the reader should know.
    pub is_alarm: bool,
}

/// How one run of a digest ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ran {
    /// Nothing new: nothing is sent, and the run counts.
    Nothing,
    Recorded(DigestId),
}

/// Composes a digest of what is new at `now`; changes nothing.
///
/// # Errors
/// The store cannot be read.
pub fn compose(
    config: &Config,
    store: &Store,
    now: Timestamp,
    settings: &DigestSettings,
) -> Result<Composed, JobError> {
    let from = store.last_digest_to(&settings.name)?;
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
    let failures = store.unreported_failures(&settings.name)?;
    let undelivered = failures
        .iter()
        .map(|f| Undelivered {
            subject: f.subject.clone(),
            channel: f.channel.clone(),
            to: f.to,
            error: f.error.clone(),
        })
        .collect();
    let coverage = input::coverage(store, now)?;
    let is_alarm = from.is_some_and(|from| now - from >= TimeDelta::days(i64::from(settings.silence_days)))
        && !coverage.troubled.is_empty();
    let input = DigestInput {
        name: settings.name.clone(),
        sections,
        coverage,
        undelivered,
    };
    let window = Window { from, to: now };
    let options = options(config, settings);
    let digest = digest::compose(&window, &input, &options);
    let (text, html) = (digest::to_text(&digest, &options), digest::to_html(&digest, &options));
    let reported = failures.into_iter().map(|f| f.id).collect();
    Ok(Composed {
        digest,
        window,
        text,
        html,
        reported,
        is_alarm,
    })
}

fn options(config: &Config, settings: &DigestSettings) -> Options {
    let topic = settings.topics.first().map_or("", String::as_str);
    Options {
        archive_hint: Some(format!("tidings stories --topic \"{topic}\"")),
        ..Options::new(config.zone)
    }
}

/// Composes a digest and freezes it with one delivery per channel; sends nothing yet.
///
/// # Errors
/// The store cannot be used, or a message cannot be made.
pub async fn run(ctx: &Arc<Context>, now: Timestamp, settings: &DigestSettings) -> Result<Ran, JobError> {
    let composed = compose(&ctx.config, &ctx.store, now, settings)?;
    let name = settings.name.clone();
    if composed.digest.is_empty() && !settings.empty && !composed.is_alarm {
        tracing::info!(digest = %name, "digest {name}: nothing new");
        ctx.store.digest_ran(name, now).await?;
        return Ok(Ran::Nothing);
    }
    let stories = composed
        .digest
        .told()
        .iter()
        .map(|(story, _)| *story)
        .collect::<HashSet<_>>()
        .len();
    let subject = composed.digest.subject.clone();
    let (text, html) = (composed.text.clone(), composed.html.clone());
    let (channels, from) = (
        settings.deliver.clone(),
        ctx.config.mail.as_ref().map(|mail| mail.from.clone()),
    );
    let unsubscribe = ctx.config.mail.as_ref().and_then(|mail| mail.list_unsubscribe.clone());
    let (frozen_subject, frozen_name) = (subject.clone(), name.clone());
    let new = NewDigest {
        name: name.clone(),
        from: composed.window.from,
        to: now,
        subject: subject.clone(),
        text: composed.text,
        html: composed.html,
        stories,
        items: composed.digest.told(),
        reported: composed.reported,
        freeze: Box::new(move |id| {
            let mut deliveries = Vec::with_capacity(channels.len());
            for channel in &channels {
                let parts = Parts {
                    name: &frozen_name,
                    subject: &frozen_subject,
                    from: from.as_deref(),
                    unsubscribe: unsubscribe.as_deref(),
                    text: &text,
                    html: &html,
                    date: now,
                };
                deliveries.push(freeze(id, channel, &parts).map_err(|error| error.to_string())?);
            }
            Ok(deliveries)
        }),
    };
    let id = ctx.store.record_digest(new).await?;
    tracing::info!(digest = %name, stories, "digest {name} is ready: {subject}");
    Ok(Ran::Recorded(id))
}

/// What a delivery is made from.
struct Parts<'a> {
    name: &'a str,
    subject: &'a str,
    from: Option<&'a str>,
    unsubscribe: Option<&'a str>,
    text: &'a str,
    html: &'a str,
    date: Timestamp,
}

fn freeze(id: DigestId, channel: &Channel, parts: &Parts<'_>) -> Result<NewDelivery, DeliverError> {
    let domain = parts.from.map_or("tidings.invalid", message::domain_of);
    let message_id = message::message_id(id, &channel.to_string(), domain);
    let bytes = match channel {
        Channel::Mail(to) => message::freeze(
            &Envelope {
                from: parts.from.unwrap_or_default().to_owned(),
                to: to.clone(),
                subject: parts.subject.to_owned(),
                message_id: message_id.clone(),
                date: parts.date,
                list_id: format!("{}.tidings.{domain}", parts.name),
                in_reply_to: None,
                list_unsubscribe: parts.unsubscribe.map(str::to_owned),
            },
            parts.text,
            parts.html,
        )?,
        Channel::Log | Channel::File(_) => serde_json::json!([parts.text, parts.html]).to_string().into_bytes(),
    };
    Ok(NewDelivery {
        channel: channel.to_string(),
        message_id,
        bytes,
    })
}

/// Runs every digest whose schedule owes a run. Returns how many were recorded.
///
/// # Errors
/// The store cannot be used, or a message cannot be made.
pub async fn run_due(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let now = ctx.clock.now();
    let mut recorded = 0;
    for settings in &ctx.config.digests {
        let ran_at = ctx.store.digest_ran_at(&settings.name, now).await?;
        if settings.schedule.last_due(ran_at, now).is_some() {
            recorded += usize::from(run(ctx, now, settings).await? != Ran::Nothing);
        }
    }
    Ok(recorded)
}

/// Returns when the next digest is due, if there is one.
///
/// # Errors
/// The store cannot be used.
pub async fn next_due(ctx: &Arc<Context>) -> Result<Option<Timestamp>, JobError> {
    let now = ctx.clock.now();
    let mut next: Option<Timestamp> = None;
    for settings in &ctx.config.digests {
        let ran_at = ctx.store.digest_ran_at(&settings.name, now).await?;
        let due = settings.schedule.next_after(ran_at);
        next = next.into_iter().chain(due).min();
    }
    Ok(next)
}

/// Tries every delivery that is due. Returns how many arrived.
///
/// # Errors
/// The store cannot be used; a channel that fails is part of what is written.
pub async fn deliver_due(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let _one_at_a_time = ctx.shared.deliveries.lock().await;
    let now = ctx.clock.now();
    let mut sent = 0;
    for delivery in ctx.store.due_deliveries(now)? {
        if !ctx.store.begin_delivery(delivery.id, now).await? {
            continue;
        }
        let tried = match send(ctx, &delivery, now).await {
            Ok(()) => {
                sent += 1;
                tracing::info!(digest = %delivery.digest_name, "digest {} delivered: {}", delivery.digest_name, channel_kind(&delivery.channel));
                Tried::Sent
            }
            Err(error) => failed_try(&delivery, ctx.clock.now(), &error),
        };
        ctx.store.end_delivery(delivery.id, ctx.clock.now(), tried).await?;
    }
    Ok(sent)
}

/// Addresses stay out of the log.
fn channel_kind(channel: &str) -> &str {
    channel.split(':').next().unwrap_or_default()
}

fn failed_try(delivery: &DueDelivery, now: Timestamp, error: &DeliverError) -> Tried {
    let kind = channel_kind(&delivery.channel);
    let first = delivery.first_try_at.unwrap_or(now);
    let wait = RETRY_MINUTES[(delivery.attempts as usize).min(RETRY_MINUTES.len() - 1)];
    let at = now + TimeDelta::minutes(wait);
    if !error.is_transient() || at - first > TimeDelta::days(RETRY_DAYS) {
        tracing::error!(digest = %delivery.digest_name, "digest {} cannot be delivered by {kind} and is given up: {error}", delivery.digest_name);
        return Tried::Failed {
            error: error.to_string(),
        };
    }
    tracing::warn!(digest = %delivery.digest_name, "digest {} not delivered by {kind} yet, next try in {wait} min: {error}", delivery.digest_name);
    Tried::Retry {
        at,
        error: error.to_string(),
    }
}

async fn send(ctx: &Arc<Context>, delivery: &DueDelivery, now: Timestamp) -> Result<(), DeliverError> {
    let channel = Channel::parse(&delivery.channel).map_err(DeliverError::Channel)?;
    send_to(ctx, &channel, delivery, now).await
}

async fn send_to(
    ctx: &Arc<Context>,
    channel: &Channel,
    delivery: &DueDelivery,
    now: Timestamp,
) -> Result<(), DeliverError> {
    match channel {
        Channel::Mail(to) => match &ctx.mailer {
            Some(mailer) => mailer.send(to, &delivery.bytes).await,
            None => Err(DeliverError::Channel(
                "there is no [mail] in the configuration any more".to_owned(),
            )),
        },
        Channel::Log => {
            let (text, _) = parts_of(&delivery.bytes)?;
            log::write(&delivery.subject, &text);
            Ok(())
        }
        Channel::File(path) => {
            let (text, html) = parts_of(&delivery.bytes)?;
            // A try on the next day writes the same file.
            let day = delivery
                .first_try_at
                .unwrap_or(now)
                .with_timezone(&ctx.config.zone)
                .format("%Y-%m-%d");
            let number = if delivery.digest.0 > 0 {
                format!("-{}", delivery.digest)
            } else {
                String::new()
            };
            let name = format!("{day}-{}{number}", delivery.digest_name);
            file::write(path, &name, text.as_bytes(), html.as_bytes()).map(drop)
        }
    }
}

fn parts_of(bytes: &[u8]) -> Result<(String, String), DeliverError> {
    serde_json::from_slice(bytes)
        .map_err(|error| DeliverError::Channel(format!("the stored digest cannot be read: {error}")))
}

/// Sends a digest of what is new now to one channel, marked as a test; nothing of it counts.
///
/// # Errors
/// The store cannot be read, or the channel fails.
pub async fn send_test(ctx: &Arc<Context>, settings: &DigestSettings, channel: &Channel) -> Result<String, JobError> {
    let now = ctx.clock.now();
    let composed = compose(&ctx.config, &ctx.store, now, settings)?;
    let subject = format!("[Test] {}", composed.digest.subject);
    let from = ctx.config.mail.as_ref().map(|mail| mail.from.as_str());
    let parts = Parts {
        name: &settings.name,
        subject: &subject,
        from,
        unsubscribe: None,
        text: &composed.text,
        html: &composed.html,
        date: now,
    };
    // The moment stands in for the number a recorded digest would have.
    let id = DigestId(-now.timestamp());
    let frozen = freeze(id, channel, &parts)?;
    let delivery = DueDelivery {
        id: 0,
        digest: id,
        digest_name: format!("{}-test", settings.name),
        channel: frozen.channel,
        message_id: frozen.message_id,
        subject: subject.clone(),
        bytes: frozen.bytes,
        attempts: 0,
        first_try_at: None,
    };
    send_to(ctx, channel, &delivery, now).await?;
    Ok(subject)
}

/// Sends the frozen bytes of a stored digest again, to every channel it had. Returns each channel with its result.
///
/// # Errors
/// The store cannot be read.
pub async fn resend(ctx: &Arc<Context>, id: DigestId) -> Result<Vec<(String, Result<(), DeliverError>)>, JobError> {
    let now = ctx.clock.now();
    let mut results = Vec::new();
    for delivery in ctx.store.deliveries_of(id)? {
        let result = send(ctx, &delivery, now).await;
        results.push((delivery.channel, result));
    }
    Ok(results)
}

/// Returns what the mailer needs to know of the configuration.
pub fn mail_options(mail: &crate::config::MailSettings) -> crate::deliver::mail::Options {
    input::mail_options(mail)
}

mod input;
