//! The folder of documents: files that appear whole, change only when their bytes differ, and never lie outside it.
//!
//! A file is written beside its place under a temporary name, brought to disk, and renamed; the folder is brought to
//! disk after it. Names come from the store (`store::documents`), which has made them from a slug: small letters,
//! digits and hyphens. This module checks them again.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::document::file_name::is_file_stem;
use crate::{blocking, files};

/// The longest file name written, in bytes.
const NAME_MAX: usize = 200;
/// What temporary files begin with; whatever is left of a killed write is removed at start.
const TEMPORARY: &str = ".tidings-";
/// What documents' names end with.
const ENDING: &str = ".md";

/// Why a document could not be written.
#[derive(Debug, Error)]
pub enum ArchiveError {
    #[error(
        "cannot use the archive folder {path}: {error}; {}",
        files::remedy(path, error, "archive.path")
    )]
    Folder { path: PathBuf, error: std::io::Error },
    #[error(
        "cannot write {path}: {error}; what is stored is safe, and the document is written once there is room and the right to"
    )]
    Write { path: PathBuf, error: std::io::Error },
    #[error("cannot delete {path}: {error}; its article is purged, and it is deleted once that can be done")]
    Remove { path: PathBuf, error: std::io::Error },
    #[error("\"{0}\" is no name for a document")]
    Name(String),
}

/// What stands under a document's name.
#[derive(Debug)]
pub enum FileComparison {
    Same,
    Different,
    Missing,
    Unreadable(std::io::Error),
}

/// The archive folder.
#[derive(Debug, Clone)]
pub struct Archive {
    folder: PathBuf,
}

impl Archive {
    /// Returns the archive in `folder`, which is created as needed.
    ///
    /// # Errors
    /// The folder cannot be created or read.
    pub fn new(folder: &Path) -> Result<Self, ArchiveError> {
        let archive = Self::to_read(folder);
        let made = fs::create_dir_all(folder).and_then(|()| fs::read_dir(folder));
        made.map_err(|error| archive.unusable(error))?;
        Ok(archive)
    }

    /// Removes what killed writes left. To be called while nobody writes: what they write is named alike.
    ///
    /// # Errors
    /// The folder cannot be read, or not written.
    pub fn remove_unfinished(&self) -> Result<(), ArchiveError> {
        let unusable = |error| self.unusable(error);
        for entry in fs::read_dir(&self.folder).map_err(unusable)? {
            let entry = entry.map_err(unusable)?;
            if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                fs::remove_file(entry.path()).map_err(unusable)?;
            }
        }
        Ok(())
    }

    /// Returns the archive in `folder` as it is, to be looked at only.
    pub fn to_read(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
        }
    }

    /// Compares the file `name` with what it ought to say. Reads no more of it than that is long.
    ///
    /// # Errors
    /// The name is not a plain file name.
    pub fn compare(&self, name: &str, text: &str) -> Result<FileComparison, ArchiveError> {
        check_name(name)?;
        Ok(match same(&self.folder.join(name), text.as_bytes()) {
            Ok(true) => FileComparison::Same,
            Ok(false) => FileComparison::Different,
            Err(error) if error.kind() == ErrorKind::NotFound => FileComparison::Missing,
            Err(error) => FileComparison::Unreadable(error),
        })
    }

    /// Returns the names of the files in the folder that end as documents do; none when there is no folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn names(&self) -> Result<impl Iterator<Item = Result<String, ArchiveError>> + use<'_>, ArchiveError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => Some(entries),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(self.unusable(error)),
        };
        Ok(entries.into_iter().flatten().filter_map(move |entry| match entry {
            Ok(entry) => {
                let name = entry.file_name().to_string_lossy().into_owned();
                let is_document = name.ends_with(ENDING) && !name.starts_with(TEMPORARY);
                is_document.then_some(Ok(name))
            }
            Err(error) => Some(Err(self.unusable(error))),
        }))
    }

    /// Deletes files that are there, and brings that to disk.
    ///
    /// # Errors
    /// A name is not a plain file name, or a file cannot be deleted.
    pub fn remove(&self, names: &[String]) -> Result<(), ArchiveError> {
        blocking::run(|| self.remove_here(names))
    }

    fn remove_here(&self, names: &[String]) -> Result<(), ArchiveError> {
        for name in names {
            check_name(name)?;
            let path = self.folder.join(name);
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(ArchiveError::Remove { path, error }),
            }
        }
        match files::sync_folder(&self.folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.unusable(error)),
            _ => Ok(()),
        }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the file `name` hold `text`. Returns whether its bytes had to change.
    ///
    /// # Errors
    /// The name is not a plain file name, or the file cannot be written; the old file is then still whole.
    pub fn write(&self, name: &str, text: &str) -> Result<bool, ArchiveError> {
        Ok(self.write_all(&[(name.to_owned(), text.to_owned())])? > 0)
    }

    /// Makes each of the named files hold its text, and brings the folder to disk once for all. Returns of how many the
    /// bytes had to change.
    ///
    /// # Errors
    /// A name is not a plain file name, or a file cannot be written; each old file is then whole, or already the new one.
    pub fn write_all(&self, files: &[(String, String)]) -> Result<usize, ArchiveError> {
        blocking::run(|| self.write_all_here(files))
    }

    fn write_all_here(&self, files: &[(String, String)]) -> Result<usize, ArchiveError> {
        let mut changed = 0;
        for (name, text) in files {
            check_name(name)?;
            let path = self.folder.join(name);
            match same(&path, text.as_bytes()) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(ArchiveError::Write { path, error }),
            }
            let temporary = self.folder.join(format!("{TEMPORARY}{name}"));
            let written =
                files::write_through(&temporary, text.as_bytes()).and_then(|()| fs::rename(&temporary, &path));
            if let Err(error) = written {
                // The write itself has failed already; a rest that cannot be removed is removed at the next start.
                let _ = fs::remove_file(&temporary);
                return Err(ArchiveError::Write { path, error });
            }
            changed += 1;
        }
        if changed > 0 {
            files::sync_folder(&self.folder).map_err(|error| self.unusable(error))?;
        }
        Ok(changed)
    }

    fn unusable(&self, error: std::io::Error) -> ArchiveError {
        ArchiveError::Folder {
            path: self.folder.clone(),
            error,
        }
    }
}

