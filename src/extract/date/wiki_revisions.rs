//! A page that shows one revision of a text, as wikis do: it is as old as that revision, not as the page.

use std::sync::LazyLock;

use super::date_evidence::DateEvidence;
use super::time_zone::Moment;
use crate::extract::page::headline_lines;
use crate::extract::phrase_sets::PhraseSet;
use crate::lexicon::all;

/// A line longer than this is no name of a revision, in characters.
const LINE_CHARS_MAX: usize = 120;

/// What a revision is called before its date, or behind it.
static NAMES: LazyLock<PhraseSet> = LazyLock::new(|| all(|language| language.date_labels.revisions));

/// Returns when the revision was written that the page is asked for; of two that are compared, the later one.
pub fn of(evidence: &DateEvidence<'_, '_>) -> Option<Moment> {
    let is_asked = evidence
        .url
        .query_pairs()
        .any(|(name, _)| matches!(&*name, "oldid" | "diff"));
    if !is_asked {
        return None;
    }
    let mut found: Vec<Moment> = Vec::new();
    headline_lines::walk(evidence.page, 0..evidence.page.items.len(), None, |line| {
        if line.chars <= LINE_CHARS_MAX {
            let text = line.text();
            found.extend(evidence.in_line(&text).filter(|_| NAMES.is_in(&text.to_lowercase())));
        }
        true
    });
    found.into_iter().max_by_key(|moment| moment.at)
}
