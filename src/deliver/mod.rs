//! Delivery: the frozen bytes of a digest to a mail server, a file or the log.
//!
//! It decides nothing: when to try, how often and what a failure means for a digest is the caller's part. What always
//! holds: the same bytes sent again bear the same Message-ID, so a repeated mail is recognised as one.

pub mod file;
pub mod log;
pub mod mail;
pub mod message;

use std::path::PathBuf;

use thiserror::Error;

/// Why something was not delivered, with the remedy. No message holds a mail address or a password.
#[derive(Debug, Error)]
pub enum DeliverError {
    #[error("the {role} address is no mail address ({reason}); correct it in the configuration")]
    Address { role: &'static str, reason: String },
    #[error("{0}")]
    Channel(String),
    #[error("mail settings: {0}")]
    Settings(String),
    #[error("the message cannot be sent: {0}")]
    Message(String),
    #[error("{host} refused at {step}: {code} {answer}; {remedy}")]
    Refused {
        host: String,
        step: &'static str,
        code: u16,
        answer: String,
        remedy: &'static str,
    },
    #[error("no answer from {host} at {step} within {seconds} s; it is tried again later")]
    TimedOut {
        host: String,
        step: &'static str,
        seconds: u64,
    },
    #[error("the connection to {host} failed at {step}: {reason}; it is tried again later")]
    Dropped {
        host: String,
        step: &'static str,
        reason: String,
    },
    #[error("{host} does not offer what is needed at {step}: {reason}; check `smtp` and its user and password")]
    Unusable {
        host: String,
        step: &'static str,
        reason: String,
    },
    #[error("sendmail did not take the message: {0}; see the mail system's log")]
    Sendmail(String),
    #[error("could not write {path}: {source}; check that the folder exists and may be written to", path = path.display())]
    File { path: PathBuf, source: std::io::Error },
}

impl DeliverError {
    /// Whether sending the same bytes again may succeed without anyone's help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused { code, .. } => (400..500).contains(code),
            Self::TimedOut { .. } | Self::Dropped { .. } | Self::Sendmail(_) | Self::File { .. } => true,
            Self::Channel(_) | Self::Address { .. } | Self::Settings(_) | Self::Message(_) | Self::Unusable { .. } => {
                false
            }
        }
    }
}
