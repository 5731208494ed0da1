//! One step on one article: its page if it is wanted, its text, its topics, its story.
//!
//! What becomes of the article is decided in `decide::article`.

use std::sync::Arc;

use url::Url;

use super::article_pages::{self, ChangedPart, FirstPage, not_had};
use super::keep_images::{self, WantedImages};
use crate::decide::article::page::ArticlePage;
use crate::decide::article::{self, ArticlePlan, ArticlePolicy, ArticleWork, PageFailure, PageResult};
use crate::domain::Timestamp;
use crate::domain::article::{Article, BodyState};
use crate::fetch::{Purpose, Request, Response};
use crate::jobs::runtime::catch_panic::{self, WorkFailure};
use crate::jobs::runtime::host_queue::HostSlot;
use crate::jobs::runtime::placement_order::PlacementTurn;
use crate::jobs::runtime::{Context, JobError};
use crate::store::StoreError;
use crate::store::articles::FinishResult;

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
        write(ctx, now, planned(ctx, now, work, page)).await?;
        Ok(())
    };
    match catch_panic::catch(without_page).await {
        Ok(()) => Ok(()),
        Err(WorkFailure::Failed(error)) => Err(error),
        Err(WorkFailure::Panicked(said)) => {
            let work_at = article::retry_at(now, attempts);
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
        let next = article::next_look(work.article.seen_at, looks, now);
        ctx.store.reschedule_article(work.article.id, 0, looks, next).await?;
        drop(turn);
        if ctx.config.keeps_images && ctx.config.archive.write.wants(work.story.is_some()) {
            alone(keep_images::keep_unchanged(ctx, now, &work.article)).await;
        }
        ctx.remember_hosts(now).await?;
        return Ok(());
    };
    if let PageResult::Read(page) = &mut page {
        page.remove_boilerplate(ctx.store.boilerplate(page.host())?);
    }
    let icon = icon(&page);
    let image_before = work.article.image.clone();
    let mut plan = planned(ctx, now, work, page);
    let mut wanted = None;
    if plan.document_name.is_some() && ctx.config.keeps_images {
        let icon = icon.as_ref().map(|(page, url)| (page, url.as_str()));
        wanted = Some(WantedImages::of(&plan.article, icon));
        keep_images::fill_in(ctx, &mut plan.article, image_before.as_ref())?;
    } else if plan.document_name.is_some() {
        learn_image_size(ctx, now, &mut plan.article).await;
    }
    turn.wait().await;
    let written = write(ctx, now, plan);
    // Handed over in its turn, it is placed in its turn; the next one need not wait for the disk.
    drop(turn);
    let (kept, written) = tokio::join!(ctx.remember_hosts(now), written);
    kept?;
    if let (FinishResult::Written(_), Some(wanted)) = (written?, wanted) {
        alone(keep_images::keep(ctx, now, wanted)).await;
    }
    Ok(())
}

/// Hands a plan over at once, and returns what became of it. Where another worker writes the same just now, the step is due again.
fn write(
    ctx: &Context,
    now: Timestamp,
    plan: ArticlePlan,
) -> impl Future<Output = Result<FinishResult, StoreError>> + use<> {
    let (id, attempts, looks) = (plan.article.id, plan.attempts, plan.looks);
    let store = ctx.store.clone();
    let written = store.finish_article(now, plan);
    async move {
        match written.await {
            Err(StoreError::Conflict) => {
                store.reschedule_article(id, attempts, looks, Some(now)).await?;
                Ok(FinishResult::Stale)
            }
            written => written,
        }
    }
}

/// Keeps pictures. The article stands; nothing that becomes of them changes that.
async fn alone(keeping: impl Future<Output = Result<(), JobError>>) {
    if let Err(failure) = catch_panic::catch(keeping).await {
        tracing::warn!("a picture is not kept: {failure}");
    }
}

/// Returns where the site's icon is, and the page that says so.
fn icon(page: &PageResult) -> Option<(Url, String)> {
    match page {
        PageResult::Read(page) => Some((page.url.clone(), page.extraction.metadata.icon_url.clone()?)),
        PageResult::NotWanted | PageResult::Failed(_) => None,
    }
}

/// Asks for an article's pages; none where all are as they were.
async fn ask(ctx: &Arc<Context>, now: Timestamp, work: &ArticleWork) -> Option<PageResult> {
    if !work.wants_page {
        return Some(PageResult::NotWanted);
    }
    let url = match Url::parse(&work.article.web_url) {
        Ok(url) => url,
        Err(error) => return Some(lost(error.to_string())),
    };
    let mut request = Request::new(url, Purpose::Article);
    let whole = request.clone();
    request.validators = work.validators.first.clone();
    let (mut answer, mut changed) = (ctx.fetcher.get(now, request).await, None);
    if answer.as_ref().is_ok_and(|response| response.not_modified) {
        match article_pages::first_changed(&ctx.fetcher, now, &work.validators.later).await {
            Ok(None) => return None,
            Ok(part) => changed = part,
            Err(failure) => return Some(PageResult::Failed(failure)),
        }
        answer = ctx.fetcher.get(now, whole).await;
    }
    Some(match answer {
        Ok(response) => read(ctx, now, work, response, changed).await,
        Err(error) => PageResult::Failed(not_had(&error)),
    })
}

/// Reads an article from its page and those that go on with it.
async fn read(
    ctx: &Arc<Context>,
    now: Timestamp,
    work: &ArticleWork,
    response: Response,
    changed: Option<ChangedPart>,
) -> PageResult {
    let rules = |url: &Url| ctx.config.site_rules(url);
    let first = match article_pages::first(&ctx.fetcher, &ctx.shared, now, response, rules).await {
        Ok(first) => first,
        Err(failure) => return PageResult::Failed(failure),
    };
    let FirstPage {
        extraction,
        url,
        validators,
        site,
    } = first;
    let whole = article_pages::follow(&ctx.fetcher, &ctx.shared, now, &url, extraction, site.as_ref(), changed).await;
    if let Some(missing) = &whole.missing {
        let message = format!("its page {} is missing: {}", missing.url, missing.reason);
        if !missing.is_final && work.body_state == BodyState::Extracted {
            // A text that breaks off does not replace the one that is there.
            return PageResult::Failed(PageFailure {
                message,
                // Looks come seldom: each may find it again.
                is_transient: true,
                is_ours: false,
            });
        }
        tracing::warn!("{url} is kept up to page {}: {message}", whole.pages());
    } else if whole.extraction.next_part.is_some() && whole.later.len() < work.validators.later.len() {
        // What was read as its next page is a wall now, or something else.
        return PageResult::Failed(PageFailure {
            message: format!(
                "it was read from {} pages, and goes on no more behind {}",
                work.validators.later.len() + 1,
                whole.pages()
            ),
            is_transient: true,
            is_ours: false,
        });
    }
    let validators = whole.validators(validators);
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
    article::plan(now, work, page, &policy)
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
    // A picture without a size is left out of the document; that is all a failure costs.
    if let Some((width, height)) = keep_images::size(ctx, now, &image.url).await {
        (image.width, image.height) = (Some(width), Some(height));
    }
}
