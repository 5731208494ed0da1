//! Keeps an article's lead picture and its publisher's icon, where the owner wants that.
//!
//! It comes after the article is written and changes nothing of it but the picture's size: a picture that is not to be had, is
//! none or finds no room costs itself alone, and is shown from where it is, as without this. It is asked for again at a later
//! look at its article; where the page is as it was, only if another answer may come. The file is on disk before its row is
//! written, and both come and go under one lock, so that no row is without its file.

use std::sync::Arc;

use chrono::TimeDelta;
use url::Url;

use crate::domain::article::{Article, Image};
use crate::domain::image::{self, KeptImage};
use crate::domain::url::registrable_domain;
use crate::domain::{ArticleId, Timestamp};
use crate::fetch::{FetchError, Purpose, Request};
use crate::image_files::ImageFiles;
use crate::jobs::runtime::{Context, JobError};
use crate::store::StoreError;

/// An icon has so many bytes at most.
const ICON_BYTES_MAX: u64 = 256 * 1024;
/// Bytes of an image that are asked for to learn its size.
const SIZE_BYTES: u64 = 32 * 1024;
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

/// Gives an article the size of its picture where that is kept, whatever its page says, else the one that was learned before
/// where the page says none: a later look changes nothing then.
///
/// # Errors
/// The store cannot be read.
pub fn fill_in(ctx: &Context, article: &mut Article, before: Option<&Image>) -> Result<(), JobError> {
    let Some(image) = &mut article.image else {
        return Ok(());
    };
    if let Some(kept) = ctx.store.kept_image_from(&image.url)? {
        (image.width, image.height) = (Some(kept.width), Some(kept.height));
    } else if let Some(before) = before.filter(|before| before.url == image.url)
        && (image.width.is_none() || image.height.is_none())
    {
        (image.width, image.height) = (before.width, before.height);
    }
    Ok(())
}

/// Keeps an article's picture at a look that found its page as it was, unless that was tried and is no use.
///
/// # Errors
/// The store cannot be used.
pub async fn keep_unchanged(ctx: &Arc<Context>, now: Timestamp, article: &Article) -> Result<(), JobError> {
    match &article.image {
        Some(image) if ctx.store.wants_image(article.id, &image.url)? => {
            keep(ctx, now, WantedImages::of(article, None)).await
        }
        _ => Ok(()),
    }
}

/// Returns a picture's size by its first kilobytes; none where they do not say it or are not to be had.
pub async fn size(ctx: &Context, now: Timestamp, url: &str) -> Option<(u32, u32)> {
    let mut request = Request::new(Url::parse(url).ok()?, Purpose::Image);
    request.first_bytes = Some(SIZE_BYTES);
    match ctx.fetcher.get(now, request).await {
        Ok(response) => image::size(&response.body),
        Err(error) => {
            tracing::debug!("no size for {url}: {error}");
            None
        }
    }
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
        let write = |kept| ctx.store.keep_article_image(article, url.clone(), kept);
        let not_kept = match fetched(ctx, now, &url, None).await {
            Ok(bytes) => store(ctx, &url, &bytes, write).await?,
            Err(not_kept) => Some(not_kept),
        };
        let Some(NotKept {
            is_final,
            is_large,
            mut size,
        }) = not_kept
        else {
            return Ok(());
        };
        if is_large {
            size = self::size(ctx, now, &url).await;
        }
        return Ok(ctx.store.image_not_kept(article, url, size, is_final).await?);
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
    // Where it is not kept, that it was asked for is known already.
    if let Ok(bytes) = fetched(ctx, now, &url, Some(ICON_BYTES_MAX)).await {
        let write = |kept| ctx.store.keep_icon(publisher, url.clone(), kept);
        store(ctx, &url, &bytes, write).await?;
    }
    Ok(())
}

/// Why a picture is not kept.
#[derive(Debug, Clone, Copy)]
struct NotKept {
    /// Asking for it again brings no other answer.
    is_final: bool,
    /// There is more of it than is kept.
    is_large: bool,
    size: Option<(u32, u32)>,
}

/// Fetches a picture; what `fetch` allows pictures at most is its bound, or what is given here.
async fn fetched(ctx: &Context, now: Timestamp, url: &str, bytes_max: Option<u64>) -> Result<Vec<u8>, NotKept> {
    let not_kept = |is_final, is_large| NotKept {
        is_final,
        is_large,
        size: None,
    };
    let mut request = Request::new(Url::parse(url).map_err(|_| not_kept(true, false))?, Purpose::Image);
    // One more shows that there is more.
    request.first_bytes = bytes_max.map(|most| most + 1);
    match ctx.fetcher.get(now, request).await {
        // What was cut by the end is no picture.
        _ if ctx.shared.was_cancelled() => Err(not_kept(false, false)),
        Ok(response) if bytes_max.is_some_and(|most| response.body.len() as u64 > most) => {
            tracing::debug!("{url} is not kept: it is too large for an icon");
            Err(not_kept(true, true))
        }
        Ok(response) => Ok(response.body),
        Err(error) => {
            tracing::debug!("{url} is not kept: {error}");
            let is_large = matches!(error, FetchError::BodyTooLarge { .. });
            Err(not_kept(!error.is_transient(), is_large))
        }
    }
}

/// Brings a picture to disk, then writes its row. Returns why not, if so.
async fn store<W>(
    ctx: &Context,
    url: &str,
    bytes: &[u8],
    write: impl FnOnce(KeptImage) -> W,
) -> Result<Option<NotKept>, JobError>
where
    W: Future<Output = Result<(), StoreError>>,
{
    let not_kept = |is_final| {
        Ok(Some(NotKept {
            is_final,
            is_large: false,
            size: image::size(bytes),
        }))
    };
    let kept = match KeptImage::of(bytes) {
        Ok(kept) => kept,
        Err(reason) => {
            tracing::debug!("{url} is not kept: {reason}");
            return not_kept(true);
        }
    };
    let _held = ctx.shared.images.lock().await;
    match ImageFiles::of(&ctx.config.state_dir).write(&kept.hash, bytes) {
        Ok(()) => {
            write(kept).await?;
            Ok(None)
        }
        Err(error) => {
            tracing::warn!(
                "the picture {url} is not kept: {error}; its article is, and it is asked for at a later look"
            );
            not_kept(false)
        }
    }
}
