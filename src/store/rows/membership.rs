//! What an article belongs to: the topics it matches and its story.

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::topic::Match;
use crate::domain::{ArticleId, StoryId};
use crate::store::engine::StoreError;

/// Returns the story an article is a member of.
pub fn story_of(c: &Connection, article: ArticleId) -> Result<Option<StoryId>, StoreError> {
    let found = c
        .prepare_cached("SELECT story FROM member WHERE article = ?1")?
        .query_row([article.0], |row| row.get(0))
        .optional()?;
    Ok(found.map(StoryId))
}

/// Returns the names of the active topics an article matches, best match first.
pub fn topics_of(c: &Connection, article: ArticleId) -> Result<Vec<String>, StoreError> {
    let names = c
        .prepare_cached(
            "SELECT topic.name FROM match JOIN topic ON topic.id = match.topic
             WHERE match.article = ?1 AND topic.active = 1 ORDER BY match.score DESC, topic.id",
        )?
        .query_map([article.0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(names)
}

/// Makes `matches` the matches of an article, which may have old ones.
pub fn replace_matches(
    c: &Connection,
    article: ArticleId,
    matches: &[(String, Match)],
    has_old: bool,
) -> Result<(), StoreError> {
    if has_old {
        c.prepare_cached("DELETE FROM match WHERE article = ?1")?
            .execute([article.0])?;
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
