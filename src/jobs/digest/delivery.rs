//! Deliveries: what is frozen and waits is sent, each channel for itself.
//!
//! `sending` is committed before a connection is opened and the result after it was closed, so a crash between the two
//! is seen at the next round. Nothing is composed here, and what is sent is the stored bytes.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::StreamExt;

use super::compose::compose;
use super::freeze::{self, DeliveryContext, channel_kind};
use crate::blocking;
use crate::config::DigestSettings;
use crate::deliver::message::DigestKey;
use crate::deliver::webhook::{Hooks, Target};
use crate::deliver::{DeliverError, file, log};
use crate::domain::channel::{Channel, Guarantee};
use crate::domain::plural::counted;
use crate::domain::{DigestId, Timestamp};
use crate::jobs::runtime::{Context, JobError};
use crate::store::digests::{DeliveryResult, DueDelivery};

/// A delivery is tried again for this long after its first try, in days.
const RETRY_DAYS: i64 = 3;
/// Minutes between tries; the last one is repeated.
const RETRY_MINUTES: [i64; 6] = [2, 5, 15, 60, 180, 360];
/// Channels served side by side, so that one that stalls keeps nobody waiting.
const AT_ONCE: usize = 8;

/// Tries every delivery that is due. Returns how many arrived.
///
/// # Errors
/// The store cannot be used; a channel that fails is part of what is written.
pub async fn deliver_due(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let _one_round_at_a_time = ctx.shared.deliveries.lock().await;
    one_round(ctx).await
}

/// As `deliver_due`, for a caller that holds the lock on deliveries already.
///
/// # Errors
/// As `deliver_due`.
pub async fn one_round(ctx: &Arc<Context>) -> Result<usize, JobError> {
    let given_up = ctx.store.fail_interrupted().await?;
    if given_up > 0 {
        tracing::error!(
            given_up,
            "cut off while sent, and not sent again (at-most-once): {}",
            counted(given_up, "delivery", "deliveries")
        );
    }
    let due = ctx.store.due_deliveries(ctx.clock.now())?;
    let mut tries = futures_util::stream::iter(due)
        .map(|delivery| attempt(ctx, delivery))
        .buffer_unordered(AT_ONCE);
    let (mut sent, mut failed) = (0, None);
    while let Some(result) = tries.next().await {
        match result {
            Ok(arrived) => sent += usize::from(arrived),
            // The other tries are finished all the same: their results must not be lost.
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(sent), Err)
}

/// Tries one delivery. Returns whether it arrived.
async fn attempt(ctx: &Arc<Context>, delivery: DueDelivery) -> Result<bool, JobError> {
    let now = ctx.clock.now();
    if !ctx.store.begin_delivery(delivery.id, now).await? {
        return Ok(false);
    }
    let tried = match send_stored(ctx, &delivery, now).await {
        Ok(()) => {
            let (name, kind) = (&delivery.digest_name, channel_kind(&delivery.channel));
            tracing::info!(name: "delivery-sent", digest = %name, "digest {name} delivered: {kind}");
            DeliveryResult::Sent
        }
        Err(error) => failed_try(&delivery, ctx.clock.now(), &error),
    };
    ctx.shared.counters.deliveries.count(match &tried {
        DeliveryResult::Sent => "sent",
        DeliveryResult::Retry { .. } => "retry",
        DeliveryResult::Failed { .. } => "failed",
    });
    let arrived = tried == DeliveryResult::Sent;
    ctx.store.end_delivery(delivery.id, ctx.clock.now(), tried).await?;
    Ok(arrived)
}

fn failed_try(delivery: &DueDelivery, now: Timestamp, error: &DeliverError) -> DeliveryResult {
    let (name, kind) = (&delivery.digest_name, channel_kind(&delivery.channel));
    let first = delivery.first_try_at.unwrap_or(now);
    let wait = RETRY_MINUTES[(delivery.attempts as usize).min(RETRY_MINUTES.len() - 1)];
    let asked = error
        .retry_seconds()
        .map_or(TimeDelta::zero(), |seconds| TimeDelta::seconds(seconds.into()));
    let at = now + TimeDelta::minutes(wait).max(asked);
    let is_over = at - first > TimeDelta::days(RETRY_DAYS);
    let is_risky = delivery.guarantee == Guarantee::AtMostOnce && error.may_have_arrived();
    if is_over || is_risky || !error.is_transient() {
        tracing::error!(name: "delivery-failed", digest = %name, "digest {name} cannot be delivered by {kind} and is given up: {error}");
        let error = match is_risky {
            true => format!("it may have arrived, so it is not sent again (at-most-once): {error}"),
            false => error.to_string(),
        };
        return DeliveryResult::Failed { error };
    }
    tracing::warn!(name: "delivery-delayed", digest = %name, "digest {name} not delivered by {kind} yet, next try in {wait} min: {error}");
    DeliveryResult::Retry {
        at,
        error: error.to_string(),
    }
}

async fn send_stored(ctx: &Arc<Context>, delivery: &DueDelivery, now: Timestamp) -> Result<(), DeliverError> {
    let channel = Channel::parse(&delivery.channel).map_err(DeliverError::Channel)?;
    if delivery.bytes.is_empty() {
        let why =
            "it could not be made, so there is nothing to send; `tidings digest` makes a new one of what is untold";
        return Err(DeliverError::Message(why.to_owned()));
    }
    let sending = Sending {
        digest_name: &delivery.digest_name,
        id: &delivery.digest.to_string(),
        message_id: &delivery.message_id,
        subject: &delivery.subject,
        bytes: &delivery.bytes,
        begun_at: delivery.first_try_at.unwrap_or(now),
    };
    send(ctx, &ctx.hooks, &channel, &sending).await
}

/// What goes out.
struct Sending<'a> {
    digest_name: &'a str,
    /// The number of the digest; empty for a test.
    id: &'a str,
    message_id: &'a str,
    subject: &'a str,
    bytes: &'a [u8],
    begun_at: Timestamp,
}

