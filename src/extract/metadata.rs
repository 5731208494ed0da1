//! What a page says of its article beside the text: headline, authors, dates, addresses, language, picture.
//!
//! Sources in the order of the document format: JSON-LD, OpenGraph and its kin, the page's own elements. Where nothing
//! says it, nothing is made up.

use url::Url;

use super::{headline, picture};
use crate::domain::Timestamp;
use crate::domain::article::{Image, Zone};
use crate::extract::byline::authors;
use crate::extract::date::date_evidence::{DateBasis, DateEvidence};
use crate::extract::date::publication_date;
use crate::extract::page::head_data::HeadData;
use crate::extract::page::headline_lines::HeadlineLines;
use crate::extract::page::items::{Page, absolute};
use crate::extract::page::text::unescaped;
use crate::text::line;

/// What a page says of its article.
#[derive(Debug, Default, Clone)]
pub struct Metadata {
    pub title: String,
    /// The title is the article's headline by the page's word, not only the name of the page.
    pub has_headline: bool,
    pub byline: Option<String>,
    pub excerpt: Option<String>,
    pub published_at: Option<Timestamp>,
    /// The offset from UTC the page writes that time with, in minutes.
    pub published_offset: Option<i32>,
    /// Where the zone of that time is from.
    pub published_zone: Option<Zone>,
    /// What tells that time.
    pub published_basis: Option<DateBasis>,
    pub modified_at: Option<Timestamp>,
    pub canonical_url: Option<String>,
    pub amp_url: Option<String>,
    pub site_name: Option<String>,
    pub image: Option<Image>,
    pub language: Option<String>,
    pub is_video: bool,
}

impl Metadata {
    /// Returns what a page at `url` says of its article; addresses are read against `base`.
    pub fn of(head_data: &HeadData<'_>, page: &Page<'_>, url: &Url, base: &Url) -> Self {
        let base = Some(base);
        let site_name = site_name(head_data);
        let (title, has_headline) = headline::title(head_data, page, site_name.as_deref());
        let near = HeadlineLines::of(page, &title, url);
        let excerpt = head_data.first(&[
            "og:description",
            "twitter:description",
            "description",
            "dc.description",
            "dcterms.description",
            "sailthru.description",
        ]);
        let excerpt = excerpt
            .map(str::to_owned)
            .or_else(|| head_data.structured.description.clone())
            .map(|text| line(&unescaped(&text)))
            .filter(|text| !text.is_empty());
        let language = head_data
            .structured
            .language
            .as_deref()
            .or(head_data.language)
            .or_else(|| head_data.first(&["og:locale", "language", "content-language", "dc.language"]))
            .and_then(language_tag);
        let known = DateEvidence {
            head_data,
            page,
            near: &near,
            url,
            language: language.as_deref(),
        };
        let (published, published_basis) = publication_date::of(&known).unzip();
        let kind = head_data.first(&["og:type"]).unwrap_or_default();
        Self {
            byline: authors::byline(head_data, page, &near, site_name.as_deref(), &title),
            excerpt,
            published_at: published.map(|moment| moment.at),
            published_offset: published.and_then(|moment| moment.offset),
            published_zone: published.map(|moment| moment.zone),
            published_basis,
            modified_at: publication_date::modified(&known).map(|moment| moment.at),
            canonical_url: head_data
                .canonical
                .or_else(|| head_data.first(&["og:url"]))
                .and_then(|href| absolute(href, base)),
            amp_url: head_data.amp.and_then(|href| absolute(href, base)),
            image: picture::of(head_data, base),
            language,
            is_video: kind.starts_with("video") || (head_data.structured.is_video && !head_data.structured.is_article),
            site_name,
            has_headline,
            title,
        }
    }
}

fn site_name(head_data: &HeadData<'_>) -> Option<String> {
    let meta = head_data
        .first(&[
            "og:site_name",
            "application-name",
            "twitter:app:name:iphone",
            "dc.publisher",
        ])
        .map(unescaped);
    let name = head_data
        .structured
        .publisher
        .clone()
        .map(|name| unescaped(&name))
        .or(meta)
        .map(|name| line(&name));
    let headline = head_data
        .structured
        .headline
        .as_deref()
        .or_else(|| head_data.first(&["og:title"]));
    name.filter(|name| !name.is_empty() && Some(name.as_str()) != headline && name.chars().count() < 80)
}

fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-").to_ascii_lowercase();
    let is_tag = tag.len() >= 2 && tag.len() <= 12 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_tag.then_some(tag)
}
