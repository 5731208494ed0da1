//! The database: opened by one owner, read on connections apart, written on one thread, brought up to date, checked.

mod error;
mod moments;
mod ids;
pub(super) mod statement;
pub(super) mod columns;
pub(super) mod migrations;
pub(super) mod fulltext;
pub(super) mod live_stories;
pub(super) mod connection;
mod lock;
pub(super) mod integrity;
pub(super) mod free_pages;
mod writer;
mod handle;
mod open;
#[cfg(test)]
mod tests;

pub use error::{SqliteError, StoreError};
pub use handle::Store;
pub use migrations::SCHEMA;
pub use moments::{moment, moment_or_none, seconds};
pub use open::{DATABASE_NAME, LOG_BYTES_KEPT};
pub use writer::WriterState;
