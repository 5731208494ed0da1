//! Why something was not delivered.

use std::path::PathBuf;

use thiserror::Error;

use crate::digest::display_text;

/// The steps of a conversation that are about one message.
pub(super) const SENDER: &str = "the sender";
pub(super) const RECIPIENT: &str = "the recipient";
pub(super) const START: &str = "the message's start";
pub(super) const END: &str = "the message's end";

/// Why something was not delivered, with the remedy. No message holds a mail address or a password.
#[derive(Debug, Error)]
pub enum DeliverError {
    #[error("the {role} address is no mail address: {reason}")]
    Address { role: &'static str, reason: String },
    #[error("{0}")]
    Channel(String),
    #[error("mail settings: {0}")]
    Settings(String),
    #[error("the message cannot be sent: {0}")]
    Message(String),
    #[error("{host} refused at {step}: {}; {remedy}", said(*code, answer))]
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
    #[error(
        "{host} does not offer SMTPUTF8, without which no mail goes from or to an address with letters beyond a-z before the @; \
         write another address, or send through a server that offers it"
    )]
    NoSmtpUtf8 { host: String },
    #[error("sendmail did not take the message: {0}; see the mail system's log")]
    Sendmail(String),
    #[error("{host} {reason}")]
    Webhook {
        host: String,
        reason: String,
        is_final: bool,
        may_have_arrived: bool,
        /// How long the server asks us to wait.
        retry_seconds: Option<u32>,
    },
    #[error("could not write {path}: {source}; check that the folder exists and may be written to", path = path.display())]
    File { path: PathBuf, source: std::io::Error },
}

impl DeliverError {
    /// Whether sending the same bytes again may succeed: by itself, or once the owner has mended a setting.
    ///
    /// A 5xx is final where it is about the recipient or the message, not where it is about us: the greeting and the
    /// login.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused { code, step, .. } => {
                (400..500).contains(code) || !matches!(*step, SENDER | RECIPIENT | START | END)
            }
            Self::TimedOut { .. }
            | Self::Dropped { .. }
            | Self::Sendmail(_)
            | Self::File { .. }
            | Self::Channel(_)
            | Self::Settings(_)
            | Self::Unusable { .. } => true,
            Self::Webhook { is_final, .. } => !is_final,
            Self::Address { .. } | Self::Message(_) | Self::NoSmtpUtf8 { .. } => false,
        }
    }

    /// Whether the recipient may have it all the same: everything was sent, and no answer came.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::TimedOut { step, .. } | Self::Dropped { step, .. } => *step == END,
            Self::Webhook { may_have_arrived, .. } => *may_have_arrived,
            _ => false,
        }
    }

    /// Returns how long the other side asks us to wait, in seconds.
    pub fn retry_seconds(&self) -> Option<u32> {
        match self {
            Self::Webhook { retry_seconds, .. } => *retry_seconds,
            _ => None,
        }
    }
}

/// Returns an answer of a mail server as it is told; it may have no words.
pub(super) fn said(code: u16, answer: &str) -> String {
    format!("{code} {answer}").trim_end().to_owned()
}

/// Characters of a foreign answer that are kept.
const ANSWER_CHARS_MAX: usize = 300;

/// Returns a foreign message on one line, bounded, without what steers a display and without the mail addresses that
/// servers like to repeat.
pub(super) fn one_line(text: &str) -> String {
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .map(|word| if word.contains('@') { "(address)" } else { word });
    display_text::line(&words.collect::<Vec<_>>().join(" "), ANSWER_CHARS_MAX)
}
