//! One step on one article: its page if it is wanted, its text, its topics, its story.
//!
//! What a page cannot give, the feed's own text serves for: no article waits for a page that does not come. A wall is
//! never stored as the article.

use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};
use url::Url;

use super::catch_panic::{self, WorkFailure};
use super::host_queue::HostSlot;
use super::placement_order::PlacementTurn;
use super::{Context, JobError, article_pages};
use crate::config::{Config, WriteDocuments};
use crate::document;
use crate::domain::Timestamp;
use crate::domain::article::{Article, BodyState, Verdict, Zone};
use crate::domain::source::Validators;
use crate::domain::topic::Match;
use crate::domain::url::web;
use crate::extract::{Boilerplate, Extraction, SiteRules};
use crate::fetch::{Purpose, Request, Response};
use crate::matching::Matcher;
use crate::ranking::RankingSettings;
use crate::store::articles::{ArticlePlan, ArticleWork, Revision};
use crate::store::boilerplate::LearnedBoilerplate;

/// Tries of a page that does not answer, and how long after each the next one comes, in minutes.
const RETRY_MINUTES: [i64; 3] = [10, 60, 360];
/// When an article of a followed topic is looked at again, in hours after it was first seen.
const LOOK_HOURS: [i64; 3] = [6, 24, 72];
/// A feed and a page mean the same moment when their times are not farther apart, in hours: the clocks of the world.
const SAME_HOURS_MAX: i64 = 36;
/// Bytes of an image that are asked for to learn its size.
const IMAGE_BYTES: u64 = 32 * 1024;

/// What asking for an article's page gave.
enum PageResult {
    NotWanted,
    Read(Box<ArticlePage>),
    Failed(PageFailure),
}

/// Why there is no page.
struct PageFailure {
    message: String,
    /// Asking again later may bring it.
    is_transient: bool,
    /// This machine could not ask for it, so it counts as no try.
    is_ours: bool,
}

/// An article's page as it was read.
struct ArticlePage {
    extraction: Extraction,
    /// Where the request ended.
    url: Url,
    validators: Validators,
    /// What is known to repeat on its host.
    boilerplate: Boilerplate,
    /// What its host's boilerplate is learned from, where it was read whole.
    own: Option<LearnedBoilerplate>,
}

impl ArticlePage {
    /// Returns a page of which nothing is known but itself.
    fn new(extraction: Extraction, url: Url, validators: Validators) -> Self {
        Self {
            extraction,
            url,
            validators,
            boilerplate: Boilerplate::default(),
            own: None,
        }
    }

    /// Returns the host that the page's boilerplate is known by.
    fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Takes off what repeats on the host, and keeps what this page adds to that.
    fn remove_boilerplate(&mut self, boilerplate: Boilerplate) {
        self.own = (self.extraction.verdict == Verdict::Complete).then(|| LearnedBoilerplate {
            host: self.host().to_owned(),
            marks: self.extraction.marks(),
        });
        self.extraction.remove_boilerplate(&boilerplate);
        self.boilerplate = boilerplate;
    }

    /// Whether its text is the article: complete, or a teaser that says more than the feed does.
    fn has_the_article(&self, feed_text: &str) -> bool {
        let page = &self.extraction;
        match page.verdict {
            Verdict::Complete => !page.text.trim().is_empty(),
            Verdict::Teaser | Verdict::Paywall => page.text.len() > feed_text.len() + feed_text.len() / 4,
            Verdict::Consent | Verdict::Blocked | Verdict::NotAnArticle => false,
        }
    }
}

/// What the owner wants of articles.
#[derive(Clone, Copy)]
struct ArticlePolicy<'a> {
    matcher: &'a Matcher,
    documents: WriteDocuments,
    ranking: &'a RankingSettings,
}

/// Does the next step on an article and writes it; the slot is held while its host is asked. One that panics is done again
/// without its page, so that the feed's text serves; where that panics too, it is tried a few times more, later.
///
/// # Errors
/// The store cannot be used.
pub async fn extract(
    ctx: &Arc<Context>,
    work: ArticleWork,
    turn: PlacementTurn,
    slot: HostSlot,
) -> Result<(), JobError> {
    let now = ctx.clock.now();
    let first = step(ctx, now, work.clone(), turn, slot);
    or_failed(ctx, now, work, first).await
}

