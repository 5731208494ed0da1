//! Counts, lists and full-text look-ups for the reading commands.

use serde::Serialize;

use super::fts_query::{self, Completions, IndexQuery};
use crate::domain::article::{Article, Zone};
use crate::domain::{ArticleId, SourceId, StoryId, Timestamp};
use crate::query::Query;
use crate::store::engine::client::{Connection, params};
use crate::store::engine::statement::{count, select_all, select_optional};
#[cfg(feature = "postgres")]
use crate::store::engine::tsvector;
use crate::store::engine::{Store, StoreError, moment, seconds};
use crate::store::rows::{article, membership};

/// What `stats` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    pub sources: i64,
    pub entries: i64,
    pub articles: i64,
    /// Articles of which nothing but a teaser was read.
    pub judged_by_teaser: usize,
    pub stories: i64,
    pub matches: i64,
    pub digests: i64,
    pub deliveries_waiting: i64,
    /// Given up, and not told about yet.
    pub deliveries_failed: i64,
}

/// One article in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedArticle {
    pub id: ArticleId,
    pub title: String,
    pub web_url: String,
    #[serde(rename = "publishedDateTime")]
    pub published_at: Timestamp,
    /// Where the zone of that time is from, where a page told it.
    pub published_zone: Option<Zone>,
    pub source: String,
    #[serde(skip)]
    pub provider: String,
    pub topics: Vec<String>,
    pub story: Option<StoryId>,
    pub body_state: String,
    pub verdict: Option<String>,
    pub document: Option<String>,
}

/// Articles ranked by a search: the newest of those that hold its words. Only of words that stand in nearly every
/// article are there more.
const RANKED_MAX: usize = 3_000;
/// Articles looked at for a query without a word to look for, the newest, or the newest behind a place.
const LOOKED_AT_MAX: usize = 5_000;
/// What a word in the title, the excerpt and the body is worth in a search.
const COLUMN_WEIGHTS: &str = "8.0, 3.0, 1.0";

/// Articles with their last change.
pub const CHANGED: &str =
    "(SELECT article AS changed, max(replaced_at) AS at FROM revision GROUP BY article) AS revised
     JOIN article ON article.id = changed";
/// Conditions on an article that holds the words are asked of it, the newest first: a search reads no more than it ranks.
pub const NARROWED: &str = "EXISTS (SELECT 1 FROM article WHERE article.id = article_text.rowid";

/// Where a list goes on: behind an article in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPlace {
    /// Its date, in seconds; or, where words were looked for, its rank: there goes the list on, should the article be gone.
    pub at: i64,
    pub article: ArticleId,
}

/// An article that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    pub listed: ListedArticle,
    pub article: Article,
    /// Higher is better; 0 where no words were looked for.
    pub score: f64,
    pub place: ListPlace,
}

/// What a search found, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchResults {
    pub articles: Vec<SearchHit>,
    /// So many of the newest articles with its words were ranked; none when it was all of them.
    pub ranked: Option<usize>,
    /// So many articles have its words, as far as they were ranked; none where no words were looked for.
    pub candidates: Option<usize>,
    /// So many of the oldest articles at most are not indexed anew yet since an upgrade, and were not looked at.
    pub unindexed: usize,
}

/// Which articles to list.
#[derive(Debug, Clone, Default)]
pub struct ArticleFilter {
    pub source: Option<String>,
    pub topic: Option<String>,
    pub since: Option<Timestamp>,
    /// Only what has changed since it was first read, or since then; the latest change first.
    pub changed: bool,
    pub limit: Option<usize>,
    /// The words to look for, for `Store::search`.
    pub query: Option<Query>,
    /// Only what comes behind this article, so that a later page goes on from an earlier one while a daemon works.
    pub behind: Option<ListPlace>,
}

