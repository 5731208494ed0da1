//! What a command changes, wherever it runs: in a process of its own, or in the daemon it was handed to.
//!
//! Both are this one code path, and what it says goes through `say`: so a command beside the daemon prints the same and
//! ends with the same exit code. Nothing here prints.

mod digest;
mod poll;
mod stories;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::domain::{ArticleId, DigestId, StoryId};
use crate::jobs::worker_pool::PoolTotals;
use crate::jobs::{Context, JobError};
use crate::store::{Store, StoreError};

/// Exit code of what failed.
pub const FAILED: u8 = 1;
/// Exit code for wrong use, and for what only the owner can mend.
pub const WRONG_USE: u8 = 2;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum StoreCommand {
    /// Polls the named sources, or what is due.
    Poll { sources: Vec<String>, json: bool },
    /// Composes and delivers now; with `to` only a test to one channel.
    Digest { name: Option<String>, to: Option<String> },
    /// Does what the digests' schedules owe.
    DigestsDue,
    /// Sends the frozen bytes of a digest again.
    Resend { digest: i64 },
    /// Moves the articles of one story into another.
    MergeStories { into: i64, from: i64, json: bool },
    /// Moves articles into a story of their own.
    SplitStory { story: i64, articles: Vec<i64>, json: bool },
}

/// Something said while a command is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CommandOutput {
    /// A result, for standard output, with its line break.
    Out(String),
    /// A line for standard error.
    Told(String),
    /// How far it is.
    Progress(PoolTotals),
}

/// Hears what is said.
pub type OutputSink = dyn Fn(CommandOutput) + Send + Sync;

/// Why a command was not carried out.
#[derive(Debug, Error)]
pub enum CommandError {
    #[error("{0}")]
    WrongUse(String),
    #[error("{0}")]
    Unfinished(String),
    #[error(transparent)]
    Job(#[from] JobError),
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::Job(error.into())
    }
}

impl CommandError {
    /// Returns the exit code for it.
    pub fn code(&self) -> u8 {
        match self {
            Self::WrongUse(_) | Self::Job(JobError::Store(StoreError::Newer { .. } | StoreError::Damaged(_))) => {
                WRONG_USE
            }
            Self::Unfinished(_) | Self::Job(_) => FAILED,
        }
    }
}

/// Carries a command out and returns the exit code. `stop` ends a poll early; what is sent is never cut off by it.
///
/// # Errors
/// It cannot be carried out, or the store cannot be used.
pub async fn carry_out(
    ctx: &Arc<Context>,
    command: &StoreCommand,
    stop: &CancellationToken,
    say: &OutputSink,
) -> Result<u8, CommandError> {
    match command {
        StoreCommand::Poll { sources, json } => poll::run(ctx, sources, *json, stop, say).await,
        StoreCommand::Digest { name, to } => digest::run(ctx, name.as_deref(), to.as_deref(), say).await,
        StoreCommand::DigestsDue => digest::run_due(ctx, say).await,
        StoreCommand::Resend { digest } => digest::resend(ctx, DigestId(*digest), say).await,
        StoreCommand::MergeStories { .. } | StoreCommand::SplitStory { .. } => {
            edit_stories(&ctx.store, &ctx.clock, command, say).await
        }
    }
}

/// Carries out a command that needs the store alone: stories put right by hand.
///
/// # Errors
/// The correction is refused, or the store cannot be used.
pub async fn edit_stories(
    store: &Store,
    clock: &Clock,
    command: &StoreCommand,
    say: &OutputSink,
) -> Result<u8, CommandError> {
    let now = clock.now();
    match command {
        StoreCommand::MergeStories { into, from, json } => {
            stories::merge(store, now, StoryId(*into), StoryId(*from), *json, say).await
        }
        StoreCommand::SplitStory { story, articles, json } => {
            let articles = articles.iter().copied().map(ArticleId).collect();
            stories::split(store, now, StoryId(*story), articles, *json, say).await
        }
        _ => Err(CommandError::Unfinished(
            "this order needs more than the store".to_owned(),
        )),
    }
}
