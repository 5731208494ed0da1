//! demo

pub mod config;
pub mod content;
pub mod feeds;
pub mod metadata;
pub mod newsroom;
pub mod picture;
pub mod site;
pub mod templates;
