//! `tidings init`: a starter configuration, commented, never over an existing file.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use crate::cli::output::format::WrongUse;
use crate::cli::output::print::print;

/// What the starter file says; a test loads it.
const STARTER: &str = include_str!("starter.toml");
/// What the file is called where only its folder is named.
const FILE_NAME: &str = "tidings.toml";

/// Writes a commented starter tidings.toml
#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// Folder to write tidings.toml in, made if it is not there; else the file that --config names, else the working folder
    dir: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// A configuration is there already, or the folder cannot be written.
pub fn run(config: Option<&Path>, args: InitArgs) -> anyhow::Result<ExitCode> {
    let path = place(config, args.dir, std::env::var_os("TIDINGS_CONFIG"))?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let draft = folder.join(format!(".tidings.toml.{}.new", std::process::id()));
    let written = write_draft(&draft).and_then(|()| fs::hard_link(&draft, &path));
    // A link is made only where nothing is, so that nobody's file is replaced; the draft's own name has then served.
    let removed = fs::remove_file(&draft);
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            anyhow::bail!(
                "{} is there already and is left as it is; name another place",
                path.display()
            )
        }
        other => other.with_context(|| format!("cannot write {}", path.display()))?,
    }
    removed.with_context(|| format!("cannot remove {}", draft.display()))?;
    let shown = path.display();
    // The one in the working folder is found by itself.
    let tidings = match path == Path::new(FILE_NAME) {
        true => "tidings".to_owned(),
        false => format!("tidings --config {shown}"),
    };
    let next = format!(
        "Wrote {shown}.\n\nNext:\n  1. name your sources and topics in it\n  2. {tidings} check\n  3. {tidings} poll\n  \
         4. {tidings} stories\n  5. {tidings} digest --dry-run\n"
    );
    print(next.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the file to write. A folder that is named goes before a variable of the environment, which stands for all
/// commands, but not together with a file that is named too.
fn place(config: Option<&Path>, dir: Option<PathBuf>, variable: Option<OsString>) -> Result<PathBuf, WrongUse> {
    match (config, dir) {
        (Some(path), Some(_)) if variable.as_deref() != Some(path.as_os_str()) => {
            let path = path.display();
            Err(WrongUse(format!(
                "--config {path} names the file to write; leave the folder out"
            )))
        }
        (_, Some(dir)) => Ok(dir.join(FILE_NAME)),
        (Some(path), None) => Ok(path.to_owned()),
        (None, None) => Ok(PathBuf::from(FILE_NAME)),
    }
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
        let args = || InitArgs {
            dir: Some(folder.path().join("new")),
        };
        run(None, args()).unwrap();
        let path = folder.path().join("new/tidings.toml");
        Config::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
        fs::write(&path, "mine").unwrap();
        assert!(run(None, args()).unwrap_err().to_string().contains("is there already"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
    }

    #[test]
    fn the_place_is_what_was_named() {
        let (file, folder) = (Path::new("/a/b.toml"), || Some(PathBuf::from("/c")));
        let written = |config, dir, variable: Option<&str>| place(config, dir, variable.map(OsString::from)).ok();
        assert_eq!(written(None, None, None), Some("tidings.toml".into()));
        assert_eq!(written(None, folder(), None), Some("/c/tidings.toml".into()));
        assert_eq!(written(Some(file), None, None), Some(file.to_owned()));
        assert_eq!(written(Some(file), folder(), None), None);
        // A variable looks like the option.
        assert_eq!(
            written(Some(file), folder(), Some("/a/b.toml")),
            Some("/c/tidings.toml".into())
        );
    }
}
