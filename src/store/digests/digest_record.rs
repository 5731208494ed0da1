//! Digests: what is new for one, and the frozen record of each that was composed.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use serde::Serialize;

use super::deadlines;
use super::digest_runs::note_run;
use crate::digest::{DigestKind, ToldDate};
use crate::domain::channel::Guarantee;
use crate::domain::schedule::LastRun;
use crate::domain::{ArticleId, DigestId, SourceId, StoryId, Timestamp};
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::statement::{count, insert, select_all, select_one, select_optional};
use crate::store::engine::{Role, Store, StoreError, moment, moment_or_none, seconds};
use crate::store::rows::membership::MatchedTerm;
use crate::store::rows::revisions::{self, StoredRevision};
use crate::store::stories::story::{self, StoredStory};
use crate::store::stories::storylines::{self, StorylineStep};

/// A topic's first digest introduces it with this many days.
pub const FIRST_DAYS: i64 = 7;
/// How far back of its window a digest looks for what was committed while the last one was composed, in hours. What
/// was told is left out by its own record, so looking twice repeats nothing.
const OVERLAP_HOURS: i64 = 1;
/// Articles under one title of one source that came further apart than this stand under the title of a series, in hours.
const SERIES_HOURS: i64 = 20;
/// A source that names more outlets than this among so many of its entries gathers from many: its own articles bear its feed's
/// title, or the name on their pages.
const OUTLETS_MAX: i64 = 2;
const ENTRIES_SEEN: i64 = 50;

/// New are members that joined in the window ?3 to ?4 and were not told; an introduction asks for their own dates. The
/// signs, here and where digests are named, keep SQLite from beginning with all that was ever told.
pub const WINDOWS: [&str; 2] = [
    "member JOIN article ON article.id = member.article WHERE member.joined_at BETWEEN ?3 AND ?4",
    "article JOIN member ON member.article = article.id WHERE article.published_at >= ?3 AND +member.joined_at <= ?4",
];

/// A story as one digest sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestStory {
    pub story: StoredStory,
    /// Members an earlier digest of the same name has told.
    pub told: HashSet<ArticleId>,
    /// Members that are new for this digest.
    pub fresh: HashSet<ArticleId>,
    /// The terms by which its members match the topic, and where each stands.
    pub matches: HashMap<ArticleId, Vec<MatchedTerm>>,
    /// New members over which their source has put a title it used on another day.
    pub standing_titles: HashSet<ArticleId>,
    pub revisions: Vec<(ArticleId, StoredRevision)>,
    /// When an alert last told of it.
    pub alerted_at: Option<Timestamp>,
    /// The story it continues, of one of which nothing was told.
    pub continues: Option<StorylineStep>,
}

/// A digest about to be frozen.
pub struct NewDigest {
    pub name: String,
    pub kind: DigestKind,
    pub from: Option<Timestamp>,
    pub to: Timestamp,
    /// The latest revision there was when it was composed.
    pub last_revision: i64,
    /// What is done once it is recorded.
    pub done: LastRun,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub stories: usize,
    /// Sources that could not be read.
    pub unread: usize,
    /// What it tells, to be told once.
    pub items: Vec<(StoryId, ArticleId)>,
    /// Dates of documents it tells.
    pub dates: Vec<ToldDate>,
    /// Failed deliveries it mentions.
    pub reported: Vec<i64>,
    pub deliveries: Vec<NewDelivery>,
}

/// What goes to one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    pub channel: String,
    pub message_id: String,
    pub bytes: Vec<u8>,
    pub guarantee: Guarantee,
    /// Why there is nothing to send: it is given up from the start.
    pub failure: Option<String>,
}

/// A stored digest, for `digests`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredDigest {
    pub id: DigestId,
    pub name: String,
    #[serde(rename = "dateTime")]
    pub to: Timestamp,
    pub subject: String,
    pub stories: i64,
    pub deliveries: Vec<StoredDelivery>,
}

/// A digest's bytes as they were frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenDigest {
    pub id: DigestId,
    pub to: Timestamp,
    pub subject: String,
    pub html: String,
}

/// What became of a digest on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredDelivery {
    pub channel: String,
    pub state: String,
    #[serde(rename = "sentDateTime")]
    pub sent_at: Option<Timestamp>,
    /// Why the last try failed.
    pub error: Option<String>,
}

