//! `tidings digest` and `tidings digests`: composing and delivering by hand, and what was sent.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::output::format::{Format, WrongUse};
use crate::cli::output::limit::Limit;
use crate::cli::output::print::{print, tell};
use crate::cli::output::{json, table};
use crate::cli::{dispatch, open};
use crate::clock::Clock;
use crate::commands::StoreCommand;
use crate::config::{Config, DigestSettings};
use crate::digest::{to_html, to_text};
use crate::domain::DigestId;
use crate::domain::channel::Channel;
use crate::jobs::digest;
use crate::store::digests::StoredDigest;
use crate::views::digests;

/// Digests listed when no number is asked for.
const LIMIT: usize = 20;

/// Composes a digest of what is new since the last one and delivers it now; this counts as a run
#[derive(Debug, clap::Args)]
pub(crate) struct DigestArgs {
    /// Name of the digest, as in the configuration; all of them when left out
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
pub(crate) struct ListArgs {
    /// Send the frozen bytes of this digest again
    #[arg(long, value_name = "ID")]
    resend: Option<i64>,
    /// Print the text of this digest as it was sent
    #[arg(long, value_name = "ID", conflicts_with = "resend")]
    show: Option<i64>,
    /// How many at most; 0 for all [default: 20; all as JSON]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs `digest`.
pub(crate) fn run(config: Option<&Path>, args: &DigestArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let chosen = config.digests_named(args.name.as_deref()).map_err(WrongUse)?;
    if args.dry_run {
        return preview(&config, &chosen, args.html);
    }
    let command = match args.due {
        true => StoreCommand::DigestsDue,
        false => StoreCommand::Digest {
            name: args.name.clone(),
            to: args.to.as_deref().map(channel).transpose()?,
        },
    };
    dispatch::carry_out(config, &command, Format::Text)
}

/// Checks where a test goes. A path is meant from here, wherever it is written.
fn channel(text: &str) -> anyhow::Result<String> {
    let channel = match Channel::parse(text).map_err(|why| WrongUse(format!("--to {text}: {why}")))? {
        Channel::File(path) => Channel::File(std::path::absolute(path)?),
        other => other,
    };
    Ok(channel.to_string())
}

fn preview(config: &Config, chosen: &[DigestSettings], is_html: bool) -> anyhow::Result<ExitCode> {
    let store = open::reader(config)?;
    let now = Clock::system().now();
    for settings in chosen {
        let composed = digest::compose(&store, now, settings)?;
        if !composed.is_due {
            tell!(
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

/// Runs `digests`.
pub(crate) fn list(config: Option<&Path>, args: &ListArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    if let Some(id) = args.show {
        print(digests::text(&open::reader(&config)?, DigestId(id))?.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(id) = args.resend {
        let digest = DigestId(id);
        return dispatch::carry_out(config, &StoreCommand::Resend { digest }, args.format);
    }
    let limit = Limit::of(args.limit, LIMIT, args.format);
    let mut found = digests::list(&open::reader(&config)?, limit.asked())?;
    limit.cut(&mut found);
    if found.is_empty() && args.format == Format::Text {
        tell!("no digest yet");
    }
    let shown = |digest: &StoredDigest| match args.format {
        Format::Json => json::line(digest),
        Format::Text => as_text(digest, &config),
    };
    print(found.iter().map(shown).collect::<String>().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn as_text(digest: &StoredDigest, config: &Config) -> String {
    let at = open::local(digest.to, config);
    let mut out = format!("{:>5}  {at}  {}\n", digest.id, table::tidy(&digest.subject));
    for delivery in &digest.deliveries {
        let when = delivery.sent_at.map(|at| format!(" {}", open::local(at, config)));
        let why = delivery
            .error
            .as_deref()
            .map(|error| format!(": {}", table::tidy(error)));
        out.push_str(&format!(
            "       {}{}  {}{}\n",
            delivery.state,
            when.unwrap_or_default(),
            table::tidy(&delivery.channel),
            why.unwrap_or_default()
        ));
    }
    out
}
