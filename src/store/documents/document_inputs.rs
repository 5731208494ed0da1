//! What documents are made of: an article, its place among the current members of its story, and the stories near it.
//!
//! Everything a document says follows from what is stored here, the moment since which articles are current among it; so
//! a reader beside the daemon can tell what a file ought to say.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::domain::article::{Article, Image};
use crate::domain::{ArticleId, StoryId, Timestamp};
use crate::ranking;
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::columns::columns;
use crate::store::engine::statement::{execute, select_all, select_one, select_optional};
use crate::store::engine::{Role, Store, StoreError, moment, seconds};
use crate::store::rows::article::{self, head};
use crate::store::rows::{document_marks, membership, settings};

/// Leads of other stories of its topic that a story's documents name, at most.
pub const NEAR_MAX: usize = 8;
/// Stories that continue one and are among these.
const CONTINUED_BY_MAX: i64 = 3;
/// The moment before which no article is current.
const CURRENT_SINCE: &str = "current-since";
/// A mark of the settings that documents were written for.
const DOCUMENTS_FOR: &str = "documents-for";

/// A current member of a story, without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct RelatedArticle {
    pub article: Article,
    pub quality: i32,
    pub is_copy: bool,
}

/// The current members of a story, oldest member first, and the leads of the stories near it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StoryContext {
    pub members: Vec<RelatedArticle>,
    pub near: Vec<RelatedArticle>,
}

/// An article as its document needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentArticle {
    pub article: Article,
    pub quality: i32,
    pub story: Option<StoryId>,
    /// Names of the topics it matches, best first.
    pub topics: Vec<String>,
    /// Its publisher's, if it is kept.
    pub icon: Option<Image>,
}

impl StoryContext {
    /// Returns the story's lead, of its current members.
    pub fn lead(&self) -> Option<&RelatedArticle> {
        let order =
            |m: &&RelatedArticle| ranking::lead_order(m.is_copy, m.quality, m.article.published_at, m.article.id);
        self.members.iter().min_by_key(order)
    }
}

