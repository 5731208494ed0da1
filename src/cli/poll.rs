//! `tidings poll`: one round of work, then the end.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use tokio_util::sync::CancellationToken;

use super::{WrongUse, open};
use crate::clock::Clock;
use crate::domain::SourceId;
use crate::domain::source::Source;
use crate::jobs::Context;
use crate::jobs::crew::{Crew, Done};

/// Polls what is due, extracts, writes documents, and ends. Named sources are polled now, due or not
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Sources by name or address: the configured one, one before, or the one they moved to
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &Args) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    let done = open::runtime()?.block_on(async {
        let ctx = open::context(config, Clock::system()).await?;
        let named = named(&ctx, &args.sources)?;
        let stop = CancellationToken::new();
        let interrupted = stop.clone();
        let watch = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupted.cancel();
            }
        });
        let mut crew = Crew::new();
        crew.start_named(&ctx, named).await?;
        let progress = Progress::new();
        let result = crew.finish_all(&ctx, &stop, |done| progress.show(done)).await;
        progress.clear();
        crew.stop().await;
        watch.abort();
        result?;
        anyhow::Ok(crew.done)
    })?;
    anstream::eprintln!("{}", summary(&done));
    Ok(ExitCode::SUCCESS)
}

/// Finds sources by name, configured address, an address before (`was`) or the one they have moved to.
fn named(ctx: &Context, names: &[String]) -> anyhow::Result<Vec<SourceId>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let stored = ctx.store.sources()?;
    let has_moved_to = |id: SourceId, name: &str| {
        let moved = stored.iter().find(|source| source.id == id);
        moved.is_some_and(|source| source.state.current_address.as_deref() == Some(name))
    };
    let find = |name: &String| -> anyhow::Result<SourceId> {
        let alias = ctx.store.source_by_alias(name)?;
        let by_own = ctx
            .sources
            .iter()
            .find(|(_, s)| s.address == *name || s.name.as_deref() == Some(name.as_str()));
        let by_alias = || {
            let is_alias =
                |id: SourceId, s: &Source| s.was.as_ref() == Some(name) || alias == Some(id) || has_moved_to(id, name);
            ctx.sources.iter().find(|(id, s)| is_alias(**id, s))
        };
        by_own.or_else(by_alias).map(|(id, _)| *id).ok_or_else(|| {
            WrongUse(format!(
                "no source is called \"{name}\"; `tidings sources` lists names and addresses"
            ))
            .into()
        })
    };
    names.iter().map(find).collect()
}

/// Returns what was done in one line.
pub(super) fn summary(done: &Done) -> String {
    let failed = match done.failed_polls {
        0 => String::new(),
        n => format!(" ({n} failed, see `tidings sources`)"),
    };
    format!(
        "{} sources polled{failed}, {} new articles, {} read, {} documents written",
        done.polls, done.new_articles, done.articles, done.documents
    )
}

/// One line on a terminal that counts up; nothing elsewhere.
pub(super) struct Progress {
    is_terminal: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    pub(super) fn show(&self, done: &Done) {
        if self.is_terminal {
            self.write(&format!(
                "\r\u{1b}[K  {} sources polled, {} new articles, {} read",
                done.polls, done.new_articles, done.articles
            ));
        }
    }

    pub(super) fn clear(&self) {
        if self.is_terminal {
            self.write("\r\u{1b}[K");
        }
    }

    fn write(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        // Progress that cannot be shown is no reason to stop working.
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}
