//! Whether an entry speaks of an article that was purged.
//!
//! What is purged never comes back as new; but a source may use an address or a key again for something else.

use super::stored_entries::EntryMark;
use crate::domain::Timestamp;

/// What is kept of a purged article, or of an entry that spoke of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tombstone {
    /// The headline it had last, as a hash.
    pub title: Option<i64>,
    pub purged_at: Timestamp,
}

impl Tombstone {
    /// Whether an entry with its address or its key speaks of the purged article: it does not say something else, under
    /// another headline and with a later date.
    pub fn covers(&self, mark: EntryMark) -> bool {
        // Whole seconds are kept of the moment, and compared.
        let is_later = |at: Timestamp| at.timestamp() > self.purged_at.timestamp();
        self.title == Some(mark.title) || !mark.published_at.is_some_and(is_later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kept: Option<i64>, title: i64, published: Option<&str>, expected: bool) {
        let stone = Tombstone {
            title: kept,
            purged_at: "2026-06-13T12:00:00Z".parse().unwrap(),
        };
        let mark = EntryMark {
            title,
            published_at: published.map(|at| at.parse().unwrap()),
        };
        assert_eq!(stone.covers(mark), expected, "{kept:?} {title} {published:?}");
    }

    #[test]
    fn only_another_headline_with_a_later_date_is_something_else() {
        let (before, same, later) = ("2026-06-12T12:00:00Z", "2026-06-13T12:00:00.9Z", "2026-06-13T12:00:01Z");
        check(Some(1), 1, Some(later), true);
        check(Some(1), 1, None, true);
        check(Some(1), 2, None, true);
        check(Some(1), 2, Some(before), true);
        check(Some(1), 2, Some(same), true);
        check(Some(1), 2, Some(later), false);
        // No headline was kept of it.
        check(None, 2, Some(before), true);
        check(None, 2, Some(later), false);
    }
}
