//! Documents: what they ought to say, written, compared, taken in, and a database made of them.

pub mod document_texts;
pub mod write_documents;
pub mod verify;
pub mod rebuild;
pub mod import;
