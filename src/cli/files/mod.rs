//! Commands over files and pages; they need no store.

pub mod doc;
pub mod feed;
pub mod extract;
pub mod cluster;
