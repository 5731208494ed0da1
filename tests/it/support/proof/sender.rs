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
use tidings::jobs::Context;
use tidings::jobs::digest::{self, delivery};
use tidings::store::Store;

/// How long a step of a conversation may take, in milliseconds.
const STEP_MILLISECONDS: u64 = 120;
/// When the articles come, and when the digest is owed.
pub const BEFORE: &str = "2026-06-13T17:00:00Z";
const DUE: &str = "2026-06-14T05:00:00Z";

/// Opens what is kept in a folder.
pub async fn open(folder: &Path, at: &str) -> (Arc<Context>, Clock) {
    let config = Config::load(&folder.join("tidings.toml")).unwrap_or_else(|errors| panic!("{errors}"));
    let clock = Clock::manual(at.parse().unwrap());
    let store = Store::open(&config.state_dir).unwrap();
    let mail = config.mail.as_ref().unwrap().options();
    let mut ctx = Context::open(config, store, clock.clone()).await.unwrap();
    ctx.mailer = Some(
        Mailer::new(&MailOptions {
            timeout: Duration::from_millis(STEP_MILLISECONDS),
            ..mail
        })
        .unwrap(),
    );
    (Arc::new(ctx), clock)
}

/// Does everything that is owed.
pub async fn run(folder: &Path) {
    let (ctx, clock) = open(folder, DUE).await;
    digest::run_due(&ctx).await.unwrap();
    loop {
        delivery::deliver_due(&ctx).await.unwrap();
        match ctx.store.next_delivery_due().unwrap() {
            Some(at) => clock.set(at.max(clock.now())),
            None => return,
        }
    }
}
