//! Counts, lists and full-text look-ups for the reading commands.

use rusqlite::params;

use super::{Store, StoreError, moment, seconds, stories};
use crate::domain::{ArticleId, StoryId, Timestamp};

/// What `stats` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    pub sources: i64,
    pub entries: i64,
    pub articles: i64,
    pub stories: i64,
    pub matches: i64,
    pub digests: i64,
}

/// One article in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedArticle {
    pub id: ArticleId,
    pub title: String,
    pub web_url: String,
    pub published_at: Timestamp,
    pub source: String,
    pub provider: String,
    pub topics: Vec<String>,
    pub story: Option<StoryId>,
    pub body_state: String,
    pub verdict: Option<String>,
    pub document: Option<String>,
}

/// Which articles to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub source: Option<String>,
    pub topic: Option<String>,
    pub since: Option<Timestamp>,
    /// Only what has changed since it was first read, or since then; the latest change first.
    pub changed: bool,
    pub limit: Option<usize>,
    /// An FTS5 expression; best matches first instead of newest first.
    pub text: Option<String>,
}

impl Store {
    /// Returns how many rows of each kind there are; sources are those of the configuration.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn stats(&self) -> Result<Stats, StoreError> {
        self.read(|c| {
            let count = |sql: &str| c.query_row(sql, [], |row| row.get::<_, i64>(0));
            Ok(Stats {
                sources: count("SELECT count(*) FROM source WHERE active = 1")?,
                entries: count("SELECT count(*) FROM entry")?,
                articles: count("SELECT count(*) FROM article")?,
                stories: count("SELECT count(*) FROM story")?,
                matches: count("SELECT count(*) FROM match")?,
                digests: count("SELECT count(*) FROM digest")?,
            })
        })
    }

    /// Returns stored articles, newest first, or best match first when there is a text to look for.
    ///
    /// # Errors
    /// The database cannot be read, or the text is not a valid FTS5 expression.
    pub fn list_articles(&self, filter: &Filter) -> Result<Vec<ListedArticle>, StoreError> {
        self.read(|c| {
            let last_change = "(SELECT max(replaced_at) FROM revision WHERE revision.article = article.id)";
            let by_change = format!("{last_change} DESC, article.id DESC");
            let (from, order) = if filter.changed {
                ("article", by_change.as_str())
            } else if filter.text.is_some() {
                (
                    "article_text JOIN article ON article.id = article_text.rowid",
                    "article_text.rank",
                )
            } else {
                ("article", "article.published_at DESC, article.id DESC")
            };
            let text = if filter.text.is_some() {
                "article_text MATCH ?5"
            } else {
                "?5 IS NULL"
            };
            let (moment_of, is_changed) = match filter.changed {
                true => (last_change, format!("{last_change} IS NOT NULL")),
                false => ("article.published_at", "1".to_owned()),
            };
            let sql = format!(
                "SELECT article.id, article.title, article.web_url, article.published_at,
                        coalesce(source.name, source.title, source.address), article.provider_name,
                        (SELECT story FROM member WHERE member.article = article.id), article.body_state,
                        article.verdict, (SELECT name FROM document WHERE document.article = article.id)
                 FROM {from} JOIN source ON source.id = article.source
                 WHERE {text} AND {is_changed}
                   AND (?1 IS NULL OR source.name = ?1 OR source.address = ?1 OR source.title = ?1)
                   AND (?2 IS NULL OR EXISTS (SELECT 1 FROM match JOIN topic ON topic.id = match.topic
                                              WHERE match.article = article.id AND topic.name = ?2))
                   AND (?3 IS NULL OR {moment_of} >= ?3)
                 ORDER BY {order} LIMIT ?4"
            );
            let limit = filter.limit.map_or(-1, |n| n as i64);
            let mut found = c
                .prepare(&sql)?
                .query_map(
                    params![
                        filter.source,
                        filter.topic,
                        filter.since.map(seconds),
                        limit,
                        filter.text
                    ],
                    |row| {
                        Ok(ListedArticle {
                            id: ArticleId(row.get(0)?),
                            title: row.get(1)?,
                            web_url: row.get(2)?,
                            published_at: moment(row.get(3)?),
                            source: row.get(4)?,
                            provider: row.get(5)?,
                            topics: Vec::new(),
                            story: row.get::<_, Option<i64>>(6)?.map(StoryId),
                            body_state: row.get(7)?,
                            verdict: row.get(8)?,
                            document: row.get(9)?,
                        })
                    },
                )?
                .collect::<Result<Vec<_>, _>>()?;
            for article in &mut found {
                article.topics = stories::topics_of(c, article.id)?;
            }
            Ok(found)
        })
    }

    /// Returns the article stored under an address, by its key.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn article_by_url_key(&self, url_key: &str) -> Result<Option<ArticleId>, StoreError> {
        use rusqlite::OptionalExtension;
        self.read(|c| {
            let sql = "SELECT id FROM article WHERE url_key = ?1";
            Ok(c.prepare_cached(sql)?
                .query_row([url_key], |row| row.get(0))
                .optional()?
                .map(ArticleId))
        })
    }
}
