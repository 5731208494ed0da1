//! The names of documents and which of them are dirty, as every change of what they show has it.
//!
//! A name is given once and committed before its file is written; the dirty mark stays until the file says what the
//! store says, so a kill in between writes the file at the next start.

use super::membership;
use crate::domain::{ArticleId, StoryId};
use crate::store::engine::StoreError;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{execute, select_one};

/// Documents of one day that may share a title; beyond, the article's own number makes the name.
const SUFFIX_MAX: u32 = 1_000;

/// Gives an article's document its name for good: the stem, with `-2`, `-3` … when it is taken.
pub fn name(c: &Connection, article: ArticleId, stem: &str) -> Result<(), StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM document WHERE article = ?1)";
    if select_one(c, sql, [article.0], |row| row.get::<bool>(0))? {
        return Ok(());
    }
    let mut insert = c.prepare_cached(
        // A name whose file is still to be deleted is taken too.
        "INSERT INTO document (article, name, dirty)
         SELECT ?1, ?2, 1 WHERE NOT EXISTS (SELECT 1 FROM purged_document WHERE name = ?2)
         ON CONFLICT (name) DO NOTHING",
    )?;
    for number in 1..=SUFFIX_MAX {
        let name = if number == 1 {
            format!("{stem}.md")
        } else {
            format!("{stem}-{number}.md")
        };
        if insert.execute(params![article.0, name])? == 1 {
            return Ok(());
        }
    }
    insert.execute(params![article.0, format!("{stem}-article-{article}.md")])?;
    Ok(())
}

/// Marks an article's document and those that name it.
pub fn mark_article(c: &Connection, article: ArticleId) -> Result<(), StoreError> {
    match membership::story_of(c, article)? {
        Some(story) => mark_story(c, story),
        None => {
            c.prepare_cached("UPDATE document SET dirty = dirty + 1 WHERE article = ?1")?
                .execute([article.0])?;
            Ok(())
        }
    }
}

/// Whether any article has a document: without one there is nothing to mark.
fn has_any(c: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM document)";
    Ok(c.prepare_cached(sql)?.query_row((), |row| row.get(0))?)
}

/// Marks the documents of a story's members, and those of the stories that name its lead: that it is near to, continues, or
/// is continued by.
pub fn mark_story(c: &Connection, story: StoryId) -> Result<(), StoreError> {
    if !has_any(c)? {
        return Ok(());
    }
    let sql = "UPDATE document SET dirty = dirty + 1 WHERE article IN (
               SELECT article FROM member WHERE story = ?1
               UNION ALL SELECT member.article FROM near JOIN member ON member.story = near.story WHERE near.other = ?1
               UNION ALL SELECT member.article FROM story JOIN member ON member.story = story.id WHERE story.continues = ?1
               UNION ALL SELECT member.article FROM story JOIN member ON member.story = story.continues
                         WHERE story.id = ?1)";
    execute(c, sql, [story.0])?;
    Ok(())
}

/// Marks the documents of a story's own members.
pub fn mark_members(c: &Connection, story: StoryId) -> Result<(), StoreError> {
    let sql = "UPDATE document SET dirty = dirty + 1 WHERE article IN (SELECT article FROM member WHERE story = ?1)";
    execute(c, sql, [story.0])?;
    Ok(())
}

/// Marks the documents of the articles that match a topic.
pub fn mark_topic(c: &Connection, topic: &str) -> Result<(), StoreError> {
    let sql = "UPDATE document SET dirty = dirty + 1 WHERE article IN (
               SELECT article FROM match WHERE topic = (SELECT id FROM topic WHERE name = ?1))";
    execute(c, sql, [topic])?;
    Ok(())
}

/// Marks the documents of a publisher's articles.
pub fn mark_publisher(c: &Connection, domain: &str) -> Result<(), StoreError> {
    let sql = "UPDATE document SET dirty = dirty + 1 WHERE article IN (
               SELECT id FROM article WHERE provider_domain = ?1)";
    execute(c, sql, [domain])?;
    Ok(())
}
