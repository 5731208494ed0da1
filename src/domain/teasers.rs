//! How much of its articles a feed gives, measured by its latest entries.

use std::fmt;

/// Entries that a source is measured by, the latest ones.
pub const ENTRIES_MEASURED: usize = 40;
/// An entry of fewer words is a teaser: no article, but its beginning or what it is about.
pub const TEASER_WORDS_MAX: u32 = 60;
/// In a source of teasers an entry of more than so many times the usual number of words is no teaser.
const WHOLE_TIMES: u32 = 2;
/// So many texts of one length, with fewer words than this, were cut to it.
const CUT_ENTRIES_MIN: usize = 10;
const CUT_WORDS_MAX: u32 = 150;
/// Of one length are texts whose middle half differs by this share at most, in percent.
const CUT_SPREAD_PERCENT: u32 = 10;

/// How much of its article one entry gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryLength {
    pub words: u32,
    /// It ends in a mark of omission, or in a call to read on.
    pub breaks_off: bool,
}

/// The lengths of a source's latest entries, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryLengths(Vec<EntryLength>);

impl EntryLengths {
    /// Whether nothing was measured yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns these and newer ones, as many as are kept.
    pub fn with(&self, newer: impl IntoIterator<Item = EntryLength>) -> Self {
        let all = newer.into_iter().chain(self.0.iter().copied());
        Self(all.take(ENTRIES_MEASURED).collect())
    }

    /// Returns the median number of words; nothing where none was measured.
    pub fn median(&self) -> Option<u32> {
        let words = self.sorted();
        words.get(words.len() / 2).copied()
    }

    /// Whether the source gives teasers: most of its entries are short, break off, or were cut to one length.
    pub fn are_teasers(&self) -> bool {
        let is_short = |one: &&EntryLength| one.words < TEASER_WORDS_MAX || one.breaks_off;
        self.0.iter().filter(is_short).count() * 2 > self.0.len() || self.are_cut()
    }

    /// Whether an entry of the source is a teaser: it breaks off, or is about as short as the teasers of its source.
    pub fn is_teaser(&self, entry: EntryLength) -> bool {
        let usual = self.median().unwrap_or_default().saturating_mul(WHOLE_TIMES);
        entry.breaks_off || (self.are_teasers() && entry.words <= usual.max(TEASER_WORDS_MAX))
    }

    fn are_cut(&self) -> bool {
        let words = self.sorted();
        let (count, at) = (words.len(), |share: usize| words[words.len() * share / 4]);
        count >= CUT_ENTRIES_MIN && at(2) < CUT_WORDS_MAX && (at(3) - at(1)) * 100 <= at(2) * CUT_SPREAD_PERCENT
    }

    fn sorted(&self) -> Vec<u32> {
        let mut words: Vec<u32> = self.0.iter().map(|one| one.words).collect();
        words.sort_unstable();
        words
    }

    /// Returns what was written as text; what is none of it is passed over.
    pub fn of_text(text: &str) -> Self {
        let one = |part: &str| {
            Some(EntryLength {
                words: part.trim_end_matches('…').parse().ok()?,
                breaks_off: part.ends_with('…'),
            })
        };
        Self(text.split(' ').filter_map(one).take(ENTRIES_MEASURED).collect())
    }
}

/// The words of each, with "…" behind those that break off: "21… 19 340".
impl fmt::Display for EntryLengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, one) in self.0.iter().enumerate() {
            let (space, end) = (if at > 0 { " " } else { "" }, if one.breaks_off { "…" } else { "" });
            write!(f, "{space}{}{end}", one.words)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is measured, its median, whether it is of teasers, and whether an entry of such a length is one.
    #[track_caller]
    fn check(text: &str, median: Option<u32>, are_teasers: bool, entry: &str, is_teaser: bool) {
        let lengths = EntryLengths::of_text(text);
        assert_eq!(lengths.to_string(), text);
        assert_eq!(
            (lengths.median(), lengths.are_teasers()),
            (median, are_teasers),
            "{text}"
        );
        assert_eq!(
            lengths.is_teaser(EntryLengths::of_text(entry).0[0]),
            is_teaser,
            "{text}: {entry}"
        );
    }

    #[test]
    fn which_sources_give_teasers() {
        check("", None, false, "20", false);
        // Whole texts, a short one among them.
        check("640 410 22 900 380", Some(410), false, "22", false);
        check("640 410 22 900 380", Some(410), false, "22…", true);
        // Teasers, a whole text among them.
        check("21 19 24 700 30", Some(24), true, "21", true);
        check("21 19 24 700 30", Some(24), true, "700", false);
        check("0 0 0 0", Some(0), true, "0", true);
        // The beginnings of articles, with the mark that says so.
        check("95… 88… 102… 91…", Some(95), true, "110", true);
        check("95 88 142 91", Some(95), false, "91", false);
        // As many of the one as of the other.
        check("700 21 640 19", Some(640), false, "21", false);
    }

    #[test]
    fn texts_that_were_cut_to_one_length() {
        let cut: Vec<String> = (0..12).map(|at| (80 + at % 5).to_string()).collect();
        check(&cut.join(" "), Some(82), true, "84", true);
        // Of these nine nobody can say.
        check(&cut[..9].join(" "), Some(82), false, "84", false);
        let free: Vec<String> = (0..12).map(|at| (70 + 6 * at).to_string()).collect();
        check(&free.join(" "), Some(106), false, "80", false);
    }

    #[test]
    fn the_latest_count() {
        let whole = |words| EntryLength {
            words,
            breaks_off: false,
        };
        let old = EntryLengths::default().with([whole(500); ENTRIES_MEASURED]);
        let turned = old.with([whole(20); ENTRIES_MEASURED / 2 + 1]);
        assert!(!old.are_teasers() && turned.are_teasers());
        assert_eq!(turned.0.len(), ENTRIES_MEASURED);
        assert_eq!(EntryLengths::of_text("20 x -3 … 30"), EntryLengths::of_text("20 30"));
    }
}
