//! Stories as lists show them: their members without their texts.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{select_all, select_optional};
use crate::store::engine::{Store, StoreError, moment, seconds};
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

/// A member of a story: what lists show of an article, and no more.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberHead {
    pub id: ArticleId,
    pub title: String,
    pub excerpt: String,
    pub web_url: String,
    pub language: Option<String>,
    pub provider_name: String,
    pub provider_domain: String,
    pub published_at: Timestamp,
    pub quality: i32,
    pub copy_of: Option<ArticleId>,
    pub joined_at: Timestamp,
    /// The terms by which it matches the topic that was asked for; nothing where it does not, or none was.
    pub matched: Option<Vec<MatchedTerm>>,
}

/// What joined a story.
#[derive(Default)]
struct JoinedStory {
    outlets: HashSet<String>,
    joined_at: i64,
}

impl Store {
    /// Returns the stories that members of each topic joined since a moment, by the topic's name: those that most
    /// outlets report first, and of these the newest.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn stories_joined_since(&self, since: Timestamp) -> Result<HashMap<String, Vec<StoryId>>, StoreError> {
        self.read(|c| {
            let names = "SELECT id, name FROM topic";
            let names: Vec<(i64, String)> = select_all(c, names, (), |row| Ok((row.get(0)?, row.get(1)?)))?;
            // In this order: what joined is least, and of an article only what the index holds is read.
            let sql = "SELECT match.topic, member.story, member.joined_at, article.provider_domain
                       FROM member CROSS JOIN match ON match.article = member.article
                       CROSS JOIN article INDEXED BY article_brief ON article.id = member.article
                       WHERE member.joined_at >= ?1 AND article.is_news = 1";
            let mut found: HashMap<i64, HashMap<StoryId, JoinedStory>> = HashMap::new();
            let mut statement = c.prepare_cached(sql)?;
            let mut rows = statement.query([seconds(since)])?;
            while let Some(row) = rows.next()? {
                let story = found.entry(row.get(0)?).or_default().entry(row.get(1)?).or_default();
                story.joined_at = story.joined_at.max(row.get(2)?);
                let outlet = row.get_ref(3)?.as_str()?;
                if !story.outlets.contains(outlet) {
                    story.outlets.insert(outlet.to_owned());
                }
            }
            let named = names
                .into_iter()
                .filter_map(|(id, name)| Some((name, found.remove(&id)?)));
            Ok(named.map(|(name, stories)| (name, in_order(stories))).collect())
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

fn in_order(stories: HashMap<StoryId, JoinedStory>) -> Vec<StoryId> {
    let mut stories: Vec<_> = stories
        .into_iter()
        .map(|(id, story)| Reverse((story.outlets.len(), story.joined_at, id)))
        .collect();
    stories.sort_unstable();
    stories.into_iter().map(|Reverse((_, _, id))| id).collect()
}

fn story_heads(c: &Connection, id: StoryId, topic: Option<&str>) -> Result<Option<StoryHeads>, StoreError> {
    let sql = "SELECT started_at, updated_at, continues FROM story WHERE id = ?1";
    let story = select_optional(c, sql, [id.0], |row| {
        Ok(StoryHeads {
            id,
            started_at: moment(row.get(0)?),
            updated_at: moment(row.get(1)?),
            continues: row.get(2)?,
            members: Vec::new(),
        })
    })?;
    let Some(story) = story else {
        return Ok(None);
    };
    let sql = "SELECT member.article, article.title, article.excerpt, article.web_url, article.language, article.provider_name,
                      article.provider_domain, article.published_at, coalesce(article.quality, 0), member.copy_of,
                      member.joined_at,
                      (SELECT reasons FROM match WHERE match.article = member.article
                         AND match.topic = (SELECT id FROM topic WHERE name = ?2))
               FROM member JOIN article ON article.id = member.article WHERE member.story = ?1
               ORDER BY member.joined_at, member.article";
    let members = select_all(c, sql, params![id.0, topic], |row| {
        let reasons: Option<String> = row.get(11)?;
        Ok(MemberHead {
            id: row.get(0)?,
            title: row.get(1)?,
            excerpt: row.get(2)?,
            web_url: row.get(3)?,
            language: row.get(4)?,
            provider_name: row.get(5)?,
            provider_domain: row.get(6)?,
            published_at: moment(row.get(7)?),
            quality: row.get(8)?,
            copy_of: row.get(9)?,
            joined_at: moment(row.get(10)?),
            // What another program wrote there is no reason to be silent about the match itself.
            matched: reasons.map(|text| serde_json::from_str(&text).unwrap_or_default()),
        })
    })?;
    Ok(Some(StoryHeads { members, ..story }))
}