impl Store {
    /// Returns where the window of the next digest of this name begins: the end of the last one. One that could not be made has no
    /// HTML, and what it would have told is told by the next.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_digest_to(&self, name: &str) -> Result<Option<Timestamp>, StoreError> {
        self.read(|c| {
            let sql = "SELECT max(to_at) FROM digest WHERE name = ?1 AND html <> ''";
            Ok(moment_or_none(select_one(c, sql, [name], |row| row.get(0))?))
        })
    }

    /// Returns how many digests of this name have a window that ends at `to`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digests_ending(&self, name: &str, to: Timestamp) -> Result<usize, StoreError> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM digest WHERE name = ?1 AND to_at = ?2";
            count(c, sql, params![name, seconds(to)])
        })
    }

    /// Whether an earlier digest of this name has told anything of a topic.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn topic_was_told(&self, digest: &str, topic: &str) -> Result<bool, StoreError> {
        self.read(|c| {
            // Of a topic that was told the first article it matched is as good as any; one that never was has few.
            let sql = "SELECT EXISTS (
                       SELECT 1 FROM match JOIN digest_item ON digest_item.article = match.article
                       JOIN digest ON digest.id = digest_item.digest
                       WHERE match.topic = (SELECT id FROM topic WHERE name = ?2) AND +digest.name = ?1)";
            Ok(c.prepare_cached(sql)?.query_row([digest, topic], |row| row.get(0))?)
        })
    }

    /// Returns the stories of a topic that hold something this digest has not told, in the window that ends at `to`, and
    /// of revisions those up to the number `last_revision`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digest_stories(
        &self,
        digest: &str,
        topic: &str,
        from: Option<Timestamp>,
        to: Timestamp,
        last_revision: i64,
    ) -> Result<Vec<DigestStory>, StoreError> {
        self.read(|c| {
            let is_first = from.is_none();
            let since = from.map_or(to - TimeDelta::days(FIRST_DAYS), |at| {
                at - TimeDelta::hours(OVERLAP_HOURS)
            });
            let members_in = WINDOWS[usize::from(is_first)];
            let sql = format!(
                "SELECT member.story, member.article FROM {members_in} AND article.is_news = 1
                   AND EXISTS (SELECT 1 FROM match WHERE match.article = article.id
                               AND match.topic = (SELECT id FROM topic WHERE name = ?2))
                   AND NOT EXISTS (SELECT 1 FROM digest_item JOIN digest ON digest.id = digest_item.digest
                                   WHERE digest_item.article = member.article AND +digest.name = ?1)
                 ORDER BY member.story, member.article"
            );
            let window = params![digest, topic, seconds(since), seconds(to)];
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let members: Vec<(StoryId, ArticleId)> = select_all(c, &sql, window, read)?;
            let by_story = members.chunk_by(|(one, _), (next, _)| one == next);
            let of_story = |group: &[(StoryId, ArticleId)]| (group[0].0, group.iter().map(|(_, id)| *id).collect());
            let mut fresh: Vec<(StoryId, HashSet<ArticleId>)> = by_story.map(of_story).collect();
            // A told article whose headline changed since is news of its story too.
            let sql = "SELECT DISTINCT member.story FROM revision JOIN member ON member.article = revision.article
                       WHERE revision.replaced_at > ?3 AND revision.replaced_at <= ?4 AND revision.id <= ?5
                         AND EXISTS (SELECT 1 FROM match WHERE match.article = revision.article
                                     AND match.topic = (SELECT id FROM topic WHERE name = ?2))
                         AND EXISTS (SELECT 1 FROM digest_item JOIN digest ON digest.id = digest_item.digest
                                     WHERE digest_item.article = revision.article AND +digest.name = ?1)";
            let window = params![digest, topic, seconds(from.unwrap_or(to)), seconds(to), last_revision];
            let revised: Vec<StoryId> = select_all(c, sql, window, |row| row.get(0))?;
            for story in revised {
                if !fresh.iter().any(|(id, _)| *id == story) {
                    fresh.push((story, HashSet::new()));
                }
            }
            let mut found = Vec::with_capacity(fresh.len());
            for (id, fresh) in fresh {
                let Some(story) = story::story(c, id)? else { continue };
                let told = told_members(c, digest, id)?;
                let mut revisions = Vec::new();
                for member in story.members.iter().map(|member| member.article.id) {
                    let own =
                        revisions::revisions_since(c, member, from.unwrap_or(Timestamp::UNIX_EPOCH), last_revision)?;
                    revisions.extend(own.into_iter().map(|revision| (member, revision)));
                }
                let (mut matches, mut standing_titles) = (HashMap::new(), HashSet::new());
                for article in story.members.iter().map(|member| member.article.id) {
                    matches.extend(matched_terms(c, topic, article)?.map(|terms| (article, terms)));
                    if !told.contains(&article) && has_standing_title(c, article)? {
                        standing_titles.insert(article);
                    }
                }
                found.push(DigestStory {
                    continues: continued(c, id, topic, told.is_empty())?,
                    alerted_at: alerted_at(c, id)?,
                    matches,
                    standing_titles,
                    story,
                    told,
                    fresh,
                    revisions,
                });
            }
            Ok(found)
        })
    }

    /// Whether a source brings articles of many outlets.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn gathers(&self, source: SourceId) -> Result<bool, StoreError> {
        self.read(|c| {
            let sql = "SELECT count(DISTINCT article.provider_name)
                       FROM (SELECT article FROM entry WHERE source = ?1 LIMIT ?2) AS brought
                       JOIN article ON article.id = brought.article";
            let outlets: i64 = select_one(c, sql, [source.0, ENTRIES_SEEN], |row| row.get(0))?;
            Ok(outlets > OUTLETS_MAX)
        })
    }

    /// Freezes a digest: its items, its rendered bytes and one delivery per channel, in one transaction, which also
    /// notes the run. Returns its number.
    ///
    /// # Errors
    /// The database cannot be written; nothing is kept then.
    pub async fn record_digest(&self, digest: NewDigest) -> Result<DigestId, StoreError> {
        self.write_as(Role::Digests, move |c| {
            let id = DigestId(insert(
                c,
                "INSERT INTO digest (name, from_at, to_at, subject, text, html, stories, kind, unread)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    digest.name,
                    digest.from.map(seconds),
                    seconds(digest.to),
                    digest.subject,
                    digest.text,
                    digest.html,
                    digest.stories as i64,
                    digest.kind.as_str(),
                    digest.unread as i64
                ],
            )?);
            for (story, article) in &digest.items {
                c.prepare_cached("INSERT INTO digest_item (digest, story, article) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
                    .execute(params![id.0, story.0, article.0])?;
            }
            deadlines::record(c, id, &digest.dates)?;
            for delivery in &digest.reported {
                c.execute("UPDATE delivery SET reported = 1 WHERE id = ?1", [delivery])?;
            }
            for delivery in digest.deliveries {
                c.execute(
                    "INSERT INTO delivery (digest, channel, message_id, bytes, next_try_at, guarantee, last_error, state)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, CASE WHEN CAST(?7 AS TEXT) IS NULL THEN 'pending' ELSE 'failed' END)",
                    params![
                        id.0,
                        delivery.channel,
                        delivery.message_id,
                        delivery.bytes,
                        seconds(digest.to),
                        delivery.guarantee.as_str(),
                        delivery.failure
                    ],
                )?;
            }
            revisions::leave_to_next_digest(c, digest.last_revision, digest.to)?;
            note_run(c, &digest.name, digest.done)?;
            Ok(id)
        })
        .await
    }

    /// Returns every channel that anything was ever to go to.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn channels(&self) -> Result<Vec<String>, StoreError> {
        self.read(|c| select_all(c, "SELECT DISTINCT channel FROM delivery", (), |row| row.get(0)))
    }

    /// Returns the stored digests, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digests(&self, limit: usize) -> Result<Vec<StoredDigest>, StoreError> {
        self.digests_before(DigestId(i64::MAX), limit)
    }

    /// Returns the stored digests that were made before one, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digests_before(&self, later: DigestId, limit: usize) -> Result<Vec<StoredDigest>, StoreError> {
        self.read(|c| {
            let sql = "SELECT id, name, to_at, subject, stories FROM digest WHERE id < ?2 ORDER BY id DESC LIMIT ?1";
            let mut found = select_all(c, sql, [limit as i64, later.0], digest_from)?;
            for digest in &mut found {
                digest.deliveries = deliveries(c, digest.id)?;
            }
            Ok(found)
        })
    }

    /// Returns one digest, if there is one with this number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digest(&self, id: DigestId) -> Result<Option<StoredDigest>, StoreError> {
        self.read(|c| {
            let sql = "SELECT id, name, to_at, subject, stories FROM digest WHERE id = ?1";
            let mut found = select_optional(c, sql, [id.0], digest_from)?;
            if let Some(digest) = &mut found {
                digest.deliveries = deliveries(c, id)?;
            }
            Ok(found)
        })
    }

    /// Returns the digests of a name before and after one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digest_neighbours(&self, name: &str, id: DigestId) -> Result<[Option<DigestId>; 2], StoreError> {
        self.read(|c| {
            let before = "SELECT id FROM digest WHERE name = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1";
            let after = "SELECT id FROM digest WHERE name = ?1 AND id > ?2 ORDER BY id LIMIT 1";
            let find = |sql: &str| select_optional(c, sql, params![name, id.0], |row| row.get(0));
            Ok([find(before)?, find(after)?])
        })
    }

    /// Returns the stories in which the articles that a digest told stand now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn told_stories(&self, id: DigestId, limit: usize) -> Result<Vec<StoryId>, StoreError> {
        self.read(|c| {
            let sql =
                "SELECT DISTINCT member.story FROM digest_item JOIN member ON member.article = digest_item.article
                       WHERE digest_item.digest = ?1 LIMIT ?2";
            select_all(c, sql, params![id.0, limit as i64], |row| row.get(0))
        })
    }

    /// Returns the digests of a name as they were frozen, newest first; without those that could not be made.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn frozen_digests(&self, name: &str, limit: usize) -> Result<Vec<FrozenDigest>, StoreError> {
        self.read(|c| {
            let sql = "SELECT id, to_at, subject, html FROM digest WHERE name = ?1 AND html <> ''
                       ORDER BY to_at DESC, id DESC LIMIT ?2";
            select_all(c, sql, params![name, limit as i64], |row| {
                Ok(FrozenDigest {
                    id: row.get(0)?,
                    to: moment(row.get(1)?),
                    subject: row.get(2)?,
                    html: row.get(3)?,
                })
            })
        })
    }

    /// Returns the text part of a stored digest, if there is one with this number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digest_text(&self, id: DigestId) -> Result<Option<String>, StoreError> {
        self.read(|c| {
            let sql = "SELECT text FROM digest WHERE id = ?1";
            select_optional(c, sql, [id.0], |row| row.get(0))
        })
    }

    /// Returns the HTML part of a stored digest, if there is one with this number; empty of one that could not be made.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn digest_html(&self, id: DigestId) -> Result<Option<String>, StoreError> {
        self.read(|c| {
            let sql = "SELECT html FROM digest WHERE id = ?1";
            select_optional(c, sql, [id.0], |row| row.get(0))
        })
    }
}

