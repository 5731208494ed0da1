//! `tidings init`: a starter configuration, commented, never over an existing file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

/// What the starter file says; a test loads it.
const STARTER: &str = include_str!("starter.toml");

/// Writes a commented starter tidings.toml
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to write it in; made if it is not there
    #[arg(default_value = ".")]
    dir: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// A configuration is there already, or the folder cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(&args.dir).with_context(|| format!("cannot make the folder {}", args.dir.display()))?;
    let path = args.dir.join("tidings.toml");
    let draft = args.dir.join(format!(".tidings.toml.{}.new", std::process::id()));
    let written = write_draft(&draft).and_then(|()| fs::hard_link(&draft, &path));
    // A link is made only where nothing is, so that nobody's file is replaced; the draft's own name has then served.
    let removed = fs::remove_file(&draft);
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            anyhow::bail!(
                "{} is there already and is left as it is; name another folder",
                path.display()
            )
        }
        other => other.with_context(|| format!("cannot write {}", path.display()))?,
    }
    removed.with_context(|| format!("cannot remove {}", draft.display()))?;
    let shown = path.display();
    anstream::println!(
        "Wrote {shown}.\n\nNext:\n  1. name your sources and topics in it\n  2. tidings --config {shown} check\n  \
         3. tidings --config {shown} poll\n  4. tidings --config {shown} digest --dry-run"
    );
    Ok(ExitCode::SUCCESS)
}

fn write_draft(draft: &std::path::Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(draft)?;
    file.write_all(STARTER.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_starter_loads_and_is_never_written_over_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let args = || Args {
            dir: folder.path().join("new"),
        };
        run(args()).unwrap();
        let path = folder.path().join("new/tidings.toml");
        Config::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
        fs::write(&path, "mine").unwrap();
        assert!(run(args()).unwrap_err().to_string().contains("is there already"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
    }
}
