//! Files that others wrote, read whole within a bound and never waited for; and our own, written whole.
//!
//! What the configuration names or a folder holds has to be a regular file: a pipe would hold up the program, a device has
//! no end. What a person names on the command line may be a pipe too (`tidings extract <(curl …)`), as long as something
//! comes through it; standard input is waited for, as everywhere.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, StatVfsMountFlags, statvfs};
use rustix::io::Errno;
use rustix::process::geteuid;

use crate::blocking;

/// A pipe may be silent for this long, in seconds.
const SILENCE_SECONDS_MAX: i64 = 30;
/// `/dev/null`, which is as good as an empty file.
const NULL_DEVICE: (u32, u32) = (1, 3);

/// Opens a regular file to read it.
///
/// # Errors
/// It cannot be opened, or is something else.
pub fn open(path: &Path) -> io::Result<File> {
    open_if(path, |_| false)
}

/// Reads a regular file whole.
///
/// # Errors
/// It cannot be read, is something else, or is larger than `bytes_max` (`FileTooLarge`).
pub fn read(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    blocking::run(|| read_within(open(path)?, bytes_max))
}

/// Reads a regular file whole as text.
///
/// # Errors
/// As `read`, or it is not UTF-8.
pub fn read_text(path: &Path, bytes_max: u64) -> io::Result<String> {
    as_text(read(path, bytes_max)?)
}

/// Opens what a person named on the command line: a regular file or a pipe, or with `-` standard input.
///
/// # Errors
/// It cannot be opened, or is something else.
pub fn open_named(path: &Path) -> io::Result<Box<dyn Read>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = open_if(path, |kind| kind.file_type().is_fifo())?;
    Ok(Box::new(Patient { file, has_read: false }))
}

/// Reads what a person named on the command line whole.
///
/// # Errors
/// As `open_named`; it cannot be read, or is larger than `bytes_max` (`FileTooLarge`).
pub fn read_named(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    read_within(open_named(path)?, bytes_max)
}

/// Reads what a person named on the command line whole as text.
///
/// # Errors
/// As `read_named`, or it is not UTF-8.
pub fn read_named_text(path: &Path, bytes_max: u64) -> io::Result<String> {
    as_text(read_named(path, bytes_max)?)
}

/// Makes a file to write that is new: what lies there, be it a link or a pipe, is taken away and not written to.
///
/// # Errors
/// It cannot be made.
pub fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Makes a new file, as `create` does, that holds these bytes, and brings it to disk. Renamed from there, it appears whole or
/// not at all; what a rename changes is on disk once the folder is (`sync_folder`).
///
/// # Errors
/// It cannot be made or written.
pub fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Brings to disk which files a folder holds.
///
/// # Errors
/// It cannot be opened, or the disk fails.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Returns what helps where a folder that `key` of the configuration names cannot be used.
pub fn remedy(folder: &Path, error: &io::Error, key: &str) -> String {
    let nearest = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
    let has_no_descriptors = [Errno::MFILE, Errno::NFILE].map(|errno| Some(errno.raw_os_error()));
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            format!("{}, or set {key} to a folder you may write", remedy_of_rights(nearest))
        }
        _ if has_no_descriptors.contains(&error.raw_os_error()) => {
            "let more files be open at a time (ulimit -n, LimitNOFILE= of the service)".to_owned()
        }
        _ => format!("create it or set {key} to a folder you may write"),
    }
}

/// Returns what helps where the right to use what is in a folder is missing.
pub fn remedy_of_rights(folder: &Path) -> &'static str {
    let is_read_only = statvfs(folder).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY));
    if is_read_only {
        "its disk is mounted read-only: mount it to be written"
    } else if geteuid().is_root() {
        "root itself is refused: see what the mount, the container or the service allows"
    } else {
        "run this as the daemon's user or as root"
    }
}

/// Opens without waiting. What it is is looked at before, since to open a device may do something, and once more
/// afterwards, since it may have been another by then.
fn open_if(path: &Path, is_allowed: impl Fn(&Metadata) -> bool) -> io::Result<File> {
    let check = |found: &Metadata| match found.is_file() || is_null(found) || is_allowed(found) {
        true => Ok(()),
        false => Err(io::Error::new(
            ErrorKind::InvalidInput,
            format!("it is {}, no regular file", named(found)),
        )),
    };
    check(&fs::metadata(path)?)?;
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

fn is_null(found: &Metadata) -> bool {
    let device = found.rdev();
    found.file_type().is_char_device() && (rustix::fs::major(device), rustix::fs::minor(device)) == NULL_DEVICE
}

fn named(found: &Metadata) -> &'static str {
    let kind = found.file_type();
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

fn read_within(file: impl Read, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > bytes_max {
        true => Err(io::Error::new(
            ErrorKind::FileTooLarge,
            format!("it is larger than {bytes_max} bytes"),
        )),
        false => Ok(bytes),
    }
}

fn as_text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

/// A file that is read without blocking, and waited for a while.
struct Patient {
    file: File,
    has_read: bool,
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait()?,
                // A pipe that ends before it began has nobody at its other end.
                Ok(0) if !self.has_read && self.file.metadata()?.file_type().is_fifo() => {
                    return Err(io::Error::new(
                        ErrorKind::UnexpectedEof,
                        "nothing comes through this pipe",
                    ));
                }
                read => {
                    self.has_read = true;
                    return read;
                }
            }
        }
    }
}

impl Patient {
    fn wait(&self) -> io::Result<()> {
        let patience = Timespec {
            tv_sec: SILENCE_SECONDS_MAX,
            tv_nsec: 0,
        };
        match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&patience)) {
            Ok(0) => Err(io::Error::new(
                ErrorKind::TimedOut,
                format!("nothing came through it for {SILENCE_SECONDS_MAX} seconds"),
            )),
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    fn pipe(folder: &Path) -> PathBuf {
        let path = folder.join("pipe");
        mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        path
    }

    #[track_caller]
    fn check(result: io::Result<Vec<u8>>, words: &str) {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn only_regular_files_are_read_and_none_beyond_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        check(read(&file, 4), "larger than 4 bytes");
        assert_eq!(read(&file, 4).unwrap_err().kind(), ErrorKind::FileTooLarge);
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(pipe(folder.path()), &link).unwrap();
        for (path, kind) in [
            (folder.path(), "a folder"),
            (&socket, "a socket"),
            (&link, "a pipe"),
            (Path::new("/dev/zero"), "a device"),
        ] {
            check(read(path, 5), kind);
        }
        check(read_named(Path::new("/dev/zero"), 5), "a device");
        assert_eq!(read(Path::new("/dev/null"), 5).unwrap(), b"");
    }

    #[test]
    fn a_pipe_that_is_named_is_read_if_something_comes() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(folder.path());
        check(read_named(&path, 5), "nothing comes through");
        // Open at both ends, so that it waits for nobody.
        let mut writer = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        writer.write_all(b"123456").unwrap();
        check(read_named(&path, 5), "larger than 5 bytes");
    }

    #[test]
    fn what_lies_where_a_file_is_made_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (precious, link) = (folder.path().join("precious"), folder.path().join("link"));
        fs::write(&precious, "mine").unwrap();
        std::os::unix::fs::symlink(&precious, &link).unwrap();
        create(&link).unwrap().write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&precious).unwrap(), "mine");
        assert_eq!(fs::read_to_string(&link).unwrap(), "new");
        create(&pipe(folder.path())).unwrap();
    }
}