impl Store {
    /// Returns the moment before which no article is current; nothing before it was ever set.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn current_since(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|c| Ok(settings::get(c, CURRENT_SINCE)?.map(moment)))
    }

    /// Returns an article as its document needs it, if it is stored.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn document_article(&self, id: ArticleId) -> Result<Option<DocumentArticle>, StoreError> {
        self.read(|c| {
            let Some(article) = article::article(c, id)? else {
                return Ok(None);
            };
            let sql = "SELECT url, width, height FROM publisher_icon
                       JOIN image ON image.hash = publisher_icon.hash WHERE domain = ?1";
            let icon = select_optional(c, sql, [&article.provider_domain], |row| {
                Ok(Image {
                    url: row.get(0)?,
                    width: row.get(1)?,
                    height: row.get(2)?,
                    is_kept: true,
                })
            })?;
            let sql = "SELECT coalesce(quality, 0) FROM article WHERE id = ?1";
            Ok(Some(DocumentArticle {
                article,
                icon,
                quality: select_one(c, sql, [id.0], |row| row.get(0))?,
                story: membership::story_of(c, id)?,
                topics: membership::topics_of(c, id)?,
            }))
        })
    }

    /// Returns who is current in a story and near it. The leads of the stories near it are taken from `leads`, and put
    /// there when they are read.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn story_context(
        &self,
        story: StoryId,
        since: Timestamp,
        leads: &mut HashMap<StoryId, Option<RelatedArticle>>,
    ) -> Result<StoryContext, StoreError> {
        self.read(|c| {
            let (head, related) = (head::SQL, related::SQL);
            let sql = format!("SELECT {head}, {related} FROM {CURRENT} ORDER BY member.joined_at, member.article");
            let members = select_all(c, &sql, params![story.0, seconds(since)], related_from)?;
            let mut near = Vec::new();
            for other in related_stories(c, story)? {
                if near.len() == NEAR_MAX {
                    break;
                }
                let lead = match leads.entry(other) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => place.insert(lead(c, other, since)?),
                };
                near.extend(lead.clone());
            }
            Ok(StoryContext { members, near })
        })
    }

    /// Brings what documents are made of in line with the time and the settings: articles published before `since` are no
    /// longer current, and documents are written for the settings that `mark` stands for. Marks the documents that this
    /// changes.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn prepare_documents(&self, since: Timestamp, mark: i64) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            let old = settings::get(c, CURRENT_SINCE)?;
            let is_other = settings::get(c, DOCUMENTS_FOR)? != Some(mark);
            match old {
                Some(old) if !is_other => leave_window(c, old, seconds(since))?,
                // Which of them this changes is not known; one that says the same is not written.
                _ => c.execute("UPDATE document SET dirty = dirty + 1", ()).map(drop)?,
            }
            settings::set(
                c,
                CURRENT_SINCE,
                old.map_or(seconds(since), |old| old.max(seconds(since))),
            )?;
            settings::set(c, DOCUMENTS_FOR, mark)
        })
        .await
    }

    /// Whether documents are made for articles current since `since` or later, and for the settings `mark` stands for.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_prepared(&self, since: Timestamp, mark: i64) -> Result<bool, StoreError> {
        self.read(|c| {
            let is_current = settings::get(c, CURRENT_SINCE)?.is_some_and(|at| at >= seconds(since));
            Ok(is_current && settings::get(c, DOCUMENTS_FOR)? == Some(mark))
        })
    }

    /// Returns the stories that have a dirty document.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn dirty_stories(&self) -> Result<Vec<StoryId>, StoreError> {
        self.read(|c| {
            let sql =
                "SELECT DISTINCT member.story FROM document CROSS JOIN member ON member.article = document.article
                       WHERE document.dirty > 0";
            select_all(c, sql, (), |row| row.get(0))
        })
    }

    /// Finds the stories near each of these anew, and marks the documents of those for which they are others now.
    ///
    /// # Errors
    /// The store is not open for writing, or cannot be written.
    pub async fn refresh_related(&self, now: Timestamp, since: Timestamp, of: Vec<StoryId>) -> Result<(), StoreError> {
        self.enqueue_as(Role::Stories, move |c, writer_state| {
            for story in of {
                let found = match lead(c, story, since)? {
                    Some(lead) => writer_state
                        .live_stories
                        .nearest_to_member(c, now, lead.article.id, NEAR_MAX + 1)?,
                    None => Vec::new(),
                };
                let found: Vec<StoryId> = found.into_iter().filter(|id| *id != story).take(NEAR_MAX).collect();
                if found != near_stories(c, story)? {
                    set_related(c, story, &found)?;
                    document_marks::mark_members(c, story)?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// Makes `near` the stories near a story.
pub fn set_related(c: &Connection, story: StoryId, near: &[StoryId]) -> Result<(), StoreError> {
    execute(c, "DELETE FROM near WHERE story = ?1", [story.0])?;
    let mut insert = c.prepare_cached("INSERT INTO near (story, other, place) VALUES (?1, ?2, ?3)")?;
    for (place, other) in near.iter().enumerate() {
        insert.execute(params![story.0, other.0, place as i64])?;
    }
    Ok(())
}

/// Marks the documents of articles that leave the window, and those that name them.
fn leave_window(c: &Connection, old: i64, new: i64) -> Result<(), StoreError> {
    let left = "SELECT id FROM article WHERE published_at >= ?1 AND published_at < ?2";
    let sql = format!("SELECT DISTINCT story FROM member WHERE article IN ({left})");
    let stories: Vec<StoryId> = select_all(c, &sql, params![old, new], |row| row.get(0))?;
    for story in stories {
        document_marks::mark_story(c, story)?;
    }
    Ok(())
}

/// Sets since when articles are current, and for which settings documents are written.
pub fn set_prepared(c: &Connection, since: Timestamp, mark: i64) -> Result<(), StoreError> {
    settings::set(c, CURRENT_SINCE, seconds(since))?;
    settings::set(c, DOCUMENTS_FOR, mark)
}

/// Returns the story that a story continues, those that continue it, and those near it.
fn related_stories(c: &Connection, story: StoryId) -> Result<Vec<StoryId>, StoreError> {
    let sql = "SELECT continues FROM story WHERE id = ?1 AND continues IS NOT NULL
               UNION ALL SELECT id FROM (SELECT id FROM story WHERE continues = ?1 ORDER BY id DESC LIMIT ?2) AS later";
    let mut found: Vec<StoryId> = select_all(c, sql, params![story.0, CONTINUED_BY_MAX], |row| row.get(0))?;
    for near in near_stories(c, story)? {
        if !found.contains(&near) {
            found.push(near);
        }
    }
    Ok(found)
}

fn near_stories(c: &Connection, story: StoryId) -> Result<Vec<StoryId>, StoreError> {
    let sql = "SELECT other FROM near WHERE story = ?1 ORDER BY place";
    select_all(c, sql, [story.0], |row| row.get(0))
}

columns! {
    /// What is read of a member beside the article.
    pub related after head {
        QUALITY = "coalesce(article.quality, 0)",
        IS_COPY = "member.copy_of IS NOT NULL",
    }
}

/// Members of the story ?1 that were published at ?2 or later.
const CURRENT: &str = "member JOIN article ON article.id = member.article
     WHERE member.story = ?1 AND article.published_at >= ?2";

fn lead(c: &Connection, story: StoryId, since: Timestamp) -> Result<Option<RelatedArticle>, StoreError> {
    // Only what they are compared by is read of those that do not lead.
    let sql = "SELECT member.copy_of IS NOT NULL, coalesce(article.quality, 0), article.published_at, article.id
               FROM member JOIN article ON article.id = member.article
               WHERE member.story = ?1 AND article.published_at >= ?2";
    let orders = select_all(c, sql, params![story.0, seconds(since)], |row| {
        let at = moment(row.get(2)?);
        Ok(ranking::lead_order(row.get(0)?, row.get(1)?, at, row.get(3)?))
    })?;
    let Some((.., id)) = orders.into_iter().min() else {
        return Ok(None);
    };
    let (head, related) = (head::SQL, related::SQL);
    let sql = format!("SELECT {head}, {related} FROM {CURRENT} AND article.id = ?3");
    let lead = select_one(c, &sql, params![story.0, seconds(since), id.0], related_from)?;
    Ok(Some(lead))
}

fn related_from(row: &Row<'_>) -> DatabaseResult<RelatedArticle> {
    Ok(RelatedArticle {
        article: article::head_from(row)?,
        quality: row.get(related::QUALITY)?,
        is_copy: row.get(related::IS_COPY)?,
    })
}
