//! Stories, their members, and the log of how they came to be.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::story_edits::{self, EditCause, EditRefused, StoryEdit};
use super::{Store, StoreError, articles, membership, moment, seconds};
use crate::clustering::{ClusterItem, Placement};
use crate::domain::article::Article;
use crate::domain::topic::Assignment;
use crate::domain::{ArticleId, StoryId, Timestamp};

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

/// Where a member of a live story stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LiveMember {
    pub story: StoryId,
    pub copy_of: Option<ArticleId>,
    pub joined_at: Timestamp,
    pub article: ArticleId,
    pub published_at: Timestamp,
    /// None that is no copy joined its story later.
    pub is_last: bool,
}

/// A member of a live story, with what was prepared of it.
pub(super) type PreparedMember = (LiveMember, Option<Vec<u8>>);

/// A change of an article's headline or text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRevision {
    pub replaced_at: Timestamp,
    pub title: String,
    pub text: String,
}

impl Store {
    /// Returns one story, if there is one with this number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story(&self, id: StoryId) -> Result<Option<StoredStory>, StoreError> {
        self.read(|c| story(c, id))
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
        self.read(|c| {
            let sql = "SELECT id FROM story WHERE updated_at >= ?1
                         AND EXISTS (SELECT 1 FROM member WHERE member.story = story.id) AND (?2 IS NULL OR EXISTS (
                           SELECT 1 FROM member JOIN match ON match.article = member.article
                           JOIN topic ON topic.id = match.topic
                           WHERE member.story = story.id AND topic.name = ?2))
                       ORDER BY updated_at DESC, id DESC LIMIT ?3";
            let ids = c
                .prepare(sql)?
                .query_map(params![since.map_or(i64::MIN, seconds), topic, limit as i64], |row| {
                    Ok(StoryId(row.get(0)?))
                })?
                .collect::<Result<Vec<_>, _>>()?;
            Ok(ids)
        })
    }

    /// Returns how many stories there are; of those with a match of `topic` when it is given.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn count_stories(&self, topic: Option<&str>) -> Result<usize, StoreError> {
        self.read(|c| {
            let sql = "SELECT count(DISTINCT member.story) FROM member WHERE ?1 IS NULL OR EXISTS (
                           SELECT 1 FROM match JOIN topic ON topic.id = match.topic
                           WHERE match.article = member.article AND topic.name = ?1)";
            let count: i64 = c.prepare_cached(sql)?.query_row([topic], |row| row.get(0))?;
            Ok(usize::try_from(count).unwrap_or(0))
        })
    }

    /// Returns what was done to a story as a whole, oldest first: its merges and splits.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_edits(&self, id: StoryId) -> Result<Vec<StoryEdit>, StoreError> {
        self.read(|c| {
            let sql = "SELECT at, kind, detail FROM story_event WHERE story = ?1 AND article IS NULL ORDER BY id";
            let mut statement = c.prepare_cached(sql)?;
            let rows = statement.query_map([id.0], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, Option<String>>(2)?,
                ))
            })?;
            let mut found = Vec::new();
            for row in rows {
                let (at, kind, detail) = row?;
                found.extend(story_edits::read(
                    moment(at),
                    &kind,
                    detail.as_deref().unwrap_or_default(),
                ));
            }
            Ok(found)
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
        self.enqueue(move |c, writer_state| {
            writer_state.assigner.forget();
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
        self.enqueue(move |c, writer_state| {
            writer_state.assigner.forget();
            story_edits::split(c, now, from, &articles)
        })
        .await
    }

    /// Returns what an article said before, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn revisions(&self, article: ArticleId) -> Result<Vec<StoredRevision>, StoreError> {
        self.read(|c| revisions(c, article))
    }

    /// Returns what an article said before, oldest first, and its text now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn history(&self, article: ArticleId) -> Result<(Vec<StoredRevision>, String), StoreError> {
        self.read(|c| {
            let text = c
                .prepare_cached("SELECT coalesce(text, feed_text) FROM body WHERE article = ?1")?
                .query_row([article.0], |row| row.get(0))
                .optional()?;
            Ok((revisions(c, article)?, text.unwrap_or_default()))
        })
    }
}

