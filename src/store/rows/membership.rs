//! What an article belongs to: the topics it matches and its story.

use serde::Deserialize;

use crate::domain::topic::Match;
use crate::domain::{ArticleId, StoryId};
use crate::store::engine::StoreError;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_all, select_optional};

/// A term by which an article matches a topic, and the part of the article it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MatchedTerm {
    pub term: String,
    pub place: String,
}

/// Returns the story an article is a member of.
pub fn story_of(c: &Connection, article: ArticleId) -> Result<Option<StoryId>, StoreError> {
    let sql = "SELECT story FROM member WHERE article = ?1";
    select_optional(c, sql, [article.0], |row| row.get(0))
}

/// Returns the names of the active topics an article matches, best match first.
pub fn topics_of(c: &Connection, article: ArticleId) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT topic.name FROM match JOIN topic ON topic.id = match.topic
               WHERE match.article = ?1 AND topic.active = 1 ORDER BY match.score DESC, topic.id";
    select_all(c, sql, [article.0], |row| row.get(0))
}

/// Makes `matches` the matches of an article, which may have old ones.
pub fn replace_matches(
    c: &Connection,
    article: ArticleId,
    matches: &[(String, Match)],
    has_old: bool,
) -> Result<(), StoreError> {
    if has_old {
        execute(c, "DELETE FROM match WHERE article = ?1", [article.0])?;
    }
    for (topic, found) in matches {
        let reasons: Vec<serde_json::Value> = found
            .reasons
            .iter()
            .map(|r| serde_json::json!({ "term": r.term, "place": r.place, "count": r.count }))
            .collect();
        c.prepare_cached(
            "INSERT INTO match (topic, article, score, reasons)
             SELECT id, ?2, ?3, ?4 FROM topic WHERE name = ?1",
        )?
        .execute(params![
            topic,
            article.0,
            found.score,
            serde_json::Value::from(reasons).to_string()
        ])?;
    }
    Ok(())
}
