//! What readers look at: pages, feeds and JSON over what is stored, read only, without scripts and accounts.
//!
//! A `Route` is an address here; `pages`, `feeds` and `api` answer one from a `Desk` (the store, the configuration and the
//! moment). `server` serves the answers over HTTP, to whom `access` lets in, and the tools of `assistant` by `mcp`; `tidings
//! site` writes the same answers as files.

mod routes;
mod site_files;
mod answer;
mod desk;
mod layout;
pub mod placement_reason;
pub mod source_words;
mod markdown;
mod pages;
mod feeds;
mod api;
mod answering;
mod access;
mod cache;
mod mcp;
pub mod site;
pub mod server;

pub use answer::Answer;
pub use answering::answer;
pub use desk::{Desk, LinkForm};
pub use routes::{FeedForm, Route, SearchTerms};
