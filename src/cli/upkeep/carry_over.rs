//! `tidings move`: the whole store from the file to the server, or back.

use std::path::Path;
use std::process::ExitCode;

use crate::cli::open;
use crate::cli::output::format::WrongUse;
use crate::cli::output::print::print;
use crate::cli::output::progress::Progress;
use crate::config::Config;
use crate::domain::plural::counted;
use crate::store::maintenance::CarryStep;
use crate::store::{Store, StoreError, StorePlace};

/// Carries the whole store from the file in the state folder to the server that the configuration names, or back
///
/// Stop tidings first. The old store stays as it is, and the new one counts as whole only when both were compared row by row.
/// Ended in the middle, the same command goes on where it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "From one machine to a server:\n\n  \
                  systemctl stop tidings\n  \
                  (add [store] postgres = { url = \"postgres://…\" } to the configuration)\n  \
                  tidings move --from file --to postgres\n  \
                  systemctl start tidings\n\n\
                  Kept pictures are files of the state folder: copy `images` to each machine that shows pages.")]
pub(crate) struct MoveArgs {
    /// Where the store is
    #[arg(long, value_enum)]
    from: StoreKind,
    /// Where it is to be; what is there must be empty
    #[arg(long, value_enum)]
    to: StoreKind,
}

/// The folder beside the file in which this worker is another.
const MOVING: &str = "moving";

/// Where a store can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StoreKind {
    /// The file in the state folder
    File,
    /// The server that `store.postgres` names
    Postgres,
}

/// Runs the command.
pub(crate) fn run(config: Option<&Path>, args: &MoveArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    if args.from == args.to {
        return Err(WrongUse("--from and --to name the same place; name both, file and postgres".to_owned()).into());
    }
    if config.server.is_none() {
        return Err(WrongUse("the configuration names no server; add [store] postgres first".to_owned()).into());
    }
    let progress = Progress::new();
    let runtime = open::runtime()?;
    let done = runtime.block_on(async {
        let old = opened(&config, args.from)?;
        let new = opened(&config, args.to)?;
        let done = old.carry_over_to(&new, |step| {
            progress.show(&match step {
                CarryStep::Carrying(table, rows) => format!("  {table}: {rows} carried over"),
                CarryStep::Comparing(table, rows) => format!("  {table}: {rows} compared"),
            });
        });
        let done = done.await?;
        old.close();
        new.close();
        if let Err(error) = std::fs::remove_dir_all(config.state_dir.join(MOVING)) {
            tracing::debug!("an empty folder is left: {error}");
        }
        Ok::<_, StoreError>(done)
    });
    progress.clear();
    let done = done?;
    let rows: usize = done.rows.iter().map(|(_, rows)| rows).sum();
    let rows_of = |wanted: &str| {
        done.rows
            .iter()
            .find(|(table, _)| *table == wanted)
            .map_or(0, |(_, rows)| *rows)
    };
    print(
        format!(
            "{} carried over and the same in both: {}, {}, {}, {}\nthe old store is as it was; the next start indexes texts anew, and a search finds the newest first\n",
            counted(rows, "row", "rows"),
            counted(rows_of("article"), "article", "articles"),
            counted(rows_of("story"), "story", "stories"),
            counted(rows_of("digest"), "digest", "digests"),
            counted(rows_of("source"), "source", "sources"),
        )
        .as_bytes(),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Opens a store as its owner: nobody else writes to it meanwhile.
fn opened(config: &Config, kind: StoreKind) -> Result<Store, StoreError> {
    match kind {
        StoreKind::File => Store::open(&config.state_dir),
        // Who owns the file holds the lock of the state folder.
        StoreKind::Postgres => Store::open(StorePlace {
            folder: &config.state_dir.join(MOVING),
            server: config.server.as_ref(),
        }),
    }
}
