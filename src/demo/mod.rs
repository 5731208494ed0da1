//! The demo: a small invented newsroom served on loopback, followed for two days by the same code as the daemon.
//!
//! Only the clock is different: it stands until it is set, so a week takes seconds.

pub mod content;
mod register;
mod letters;
pub mod config;
mod picture;
mod site;
mod feeds;
mod metadata;
mod bodies;
mod templates;
pub mod newsroom;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use chrono::{DateTime, TimeDelta};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::{DigestId, Timestamp};
use crate::jobs::Context;
use crate::jobs::digest::{self, delivery};
use crate::jobs::worker_pool::{PoolTotals, WorkerPool};
use crate::store::{DATABASE_NAME, Store};
use newsroom::Newsroom;

/// Marks a folder as the demo's own, so that the next demo may clear it.
const MARK: &str = ".tidings-demo";
/// When the first digest is due: Saturday 13 June 2026, 07:00 in Berlin.
const FIRST_DIGEST: i64 = 1_781_326_800;
/// Polls run this long before the digest, in minutes.
const LEAD_MINUTES: i64 = 30;
/// Days the demo runs.
const DAYS: i64 = 2;

/// What the demo tells while it runs.
#[derive(Debug)]
pub enum Scene<'a> {
    /// The newsroom is open.
    Opened { outlets: usize, port: u16 },
    /// A day's polling is under way.
    Working(&'a PoolTotals),
    /// A day's polling is done.
    Polled { at: Timestamp, done: &'a PoolTotals },
    /// A digest was delivered.
    Digest {
        id: DigestId,
        subject: &'a str,
        text: &'a str,
    },
}

/// What the demo leaves behind.
#[derive(Debug)]
pub struct Left {
    pub config: PathBuf,
    pub documents: PathBuf,
    pub database: PathBuf,
    pub digests: PathBuf,
    pub articles: i64,
    pub stories: i64,
    /// Where its clock stands.
    pub now: Timestamp,
}

/// Runs the demo in `folder`, which is created, or cleared when an earlier demo left it.
///
/// # Errors
/// The folder is in use for something else, or nothing can be served on loopback.
pub async fn run(folder: &Path, mut tell: impl FnMut(Scene<'_>)) -> anyhow::Result<Left> {
    prepare(folder)?;
    let newsroom = Newsroom::start()
        .await
        .context("cannot serve the newsroom on 127.0.0.1")?;
    let result = follow(folder, &newsroom, &mut tell).await;
    newsroom.stop().await.context("the newsroom did not close")?;
    result
}

fn prepare(folder: &Path) -> anyhow::Result<()> {
    let is_empty = !folder.exists() || folder.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if !is_empty && !folder.join(MARK).exists() {
        bail!(
            "{} exists and is not a demo's; name another folder with --dir",
            folder.display()
        );
    }
    if folder.join(MARK).exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    std::fs::write(folder.join(MARK), "").with_context(|| format!("cannot write to {}", folder.display()))
}

async fn follow(folder: &Path, newsroom: &Newsroom, tell: &mut impl FnMut(Scene<'_>)) -> anyhow::Result<Left> {
    let path = folder.join("tidings.toml");
    // A path in a configuration starts beside its file; the reader's `--dir` starts where they stand.
    let state_dir = std::path::absolute(folder)?;
    std::fs::write(&path, config::config_text(newsroom.port(), &state_dir))?;
    let config = Config::load(&path)?;
    let first = DateTime::from_timestamp(FIRST_DIGEST, 0).context("the demo's date is out of range")?;
    let clock = Clock::manual(first - TimeDelta::minutes(LEAD_MINUTES));
    let mailbox = folder.join(config::MAILBOX);
    letters::deliver_until(&mailbox, clock.now())?;
    newsroom.publish_until(clock.now());
    tell(Scene::Opened {
        outlets: content::shipped().len(),
        port: newsroom.port(),
    });

    let store = Store::open(&config)?;
    let ctx = Arc::new(Context::open(config, store, clock.clone()).await?);
    // From here on digests are owed.
    digest::next_due(&ctx).await?;
    for day in 0..DAYS {
        let due = first + TimeDelta::days(day);
        clock.set(due - TimeDelta::minutes(LEAD_MINUTES));
        newsroom.publish_until(clock.now());
        letters::deliver_until(&mailbox, clock.now())?;
        let mut pool = WorkerPool::new();
        pool.finish_all(&ctx, &CancellationToken::new(), |done| tell(Scene::Working(done)))
            .await?;
        tell(Scene::Polled {
            at: clock.now(),
            done: &pool.done,
        });
        clock.set(due);
        digest::run_due(&ctx).await?;
        delivery::deliver_due(&ctx).await?;
        let newest = ctx
            .store
            .digests(1)?
            .into_iter()
            .next()
            .filter(|digest| digest.to == due);
        let newest = newest.context("no digest was due, which the demo's own configuration should prevent")?;
        let text = ctx.store.digest_text(newest.id)?.unwrap_or_default();
        tell(Scene::Digest {
            id: newest.id,
            subject: &newest.subject,
            text: &text,
        });
    }
    let stats = ctx.store.stats()?;
    Ok(Left {
        config: path,
        documents: folder.join("news"),
        database: folder.join(DATABASE_NAME),
        digests: folder.join("digests"),
        articles: stats.articles,
        stories: stats.stories,
        now: ctx.clock.now(),
    })
}
