//! What changed in a text: each change by itself, its sentences with the words that came and went marked.

use maud::{Markup, html};

use crate::text::sentence_diff::{SentenceChange, SentenceStatus};
use crate::text::word_diff::WordRun;
use crate::views::revision_diff::ArticleChange;
use crate::web::desk::Desk;
use crate::web::layout::{counted, dot, foreign, time};

/// Sentences of one change that are shown.
const SENTENCES_MAX: usize = 40;

/// Returns one change of a text.
pub fn changed(desk: &Desk<'_>, change: &ArticleChange, is_open: bool) -> Markup {
    html! {
        details open[is_open] {
            summary { (time(desk, change.replaced_date_time)) (dot()) (counted(change.sentences.len(), "sentence", "sentences")) }
            @if let Some(before) = &change.title { p { "Headline before: " del { (foreign(before, None)) } } }
            ul.plain { @for sentence in change.sentences.iter().take(SENTENCES_MAX) { li { (sentence_change(sentence)) } } }
            @if change.sentences.len() > SENTENCES_MAX {
                p.faint { "and " (counted(change.sentences.len() - SENTENCES_MAX, "more sentence", "more sentences")) }
            }
        }
    }
}

/// Returns a sentence that came, went or changed, its words marked.
pub fn sentence_change(change: &SentenceChange) -> Markup {
    html! {
        bdi dir="auto" {
            @for run in &change.words {
                @match (change.status, run) {
                    (SentenceStatus::Removed, WordRun::Same(text)) => del { (text) },
                    (SentenceStatus::Added, WordRun::Same(text)) => ins { (text) },
                    (_, WordRun::Same(text)) => (text),
                    (_, WordRun::Removed(text)) => del { (text) },
                    (_, WordRun::Added(text)) => ins { (text) },
                    (_, WordRun::Replaced { old, new }) => { del { (old) } " " ins { (new) } },
                }
                " "
            }
        }
    }
}
