//! The process that is killed: it composes the digest that is owed and sends it until nothing waits.
//!
//! The same code as the daemon's, with two things handed in: a clock that jumps to the next try instead of waiting for
//! it, and a short time limit for each step of a conversation.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tidings::clock::Clock;
use tidings::config::Config;
use tidings::deliver::mail::{MailOptions, Mailer};
use tidings::jobs::digest::{self, delivery};
use tidings::jobs::{Context, JobError};
use tidings::store::{Role, Store, StoreError};

/// How long a step of a conversation may take, in milliseconds.
const STEP_MILLISECONDS: u64 = 120;
/// When the articles come, and when the digest is owed.
pub const BEFORE: &str = "2026-06-13T17:00:00Z";
const DUE: &str = "2026-06-14T05:00:00Z";

/// Opens what is kept in a folder.
pub async fn open(folder: &Path, at: &str) -> (Arc<Context>, Clock) {
    let config = Config::load(&folder.join("tidings.toml")).unwrap_or_else(|errors| panic!("{errors}"));
    let clock = Clock::manual(at.parse().unwrap());
    let store = match Store::open(&config) {
        Ok(store) => store,
        // The next process tries again.
        Err(StoreError::Away(_) | StoreError::Unreachable) => std::process::exit(AGAIN),
        Err(error) => panic!("{error}"),
    };
    let mail = config.mail.as_ref().unwrap().options();
    let mut ctx = match Context::open(config, store, clock.clone()).await {
        Err(JobError::Store(_)) => std::process::exit(AGAIN),
        opened => opened.unwrap(),
    };
    ctx.mailer = Some(
        Mailer::new(&MailOptions {
            timeout: Duration::from_millis(STEP_MILLISECONDS),
            ..mail
        })
        .unwrap(),
    );
    (Arc::new(ctx), clock)
}

/// What a process ends with that lost its store: a service manager starts it again.
pub const AGAIN: i32 = 3;
/// How often a worker looks whether the digests are its own now, in milliseconds.
const LOOK_MILLISECONDS: u64 = 20;

/// Does what is owed as one of several workers: whoever has the digests makes and sends them, the others wait for that.
async fn run_as_one_of_several(ctx: &Arc<Context>, clock: &Clock) -> Result<(), JobError> {
    loop {
        if ctx.store.holds(Role::Digests) {
            // However late a delivery is tried: the next day's digest is none of this run.
            clock.set(DUE.parse().unwrap());
            digest::run_due(ctx).await?;
            if let Some(at) = ctx.store.next_delivery_due()? {
                clock.set(at.max(clock.now()));
            }
            delivery::deliver_due(ctx).await?;
            if let Some(at) = ctx.store.next_delivery_due()? {
                clock.set(at.max(clock.now()));
            }
        }
        if ctx.store.next_delivery_due()?.is_none() && !ctx.store.digests(1)?.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(LOOK_MILLISECONDS)).await;
    }
}

/// Does everything that is owed.
pub async fn run(folder: &Path) {
    let (ctx, clock) = open(folder, DUE).await;
    if ctx.store.is_at_server() {
        match run_as_one_of_several(&ctx, &clock).await {
            Ok(()) => ctx.store.close(),
            Err(JobError::Store(_)) => std::process::exit(AGAIN),
            Err(error) => panic!("{error}"),
        }
        return;
    }
    digest::run_due(&ctx).await.unwrap();
    loop {
        delivery::deliver_due(&ctx).await.unwrap();
        match ctx.store.next_delivery_due().unwrap() {
            Some(at) => clock.set(at.max(clock.now())),
            None => return,
        }
    }
}
