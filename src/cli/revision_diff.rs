//! What an article said before, and what of it is different now, sentence by sentence.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{open, table};
use crate::config::Config;
use crate::document::scalar::date_time;
use crate::domain::Timestamp;
use crate::store::articles::StoredRevision;
use crate::text::is_same_text;

/// Sentences of one change that are shown to people on each side.
const SHOWN_MAX: usize = 12;
/// Characters of a sentence that are shown to people.
const SENTENCE_CHARS_MAX: usize = 300;

/// One change of an article.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ArticleChange {
    at: Timestamp,
    /// The headline before, where that is what changed.
    title: Option<String>,
    removed: Vec<String>,
    added: Vec<String>,
}

/// Returns the changes of an article, the latest first, from what it said before and says now.
pub(super) fn changes(before: &[StoredRevision], title: &str, text: &str) -> Vec<ArticleChange> {
    let after = before[before.len().min(1)..]
        .iter()
        .map(|revision| (revision.title.as_str(), revision.text.as_str()))
        .chain([(title, text)]);
    let mut found: Vec<ArticleChange> = before
        .iter()
        .zip(after)
        .map(|(before, (title, text))| ArticleChange {
            at: before.replaced_at,
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

/// Returns changes as people read them.
pub(super) fn shown(changes: &[ArticleChange], config: &Config) -> String {
    let mut out = String::new();
    for change in changes {
        out.push_str(&format!("  changed by {}\n", open::local(change.at, config)));
        if let Some(title) = &change.title {
            out.push_str(&format!("    headline before: {}\n", table::tidy(title)));
        }
        for (sign, side) in [('-', &change.removed), ('+', &change.added)] {
            for sentence in side.iter().take(SHOWN_MAX) {
                out.push_str(&format!("    {sign} {}\n", cut(&table::tidy(sentence))));
            }
            if side.len() > SHOWN_MAX {
                out.push_str(&format!("    {sign} and {} more\n", side.len() - SHOWN_MAX));
            }
        }
    }
    out
}

/// Returns changes as programs read them.
pub(super) fn as_json(changes: &[ArticleChange]) -> Value {
    let one = |change: &ArticleChange| {
        json!({
            "replacedDateTime": date_time(change.at),
            "title": change.title,
            "removed": change.removed,
            "added": change.added,
        })
    };
    changes.iter().map(one).collect()
}

fn cut(sentence: &str) -> String {
    match sentence.char_indices().nth(SENTENCE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &sentence[..end]),
        None => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(title: &str, text: &str) -> StoredRevision {
        StoredRevision {
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
