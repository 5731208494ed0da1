//! A source of kind `mail`: a maildir, each of whose messages is read once.
//!
//! What a message is known by stands in its head; only those that are not known are read further. Once known, a file is told
//! by its name as long as the process lives. The folder is only read.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
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
use crate::jobs::runtime::{Context, JobError, catch_panic};
use crate::letter::{self, HEAD_BYTES_MAX, Letter, LetterError, MESSAGE_BYTES_MAX};
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
        let file = |message: &MessageFile| file_hash(folder, message);
        let mut done = ctx.shared.read_files.take(id);
        let (old, fresh): (Vec<&MessageFile>, Vec<&MessageFile>) = listing
            .messages
            .iter()
            .partition(|message| done.contains(&file(message)));
        done = old.into_iter().map(file).collect();
        let is_cancelled = || ctx.shared.was_cancelled();
        let named = named(&fresh, is_cancelled);
        if let Some(error) = named
            .unreadable
            .as_ref()
            .filter(|_| named.keyed.is_empty() && done.is_empty())
        {
            return Ok(Outcome::Failed(failed(format!("{folder}: {error}"))));
        }
        let keys: Vec<String> = named.keyed.iter().map(|(key, _)| key.clone()).collect();
        let known = ctx.store.known_keys(id, &keys)?;
        let (old, mut unknown): (Vec<_>, Vec<_>) = named.keyed.into_iter().partition(|(key, _)| known.contains(key));
        done.extend(old.into_iter().map(|(_, message)| file(message)));
        // Each key once: the message that was delivered first has it.
        let mut seen = HashSet::new();
        unknown.retain(|(key, _)| seen.insert(key.clone()));
        let read = letters(now, source, unknown, is_cancelled);
        done.extend(read.no_letters.into_iter().map(file));
        ctx.shared.read_files.keep(id, done);
        if read.is_unfinished || named.is_unfinished {
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

/// Returns what a file is told by.
fn file_hash(folder: &str, message: &MessageFile) -> u64 {
    let mut hasher = DefaultHasher::new();
    (folder, &message.unique).hash(&mut hasher);
    hasher.finish()
}

/// Messages and what they are known by.
#[derive(Default)]
struct Named<'a> {
    keyed: Vec<(String, &'a MessageFile)>,
    unreadable: Option<String>,
    /// Not all were read; one that is gone was most likely moved.
    is_unfinished: bool,
}

fn named<'a>(messages: &[&'a MessageFile], is_cancelled: impl Fn() -> bool) -> Named<'a> {
    let mut named = Named::default();
    for message in messages {
        if is_cancelled() {
            named.is_unfinished = true;
            break;
        }
        match head(message) {
            Ok(head) => {
                let key = letter::key(letter::message_id(&head).as_deref(), &message.unique);
                named.keyed.push((key, message));
            }
            Err(error) => {
                named.is_unfinished = true;
                named.unreadable = told(message, &error).or(named.unreadable);
            }
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
struct Letters<'a> {
    entries: Vec<Entry>,
    untold_links: usize,
    attachments: usize,
    /// Files that no poll will make a letter of.
    no_letters: Vec<&'a MessageFile>,
    is_unfinished: bool,
}

/// Reads letters, the latest first.
fn letters<'a>(
    now: Timestamp,
    source: &Source,
    unknown: Vec<(String, &'a MessageFile)>,
    is_cancelled: impl Fn() -> bool,
) -> Letters<'a> {
    let mut read = Letters::default();
    let (mut count, mut bytes_left) = (0, BYTES_PER_POLL_MAX);
    for (key, message) in unknown.into_iter().rev() {
        if count == LETTERS_PER_POLL_MAX || bytes_left == 0 || is_cancelled() {
            read.is_unfinished = true;
            break;
        }
        // One byte more shows that there is more.
        let bytes = match maildir::read(message, MESSAGE_BYTES_MAX + 1) {
            // Whoever copies files into a maildir writes them there: the next poll finds what this one is to hold.
            Ok(bytes) if bytes.is_empty() => {
                tracing::debug!("{} is empty so far", message.unique);
                read.is_unfinished = true;
                continue;
            }
            Ok(bytes) => bytes,
            Err(error) => {
                told(message, &error);
                read.is_unfinished = true;
                continue;
            }
        };
        bytes_left = bytes_left.saturating_sub(bytes.len());
        let error = match catch_panic::catch_piece(|| letter(now, source, &key, message, &bytes)) {
            Ok(Ok((letter, entries))) => {
                count += 1;
                for warning in &letter.warnings {
                    tracing::warn!("letter {}: {warning}", message.unique);
                }
                read.attachments += letter.attachments;
                if source.letter_links {
                    read.untold_links += letter.body.untold_links;
                }
                read.entries.extend(entries);
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!("cannot read {}: {error}", message.unique);
        read.no_letters.push(message);
    }
    read
}

fn letter(
    now: Timestamp,
    source: &Source,
    key: &str,
    message: &MessageFile,
    bytes: &[u8],
) -> Result<(Letter, Vec<Entry>), LetterError> {
    let mut letter = letter::parse(bytes)?;
    letter.sent_at = letter.sent_at.filter(|at| *at <= now).or_else(|| delivered_at(message));
    let entries = letter::entries(&letter, key, source.letter_links);
    Ok((letter, entries))
}

/// Returns when a message was delivered, by the name of its file.
fn delivered_at(message: &MessageFile) -> Option<Timestamp> {
    let seconds = message.unique.split(|c: char| !c.is_ascii_digit()).next()?;
    let seconds = seconds.parse().ok().filter(|seconds| *seconds > DELIVERED_MIN)?;
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::SourceKind;

    #[test]
    fn a_message_that_is_gone_or_was_not_come_to_leaves_the_poll_unfinished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.host");
        std::fs::write(&path, "Subject: x\n\nx\n").unwrap();
        let unique = "1.host".to_owned();
        let here = MessageFile { unique, path };
        let gone = MessageFile {
            path: folder.path().join("cur"),
            ..here.clone()
        };
        let named_of = |message, is_cancelled| {
            let named = named(&[message], || is_cancelled);
            (named.keyed.len(), named.unreadable, named.is_unfinished)
        };
        assert_eq!(named_of(&here, false), (1, None, false));
        assert_eq!(named_of(&here, true), (0, None, true));
        assert_eq!(named_of(&gone, false), (0, None, true));
        let source = Source::new(SourceKind::Mail, "maildir:/mail");
        let read = |message, is_cancelled| {
            let unknown = vec![("mid:1@a.example".to_owned(), message)];
            let read = letters(DateTime::UNIX_EPOCH, &source, unknown, || is_cancelled);
            (read.entries.len(), read.is_unfinished)
        };
        assert_eq!(read(&here, false), (1, false));
        assert_eq!(read(&here, true), (0, true));
        assert_eq!(read(&gone, false), (0, true));
        std::fs::write(&here.path, "").unwrap();
        assert_eq!(read(&here, false), (0, true), "its writer is not done");
    }
}
