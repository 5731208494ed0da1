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
use crate::fetch::{Purpose, Request};
use crate::matching::Matcher;
use crate::ranking::RankingSettings;
use crate::store::articles::{ArticlePlan, ArticleWork, Revision};
use crate::store::boilerplate::LearnedBoilerplate;
use crate::store::{Store, StoreError};

/// Tries of a page that does not answer, and how long after each the next one comes, in minutes.
const RETRY_MINUTES: [i64; 3] = [10, 60, 360];
/// When an article of a followed topic is looked at again, in hours after it was first seen.
const LOOK_HOURS: [i64; 3] = [6, 24, 72];
/// A feed and a page mean the same moment when their times are not farther apart, in hours: the clocks of the world.
const SAME_HOURS_MAX: i64 = 36;
/// Bytes of an image that are asked for to learn its size.
const IMAGE_BYTES: u64 = 32 * 1024;

/// What asking for a page gave.
enum PageResult {
    NotWanted,
    Unchanged,
    Read(Box<Extraction>, Url, Validators),
    Failed {
        message: String,
        is_transient: bool,
        /// This machine could not ask for it, so it counts as no try.
        is_ours: bool,
    },
}

/// What the owner wants of articles.
#[derive(Clone, Copy)]
struct ArticlePolicy<'a> {
    matcher: &'a Matcher,
    documents: WriteDocuments,
    ranking: &'a RankingSettings,
}

impl<'a> ArticlePolicy<'a> {
    fn of(ctx: &'a Context) -> Self {
        Self {
            matcher: &ctx.matcher,
            documents: ctx.config.archive.write,
            ranking: &ctx.config.ranking,
        }
    }
}

/// What is known of the host of a page, and what the page adds to that.
#[derive(Default)]
struct Seen {
    boilerplate: Boilerplate,
    own: Option<LearnedBoilerplate>,
}

