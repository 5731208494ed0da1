//! Documents from the database, and the database from documents.

mod files;
mod documents;
mod groups;
pub mod database;

pub use documents::{RebuiltDocuments, documents};
pub use files::{ReadResult, SkippedDocument, documents_in, read_document};
