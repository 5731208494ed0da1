//! `tidings digest` and `tidings digests`: composing and delivering by hand, and what was sent.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use serde_json::json;

use super::{Format, WrongUse, open, print, table};
use crate::clock::Clock;
use crate::config::{Config, DigestSettings};
use crate::digest::{to_html, to_text};
use crate::document::scalar::date_time;
use crate::domain::DigestId;
use crate::domain::channel::Channel;
use crate::jobs::{Context, alert, delivery, digest};
use crate::store::digests::StoredDigest;

/// Digests listed when no number is asked for.
const LIMIT: usize = 20;

/// Composes a digest of what is new since the last one and delivers it now; this counts as a run
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which digest; all of them when left out
    name: Option<String>,
    /// Print it; send nothing, and let nothing of it count
    #[arg(long, conflicts_with_all = ["to", "due"])]
    dry_run: bool,
    /// Send it marked as a test to one channel (mail:ADDRESS, log, file:PATH, webhook:NAME); it does not count
    #[arg(long, value_name = "CHANNEL", conflicts_with = "due")]
    to: Option<String>,
    /// Do what the schedules owe, and deliver what waits: for a timer
    #[arg(long)]
    due: bool,
    /// With --dry-run: print the HTML part
    #[arg(long, requires = "dry_run")]
    html: bool,
}

/// Lists the digests that were sent: when, to whom, with which result
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Send the frozen bytes of this digest again
    #[arg(long, value_name = "ID")]
    resend: Option<i64>,
    /// Print the text of this digest as it was sent
    #[arg(long, value_name = "ID", conflicts_with = "resend")]
    show: Option<i64>,
    #[arg(long, value_name = "N", default_value_t = LIMIT)]
    limit: usize,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `digest`.
pub(super) fn run(config: Option<&Path>, args: &Args) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let chosen = chosen(&config, args.name.as_deref())?;
    if args.dry_run {
        return preview(&config, &chosen, args.html);
    }
    let channel = args.to.as_deref().map(Channel::parse).transpose().map_err(WrongUse)?;
    open::runtime()?.block_on(async {
        let ctx = open::context(config, Clock::system()).await?;
        if let Some(channel) = channel {
            for settings in &chosen {
                let subject = delivery::send_test(&ctx, settings, &channel).await?;
                anstream::eprintln!("sent to {channel}: {subject}");
            }
            return Ok(ExitCode::SUCCESS);
        }
        if args.due {
            digest::run_due(&ctx).await?;
            alert::run_due(&ctx).await?;
        } else {
            for settings in &chosen {
                if digest::run(&ctx, ctx.clock.now(), settings).await? == digest::Ran::Nothing {
                    anstream::eprintln!(
                        "digest {}: nothing new since the last one, so nothing is sent",
                        settings.name
                    );
                }
            }
        }
        deliver(&ctx).await
    })
}

fn chosen(config: &Config, name: Option<&str>) -> anyhow::Result<Vec<DigestSettings>> {
    let found: Vec<DigestSettings> = config
        .digests
        .iter()
        .filter(|d| name.is_none_or(|name| d.name == name))
        .cloned()
        .collect();
    if found.is_empty() {
        let names: Vec<&str> = config.digests.iter().map(|d| d.name.as_str()).collect();
        let known = if names.is_empty() {
            "the configuration has no [[digest]]".to_owned()
        } else {
            format!("there is {}", names.join(", "))
        };
        return Err(WrongUse(format!("no digest is called \"{}\"; {known}", name.unwrap_or_default())).into());
    }
    Ok(found)
}

fn preview(config: &Config, chosen: &[DigestSettings], is_html: bool) -> anyhow::Result<ExitCode> {
    let store = open::reader(config)?;
    let now = Clock::system().now();
    for settings in chosen {
        let composed = digest::compose(&store, now, settings)?;
        if !composed.is_due {
            anstream::eprintln!(
                "digest {}: nothing new since the last one; as it stands, nothing would be sent",
                settings.name
            );
        }
        let (digest, options) = (&composed.digest, &composed.options);
        if is_html {
            print(to_html(digest, options).as_bytes())?;
        } else {
            print(format!("Subject: {}\n\n{}", digest.subject, to_text(digest, options)).as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn deliver(ctx: &Arc<Context>) -> anyhow::Result<ExitCode> {
    let sent = delivery::deliver_due(ctx).await?;
    let waiting = ctx.store.next_delivery_due()?;
    if sent > 0 {
        anstream::eprintln!("{sent} delivered");
    }
    if let Some(at) = waiting {
        bail!(
            "not everything could be delivered; next try {} (`tidings digests` says why)",
            open::local(at, &ctx.config)
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `digests`.
pub(super) fn list(config: Option<&Path>, args: &ListArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    if let Some(id) = args.show {
        let text = open::reader(&config)?.digest_text(DigestId(id))?;
        let text = text.ok_or_else(|| WrongUse(format!("there is no digest {id}; `tidings digests` lists them")))?;
        print(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(id) = args.resend {
        return resend(config, DigestId(id));
    }
    let found = open::reader(&config)?.digests(args.limit)?;
    match args.format {
        Format::Json => {
            for digest in &found {
                print(format!("{}\n", as_json(digest)).as_bytes())?;
            }
        }
        Format::Text if found.is_empty() => anstream::eprintln!("no digest yet"),
        Format::Text => {
            for digest in &found {
                let mut out = format!(
                    "{:>5}  {}  {}\n",
                    digest.id,
                    open::local(digest.to, &config),
                    table::tidy(&digest.subject)
                );
                for (channel, state, sent_at, error) in &digest.deliveries {
                    let when = sent_at
                        .map(|at| format!(" {}", open::local(at, &config)))
                        .unwrap_or_default();
                    let why = error
                        .as_deref()
                        .map(|error| format!(": {}", table::tidy(error)))
                        .unwrap_or_default();
                    out.push_str(&format!("       {state}{when}  {}{why}\n", table::tidy(channel)));
                }
                print(out.as_bytes())?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(digest: &StoredDigest) -> serde_json::Value {
    let deliveries: Vec<_> = digest
        .deliveries
        .iter()
        .map(|(channel, state, sent_at, error)| {
            json!({ "channel": channel, "state": state, "sentDateTime": sent_at.map(date_time), "error": error })
        })
        .collect();
    json!({
        "id": digest.id.0,
        "name": digest.name,
        "dateTime": date_time(digest.to),
        "subject": digest.subject,
        "stories": digest.stories,
        "deliveries": deliveries,
    })
}

fn resend(config: Config, id: DigestId) -> anyhow::Result<ExitCode> {
    open::runtime()?.block_on(async {
        let ctx = open::context(config, Clock::system()).await?;
        let results = delivery::resend(&ctx, id).await?;
        if results.is_empty() {
            return Err(WrongUse(format!("there is no digest {id}; `tidings digests` lists them")).into());
        }
        let mut code = ExitCode::SUCCESS;
        for (channel, result) in results {
            match result {
                Ok(()) => anstream::eprintln!("sent again to {channel}"),
                Err(error) => {
                    anstream::eprintln!("tidings: not sent to {channel}: {error}");
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    })
}
