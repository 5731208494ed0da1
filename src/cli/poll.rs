//! `tidings poll`: one round of work, then the end.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use super::{Format, dispatch, open};
use crate::commands::StoreCommand;
use crate::domain::plural::counted;
use crate::jobs::worker_pool::PoolTotals;

/// Polls what is due, extracts, writes documents, and ends. Named sources are polled now, due or not
#[derive(Debug, clap::Args)]
pub(super) struct PollArgs {
    /// Sources by name or address: the configured one, one before, or the one they moved to
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, args: &PollArgs) -> anyhow::Result<ExitCode> {
    let command = StoreCommand::Poll {
        sources: args.sources.clone(),
        json: args.format == Format::Json,
    };
    dispatch::carry_out(open::config(config)?, &command)
}

/// One line on a terminal that counts up; nothing elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    is_terminal: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    pub(super) fn show(&self, done: &PoolTotals) {
        if self.is_terminal {
            self.write(&format!(
                "\r\u{1b}[K  {} polled, {}, {} read",
                counted(done.polls, "source", "sources"),
                counted(done.new_articles, "new article", "new articles"),
                done.articles
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
