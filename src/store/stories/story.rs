//! Stories, their members, and the log of how they came to be.

use std::collections::HashMap;

use super::story_edits::{self, EditCause, EditRefused, StoryEdit};
use crate::domain::article::{Article, Zone};
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{count, select_all, select_optional};
use crate::store::engine::{Role, Store, StoreError, moment, seconds};
use crate::store::rows::article::{self, head};
use crate::store::rows::membership;

/// A member of a story.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub article: Article,
    pub quality: i32,
    pub copy_of: Option<ArticleId>,
    pub joined_at: Timestamp,
    pub is_news: bool,
    /// Names of the topics it matches.
    pub topics: Vec<String>,
}

/// A story with its members, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredStory {
    pub id: StoryId,
    pub started_at: Timestamp,
    pub updated_at: Timestamp,
    pub members: Vec<Member>,
}

impl Store {
    /// Returns one story without its articles' texts, if there is one with this number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story(&self, id: StoryId) -> Result<Option<StoredStory>, StoreError> {
        self.read(|c| {
            let Some(story) = without_members(c, id)? else {
                return Ok(None);
            };
            let members = members_without_texts(c, id)?;
            Ok(Some(StoredStory { members, ..story }))
        })
    }

    /// Returns the story an article is in.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_of(&self, article: ArticleId) -> Result<Option<StoryId>, StoreError> {
        self.read(|c| membership::story_of(c, article))
    }

    /// Returns the numbers of stories changed since `since`, newest first; only those with a match of `topic` when it is
    /// given.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_ids(
        &self,
        since: Option<Timestamp>,
        topic: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StoryId>, StoreError> {
        self.story_ids_behind(None, since, topic, limit)
    }

    /// Returns the same, of those that come behind a story, known by its last change and its number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_ids_behind(
        &self,
        last: Option<(Timestamp, StoryId)>,
        since: Option<Timestamp>,
        topic: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StoryId>, StoreError> {
        self.read(|c| {
            let (at, id) = last.map_or((i64::MAX, i64::MAX), |(at, id)| (seconds(at), id.0));
            let sql = "SELECT id FROM story WHERE updated_at >= ?1 AND (updated_at, id) < (?4, ?5)
                         AND EXISTS (SELECT 1 FROM member WHERE member.story = story.id) AND (CAST(?2 AS TEXT) IS NULL OR EXISTS (
                           SELECT 1 FROM member JOIN match ON match.article = member.article
                           JOIN topic ON topic.id = match.topic
                           WHERE member.story = story.id AND topic.name = ?2))
                       ORDER BY updated_at DESC, id DESC LIMIT ?3";
            select_all(
                c,
                sql,
                params![since.map_or(i64::MIN, seconds), topic, limit as i64, at, id],
                |row| row.get(0),
            )
        })
    }

    /// Returns the numbers of stories that have changed since a moment, the one that began last first, of those that began
    /// before a story where one is given; only those with a match of `topic` when it is given. What changes meanwhile
    /// keeps its place, so that who reads on misses nothing.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_ids_before(
        &self,
        before: Option<StoryId>,
        since: Option<Timestamp>,
        topic: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StoryId>, StoreError> {
        self.read(|c| {
            let before = before.map_or(i64::MAX, |id| id.0);
            let id = |row: &Row<'_>| row.get(0);
            match since {
                None => {
                    let sql = "SELECT id FROM story WHERE id < ?3
                                 AND EXISTS (SELECT 1 FROM member WHERE member.story = story.id) AND (CAST(?1 AS TEXT) IS NULL OR EXISTS (
                                   SELECT 1 FROM member JOIN match ON match.article = member.article
                                   JOIN topic ON topic.id = match.topic
                                   WHERE member.story = story.id AND topic.name = ?1))
                               ORDER BY id DESC LIMIT ?2";
                    select_all(c, sql, params![topic, limit as i64, before], id)
                }
                Some(since) => {
                    let sql = "SELECT id FROM story WHERE updated_at >= ?4 AND +id < ?3
                                 AND EXISTS (SELECT 1 FROM member WHERE member.story = story.id) AND (CAST(?1 AS TEXT) IS NULL OR EXISTS (
                                   SELECT 1 FROM member JOIN match ON match.article = member.article
                                   JOIN topic ON topic.id = match.topic
                                   WHERE member.story = story.id AND topic.name = ?1))
                               ORDER BY +id DESC LIMIT ?2";
                    select_all(c, sql, params![topic, limit as i64, before, seconds(since)], id)
                }
            }
        })
    }

    /// Returns how many stories there are; of those with a match of `topic` when it is given.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn count_stories(&self, topic: Option<&str>) -> Result<usize, StoreError> {
        self.read(|c| {
            let sql = "SELECT count(DISTINCT member.story) FROM member WHERE CAST(?1 AS TEXT) IS NULL OR EXISTS (
                       SELECT 1 FROM match JOIN topic ON topic.id = match.topic
                       WHERE match.article = member.article AND topic.name = ?1)";
            count(c, sql, [topic])
        })
    }

    /// Returns what was done to a story as a whole, oldest first: its merges and splits.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_edits(&self, id: StoryId) -> Result<Vec<StoryEdit>, StoreError> {
        self.read(|c| {
            let sql = "SELECT at, kind, detail FROM story_event WHERE story = ?1 AND article IS NULL ORDER BY id";
            let edits = select_all(c, sql, [id.0], |row| {
                let (kind, detail): (String, Option<String>) = (row.get(1)?, row.get(2)?);
                let detail = detail.as_deref().unwrap_or_default();
                Ok(story_edits::read(moment(row.get(0)?), &kind, detail))
            })?;
            Ok(edits.into_iter().flatten().collect())
        })
    }

    /// Moves the members of `from` into `into`, and logs it in both. `from` keeps its number, without members.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn merge_stories(
        &self,
        now: Timestamp,
        into: StoryId,
        from: StoryId,
    ) -> Result<Result<(), EditRefused>, StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            writer_state.live_stories.forget();
            story_edits::merge(c, now, into, from, &EditCause::ByHand)
        })
        .await
    }

    /// Moves articles, with their copies, out of a story, and logs it in both. They become a new story; if they are
    /// what a merge brought, they go back under the number they had.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn split_story(
        &self,
        now: Timestamp,
        from: StoryId,
        articles: Vec<ArticleId>,
    ) -> Result<Result<StoryId, EditRefused>, StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            writer_state.live_stories.forget();
            story_edits::split(c, now, from, &articles)
        })
        .await
    }
}

