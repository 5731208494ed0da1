//! Watched pages that say something else than a digest's reader was last told.

use std::collections::BTreeMap;

use crate::domain::article::Article;
use crate::domain::{ArticleId, SourceId, StoryId, Timestamp};
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{select_all, select_one, select_optional};
use crate::store::engine::{Store, StoreError, moment, seconds};
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
    /// Returns the article that a watched page is, if it was ever read.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn watched_article(&self, source: SourceId) -> Result<Option<ArticleId>, StoreError> {
        self.read(|c| {
            let sql = "SELECT max(article) FROM entry WHERE source = ?1";
            select_one(c, sql, [source.0], |row| row.get(0))
        })
    }

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
            let sql = "SELECT article, id, replaced_at FROM revision
                       WHERE replaced_at > ?1 AND replaced_at <= ?2 AND id <= ?3
                         AND EXISTS (SELECT 1 FROM entry JOIN source ON source.id = entry.source
                                     WHERE entry.article = revision.article AND source.kind = 'page' AND source.active = 1)";
            let window = params![seconds(from), seconds(to), last_revision];
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let mut changed: BTreeMap<ArticleId, (i64, i64, i64)> = BTreeMap::new();
            for (page, id, at) in select_all(c, sql, window, read)? {
                let (first, last, changed_at) = changed.entry(page).or_insert((id, id, at));
                (*first, *last, *changed_at) = (id.min(*first), id.max(*last), at.max(*changed_at));
            }
            let found = changed
                .into_iter()
                .map(|(page, (first, last, at))| history(c, digest, page, (first, last), moment(at)));
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
    changed_at: Timestamp,
) -> Result<Option<PageHistory>, StoreError> {
    let (article, before) = (article::article(c, page)?, revisions::first_revision(c, page, first)?);
    let (Some(article), Some(before)) = (article, before) else {
        return Ok(None);
    };
    // What a later revision replaced stood at the window's end.
    let (title, text) = match revisions::first_revision(c, page, last + 1)? {
        Some(StoredRevision { title, text, .. }) => (title, text),
        None => (article.title.clone(), article.body_text.clone()),
    };
    let sql = "SELECT source.name FROM entry JOIN source ON source.id = entry.source
               WHERE entry.article = ?1 AND source.kind = 'page' AND source.active = 1";
    let names = select_all(c, sql, [page.0], |row| row.get::<Option<String>>(0))?;
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
        title_before: before.title,
        text_before: before.text,
        title,
        text,
        topics,
        story,
        was_told: told.is_some(),
        article,
    }))
}
