//! What an article said before, and what of it is different now, sentence by sentence.

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::Timestamp;
use crate::store::articles::StoredRevision;
use crate::text::is_same_text;

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
        .map(|(before, (title, text))| ArticleChange {
            replaced_date_time: before.replaced_at,
            title: (!is_same_text(&before.title, title)).then(|| before.title.clone()),
            removed: only_in(&before.text, text),
            added: only_in(text, &before.text),
        })
        .collect();
    found.reverse();
    found
}

/// Returns the sentences of one text that the other does not hold, as often as it holds them less.
fn only_in(text: &str, other: &str) -> Vec<String> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for sentence in sentences(other) {
        *left.entry(sentence).or_default() += 1;
    }
    sentences(text)
        .filter(|sentence| match left.get_mut(sentence) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        })
        .map(str::to_owned)
        .collect()
}

/// Returns the sentences of a text, roughly: what is cut wrongly is cut in the same way on both sides.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let mut begun = 0;
        let ends = line
            .match_indices(['.', '!', '?', '。', '…'])
            .map(|(at, sign)| at + sign.len())
            .filter(|end| line[*end..].starts_with(char::is_whitespace) || line[*end..].is_empty());
        let mut ends: Vec<usize> = ends.collect();
        if ends.last() != Some(&line.len()) {
            ends.push(line.len());
        }
        ends.into_iter()
            .map(move |end| {
                let sentence = &line[begun..end];
                begun = end;
                sentence.trim()
            })
            .filter(|sentence| !sentence.is_empty())
    })
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
                )
            })
            .collect();
        assert_eq!(
            sides,
            [
                (Some("Bans"), String::new(), "No state.".to_owned()),
                (None, "Twelve towns.".to_owned(), "Thirteen towns.".to_owned()),
            ]
        );
        assert!(changes(&[], "t", "x").is_empty());
    }

    #[test]
    fn sentences_are_whole() {
        let found: Vec<_> = sentences("One. Two at 3.5 %! Three\n\n  Four?  ").collect();
        assert_eq!(found, ["One.", "Two at 3.5 %!", "Three", "Four?"]);
    }
}
