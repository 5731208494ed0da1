//! How a watched page's change is told: under its name, as many of its sentences as are read.

use super::display_text::{self, NAME_CHARS_MAX, TITLE_CHARS_MAX};
use super::input::PageInput;
use super::model::{ChangedPage, Headline};
use crate::text::sentence_diff::SentenceChange;

/// Sentences of one page that are told; the others are counted.
const SENTENCES_MAX: usize = 8;
/// Characters of words in a row, which were bounded where they were compared.
const WORDS_CHARS_MAX: usize = 1_000;

/// Returns a changed page as it is told.
pub(super) fn tell(page: &PageInput, untitled: &str) -> ChangedPage {
    let title = display_text::line(&page.name, TITLE_CHARS_MAX);
    let outlet = display_text::line(&page.provider, NAME_CHARS_MAX);
    ChangedPage {
        headline: Headline {
            outlet: if outlet == title { String::new() } else { outlet },
            title: if title.is_empty() { untitled.to_owned() } else { title },
            url: display_text::link(&page.web_url),
            published_at: page.changed_at,
            language: display_text::language(page.language.as_deref()),
        },
        sentences: page.changes.iter().take(SENTENCES_MAX).map(clean).collect(),
        more_sentences: page.changes.len().saturating_sub(SENTENCES_MAX),
    }
}

fn clean(change: &SentenceChange) -> SentenceChange {
    SentenceChange {
        status: change.status,
        words: change.words.iter().map(|run| run.map(clean_run)).collect(),
    }
}

/// Returns words as they may be shown; the white space that parts them from others stays.
fn clean_run(text: &str) -> String {
    let line = display_text::line(text, WORDS_CHARS_MAX);
    let space = |is_there: bool| if is_there { " " } else { "" };
    let (before, behind) = (
        text.starts_with(char::is_whitespace),
        text.ends_with(char::is_whitespace) && !line.is_empty(),
    );
    format!("{}{line}{}", space(before), space(behind))
}
