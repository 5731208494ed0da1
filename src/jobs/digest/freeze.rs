//! The exact bytes that go to a channel, made once, when a digest is frozen.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compose::ComposedDigest;
use crate::deliver::DeliverError;
use crate::deliver::message::{self, DigestKey, Envelope};
use crate::deliver::webhook::{self, Hooks, Service, WebhookTexts};
use crate::digest::{self, Digest, DigestKind, DigestOptions, ShortMarkup};
use crate::domain::channel::{Channel, Recipient};
use crate::domain::schedule::LastRun;
use crate::domain::{ArticleId, DigestId, StoryId, Timestamp};
use crate::jobs::runtime::catch_panic;
use crate::jobs::runtime::{Context, JobError};
use crate::store::digests::{NewDelivery, NewDigest};

/// What a delivery is made from, beside the digest.
pub struct DeliveryContext {
    pub key: DigestKey,
    pub subject: String,
    pub from: Option<String>,
    pub unsubscribe: Option<String>,
}

/// A digest as files.
#[derive(Debug, Serialize, Deserialize)]
pub struct DigestFiles {
    /// The local date in their names.
    pub day: String,
    pub text: String,
    pub html: String,
    pub markdown: String,
}

/// Returns what goes to one channel. A mail answers `in_reply_to`, if there is one.
///
/// # Errors
/// There is no such webhook, an address is none, or a value cannot stand in a header.
pub fn delivery(
    recipient: &Recipient,
    digest: &Digest,
    options: &DigestOptions,
    parts: &DeliveryContext,
    hooks: &Hooks,
    in_reply_to: Option<String>,
) -> Result<NewDelivery, DeliverError> {
    let channel = recipient.channel.to_string();
    let domain = parts.from.as_deref().and_then(message::domain_of);
    let domain = domain.as_deref().unwrap_or("tidings.invalid");
    let message_id = message::message_id(&parts.key, &channel, domain);
    let mail_options = DigestOptions {
        unsubscribe: parts.unsubscribe.clone(),
        ..options.clone()
    };
    let bytes = match &recipient.channel {
        Channel::Mail(to) => message::freeze(
            &Envelope {
                from: parts.from.clone().unwrap_or_default(),
                to: to.clone(),
                subject: parts.subject.clone(),
                message_id: message_id.clone(),
                date: parts.key.window.to,
                list_id: list_id(&parts.key.name, domain),
                in_reply_to,
                list_unsubscribe: parts.unsubscribe.clone(),
            },
            &digest::to_text(digest, &mail_options),
            &digest::to_html(digest, &mail_options),
        )?,
        Channel::Log => data(digest, parts).to_string().into_bytes(),
        Channel::File(_) => {
            let files = DigestFiles {
                day: parts
                    .key
                    .window
                    .to
                    .with_timezone(&options.zone)
                    .format("%Y-%m-%d")
                    .to_string(),
                text: digest::to_text(digest, options),
                html: digest::to_html(digest, options),
                markdown: digest::to_markdown(digest, options),
            };
            serde_json::json!(files).to_string().into_bytes()
        }
        Channel::Webhook(name) => {
            let target = hooks.target(name).ok_or_else(|| {
                DeliverError::Channel(format!("there is no [[webhook]] called \"{name}\"; write one"))
            })?;
            hook(target.service, digest, options, parts)
        }
    };
    Ok(NewDelivery {
        channel,
        message_id,
        bytes,
        guarantee: recipient.guarantee,
        failure: None,
    })
}

/// Returns a delivery of which there is nothing to send.
fn unmade(name: &str, recipient: &Recipient, error: &str) -> NewDelivery {
    let channel = recipient.channel.to_string();
    let kind = channel_kind(&channel);
    tracing::error!(name: "delivery-failed", digest = %name, "digest {name} cannot be made for {kind} and is given up: {error}");
    NewDelivery {
        channel,
        message_id: String::new(),
        bytes: Vec::new(),
        guarantee: recipient.guarantee,
        failure: Some(error.to_owned()),
    }
}

/// Returns the kind of a channel: addresses stay out of the log.
pub(super) fn channel_kind(channel: &str) -> &str {
    channel.split(':').next().unwrap_or_default()
}

/// Freezes a composed digest with one delivery per recipient. A recipient for whom no message can be made is given up, and no
/// other's fault.
///
/// # Errors
/// The store cannot be used.
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
        last_revision,
        reported,
        ..
    } = composed;
    let mail = ctx.config.mail.as_ref();
    let parts = DeliveryContext {
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
        let made = async { Ok(delivery(recipient, &digest, &options, &parts, &ctx.hooks, earlier)?) };
        deliveries.push(match catch_panic::catch(made).await {
            Ok(delivery) => delivery,
            Err(failure) => {
                ctx.shared.counters.deliveries.count("failed");
                unmade(name, recipient, &failure.to_string())
            }
        });
    }
    // Of which nobody gets anything, that tells nothing; an alert is not tried again all the same.
    let is_made = deliveries.is_empty() || deliveries.iter().any(|delivery| delivery.failure.is_none());
    let items = match is_made || digest.kind == DigestKind::Alert {
        true => digest.told(),
        false => Vec::new(),
    };
    let stories = items.iter().map(|(story, _)| *story).collect::<HashSet<_>>().len();
    let subject = digest.subject.clone();
    let new = NewDigest {
        name: name.to_owned(),
        kind: digest.kind,
        from: window.from,
        to: now,
        last_revision,
        done,
        subject: subject.clone(),
        text: digest::to_text(&digest, &options),
        html: if is_made {
            digest::to_html(&digest, &options)
        } else {
            String::new()
        },
        stories,
        unread: digest.coverage.sources - digest.coverage.read,
        items,
        dates: if is_made { digest.told_dates() } else { Vec::new() },
        reported: if is_made { reported } else { Vec::new() },
        deliveries,
    };
    let id = ctx.store.record_digest(new).await?;
    tracing::info!(name: "digest-composed", digest = %name, stories, "digest {name} is ready: {subject}");
    Ok(id)
}

