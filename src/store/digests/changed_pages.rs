//! Watched pages that say something else than a digest's reader was last told.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::domain::article::Article;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::statement::{select_all, select_optional};
use crate::store::engine::{Store, StoreError, seconds};
use crate::store::rows::article;
use crate::store::rows::revisions::{self, StoredRevision};

/// A watched page, from what it said at the beginning of a window to what it said at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct PageHistory {
    pub article: Article,
    /// The reader's name for it.
    pub name: Option<String>,
    /// When the last change became known.
    pub changed_at: Timestamp,
    pub title_before: String,
    pub text_before: String,
    pub title: String,
    pub text: String,
    /// The topics it matches now.
    pub topics: Vec<String>,
    pub story: Option<StoryId>,
    /// An earlier digest of the same name has told it.
    pub was_told: bool,
}

impl Store {
    /// Returns the watched pages that changed after `from` and up to `to`, of revisions those up to the number
    /// `last_revision`. What they say now may be what they said before.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn changed_pages(
        &self,
        digest: &str,
        from: Timestamp,
        to: Timestamp,
        last_revision: i64,
    ) -> Result<Vec<PageHistory>, StoreError> {
        self.read(|c| {
            let sql = "SELECT article, id FROM revision
                       WHERE replaced_at > ?1 AND replaced_at <= ?2 AND id <= ?3
                         AND EXISTS (SELECT 1 FROM entry JOIN source ON source.id = entry.source
                                     WHERE entry.article = revision.article AND source.kind = 'page' AND source.active = 1)";
            let window = params![seconds(from), seconds(to), last_revision];
            let mut changed: BTreeMap<ArticleId, (i64, i64)> = BTreeMap::new();
            for (page, revision) in select_all(c, sql, window, |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))? {
                let (first, last) = changed.entry(page).or_insert((revision, revision));
                (*first, *last) = ((*first).min(revision), (*last).max(revision));
            }
            let found = changed.into_iter().map(|(page, within)| history(c, digest, page, within));
            Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
    }
}

/// Returns what a page said before the first of two revisions and after the last.
fn history(
    c: &Connection,
    digest: &str,
    page: ArticleId,
    (first, last): (i64, i64),
) -> Result<Option<PageHistory>, StoreError> {
    let revisions = revisions::revisions(c, page)?;
    let at = |id: i64| revisions.iter().find(|revision| revision.id == id);
    let (Some(article), Some(before), Some(changed_at)) = (article::article(c, page)?, at(first), at(last)) else {
        return Ok(None);
    };
    let changed_at = changed_at.replaced_at;
    // What a later revision replaced stood at the window's end.
    let (title, text) = match revisions.iter().find(|revision| revision.id > last) {
        Some(StoredRevision { title, text, .. }) => (title.clone(), text.clone()),
        None => (article.title.clone(), article.body_text.clone()),
    };
    let sql = "SELECT source.name FROM entry JOIN source ON source.id = entry.source
               WHERE entry.article = ?1 AND source.kind = 'page' AND source.active = 1";
    let names = select_all(c, sql, [page.0], |row| row.get::<_, Option<String>>(0))?;
    let sql = "SELECT topic.name FROM match JOIN topic ON topic.id = match.topic WHERE match.article = ?1";
    let topics = select_all(c, sql, [page.0], |row| row.get(0))?;
    let story = select_optional(c, "SELECT story FROM member WHERE article = ?1", [page.0], |row| {
        row.get(0)
    })?;
    let sql = "SELECT 1 FROM digest_item JOIN digest ON digest.id = digest_item.digest
               WHERE digest_item.article = ?2 AND +digest.name = ?1 LIMIT 1";
    let told: Option<i64> = select_optional(c, sql, params![digest, page.0], |row| row.get(0))?;
    Ok(Some(PageHistory {
        name: names.into_iter().flatten().next(),
        changed_at,
        title_before: before.title.clone(),
        text_before: before.text.clone(),
        title,
        text,
        topics,
        story,
        was_told: told.is_some(),
        article,
    }))
}
