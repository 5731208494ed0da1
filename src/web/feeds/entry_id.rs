//! Names of entries and feeds that stay the same for ever, under whatever name this place is asked.
//!
//! A story's number is never given again in a store, and the moment it began never changes: both together name it here, and
//! elsewhere nobody. They become a UUID of version 8 (RFC 9562): nothing is to be read from it.

use sha2::{Digest as _, Sha256};

use crate::domain::{DigestId, Timestamp};
use crate::views::story_entries::EntrySubject;
use crate::web::routes::Route;

/// Returns the id of an entry.
pub fn of_subject(subject: EntrySubject) -> String {
    match subject {
        EntrySubject::Story { id, started_at } => urn("story", id.0, started_at),
        EntrySubject::Article { id, seen_at } => urn("article", id.0, seen_at),
    }
}

/// Returns the id of a digest.
pub fn of_digest(id: DigestId, made_at: Timestamp) -> String {
    urn("digest", id.0, made_at)
}

/// Returns the id of a feed.
pub fn of_feed(feed: &Route) -> String {
    uuid(&format!("feed {}", feed.path()))
}

fn urn(kind: &str, number: i64, at: Timestamp) -> String {
    uuid(&format!("{kind} {number} {}", at.timestamp()))
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
        let story = |id, at| {
            of_subject(EntrySubject::Story {
                id: StoryId(id),
                started_at: Timestamp::from_timestamp(at, 0).expect("a moment"),
            })
        };
        assert_eq!(story(7, 1_780_000_000), "urn:uuid:bc932bc2-b1df-8735-8351-48efd0e059ad");
        assert_ne!(story(7, 1_780_000_000), story(7, 1_780_000_001));
        assert_ne!(story(7, 1_780_000_000), story(8, 1_780_000_000));
    }
}
