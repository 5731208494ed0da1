//! Articles: work on them by lease, what an extraction found, revisions.

use super::{boilerplate, part_validators, records, wordings};
use crate::clustering::ClusterItem;
use crate::decide::article::{ArticlePlan, ArticleWork};
use crate::domain::article::{Article, BodyState, Verdict, Zone};
use crate::domain::source::{PageValidators, Validators};
use crate::domain::topic::Assignment;
use crate::domain::{ArticleId, Timestamp};
use crate::store::engine::DatabaseResult;
use crate::store::engine::OptionalExtension;
use crate::store::engine::client::{Connection, Row, params};
use crate::store::engine::columns::{self, columns};
use crate::store::engine::fulltext::FullTextRow;
use crate::store::engine::statement::{execute, select_all, select_one};
use crate::store::engine::{Role, Store, StoreError, WriterState, seconds};
use crate::store::rows::article::{self, ARTICLE_TABLES, article_from, head, page_host, whole};
use crate::store::rows::host_leases::{self, ClaimedHosts, IS_FREE};
use crate::store::rows::{document_marks, identifiers, images, leases, membership, revisions};
use crate::store::stories::unplaced;

/// An article on which work is due, and the host that is asked for its page, if one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueArticle {
    pub id: ArticleId,
    pub host: Option<String>,
}

/// Articles that are to be read.
#[derive(Debug, Default)]
pub struct DueArticles {
    pub articles: Vec<DueArticle>,
    /// Where there are several workers, the hosts that are this one's now, and what is known of them.
    pub hosts: ClaimedHosts,
}

/// How one step on an article ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishResult {
    /// Written; where the article was placed, if it was placed now.
    Written(Option<Assignment>),
    /// The feed changed the article meanwhile: nothing was written and the step is due again.
    Stale,
}

columns! {
    /// What the next step on an article needs beside it.
    pub work after whole {
        SOURCE_ID = "article.source",
        FEED_MARKDOWN = "coalesce(body.feed_markdown, body.feed_text)",
        FEED_TEXT = "body.feed_text",
        IS_NEWS = "article.is_news",
        IS_DATED = "article.is_dated",
        WANTS_PAGE = "article.wants_page",
        BODY_STATE = "article.body_state",
        PAGE_ETAG = "article.page_etag",
        PAGE_LAST_MODIFIED = "article.page_last_modified",
        PAGE_PARTS = "article.page_parts",
        ATTEMPTS = "article.attempts",
        LOOKS = "article.looks",
        STORY = "(SELECT story FROM member WHERE member.article = article.id)",
        VERSION = "article.version",
    }
}

