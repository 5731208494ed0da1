//! From the bytes of a mail message to a letter: who sent it, over which list, when, what it says and links to.
//!
//! MIME is read by a parser that others keep; what is handed to it is cut to the bounds here first (`bounds`), and what it
//! takes apart is decoded here (`bodies`), since a damaged byte is to cost itself alone. A message within a message is an
//! attachment, and attachments are told of and not read. Nothing is fetched, and no claim of a sender is checked.

mod bounds;
mod plain_text;
mod bodies;
mod head;
mod outlet;
mod entries;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;

use mail_parser::{HeaderName, MessageParser};
use thiserror::Error;

use crate::domain::Timestamp;
use crate::extract::LetterBody;
use bounds::Bounded;
pub use entries::{entries, key};
pub use head::{MailingList, Sender, message_id};
pub use outlet::{LetterOutlet, outlet};

/// The most of a message that is read, in bytes; what a letter says stands before what is attached.
pub const MESSAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most of a message's headers that is read, in bytes.
pub const HEAD_BYTES_MAX: usize = 256 * 1024;
/// The most headers of a message that are read.
pub const HEADERS_MAX: usize = 500;
/// The most parts of a message, one in another or one behind another, that are read. So none is deeper either.
pub const PARTS_MAX: usize = 200;
/// The most text of one part, in bytes.
pub const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most parts that are joined to a letter's text.
pub const TEXTS_MAX: usize = 10;

/// A letter as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Letter {
    /// Without the angle brackets.
    pub message_id: Option<String>,
    pub subject: Option<String>,
    /// By the letter's own word.
    pub sent_at: Option<Timestamp>,
    pub from: Option<Sender>,
    pub list: Option<MailingList>,
    /// What stands behind the plus of the address it was delivered to.
    pub alias: Option<String>,
    pub body: LetterBody,
    /// Parts that were not read: files, pictures, other messages.
    pub attachments: usize,
    /// What was cut off, and what was damaged.
    pub warnings: Vec<String>,
}

/// Why bytes are no letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LetterError {
    #[error("the message is empty")]
    Empty,
    #[error("no mail message: it has no headers")]
    NoHeaders,
}

/// Returns the letter in a message, or in its beginning.
///
/// # Errors
/// The bytes are no message. One without text is no error.
pub fn parse(bytes: &[u8]) -> Result<Letter, LetterError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(LetterError::Empty);
    }
    let Bounded { bytes, mut warnings } = bounds::bounded(bytes);
    // What is not named is not read, transfer encodings too: the parser gives up on a part with one wrong byte.
    let parser = MessageParser::new()
        .default_header_ignore()
        .header_content_type(HeaderName::ContentType)
        .header_content_type(HeaderName::ContentDisposition)
        .header_text(HeaderName::Subject)
        .header_address(HeaderName::From)
        .header_date(HeaderName::Date);
    let message = parser.parse(&*bytes).ok_or(LetterError::NoHeaders)?;
    if !bounds::has_header(&bytes) {
        return Err(LetterError::NoHeaders);
    }
    let bodies = bodies::read(&message, &bytes);
    warnings.extend(bodies.warnings);
    Ok(Letter {
        message_id: head::message_id(&bytes),
        subject: head::subject(&message, &bytes),
        sent_at: head::sent_at(&message),
        from: head::from(&message, &bytes),
        list: head::list(&bytes),
        alias: head::alias(&bytes),
        body: bodies.body,
        attachments: bodies.attachments,
        warnings,
    })
}