/// Does one step on an article; what it breaks on costs the page first, then a try.
///
/// # Errors
/// The store cannot be used.
pub async fn or_failed(
    ctx: &Arc<Context>,
    now: Timestamp,
    work: ArticleWork,
    step: impl Future<Output = Result<(), JobError>>,
) -> Result<(), JobError> {
    let said = match catch_panic::catch(step).await {
        Ok(()) => return Ok(()),
        Err(WorkFailure::Failed(error)) => return Err(error),
        Err(WorkFailure::Panicked(said)) => said,
    };
    let (id, address) = (work.article.id, work.article.web_url.clone());
    let (attempts, looks) = (work.attempts, work.looks);
    let without_page = async {
        let page = lost(format!("tidings broke on it ({said}); please report this address"));
        ctx.store.finish_article(now, planned(ctx, now, work, page)).await?;
        Ok(())
    };
    match catch_panic::catch(without_page).await {
        Ok(()) => Ok(()),
        Err(WorkFailure::Failed(error)) => Err(error),
        Err(WorkFailure::Panicked(said)) => {
            let work_at = retry_at(now, attempts);
            let then = if work_at.is_some() {
                "tried again later"
            } else {
                "given up"
            };
            tracing::error!("tidings broke on {address} ({said}), which is {then}; please report this address");
            let attempts = attempts.saturating_add(1);
            ctx.store.reschedule_article(id, attempts, looks, work_at).await?;
            Ok(())
        }
    }
}

async fn step(
    ctx: &Arc<Context>,
    now: Timestamp,
    work: ArticleWork,
    mut turn: PlacementTurn,
    slot: HostSlot,
) -> Result<(), JobError> {
    let page = ask(ctx, now, &work).await;
    // Its host may be asked for the next page while this one waits for its turn.
    drop(slot);
    if ctx.shared.was_cancelled() {
        // A page that was cut is no article. The lease is void at the next start, which reads it whole.
        return Ok(());
    }
    let Some(mut page) = page else {
        let looks = work.looks + 1;
        let next = next_look(&work, looks, now);
        ctx.store.reschedule_article(work.article.id, 0, looks, next).await?;
        ctx.remember_hosts(now).await?;
        return Ok(());
    };
    if let PageResult::Read(page) = &mut page {
        page.remove_boilerplate(ctx.store.boilerplate(page.host())?);
    }
    let mut plan = planned(ctx, now, work, page);
    if plan.document_name.is_some() {
        learn_image_size(ctx, now, &mut plan.article).await;
    }
    turn.wait().await;
    let written = ctx.store.finish_article(now, plan);
    // Handed over in its turn, it is placed in its turn; the next one need not wait for the disk.
    drop(turn);
    let (kept, written) = tokio::join!(ctx.remember_hosts(now), written);
    kept?;
    written?;
    Ok(())
}

/// Asks for an article's page; none where it is as it was.
async fn ask(ctx: &Arc<Context>, now: Timestamp, work: &ArticleWork) -> Option<PageResult> {
    if !work.wants_page {
        return Some(PageResult::NotWanted);
    }
    let url = match Url::parse(&work.article.web_url) {
        Ok(url) => url,
        Err(error) => return Some(lost(error.to_string())),
    };
    let mut request = Request::new(url, Purpose::Page);
    request.validators = work.validators.clone();
    let response = match ctx.fetcher.get(now, request).await {
        Ok(response) if response.not_modified => return None,
        Ok(response) => response,
        Err(error) => {
            return Some(PageResult::Failed(PageFailure {
                message: error.to_string(),
                is_transient: error.is_transient(),
                is_ours: error.is_ours(),
            }));
        }
    };
    Some(read(ctx, now, work, response).await)
}

