//! The database: opened by one owner, read on connections apart, written on one thread, brought up to date, checked.

#[cfg(feature = "postgres")]
mod server_errors;
mod database_error;
pub(super) mod values;
mod roles;
mod worker_state;
mod error;
mod moments;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod params;
mod row;
pub(super) mod client;
pub(super) mod statement;
pub(super) mod columns;
pub(super) mod migrations;
mod fulltext_row;
#[cfg(feature = "postgres")]
pub(super) mod tsvector;
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

pub use database_error::{DatabaseError, DatabaseResult, OptionalExtension};
pub use error::StoreError;
pub use handle::Store;
pub use migrations::SCHEMA;
pub use moments::{moment, moment_or_none, seconds};
pub use open::{DATABASE_NAME, LOG_BYTES_KEPT};
pub use place::{ServerAddress, StorePlace};
pub use roles::{Role, Roles};
pub use writer::WriterState;
