//! A digest as files: `NAME.txt` and `NAME.html` in a folder, or one named file.
//!
//! A file is there whole or not at all, and writing it again under the same name changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::DeliverError;
use crate::{files, text};

/// Bytes of a file's name, without its number and ending.
const NAME_BYTES_MAX: usize = 100;

/// Bytes of one name in a path: what file systems take, less what the temporary file's name has more.
const PART_BYTES_MAX: usize = 249;

/// What a path may hold in braces: the local date, the digest's name and its number.
pub const PLACEHOLDERS: [&str; 3] = ["{date}", "{name}", "{id}"];

/// A digest in every form a file may have, and what names it.
#[derive(Debug, Clone, Copy)]
pub struct Forms<'a> {
    pub date: &'a str,
    pub name: &'a str,
    pub id: &'a str,
    pub text: &'a str,
    pub html: &'a str,
    pub markdown: &'a str,
}

/// Writes a digest and returns the file to open.
///
/// A `path` that ends in `/` or is a folder gets `DATE-NAME-ID.txt` and `.html`; any other is written as named, as HTML
/// or Markdown if its ending says so and as text otherwise.
///
/// # Errors
/// The folder cannot be made or a file cannot be written.
pub fn write(path: &Path, forms: &Forms<'_>) -> Result<PathBuf, DeliverError> {
    let values = [forms.date.to_owned(), file_name(forms.name), forms.id.to_owned()];
    let named = path.to_string_lossy();
    let is_named = PLACEHOLDERS.iter().any(|placeholder| named.contains(placeholder));
    let path = match is_named {
        true => {
            let fill = |path: String, (placeholder, value): (&&str, &String)| path.replace(*placeholder, value);
            PathBuf::from(PLACEHOLDERS.iter().zip(&values).fold(named.into_owned(), fill))
        }
        false => path.to_owned(),
    };
    let is_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir();
    if is_folder {
        let [date, name, id] = values;
        // The number stays, however long the name: digests of one day are told apart by it.
        let number = if id.is_empty() {
            id
        } else {
            format!("-{}", file_name(&id))
        };
        let name = format!("{}{number}", file_name(&format!("{date}-{name}")));
        place(&path.join(format!("{name}.txt")), forms.text.as_bytes())?;
        let page = path.join(format!("{name}.html"));
        place(&page, forms.html.as_bytes())?;
        return Ok(page);
    }
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let form = match ending.to_str() {
        Some("html" | "htm") => forms.html,
        Some("md" | "markdown") => forms.markdown,
        _ => forms.text,
    };
    place(&path, form.as_bytes())?;
    Ok(path)
}

/// Checks a path that something is to be written at.
///
/// # Errors
/// No file system takes it.
pub fn check(path: &Path) -> Result<(), String> {
    let is_long = |part: &std::ffi::OsStr| part.len() > PART_BYTES_MAX;
    match path.iter().any(is_long) {
        true => Err(format!(
            "a name in the path is longer than {PART_BYTES_MAX} bytes; shorten it"
        )),
        false => Ok(()),
    }
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
    let name: String = name.chars().map(plain).collect();
    let name = text::head(&name, NAME_BYTES_MAX).trim_matches('-');
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
    files::write_through(&temporary, bytes)?;
    fs::rename(&temporary, path)?;
    files::sync_folder(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        assert_eq!(file_name("2026-06-13-../../etc/passwd"), "2026-06-13-------etc-passwd");
        assert_eq!(file_name("../"), "digest");
        assert_eq!(file_name(&"x".repeat(500)).len(), NAME_BYTES_MAX);
        assert!(file_name(&"日".repeat(500)).len() <= NAME_BYTES_MAX);
    }

    const FORMS: Forms<'_> = Forms {
        date: "2026-06-13",
        name: "my daily/..",
        id: "17",
        text: "text",
        html: "<p>",
        markdown: "# md",
    };

    #[test]
    fn a_folder_gets_both_forms_and_the_same_ones_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = PathBuf::from(format!("{}/digests/", folder.path().display()));
        for _ in 0..2 {
            let page = write(&path, &FORMS).unwrap();
            assert_eq!(page.file_name().unwrap(), "2026-06-13-my-daily-17.html");
            assert_eq!(fs::read(&page).unwrap(), b"<p>");
            assert_eq!(fs::read(page.with_extension("txt")).unwrap(), b"text");
            assert_eq!(fs::read_dir(&path).unwrap().count(), 2);
        }
    }

    #[test]
    fn digests_of_one_day_are_told_apart_however_long_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let name = "日々".repeat(100);
        for id in ["17", "18"] {
            write(
                folder.path(),
                &Forms {
                    id,
                    name: &name,
                    ..FORMS
                },
            )
            .unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[test]
    fn a_file_gets_the_form_its_ending_names() {
        let folder = tempfile::tempdir().unwrap();
        for (name, written, content) in [
            ("latest.html", "latest.html", "<p>"),
            ("latest", "latest", "text"),
            ("notes/{date}-{name}.md", "notes/2026-06-13-my-daily.md", "# md"),
            ("{id}.txt", "17.txt", "text"),
        ] {
            let path = write(&folder.path().join(name), &FORMS).unwrap();
            assert_eq!(path, folder.path().join(written));
            assert_eq!(fs::read_to_string(path).unwrap(), content);
        }
        assert!(write(Path::new("/proc/none/latest"), &FORMS).is_err());
    }
}