fn same(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    let mut file = files::open(path)?;
    if file.metadata()?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut read = Vec::with_capacity(bytes.len());
    Read::by_ref(&mut file)
        .take(bytes.len() as u64 + 1)
        .read_to_end(&mut read)?;
    Ok(read == bytes)
}

fn check_name(name: &str) -> Result<(), ArchiveError> {
    let stem = name.strip_suffix(ENDING).unwrap_or_default();
    match name.len() <= NAME_MAX && is_file_stem(stem) {
        true => Ok(()),
        false => Err(ArchiveError::Name(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_once_and_only_when_it_differs() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(&folder.path().join("news")).unwrap();
        assert!(archive.write("2026-06-12-a.md", "one").unwrap());
        assert!(!archive.write("2026-06-12-a.md", "one").unwrap());
        assert!(archive.write("2026-06-12-a.md", "two").unwrap());
        assert_eq!(
            fs::read_to_string(archive.folder().join("2026-06-12-a.md")).unwrap(),
            "two"
        );
        assert_eq!(fs::read_dir(archive.folder()).unwrap().count(), 1);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path()).unwrap();
        for name in [
            "../a.md",
            "/etc/a.md",
            "a/b.md",
            ".md",
            "-a.md",
            "a.txt",
            "a\0.md",
            "A.md",
            "..",
            "",
        ] {
            assert!(matches!(archive.write(name, "x"), Err(ArchiveError::Name(_))), "{name}");
        }
    }

    #[test]
    fn what_a_killed_write_left_is_removed_when_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".tidings-2026-06-12-a.md"), "ha").unwrap();
        fs::write(folder.path().join("2026-06-12-b.md"), "ha").unwrap();
        let archive = Archive::new(folder.path()).unwrap();
        assert_eq!(
            fs::read_dir(archive.folder()).unwrap().count(),
            2,
            "somebody may write it"
        );
        archive.remove_unfinished().unwrap();
        assert_eq!(fs::read_dir(archive.folder()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let error = Archive::new(&folder.path().join("file/news")).unwrap_err().to_string();
        assert!(error.contains("archive.path"), "{error}");
    }
}
