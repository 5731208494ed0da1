//! Words that stand before dates: of publication, of changes.

use std::sync::LazyLock;

use super::dates;
use crate::extract::phrase_sets::{PhraseSet, PrefixSet};
use crate::lexicon::all;

/// Words before the date of a change of the text, among them.
pub static CHANGES: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.date_labels.changed));
/// Words before a date that is when the article was last changed or looked at.
pub static UPDATES: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.date_labels.updated));
/// Words before the date of publication.
pub static PUBLICATION: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.date_labels.published));
/// The same words at the beginning of a line.
pub static PUBLISHED: LazyLock<PrefixSet> = LazyLock::new(|| all(|language| language.date_labels.published));
/// Words before who looked the text through.
static READERS: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.date_labels.reviewed));

/// Returns the part of a line that tells of the publication; none where it tells of a change only.
pub fn before_update<'t>(text: &'t str, lower: &str) -> Option<&'t str> {
    let Some(from) = UPDATES.start_in(lower) else {
        return Some(text);
    };
    let before = text.get(..from)?.trim_end_matches(|c: char| !c.is_alphanumeric());
    let before = before
        .strip_suffix("Last")
        .or(before.strip_suffix("last"))
        .unwrap_or(before);
    if dates::in_line(before).is_some() {
        return Some(before);
    }
    let published = PUBLICATION.start_in(lower.get(from..)?)?;
    text.get(from + published..)
}

/// Returns the part of a line behind the word for a change.
pub fn after_change<'t>(text: &'t str, lower: &str) -> &'t str {
    let rest = CHANGES.end_in(lower).and_then(|end| text.get(end..)).unwrap_or(text);
    rest.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a line names who looked the text through: that is no label of the date below it.
pub fn names_reader(lower: &str) -> bool {
    READERS.is_in(lower)
}
