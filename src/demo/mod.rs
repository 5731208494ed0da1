//! demo

pub mod content;
pub mod config;
pub mod picture;
pub mod site;
pub mod feeds;
pub mod metadata;
pub mod bodies;
pub mod templates;
pub mod newsroom;