impl Seen {
    fn of(store: &Store, page: &Extraction, url: &Url) -> Result<Self, StoreError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        Ok(Self {
            boilerplate: store.boilerplate(&host)?,
            own: (page.verdict == Verdict::Complete).then(|| LearnedBoilerplate {
                host,
                marks: page.marks(),
            }),
        })
    }
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
        let page = PageResult::Failed {
            message: format!("tidings broke on it ({said}); please report this address"),
            is_transient: false,
            is_ours: false,
        };
        let plan = plan(now, work, page, Seen::default(), &ArticlePolicy::of(ctx));
        ctx.store.finish_article(now, plan).await?;
        Ok(())
    };
    match catch_panic::catch(without_page).await {
        Ok(()) => Ok(()),
        Err(WorkFailure::Failed(error)) => Err(error),
        Err(WorkFailure::Panicked(said)) => {
            let wait = RETRY_MINUTES.get(attempts as usize);
            let then = if wait.is_some() {
                "tried again later"
            } else {
                "given up"
            };
            tracing::error!("tidings broke on {address} ({said}), which is {then}; please report this address");
            let work_at = wait.map(|minutes| now + TimeDelta::minutes(*minutes));
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
    if let PageResult::Unchanged = page {
        let looks = work.looks + 1;
        let next = next_look(&work, looks, now);
        ctx.store.reschedule_article(work.article.id, 0, looks, next).await?;
        ctx.remember_hosts(now).await?;
        return Ok(());
    }
    let mut page = page;
    let mut seen = Seen::default();
    if let PageResult::Read(extraction, url, _) = &mut page {
        seen = Seen::of(&ctx.store, extraction, url)?;
        extraction.remove_boilerplate(&seen.boilerplate);
    }
    let mut plan = plan(now, work, page, seen, &ArticlePolicy::of(ctx));
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

async fn ask(ctx: &Arc<Context>, now: Timestamp, work: &ArticleWork) -> PageResult {
    if !work.wants_page {
        return PageResult::NotWanted;
    }
    let url = match Url::parse(&work.article.web_url) {
        Ok(url) => url,
        Err(error) => {
            return PageResult::Failed {
                message: error.to_string(),
                is_transient: false,
                is_ours: false,
            };
        }
    };
    let mut request = Request::new(url.clone(), Purpose::Page);
    request.validators = work.validators.clone();
    let response = match ctx.fetcher.get(now, request).await {
        Ok(response) => response,
        Err(error) => {
            return PageResult::Failed {
                message: error.to_string(),
                is_transient: error.is_transient(),
                is_ours: error.is_ours(),
            };
        }
    };
    if response.not_modified {
        return PageResult::Unchanged;
    }
    let validators = response.validators.clone();
    let final_url = response.url.clone();
    let site = site_of(&ctx.config, &final_url);
    let read = article_pages::read(
        &ctx.shared,
        site.clone(),
        response.body,
        response.content_type,
        response.url,
    );
    let first = match read.await {
        Ok(extraction) => extraction,
        Err(message) => {
            return PageResult::Failed {
                message,
                is_transient: false,
                is_ours: false,
            };
        }
    };
    let whole = article_pages::follow(&ctx.fetcher, &ctx.shared, now, &final_url, first, site.as_ref()).await;
    if let Some(missing) = &whole.missing {
        let message = format!("its page {} is missing: {}", missing.url, missing.reason);
        if missing.is_transient && work.body_state == BodyState::Extracted {
            // A text that breaks off does not replace the one that is there.
            return PageResult::Failed {
                message,
                is_transient: true,
                is_ours: false,
            };
        }
        tracing::warn!("{final_url} is kept up to page {}: {message}", whole.pages);
    }
    // A change on a later page shows on no validator of the first.
    let is_whole = whole.pages == 1 && whole.missing.is_none();
    let validators = if is_whole { validators } else { Validators::default() };
    PageResult::Read(Box::new(whole.extraction), final_url, validators)
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

/// Decides what this step makes of the article, but for its matches and its place.
fn plan(now: Timestamp, work: ArticleWork, page: PageResult, seen: Seen, policy: &ArticlePolicy<'_>) -> ArticlePlan {
    let old = work.article.clone();
    let mut article = work.article.clone();
    let mut plan_state = (
        work.body_state,
        None,
        work.validators.clone(),
        work.wants_page,
        work.attempts,
    );
    let mut work_at = None;
    let (mut is_dated, mut is_news) = (work.is_dated, work.is_news);
    match page {
        PageResult::Read(page, url, validators) if has_the_article(&page, &work.feed_text) => {
            take_page(now, &mut article, &page, &url, &mut is_dated);
            plan_state = (BodyState::Extracted, Some(page.verdict), validators, true, 0);
        }
        PageResult::Read(page, url, _) => {
            // A wall, a banner or a challenge: what the page says about itself may still be used, its text is not.
            tracing::debug!("{url} is {}; the feed's text serves", page.verdict.as_str());
            take_feed_text(&mut article, &work);
            if page.metadata_is_articles {
                take_metadata(now, &mut article, &page, &url, &mut is_dated);
            }
            plan_state = (BodyState::FromFeed, Some(page.verdict), Validators::default(), false, 0);
        }
        PageResult::Failed {
            message,
            is_transient,
            is_ours,
        } => {
            let tries = if is_ours { 0 } else { work.attempts as usize };
            let wait = RETRY_MINUTES.get(tries).filter(|_| is_transient);
            tracing::warn!("could not read {}: {message}; the feed's text serves", article.web_url);
            if work.body_state != BodyState::Extracted {
                take_feed_text(&mut article, &work);
                plan_state.0 = BodyState::Failed;
            }
            plan_state.3 = wait.is_some();
            plan_state.4 = work.attempts + u32::from(!is_ours);
            work_at = wait.map(|minutes| now + TimeDelta::minutes(*minutes));
        }
        PageResult::NotWanted | PageResult::Unchanged => {
            if work.body_state != BodyState::Extracted {
                take_feed_text(&mut article, &work);
                plan_state.0 = BodyState::FromFeed;
            }
        }
    }
    // A page that turns up in a list may be years old; its own date says so.
    if is_dated
        && !work.is_dated
        && article.published_at < work.article.seen_at - TimeDelta::days(crate::decide::NEWS_DAYS)
    {
        is_news = false;
    }
    let (body_state, verdict, validators, wants_page, attempts) = plan_state;
    let first_done = work.body_state != BodyState::Pending;
    let looks = if body_state == BodyState::Extracted && first_done {
        work.looks + 1
    } else {
        work.looks
    };
    // There is a verdict only on a page that was read now.
    let outdoes_wordings = body_state == BodyState::Extracted && verdict == Some(Verdict::Complete);
    let wordings = work.wordings.iter().filter(|w| !(outdoes_wordings && w.yields_to_page));
    let matches = policy.matcher.matches_worded(&article, wordings);
    let is_followed = !matches.is_empty() || work.story.is_some();
    if body_state == BodyState::Extracted && work_at.is_none() {
        work_at = next_look(&work, looks, now).filter(|_| is_followed && is_news);
    }
    let wants_page = wants_page && work_at.is_some();
    let revision = (first_done && is_revised(&old, &article, &seen.boilerplate)).then(|| Revision {
        replaced_at: now,
        title: old.title.clone(),
        excerpt: old.excerpt.clone(),
        text: old.body_text.clone(),
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
        body_state,
        verdict,
        validators,
        wants_page,
        attempts,
        looks,
        work_at,
        revision,
        matches: named(policy.matcher, matches),
        document_name,
        version: work.version,
        outdoes_wordings,
        // Each article teaches once, however often it is looked at.
        learned: seen
            .own
            .filter(|_| body_state == BodyState::Extracted && work.body_state != BodyState::Extracted),
        article,
    }
}

fn named(matcher: &Matcher, matches: Vec<Match>) -> Vec<(String, Match)> {
    let name = |found: &Match| matcher.name(found.topic).expect("it matched this topic").to_owned();
    matches.into_iter().map(|found| (name(&found), found)).collect()
}

/// Whether the page's text is the article: complete, or a teaser that says more than the feed does.
fn has_the_article(page: &Extraction, feed_text: &str) -> bool {
    match page.verdict {
        Verdict::Complete => !page.text.trim().is_empty(),
        Verdict::Teaser | Verdict::Paywall => page.text.len() > feed_text.len() + feed_text.len() / 4,
        Verdict::Consent | Verdict::Blocked | Verdict::NotAnArticle => false,
    }
}

fn take_page(now: Timestamp, article: &mut Article, page: &Extraction, url: &Url, is_dated: &mut bool) {
    article.body_markdown.clone_from(&page.markdown);
    article.body_text.clone_from(&page.text);
    take_metadata(now, article, page, url, is_dated);
}

fn take_metadata(now: Timestamp, article: &mut Article, page: &Extraction, url: &Url, is_dated: &mut bool) {
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