/// Reads an article from its page and those that go on with it.
async fn read(ctx: &Arc<Context>, now: Timestamp, work: &ArticleWork, response: Response) -> PageResult {
    let Response {
        url,
        validators,
        body,
        content_type,
        ..
    } = response;
    let site = site_of(&ctx.config, &url);
    let first = match article_pages::read(&ctx.shared, site.clone(), body, content_type, url.clone()).await {
        Ok(extraction) => extraction,
        Err(message) => return lost(message),
    };
    let whole = article_pages::follow(&ctx.fetcher, &ctx.shared, now, &url, first, site.as_ref()).await;
    if let Some(missing) = &whole.missing {
        let message = format!("its page {} is missing: {}", missing.url, missing.reason);
        if missing.is_transient && work.body_state == BodyState::Extracted {
            // A text that breaks off does not replace the one that is there.
            return PageResult::Failed(PageFailure {
                message,
                is_transient: true,
                is_ours: false,
            });
        }
        tracing::warn!("{url} is kept up to page {}: {message}", whole.pages);
    }
    // A change on a later page shows on no validator of the first.
    let is_whole = whole.pages == 1 && whole.missing.is_none();
    let validators = if is_whole { validators } else { Validators::default() };
    PageResult::Read(Box::new(ArticlePage::new(whole.extraction, url, validators)))
}

/// Returns what comes of a page that is not to be had, now or later.
fn lost(message: String) -> PageResult {
    PageResult::Failed(PageFailure {
        message,
        is_transient: false,
        is_ours: false,
    })
}

/// Decides what this step makes of the article, and says where the feed's text has to serve.
fn planned(ctx: &Context, now: Timestamp, work: ArticleWork, page: PageResult) -> ArticlePlan {
    match &page {
        PageResult::Read(page) if !page.has_the_article(&work.feed_text) => {
            let verdict = page.extraction.verdict.as_str();
            tracing::debug!("{} is {verdict}; the feed's text serves", page.url);
        }
        PageResult::Failed(PageFailure { message, .. }) => {
            let address = &work.article.web_url;
            tracing::warn!("could not read {address}: {message}; the feed's text serves");
        }
        PageResult::Read(_) | PageResult::NotWanted => {}
    }
    let policy = ArticlePolicy {
        matcher: &ctx.matcher,
        documents: ctx.config.archive.write,
        ranking: &ctx.config.ranking,
    };
    plan(now, work, page, &policy)
}

/// Returns the configured extraction rules for a host, if there are any.
pub(crate) fn site_of(config: &Config, url: &Url) -> Option<SiteRules> {
    let host = url.host_str()?;
    let site = config
        .sites
        .iter()
        .find(|site| host == site.host || host.ends_with(&format!(".{}", site.host)))?;
    Some(SiteRules {
        body: site.body.clone(),
        remove: site.remove.clone(),
        title: site.title.clone(),
        date: site.date.clone(),
        author: site.author.clone(),
    })
}

/// What a step makes of an article's text, and of its page from here on.
struct TextStep {
    body_state: BodyState,
    /// There is one only of a page that was read now.
    verdict: Option<Verdict>,
    validators: Validators,
    wants_page: bool,
    attempts: u32,
    /// When a page that failed is asked for again.
    retry_at: Option<Timestamp>,
}

impl TextStep {
    /// Returns a step that leaves everything as it is.
    fn none(work: &ArticleWork) -> Self {
        Self {
            body_state: work.body_state,
            verdict: None,
            validators: work.validators.clone(),
            wants_page: work.wants_page,
            attempts: work.attempts,
            retry_at: None,
        }
    }
}