/// Returns a digest without its deliveries.
fn digest_from(row: &Row<'_>) -> DatabaseResult<StoredDigest> {
    Ok(StoredDigest {
        id: row.get(0)?,
        name: row.get(1)?,
        to: moment(row.get(2)?),
        subject: row.get(3)?,
        stories: row.get(4)?,
        deliveries: Vec::new(),
    })
}

fn deliveries(c: &Connection, id: DigestId) -> Result<Vec<StoredDelivery>, StoreError> {
    let sql = "SELECT channel, state, sent_at, last_error FROM delivery WHERE digest = ?1 ORDER BY id";
    select_all(c, sql, [id.0], |row| {
        Ok(StoredDelivery {
            channel: row.get(0)?,
            state: row.get(1)?,
            sent_at: moment_or_none(row.get(2)?),
            error: row.get(3)?,
        })
    })
}

/// Returns the story that a new one continues, by an article of the topic.
fn continued(c: &Connection, story: StoryId, topic: &str, is_new: bool) -> Result<Option<StorylineStep>, StoreError> {
    match storylines::predecessor(c, story)?.filter(|_| is_new) {
        Some(earlier) => storylines::step(c, earlier, Some(topic)),
        None => Ok(None),
    }
}

fn alerted_at(c: &Connection, story: StoryId) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT max(digest.to_at) FROM member
               JOIN digest_item ON digest_item.article = member.article
               JOIN digest ON digest.id = digest_item.digest AND digest.kind = 'alert' AND digest.html <> ''
               WHERE member.story = ?1";
    Ok(moment_or_none(select_one(c, sql, [story.0], |row| row.get(0))?))
}

