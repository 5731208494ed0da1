//! An article and its standing among others as a document.
//!
//! Its texts are clean, whatever was stored: the format knows no escape for what is no text, and readers of it refuse such a
//! file. Whoever changes what is made of the same article raises `FORM`.

use super::{Document, Picture, Provider, RelatedItem, ScalarText, Tail, scalar};
use crate::domain::article::{Article, Image};
use crate::domain::url::web;
use crate::text::{self, one_line};

/// Which form of documents this makes: those written in another are looked through once.
pub const FORM: u32 = 2;
/// Pictures narrower than this are left out, in pixels.
const IMAGE_WIDTH_MIN: u32 = 256;

/// Where an article stands: its topics, its rank, and what is related to it now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DocumentContext {
    /// Root first.
    pub topics: Vec<String>,
    /// While it is ranked.
    pub quality: Option<i32>,
    pub heat: Option<i32>,
    pub published: Option<bool>,
    pub related: Vec<RankedArticle>,
    /// The publisher's icon, if we hold it.
    pub icon: Option<Image>,
}

/// Another article with its quality.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedArticle {
    pub article: Article,
    pub quality: i32,
}

/// Returns the document of an article. Related items come in the order of the format: quality, then newest, then
/// address.
pub fn build(article: &Article, standing: &DocumentContext) -> Document {
    let mut related = standing.related.clone();
    related.sort_by(|a, b| {
        (b.quality, b.article.published_at)
            .cmp(&(a.quality, a.article.published_at))
            .then_with(|| a.article.web_url.cmp(&b.article.web_url))
    });
    related.dedup_by(|a, b| a.article.id == b.article.id);
    let (amp, cache) = amp(article);
    let images = pictures(article.image.as_ref());
    let body = text::clean(&article.body_markdown);
    let body = body.trim_matches('\n');
    Document {
        category: Some(ScalarText::plain("news")),
        title: Some(ScalarText::quoted(one_line(&article.title))),
        excerpt: Some(ScalarText::quoted(text::clean(&article.excerpt))),
        published_date_time: Some(date_time(article)),
        original_url: Some(address(original_url(article))),
        web_url: Some(address(&article.web_url)),
        amp_web_url: amp,
        cdn_amp_web_url: cache,
        kind: Some(kind(article)),
        quality: standing.quality.map(i64::from),
        heat: standing.heat.map(i64::from),
        published: standing.published,
        provider: Some(Provider {
            images: standing.icon.as_ref().and_then(icon),
            ..provider(article)
        }),
        topics: (!standing.topics.is_empty()).then(|| standing.topics.iter().map(ScalarText::plain).collect()),
        images,
        related: (!related.is_empty()).then(|| related.iter().map(related_item).collect()),
        tail: if body.is_empty() {
            Tail::None
        } else {
            Tail::Body(body.to_owned())
        },
        ..Document::default()
    }
}

fn related_item(related: &RankedArticle) -> RelatedItem {
    let article = &related.article;
    let (amp, cache) = amp(article);
    RelatedItem {
        title: Some(ScalarText::quoted(one_line(&article.title))),
        excerpt: Some(ScalarText::quoted(text::clean(&article.excerpt))),
        published_date_time: Some(date_time(article)),
        web_url: Some(address(&article.web_url)),
        amp_web_url: amp,
        cdn_amp_web_url: cache,
        kind: Some(kind(article)),
        provider: Some(provider(article)),
        quality: Some(i64::from(related.quality)),
        images: pictures(article.image.as_ref()),
    }
}

fn address(address: &str) -> ScalarText {
    ScalarText::quoted(text::one_line(address))
}

/// Returns the address as the feed wrote it; what was stored of another scheme was never that of a page.
fn original_url(article: &Article) -> &str {
    match web(&article.original_url) {
        Some(_) => &article.original_url,
        None => &article.web_url,
    }
}

fn date_time(article: &Article) -> ScalarText {
    ScalarText {
        value: scalar::date_time(article.published_at),
        is_quoted: false,
    }
}

fn kind(article: &Article) -> ScalarText {
    ScalarText::plain(if article.is_video { "video" } else { "article" })
}

fn provider(article: &Article) -> Provider {
    Provider {
        name: Some(ScalarText::plain(one_line(&article.provider_name))),
        domain: Some(ScalarText::plain(one_line(&article.provider_domain))),
        images: None,
    }
}

fn amp(article: &Article) -> (Option<ScalarText>, Option<ScalarText>) {
    let both = article
        .amp_url
        .as_ref()
        .and_then(|amp| Some((amp, scalar::amp_cache_url(amp)?)));
    both.map(|(amp, cache)| (address(amp), address(&cache))).unzip()
}

fn pictures(image: Option<&Image>) -> Option<Vec<Picture>> {
    let image = image?;
    let (width, height) = (image.width?, image.height?);
    (width >= IMAGE_WIDTH_MIN).then(|| {
        vec![Picture {
            url: address(&image.url),
            width: Some(i64::from(width)),
            height: Some(i64::from(height)),
            is_cached: image.is_kept.then_some(true),
            title: None,
        }]
    })
}

/// An icon is of whatever size, and in no case said to be cached: the format has it so.
fn icon(icon: &Image) -> Option<Vec<Picture>> {
    let (width, height) = (icon.width?, icon.height?);
    Some(vec![Picture {
        url: address(&icon.url),
        width: Some(i64::from(width)),
        height: Some(i64::from(height)),
        is_cached: None,
        title: None,
    }])
}