/// Records that a digest could not be made: it tells nothing, and each of its deliveries is given up for this reason, so that
/// it is seen where those are, and named by the next digest of its name. `items` are not told again all the same.
///
/// # Errors
/// The store cannot be written.
pub(super) async fn record_unmade(
    ctx: &Arc<Context>,
    name: &str,
    kind: DigestKind,
    recipients: &[Recipient],
    items: Vec<(StoryId, ArticleId)>,
    done: LastRun,
    said: &str,
) -> Result<DigestId, JobError> {
    let error = format!("it could not be made: {said}; this is a fault of tidings, please report it");
    let deliveries = recipients.iter().map(|recipient| {
        ctx.shared.counters.deliveries.count("failed");
        unmade(name, recipient, &error)
    });
    let new = NewDigest {
        name: name.to_owned(),
        kind,
        from: None,
        to: ctx.clock.now(),
        last_revision: i64::MAX,
        done,
        subject: format!("{name}: could not be made"),
        text: format!("This digest has no text: {error}\n"),
        html: String::new(),
        stories: 0,
        unread: 0,
        items,
        dates: Vec::new(),
        reported: Vec::new(),
        deliveries: deliveries.collect(),
    };
    Ok(ctx.store.record_digest(new).await?)
}

/// Returns the digest as data, with the subject it is sent under.
fn data(digest: &Digest, parts: &DeliveryContext) -> Value {
    let mut data = digest::to_json(digest);
    data["subject"] = Value::String(parts.subject.clone());
    data["test"] = Value::Bool(parts.key.is_test);
    data
}

fn hook(service: Service, digest: &Digest, options: &DigestOptions, parts: &DeliveryContext) -> Vec<u8> {
    let markup = match service {
        Service::Json => ShortMarkup::Plain,
        Service::Ntfy | Service::Discord => ShortMarkup::Markdown,
        Service::Slack => ShortMarkup::Slack,
        Service::Matrix => ShortMarkup::Html,
    };
    // Where there is no place for a title, the subject is the first line.
    let lead = match service {
        Service::Slack => format!("*{}*\n", ShortMarkup::Slack.text(&parts.subject)),
        Service::Matrix => format!("<p><strong>{}</strong></p>\n", ShortMarkup::Html.text(&parts.subject)),
        Service::Json | Service::Ntfy | Service::Discord => String::new(),
    };
    let room = service.bytes_max().saturating_sub(lead.len());
    let mut json = data(digest, parts);
    cut(&mut json, service.bytes_max());
    let plain = digest::to_brief(digest, options, ShortMarkup::Plain, room);
    webhook::freeze(
        service,
        &WebhookTexts {
            subject: &parts.subject,
            text: &format!("{lead}{}", digest::to_brief(digest, options, markup, room)),
            plain: &format!("{}\n{plain}", parts.subject),
            json: &json,
        },
    )
}

/// Takes stories and pages from the end of the longest lists until the whole has its size; `omitted` counts them.
fn cut(json: &mut Value, bytes_max: usize) {
    let mut size = json.to_string().len();
    let mut omitted = 0;
    while size > bytes_max {
        let sections = json["sections"].as_array_mut().into_iter().flatten();
        let lists = sections.filter_map(Value::as_object_mut).flat_map(|section| {
            let lists = section
                .iter_mut()
                .filter(|(key, _)| matches!(key.as_str(), "stories" | "pages"));
            lists.filter_map(|(_, list)| list.as_array_mut())
        });
        let longest = lists.max_by_key(|list| list.len());
        let Some(story) = longest.and_then(Vec::pop) else { break };
        size -= story.to_string().len();
        omitted += 1;
    }
    json["omitted"] = Value::from(omitted);
}

/// Returns a List-Id that holds whatever name a digest has: letters, digits and hyphens.
fn list_id(name: &str, domain: &str) -> String {
    let label: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| "localhost".to_owned());
    format!("{}.tidings.{domain}", label.trim_matches('-'))
}

/// Returns what was frozen for files.
///
/// # Errors
/// The bytes are not what `content` makes.
pub fn files(bytes: &[u8], day: &str) -> Result<DigestFiles, DeliverError> {
    // Until schema 7 the text and the HTML were frozen alone.
    if let Ok((text, html)) = serde_json::from_slice::<(String, String)>(bytes) {
        return Ok(DigestFiles {
            day: day.to_owned(),
            markdown: text.clone(),
            text,
            html,
        });
    }
    serde_json::from_slice(bytes).map_err(|error| unreadable(&error))
}

/// Returns what was frozen for the log.
///
/// # Errors
/// The bytes are not what `content` makes.
pub fn records(bytes: &[u8]) -> Result<Value, DeliverError> {
    serde_json::from_slice(bytes).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> DeliverError {
    DeliverError::Message(format!("what was stored of it cannot be read: {error}"))
}
