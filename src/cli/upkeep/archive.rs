//! `tidings archive`: documents and database against each other.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use crate::cli::open;
use crate::cli::output::format::{Format, WrongUse};
use crate::cli::output::json;
use crate::cli::output::print::{print, tell};
use crate::cli::output::progress::Progress;
use crate::clock::Clock;
use crate::config::Config;
use crate::decide::article::WriteDocuments;
use crate::domain::plural::counted;
use crate::jobs::archive::import;
use crate::jobs::archive::rebuild::database::{self, RebuildStep};
use crate::jobs::archive::rebuild::{self, SkippedDocument};
use crate::jobs::archive::verify::{self, DifferenceKind, VerifyReport};
use crate::jobs::{self, JobError};

/// Documents that were not taken, told at most.
const SKIPPED_TOLD: usize = 100;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct ArchiveArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Verify(VerifyArgs),
    Rebuild(RebuildArgs),
    Import(ImportArgs),
}

/// Takes an old collection of documents into the store: its articles become known, never news, and stories go on from them
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every .md file below DIR is read, and what its documents name as related beside them. Articles are placed in \
                  order of their dates by the same rule as all others. What is known already stays as it is: a second \
                  import changes nothing, and one that was ended goes on. DIR itself is not changed."
)]
struct ImportArgs {
    /// The folder of the collection
    dir: PathBuf,
}

/// Writes documents from the database, or a lost database from the documents
#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("direction").required(true),
    after_help = "Neither takes anything away: documents that nobody knows stay, and a database that holds something is not \
                  replaced. Both can be ended at any moment and begun again."
)]
struct RebuildArgs {
    /// Write documents that are missing or say something else than the database
    #[arg(long, group = "direction")]
    documents: bool,
    /// Make a database from the documents, where there is none: articles, topics and stories; what documents do not carry
    /// is named
    #[arg(long, group = "direction")]
    database: bool,
}

/// Compares every document with the database, also while the daemon runs; changes nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status 0: all are equal; 1: there are differences, each kind with its count, its first names and \
                  the remedy. A document that the daemon is still to write is no difference."
)]
struct VerifyArgs {
    /// Names told of each kind
    #[arg(long, value_name = "N", default_value_t = 10)]
    names: usize,
    /// Output for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(config: Option<&Path>, args: ArchiveArgs) -> anyhow::Result<ExitCode> {
    let config = open::config(config)?;
    match args.action {
        Action::Verify(args) => verify(&config, &args),
        Action::Rebuild(args) if args.database => rebuild_database(&config),
        Action::Rebuild(_) => rebuild_documents(config),
        Action::Import(args) => import_collection(config, &args.dir),
    }
}

