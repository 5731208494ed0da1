//! Where a store is.

use std::path::{Path, PathBuf};

use crate::domain::secret::Secret;

/// A server that holds a store, as it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    /// `postgres://user@host/database`, with what else the server's address may say.
    pub url: String,
    pub password: Option<Secret>,
}

/// Where a store is: in a state folder or, where one is named, at a server; the folder then holds what is this worker's own.
#[derive(Clone, Copy)]
pub struct StorePlace<'a> {
    pub folder: &'a Path,
    pub server: Option<&'a ServerAddress>,
}

impl<'a> From<&'a Path> for StorePlace<'a> {
    fn from(folder: &'a Path) -> Self {
        Self { folder, server: None }
    }
}

impl<'a> From<&'a PathBuf> for StorePlace<'a> {
    fn from(folder: &'a PathBuf) -> Self {
        folder.as_path().into()
    }
}