/// Decides what this step makes of the article, but for its place.
fn plan(now: Timestamp, work: ArticleWork, mut page: PageResult, policy: &ArticlePolicy<'_>) -> ArticlePlan {
    let (boilerplate, learned) = match &mut page {
        PageResult::Read(page) => (std::mem::take(&mut page.boilerplate), page.own.take()),
        PageResult::NotWanted | PageResult::Failed(_) => (Boilerplate::default(), None),
    };
    let mut article = work.article.clone();
    let mut is_dated = work.is_dated;
    let text = take_text(now, &work, page, &mut article, &mut is_dated);
    // A page that turns up in a list may be years old; its own date says so.
    let is_old = is_dated
        && !work.is_dated
        && article.published_at < work.article.seen_at - TimeDelta::days(crate::decide::NEWS_DAYS);
    let is_news = work.is_news && !is_old;
    let is_extracted = text.body_state == BodyState::Extracted;
    let first_done = work.body_state != BodyState::Pending;
    let looks = work.looks + u32::from(is_extracted && first_done);
    let outdoes_wordings = is_extracted && text.verdict == Some(Verdict::Complete);
    let wordings = work.wordings.iter().filter(|w| !(outdoes_wordings && w.yields_to_page));
    let matches = policy.matcher.matches_worded(&article, wordings);
    let is_followed = !matches.is_empty() || work.story.is_some();
    let look_at = || next_look(&work, looks, now).filter(|_| is_extracted && is_followed && is_news);
    let work_at = text.retry_at.or_else(look_at);
    let revision = (first_done && is_revised(&work.article, &article, &boilerplate)).then(|| Revision {
        replaced_at: now,
        title: work.article.title.clone(),
        excerpt: work.article.excerpt.clone(),
        text: work.article.body_text.clone(),
    });
    let best = matches.iter().map(|m| m.score).fold(0.0, f32::max);
    let quality = policy.ranking.quality(&article, best);
    let wants_document = match policy.documents {
        WriteDocuments::All => true,
        WriteDocuments::Matched => is_followed,
        WriteDocuments::None => false,
    };
    let document_name = wants_document.then(|| document::scalar::file_stem(&article));
    ArticlePlan {
        quality,
        is_news,
        is_dated,
        body_state: text.body_state,
        verdict: text.verdict,
        validators: text.validators,
        wants_page: text.wants_page && work_at.is_some(),
        attempts: text.attempts,
        looks,
        work_at,
        revision,
        matches: named(policy.matcher, matches),
        document_name,
        version: work.version,
        outdoes_wordings,
        // Each article teaches once, however often it is looked at.
        learned: learned.filter(|_| is_extracted && work.body_state != BodyState::Extracted),
        article,
    }
}

/// Gives the article its text, from its page or from the feed.
fn take_text(
    now: Timestamp,
    work: &ArticleWork,
    page: PageResult,
    article: &mut Article,
    is_dated: &mut bool,
) -> TextStep {
    let as_it_is = TextStep::none(work);
    let was_extracted = work.body_state == BodyState::Extracted;
    match page {
        PageResult::Read(page) if page.has_the_article(&work.feed_text) => {
            article.body_markdown.clone_from(&page.extraction.markdown);
            article.body_text.clone_from(&page.extraction.text);
            take_metadata(now, article, &page, is_dated);
            TextStep {
                body_state: BodyState::Extracted,
                verdict: Some(page.extraction.verdict),
                validators: page.validators,
                wants_page: true,
                attempts: 0,
                retry_at: None,
            }
        }
        PageResult::Read(page) => {
            // A wall, a banner or a challenge: what the page says about itself may still be used, its text is not.
            take_feed_text(article, work);
            if page.extraction.metadata_is_articles {
                take_metadata(now, article, &page, is_dated);
            }
            TextStep {
                body_state: BodyState::FromFeed,
                verdict: Some(page.extraction.verdict),
                validators: Validators::default(),
                wants_page: false,
                attempts: 0,
                retry_at: None,
            }
        }
        PageResult::Failed(failure) => {
            let tries = if failure.is_ours { 0 } else { work.attempts };
            let retry_at = failure.is_transient.then(|| retry_at(now, tries)).flatten();
            if !was_extracted {
                take_feed_text(article, work);
            }
            TextStep {
                body_state: if was_extracted {
                    BodyState::Extracted
                } else {
                    BodyState::Failed
                },
                wants_page: retry_at.is_some(),
                attempts: work.attempts + u32::from(!failure.is_ours),
                retry_at,
                ..as_it_is
            }
        }
        PageResult::NotWanted if was_extracted => as_it_is,
        PageResult::NotWanted => {
            take_feed_text(article, work);
            TextStep {
                body_state: BodyState::FromFeed,
                ..as_it_is
            }
        }
    }
}

fn named(matcher: &Matcher, matches: Vec<Match>) -> Vec<(String, Match)> {
    let name = |found: &Match| matcher.name(found.topic).expect("it matched this topic").to_owned();
    matches.into_iter().map(|found| (name(&found), found)).collect()
}

