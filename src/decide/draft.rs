//! What an entry says, as the beginning of an article.
//!
//! Only new and changed entries come here, so this is where their markup is read: once, not at every poll.

use chrono::TimeDelta;
use url::Url;

use super::stored_entries::EntryIdentity;
use crate::document::plain::plain_text;
use crate::document::scalar::cut_excerpt;
use crate::domain::Timestamp;
use crate::domain::article::Image;
use crate::domain::feed::{Enclosure, Entry, Feed, Markup, MarkupKind};
use crate::domain::record::{RecordField, is_date};
use crate::domain::source::{Source, SourceKind, SourceState};
use crate::domain::url::{
    CanonicalUrl, has_credentials, registrable_domain, unwrapped, web, without_credentials, without_tracking,
};
use crate::extract;
use crate::feed::markup;
use crate::matching::Subject;
use crate::text;

/// What is older than this when its source is first read, or at the last poll before it was listed, is known, not new.
pub(super) const NEWS_DAYS: i64 = 7;

/// A headline is cut at this length, in characters.
const TITLE_MAX: usize = 1_000;
/// A language's name is at most this long, in bytes; what is longer is none.
const LANGUAGE_BYTES_MAX: usize = 64;
/// A headline made from an entry's text has this many words.
const TITLE_WORDS: usize = 12;
/// Hosts whose pages are videos.
const VIDEO_HOSTS: &[&str] = &["youtube.com", "youtu.be", "vimeo.com", "dailymotion.com"];

/// An article as far as its feed tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleDraft {
    pub title: String,
    pub excerpt: String,
    pub byline: Option<String>,
    pub original_url: String,
    pub web_url: String,
    /// There is an address of its own that could be fetched.
    pub has_page: bool,
    pub published_at: Timestamp,
    /// The date is the entry's own, not the moment it was first seen.
    pub is_dated: bool,
    pub language: Option<String>,
    pub provider_name: String,
    pub provider_domain: String,
    pub image: Option<Image>,
    pub is_video: bool,
    pub feed_markdown: String,
    pub feed_text: String,
    /// What a register says of it beside its words.
    pub record: Vec<RecordField>,
}

impl ArticleDraft {
    /// Returns what an entry of a source's feed says. `now` is the date of an entry without one, or with one in the
    /// future.
    pub fn of(
        now: Timestamp,
        source: &Source,
        state: &SourceState,
        feed: &Feed,
        entry: &Entry,
        identity: &EntryIdentity,
    ) -> Self {
        let link = entry.article_link().and_then(web).map(unwrapped);
        let home = Url::parse(&source.address).ok();
        // As it was written, where that is the address of a page and not of a file or a script, but for a name and a
        // password: those are nobody's to keep.
        let original_url = link.as_ref().map(|link| match has_credentials(link) {
            true => without_credentials(link).to_string(),
            false => as_written(entry, link),
        });
        let web_url = link.as_ref().map(|link| without_tracking(link).to_string());

        let place = match link {
            Some(_) => String::new(),
            None => place(source, feed, entry),
        };

        let longest = longest(entry);
        let feed_text = text(entry);
        let summary = entry.summary.as_ref().filter(|text| longest != Some(text)).map(plain);
        let summary = summary.filter(|text| !text.trim().is_empty());
        let excerpt = summary
            .or_else(|| longest.and_then(below_headings))
            .as_deref()
            .map_or_else(|| cut_excerpt(&feed_text), cut_excerpt);
        let title = entry.title.as_deref().map(one_line).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| title_from(&feed_text, &identity.key.0));

        // A register's day stands at its noon: today's may be ahead of the clock.
        let is_today = |at: &Timestamp| source.kind == SourceKind::Json && *at - now < TimeDelta::days(1);
        let dated = entry.published.or(entry.updated);
        let dated = dated.filter(|at| *at <= now || is_today(at)).map(|at| at.min(now));
        let domain_of = link
            .as_ref()
            .or(home.as_ref())
            .and_then(Url::host_str)
            .unwrap_or_default();
        let provider_domain = entry.publisher_domain.clone();
        let provider_domain = provider_domain.unwrap_or_else(|| registrable_domain(domain_of));
        let provider_name = entry
            .publisher
            .clone()
            .or_else(|| provider_name(source, state, feed))
            .filter(|name| !name.trim().is_empty() && *name != title)
            .unwrap_or_else(|| provider_domain.clone());
        Self {
            excerpt,
            byline: (!entry.authors.is_empty()).then(|| one_line(&entry.authors.join(", "))),
            has_page: web_url.is_some(),
            original_url: original_url.unwrap_or_else(|| place.clone()),
            web_url: web_url.unwrap_or(place),
            published_at: dated.unwrap_or(now),
            is_dated: dated.is_some(),
            language: entry
                .language
                .clone()
                .or_else(|| feed.language.clone())
                .filter(|language| language.len() <= LANGUAGE_BYTES_MAX)
                .map(|tag| tag.to_ascii_lowercase()),
            provider_name: one_line(&provider_name),
            is_video: VIDEO_HOSTS.contains(&provider_domain.as_str()),
            provider_domain,
            image: image(entry),
            feed_markdown: feed_text.clone(),
            feed_text,
            title,
            record: stated(source, entry),
        }
    }

    /// Returns what the article is matched by while its feed's text is all there is.
    pub fn subject<'a>(&'a self, source: &'a Source) -> Subject<'a> {
        Subject {
            title: &self.title,
            lead: &self.excerpt,
            body: &self.feed_text,
            source: source.display_name(),
            language: self.language.as_deref(),
            url: &self.web_url,
            is_video: self.is_video,
            published_at: Some(self.published_at),
        }
    }

    /// Reads the entry's text as Markdown too. It costs a tree, so only what may become a document is worth it; of what
    /// no topic can match the plain text serves.
    pub fn mark_up(&mut self, source: &Source, entry: &Entry) {
        let base = entry.article_link().unwrap_or(&source.address);
        if let Some(text) = longest(entry) {
            self.feed_markdown = markdown(text, Url::parse(base).ok().as_ref());
        }
    }
}

