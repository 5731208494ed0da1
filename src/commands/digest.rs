//! Digests by hand: composed and delivered now, what is owed, a test to one channel, the same bytes again.

use std::sync::Arc;

use super::{CommandError, CommandReport, FAILED, OutputSink, report};
use crate::domain::DigestId;
use crate::domain::channel::Channel;
use crate::jobs::Context;
use crate::jobs::digest::{self, alert, delivery};

/// Composes the named digest, or all, and delivers; with `to` only a test to one channel.
pub(super) async fn run(
    ctx: &Arc<Context>,
    name: Option<&str>,
    to: Option<&str>,
    say: &OutputSink,
) -> Result<u8, CommandError> {
    let chosen = ctx.config.digests_named(name).map_err(CommandError::WrongUse)?;
    if let Some(channel) = to {
        let channel = Channel::parse(channel).map_err(CommandError::WrongUse)?;
        if matches!(channel, Channel::Mail(_)) && ctx.config.mail.is_none() {
            return Err(CommandError::WrongUse(
                "no mail can be sent: the configuration has no [mail]; add it with from and smtp, or sendmail = true"
                    .to_owned(),
            ));
        }
        for settings in &chosen {
            let subject = delivery::send_test(ctx, settings, &channel).await?;
            let channel = channel.to_string();
            report(say, CommandReport::TestSent { channel, subject });
        }
        return Ok(0);
    }
    // Before anything is composed: what this makes is delivered here, and its result told here.
    let _one_round_at_a_time = ctx.shared.deliveries.lock().await;
    for settings in &chosen {
        if digest::run(ctx, ctx.clock.now(), settings).await? == digest::DigestRunResult::Nothing {
            report(say, CommandReport::NothingNew(settings.name.clone()));
        }
    }
    deliver(ctx, say).await
}

/// Does what the schedules owe, and delivers what waits.
pub(super) async fn run_due(ctx: &Arc<Context>, say: &OutputSink) -> Result<u8, CommandError> {
    let _one_round_at_a_time = ctx.shared.deliveries.lock().await;
    digest::run_due(ctx).await?;
    alert::run_due(ctx).await?;
    deliver(ctx, say).await
}

async fn deliver(ctx: &Arc<Context>, say: &OutputSink) -> Result<u8, CommandError> {
    let recipients = delivery::one_round(ctx).await?;
    if recipients > 0 {
        report(say, CommandReport::Delivered(recipients));
    }
    match ctx.store.next_delivery_due()? {
        Some(at) => Err(CommandError::Unfinished(format!(
            "not everything could be delivered; next try {} (`tidings digests` says why)",
            at.with_timezone(&ctx.config.zone).format("%Y-%m-%d %H:%M")
        ))),
        None => Ok(0),
    }
}

/// Sends the frozen bytes of a digest again.
pub(super) async fn resend(ctx: &Arc<Context>, id: DigestId, say: &OutputSink) -> Result<u8, CommandError> {
    let results = delivery::resend(ctx, id).await?;
    if results.is_empty() {
        return Err(CommandError::WrongUse(format!(
            "there is no digest {id}; `tidings digests` lists them"
        )));
    }
    let mut code = 0;
    for (channel, result) in results {
        let error = result.err().map(|error| error.to_string());
        code = code.max(if error.is_some() { FAILED } else { 0 });
        report(say, CommandReport::SentAgain { channel, error });
    }
    Ok(code)
}
