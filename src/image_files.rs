//! The folder of kept pictures: files named by the hash of their bytes, in folders by its first two digits.
//!
//! Pictures are files and no rows: the database stays small to copy and to check, and a picture that no longer fits on the
//! disk is no write of the database that fails. A file appears whole or not at all, as documents do, and is never changed;
//! the row that names it is written afterwards. What a kill left in between is swept once a day.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::domain::image::ImageHash;
use crate::{blocking, files};

/// Where it is in the state folder.
const FOLDER: &str = "images";
/// What files are called until they are whole.
const TEMPORARY: &str = ".tidings-";

/// The folder of kept pictures.
#[derive(Debug, Clone)]
pub struct ImageFiles {
    folder: PathBuf,
}

impl ImageFiles {
    /// Returns the pictures of a state folder; nothing is made before the first is kept.
    pub fn of(state_dir: &Path) -> Self {
        let folder = state_dir.join(FOLDER);
        Self { folder }
    }

    /// Keeps a picture; one that is there stays as it is.
    ///
    /// # Errors
    /// It cannot be written; nothing is there then.
    pub fn write(&self, hash: &ImageHash, bytes: &[u8]) -> io::Result<()> {
        blocking::run(|| self.write_here(hash, bytes))
    }

    fn write_here(&self, hash: &ImageHash, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(hash);
        if self.has(hash, bytes.len() as u64) {
            return Ok(());
        }
        let folder = path.parent().expect("it is in the folder of its first two digits");
        fs::create_dir_all(folder)?;
        let temporary = folder.join(format!("{TEMPORARY}{hash}"));
        let written = files::write_through(&temporary, bytes).and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            // The write itself has failed already; a rest that cannot be removed is swept.
            let _ = fs::remove_file(&temporary);
        }
        written?;
        files::sync_folder(folder)?;
        files::sync_folder(&self.folder)
    }

    /// Whether there is a picture of this many bytes.
    pub fn has(&self, hash: &ImageHash, bytes: u64) -> bool {
        fs::metadata(self.path(hash)).is_ok_and(|found| found.is_file() && found.len() == bytes)
    }

    /// Returns a picture's bytes, if it is there and what its hash says.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self, hash: &ImageHash, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
        match files::read(&self.path(hash), bytes_max) {
            Ok(bytes) => Ok(Some(bytes).filter(|bytes| ImageHash::of(bytes) == *hash)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the folders pictures are in.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn folders(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
    }

    /// Deletes the files of one of these folders that `is_known` does not name. Returns how many.
    ///
    /// # Errors
    /// The folder cannot be read, or a file not deleted.
    pub fn sweep(folder: &Path, is_known: impl Fn(&ImageHash) -> bool) -> io::Result<usize> {
        let mut deleted = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let hash = ImageHash::parse(&entry.file_name().to_string_lossy());
            if !hash.is_some_and(|hash| is_known(&hash)) && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    fn path(&self, hash: &ImageHash) -> PathBuf {
        self.folder.join(&hash.as_str()[..2]).join(hash.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_there_whole_or_not_at_all() {
        let state = tempfile::tempdir().unwrap();
        let images = ImageFiles::of(state.path());
        let hash = ImageHash::of(b"a picture");
        assert_eq!(images.read(&hash, 100).unwrap(), None);
        assert!(images.folders().unwrap().is_empty());
        images.write(&hash, b"a picture").unwrap();
        images.write(&hash, b"a picture").unwrap();
        assert_eq!(images.read(&hash, 100).unwrap().as_deref(), Some(&b"a picture"[..]));
        // One that was damaged is none, and is written again.
        fs::write(images.path(&hash), b"a pic").unwrap();
        assert!(images.read(&hash, 100).unwrap().is_none() && !images.has(&hash, 9));
        images.write(&hash, b"a picture").unwrap();
        assert!(images.has(&hash, 9));

        // What a kill left, and what no row names.
        let folder = &images.folders().unwrap()[0];
        fs::write(folder.join(format!("{TEMPORARY}{hash}")), "a p").unwrap();
        assert_eq!(ImageFiles::sweep(folder, |own| *own == hash).unwrap(), 1);
        assert!(images.has(&hash, 9));
        assert_eq!(ImageFiles::sweep(folder, |_| false).unwrap(), 1);
        assert!(!images.has(&hash, 9));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let state = tempfile::tempdir().unwrap();
        fs::write(state.path().join(FOLDER), "").unwrap();
        let images = ImageFiles::of(state.path());
        assert!(images.write(&ImageHash::of(b"a"), b"a").is_err());
    }
}
