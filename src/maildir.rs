//! A maildir, read and left as it is: which messages lie in it, and their bytes.
//!
//! Only `new` and `cur` are looked into, only regular files count, and no link is followed from there. Nothing is written,
//! moved or marked. What a mail program does meanwhile is no error: a file that is gone by now is in the other folder, or
//! deleted.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use thiserror::Error;

use crate::blocking;
use crate::files;

/// The most files of a maildir that are looked at; of more, the latest by name are.
pub const FILES_MAX: usize = 100_000;
/// The folders of a maildir that hold whole messages.
const FOLDERS: [&str; 2] = ["new", "cur"];

/// Why a maildir cannot be read, with what helps.
#[derive(Debug, Error)]
pub enum MaildirError {
    #[error("{path} is not there; make the folder, or let what fetches your mail make it, or correct mail")]
    Missing { path: String },
    #[error("{path} is no maildir: it has no folder {folder}; name the folder that holds cur, new and tmp")]
    NoMaildir { path: String, folder: &'static str },
    #[error("{path} may not be read: {error}; {remedy}")]
    Unreadable {
        path: String,
        error: io::Error,
        remedy: String,
    },
}

/// A message's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageFile {
    /// The part of its name that stays as long as it lies there.
    pub unique: String,
    pub path: PathBuf,
}

/// What lies in a maildir.
#[derive(Debug, Default)]
pub struct Listing {
    /// In the order of their names, which begin with the moment of delivery.
    pub messages: Vec<MessageFile>,
    /// Files that are no messages: links, pipes, folders.
    pub skipped: usize,
    /// There are more than are looked at.
    pub is_cut: bool,
}

/// Looks whether a folder is a maildir that may be read.
///
/// # Errors
/// It is none, or may not be read.
pub fn check(path: &Path) -> Result<(), MaildirError> {
    match fs::metadata(path) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(missing(path)),
        Err(error) => return Err(unreadable(path, error)),
    }
    for folder in FOLDERS {
        let own = path.join(folder);
        // A link may lead out of it.
        let is_folder = fs::symlink_metadata(&own).map(|found| found.is_dir());
        match is_folder {
            Ok(true) => drop(fs::read_dir(&own).map_err(|error| unreadable(&own, error))?),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(unreadable(&own, error)),
            Ok(false) | Err(_) => {
                return Err(MaildirError::NoMaildir {
                    path: shown(path),
                    folder,
                });
            }
        }
    }
    Ok(())
}

/// Lists the messages of a maildir.
///
/// # Errors
/// As `check`.
pub fn list(path: &Path) -> Result<Listing, MaildirError> {
    blocking::run(|| {
        check(path)?;
        let mut listing = Listing::default();
        for folder in FOLDERS {
            let own = path.join(folder);
            let entries = fs::read_dir(&own).map_err(|error| unreadable(&own, error))?;
            for entry in entries {
                let entry = entry.map_err(|error| unreadable(&own, error))?;
                let name = entry.file_name();
                if name.as_bytes().starts_with(b".") {
                    continue;
                }
                // The kind stands in the folder; a link is not followed to learn it.
                if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                    listing.skipped += 1;
                    continue;
                }
                listing.messages.push(MessageFile {
                    unique: unique(&name.to_string_lossy()).to_owned(),
                    path: entry.path(),
                });
            }
        }
        listing.messages.sort();
        // A message is moved from new to cur while the folders are read.
        listing.messages.dedup_by(|one, other| one.unique == other.unique);
        if listing.messages.len() > FILES_MAX {
            listing.messages.drain(..listing.messages.len() - FILES_MAX);
            listing.is_cut = true;
        }
        Ok(listing)
    })
}

/// Reads a message up to a bound.
///
/// # Errors
/// It is gone, is no regular file, or may not be read.
pub fn read(message: &MessageFile, bytes_max: usize) -> io::Result<Vec<u8>> {
    blocking::run(|| {
        let file = open(&message.path)?;
        let mut bytes = Vec::new();
        file.take(bytes_max as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    })
}

fn open(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file")),
    }
}

/// Returns a file's name without its flags, and without what servers add of its size.
fn unique(name: &str) -> &str {
    name.split([':', ',']).next().unwrap_or(name)
}

fn missing(path: &Path) -> MaildirError {
    MaildirError::Missing { path: shown(path) }
}

fn unreadable(path: &Path, error: io::Error) -> MaildirError {
    let remedy = match error.kind() {
        ErrorKind::PermissionDenied => files::remedy_of_rights(path).to_owned(),
        _ => "see what is wrong with its disk".to_owned(),
    };
    MaildirError::Unreadable {
        path: shown(path),
        error,
        remedy,
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use rustix::process::geteuid;

    use super::*;

    fn maildir() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["new", "cur", "tmp"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        folder
    }

    #[test]
    fn only_messages_are_listed_in_the_order_of_their_delivery() {
        let folder = maildir();
        let path = folder.path();
        for name in [
            "new/3.c.host",
            "cur/1.a.host,S=5:2,RS",
            "cur/2.b.host:2,",
            "new/1.a.host",
            "tmp/0.host",
            "new/.x",
        ] {
            fs::write(path.join(name), "x").unwrap();
        }
        symlink("/etc/passwd", path.join("new/4.link")).unwrap();
        let found = list(path).unwrap();
        let names: Vec<&str> = found.messages.iter().map(|one| one.unique.as_str()).collect();
        assert_eq!(
            (names, found.skipped, found.is_cut),
            (vec!["1.a.host", "2.b.host", "3.c.host"], 1, false)
        );
        assert_eq!(read(&found.messages[0], 10).unwrap(), b"x");
    }

    #[test]
    fn what_changes_between_listing_and_reading_is_an_error_of_one_message() {
        let folder = maildir();
        let path = folder.path().join("new/1.host");
        fs::write(&path, "x").unwrap();
        let message = list(folder.path()).unwrap().messages.remove(0);
        fs::remove_file(&path).unwrap();
        assert_eq!(read(&message, 10).unwrap_err().kind(), ErrorKind::NotFound);
        symlink("/etc/passwd", &path).unwrap();
        assert!(read(&message, 10).is_err());
    }

    #[test]
    fn what_may_not_be_read_is_told_with_its_remedy() {
        if geteuid().is_root() {
            return;
        }
        let folder = maildir();
        let closed = folder.path().join("cur");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        let said = check(folder.path()).unwrap_err().to_string();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(
            said.contains("may not be read") && said.contains("run this as"),
            "{said}"
        );
    }

    #[test]
    fn a_folder_that_is_none_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let said = |path: &Path| check(path).unwrap_err().to_string();
        assert!(said(folder.path()).contains("is no maildir"));
        assert!(said(&folder.path().join("nowhere")).contains("is not there"));
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(said(&file).contains("is no maildir"));
    }
}
