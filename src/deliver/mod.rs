//! Delivery: the frozen bytes of a digest to a mail server, a file or the log.
//!
//! It decides nothing: when to try, how often and what a failure means for a digest is the caller's part. What always
//! holds: the same bytes sent again bear the same Message-ID, so a repeated mail is recognised as one.

mod error;
pub mod dkim;
pub mod file;
pub mod log;
pub mod message;
pub mod reply;
mod connection;
mod sendmail;
mod smtp;
pub mod mail;
mod webhook_answer;
pub mod webhook;

pub use error::DeliverError;
