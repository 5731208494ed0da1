//! Articles of which a register states a date that is ahead, or was not long ago.

use chrono::NaiveDate;

use crate::domain::ArticleId;
use crate::domain::article::Article;
use crate::domain::deadline::{Deadline, DeadlineKind, StatedValue, deadlines};
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::select_all;
use crate::store::engine::{Store, StoreError, moment, moment_or_none};
use crate::store::rows::article;

/// An article, and the dates a register states of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleDates {
    pub article: Article,
    pub deadlines: Vec<Deadline>,
}

impl Store {
    /// Returns the articles of a topic, or of any, of which a date is stated from a day on.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn articles_with_dates(&self, topic: Option<&str>, from: NaiveDate) -> Result<Vec<ArticleDates>, StoreError> {
        self.read(|c| {
            let sql = "SELECT article FROM record_field
                       WHERE name IN ('comments_close_on', 'effective_on', 'event_on', 'hearing_on') AND value >= ?1
                         AND replaced_at IS NULL
                         AND EXISTS (SELECT 1 FROM match JOIN topic ON topic.id = match.topic
                                     WHERE match.article = record_field.article AND topic.active = 1
                                       AND topic.name = coalesce(CAST(?2 AS TEXT), topic.name))";
            let mut ids: Vec<ArticleId> = select_all(c, sql, params![from.to_string(), topic], |row| row.get(0))?;
            ids.sort_unstable();
            ids.dedup();
            let found = ids.into_iter().map(|id| {
                let deadlines = deadlines_of(c, id)?;
                Ok(article::article(c, id)?.map(|article| ArticleDates { article, deadlines }))
            });
            found.filter_map(Result::transpose).collect()
        })
    }
}

/// Returns the dates a register states of an article, or stated.
pub fn deadlines_of(c: &Connection, article: ArticleId) -> Result<Vec<Deadline>, StoreError> {
    let sql = "SELECT name, value, since_at, replaced_at FROM record_field WHERE article = ?1";
    let rows: Vec<(String, String, i64, Option<i64>)> = select_all(c, sql, [article.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    let stated = rows.into_iter().filter_map(|(name, value, since, replaced)| {
        Some(StatedValue {
            kind: DeadlineKind::of_name(&name)?,
            value,
            since_at: moment(since),
            replaced_at: moment_or_none(replaced),
        })
    });
    Ok(deadlines(&stated.collect::<Vec<_>>()))
}
