//! Names of entries and feeds that stay the same for ever, under whatever name this place is asked.
//!
//! A story's number is never given again in a store, and the store has a number of its own, made once by chance: both together
//! name a story here, and elsewhere nobody. An article's number may be given again once it is purged, so the moment it was
//! first seen is in its name too. They become a UUID of version 8 (RFC 9562): nothing is to be read from it. A database that
//! is built anew has other numbers, and so other names.

use sha2::{Digest as _, Sha256};

use crate::domain::deadline::Deadline;
use crate::domain::{ArticleId, DigestId, Timestamp};
use crate::views::ViewError;
use crate::views::story_entries::{self, EntrySubject};
use crate::web::desk::Desk;
use crate::web::routes::Route;

/// Gives names in one store.
#[derive(Debug, Clone, Copy)]
pub struct EntryIds {
    store: i64,
}

impl EntryIds {
    /// Returns what names the entries of a desk's store.
    pub fn of(desk: &Desk<'_>) -> Result<Self, ViewError> {
        let store = story_entries::identity(desk.store)?;
        Ok(Self { store })
    }

    /// Returns the id of an entry.
    pub fn of_subject(self, subject: EntrySubject) -> String {
        match subject {
            EntrySubject::Story(id) => self.urn(&format!("story {id}")),
            EntrySubject::Article { id, seen_at } => self.urn(&format!("article {id} {}", seen_at.timestamp())),
        }
    }

    /// Returns the id of a digest.
    pub fn of_digest(self, id: DigestId) -> String {
        self.urn(&format!("digest {id}"))
    }

    /// Returns the id of a date of a document.
    pub fn of_date(self, article: ArticleId, seen_at: Timestamp, deadline: &Deadline) -> String {
        let (at, kind, number) = (seen_at.timestamp(), deadline.kind.as_str(), deadline.number);
        self.urn(&format!("date {article} {at} {kind} {number}"))
    }

    /// Returns the id of a feed.
    pub fn of_feed(self, feed: &Route) -> String {
        self.urn(&format!("feed {}", feed.path()))
    }

    fn urn(self, name: &str) -> String {
        uuid(&format!("{} {name}", self.store))
    }
}

fn uuid(name: &str) -> String {
    let hash = Sha256::digest(format!("tidings {name}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    format!("urn:uuid:{}", parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StoryId;

    #[test]
    fn an_id_never_changes() {
        // Readers know entries by these: another way to make them would bring everything anew.
        let story = |store, id| EntryIds { store }.of_subject(EntrySubject::Story(StoryId(id)));
        assert_eq!(story(-5, 7), "urn:uuid:a389f027-5c60-85b2-ad51-00cbc6d377d2");
        assert_ne!(story(-5, 7), story(-5, 8));
        assert_ne!(story(-5, 7), story(6, 7));
    }
}
