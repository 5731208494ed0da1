//! What an article said before, and what of it is different now, sentence by sentence.

use serde::Serialize;

use crate::decide::page_noise;
use crate::domain::Timestamp;
use crate::store::articles::StoredRevision;
use crate::text::is_same_text;
use crate::text::sentence_diff::{Sentence, SentenceChange, missing, sentence_diff, sentences_of};

/// One change of an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArticleChange {
    pub replaced_date_time: Timestamp,
    /// The headline before, where that is what changed.
    pub title: Option<String>,
    /// Sentences it has no more, and sentences that are new.
    pub removed: Vec<String>,
    pub added: Vec<String>,
    /// The same, as a reader sees them: a sentence that changed is one, with its words. Without what moves by itself, unless
    /// nothing else did.
    pub sentences: Vec<SentenceChange>,
}

/// Returns the changes of an article, the latest first, from what it said before and says now.
pub fn changes(before: &[StoredRevision], title: &str, text: &str) -> Vec<ArticleChange> {
    let after = before[before.len().min(1)..]
        .iter()
        .map(|revision| (revision.title.as_str(), revision.text.as_str()))
        .chain([(title, text)]);
    let mut found: Vec<ArticleChange> = before
        .iter()
        .zip(after)
        .map(|(before, (title, text))| change(before, title, text))
        .collect();
    found.reverse();
    found
}

fn change(before: &StoredRevision, title: &str, text: &str) -> ArticleChange {
    let (old, new) = (sentences_of(&before.text), sentences_of(text));
    let shown = |sentences: Vec<&Sentence<'_>>| sentences.iter().map(|one| one.shown.to_owned()).collect();
    let standing = page_noise::changes(&before.text, text);
    ArticleChange {
        replaced_date_time: before.replaced_at,
        title: (!is_same_text(&before.title, title)).then(|| before.title.clone()),
        removed: shown(missing(&old, &new)),
        added: shown(missing(&new, &old)),
        sentences: match standing.is_empty() {
            true => sentence_diff(&old, &new),
            false => standing,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(title: &str, text: &str) -> StoredRevision {
        StoredRevision {
            id: 0,
            replaced_at: Timestamp::UNIX_EPOCH,
            title: title.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn each_change_is_told_from_what_came_after_it() {
        let before = [
            said("Bans", "Twelve towns. Version 1.2 of the map.\n\nNo state."),
            said("Bans", "Thirteen towns. Version 1.2 of the map.\n\nNo state."),
        ];
        let found = changes(
            &before,
            "Bans, mapped",
            "Thirteen towns. Version 1.2 of the map.\n\nNo state. No state.",
        );
        let sides: Vec<_> = found
            .iter()
            .map(|change| {
                (
                    change.title.as_deref(),
                    change.removed.join("|"),
                    change.added.join("|"),
                    change
                        .sentences
                        .iter()
                        .map(SentenceChange::marked)
                        .collect::<Vec<_>>()
                        .join("|"),
                )
            })
            .collect();
        let text = |text: &str| text.to_owned();
        assert_eq!(
            sides,
            [
                (Some("Bans"), text(""), text("No state."), text("No state.")),
                (
                    None,
                    text("Twelve towns."),
                    text("Thirteen towns."),
                    text("[Twelve → Thirteen] towns.")
                ),
            ]
        );
        assert!(changes(&[], "t", "x").is_empty());
        // Nothing but noise is better than nothing.
        let noise = changes(&[said("T", "Updated 5 minutes ago")], "T", "Updated 9 minutes ago");
        assert_eq!(noise[0].sentences[0].marked(), "Updated [5 → 9] minutes ago");
    }
}