impl Store {
    /// Whether a topic of this name is followed, or was.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn knows_topic(&self, name: &str) -> Result<bool, StoreError> {
        self.read(|c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM topic WHERE name = ?1)";
            Ok(c.query_row(sql, [name], |row| row.get(0))?)
        })
    }

    /// Whether a source has this name, address or title, or had.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn knows_source(&self, name: &str) -> Result<bool, StoreError> {
        self.read(|c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM source WHERE name = ?1 OR address = ?1 OR title = ?1)";
            Ok(c.query_row(sql, [name], |row| row.get(0))?)
        })
    }

    /// Returns how many rows of each kind there are; sources are those of the configuration.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn stats(&self) -> Result<Stats, StoreError> {
        let (deliveries_waiting, deliveries_failed) = self.open_deliveries()?;
        let judged_by_teaser = self.judged_by_teaser(None)?;
        self.read(|c| {
            let count = |sql: &str| c.query_row(sql, (), |row| row.get::<i64>(0));
            Ok(Stats {
                sources: count("SELECT count(*) FROM source WHERE active = 1")?,
                entries: count("SELECT count(*) FROM entry")?,
                articles: count("SELECT count(*) FROM article")?,
                judged_by_teaser,
                stories: count("SELECT count(*) FROM story")?,
                matches: count("SELECT count(*) FROM match")?,
                digests: count("SELECT count(*) FROM digest")?,
                deliveries_waiting,
                deliveries_failed,
            })
        })
    }

    /// Returns how many articles seen after a moment were judged by a teaser alone: their pages were beyond what may be asked
    /// for in a day, or could not be read.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn judged_by_teaser(&self, after: Option<Timestamp>) -> Result<usize, StoreError> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM article
                       WHERE is_teaser = 1 AND seen_at > ?1 AND body_state IN ('from-feed', 'failed')";
            count(c, sql, [after.map_or(i64::MIN, seconds)])
        })
    }

    /// Returns stored articles, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn list_articles(&self, filter: &ArticleFilter) -> Result<Vec<ListedArticle>, StoreError> {
        self.read(|c| {
            let (tables, moment) = match filter.changed {
                true => (CHANGED, "at"),
                false => ("article", "article.published_at"),
            };
            let sql = format!(
                "SELECT article.id FROM {tables} WHERE {} AND ({moment}, article.id) < (?5, ?6)
                 ORDER BY {moment} DESC, article.id DESC LIMIT ?4",
                conditions(filter, moment)
            );
            let (at, id) = dates_behind(filter);
            let limit = filter.limit.map_or(i64::MAX, |n| n as i64);
            let ids = select_all(
                c,
                &sql,
                params![filter.source, filter.topic, filter.since.map(seconds), limit, at, id],
                |row| row.get(0),
            )?;
            ids.into_iter().map(|id| listed(c, id)).collect()
        })
    }

    /// Returns the latest articles that a source was the first to bring.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn source_articles(&self, source: SourceId, limit: usize) -> Result<Vec<ListedArticle>, StoreError> {
        self.read(|c| {
            let sql = "SELECT id FROM article WHERE source = ?1 ORDER BY published_at DESC, id DESC LIMIT ?2";
            let ids = select_all(c, sql, params![source.0, limit as i64], |row| row.get(0))?;
            ids.into_iter().map(|id| listed(c, id)).collect()
        })
    }

    /// Returns articles that `accept` accepts among those with the filter's words, best match first, or newest first
    /// where there is no word to look for.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn search(
        &self,
        filter: &ArticleFilter,
        mut accept: impl FnMut(&Article) -> bool,
    ) -> Result<SearchResults, StoreError> {
        self.read(|c| {
            let mut search = SearchResults::default();
            let mut take = |c: &Connection, place: ListPlace, score: f64| -> Result<bool, StoreError> {
                if let Some(article) = article::article(c, place.article)?.filter(|article| accept(article)) {
                    let listed = listed(c, place.article)?;
                    search.articles.push(SearchHit {
                        listed,
                        article,
                        score,
                        place,
                    });
                }
                Ok(filter.limit.is_none_or(|limit| search.articles.len() < limit))
            };
            let asked = match &filter.query {
                Some(query) => fts_query::of(query, &completions(c, query)?),
                None => None,
            };
            let Some(asked) = asked else {
                let mut is_cut = false;
                let sql = format!(
                    "SELECT article.id, article.published_at FROM article
                     WHERE {} AND (article.published_at, article.id) < (?4, ?5)
                     ORDER BY article.published_at DESC, article.id DESC LIMIT ?6",
                    conditions(filter, "article.published_at")
                );
                let mut statement = c.prepare(&sql)?;
                // Which of them are wanted is not known yet.
                let (at, id) = dates_behind(filter);
                let (mut looked_at, is_judged) = (0, filter.query.is_some());
                // One more than is looked at: then there are more.
                let most = if is_judged { LOOKED_AT_MAX as i64 + 1 } else { i64::MAX };
                let bound = params![filter.source, filter.topic, filter.since.map(seconds), at, id, most];
                let mut rows = statement.query(bound)?;
                while let Some(row) = rows.next()? {
                    if is_judged && looked_at == LOOKED_AT_MAX {
                        is_cut = true;
                        break;
                    }
                    looked_at += 1;
                    let place = ListPlace {
                        at: row.get(1)?,
                        article: ArticleId(row.get(0)?),
                    };
                    if !take(c, place, 0.0)? {
                        break;
                    }
                }
                search.ranked = is_cut.then_some(LOOKED_AT_MAX);
                return Ok(search);
            };
            let ranked = rank(c, filter, &asked)?;
            let is_all = ranked.len() < RANKED_MAX;
            search.candidates = Some(ranked.len());
            let from = filter.behind.map_or(0, |last| {
                let found = ranked.iter().position(|(id, _)| *id == last.article);
                found.map_or(usize::try_from(last.at).unwrap_or(0), |rank| rank + 1)
            });
            for (rank, (article, score)) in ranked.into_iter().enumerate().skip(from) {
                let at = rank as i64;
                if !take(c, ListPlace { at, article }, score)? {
                    break;
                }
            }
            search.ranked = (!is_all).then_some(RANKED_MAX);
            let up_to = select_optional(c, "SELECT up_to FROM reindex", (), |row| row.get::<i64>(0))?;
            search.unindexed = up_to.and_then(|up_to| usize::try_from(up_to).ok()).unwrap_or(0);
            Ok(search)
        })
    }

    /// Returns one article as a list has it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn listed_article(&self, id: ArticleId) -> Result<Option<ListedArticle>, StoreError> {
        self.read(|c| {
            let sql = "SELECT id FROM article WHERE id = ?1";
            let found: Option<ArticleId> = select_optional(c, sql, [id.0], |row| row.get(0))?;
            found.map(|id| listed(c, id)).transpose()
        })
    }

    /// Returns the article stored under an address, by its key.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn article_by_url_key(&self, url_key: &str) -> Result<Option<ArticleId>, StoreError> {
        self.read(|c| {
            let sql = "SELECT id FROM article WHERE url_key = ?1";
            select_optional(c, sql, [url_key], |row| row.get(0))
        })
    }
}

