//! `tidings backup`: a checked copy of the database, while the daemon runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::open;
use crate::cli::output::format::WrongUse;
use crate::cli::output::print::print;
use crate::cli::output::progress::Progress;
use crate::domain::plural::counted;
use crate::store::maintenance::BackupError;

/// Bytes in a megabyte, as people count them.
const MEGABYTE: u64 = 1_000_000;

/// Copies the database to a file, also while the daemon runs: one state of it, checked before the copy gets its name
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The copy is one file that holds everything stored: articles, stories, digests and what is still to be \
                  delivered. It appears under its name only when it is whole and checked. The documents are not in it: \
                  they are files already.\n\n\
                  To restore: systemctl stop tidings, copy FILE to tidings.sqlite in the state folder, remove \
                  tidings.sqlite-wal and tidings.sqlite-shm beside it, start again (docs/operations.md).\n\n\
                  A copy each night:  tidings backup \"/var/backups/tidings-$(date +%F).sqlite\""
)]
pub(crate) struct BackupArgs {
    /// Where the copy goes
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub(crate) fn run(config: Option<&Path>, args: &BackupArgs) -> anyhow::Result<ExitCode> {
    let store = open::reader(&open::config(config)?)?;
    let progress = Progress::new();
    let result = store.back_up(&args.file, args.force, |copied, all| {
        if copied < all {
            let share = i64::from(copied) * 100 / i64::from(all.max(1));
            progress.show(&format!("  {share} % copied"));
        } else {
            progress.show("  checking the copy");
        }
    });
    progress.clear();
    let copied = match result {
        Ok(copied) => copied,
        Err(error @ (BackupError::Exists { .. } | BackupError::InUse { .. } | BackupError::NotAFile { .. })) => {
            return Err(WrongUse(error.to_string()).into());
        }
        Err(error) => return Err(error.into()),
    };
    let (whole, tenth) = (copied.bytes / MEGABYTE, copied.bytes % MEGABYTE / (MEGABYTE / 10));
    print(
        format!(
            "{}: {whole}.{tenth} MB, schema {}, checked and whole\n{}, {}, {}, {}\n",
            args.file.display(),
            copied.schema,
            counted(copied.rows_of("article"), "article", "articles"),
            counted(copied.rows_of("story"), "story", "stories"),
            counted(copied.rows_of("digest"), "digest", "digests"),
            counted(copied.rows_of("source"), "source", "sources"),
        )
        .as_bytes(),
    )?;
    Ok(ExitCode::SUCCESS)
}
