//! Dates of documents, and which of them a digest has told.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::digest::ToldDate;
use crate::domain::article::Article;
use crate::domain::deadline::{DateTelling, Deadline, DeadlineKind};
use crate::domain::{ArticleId, DigestId, StoryId};
use crate::store::articles::stated_dates::deadlines_of;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_all, select_optional};
use crate::store::engine::{Store, StoreError};
use crate::store::rows::{article, membership};

/// A document with dates, as one digest sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestDates {
    pub article: Article,
    pub story: Option<StoryId>,
    /// The topics it matches.
    pub topics: Vec<String>,
    /// Its dates, and what digests of the same name told of each, the latest last.
    pub deadlines: Vec<(Deadline, Vec<(String, DateTelling)>)>,
    /// A digest of the same name has told it.
    pub was_told: bool,
}

impl Store {
    /// Returns the matched documents of which a date is stated from a day on, or was told.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digest_dates(&self, digest: &str, from: NaiveDate) -> Result<Vec<DigestDates>, StoreError> {
        self.read(|c| {
            let from = from.to_string();
            let sql = "SELECT article FROM record_field
                       WHERE name IN ('comments_close_on', 'effective_on', 'event_on', 'hearing_on') AND value >= ?1
                         AND replaced_at IS NULL
                         AND EXISTS (SELECT 1 FROM match WHERE match.article = record_field.article)";
            let mut ids: BTreeSet<ArticleId> = select_all(c, sql, params![from], |row| row.get(0))?
                .into_iter()
                .collect();
            let sql = "SELECT article FROM deadline_told WHERE value >= ?1";
            ids.extend(select_all(c, sql, params![from], |row| row.get::<ArticleId>(0))?);
            let found = ids.into_iter().map(|id| of_article(c, digest, id));
            found.filter_map(Result::transpose).collect()
        })
    }
}

fn of_article(c: &Connection, digest: &str, id: ArticleId) -> Result<Option<DigestDates>, StoreError> {
    let Some(article) = article::article(c, id)? else {
        return Ok(None);
    };
    let sql = "SELECT digest.id, deadline_told.kind, deadline_told.value, deadline_told.what FROM deadline_told
               JOIN digest ON digest.id = deadline_told.digest
               WHERE deadline_told.article = ?2 AND +digest.name = ?1";
    let mut told: Vec<(i64, String, String, String)> = select_all(c, sql, params![digest, id.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    told.sort_unstable();
    let told_of = |deadline: &Deadline| {
        let own = told
            .iter()
            .filter(|(_, kind, value, _)| kind == deadline.kind.as_str() && deadline.values.contains(value));
        own.filter_map(|(_, _, value, what)| Some((value.clone(), DateTelling::of_name(what)?)))
            .collect()
    };
    let deadlines = deadlines_of(c, id)?.into_iter().map(|one| {
        let told = told_of(&one);
        (one, told)
    });
    let sql = "SELECT 1 FROM digest_item JOIN digest ON digest.id = digest_item.digest
               WHERE digest_item.article = ?2 AND +digest.name = ?1 LIMIT 1";
    let was_told: Option<i64> = select_optional(c, sql, params![digest, id.0], |row| row.get(0))?;
    Ok(Some(DigestDates {
        deadlines: deadlines.collect(),
        story: membership::story_of(c, id)?,
        topics: membership::topics_of(c, id)?,
        was_told: was_told.is_some(),
        article,
    }))
}

/// Records the dates that a digest tells, in the transaction that freezes it.
pub fn record(c: &Connection, digest: DigestId, dates: &[ToldDate]) -> Result<(), StoreError> {
    for date in dates {
        let kind: DeadlineKind = date.kind;
        let sql = "INSERT INTO deadline_told (article, kind, value, digest, what) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT DO NOTHING";
        let row = params![date.article.0, kind.as_str(), date.value, digest.0, date.what.as_str()];
        execute(c, sql, row)?;
    }
    Ok(())
}