/// Conditions on `article`, only those that are asked for, so that each is planned for itself: ?1 is a source, ?2 a topic,
/// ?3 the earliest moment.
pub fn conditions(filter: &ArticleFilter, moment: &str) -> String {
    let source = filter
        .source
        .as_ref()
        // The sign keeps SQLite from sorting all that a source ever brought.
        .map(|_| "+article.source IN (SELECT id FROM source WHERE name = ?1 OR address = ?1 OR title = ?1)".to_owned());
    let topic = filter.topic.as_ref().map(|_| {
        "EXISTS (SELECT 1 FROM match WHERE match.topic = (SELECT id FROM topic WHERE name = ?2) AND match.article = article.id)".to_owned()
    });
    let since = filter.since.map(|_| format!("{moment} >= ?3"));
    let asked: Vec<String> = [source, topic, since].into_iter().flatten().collect();
    match asked.is_empty() {
        true => "TRUE".to_owned(),
        false => asked.join(" AND "),
    }
}

/// Returns the date and the number before which the list goes on, where the newest comes first.
fn dates_behind(filter: &ArticleFilter) -> (i64, i64) {
    filter
        .behind
        .map_or((i64::MAX, i64::MAX), |last| (last.at, last.article.0))
}

/// Returns the words of the index that the open beginnings of a query stand for.
pub fn completions(c: &Connection, query: &Query) -> Result<Completions, StoreError> {
    let mut completions = Completions::wanted(query);
    if completions.is_empty() {
        return Ok(completions);
    }
    let mut statement = c.prepare("SELECT term FROM article_text_words")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        completions.take(row.get_ref(0)?.as_str()?);
    }
    Ok(completions)
}

