//! Keeps an article's lead picture and its publisher's icon, where the owner wants that.
//!
//! It comes after the article is written and changes nothing of it: a picture that is not to be had, is none or finds no room
//! costs itself alone, and is asked for again when its article is looked at again. The file is on disk before its row is
//! written, and both come and go under one lock, so that no row is without its file.

use std::sync::Arc;

use chrono::TimeDelta;
use url::Url;

use crate::domain::article::Article;
use crate::domain::image::KeptImage;
use crate::domain::url::registrable_domain;
use crate::domain::{ArticleId, Timestamp};
use crate::fetch::{Purpose, Request};
use crate::image_files::ImageFiles;
use crate::jobs::runtime::{Context, JobError};
use crate::store::StoreError;

/// An icon has so many bytes at most.
const ICON_BYTES_MAX: u64 = 256 * 1024;
/// An icon that was not to be had is asked for again after this many days.
const ICON_AGAIN_DAYS: i64 = 7;

/// What is kept of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedImages {
    article: ArticleId,
    lead: Option<String>,
    publisher: String,
    icon: Option<String>,
}

impl WantedImages {
    /// Returns what is to be kept of an article. An icon counts where the page that named it is its publisher's own.
    pub fn of(article: &Article, icon: Option<(&Url, &str)>) -> Self {
        let is_own = |page: &Url| page.host_str().map(registrable_domain).as_deref() == Some(&article.provider_domain);
        Self {
            article: article.id,
            lead: article.image.as_ref().map(|image| image.url.clone()),
            publisher: article.provider_domain.clone(),
            icon: icon.filter(|(page, _)| is_own(page)).map(|(_, url)| url.to_owned()),
        }
    }
}

/// Gives an article the size of its picture where that is kept, whatever its page says: a later look changes nothing then.
///
/// # Errors
/// The store cannot be read.
pub fn fill_in(ctx: &Context, article: &mut Article) -> Result<(), JobError> {
    if let Some(image) = &mut article.image
        && let Some(kept) = ctx.store.kept_image_from(&image.url)?
    {
        (image.width, image.height) = (Some(kept.width), Some(kept.height));
    }
    Ok(())
}

/// Keeps what is wanted and not there.
///
/// # Errors
/// The store cannot be used.
pub async fn keep(ctx: &Arc<Context>, now: Timestamp, wanted: WantedImages) -> Result<(), JobError> {
    if let Some(url) = wanted.lead {
        keep_lead(ctx, now, wanted.article, url).await?;
    }
    if let Some(url) = wanted.icon {
        keep_icon(ctx, now, wanted.publisher, url).await?;
    }
    Ok(ctx.remember_hosts(now).await?)
}

async fn keep_lead(ctx: &Arc<Context>, now: Timestamp, article: ArticleId, url: String) -> Result<(), JobError> {
    if ctx.store.article_image(article)?.is_some_and(|(own, _)| own == url) {
        return Ok(());
    }
    // The same picture leads many articles of a site without pictures of their own.
    let known = || ctx.store.kept_image_from(&url);
    if known()?.is_none() {
        let Some(bytes) = fetched(ctx, now, &url, None).await else {
            return Ok(());
        };
        return store(ctx, &url, &bytes, |kept| {
            ctx.store.keep_article_image(article, url.clone(), kept)
        })
        .await;
    }
    let _held = ctx.shared.images.lock().await;
    // Once more: it may have gone meanwhile.
    match known()? {
        Some(kept) => Ok(ctx.store.keep_article_image(article, url.clone(), kept).await?),
        None => Ok(()),
    }
}

async fn keep_icon(ctx: &Arc<Context>, now: Timestamp, publisher: String, url: String) -> Result<(), JobError> {
    let since = now - TimeDelta::days(ICON_AGAIN_DAYS);
    if !ctx.store.wants_icon(&publisher, since)?
        || !ctx.store.claim_icon(publisher.clone(), url.clone(), now, since).await?
    {
        return Ok(());
    }
    match fetched(ctx, now, &url, Some(ICON_BYTES_MAX)).await {
        Some(bytes) => {
            store(ctx, &url, &bytes, |kept| {
                ctx.store.keep_icon(publisher, url.clone(), kept)
            })
            .await
        }
        None => Ok(()),
    }
}

/// Fetches a picture; what `fetch` allows pictures at most is its bound, or what is given here.
async fn fetched(ctx: &Arc<Context>, now: Timestamp, url: &str, bytes_max: Option<u64>) -> Option<Vec<u8>> {
    let request = Request::new(Url::parse(url).ok()?, Purpose::Image);
    match ctx.fetcher.get(now, request).await {
        // What was cut by the end is no picture.
        Ok(_) if ctx.shared.was_cancelled() => None,
        Ok(response) if bytes_max.is_some_and(|most| response.body.len() as u64 > most) => {
            tracing::debug!("{url} is not kept: it is too large for an icon");
            None
        }
        Ok(response) => Some(response.body.to_vec()),
        Err(error) => {
            tracing::debug!("{url} is not kept: {error}");
            None
        }
    }
}

/// Brings a picture to disk, then writes its row.
async fn store<W>(ctx: &Context, url: &str, bytes: &[u8], write: impl FnOnce(KeptImage) -> W) -> Result<(), JobError>
where
    W: Future<Output = Result<(), StoreError>>,
{
    let kept = match KeptImage::of(bytes) {
        Ok(kept) => kept,
        Err(reason) => {
            tracing::debug!("{url} is not kept: {reason}");
            return Ok(());
        }
    };
    let _held = ctx.shared.images.lock().await;
    match ImageFiles::of(&ctx.config.state_dir).write(&kept.hash, bytes) {
        Ok(()) => Ok(write(kept).await?),
        Err(error) => {
            tracing::warn!(
                "the picture {url} is not kept: {error}; its article is, and it is asked for at a later look"
            );
            Ok(())
        }
    }
}
