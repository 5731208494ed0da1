//! What a command changes, wherever it runs: in a process of its own, or in the daemon it was handed to.
//!
//! Both are this one code path, and what it says goes through `say` as values: so a command beside the daemon shows the same
//! and ends with the same exit code. Nothing here words or prints.

mod digest;
mod poll;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::domain::{ArticleId, DigestId, StoryId, Timestamp};
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
    Poll { sources: Vec<String> },
    /// Composes and delivers now; with `to` only a test to one channel.
    Digest { name: Option<String>, to: Option<String> },
    /// Does what the digests' schedules owe.
    DigestsDue,
    /// Sends the frozen bytes of a digest again.
    Resend { digest: DigestId },
    /// Moves the articles of one story into another.
    MergeStories { into: StoryId, from: StoryId },
    /// Moves articles into a story of their own.
    SplitStory { story: StoryId, articles: Vec<ArticleId> },
}

/// Something said while a command is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CommandOutput {
    /// How far it is.
    Progress(PoolTotals),
    Report(CommandReport),
}

/// Something that was done, or found not to be needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CommandReport {
    Polled(PoolTotals),
    /// Nothing is due before this moment, if ever; so many sources fail until then.
    NothingDue {
        at: Option<Timestamp>,
        failing: usize,
    },
    StoriesMerged(MergeReport),
    StorySplit(SplitReport),
    /// A test with this subject went to one channel.
    TestSent {
        channel: String,
        subject: String,
    },
    /// The digest of this name had nothing to tell, so nothing is sent.
    NothingNew(String),
    /// So many recipients got something.
    Delivered(usize),
    /// What was sent before went to a channel again, or did not.
    SentAgain {
        channel: String,
        error: Option<String>,
    },
}

/// A story that got the articles of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeReport {
    pub story: StoryId,
    pub merged: StoryId,
}

/// A story made of some articles of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitReport {
    pub story: StoryId,
    pub split_from: StoryId,
    pub articles: Vec<ArticleId>,
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
        StoreCommand::Poll { sources } => poll::run(ctx, sources, stop, say).await,
        StoreCommand::Digest { name, to } => digest::run(ctx, name.as_deref(), to.as_deref(), say).await,
        StoreCommand::DigestsDue => digest::run_due(ctx, say).await,
        StoreCommand::Resend { digest } => digest::resend(ctx, *digest, say).await,
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
        StoreCommand::MergeStories { into, from } => {
            let merged = store.merge_stories(now, *into, *from).await?;
            merged.map_err(|refused| CommandError::WrongUse(refused.to_string()))?;
            let (story, merged) = (*into, *from);
            report(say, CommandReport::StoriesMerged(MergeReport { story, merged }));
        }
        StoreCommand::SplitStory { story, articles } => {
            let split = store.split_story(now, *story, articles.clone()).await?;
            let to = split.map_err(|refused| CommandError::WrongUse(refused.to_string()))?;
            let split = SplitReport {
                story: to,
                split_from: *story,
                articles: articles.clone(),
            };
            report(say, CommandReport::StorySplit(split));
        }
        _ => {
            let message = "this order needs more than the store";
            return Err(CommandError::Unfinished(message.to_owned()));
        }
    }
    Ok(0)
}

fn report(say: &OutputSink, report: CommandReport) {
    say(CommandOutput::Report(report));
}