/// Returns where an entry without an address of its own is found: a letter under its Message-ID; its file, else its feed's page, else the front page of
/// its feed's site. The feed itself is nothing to read, and its address may be a secret.
fn place(source: &Source, feed: &Feed, entry: &Entry) -> String {
    if source.kind == SourceKind::Mail {
        return entry.link.clone().unwrap_or_default();
    }
    let own = Url::parse(&source.address)
        .ok()
        .filter(|_| matches!(source.kind, SourceKind::Feed | SourceKind::Json));
    let Some(own) = own else {
        return source.address.clone();
    };
    let is_picture = |file: &Enclosure| {
        let kind = file.media_type.as_deref().unwrap_or_default();
        kind.starts_with("image/")
    };
    let mut files = entry.enclosures.iter().filter(|file| !is_picture(file));
    let is_feed = |page: &Url| CanonicalUrl::new(page) == CanonicalUrl::new(&own);
    let found = files
        .find_map(|file| web(&file.url))
        .or_else(|| feed.link.as_deref().and_then(web).filter(|page| !is_feed(page)))
        .or_else(|| own.join("/").ok());
    found.map_or_else(|| source.address.clone(), |place| without_tracking(&place).into())
}

fn as_written(entry: &Entry, link: &Url) -> String {
    let written = entry.article_link().unwrap_or_default().trim();
    match text::is_clean_line(written) {
        true => written.to_owned(),
        false => link.to_string(),
    }
}

fn longest(entry: &Entry) -> Option<&Markup> {
    [entry.content.as_ref(), entry.summary.as_ref()]
        .into_iter()
        .flatten()
        .max_by_key(|text| text.value.len())
}

fn markdown(text: &Markup, base: Option<&Url>) -> String {
    match text.kind {
        // What `xml:base` says counts before the entry's own address.
        MarkupKind::Html => extract::fragment(&text.value, markup::own_base(text, base).as_deref()).markdown,
        MarkupKind::Text => plain(text),
        // Of our own making: a watched page that was extracted.
        MarkupKind::Markdown => text.value.clone(),
    }
}

/// Returns what a register says of a document. A date that it has a place for and does not state is there without a value: what
/// was stated before is withdrawn.
fn stated(source: &Source, entry: &Entry) -> Vec<RecordField> {
    let mut record = entry.record.clone();
    let fields = source.record.iter().flat_map(|format| &format.fields);
    for (name, _) in fields.filter(|(name, _)| is_date(name)) {
        if !record.iter().any(|field| field.name == *name) {
            record.push(RecordField {
                name: name.clone(),
                value: String::new(),
            });
        }
    }
    record
}

/// Returns what stands below the headings that a text of our own making begins with, where it does: they are no sentence of it.
fn below_headings(text: &Markup) -> Option<String> {
    let mut rest = text.value.trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, below)| below.trim_start());
    }
    (text.kind == MarkupKind::Markdown && !rest.is_empty()).then(|| plain_text(rest))
}

/// Returns the longest text of an entry, without its markup.
pub(super) fn text(entry: &Entry) -> String {
    longest(entry).map(plain).unwrap_or_default()
}

fn plain(text: &Markup) -> String {
    let plain = markup::to_plain(text);
    match text.kind {
        MarkupKind::Markdown => plain_text(&plain),
        MarkupKind::Html | MarkupKind::Text => plain,
    }
}

fn one_line(text: &str) -> String {
    let line = text::one_line(text);
    match line.char_indices().nth(TITLE_MAX) {
        Some((end, _)) => line[..end].to_owned(),
        None => line,
    }
}

fn title_from(text: &str, key: &str) -> String {
    let mut words = text.split_whitespace();
    let title = words.by_ref().take(TITLE_WORDS).collect::<Vec<_>>().join(" ");
    match (title.is_empty(), words.next()) {
        (true, _) => one_line(key),
        (false, Some(_)) => format!("{title}…"),
        (false, None) => title,
    }
}

/// Returns the publisher's name: the feed's own title first, since a configured name is the reader's word for it.
fn provider_name(source: &Source, state: &SourceState, feed: &Feed) -> Option<String> {
    let own = match source.kind {
        SourceKind::Feed | SourceKind::Listing | SourceKind::Sitemap | SourceKind::Json => {
            feed.title.clone().or_else(|| state.title.clone())
        }
        // A watched page's title is its headline; a reading list names publishers per document, and each letter its own.
        SourceKind::Page | SourceKind::Documents | SourceKind::Mail => None,
    };
    own.map(|title| one_line(&title)).or_else(|| source.name.clone())
}

fn image(entry: &Entry) -> Option<Image> {
    let picture = entry.enclosures.iter().find(|file| {
        file.media_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("image/"))
    })?;
    Some(Image::at(web(&picture.url)?.to_string()))
}
