//! Everything one poll changes, before it is written.

use super::draft::ArticleDraft;
use super::identity::{self, IncomingEntry};
use super::stored_entries::{EntryIdentity, EntryMark, PreviousEntry};
use super::syndication::SyndicatedChange;
use crate::domain::ArticleId;
use crate::domain::record::RecordField;
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
    pub syndicated: Vec<SyndicatedEntry>,
}

impl PollPlan {
    pub(super) fn quiet(state: SourceState) -> Self {
        Self {
            state,
            new: Vec::new(),
            seen: Vec::new(),
            changed: Vec::new(),
            syndicated: Vec::new(),
        }
    }

    /// Notes what an entry says of an article we have: something new, or the same under another key or date.
    pub(super) fn record(
        &mut self,
        source: &Source,
        incoming: IncomingEntry<'_>,
        article: ArticleId,
        past: Option<&PreviousEntry>,
    ) {
        let has_new_title = past.is_some_and(|past| identity::has_new_title(&incoming, past));
        let has_new_text = past.is_some_and(|past| identity::has_new_text(&incoming, past));
        let IncomingEntry {
            entry,
            identity,
            mark,
            mut draft,
            ..
        } = incoming;
        if has_new_title || has_new_text {
            draft.mark_up(source, entry);
            self.changed.push(ChangedEntry {
                identity,
                mark,
                article,
                draft,
                has_new_title,
                has_new_text,
            });
        } else {
            self.seen.push(SeenEntry {
                identity,
                mark,
                article,
                record: draft.record,
            });
        }
    }
}

/// An entry that becomes an article.
#[derive(Debug)]
pub struct NewArticle {
    pub identity: EntryIdentity,
    pub mark: EntryMark,
    pub draft: ArticleDraft,
    /// May stand in a digest: not old when its source was first read.
    pub is_news: bool,
    pub wants_page: bool,
    /// Unless its page is read, it is judged by a teaser alone.
    pub is_teaser: bool,
    /// There is work left on it: a page to fetch or a topic to match.
    pub is_pending: bool,
}

/// An entry of an article we have, saying nothing new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEntry {
    pub identity: EntryIdentity,
    pub mark: EntryMark,
    pub article: ArticleId,
    /// What a register says of it now.
    pub record: Vec<RecordField>,
}

/// An entry that says something else than before.
#[derive(Debug)]
pub struct ChangedEntry {
    pub identity: EntryIdentity,
    pub mark: EntryMark,
    pub article: ArticleId,
    pub draft: ArticleDraft,
    pub has_new_title: bool,
    pub has_new_text: bool,
}

/// An entry of another source than the one whose words its article has.
#[derive(Debug)]
pub struct SyndicatedEntry {
    pub identity: EntryIdentity,
    pub mark: EntryMark,
    pub article: ArticleId,
    pub draft: ArticleDraft,
    pub change: SyndicatedChange,
}