/// Writes where an article that has no place yet belongs and what was prepared of it, and logs it.
pub(super) fn place(
    c: &Connection,
    now: Timestamp,
    article: ArticleId,
    placed: Placement,
    prepared: &[u8],
) -> Result<Assignment, StoreError> {
    let at = seconds(now);
    let (story, copy_of, kind) = match placed {
        Placement::Start => {
            c.prepare_cached("INSERT INTO story (started_at, updated_at) VALUES (?1, ?1)")?
                .execute([at])?;
            (StoryId(c.last_insert_rowid()), None, "start")
        }
        Placement::Join(story) => (story, None, "join"),
        Placement::CopyOf(original, story) => (story, Some(original), "copy"),
    };
    c.prepare_cached("UPDATE story SET updated_at = max(updated_at, ?2) WHERE id = ?1")?
        .execute(params![story.0, at])?;
    c.prepare_cached("INSERT INTO member (article, story, copy_of, joined_at, prepared) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![article.0, story.0, copy_of.map(|id| id.0), at, prepared])?;
    c.prepare_cached("INSERT INTO story_event (at, story, kind, article) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![at, story.0, kind, article.0])?;
    Ok(match placed {
        Placement::Start => Assignment::Start(story),
        Placement::Join(_) => Assignment::Join(story),
        Placement::CopyOf(original, _) => Assignment::CopyOf(original, story),
    })
}

/// Returns when the first member joined of all stories that changed since `since`.
pub(super) fn live_from(c: &Connection, since: Timestamp) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT min(started_at) FROM story WHERE updated_at >= ?1";
    Ok(c.prepare_cached(sql)?.query_row([seconds(since)], |row| row.get(0))?)
}

/// Gives `each` what the story index is rebuilt from: up to `limit` members of the stories that changed since `since`, those
/// that joined after the one `last` stands for (when it joined, and its number), in the order in which they joined, with
/// what was prepared of them. Returns how many there were.
pub(super) fn each_live_member(
    c: &Connection,
    since: Timestamp,
    last: (i64, i64),
    limit: usize,
    mut each: impl FnMut(LiveMember, Option<&[u8]>) -> Result<(), StoreError>,
) -> Result<usize, StoreError> {
    let sql = "SELECT member.story, member.copy_of, member.joined_at, article.id, article.published_at, member.prepared,
                      NOT EXISTS (SELECT 1 FROM member AS later WHERE later.story = member.story AND later.copy_of IS NULL
                                  AND (later.joined_at, later.article) > (member.joined_at, member.article))
               FROM member CROSS JOIN story ON story.id = member.story JOIN article ON article.id = member.article
               WHERE (member.joined_at, member.article) > (?2, ?3) AND story.updated_at >= ?1
               ORDER BY member.joined_at, member.article LIMIT ?4";
    let mut statement = c.prepare_cached(sql)?;
    let mut rows = statement.query(params![seconds(since), last.0, last.1, limit as i64])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let member = LiveMember {
            is_last: row.get(6)?,
            ..live_member(row)?
        };
        let prepared = row.get_ref(5)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
        each(member, prepared)?;
        count += 1;
    }
    Ok(count)
}

/// Keeps what was prepared of a member.
pub(super) fn keep_prepared(c: &Connection, article: ArticleId, bytes: &[u8]) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE member SET prepared = ?2 WHERE article = ?1")?
        .execute(params![article.0, bytes])?;
    Ok(())
}

