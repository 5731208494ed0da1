//! Carries an order out: by the daemon, if one runs on this state, else in this process. Both look the same.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use tokio_util::sync::CancellationToken;

use super::output::{print, tell};
use super::poll::Progress;
use super::{WrongUse, open};
use crate::clock::Clock;
use crate::config::Config;
use crate::control::client;
use crate::jobs::{JobError, maintenance};
use crate::orders::{self, Order, OrderError, Said};
use crate::store::Store;

/// Why the first of what was said could not be written.
type Unheard = Arc<Mutex<Option<anyhow::Error>>>;

/// Carries an order out and returns the exit code.
///
/// # Errors
/// It cannot be carried out.
pub(super) fn carry_out(config: Config, order: &Order) -> anyhow::Result<ExitCode> {
    let progress = Progress::new();
    open::runtime()?.block_on(async {
        let handed = client::hand_over(&config.state_dir, order, |said| hear(&progress, said)).await?;
        let code = match handed {
            Some(end) => {
                progress.clear();
                if let Some(message) = end.message {
                    tell!("tidings: {message}");
                }
                end.code
            }
            None => {
                let code = by_oneself(config, order, &progress).await;
                progress.clear();
                code?
            }
        };
        Ok(ExitCode::from(code))
    })
}

async fn by_oneself(config: Config, order: &Order, progress: &Progress) -> anyhow::Result<u8> {
    // An output that takes nothing must not end work that is half done; it is told when that is over.
    let unheard = Unheard::default();
    let (terminal, missed) = (progress.clone(), Arc::clone(&unheard));
    let say = move |said: Said| {
        if let Err(error) = hear(&terminal, said) {
            missed.lock().expect("nobody panics who holds it").get_or_insert(error);
        }
    };
    if matches!(order, Order::MergeStories { .. } | Order::SplitStory { .. }) {
        let store = Store::open(&config.state_dir)?;
        let done = orders::correct(&store, &Clock::system(), order, &say).await;
        return heard(done, &unheard);
    }
    let ctx = open::context(config, Clock::system()).await?;
    let stop = CancellationToken::new();
    let interrupted = (stop.clone(), ctx.clone());
    let watch = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            interrupted.1.shared.cancel();
            interrupted.0.cancel();
        }
    });
    let done = orders::carry_out(&ctx, order, &stop, &say).await;
    let is_whole_round = matches!(order, Order::Poll { .. }) && !stop.is_cancelled();
    if is_whole_round && done.is_ok() {
        // No daemon does it, where rounds are all there is.
        maintenance::after_round(&ctx)
            .await
            .map_err(|error| told(error.into()))?;
    }
    watch.abort();
    heard(done, &unheard)
}

/// Returns how an order ended; done, but unheard, it failed.
fn heard(done: Result<u8, OrderError>, unheard: &Unheard) -> anyhow::Result<u8> {
    let code = done.map_err(told)?;
    match unheard.lock().expect("nobody panics who holds it").take() {
        Some(error) if code == 0 => Err(error),
        _ => Ok(code),
    }
}

fn hear(progress: &Progress, said: Said) -> anyhow::Result<()> {
    match said {
        Said::Progress(done) => progress.show(&done),
        Said::Out(text) => {
            progress.clear();
            print(text.as_bytes())?;
        }
        Said::Told(line) => {
            progress.clear();
            tell!("{line}");
        }
    }
    Ok(())
}

fn told(error: OrderError) -> anyhow::Error {
    match error {
        OrderError::WrongUse(message) => WrongUse(message).into(),
        // As it is, so that the exit code can be told from it.
        OrderError::Job(JobError::Store(error)) => error.into(),
        other => other.into(),
    }
}
