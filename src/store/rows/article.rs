//! An article as it is stored: the columns that are read of it, and the article that they give.

use crate::domain::ArticleId;
use crate::domain::article::{Article, Image, Zone};
use crate::domain::url::host_of;
use crate::store::engine::DatabaseResult;
use crate::store::engine::client::{Connection, Params, Row};
use crate::store::engine::columns::columns;
use crate::store::engine::statement::{select_all, select_optional};
use crate::store::engine::{StoreError, moment};

columns! {
    /// What is read of an article wherever one is read.
    pub head {
        ID = "article.id",
        TITLE = "article.title",
        EXCERPT = "article.excerpt",
        PUBLISHED_AT = "article.published_at",
        SEEN_AT = "article.seen_at",
        ORIGINAL_URL = "article.original_url",
        WEB_URL = "article.web_url",
        AMP_URL = "article.amp_url",
        PROVIDER_NAME = "article.provider_name",
        PROVIDER_DOMAIN = "article.provider_domain",
        IMAGE_URL = "article.image_url",
        IMAGE_WIDTH = "article.image_width",
        IMAGE_HEIGHT = "article.image_height",
        IMAGE_IS_KEPT = "EXISTS (SELECT 1 FROM article_image
            WHERE article_image.article = article.id AND article_image.url = article.image_url
              AND hash IS NOT NULL)",
        IS_VIDEO = "article.is_video",
    }
}

columns! {
    /// The rest of an article.
    pub whole after head {
        SOURCE = "coalesce(source.name, source.title, source.address)",
        BODY_MARKDOWN = "coalesce(body.markdown, body.feed_markdown, body.feed_text)",
        BODY_TEXT = "coalesce(body.text, body.feed_text)",
        BYLINE = "article.byline",
        LANGUAGE = "article.language",
        PUBLISHED_ZONE = "article.published_zone",
    }
}

pub const ARTICLE_TABLES: &str =
    "article JOIN body ON body.article = article.id JOIN source ON source.id = article.source";

/// Returns what every query of articles reads; source, text, byline, language and zone stay empty.
pub fn head_from(row: &Row<'_>) -> DatabaseResult<Article> {
    let image_url: Option<String> = row.get(head::IMAGE_URL)?;
    let (width, height) = (row.get(head::IMAGE_WIDTH)?, row.get(head::IMAGE_HEIGHT)?);
    let is_kept = row.get(head::IMAGE_IS_KEPT)?;
    Ok(Article {
        id: row.get(head::ID)?,
        source: String::new(),
        title: row.get(head::TITLE)?,
        excerpt: row.get(head::EXCERPT)?,
        body_markdown: String::new(),
        body_text: String::new(),
        byline: None,
        published_at: moment(row.get(head::PUBLISHED_AT)?),
        published_zone: None,
        seen_at: moment(row.get(head::SEEN_AT)?),
        original_url: row.get(head::ORIGINAL_URL)?,
        web_url: row.get(head::WEB_URL)?,
        amp_url: row.get(head::AMP_URL)?,
        language: None,
        provider_name: row.get(head::PROVIDER_NAME)?,
        provider_domain: row.get(head::PROVIDER_DOMAIN)?,
        image: image_url.map(|url| Image {
            url,
            width,
            height,
            is_kept,
        }),
        is_video: row.get(head::IS_VIDEO)?,
    })
}

pub fn article_from(row: &Row<'_>) -> DatabaseResult<Article> {
    let zone: Option<String> = row.get(whole::PUBLISHED_ZONE)?;
    Ok(Article {
        source: row.get(whole::SOURCE)?,
        body_markdown: row.get(whole::BODY_MARKDOWN)?,
        body_text: row.get(whole::BODY_TEXT)?,
        byline: row.get(whole::BYLINE)?,
        language: row.get(whole::LANGUAGE)?,
        published_zone: zone.as_deref().and_then(Zone::of_name),
        ..head_from(row)?
    })
}

/// Returns one article, if it is stored.
pub fn article(c: &Connection, id: ArticleId) -> Result<Option<Article>, StoreError> {
    let (head, whole) = (head::SQL, whole::SQL);
    let sql = format!("SELECT {head}, {whole} FROM {ARTICLE_TABLES} WHERE article.id = ?1");
    select_optional(c, &sql, [id.0], article_from)
}

/// Returns the articles whose numbers a query gives, in its order.
pub fn all(c: &Connection, sql: &str, params: impl Params) -> Result<Vec<Article>, StoreError> {
    let ids = select_all(c, sql, params, |row| row.get(0))?;
    let found = ids.into_iter().filter_map(|id| article(c, id).transpose());
    found.collect()
}

/// Returns the host whose page is wanted, if one is.
pub fn page_host(web_url: &str, wants_page: bool) -> Option<String> {
    wants_page.then(|| host_of(web_url)).flatten()
}