/// Returns up to `limit` members with articles up to `newest` that joined after the one `last` stands for (when it joined,
/// and its number), in the order in which they joined, with what was prepared of them.
pub(super) fn members_after(
    c: &Connection,
    last: (i64, i64),
    newest: i64,
    limit: usize,
) -> Result<Vec<PreparedMember>, StoreError> {
    let sql = "SELECT member.story, member.copy_of, member.joined_at, article.id, article.published_at, member.prepared
               FROM member JOIN article ON article.id = member.article
               WHERE (member.joined_at, member.article) > (?1, ?2) AND member.article <= ?3
               ORDER BY member.joined_at, member.article LIMIT ?4";
    let mut statement = c.prepare_cached(sql)?;
    let found = statement.query_map(params![last.0, last.1, newest, limit as i64], |row| {
        Ok((live_member(row)?, row.get(5)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn live_member(row: &Row<'_>) -> rusqlite::Result<LiveMember> {
    Ok(LiveMember {
        story: StoryId(row.get(0)?),
        copy_of: row.get::<_, Option<i64>>(1)?.map(ArticleId),
        joined_at: moment(row.get(2)?),
        article: ArticleId(row.get(3)?),
        published_at: moment(row.get(4)?),
        is_last: true,
    })
}

/// Gives `read` when a member was published and what was prepared of it, if anything was.
pub(super) fn prepared<T>(
    c: &Connection,
    article: ArticleId,
    read: impl FnOnce(Timestamp, &[u8]) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    let sql = "SELECT article.published_at, member.prepared FROM member JOIN article ON article.id = member.article
               WHERE member.article = ?1";
    let mut statement = c.prepare_cached(sql)?;
    let mut rows = statement.query([article.0])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let bytes = row.get_ref(1)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
    let at = moment(row.get(0)?);
    Ok(bytes.and_then(|bytes| read(at, bytes)))
}

/// Gives `read` an article as the story index reads it.
pub(super) fn with_item<T>(
    c: &Connection,
    article: ArticleId,
    read: impl FnOnce(&ClusterItem<'_>) -> T,
) -> Result<T, StoreError> {
    let sql = "SELECT article.published_at, article.title, article.excerpt, coalesce(body.text, body.feed_text),
                      (SELECT topic.name FROM match JOIN topic ON topic.id = match.topic
                       WHERE match.article = article.id AND topic.active = 1
                       ORDER BY match.score DESC, topic.id LIMIT 1)
               FROM article JOIN body ON body.article = article.id WHERE article.id = ?1";
    Ok(c.prepare_cached(sql)?.query_row([article.0], |row| {
        let text = |at: usize| row.get_ref(at).and_then(|value| Ok(value.as_str()?));
        let item = ClusterItem {
            id: article,
            published_at: moment(row.get(0)?),
            title: text(1)?,
            excerpt: text(2)?,
            body: text(3)?,
            topic: row.get_ref(4)?.as_str_or_null().map_err(rusqlite::Error::from)?,
        };
        Ok(read(&item))
    })?)
}

pub(super) fn story(c: &Connection, id: StoryId) -> Result<Option<StoredStory>, StoreError> {
    let times: Option<(i64, i64)> = c
        .prepare_cached("SELECT started_at, updated_at FROM story WHERE id = ?1")?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((started_at, updated_at)) = times else {
        return Ok(None);
    };
    let ids = c
        .prepare_cached("SELECT article FROM member WHERE story = ?1 ORDER BY joined_at, article")?
        .query_map([id.0], |row| Ok(ArticleId(row.get(0)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut members = Vec::with_capacity(ids.len());
    for article in ids {
        members.extend(member(c, article)?);
    }
    Ok(Some(StoredStory {
        id,
        started_at: moment(started_at),
        updated_at: moment(updated_at),
        members,
    }))
}

fn member(c: &Connection, id: ArticleId) -> Result<Option<Member>, StoreError> {
    let Some(article) = articles::article(c, id)? else {
        return Ok(None);
    };
    let sql = "SELECT coalesce(article.quality, 0), member.copy_of, member.joined_at, article.is_news
               FROM member JOIN article ON article.id = member.article WHERE member.article = ?1";
    let (quality, copy_of, joined_at, is_news) = c.prepare_cached(sql)?.query_row([id.0], |row| {
        Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?, row.get(2)?, row.get(3)?))
    })?;
    let topics = membership::topics_of(c, id)?;
    Ok(Some(Member {
        article,
        quality,
        copy_of: copy_of.map(ArticleId),
        joined_at: moment(joined_at),
        is_news,
        topics,
    }))
}

pub(super) fn revisions(c: &Connection, article: ArticleId) -> Result<Vec<StoredRevision>, StoreError> {
    let found = c
        .prepare_cached("SELECT replaced_at, title, text FROM revision WHERE article = ?1 ORDER BY id")?
        .query_map([article.0], |row| {
            Ok(StoredRevision {
                replaced_at: moment(row.get(0)?),
                title: row.get(1)?,
                text: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(found)
}
