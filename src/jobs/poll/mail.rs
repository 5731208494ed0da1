//! A source of kind `mail`: a maildir, each of whose messages is read once.
//!
//! What a message is known by stands in its head; only those that are not known are read further. The folder is only read.

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::path::Path;

use chrono::DateTime;
use sha2::{Digest, Sha256};

use super::failure::failed;
use crate::blocking;
use crate::decide::{FetchMeta, Outcome};
use crate::domain::feed::Entry;
use crate::domain::plural::counted;
use crate::domain::source::{MAILDIR, Source, SourceState};
use crate::domain::{SourceId, Timestamp};
use crate::feed::Parsed;
use crate::jobs::runtime::{Context, JobError};
use crate::letter::{self, HEAD_BYTES_MAX, MESSAGE_BYTES_MAX};
use crate::maildir::{self, FILES_MAX, MessageFile};

/// Letters that are read in one poll; the others wait for the next.
const LETTERS_PER_POLL_MAX: usize = 500;
/// Bytes of letters that are read in one poll.
const BYTES_PER_POLL_MAX: usize = 128 * 1024 * 1024;
/// Bytes in which most heads end.
const HEAD_BYTES: usize = 16 * 1024;
/// A file's name begins with the second of its delivery, which is later than this one (in 2000).
const DELIVERED_MIN: i64 = 946_684_800;

/// Reads the letters of a maildir that are not known yet; a folder with the same files is as good as a 304.
///
/// # Errors
/// The store cannot be used.
pub(super) fn read(
    ctx: &Context,
    now: Timestamp,
    id: SourceId,
    source: &Source,
    state: &SourceState,
) -> Result<Outcome, JobError> {
    blocking::run(|| {
        let folder = source.address.strip_prefix(MAILDIR).unwrap_or(&source.address);
        let listing = match maildir::list(Path::new(folder)) {
            Ok(listing) => listing,
            Err(error) => return Ok(Outcome::Failed(failed(error.to_string()))),
        };
        let mut hash = Sha256::new();
        for message in &listing.messages {
            hash.update(message.unique.as_bytes());
            hash.update([0]);
        }
        let mut answer = FetchMeta {
            body_hash: Some(hash.finalize().to_vec()),
            ..FetchMeta::default()
        };
        if answer.body_hash == state.body_hash {
            return Ok(Outcome::NotModified(answer));
        }
        if listing.is_cut {
            tracing::warn!("{folder} holds more than {FILES_MAX} messages; the latest of them are read");
        }
        if listing.skipped > 0 {
            let files = counted(listing.skipped, "file", "files");
            tracing::warn!("{folder} holds {files} that are no messages (links, pipes, folders); they are left alone");
        }
        let named = named(&listing.messages);
        if let Some(error) = named.unreadable.as_ref().filter(|_| named.keyed.is_empty()) {
            return Ok(Outcome::Failed(failed(format!("{folder}: {error}"))));
        }
        let keys: Vec<String> = named.keyed.iter().map(|(key, _)| key.clone()).collect();
        let known = ctx.store.known_keys(id, &keys)?;
        let mut unknown = named.keyed;
        unknown.retain(|(key, _)| !known.contains(key));
        let read = letters(now, source, unknown);
        if read.is_unfinished || read.is_unreadable || named.unreadable.is_some() {
            // The same files are to be looked at again.
            answer.body_hash = None;
        }
        if read.attachments > 0 {
            let files = counted(read.attachments, "attachment", "attachments");
            tracing::info!("left {files} of letters in {folder} unread");
        }
        if read.untold_links > 0 {
            let links = counted(read.untold_links, "link", "links");
            tracing::info!("left out {links} of letters in {folder}: only a counter of clicks knows where they lead");
        }
        Ok(Outcome::Fetched(answer, Box::new(Parsed::of(None, read.entries))))
    })
}

/// Messages and what they are known by.
#[derive(Default)]
struct Named<'a> {
    /// Each key once: the message that was delivered first has it.
    keyed: Vec<(String, &'a MessageFile)>,
    unreadable: Option<String>,
}

fn named(messages: &[MessageFile]) -> Named<'_> {
    let mut named = Named::default();
    let mut seen = HashSet::new();
    for message in messages {
        match head(message) {
            Ok(head) => {
                let key = letter::key(letter::message_id(&head).as_deref(), &message.unique);
                if seen.insert(key.clone()) {
                    named.keyed.push((key, message));
                }
            }
            Err(error) => named.unreadable = told(message, &error).or(named.unreadable),
        }
    }
    named
}

fn head(message: &MessageFile) -> io::Result<Vec<u8>> {
    let head = maildir::read(message, HEAD_BYTES)?;
    match head.len() == HEAD_BYTES && letter::message_id(&head).is_none() {
        true => maildir::read(message, HEAD_BYTES_MAX),
        false => Ok(head),
    }
}

/// Tells of a file that cannot be read; one that is gone by now was moved or deleted by its owner's mail program.
fn told(message: &MessageFile, error: &io::Error) -> Option<String> {
    if error.kind() == ErrorKind::NotFound {
        return None;
    }
    let remedy = match error.kind() {
        ErrorKind::PermissionDenied => format!("; {}", crate::files::remedy_of_rights(&message.path)),
        _ => String::new(),
    };
    let said = format!("cannot read {}: {error}{remedy}", message.unique);
    tracing::warn!("{said}");
    Some(said)
}

#[derive(Default)]
struct Letters {
    entries: Vec<Entry>,
    untold_links: usize,
    attachments: usize,
    is_unfinished: bool,
    is_unreadable: bool,
}

/// Reads letters, the latest first.
fn letters(now: Timestamp, source: &Source, unknown: Vec<(String, &MessageFile)>) -> Letters {
    let mut read = Letters::default();
    let mut bytes_left = BYTES_PER_POLL_MAX;
    for (number, (key, message)) in unknown.into_iter().rev().enumerate() {
        if number == LETTERS_PER_POLL_MAX || bytes_left == 0 {
            read.is_unfinished = true;
            break;
        }
        // One byte more shows that there is more.
        let bytes = match maildir::read(message, MESSAGE_BYTES_MAX + 1) {
            Ok(bytes) => bytes,
            Err(error) => {
                read.is_unreadable |= told(message, &error).is_some();
                continue;
            }
        };
        bytes_left = bytes_left.saturating_sub(bytes.len());
        let mut letter = match letter::parse(&bytes) {
            Ok(letter) => letter,
            Err(error) => {
                tracing::warn!("cannot read {}: {error}", message.unique);
                continue;
            }
        };
        for warning in &letter.warnings {
            tracing::warn!("letter {}: {warning}", message.unique);
        }
        read.attachments += letter.attachments;
        letter.sent_at = letter.sent_at.filter(|at| *at <= now).or_else(|| delivered_at(message));
        if source.letter_links {
            read.untold_links += letter.body.untold_links;
        }
        read.entries.extend(letter::entries(&letter, &key, source.letter_links));
    }
    read
}

/// Returns when a message was delivered, by the name of its file.
fn delivered_at(message: &MessageFile) -> Option<Timestamp> {
    let seconds = message.unique.split(|c: char| !c.is_ascii_digit()).next()?;
    let seconds = seconds.parse().ok().filter(|seconds| *seconds > DELIVERED_MIN)?;
    DateTime::from_timestamp(seconds, 0)
}