/// Returns a story with its articles' texts.
pub fn story(c: &Connection, id: StoryId) -> Result<Option<StoredStory>, StoreError> {
    let Some(story) = without_members(c, id)? else {
        return Ok(None);
    };
    let sql = "SELECT article FROM member WHERE story = ?1 ORDER BY joined_at, article";
    let ids = select_all(c, sql, [id.0], |row| row.get(0))?;
    let mut members = Vec::with_capacity(ids.len());
    for article in ids {
        members.extend(member(c, article)?);
    }
    Ok(Some(StoredStory { members, ..story }))
}

fn without_members(c: &Connection, id: StoryId) -> Result<Option<StoredStory>, StoreError> {
    let sql = "SELECT started_at, updated_at FROM story WHERE id = ?1";
    select_optional(c, sql, [id.0], |row| {
        Ok(StoredStory {
            id,
            started_at: moment(row.get(0)?),
            updated_at: moment(row.get(1)?),
            members: Vec::new(),
        })
    })
}

fn members_without_texts(c: &Connection, id: StoryId) -> Result<Vec<Member>, StoreError> {
    let sql = "SELECT match.article, topic.name FROM member JOIN match ON match.article = member.article
               JOIN topic ON topic.id = match.topic
               WHERE member.story = ?1 AND topic.active = 1 ORDER BY match.score DESC, topic.id";
    let mut topics: HashMap<ArticleId, Vec<String>> = HashMap::new();
    for (article, topic) in select_all(c, sql, [id.0], |row| Ok((row.get(0)?, row.get(1)?)))? {
        topics.entry(article).or_default().push(topic);
    }
    let head = head::SQL;
    let sql = format!(
        "SELECT {head}, article.published_zone, coalesce(article.quality, 0), member.copy_of, member.joined_at, article.is_news
         FROM member JOIN article ON article.id = member.article WHERE member.story = ?1
         ORDER BY member.joined_at, member.article"
    );
    let first = head::FROM + head::NAMES.len();
    select_all(c, &sql, [id.0], |row| {
        let zone: Option<String> = row.get(first)?;
        let article = Article {
            published_zone: zone.as_deref().and_then(Zone::of_name),
            ..article::head_from(row)?
        };
        Ok(Member {
            topics: topics.remove(&article.id).unwrap_or_default(),
            quality: row.get(first + 1)?,
            copy_of: row.get(first + 2)?,
            joined_at: moment(row.get(first + 3)?),
            is_news: row.get(first + 4)?,
            article,
        })
    })
}

fn member(c: &Connection, id: ArticleId) -> Result<Option<Member>, StoreError> {
    let Some(article) = article::article(c, id)? else {
        return Ok(None);
    };
    let sql = "SELECT coalesce(article.quality, 0), member.copy_of, member.joined_at, article.is_news
               FROM member JOIN article ON article.id = member.article WHERE member.article = ?1";
    let topics = membership::topics_of(c, id)?;
    select_optional(c, sql, [id.0], |row| {
        Ok(Member {
            article,
            quality: row.get(0)?,
            copy_of: row.get(1)?,
            joined_at: moment(row.get(2)?),
            is_news: row.get(3)?,
            topics,
        })
    })
}