fn told_members(c: &Connection, digest: &str, story: StoryId) -> Result<HashSet<ArticleId>, StoreError> {
    let sql = "SELECT DISTINCT digest_item.article FROM member
               JOIN digest_item ON digest_item.article = member.article
               JOIN digest ON digest.id = digest_item.digest
               WHERE member.story = ?2 AND +digest.name = ?1";
    let told = select_all(c, sql, params![digest, story.0], |row| row.get(0))?;
    Ok(told.into_iter().collect())
}

/// Returns by which terms an article matches a topic; nothing where it does not.
fn matched_terms(c: &Connection, topic: &str, article: ArticleId) -> Result<Option<Vec<MatchedTerm>>, StoreError> {
    let sql = "SELECT reasons FROM match WHERE topic = (SELECT id FROM topic WHERE name = ?1) AND article = ?2";
    let reasons = select_optional(c, sql, params![topic, article.0], |row| row.get::<String>(0))?;
    // What another program wrote there is no reason to be silent about the match itself.
    Ok(reasons.map(|text| serde_json::from_str(&text).unwrap_or_default()))
}

/// Whether the source of an article has used its title on another day, over another article.
fn has_standing_title(c: &Connection, article: ArticleId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (
                   SELECT 1 FROM entry AS own
                   CROSS JOIN entry AS other ON other.source = own.source AND other.title_hash = own.title_hash
                   CROSS JOIN article ON article.id = other.article
                   WHERE own.article = ?1 AND own.title_hash <> 0 AND other.article <> ?1
                     AND abs(article.published_at - (SELECT published_at FROM article WHERE id = ?1)) >= ?2)";
    select_one(c, sql, params![article.0, SERIES_HOURS * 3600], |row| row.get(0))
}
