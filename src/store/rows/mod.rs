//! Rows that several rooms read and write: an article, what it belongs to, what it said before, the marks of its document.

pub(super) mod settings;
pub(super) mod article;
pub(super) mod revisions;
pub(super) mod membership;
pub(super) mod document_marks;
