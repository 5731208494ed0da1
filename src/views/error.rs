//! Why a view has nothing to show.

use std::fmt;

use thiserror::Error;

use crate::store::StoreError;

/// Why there is nothing to show.
#[derive(Debug, Error)]
pub enum ViewError {
    /// Nothing of this kind has this name, number or address; in the words of the command line.
    #[error("{kind} {name}; {}", kind.command())]
    Unknown { kind: UnknownKind, name: String },
    /// What was named is not there.
    #[error("{0}")]
    NotFound(String),
    /// What was asked cannot be meant.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was named that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownKind {
    Article,
    /// An article by its address.
    Address,
    Story,
    Topic,
    Source,
    Digest,
}

impl UnknownKind {
    /// Returns the error for a name of this kind.
    pub fn named(self, name: impl fmt::Display) -> ViewError {
        let name = match self {
            Self::Topic | Self::Source => format!("\"{name}\""),
            _ => name.to_string(),
        };
        ViewError::Unknown { kind: self, name }
    }

    /// Returns which command lists what there is.
    fn command(self) -> &'static str {
        match self {
            Self::Article => "`tidings articles` shows numbers",
            Self::Address => "`tidings articles` lists them",
            Self::Story => "`tidings stories` lists them",
            Self::Topic => "`tidings topics` lists them",
            Self::Source => "`tidings sources` lists them",
            Self::Digest => "`tidings digests` lists them",
        }
    }
}

/// What is said before the name.
impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Article => "there is no article",
            Self::Address => "no stored article has the address",
            Self::Story => "there is no story",
            Self::Topic => "no topic is called",
            Self::Source => "no source is called",
            Self::Digest => "there is no digest",
        })
    }
}