fn take_metadata(now: Timestamp, article: &mut Article, page: &ArticlePage, is_dated: &mut bool) {
    let ArticlePage {
        extraction: page, url, ..
    } = page;
    // The name of a page may be its site's alone; then the feed knows better.
    if !page.title.is_empty() && (page.has_headline || article.title.is_empty()) {
        article.title.clone_from(&page.title);
    }
    if article.excerpt.is_empty() {
        article.excerpt = document::scalar::cut_excerpt(page.excerpt.as_deref().unwrap_or(&page.text));
    }
    if let Some(at) = page.published_at.filter(|at| *at <= now)
        && !(*is_dated && is_told_better(article, at, page.published_zone))
    {
        article.published_at = at;
        article.published_zone = page.published_zone;
        *is_dated = true;
    }
    article.web_url = final_address(page, url);
    article.provider_domain = crate::domain::url::registrable_domain(url.host_str().unwrap_or_default());
    if let Some(name) = page
        .site_name
        .as_deref()
        .filter(|name| !name.is_empty() && *name != article.title)
    {
        name.clone_into(&mut article.provider_name);
    }
    article.byline = page.byline.clone().or(article.byline.take());
    article.amp_url = page.amp_url.clone().or(article.amp_url.take());
    article.language = page.language.clone().or(article.language.take());
    article.image = page.image.clone().or(article.image.take());
    article.is_video |= page.is_video;
}

/// Whether the feed tells the hour of a publication whose day the page tells on a clock it does not name.
fn is_told_better(article: &Article, at: Timestamp, zone: Option<Zone>) -> bool {
    let has_hour = article.published_at.time() != NaiveTime::MIN;
    article.published_zone.is_none()
        && has_hour
        && zone != Some(Zone::Stated)
        && (article.published_at - at).num_hours().abs() <= SAME_HOURS_MAX
}

/// Returns the canonical address when it is on the same registrable domain, else where the request ended.
fn final_address(page: &Extraction, url: &Url) -> String {
    let domain = |url: &Url| crate::domain::url::registrable_domain(url.host_str().unwrap_or_default());
    let canonical = page.canonical_url.as_deref().and_then(web);
    let chosen = canonical
        .filter(|c| domain(c) == domain(url))
        .unwrap_or_else(|| url.clone());
    crate::domain::url::without_tracking(&chosen).to_string()
}

fn take_feed_text(article: &mut Article, work: &ArticleWork) {
    article.body_markdown.clone_from(&work.feed_markdown);
    article.body_text.clone_from(&work.feed_text);
}

/// Whether an article says something else than before, in more than trifles. What became known as boilerplate since it
/// was read is no change of it.
fn is_revised(old: &Article, new: &Article, boilerplate: &Boilerplate) -> bool {
    let text = |article: &Article| boilerplate.without(&article.body_text);
    !crate::text::is_same_text(&old.title, &new.title) || !crate::text::is_same_text(&text(old), &text(new))
}

/// Returns when a page that failed after so many tries is asked for again, if at all.
fn retry_at(now: Timestamp, tries: u32) -> Option<Timestamp> {
    let minutes = RETRY_MINUTES.get(tries as usize)?;
    Some(now + TimeDelta::minutes(*minutes))
}

/// Returns when an article is looked at again after so many looks, if at all.
fn next_look(work: &ArticleWork, looks: u32, now: Timestamp) -> Option<Timestamp> {
    let hours = LOOK_HOURS.get(looks as usize)?;
    Some((work.article.seen_at + TimeDelta::hours(*hours)).max(now + TimeDelta::hours(1)))
}

/// Learns a lead image's size from its first kilobytes, where the page did not say it.
async fn learn_image_size(ctx: &Arc<Context>, now: Timestamp, article: &mut Article) {
    let Some(image) = article
        .image
        .as_mut()
        .filter(|image| image.width.is_none() || image.height.is_none())
    else {
        return;
    };
    let Ok(url) = Url::parse(&image.url) else { return };
    let mut request = Request::new(url, Purpose::Image);
    request.first_bytes = Some(IMAGE_BYTES);
    // A picture without a size is left out of the document; that is all a failure costs.
    match ctx.fetcher.get(now, request).await {
        Ok(response) => {
            if let Ok(size) = imagesize::blob_size(&response.body) {
                image.width = u32::try_from(size.width).ok();
                image.height = u32::try_from(size.height).ok();
            }
        }
        Err(error) => tracing::debug!("no size for {}: {error}", image.url),
    }
}

#[cfg(test)]
mod tests;