impl Store {
    /// Leases up to `limit` articles on which work is due, longest due first, of those in order of publication; only those
    /// that `admit` lets through by their number and the host whose page is wanted, and whose host no other worker asks; this
    /// one keeps `gap_millis` between two requests to it.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn lease_articles(
        &self,
        now: Timestamp,
        limit: usize,
        gap_millis: i64,
        mut admit: impl FnMut(ArticleId, Option<&str>) -> bool + Send + 'static,
    ) -> Result<DueArticles, StoreError> {
        self.enqueue(move |c, writer_state| {
            let sql = "UPDATE article SET lease_until = NULL, leased_by = NULL WHERE lease_until <= ?1";
            execute(c, sql, [seconds(now)])?;
            let worker = writer_state.worker;
            let (due, hosts) = match writer_state.has_others() {
                true => due_among_workers(c, now, limit, worker, gap_millis, &mut admit)?,
                false => {
                    let sql = "SELECT id, page_host FROM article WHERE work_at <= ?1 AND lease_until IS NULL
                               ORDER BY work_at, published_at";
                    let due = leases::admitted(c, sql, now, limit, |id, host| admit(ArticleId(id), host))?;
                    (due, ClaimedHosts::default())
                }
            };
            let mut claim = c.prepare_cached("UPDATE article SET lease_until = ?2, leased_by = ?3 WHERE id = ?1")?;
            for (id, _) in &due {
                claim.execute(params![id, leases::end(now), worker])?;
            }
            let articles = due.into_iter().map(|(id, host)| DueArticle {
                id: ArticleId(id),
                host,
            });
            Ok(DueArticles {
                articles: articles.collect(),
                hosts,
            })
        })
        .await
    }

    /// Returns leased articles with what their next steps need, in this order; nothing for one that is gone by now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn article_work(&self, ids: &[ArticleId]) -> Result<Vec<Option<ArticleWork>>, StoreError> {
        self.read(|c| {
            let (head, whole, work) = (head::SQL, whole::SQL, work::SQL);
            let sql = format!("SELECT {head}, {whole}, {work} FROM {ARTICLE_TABLES} WHERE article.id = ?1");
            let mut statement = c.prepare_cached(&sql)?;
            let mut one = |id: &ArticleId| {
                let mut work = statement.query_row([id.0], work_from).optional()?;
                if let Some(work) = &mut work {
                    work.wordings = wordings::of(c, *id)?;
                }
                Ok(work)
            };
            ids.iter().map(&mut one).collect()
        })
    }

    /// Returns when work on an article falls due next, if any does.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn next_article_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.ask(|c| {
            let sql = "SELECT min(work_at) FROM article WHERE work_at IS NOT NULL AND lease_until IS NULL
                       UNION ALL SELECT min(lease_until) FROM article WHERE lease_until IS NOT NULL";
            leases::next_due(c, sql)
        })
    }

    /// Writes what one step on an article changes, in one transaction: text, full-text row, revision, matches,
    /// its place in a story, its document's name and dirty marks. Articles are placed in the order of the calls; the
    /// future ends when it is committed.
    ///
    /// # Errors
    /// The database cannot be written; nothing of the plan is kept then.
    pub fn finish_article(
        &self,
        now: Timestamp,
        plan: ArticlePlan,
    ) -> impl Future<Output = Result<FinishResult, StoreError>> + Send + use<> {
        self.enqueue(
            move |c,
                  WriterState {
                      live_stories,
                      texts,
                      roles,
                      worker,
                      ..
                  }| {
                // Among workers the row is this transaction's from here on: what another changes was before, or waits.
                let sql = match worker {
                    0 => "SELECT version, body_state <> 'pending' FROM article WHERE id = ?1",
                    _ => "SELECT version, body_state <> 'pending' FROM article WHERE id = ?1 FOR UPDATE",
                };
                let (version, is_indexed): (i64, bool) =
                    select_one(c, sql, [plan.article.id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
                if version != plan.version {
                    let sql = "UPDATE article SET lease_until = NULL, leased_by = NULL, work_at = ?2 WHERE id = ?1";
                    execute(c, sql, params![plan.article.id.0, seconds(now)])?;
                    return Ok(FinishResult::Stale);
                }
                let places = roles.has(Role::Stories);
                if let Some(revision) = &plan.revision {
                    revisions::insert_revision(c, plan.article.id, revision)?;
                }
                update_article(c, &plan)?;
                images::drop_replaced(c, plan.article.id)?;
                records::take_over(c, now, plan.article.id, &plan.record)?;
                if plan.outdoes_wordings {
                    wordings::yield_to_page(c, plan.article.id)?;
                }
                if let Some(learned) = &plan.learned {
                    boilerplate::learn(c, now, learned)?;
                }
                membership::replace_matches(c, plan.article.id, &plan.matches, is_indexed)?;
                identifiers::keep_named(c, plan.article.id, &plan.named, is_indexed)?;
                let item = ClusterItem::of(&plan.article, plan.matches.first().map(|(topic, _)| topic.as_str()));
                let assignment = match plan.matches.is_empty() {
                    false if places => Some(live_stories.place(c, now, &item)?),
                    false => {
                        unplaced::wait(c, now, plan.article.id)?;
                        None
                    }
                    true => None,
                };
                if let Some(stem) = &plan.document_name {
                    document_marks::name(c, plan.article.id, stem)?;
                    if assignment.is_some() {
                        unplaced::mark_nearest(c, now, plan.article.id, live_stories)?;
                    }
                }
                if plan.document_name.is_some() || assignment.is_some() || is_indexed {
                    document_marks::mark_article(c, plan.article.id)?;
                }
                texts.add(FullTextRow {
                    article: plan.article.id,
                    is_indexed,
                    title: plan.article.title,
                    excerpt: plan.article.excerpt,
                    body: plan.article.body_text,
                });
                Ok(FinishResult::Written(assignment))
            },
        )
    }

    /// Gives work on an article back: nothing changed, and it is due again at `work_at`, if at all.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn reschedule_article(
        &self,
        id: ArticleId,
        attempts: u32,
        looks: u32,
        work_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.write(move |c| {
            let sql = "UPDATE article SET lease_until = NULL, leased_by = NULL, attempts = ?2, looks = ?3, work_at = ?4 WHERE id = ?1";
            execute(c, sql, params![id.0, attempts, looks, work_at.map(seconds)])?;
            Ok(())
        })
        .await
    }

    /// Returns one article, if it is stored.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn article(&self, id: ArticleId) -> Result<Option<Article>, StoreError> {
        self.read(|c| article::article(c, id))
    }
}

type DueRows = Vec<(i64, Option<String>)>;

