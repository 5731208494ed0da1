//! What an article is cited by: where it stands, whose it is, when it was published and read, and how often it changed.

use serde::Serialize;

use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::statement::select_optional;
use crate::store::engine::{Store, StoreError, moment, moment_or_none};
use crate::store::rows::membership;

/// An article without its text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Citation {
    pub id: ArticleId,
    pub title: String,
    pub excerpt: String,
    pub address: String,
    pub publisher: String,
    /// Display name of the source that brought it.
    pub source: String,
    pub byline: Option<String>,
    pub language: Option<String>,
    pub published_at: Timestamp,
    /// When it was first read.
    pub seen_at: Timestamp,
    pub body_state: String,
    /// What its page turned out to be; nothing where none was read.
    pub verdict: Option<String>,
    /// How often its headline or text has changed since it was first read, and when it did last.
    pub revision: i64,
    pub revised_at: Option<Timestamp>,
    pub story: Option<StoryId>,
    pub topics: Vec<String>,
}

impl Store {
    /// Returns what an article is cited by, if it is stored.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn citation(&self, id: ArticleId) -> Result<Option<Citation>, StoreError> {
        self.read(|c| {
            let sql = "SELECT article.title, article.excerpt, article.web_url, article.provider_name,
                              coalesce(source.name, source.title, source.address), article.byline, article.language,
                              article.published_at, article.seen_at, article.body_state, article.verdict,
                              (SELECT count(*) FROM revision WHERE revision.article = article.id),
                              (SELECT max(replaced_at) FROM revision WHERE revision.article = article.id)
                       FROM article JOIN source ON source.id = article.source WHERE article.id = ?1";
            let found = select_optional(c, sql, [id.0], |row| {
                Ok(Citation {
                    id,
                    title: row.get(0)?,
                    excerpt: row.get(1)?,
                    address: row.get(2)?,
                    publisher: row.get(3)?,
                    source: row.get(4)?,
                    byline: row.get(5)?,
                    language: row.get(6)?,
                    published_at: moment(row.get(7)?),
                    seen_at: moment(row.get(8)?),
                    body_state: row.get(9)?,
                    verdict: row.get(10)?,
                    revision: row.get(11)?,
                    revised_at: moment_or_none(row.get(12)?),
                    story: None,
                    topics: Vec::new(),
                })
            })?;
            let Some(mut found) = found else { return Ok(None) };
            found.story = membership::story_of(c, id)?;
            found.topics = membership::topics_of(c, id)?;
            Ok(Some(found))
        })
    }
}