async fn send(ctx: &Arc<Context>, hooks: &Hooks, channel: &Channel, sending: &Sending<'_>) -> Result<(), DeliverError> {
    match channel {
        Channel::Mail(to) => match &ctx.mailer {
            Some(mailer) => mailer.send(to, sending.bytes).await,
            None => Err(DeliverError::Channel(
                "there is no [mail] in the configuration any more; put it back".to_owned(),
            )),
        },
        Channel::Log => {
            log::write(sending.subject, &freeze::records(sending.bytes)?);
            Ok(())
        }
        Channel::File(path) => {
            let begun_at = sending.begun_at.with_timezone(&ctx.config.zone);
            let files = freeze::files(sending.bytes, &begun_at.format("%Y-%m-%d").to_string())?;
            let forms = file::Forms {
                date: &files.day,
                name: sending.digest_name,
                id: sending.id,
                text: &files.text,
                html: &files.html,
                markdown: &files.markdown,
            };
            blocking::run(|| file::write(path, &forms)).map(drop)
        }
        Channel::Webhook(name) => hooks.send(name, &key_of(sending.message_id), sending.bytes).await,
    }
}

/// Returns a Message-ID as a key that may stand in an address.
fn key_of(message_id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    message_id.trim_matches(['<', '>']).chars().map(plain).collect()
}

/// Sends a digest of what is new now to one channel, marked as a test; nothing of it counts.
///
/// # Errors
/// The store cannot be read, or the channel fails.
pub async fn send_test(ctx: &Arc<Context>, settings: &DigestSettings, channel: &Channel) -> Result<String, JobError> {
    let now = ctx.clock.now();
    let composed = compose(&ctx.store, now, settings)?;
    let parts = DeliveryContext {
        key: DigestKey {
            name: settings.name.clone(),
            window: composed.window,
            earlier: 0,
            is_test: true,
        },
        subject: format!("[Test] {}", composed.digest.subject),
        from: ctx.config.mail.as_ref().map(|mail| mail.from.clone()),
        unsubscribe: None,
    };
    let recipient = channel.clone().into();
    let hooks = match channel {
        Channel::Webhook(url) if url.contains("://") => &Hooks::new(vec![Target::direct(url)])?,
        _ => &ctx.hooks,
    };
    let frozen = freeze::delivery(&recipient, &composed.digest, &composed.options, &parts, hooks, None)?;
    let sending = Sending {
        digest_name: &format!("{}-test", settings.name),
        id: "",
        message_id: &frozen.message_id,
        subject: &parts.subject,
        bytes: &frozen.bytes,
        begun_at: now,
    };
    send(ctx, hooks, channel, &sending).await?;
    Ok(parts.subject)
}

/// Sends the frozen bytes of a stored digest again, to every channel it had. Returns each channel with its result.
///
/// # Errors
/// The store cannot be read.
pub async fn resend(ctx: &Arc<Context>, id: DigestId) -> Result<Vec<(String, Result<(), DeliverError>)>, JobError> {
    let now = ctx.clock.now();
    let mut results = Vec::new();
    for delivery in ctx.store.deliveries_of(id)? {
        let result = send_stored(ctx, &delivery, now).await;
        results.push((delivery.channel, result));
    }
    Ok(results)
}
