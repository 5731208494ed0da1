//! Rows that several rooms share: an article, what it belongs to and said before, its document's mark, leases, numbers.

pub(super) mod settings;
pub(super) mod leases;
pub(super) mod host_leases;
pub(super) mod article;
pub(super) mod revisions;
pub(super) mod membership;
pub(super) mod document_marks;
pub(super) mod images;
pub(super) mod identifiers;
