//! Members as the live stories are made of them: where each stands, and what was prepared of it.

use crate::clustering::{ClusterItem, Placement};
use crate::domain::topic::Assignment;
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Row, ValueRef, params};
use crate::store::engine::live_stories::{LiveMember, PreparedMember};
use crate::store::engine::statement::{insert, select_all};
use crate::store::engine::{StoreError, moment, seconds};

/// Writes where an article that has no place yet belongs and what was prepared of it, and logs it.
pub fn place(
    c: &Connection,
    now: Timestamp,
    article: ArticleId,
    placed: Placement,
    prepared: &[u8],
) -> Result<Assignment, StoreError> {
    let at = seconds(now);
    let (story, copy_of, kind) = match placed {
        Placement::Start => {
            let sql = "INSERT INTO story (started_at, updated_at) VALUES (?1, ?1)";
            (StoryId(insert(c, sql, [at])?), None, "start")
        }
        Placement::Join(story) => (story, None, "join"),
        Placement::CopyOf(original, story) => (story, Some(original), "copy"),
    };
    c.prepare_cached("UPDATE story SET updated_at = ?2 WHERE id = ?1 AND updated_at < ?2")?
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

/// Returns when the first member joined of all stories that changed since `since`: before its story began, if a merge brought it.
pub fn live_from(c: &Connection, since: Timestamp) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT min((SELECT min(joined_at) FROM member WHERE member.story = story.id)) FROM story WHERE updated_at >= ?1";
    Ok(c.prepare_cached(sql)?.query_row([seconds(since)], |row| row.get(0))?)
}

/// Gives `each` what the story index is rebuilt from: up to `limit` members of the stories that changed since `since`, those
/// that joined after the one `last` stands for (when it joined, and its number), in the order in which they joined, with
/// what was prepared of them. Returns how many there were.
pub fn each_live_member(
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
            ..live_member(&row)?
        };
        let prepared = row.get_ref(5)?.as_blob_or_null()?;
        each(member, prepared)?;
        count += 1;
    }
    Ok(count)
}

/// Keeps what was prepared of a member.
pub fn keep_prepared(c: &Connection, article: ArticleId, bytes: &[u8]) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE member SET prepared = ?2 WHERE article = ?1")?
        .execute(params![article.0, bytes])?;
    Ok(())
}

/// Returns up to `limit` members with articles up to `newest` that joined after the one `last` stands for (when it joined,
/// and its number), in the order in which they joined, with what was prepared of them.
pub fn members_after(
    c: &Connection,
    last: (i64, i64),
    newest: i64,
    limit: usize,
) -> Result<Vec<PreparedMember>, StoreError> {
    let sql = "SELECT member.story, member.copy_of, member.joined_at, article.id, article.published_at, member.prepared
               FROM member JOIN article ON article.id = member.article
               WHERE (member.joined_at, member.article) > (?1, ?2) AND member.article <= ?3
               ORDER BY member.joined_at, member.article LIMIT ?4";
    select_all(c, sql, params![last.0, last.1, newest, limit as i64], |row| {
        Ok((live_member(row)?, row.get(5)?))
    })
}

/// Returns up to `limit` members of a story, those that joined last first, with what was prepared of them.
pub fn members_of(c: &Connection, story: StoryId, limit: usize) -> Result<Vec<PreparedMember>, StoreError> {
    let sql = "SELECT member.story, member.copy_of, member.joined_at, article.id, article.published_at, member.prepared
               FROM member CROSS JOIN article ON article.id = member.article
               WHERE member.story = ?1 ORDER BY member.joined_at DESC LIMIT ?2";
    select_all(c, sql, params![story.0, limit as i64], |row| {
        Ok((live_member(row)?, row.get(5)?))
    })
}

fn live_member(row: &Row<'_>) -> DatabaseResult<LiveMember> {
    Ok(LiveMember {
        story: row.get(0)?,
        copy_of: row.get(1)?,
        joined_at: moment(row.get(2)?),
        article: row.get(3)?,
        published_at: moment(row.get(4)?),
        is_last: true,
    })
}

/// Gives `read` when a member was published and what was prepared of it, if anything was.
pub fn prepared<T>(
    c: &Connection,
    article: ArticleId,
    read: impl FnOnce(Timestamp, &[u8]) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    let sql = "SELECT article.published_at, member.prepared FROM member JOIN article ON article.id = member.article
               WHERE member.article = ?1";
    let mut statement = c.prepare_cached(sql)?;
    let mut rows = statement.query([article.0])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let bytes = row.get_ref(1)?.as_blob_or_null()?;
    let at = moment(row.get(0)?);
    Ok(bytes.and_then(|bytes| read(at, bytes)))
}

/// Gives `read` an article as the story index reads it.
pub fn with_item<T>(
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
        let text = |at: usize| row.get_ref(at).and_then(ValueRef::as_str);
        let item = ClusterItem {
            id: article,
            published_at: moment(row.get(0)?),
            title: text(1)?,
            excerpt: text(2)?,
            body: text(3)?,
            topic: row.get_ref(4)?.as_str_or_null()?,
        };
        Ok(read(&item))
    })?)
}
