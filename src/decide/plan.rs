//! Everything one poll changes, before it is written.

use super::draft::Draft;
use super::retelling::Retelling;
use super::{Identity, Past, Said, identity, one};
use crate::domain::ArticleId;
use crate::domain::feed::Entry;
use crate::domain::source::{Source, SourceState};

/// Everything one poll changes.
#[derive(Debug)]
pub struct PollPlan {
    pub state: SourceState,
    pub new: Vec<NewArticle>,
    /// Entries under a new key, or saying the same in other bytes, of articles we have.
    pub seen: Vec<SeenEntry>,
    pub changed: Vec<ChangedEntry>,
    /// Entries that make something of an article which another source tells.
    pub retold: Vec<RetoldEntry>,
}

impl PollPlan {
    pub(super) fn quiet(state: SourceState) -> Self {
        Self {
            state,
            new: Vec::new(),
            seen: Vec::new(),
            changed: Vec::new(),
            retold: Vec::new(),
        }
    }

    /// Notes what an entry says of an article we have: something new, or the same under another key or date.
    #[expect(clippy::too_many_arguments, reason = "one call site's values, taken apart")]
    pub(super) fn note(
        &mut self,
        source: &Source,
        entry: &Entry,
        identity: Identity,
        said: Said,
        mut draft: Draft,
        article: ArticleId,
        past: Option<&Past>,
    ) {
        let (has_new_title, has_new_text) = past.map_or((false, false), |past| {
            let now = one(source, entry, &identity, said, &draft);
            (identity::has_new_title(&now, past), identity::has_new_text(&now, past))
        });
        if has_new_title || has_new_text {
            draft.mark_up(source, entry);
            self.changed.push(ChangedEntry {
                identity,
                said,
                article,
                draft,
                has_new_title,
                has_new_text,
            });
        } else {
            self.seen.push(SeenEntry {
                identity,
                said,
                article,
            });
        }
    }
}

/// An entry that becomes an article.
#[derive(Debug)]
pub struct NewArticle {
    pub identity: Identity,
    pub said: Said,
    pub draft: Draft,
    /// May stand in a digest: not old when its source was first read.
    pub is_news: bool,
    pub wants_page: bool,
    /// There is work left on it: a page to fetch or a topic to match.
    pub is_pending: bool,
}

/// An entry of an article we have, saying nothing new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEntry {
    pub identity: Identity,
    pub said: Said,
    pub article: ArticleId,
}

/// An entry that says something else than before.
#[derive(Debug)]
pub struct ChangedEntry {
    pub identity: Identity,
    pub said: Said,
    pub article: ArticleId,
    pub draft: Draft,
    pub has_new_title: bool,
    pub has_new_text: bool,
}

/// An entry of another source than the one whose words its article has.
#[derive(Debug)]
pub struct RetoldEntry {
    pub identity: Identity,
    pub said: Said,
    pub article: ArticleId,
    pub draft: Draft,
    pub retelling: Retelling,
}
