//! Where one article stands: who brought it, where its text is from, and which topics it matches by what.

use crate::domain::article::{BodyState, Verdict};
use crate::domain::{ArticleId, SourceId};
use crate::store::engine::statement::{select_all, select_optional};
use crate::store::engine::{Store, StoreError};
use crate::store::rows::membership::MatchedTerm;

/// What is known of an article beside itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleStanding {
    /// The source that brought it first.
    pub source: SourceId,
    pub body_state: BodyState,
    /// What its page turned out to be when it was read last.
    pub verdict: Option<Verdict>,
    /// Whether its date is its own, and not that of the first sight.
    pub is_dated: bool,
    /// The active topics it matches, the best match first, each with the terms it was found by.
    pub topics: Vec<(String, Vec<MatchedTerm>)>,
}

impl Store {
    /// Returns where an article stands, if it is stored.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn article_standing(&self, id: ArticleId) -> Result<Option<ArticleStanding>, StoreError> {
        self.read(|c| {
            let sql = "SELECT source, body_state, verdict, is_dated FROM article WHERE id = ?1";
            let mut found = select_optional(c, sql, [id.0], |row| {
                Ok(ArticleStanding {
                    source: row.get(0)?,
                    body_state: BodyState::of_name(&row.get::<String>(1)?).unwrap_or(BodyState::Pending),
                    verdict: row.get::<Option<String>>(2)?.as_deref().and_then(Verdict::of_name),
                    is_dated: row.get(3)?,
                    topics: Vec::new(),
                })
            })?;
            if let Some(standing) = &mut found {
                let sql = "SELECT topic.name, match.reasons FROM match JOIN topic ON topic.id = match.topic
                           WHERE match.article = ?1 AND topic.active = 1 ORDER BY match.score DESC, topic.id";
                standing.topics = select_all(c, sql, [id.0], |row| {
                    let reasons: String = row.get(1)?;
                    Ok((row.get(0)?, serde_json::from_str(&reasons).unwrap_or_default()))
                })?;
            }
            Ok(found)
        })
    }
}
