//! `tidings demo`: the whole program against a newsroom of its own.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono_tz::Europe::Berlin;

use crate::cli::output::print::{print, tell};
use crate::cli::output::progress::Progress;
use crate::cli::{open, serve};
use crate::clock::Clock;
use crate::config::Config;
use crate::demo::{self, Left, Scene};
use crate::domain::plural::counted;

/// Shows the whole daemon at work on a small newsroom on this machine: no network, no configuration needed
#[derive(Debug, clap::Args)]
pub(super) struct DemoArgs {
    /// Where documents, database and digests are left to look at
    #[arg(long, value_name = "DIR", default_value = "tidings-demo")]
    dir: PathBuf,
    /// Then shows what is stored as pages at this address of this machine, http://127.0.0.1:8470/ if none is named, until
    /// Ctrl-C
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:8470")]
    serve: Option<SocketAddr>,
}

/// Runs the command.
pub(super) fn run(args: &DemoArgs) -> anyhow::Result<ExitCode> {
    let progress = Progress::new();
    let mut failed = None;
    let left = open::runtime()?.block_on(demo::run(&args.dir, |scene| {
        if let Scene::Working(done) = &scene {
            progress.show_round(done);
        } else {
            progress.clear();
            if let Err(error) = show(&scene) {
                failed = Some(error);
            }
        }
    }))?;
    match failed {
        Some(error) => Err(error),
        None => {
            farewell(&left)?;
            if let Some(address) = args.serve {
                let config = Config::load(&left.config)?;
                let store = open::reader(&config)?;
                let settings = serve::local_settings(address);
                open::runtime()?.block_on(serve::show(config, store, Clock::manual(left.now), settings))?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn show(scene: &Scene<'_>) -> anyhow::Result<()> {
    match scene {
        Scene::Opened { outlets, port } => {
            tell!(
                "A newsroom of {outlets} invented outlets, with a register and a mailbox, is open on 127.0.0.1:{port}."
            );
        }
        Scene::Working(_) => {}
        Scene::Polled { at, done } => {
            let local = at.with_timezone(&Berlin).format("%A %-d %B, %H:%M");
            tell!(
                "{local}: {} polled ({} failing on purpose), {}, {} written.",
                counted(done.polls, "source", "sources"),
                done.failed_polls,
                counted(done.new_articles, "new article", "new articles"),
                counted(done.documents, "document", "documents")
            );
        }
        Scene::Digest { subject, text, .. } => {
            std::io::stderr().flush()?;
            let rule = "═".repeat(78);
            let (on, off) = if std::io::stdout().is_terminal() {
                ("\u{1b}[1m", "\u{1b}[0m")
            } else {
                ("", "")
            };
            print(format!("\n{rule}\n{on}{subject}{off}\n{rule}\n\n{text}\n").as_bytes())?;
        }
    }
    Ok(())
}

fn farewell(left: &Left) -> anyhow::Result<()> {
    let config = left.config.display();
    let text = format!(
        "{} articles and {} stories are stored. The clock of the demo stands in June 2026, and its outlets are closed again:\n\
         what is listed is two days of then, and no link leads anywhere now. Look at:\n\
         \x20 {}   the documents, Markdown with front matter\n\
         \x20 {}   the digests as they would be mailed, text and HTML\n\
         \x20 {}   the database\n\
         \n\
         Try next:\n\
         \x20 tidings --config {config} stories\n\
         \x20 tidings --config {config} search '\"facial recognition\" AND council'\n\
         \x20 tidings --config {config} sources\n\
         \x20 tidings --config {config} digests\n\
         \n\
         Your own: tidings init, edit tidings.toml, tidings check, tidings run.\n",
        left.articles,
        left.stories,
        left.documents.display(),
        left.digests.display(),
        left.database.display(),
    );
    Ok(print(text.as_bytes())?)
}
