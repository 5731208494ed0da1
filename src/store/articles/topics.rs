//! Topics by name, and which articles match them and why.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use crate::domain::article::Article;
use crate::domain::topic::Topic;
use crate::domain::{ArticleId, Timestamp};
use crate::store::engine::OptionalExtension;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{count, select_all};
use crate::store::engine::{Role, Store, StoreError, moment, seconds};
use crate::store::rows::membership::MatchedTerm;
use crate::store::rows::{article, document_marks};

/// A topic whose rule has not yet been matched over the whole archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmatchedTopic {
    pub name: String,
    /// Articles up to this id are done.
    pub matched_to: ArticleId,
    /// The newest article that is older than the rule.
    pub archive_to: ArticleId,
}

/// A topic was matched over the articles after `from`, up to `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackfillStep {
    pub topic: String,
    pub from: ArticleId,
    pub to: ArticleId,
    /// Those of them that match it.
    pub hits: Vec<ArticleId>,
}

/// A stored topic, for `topics`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredTopic {
    pub name: String,
    pub articles: i64,
    pub stories: i64,
}

/// What a topic found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TopicFinds {
    /// When each article was published, and whether it is a copy.
    pub moments: Vec<(Timestamp, bool)>,
    /// How many articles each term of the topic has found, the most first.
    pub terms: Vec<(String, usize)>,
}

impl Store {
    /// Returns the topics that are still to be matched over older articles.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn unmatched_topics(&self) -> Result<Vec<UnmatchedTopic>, StoreError> {
        self.read(|c| {
            let sql = "SELECT name, matched_to, archive_to FROM topic
                       WHERE active = 1 AND matched_to < archive_to ORDER BY id";
            select_all(c, sql, (), |row| {
                Ok(UnmatchedTopic {
                    name: row.get(0)?,
                    matched_to: row.get(1)?,
                    archive_to: row.get(2)?,
                })
            })
        })
    }

    /// Returns up to `limit` articles published at `since` or later, in order of publication, after the one that `after`
    /// stands for.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn articles_since(
        &self,
        since: Timestamp,
        after: Option<&Article>,
        limit: usize,
    ) -> Result<Vec<Article>, StoreError> {
        self.read(|c| {
            let (at, id) = after.map_or((seconds(since), 0), |last| (seconds(last.published_at), last.id.0));
            let sql = "SELECT id FROM article WHERE (published_at, id) > (?1, ?2) ORDER BY published_at, id LIMIT ?3";
            article::all(c, sql, params![at, id, limit as i64])
        })
    }

    /// Returns what a topic found of the articles published since a moment.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn topic_finds(&self, topic: &str, since: Timestamp) -> Result<TopicFinds, StoreError> {
        self.read(|c| {
            // The index holds what is asked of an article; its row, with its texts, stays unread.
            let sql = "SELECT article.published_at, member.copy_of IS NOT NULL, match.reasons
                       FROM match JOIN article INDEXED BY article_brief ON article.id = match.article
                       LEFT JOIN member INDEXED BY member_brief ON member.article = match.article
                       WHERE match.topic = (SELECT id FROM topic WHERE name = ?1) AND article.published_at >= ?2
                         AND match.article >= (SELECT id FROM article WHERE seen_at >= ?2 ORDER BY seen_at LIMIT 1)";
            let mut finds = TopicFinds::default();
            // Most articles are found by what others were found by.
            let mut reasons: HashMap<String, usize> = HashMap::new();
            let mut statement = c.prepare_cached(sql)?;
            let mut rows = statement.query(params![topic, seconds(since)])?;
            while let Some(row) = rows.next()? {
                finds.moments.push((moment(row.get(0)?), row.get(1)?));
                let found_by = row.get_ref(2)?.as_str()?;
                match reasons.get_mut(found_by) {
                    Some(number) => *number += 1,
                    None => _ = reasons.insert(found_by.to_owned(), 1),
                }
            }
            finds.terms = by_term(&reasons);
            Ok(finds)
        })
    }

    /// Returns how many of the articles first seen since a moment a topic has found.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn topic_count(&self, topic: &str, since: Timestamp) -> Result<usize, StoreError> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM match WHERE topic = (SELECT id FROM topic WHERE name = ?1)
                         AND article >= (SELECT id FROM article WHERE seen_at >= ?2 ORDER BY seen_at LIMIT 1)";
            count(c, sql, params![topic, seconds(since)])
        })
    }

    /// Returns up to `limit` articles with ids above `after`, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn articles_after(&self, after: ArticleId, limit: usize) -> Result<Vec<Article>, StoreError> {
        self.read(|c| {
            let sql = "SELECT id FROM article WHERE id > ?1 ORDER BY id LIMIT ?2";
            article::all(c, sql, params![after.0, limit as i64])
        })
    }

    /// Notes how far topics have been matched over the archive, and makes what was found due for placing. An article that no
    /// longer matches keeps its place in its story, but not the match.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn finish_backfill(&self, now: Timestamp, steps: Vec<BackfillStep>) -> Result<(), StoreError> {
        self.write_as(Role::Stories, move |c| {
            // An article that matches no more keeps its story, and its document loses the topic.
            let mut mark = c.prepare_cached(
                "UPDATE document SET dirty = dirty + 1 WHERE article IN (
                     SELECT article FROM match
                     WHERE topic = (SELECT id FROM topic WHERE name = ?1) AND article > ?2 AND article <= ?3)",
            )?;
            let mut forget = c.prepare_cached(
                "DELETE FROM match WHERE topic = (SELECT id FROM topic WHERE name = ?1) AND article > ?2 AND article <= ?3",
            )?;
            let mut wake = c.prepare_cached("UPDATE article SET work_at = coalesce(work_at, ?2) WHERE id = ?1")?;
            let mut note = c.prepare_cached("UPDATE topic SET matched_to = ?2 WHERE name = ?1")?;
            for BackfillStep { topic, from, to, hits } in steps {
                mark.execute(params![topic, from.0, to.0])?;
                forget.execute(params![topic, from.0, to.0])?;
                for hit in hits {
                    wake.execute(params![hit.0, seconds(now)])?;
                }
                note.execute(params![topic, to.0])?;
            }
            Ok(())
        })
        .await
    }

    /// Returns the names of the active topics whose last match is of an article published before `since`, or that have none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn topics_quiet_since(&self, since: Timestamp) -> Result<Vec<String>, StoreError> {
        self.read(|c| {
            let sql = "SELECT name FROM topic WHERE active = 1 AND ?1 > coalesce(
                           (SELECT article.published_at FROM match JOIN article ON article.id = match.article
                            WHERE match.topic = topic.id ORDER BY match.article DESC LIMIT 1), 0)
                       ORDER BY name";
            select_all(c, sql, [seconds(since)], |row| row.get(0))
        })
    }

    /// Returns the active topics with how many articles and stories each has.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn topics(&self) -> Result<Vec<StoredTopic>, StoreError> {
        self.read(|c| {
            let sql = "SELECT name, (SELECT count(*) FROM match WHERE match.topic = topic.id),
                              (SELECT count(DISTINCT story) FROM match JOIN member ON member.article = match.article
                               WHERE match.topic = topic.id)
                       FROM topic WHERE active = 1 ORDER BY name";
            select_all(c, sql, (), |row| {
                Ok(StoredTopic {
                    name: row.get(0)?,
                    articles: row.get(1)?,
                    stories: row.get(2)?,
                })
            })
        })
    }
}

