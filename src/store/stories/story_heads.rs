//! Stories as lists show them: their members without their texts.

use rusqlite::{Connection, Row, params};

use super::storylines;
use crate::domain::article::Article;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::statement::{select_all, select_optional};
use crate::store::engine::{Store, StoreError, moment, seconds};
use crate::store::rows::article::{head, head_from};
use crate::store::rows::membership::MatchedTerm;

/// A story with its members, oldest first, without their texts.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryHeads {
    pub id: StoryId,
    pub started_at: Timestamp,
    pub updated_at: Timestamp,
    pub continues: Option<StoryId>,
    pub members: Vec<MemberHead>,
}

/// A member of a story without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberHead {
    pub article: Article,
    pub quality: i32,
    pub copy_of: Option<ArticleId>,
    pub joined_at: Timestamp,
    /// The terms by which it matches the topic that was asked for; nothing where it does not, or none was.
    pub matched: Option<Vec<MatchedTerm>>,
}

impl Store {
    /// Returns the stories that members of a topic joined since a moment, `limit` at most: those that most outlets report,
    /// and of these the newest; and how many there are in all.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn stories_joined_since(
        &self,
        topic: &str,
        since: Timestamp,
        limit: usize,
    ) -> Result<(Vec<StoryId>, usize), StoreError> {
        self.read(|c| {
            // The sign keeps SQLite from going through every story in order.
            let sql = "SELECT +member.story FROM member JOIN article ON article.id = member.article
                       WHERE member.joined_at >= ?2 AND article.is_news = 1
                         AND EXISTS (SELECT 1 FROM match WHERE match.article = member.article
                                     AND match.topic = (SELECT id FROM topic WHERE name = ?1))
                       GROUP BY 1 ORDER BY count(DISTINCT article.provider_domain) DESC, max(member.joined_at) DESC, 1 DESC";
            let mut found: Vec<StoryId> = select_all(c, sql, params![topic, seconds(since)], |row| row.get(0))?;
            let number = found.len();
            found.truncate(limit);
            Ok((found, number))
        })
    }

    /// Returns the stories of a topic's newest `limit` articles, of those before an article where one is given, newest
    /// first; and the article to go on before, where there are more. Without a topic it is any article in a story.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn newest_stories(
        &self,
        topic: Option<&str>,
        before: Option<ArticleId>,
        limit: usize,
    ) -> Result<(Vec<StoryId>, Option<ArticleId>), StoreError> {
        self.read(|c| {
            let before = before.map_or(i64::MAX, |id| id.0);
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let found: Vec<(ArticleId, StoryId)> = match topic {
                Some(topic) => {
                    let sql =
                        "SELECT match.article, member.story FROM match JOIN member ON member.article = match.article
                               WHERE match.topic = (SELECT id FROM topic WHERE name = ?1) AND match.article < ?2
                               ORDER BY match.article DESC LIMIT ?3";
                    select_all(c, sql, params![topic, before, limit as i64], read)?
                }
                None => {
                    let sql = "SELECT article, story FROM member WHERE article < ?1 ORDER BY article DESC LIMIT ?2";
                    select_all(c, sql, params![before, limit as i64], read)?
                }
            };
            let next = found
                .last()
                .map(|(article, _)| *article)
                .filter(|_| found.len() == limit);
            let mut stories: Vec<StoryId> = Vec::new();
            for (_, story) in found {
                if !stories.contains(&story) {
                    stories.push(story);
                }
            }
            Ok((stories, next))
        })
    }

    /// Returns these stories in this order, with what a topic finds in their members where one is named; one that is not
    /// there, or has no member left, is left out.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_heads(&self, ids: &[StoryId], topic: Option<&str>) -> Result<Vec<StoryHeads>, StoreError> {
        self.read(|c| {
            let found = ids.iter().map(|id| story_heads(c, *id, topic));
            let found: Vec<Option<StoryHeads>> = found.collect::<Result<_, _>>()?;
            Ok(found
                .into_iter()
                .flatten()
                .filter(|story| !story.members.is_empty())
                .collect())
        })
    }

    /// Returns the stories that are nearest to one, nearest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn near_stories(&self, id: StoryId) -> Result<Vec<StoryId>, StoreError> {
        self.read(|c| {
            let sql = "SELECT other FROM near WHERE story = ?1 ORDER BY place";
            select_all(c, sql, [id.0], |row| row.get(0))
        })
    }
}

fn story_heads(c: &Connection, id: StoryId, topic: Option<&str>) -> Result<Option<StoryHeads>, StoreError> {
    let sql = "SELECT started_at, updated_at FROM story WHERE id = ?1";
    let times: Option<(i64, i64)> = select_optional(c, sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((started_at, updated_at)) = times else {
        return Ok(None);
    };
    let head = head::SQL;
    let sql = format!(
        "SELECT {head}, article.language, coalesce(article.quality, 0), member.copy_of, member.joined_at,
                (SELECT reasons FROM match WHERE match.article = article.id
                   AND match.topic = (SELECT id FROM topic WHERE name = ?2))
         FROM member JOIN article ON article.id = member.article WHERE member.story = ?1
         ORDER BY member.joined_at, article.id"
    );
    let first = head::FROM + head::NAMES.len();
    let members = select_all(c, &sql, params![id.0, topic], |row| {
        let reasons: Option<String> = row.get(first + 4)?;
        Ok(MemberHead {
            article: Article {
                language: row.get(first)?,
                ..head_from(row)?
            },
            quality: row.get(first + 1)?,
            copy_of: row.get(first + 2)?,
            joined_at: moment(row.get(first + 3)?),
            // What another program wrote there is no reason to be silent about the match itself.
            matched: reasons.map(|text| serde_json::from_str(&text).unwrap_or_default()),
        })
    })?;
    Ok(Some(StoryHeads {
        id,
        started_at: moment(started_at),
        updated_at: moment(updated_at),
        continues: storylines::predecessor(c, id)?,
        members,
    }))
}
