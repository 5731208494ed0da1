//! Where the socket is: in the runtime folder, with a link in the state folder, by which commands find it.
//!
//! Whoever binds owns the store, so a socket that is there already is what a killed daemon left, and is replaced. It
//! appears under its name with its permissions, in one step.

use std::fs::{self, DirBuilder, FileType, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio::net::UnixListener;

/// Name of the socket, and of the link to it in the state folder.
const NAME: &str = "control.sock";
/// Owner and group may talk to the daemon, nobody else.
const MODE: u32 = 0o660;
/// Bytes of the state folder's hash that tell apart the sockets of one person's daemons.
const HASH_BYTES: usize = 6;

/// Why there is no control socket.
#[derive(Debug, Error)]
pub enum SocketError {
    #[error("{path} is in the way: it is no socket; move it")]
    InTheWay { path: PathBuf },
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
}

/// Where a daemon's socket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketPath {
    socket: PathBuf,
    /// In the state folder, when the socket is elsewhere.
    link: Option<PathBuf>,
}

impl SocketPath {
    /// Returns where the socket of the daemon over this state folder goes.
    pub fn of(state_dir: &Path) -> Self {
        Self::with(state_dir, &|name| std::env::var(name).ok())
    }

    fn with(state_dir: &Path, var: &dyn Fn(&str) -> Option<String>) -> Self {
        let folder = |name| {
            let value: Option<String> = var(name);
            // The service manager separates several folders by colons; the first is ours.
            let first = value.and_then(|value| value.split(':').next().map(PathBuf::from));
            first.filter(|folder| folder.is_absolute())
        };
        let link = state_dir.join(NAME);
        if let Some(own) = folder("RUNTIME_DIRECTORY") {
            return Self {
                socket: own.join(NAME),
                link: Some(link),
            };
        }
        match folder("XDG_RUNTIME_DIR") {
            Some(shared) => {
                let hash = Sha256::digest(state_dir.as_os_str().as_encoded_bytes());
                let name = format!("{}.sock", HEXLOWER.encode(&hash[..HASH_BYTES]));
                Self {
                    socket: shared.join("tidings").join(name),
                    link: Some(link),
                }
            }
            None => Self {
                socket: link,
                link: None,
            },
        }
    }

    /// Returns the path of the socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Returns where the socket of a daemon over this state folder would be.
    pub(super) fn find(state_dir: &Path) -> PathBuf {
        let name = state_dir.join(NAME);
        // A path through the link may be longer than a socket's address may be; what it names is short.
        fs::read_link(&name).unwrap_or(name)
    }

    /// Whether a daemon over this state folder listens.
    ///
    /// # Errors
    /// The socket is there and may not be used.
    pub fn is_listening(state_dir: &Path) -> io::Result<bool> {
        match std::os::unix::net::UnixStream::connect(Self::find(state_dir)) {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Listens there. What a killed daemon left is replaced; the caller owns the store.
    pub(super) fn bind(&self) -> Result<UnixListener, SocketError> {
        let folder = self.socket.parent().unwrap_or(Path::new("/"));
        make_folder(folder)?;
        refuse_unless(&self.socket, FileType::is_socket)?;
        // Nobody may come in before the permissions are right: it is made where nobody can go.
        let private = folder.join(".new");
        let made = private.join("s");
        remove(&made)?;
        match fs::remove_dir(&private) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&private, error)),
            _ => {}
        }
        make_folder(&private)?;
        let listener = UnixListener::bind(&made).map_err(|error| failed(&made, error))?;
        fs::set_permissions(&made, Permissions::from_mode(MODE)).map_err(|error| failed(&made, error))?;
        fs::rename(&made, &self.socket).map_err(|error| failed(&self.socket, error))?;
        fs::remove_dir(&private).map_err(|error| failed(&private, error))?;
        if let Some(link) = &self.link {
            refuse_unless(link, |kind| kind.is_symlink() || kind.is_socket())?;
            remove(link)?;
            std::os::unix::fs::symlink(&self.socket, link).map_err(|error| failed(link, error))?;
        }
        Ok(listener)
    }

    /// Takes the socket and the link away.
    pub(super) fn clear(&self) -> Result<(), SocketError> {
        remove(&self.socket)?;
        self.link.as_deref().map_or(Ok(()), remove)
    }
}

fn failed(path: &Path, error: io::Error) -> SocketError {
    SocketError::Io {
        path: path.to_owned(),
        error,
    }
}

fn make_folder(path: &Path) -> Result<(), SocketError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| failed(path, error))
}

fn remove(path: &Path) -> Result<(), SocketError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(path, error)),
        _ => Ok(()),
    }
}

fn refuse_unless(path: &Path, is_ours: impl Fn(&FileType) -> bool) -> Result<(), SocketError> {
    match fs::symlink_metadata(path) {
        Ok(found) if !is_ours(&found.file_type()) => Err(SocketError::InTheWay { path: path.to_owned() }),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(vars: &[(&str, &str)], socket: &str, is_linked: bool) {
        let var = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let place = SocketPath::with(Path::new("/state"), &var);
        assert_eq!(place.socket, Path::new(socket));
        assert_eq!(place.link.is_some(), is_linked);
    }

    #[test]
    fn the_runtime_folder_comes_first() {
        let person = ("XDG_RUNTIME_DIR", "/run/user/7");
        check(&[], "/state/control.sock", false);
        check(&[person], "/run/user/7/tidings/7ac1387d11b1.sock", true);
        check(&[("XDG_RUNTIME_DIR", "here")], "/state/control.sock", false);
        check(
            &[person, ("RUNTIME_DIRECTORY", "/run/tidings:/run/x")],
            "/run/tidings/control.sock",
            true,
        );
    }

    #[tokio::test]
    async fn it_is_bound_with_its_permissions_over_what_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let place = SocketPath {
            socket: folder.path().join("run/s.sock"),
            link: Some(folder.path().join(NAME)),
        };
        drop(place.bind().unwrap());
        assert!(place.socket.exists(), "a killed daemon leaves it");
        let _listener = place.bind().unwrap();
        let mode = fs::metadata(&place.socket).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        assert_eq!(SocketPath::find(folder.path()), place.socket);
        assert_eq!(fs::read_dir(folder.path().join("run")).unwrap().count(), 1);
        place.clear().unwrap();
        assert!(!place.socket.exists() && fs::symlink_metadata(folder.path().join(NAME)).is_err());
    }

    #[tokio::test]
    async fn what_is_no_socket_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join(NAME);
        fs::write(&socket, "mine").unwrap();
        let place = SocketPath { socket, link: None };
        assert!(matches!(place.bind(), Err(SocketError::InTheWay { .. })));
        assert_eq!(fs::read(folder.path().join(NAME)).unwrap(), b"mine");
    }
}
