//! Whether an article says something else than before, and what is kept of what it said.

use crate::domain::Timestamp;
use crate::domain::article::Article;
use crate::extract::Boilerplate;

/// What an article said before it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub replaced_at: Timestamp,
    pub title: String,
    pub excerpt: String,
    pub text: String,
}

/// Whether an article says something else than before, in more than trifles. What became known as boilerplate since it
/// was read is no change of it.
pub(super) fn is_revised(old: &Article, new: &Article, boilerplate: &Boilerplate) -> bool {
    let text = |article: &Article| boilerplate.without(&article.body_text);
    !crate::text::is_same_text(&old.title, &new.title) || !crate::text::is_same_text(&text(old), &text(new))
}
