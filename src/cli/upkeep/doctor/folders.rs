//! Folders, rights and room on the disk.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};

use super::finding::{CheckVerdict, Finding};
use crate::config::Config;
use crate::decide::article::WriteDocuments;
use crate::domain::channel::Channel;
use crate::domain::plural::counted;
use crate::files;
use crate::store::{DATABASE_NAME, maintenance};

/// With less room than this the next writes may fail, in megabytes.
const ROOM_FAIL: u64 = 64;
/// With less room than this, or than the database takes, a migration or a backup may fail, in megabytes.
const ROOM_WARN: u64 = 512;
/// Where copies of the database lie by the documentation.
const BACKUPS: &str = "/var/backups";
/// Bytes in a megabyte, as people count them.
const MEGABYTE: u64 = 1_000_000;

/// Looks at every folder that is written.
pub(super) fn check(config: &Config) -> Vec<Finding> {
    let state = &config.state_dir;
    let mut found = vec![folder("state folder", state, "daemon.state_dir")];
    let database = state.join(DATABASE_NAME);
    if let (Ok(folder), Ok(file)) = (fs::metadata(state), fs::metadata(&database)) {
        found.push(rights(&folder, &file, &database));
    }
    if config.archive.write != WriteDocuments::None {
        found.push(folder("archive", &config.archive.path, "archive.path"));
    }
    for path in digest_folders(config) {
        found.push(folder("digest files", &path, "the `file:` in deliver"));
    }
    let backups = [state.as_path(), Path::new(BACKUPS)].into_iter().filter_map(unfinished);
    found.extend(backups);
    found.extend(room(state, fs::metadata(&database).map_or(0, |file| file.len())));
    found
}

/// Returns the folders digests are written to, each once.
fn digest_folders(config: &Config) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for recipient in config.digests.iter().flat_map(|digest| &digest.deliver) {
        let Channel::File(path) = &recipient.channel else {
            continue;
        };
        let is_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        // A name in braces is filled in later; the folder above it is what can be looked at.
        let folder = path
            .ancestors()
            .skip(usize::from(!is_folder))
            .find(|folder| !folder.to_string_lossy().contains('{'));
        if let Some(folder) = folder
            && !folders.iter().any(|known| known == folder)
        {
            folders.push(folder.to_owned());
        }
    }
    folders
}

fn folder(check: &'static str, path: &Path, key: &str) -> Finding {
    // A slash at the end would hide that it is a file; a bare name has no folder to look at.
    let path =
        &std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.components().collect::<PathBuf>());
    let shown = path.display();
    let nearest = path.ancestors().find(|folder| folder.symlink_metadata().is_ok());
    let may_write = |folder: &Path| access(folder, Access::WRITE_OK | Access::EXEC_OK);
    match nearest {
        Some(own) if own == path => match fs::metadata(path) {
            Ok(found) if !found.is_dir() => Finding::fail(
                check,
                format!("{shown} is no folder"),
                format!("move it, or change {key}"),
            ),
            Ok(_) => match may_write(path) {
                Ok(()) => Finding::ok(check, format!("{shown} may be written")),
                Err(error) => Finding::fail(
                    check,
                    format!("{shown} may not be written: {error}"),
                    format!("give it to the daemon's user (chown), make its file system writable, or change {key}"),
                ),
            },
            Err(error) => Finding::fail(
                check,
                format!("{shown}: {error}"),
                files::remedy_of_rights(path.parent().unwrap_or(path)),
            ),
        },
        Some(above) => match above.is_dir().then(|| may_write(above)) {
            Some(Ok(())) => Finding::ok(check, format!("{shown} is not there yet; it is made when it is needed")),
            _ => Finding::fail(
                check,
                format!("{shown} is not there and cannot be made in {}", above.display()),
                format!("make it and give it to the daemon's user, or change {key}"),
            ),
        },
        None => Finding::fail(check, format!("{shown} cannot be reached"), format!("change {key}")),
    }
}

fn rights(folder: &Metadata, file: &Metadata, path: &Path) -> Finding {
    const NAME: &str = "rights";
    let shown = path.display();
    if file.uid() != folder.uid() {
        return Finding::fail(
            NAME,
            format!("{shown} belongs to another user than its folder"),
            format!("chown --reference={} {shown}*", path.parent().unwrap_or(path).display()),
        );
    }
    if let Err(error) = access(path, Access::READ_OK | Access::WRITE_OK) {
        return Finding::fail(
            NAME,
            format!("{shown}: {error}"),
            files::remedy_of_rights(path.parent().unwrap_or(path)),
        );
    }
    let others = (folder.permissions().mode() | file.permissions().mode()) & 0o002;
    match others {
        0 => Finding::ok(NAME, "the database is the daemon's own"),
        _ => Finding::warn(
            NAME,
            "anybody may write into the state folder or the database",
            format!("chmod o-w {} {shown}", path.parent().unwrap_or(path).display()),
        ),
    }
}

/// Tells what killed backups left in a folder.
fn unfinished(folder: &Path) -> Option<Finding> {
    let left = maintenance::leftovers(folder);
    let first = left.first()?;
    let bytes: u64 = left
        .iter()
        .filter_map(|path| fs::metadata(path).ok())
        .map(|file| file.len())
        .sum();
    let said = format!(
        "{} of killed backups in {}, {} MB: {}",
        counted(left.len(), "unfinished copy", "unfinished copies"),
        folder.display(),
        bytes.div_ceil(MEGABYTE),
        first.display()
    );
    let remedy = "the next `tidings backup` into that folder takes them away";
    Some(Finding::warn("backups", said, remedy))
}

fn room(state: &Path, database: u64) -> Option<Finding> {
    const NAME: &str = "disk room";
    let there = state.ancestors().find(|folder| folder.exists())?;
    let found = statvfs(there).ok()?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let said = format!(
        "{} MB free at {}, the database takes {} MB",
        free / MEGABYTE,
        there.display(),
        database.div_ceil(MEGABYTE)
    );
    let remedy = "free some room, or move state_dir to a larger disk";
    let finding = match verdict(free, database) {
        CheckVerdict::Ok => Finding::ok(NAME, said),
        CheckVerdict::Warn => Finding::warn(
            NAME,
            said,
            format!("{remedy}: an upgrade or a backup may need as much again"),
        ),
        CheckVerdict::Fail => Finding::fail(NAME, said, remedy),
    };
    Some(finding)
}

fn verdict(free: u64, database: u64) -> CheckVerdict {
    if free < ROOM_FAIL * MEGABYTE {
        CheckVerdict::Fail
    } else if free < (ROOM_WARN * MEGABYTE).max(database) {
        CheckVerdict::Warn
    } else {
        CheckVerdict::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_full_before_it_is() {
        assert_eq!(verdict(63_000_000, 0), CheckVerdict::Fail);
        assert_eq!(verdict(65_000_000, 0), CheckVerdict::Warn);
        assert_eq!(verdict(600_000_000, 0), CheckVerdict::Ok);
        assert_eq!(verdict(600_000_000, 900_000_000), CheckVerdict::Warn);
    }
}
