//! Whether an article says something else than before, and what is kept of what it said.

use super::plan::ChangedEntry;
use crate::domain::Timestamp;
use crate::domain::article::Article;
use crate::extract::Boilerplate;
use crate::text::is_same_text;

/// What an article said before it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub replaced_at: Timestamp,
    pub title: String,
    pub excerpt: String,
    pub text: String,
}

impl Revision {
    /// Keeps what an article says until now.
    pub fn of(now: Timestamp, article: &Article) -> Self {
        Self {
            replaced_at: now,
            title: article.title.clone(),
            excerpt: article.excerpt.clone(),
            text: article.body_text.clone(),
        }
    }
}

/// Whether an article says something else than before, in more than trifles. What became known as boilerplate since it
/// was read is no change of it.
pub(super) fn is_revised(old: &Article, new: &Article, boilerplate: &Boilerplate) -> bool {
    let text = |article: &Article| boilerplate.without(&article.body_text);
    !is_same_text(&old.title, &new.title) || !is_same_text(&text(old), &text(new))
}

/// Returns the headline of an article after an entry has changed. The page's stands while the source keeps to its own.
pub fn headline<'a>(old: &'a Article, change: &'a ChangedEntry) -> &'a str {
    if change.has_new_title {
        &change.draft.title
    } else {
        &old.title
    }
}

/// Returns the excerpt of an article after an entry has changed: what the source says now, if it says anything.
pub fn excerpt<'a>(old: &'a Article, change: &'a ChangedEntry) -> &'a str {
    match change.draft.excerpt.is_empty() {
        true => &old.excerpt,
        false => &change.draft.excerpt,
    }
}

/// Whether a changed entry replaces a headline or a text that was shown. An article whose page was read, and which does
/// not show the feed's text therefore, is compared when that is read again.
pub fn is_revised_by(old: &Article, shows_feed: bool, change: &ChangedEntry) -> bool {
    !is_same_text(&old.title, headline(old, change)) || (shows_feed && change.has_new_text)
}
