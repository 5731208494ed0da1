//! What an entry is known by, and whether it changed.
//!
//! Both outlive the program: keys and fingerprints are stored, so what goes into them never changes without a
//! migration. Neither depends on the order of a feed or on anything that differs from poll to poll.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::html_to_text;
use crate::domain::feed::{Entry, EntryKey, Markup};

/// The longest id kept as it is, in bytes; longer ones are known by their hash.
const KEY_BYTES_MAX: usize = 1024;

/// Returns the key of an entry: its id, else its link, else a hash of its title and text.
pub fn entry_key(entry: &Entry) -> EntryKey {
    let given = [&entry.id, &entry.link]
        .into_iter()
        .flatten()
        .map(|text| text.trim())
        .find(|text| !text.is_empty());
    match given {
        Some(text) if text.len() <= KEY_BYTES_MAX => EntryKey(text.to_owned()),
        Some(text) => EntryKey(hashed(&[text])),
        None => {
            let title = html_to_text::line(entry.title.as_deref().unwrap_or_default());
            let text = entry
                .content
                .as_ref()
                .or(entry.summary.as_ref())
                .map_or("", |markup| markup.value.trim());
            // Podcasts without id, link and text are told apart by their file.
            let file = entry.enclosures.first().map_or("", |enclosure| enclosure.url.as_str());
            EntryKey(hashed(&[&title, text, file]))
        }
    }
}

/// Returns a number that changes when the entry does: its title, link, dates, text, files or what a register says of it.
pub fn fingerprint(entry: &Entry) -> i64 {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(text.as_bytes());
    };
    add(entry.title.as_deref().unwrap_or_default());
    add(entry.link.as_deref().unwrap_or_default());
    for time in [entry.published, entry.updated] {
        add(&time.map(|time| time.timestamp().to_string()).unwrap_or_default());
    }
    for markup in [&entry.summary, &entry.content] {
        add(markup.as_ref().map_or("", value));
    }
    for enclosure in &entry.enclosures {
        add(&enclosure.url);
    }
    for field in &entry.record {
        add(&field.name);
        add(&field.value);
    }
    number(&hash.finalize())
}

/// Returns the beginning of a hash in 63 bits: the same number in every database.
fn number(digest: &[u8]) -> i64 {
    let [first, ..] = digest.as_chunks::<8>().0 else {
        return 0;
    };
    i64::from_le_bytes(*first) & i64::MAX
}

/// Returns a number that stays when only an entry's key, link or date changes: of its headline's letters and digits, or
/// of its text's where it has no headline. 0 when it has neither.
pub fn title_hash(entry: &Entry) -> i64 {
    let title = entry.title.as_deref().unwrap_or_default();
    let text = [&entry.content, &entry.summary].into_iter().flatten().next();
    let plain = if title.trim().is_empty() {
        text.map(super::markup::to_plain).unwrap_or_default()
    } else {
        title.to_owned()
    };
    if !plain.contains(char::is_alphanumeric) {
        return 0;
    }
    let letters: String = plain
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    number(&Sha256::digest(letters))
}

fn value(markup: &Markup) -> &str {
    markup.value.trim()
}

fn hashed(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut key = String::from("sha256:");
    for byte in hash.finalize() {
        write!(key, "{byte:02x}").expect("writing to a string never fails");
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, link: &str, title: &str) -> Entry {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Entry {
            id: some(id),
            link: some(link),
            title: some(title),
            ..Entry::default()
        }
    }

    #[test]
    fn id_then_link_then_text() {
        assert_eq!(entry_key(&entry(" tag:1 ", "https://example.org/1", "a")).0, "tag:1");
        assert_eq!(
            entry_key(&entry(" ", "https://example.org/1", "a")).0,
            "https://example.org/1"
        );
        let hashed = entry_key(&entry("", "", "a  b"));
        assert!(hashed.0.starts_with("sha256:"), "{hashed:?}");
        assert_eq!(hashed, entry_key(&entry("", "", " a b")));
        assert_ne!(hashed, entry_key(&entry("", "", "a c")));
        assert_eq!(entry_key(&entry(&"x".repeat(5000), "", "")).0.len(), 71);
    }

    #[test]
    fn a_fingerprint_follows_the_text_and_nothing_else() {
        let one = entry("1", "https://example.org/1", "a");
        let other_id = Entry {
            id: Some("2".to_owned()),
            categories: vec!["x".to_owned()],
            ..one.clone()
        };
        assert_eq!(fingerprint(&one), fingerprint(&other_id));
        let other_text = Entry {
            summary: Some(Markup::text("b".to_owned())),
            ..one.clone()
        };
        assert_ne!(fingerprint(&one), fingerprint(&other_text));
        assert!(fingerprint(&one) >= 0);
    }

    #[test]
    fn a_fingerprint_is_the_same_in_every_release() {
        assert_eq!(fingerprint(&Entry::default()), fingerprint(&Entry::default()));
    }
}
