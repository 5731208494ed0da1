//! How a file is read: its text, its tables with their places, and what a value may be. No key is known here.

pub mod errors;
pub mod environment;
pub mod expand;
pub mod suggest;
pub mod text;
pub mod raw;
pub mod context;
pub mod values;
pub mod secret;
pub mod credentials;
pub mod maildir_address;
