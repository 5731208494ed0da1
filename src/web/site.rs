//! The same pages and feeds as files: every page that can be reached from the first one.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;
use url::Url;

use super::answering;
use super::desk::{Desk, LinkForm};
use super::routes::{FeedForm, Route};
use super::site_files;
use crate::config::Config;
use crate::domain::Timestamp;
use crate::files;
use crate::store::Store;

/// Pages of one site.
pub const PAGES_MAX: usize = 200_000;
/// The file that names what was written here, one path a line.
const LIST: &str = ".tidings-site";
/// Held by whoever writes.
const LOCK: &str = ".tidings-lock";
/// What is written before it has its name.
const UNFINISHED: &str = ".tidings-unfinished";

/// What became of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SiteResult {
    pub pages: usize,
    /// Files that are new or differ from what stood there.
    pub written: usize,
    /// Files of an earlier site that nothing leads to any more.
    pub removed: usize,
    /// It has more than `PAGES_MAX` pages, and the others are missing.
    pub is_cut: bool,
}

/// Why there is no site.
#[derive(Debug, Error)]
pub enum SiteError {
    #[error("{0} holds other things than a site of tidings; name an empty folder, or one that an earlier site is in")]
    Foreign(PathBuf),
    #[error("another process writes the site in {0}; try again when it has ended")]
    InUse(PathBuf),
    #[error("cannot use {0}: {1}")]
    Folder(PathBuf, io::Error),
    #[error("{0} was not written, and nothing was taken away: {1}")]
    Page(String, String),
}

/// Writes the site into a folder: each file whole or not at all, and only those that differ. `base` is the address it will
/// have. Files of an earlier site that nothing leads to any more go at the end.
///
/// # Errors
/// The folder holds something else or cannot be written, or a page cannot be made.
pub fn write(
    store: &Store,
    config: &Config,
    now: Timestamp,
    base: &Url,
    folder: &Path,
    mut tell: impl FnMut(usize),
) -> Result<SiteResult, SiteError> {
    let before = prepare(folder)?;
    let unusable = |error| SiteError::Folder(folder.to_owned(), error);
    let lock = File::create(folder.join(LOCK)).map_err(unusable)?;
    lock.try_lock().map_err(|_| SiteError::InUse(folder.to_owned()))?;
    let mut names = File::options().append(true).open(folder.join(LIST)).map_err(unusable)?;
    let links = LinkForm::Files {
        below: base.path().trim_end_matches('/').to_owned(),
    };
    let desk = Desk::new(store, config, now, links, base.origin().ascii_serialization());
    let mut result = SiteResult::default();
    let mut written = BTreeSet::new();
    let mut waiting: VecDeque<Route> = first_pages().into();
    let mut seen: HashSet<Route> = waiting.iter().cloned().collect();
    while let Some(route) = waiting.pop_front() {
        let Some(file) = site_files::file_of(&route) else {
            continue;
        };
        if written.len() == PAGES_MAX {
            result.is_cut = true;
            break;
        }
        let answer = answering::answer(&desk, &route);
        match answer.status {
            200 => {}
            // It was there when it was linked to, and is purged since.
            404 => continue,
            status => return Err(SiteError::Page(file, format!("status {status}; see the log above"))),
        }
        let linked = desk.linked.take();
        waiting.extend(linked.into_iter().filter(|route| seen.insert(route.clone())));
        if !before.contains(&file) {
            // Named before it is there: a kill leaves nothing behind that no list names.
            writeln!(names, "{file}").map_err(|error| SiteError::Page(file.clone(), error.to_string()))?;
        }
        let is_new =
            put(folder, &file, &answer.body).map_err(|error| SiteError::Page(file.clone(), error.to_string()))?;
        result.written += usize::from(is_new);
        written.insert(file);
        tell(written.len());
    }
    result.pages = written.len();
    for file in before.difference(&written) {
        match fs::remove_file(folder.join(file)) {
            Ok(()) => result.removed += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(SiteError::Folder(folder.join(file), error)),
        }
    }
    list(folder, &written).map_err(unusable)?;
    Ok(result)
}

fn first_pages() -> Vec<Route> {
    let stories = |form| Route::StoriesFeed { form, only_new: false };
    vec![
        Route::Style,
        Route::Icon,
        Route::Today,
        Route::Topics,
        Route::Sources,
        Route::Digests,
        Route::Feeds,
        Route::Opml,
        stories(FeedForm::Atom),
        stories(FeedForm::Json),
    ]
}

/// Makes sure that the folder is one for a site, and returns what an earlier one wrote.
fn prepare(folder: &Path) -> Result<BTreeSet<String>, SiteError> {
    let unusable = |error| SiteError::Folder(folder.to_owned(), error);
    fs::create_dir_all(folder).map_err(unusable)?;
    match fs::read_to_string(folder.join(LIST)) {
        Ok(text) => {
            // A list that somebody wrote names nothing outside.
            let is_inside =
                |file: &&str| !file.is_empty() && file.split('/').all(|part| !matches!(part, "" | "." | ".."));
            return Ok(text.lines().filter(is_inside).map(str::to_owned).collect());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(unusable(error)),
    }
    if fs::read_dir(folder).map_err(unusable)?.next().is_some() {
        return Err(SiteError::Foreign(folder.to_owned()));
    }
    list(folder, &BTreeSet::new()).map_err(unusable)?;
    Ok(BTreeSet::new())
}

fn list(folder: &Path, names: &BTreeSet<String>) -> io::Result<()> {
    let text: String = names.iter().map(|name| format!("{name}\n")).collect();
    replace(folder, &folder.join(LIST), text.as_bytes())
}

/// Writes a file unless these bytes stand there. Returns whether it did.
fn put(folder: &Path, file: &str, bytes: &[u8]) -> io::Result<bool> {
    let path = folder.join(file);
    if fs::read(&path).is_ok_and(|own| own == bytes) {
        return Ok(false);
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    replace(folder, &path, bytes)?;
    Ok(true)
}

fn replace(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(UNFINISHED);
    files::write_through(&unfinished, bytes)?;
    fs::rename(&unfinished, path)
}