/// Returns articles whose hosts no other worker holds, and claims those hosts. Nobody waits for a row that another worker is about
/// to lease, and a host that has enough holds nobody up.
fn due_among_workers(
    c: &Connection,
    now: Timestamp,
    limit: usize,
    worker: i64,
    gap_millis: i64,
    admit: &mut impl FnMut(ArticleId, Option<&str>) -> bool,
) -> Result<(DueRows, ClaimedHosts), StoreError> {
    let sql = format!(
        "SELECT article.id, article.page_host FROM article LEFT JOIN host ON host.name = article.page_host
         WHERE work_at <= ?1 AND lease_until IS NULL AND (article.page_host IS NULL OR {IS_FREE})
             AND NOT (coalesce(article.page_host, '') = ANY (string_to_array(?3, ' ')))
             AND NOT (article.id = ANY (CAST(string_to_array(?4, ' ') AS BIGINT[])))
         ORDER BY work_at, published_at LIMIT ?5 FOR UPDATE OF article SKIP LOCKED"
    );
    let (mut due, mut claimed) = (DueRows::new(), ClaimedHosts::default());
    let (mut full, mut passed_over) = (Vec::new(), Vec::new());
    for _ in 0..leases::ROUNDS_MAX {
        let room = limit - due.len();
        let values = params![seconds(now), worker, full.join(" "), passed_over.join(" "), room as i64];
        let mut found: DueRows = select_all(c, &sql, values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let is_all = found.len() < room;
        found.retain(|(id, host)| {
            // What is taken in this round is not leased yet, and found again in the next.
            passed_over.push(id.to_string());
            let is_admitted = admit(ArticleId(*id), host.as_deref());
            full.extend(host.clone().filter(|_| !is_admitted));
            is_admitted
        });
        let hosts = found.iter().filter_map(|(_, host)| host.as_deref());
        host_leases::claim(c, worker, gap_millis, hosts, &mut claimed)?;
        found.retain(|(_, host)| host.as_ref().is_none_or(|host| claimed.hosts.contains(host)));
        due.append(&mut found);
        if is_all || due.len() >= limit {
            break;
        }
    }
    claimed.learn(c)?;
    Ok((due, claimed))
}

fn work_from(row: &Row<'_>) -> DatabaseResult<ArticleWork> {
    let state: String = row.get(work::BODY_STATE)?;
    Ok(ArticleWork {
        article: article_from(row)?,
        source: row.get(work::SOURCE_ID)?,
        feed_markdown: row.get(work::FEED_MARKDOWN)?,
        feed_text: row.get(work::FEED_TEXT)?,
        is_news: row.get(work::IS_NEWS)?,
        is_dated: row.get(work::IS_DATED)?,
        wants_page: row.get(work::WANTS_PAGE)?,
        body_state: BodyState::of_name(&state).unwrap_or(BodyState::Pending),
        validators: validators_from(row)?,
        attempts: row.get(work::ATTEMPTS)?,
        looks: row.get(work::LOOKS)?,
        story: row.get(work::STORY)?,
        version: row.get(work::VERSION)?,
        wordings: Vec::new(),
    })
}

/// Returns what an article's pages are known by; nothing where what is stored of them is damaged.
fn validators_from(row: &Row<'_>) -> DatabaseResult<PageValidators> {
    let first = Validators {
        etag: row.get(work::PAGE_ETAG)?,
        last_modified: row.get(work::PAGE_LAST_MODIFIED)?,
    };
    let parts: Option<String> = row.get(work::PAGE_PARTS)?;
    let later = match parts {
        Some(text) => part_validators::from_text(&text),
        None => Some(Vec::new()),
    };
    Ok(later.map(|later| PageValidators::new(first, later)).unwrap_or_default())
}

fn update_article(c: &Connection, plan: &ArticlePlan) -> Result<(), StoreError> {
    let a = &plan.article;
    let image = a.image.as_ref();
    columns::update(
        c,
        "article",
        a.id.0,
        &[
            ("title", &a.title),
            ("excerpt", &a.excerpt),
            ("byline", &a.byline),
            ("web_url", &a.web_url),
            ("amp_url", &a.amp_url),
            ("published_at", &seconds(a.published_at)),
            ("published_zone", &a.published_zone.map(Zone::as_str)),
            ("language", &a.language),
            ("provider_name", &a.provider_name),
            ("provider_domain", &a.provider_domain),
            ("image_url", &image.map(|i| &i.url)),
            ("image_width", &image.and_then(|i| i.width)),
            ("image_height", &image.and_then(|i| i.height)),
            ("is_video", &a.is_video),
            ("quality", &plan.quality),
            ("is_news", &plan.is_news),
            ("is_dated", &plan.is_dated),
            ("body_state", &plan.body_state.as_str()),
            ("verdict", &plan.verdict.map(Verdict::as_str)),
            ("page_etag", &plan.validators.first.etag),
            ("page_last_modified", &plan.validators.first.last_modified),
            ("page_parts", &part_validators::to_text(&plan.validators.later)),
            ("page_host", &page_host(&a.web_url, plan.wants_page)),
            ("wants_page", &plan.wants_page),
            ("attempts", &plan.attempts),
            ("looks", &plan.looks),
            ("work_at", &plan.work_at.map(seconds)),
            ("lease_until", &None::<i64>),
            ("leased_by", &None::<i64>),
        ],
    )?;
    // The feed's text stands in its own columns already.
    let own = plan.body_state == BodyState::Extracted;
    execute(
        c,
        "UPDATE body SET markdown = ?2, text = ?3 WHERE article = ?1",
        params![a.id.0, own.then_some(&a.body_markdown), own.then_some(&a.body_text)],
    )?;
    Ok(())
}