fn rebuild_documents(config: Config) -> anyhow::Result<ExitCode> {
    needs_documents(&config)?;
    let progress = Progress::new();
    let rebuilt = open::runtime()?.block_on(async {
        let ctx = open::context(config, Clock::system()).await?;
        anyhow::Ok(
            rebuild::documents(&ctx, |done, all| {
                progress.show(&format!("  {done} of {all} documents compared and written"));
            })
            .await?,
        )
    });
    progress.clear();
    let rebuilt = rebuilt?;
    let documents = counted(rebuilt.documents, "document", "documents");
    print(format!("{documents}, {} written\n", rebuilt.written).as_bytes())?;
    for failure in &rebuilt.failures {
        tell!("tidings: {failure}");
    }
    Ok(match rebuilt.failures.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn rebuild_database(config: &Config) -> anyhow::Result<ExitCode> {
    let progress = Progress::new();
    let built = open::runtime()?.block_on(database::database(config, Clock::system().now(), |step| match step {
        RebuildStep::Reading(done, all) => progress.show(&format!("  {done} of {all} documents read")),
        RebuildStep::Grouping => progress.clear(),
        RebuildStep::Comparing(done, all) => progress.show(&format!("  {done} of {all} documents compared")),
    }));
    progress.clear();
    let built = built?;
    let mut text = format!(
        "{} in {}, from {}\n",
        counted(built.articles, "article", "articles"),
        counted(built.stories, "story", "stories"),
        config.archive.path.display()
    );
    tell_skipped(&mut text, &built.skipped, built.skipped.len() as u64);
    if !built.unfollowed.is_empty() {
        let _ = writeln!(
            text,
            "topics that documents name and nobody follows: {}",
            built.unfollowed.join(", ")
        );
    }
    text.push_str("\nThe documents compared with it: ");
    text.push_str(&as_text(&built.report));
    text.push_str("\nNot in it, since documents do not carry it:\n");
    for lost in database::LOST {
        let _ = writeln!(text, "  {lost}");
    }
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn import_collection(config: Config, folder: &Path) -> anyhow::Result<ExitCode> {
    let progress = Progress::new();
    let imported = open::runtime()?.block_on(async {
        let ctx = open::context(config, Clock::system()).await?;
        anyhow::Ok(
            import::import(&ctx, folder, |done, all| {
                progress.show(&format!("  {done} of {all} documents read and taken in"));
            })
            .await,
        )
    });
    progress.clear();
    let imported = match imported? {
        Err(
            error @ (JobError::OwnArchive { .. }
            | JobError::NoDocuments { .. }
            | JobError::Unreadable { .. }
            | JobError::TooMany { .. }),
        ) => return Err(WrongUse(error.to_string()).into()),
        imported => imported?,
    };
    let mut text = format!(
        "{} read: {} taken in ({} from what others say of them), {} known already\n\
         of a followed topic and in stories: {}; {} written\n",
        counted(imported.documents, "document", "documents"),
        counted(imported.articles, "article", "articles"),
        imported.from_related,
        imported.known,
        imported.placed,
        counted(imported.written, "document", "documents"),
    );
    tell_skipped(&mut text, &imported.skipped, imported.skipped_count);
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn tell_skipped(text: &mut String, skipped: &[SkippedDocument], count: u64) {
    if count == 0 {
        return;
    }
    let _ = writeln!(text, "not taken: {}", counted(count, "document", "documents"));
    for one in skipped.iter().take(SKIPPED_TOLD) {
        let _ = writeln!(text, "  {}: {}", one.name, one.reason);
    }
    let more = count.saturating_sub(skipped.len().min(SKIPPED_TOLD) as u64);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
}

fn verify(config: &Config, args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    needs_documents(config)?;
    let store = open::reader(config)?;
    let matcher = jobs::compile(config)?;
    let progress = Progress::new();
    let report = verify::verify(config, &matcher, &store, args.names, |done, all| {
        progress.show(&format!("  {done} of {all} compared"));
    });
    progress.clear();
    let report = report?;
    let text = match args.format {
        Format::Text => as_text(&report),
        Format::Json => json::line(&as_json(&report)),
    };
    print(text.as_bytes())?;
    Ok(match report.is_equal() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn needs_documents(config: &Config) -> Result<(), WrongUse> {
    match config.archive.write {
        WriteDocuments::None => Err(WrongUse(
            "archive.write is \"none\": there are no documents; set it to \"matched\" or \"all\"".to_owned(),
        )),
        WriteDocuments::Matched | WriteDocuments::All => Ok(()),
    }
}

fn as_text(report: &VerifyReport) -> String {
    let documents = counted(report.documents, "document", "documents");
    let mut text = format!("{documents}, {} equal", report.equal);
    if report.waiting > 0 {
        // Writing into a String does not fail.
        let _ = write!(
            text,
            ", {} still to be written by the daemon or `tidings poll`",
            report.waiting
        );
    }
    text.push('\n');
    for kind in DifferenceKind::ALL {
        let found = report.of(kind);
        if found.count == 0 {
            continue;
        }
        let _ = writeln!(text, "\n{} {}: {}", found.count, kind.as_str(), kind.remedy());
        for name in &found.names {
            let _ = writeln!(text, "  {name}");
        }
        let more = found.count - found.names.len() as u64;
        if more > 0 {
            let _ = writeln!(text, "  and {more} more");
        }
    }
    text
}

fn as_json(report: &VerifyReport) -> serde_json::Value {
    let differences: Vec<_> = DifferenceKind::ALL
        .into_iter()
        .filter(|kind| report.of(*kind).count > 0)
        .map(|kind| {
            let found = report.of(kind);
            json!({ "kind": kind.as_str(), "count": found.count, "names": found.names, "remedy": kind.remedy() })
        })
        .collect();
    json!({
        "documents": report.documents,
        "equal": report.equal,
        "waiting": report.waiting,
        "differences": differences,
    })
}