/// Makes the stored topics those of the configuration.
pub fn sync_topics(c: &Connection, now: Timestamp, topics: &[Topic]) -> Result<(), StoreError> {
    let before = active(c)?;
    c.execute("UPDATE topic SET active = 0", ())?;
    let newest: i64 = c.query_row("SELECT coalesce(max(id), 0) FROM article", (), |row| row.get(0))?;
    for topic in topics {
        let (name, rule) = (&topic.name, topic.rule_key());
        let old: Option<String> = c
            .query_row("SELECT rule FROM topic WHERE name = ?1", [name], |row| row.get(0))
            .optional()?;
        match old {
            None => c.execute(
                "INSERT INTO topic (name, active, rule, added_at, archive_to) VALUES (?1, 1, ?2, ?3, ?4)",
                params![name, rule, seconds(now), newest],
            )?,
            Some(old) if old == rule => c.execute("UPDATE topic SET active = 1 WHERE name = ?1", [name])?,
            Some(_) => c.execute(
                "UPDATE topic SET active = 1, rule = ?2, matched_to = 0, archive_to = ?3 WHERE name = ?1",
                params![name, rule, newest],
            )?,
        };
    }
    let after = active(c)?;
    for topic in before.symmetric_difference(&after) {
        document_marks::mark_topic(c, topic)?;
    }
    Ok(())
}

fn active(c: &Connection) -> Result<BTreeSet<String>, StoreError> {
    let names = select_all(c, "SELECT name FROM topic WHERE active = 1", (), |row| row.get(0))?;
    Ok(names.into_iter().collect())
}

/// Returns how many articles each term has found, the most first, from the reasons that were kept and how often each were.
fn by_term(reasons: &HashMap<String, usize>) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (text, number) in reasons {
        let terms: Vec<MatchedTerm> = serde_json::from_str(text).unwrap_or_default();
        let terms: BTreeSet<String> = terms.into_iter().map(|term| term.term).collect();
        terms
            .into_iter()
            .for_each(|term| *counts.entry(term).or_default() += number);
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
