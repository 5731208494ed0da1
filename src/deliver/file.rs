//! A digest as files: `NAME.txt` and `NAME.html` in a folder, or one named file.
//!
//! A file is there whole or not at all, and writing it again under the same name changes nothing.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::DeliverError;

/// Characters of a file's name, without its ending.
const NAME_CHARS_MAX: usize = 100;

/// Writes a digest and returns the file to open.
///
/// A `path` that ends in `/` or is a folder gets `NAME.txt` and `NAME.html`; any other is written as named, as HTML
/// if its ending says so and as text otherwise.
///
/// # Errors
/// The folder cannot be made or a file cannot be written.
pub fn write(path: &Path, name: &str, text: &[u8], html: &[u8]) -> Result<PathBuf, DeliverError> {
    let is_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir();
    if is_folder {
        let name = file_name(name);
        place(&path.join(format!("{name}.txt")), text)?;
        let page = path.join(format!("{name}.html"));
        place(&page, html)?;
        return Ok(page);
    }
    let is_html = path
        .extension()
        .is_some_and(|ending| ending == "html" || ending == "htm");
    place(path, if is_html { html } else { text })?;
    Ok(path.to_owned())
}

/// Returns a name that is one part of a path, whatever the digest is called.
fn file_name(name: &str) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || matches!(c, '-' | '_') {
            c
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(plain).take(NAME_CHARS_MAX).collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "digest".to_owned()
    } else {
        name.to_owned()
    }
}

fn place(path: &Path, bytes: &[u8]) -> Result<(), DeliverError> {
    place_atomically(path, bytes).map_err(|source| DeliverError::File {
        path: path.to_owned(),
        source,
    })
}

fn place_atomically(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path
        .file_name()
        .ok_or_else(|| std::io::Error::other("the path names no file"))?;
    fs::create_dir_all(folder)?;
    // One fixed temporary name per file: what a crash left behind is overwritten, not collected.
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    temporary.push(".part");
    let temporary = folder.join(temporary);
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        assert_eq!(file_name("2026-06-13-../../etc/passwd"), "2026-06-13-------etc-passwd");
        assert_eq!(file_name("../"), "digest");
        assert_eq!(file_name(&"x".repeat(500)).len(), NAME_CHARS_MAX);
    }

    #[test]
    fn a_folder_gets_both_forms_and_the_same_ones_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = PathBuf::from(format!("{}/digests/", folder.path().display()));
        for _ in 0..2 {
            let page = write(&path, "2026-06-13-daily", b"text", b"<p>").unwrap();
            assert_eq!(fs::read(&page).unwrap(), b"<p>");
            assert_eq!(fs::read(page.with_extension("txt")).unwrap(), b"text");
            assert_eq!(fs::read_dir(&path).unwrap().count(), 2);
        }
    }

    #[test]
    fn a_file_gets_the_form_its_ending_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(&folder.path().join("latest.html"), "x", b"text", b"<p>").unwrap();
        assert_eq!(fs::read(path).unwrap(), b"<p>");
        let path = write(&folder.path().join("latest"), "x", b"text", b"<p>").unwrap();
        assert_eq!(fs::read(path).unwrap(), b"text");
        assert!(write(Path::new("/proc/none/latest"), "x", b"", b"").is_err());
    }
}
