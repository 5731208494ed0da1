//! A document as the article it tells of: what `build` wrote, read back.

use thiserror::Error;
use url::Url;

use super::plain::plain_text;
use super::{Document, Picture, Provider, RelatedItem, ScalarText};
use crate::domain::article::{Article, Image};
use crate::domain::url::{registrable_domain, web};
use crate::domain::{ArticleId, Timestamp};
use crate::text;

/// Why a document tells of no article that can be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoArticle {
    #[error("it has no title")]
    Title,
    #[error("it names no web address, in webUrl or originalUrl")]
    Address,
    #[error("its publishedDateTime is missing or no date")]
    Date,
    #[error("it is marked as removed")]
    Removed,
}

/// Returns the article a document tells of, without number and source.
///
/// # Errors
/// What an article cannot do without is missing.
pub fn article(document: &Document) -> Result<Article, NoArticle> {
    if document.removed == Some(true) {
        return Err(NoArticle::Removed);
    }
    let body = document.body().unwrap_or_default().trim_matches('\n');
    let own = ArticleFields {
        title: document.title(),
        excerpt: document.excerpt(),
        published_at: document.published_at(),
        web_url: document.web_url(),
        original_url: document.original_url.as_ref().map(ScalarText::as_str),
        amp_url: document.amp_web_url.as_ref(),
        kind: document.kind.as_ref(),
        provider: document.provider.as_ref(),
        images: document.images.as_deref(),
    };
    own.article(body)
}

/// Returns the article a related item tells of: its text is not in it.
///
/// # Errors
/// As `article`.
pub fn related_article(item: &RelatedItem) -> Result<Article, NoArticle> {
    let own = ArticleFields {
        title: item.title(),
        excerpt: item.excerpt(),
        published_at: item.published_at(),
        web_url: item.web_url(),
        original_url: None,
        amp_url: item.amp_web_url.as_ref(),
        kind: item.kind.as_ref(),
        provider: item.provider.as_ref(),
        images: item.images.as_deref(),
    };
    own.article("")
}

struct ArticleFields<'a> {
    title: &'a str,
    excerpt: Option<&'a str>,
    published_at: Option<Timestamp>,
    web_url: Option<&'a str>,
    original_url: Option<&'a str>,
    amp_url: Option<&'a ScalarText>,
    kind: Option<&'a ScalarText>,
    provider: Option<&'a Provider>,
    images: Option<&'a [Picture]>,
}

impl ArticleFields<'_> {
    fn article(&self, body: &str) -> Result<Article, NoArticle> {
        let original_url = self.original_url.filter(|url| is_web(url));
        let web_url = self
            .web_url
            .filter(|url| is_web(url) || is_message(url))
            .or(original_url);
        let web_url = web_url.ok_or(NoArticle::Address)?;
        let host = Url::parse(web_url)
            .ok()
            .and_then(|url| url.host_str().map(registrable_domain));
        let published_at = self.published_at.ok_or(NoArticle::Date)?;
        if text::one_line(self.title).is_empty() {
            return Err(NoArticle::Title);
        }
        let body = text::clean(body);
        let told = |text: Option<&ScalarText>| {
            text.map(|text| text::one_line(text.as_str()))
                .filter(|text| !text.is_empty())
        };
        let domain = told(self.provider.and_then(|provider| provider.domain.as_ref()));
        let domain = domain.or(host).unwrap_or_default();
        Ok(Article {
            id: ArticleId(0),
            source: String::new(),
            title: text::one_line(self.title),
            excerpt: text::clean(self.excerpt.unwrap_or_default()).into_owned(),
            body_text: plain_text(&body),
            body_markdown: body.into_owned(),
            byline: None,
            published_at,
            published_zone: None,
            seen_at: published_at,
            original_url: original_url.unwrap_or(web_url).to_owned(),
            web_url: web_url.to_owned(),
            amp_url: told(self.amp_url).filter(|url| is_web(url)),
            language: None,
            provider_name: told(self.provider.and_then(|provider| provider.name.as_ref()))
                .unwrap_or_else(|| domain.clone()),
            provider_domain: domain,
            image: self.images.and_then(<[Picture]>::first).and_then(image),
            is_video: self.kind.is_some_and(|kind| kind.as_str() == "video"),
        })
    }
}

fn image(picture: &Picture) -> Option<Image> {
    let url = picture.url.as_str();
    is_web(url).then(|| Image {
        url: url.to_owned(),
        width: picture.width.and_then(|width| u32::try_from(width).ok()),
        height: picture.height.and_then(|height| u32::try_from(height).ok()),
        // Whoever wrote it held one; we do not.
        is_kept: false,
    })
}

/// Whether a text is an address of the web that can be kept as it is written.
fn is_web(address: &str) -> bool {
    text::is_clean_line(address) && web(address).is_some()
}

/// Whether an address is that of a letter, which stands nowhere on the web.
fn is_message(address: &str) -> bool {
    text::is_clean_line(address) && address.strip_prefix("mid:").is_some_and(|id| id.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    fn taken(text: &str) -> Result<Article, NoArticle> {
        article(&parse(&format!("---\n{text}---\n\n")).unwrap())
    }

    #[test]
    fn what_an_article_cannot_do_without_is_named() {
        let whole = "title: \"A\"\npublishedDateTime: 2020-06-12T20:52:00Z\nwebUrl: \"https://www.a.example/x\"\n";
        let article = taken(whole).unwrap();
        assert_eq!(
            (article.provider_domain.as_str(), article.provider_name.as_str()),
            ("a.example", "a.example")
        );
        assert_eq!(article.original_url, article.web_url);
        for (cut, reason) in [
            ("title: \"A\"\n", NoArticle::Title),
            ("publishedDateTime: 2020-06-12T20:52:00Z\n", NoArticle::Date),
            ("webUrl: \"https://www.a.example/x\"\n", NoArticle::Address),
        ] {
            assert_eq!(taken(&whole.replace(cut, "")), Err(reason));
        }
        assert_eq!(taken(&whole.replace("https", "javascript")), Err(NoArticle::Address));
        let letter = whole.replace("https://www.a.example/x", "mid:1@a.example");
        assert_eq!(taken(&letter).unwrap().web_url, "mid:1@a.example");
        assert_eq!(taken(&letter.replace("1@a.example", "")), Err(NoArticle::Address));
        assert_eq!(taken(&format!("{whole}removed: true\n")), Err(NoArticle::Removed));
        let video = whole.replace(
            "webUrl: \"https://www.a.example/x\"",
            "originalUrl: \"https://youtube.com/watch?v=1\"",
        );
        assert_eq!(taken(&video).unwrap().web_url, "https://youtube.com/watch?v=1");
    }
}
