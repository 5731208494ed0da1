//! Carries a command out: by the daemon, if one runs on this state, else in this process. Both look the same.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use crate::cli::output::format::{Format, WrongUse};
use crate::cli::output::print::tell;
use crate::cli::output::progress::Progress;
use crate::cli::{command_report, open};
use crate::clock::Clock;
use crate::commands::{self, CommandError, CommandOutput, StoreCommand};
use crate::config::Config;
use crate::control::client;
use crate::jobs::JobError;
use crate::jobs::maintenance::daily;
use crate::store::Store;

/// Why the first of what was said could not be written.
type Unheard = Arc<Mutex<Option<anyhow::Error>>>;

/// Carries a command out and returns the exit code.
///
/// # Errors
/// It cannot be carried out.
pub(super) fn carry_out(config: Config, command: &StoreCommand, format: Format) -> anyhow::Result<ExitCode> {
    let progress = Progress::new();
    let zone = config.zone;
    let hear = move |progress: &Progress, said| match said {
        CommandOutput::Progress(done) => {
            progress.show_round(&done);
            Ok(())
        }
        CommandOutput::Report(report) => {
            progress.clear();
            command_report::show(&report, format, zone)
        }
    };
    open::runtime()?.block_on(async {
        let handed = client::send_command(&config.state_dir, command, |said| hear(&progress, said)).await?;
        let code = match handed {
            Some(end) => {
                progress.clear();
                if let Some(message) = end.message {
                    tell!("tidings: {message}");
                }
                end.code
            }
            None => {
                let code = by_oneself(config, command, &progress, hear).await;
                progress.clear();
                code?
            }
        };
        Ok(ExitCode::from(code))
    })
}

async fn by_oneself(
    config: Config,
    command: &StoreCommand,
    progress: &Progress,
    hear: impl Fn(&Progress, CommandOutput) -> anyhow::Result<()> + Send + Sync + 'static,
) -> anyhow::Result<u8> {
    // An output that takes nothing must not end work that is half done; it is told when that is over.
    let unheard = Unheard::default();
    let (terminal, missed) = (progress.clone(), Arc::clone(&unheard));
    let say = move |said: CommandOutput| {
        if let Err(error) = hear(&terminal, said) {
            missed.lock().expect("nobody panics who holds it").get_or_insert(error);
        }
    };
    if matches!(
        command,
        StoreCommand::MergeStories { .. } | StoreCommand::SplitStory { .. }
    ) {
        let store = Store::open(&config)?;
        let done = commands::edit_stories(&store, &Clock::system(), command, &say).await;
        return heard(done, &unheard);
    }
    let ctx = open::context(config, Clock::system()).await?;
    let (stop, shared) = (ctx.shared.stop(), Arc::clone(&ctx.shared));
    let watch = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            shared.cancel();
        }
    });
    let done = commands::carry_out(&ctx, command, &stop, &say).await;
    let is_whole_round = matches!(command, StoreCommand::Poll { .. }) && !stop.is_cancelled();
    if is_whole_round && done.is_ok() {
        // No daemon does it, where rounds are all there is.
        daily::after_round(&ctx).await.map_err(|error| told(error.into()))?;
    }
    watch.abort();
    heard(done, &unheard)
}

/// Returns how a command ended; done, but unheard, it failed.
fn heard(done: Result<u8, CommandError>, unheard: &Unheard) -> anyhow::Result<u8> {
    let code = done.map_err(told)?;
    match unheard.lock().expect("nobody panics who holds it").take() {
        Some(error) if code == 0 => Err(error),
        _ => Ok(code),
    }
}

fn told(error: CommandError) -> anyhow::Error {
    match error {
        CommandError::WrongUse(message) => WrongUse(message).into(),
        // As it is, so that the exit code can be told from it.
        CommandError::Job(JobError::Store(error)) => error.into(),
        other => other.into(),
    }
}