/// Returns the statement that ranks the newest articles with some words, and the words as it wants them: ?4.
fn ranking(c: &Connection, asked: &IndexQuery, narrowed: &str) -> (String, String) {
    match c {
        Connection::Sqlite(_) => {
            let sql = format!(
                "SELECT article_text.rowid, -bm25(article_text, {COLUMN_WEIGHTS}) FROM article_text
                 WHERE article_text MATCH ?4 {narrowed}
                 ORDER BY article_text.rowid DESC LIMIT {RANKED_MAX}"
            );
            (sql, asked.fts5())
        }
        #[cfg(feature = "postgres")]
        Connection::Postgres(_) => (tsvector::ranking(narrowed, RANKED_MAX), asked.tsquery()),
    }
}

/// Returns the newest articles with some words, best match first.
fn rank(c: &Connection, filter: &ArticleFilter, asked: &IndexQuery) -> Result<Vec<(ArticleId, f64)>, StoreError> {
    let is_narrowed = filter.source.is_some() || filter.topic.is_some() || filter.since.is_some();
    let narrowed = if is_narrowed {
        format!("AND {NARROWED} AND {})", conditions(filter, "article.published_at"))
    } else {
        String::new()
    };
    let (sql, text) = ranking(c, asked, &narrowed);
    let mut statement = c.prepare(&sql)?;
    let bound = params![filter.source, filter.topic, filter.since.map(seconds), text];
    let mut ranked = statement
        .query_map(bound, |row| Ok((ArticleId(row.get(0)?), row.get(1)?)))?
        .collect::<Result<Vec<(ArticleId, f64)>, _>>()?;
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    Ok(ranked)
}

fn listed(c: &Connection, id: ArticleId) -> Result<ListedArticle, StoreError> {
    let sql = "SELECT article.title, article.web_url, article.published_at,
                      coalesce(source.name, source.title, source.address), article.provider_name,
                      (SELECT story FROM member WHERE member.article = article.id), article.body_state,
                      article.verdict, (SELECT name FROM document WHERE document.article = article.id),
                      article.published_zone
               FROM article JOIN source ON source.id = article.source WHERE article.id = ?1";
    let mut found = c.prepare_cached(sql)?.query_row([id.0], |row| {
        Ok(ListedArticle {
            id,
            title: row.get(0)?,
            web_url: row.get(1)?,
            published_at: moment(row.get(2)?),
            source: row.get(3)?,
            provider: row.get(4)?,
            topics: Vec::new(),
            story: row.get(5)?,
            body_state: row.get(6)?,
            verdict: row.get(7)?,
            document: row.get(8)?,
            published_zone: row.get::<Option<String>>(9)?.as_deref().and_then(Zone::of_name),
        })
    })?;
    found.topics = membership::topics_of(c, id)?;
    Ok(found)
}
