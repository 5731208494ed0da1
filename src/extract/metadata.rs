//! What a page says of its article beside the text: headline, authors, dates, addresses, language, picture.
//!
//! Sources in the order of the document format: JSON-LD, OpenGraph and its kin, the page's own elements. Where nothing
//! says it, nothing is made up.

use url::Url;

use super::{headline, picture, site_icon};
use crate::domain::Timestamp;
use crate::domain::article::{Image, Zone};
use crate::domain::deadline::StatedDate;
use crate::domain::url::without_tracking;
use crate::extract::byline::authors;
use crate::extract::date::date_evidence::{DateBasis, DateEvidence};
use crate::extract::date::publication_date;
use crate::extract::page::head_data::HeadData;
use crate::extract::page::headline_lines::HeadlineLines;
use crate::extract::page::items::{Page, absolute};
use crate::extract::page::text::{plain, unescaped};
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
    /// Where the site's icon is.
    pub icon_url: Option<String>,
    pub language: Option<String>,
    pub is_video: bool,
    /// When the event begins that the page tells of, by its structured data.
    pub event_on: Option<StatedDate>,
}

impl Metadata {
    /// Returns what a page at `url` says of its article; addresses are read against `base`.
    pub fn of(head_data: &HeadData<'_>, page: &Page<'_>, url: &Url, base: &Url) -> Self {
        let base = Some(base);
        let site_name = site_name(head_data);
        let (title, has_headline) = headline::title(head_data, page, site_name.as_deref(), url);
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
            .map(|text| line(&plain(&text)))
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
            canonical_url: [head_data.canonical, head_data.first(&["og:url"])]
                .into_iter()
                .flatten()
                .filter_map(|href| absolute(href, base))
                .find_map(|named| believed_address(&named, url, &title)),
            amp_url: head_data.amp.and_then(|href| absolute(href, base)),
            image: picture::of(head_data, base),
            icon_url: site_icon::of(head_data, base),
            language,
            is_video: kind.starts_with("video") || (head_data.structured.is_video && !head_data.structured.is_article),
            event_on: head_data.structured.event.as_deref().and_then(StatedDate::of_markup),
            site_name,
            has_headline,
            title,
        }
    }
}

/// Words that stand in an address where a program had no value.
const NO_VALUES: &[&str] = &["undefined", "null", "nan", "[object object]"];
/// What is left in an address of a template that was not filled in.
const UNFILLED: &[&str] = &["{", "}", "%7b", "%7d", "<%", "%3c%"];
/// Last parts of an address that show the same article otherwise: printed, for telephones, its second page.
const OTHER_VIEWS: &[&str] = &[
    "amp", "amphtml", "print", "index", "default", "page", "comments", "single", "full", "all",
];
/// How the name of a script ends that shows many articles.
const SCRIPTS: &[&str] = &[".php", ".asp", ".aspx", ".jsp", ".cgi", ".cfm", ".pl"];
/// A word of an address shorter than this says little, in bytes.
const SLUG_WORD_MIN: usize = 4;
/// Digits that number an article rather than a year, a month or a day.
const NUMBER_DIGITS_MIN: usize = 5;

/// Whether what a page names as an address can be one at all: no template that was left unfilled, no value a program did
/// not have, no machine of its maker's.
pub(super) fn is_address(named: &Url) -> bool {
    let lower = named.as_str().to_lowercase();
    let is_valueless = |segment: &str| NO_VALUES.contains(&segment.replace("%20", " ").as_str());
    let is_local = match named.host() {
        Some(url::Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unspecified(),
        None => true,
    };
    !is_local && !UNFILLED.iter().any(|mark| lower.contains(mark)) && !lower.split('/').any(is_valueless)
}

/// Returns the address a page at `url` names as its own, where it can be that of the article: not the site's front page, nor
/// the section the article stands in, nor another article's. One layout for all pages often names the same for each.
fn believed_address(named: &str, url: &Url, title: &str) -> Option<String> {
    let mut named = Url::parse(named).ok()?;
    if !named.fragment().is_some_and(|part| part.starts_with(['!', '/'])) {
        named.set_fragment(None);
    }
    // A page on the reader's own machine may name it.
    if !is_address(&named) && (named.host() != url.host() || is_unfilled(&named)) {
        return None;
    }
    let (own, told) = (segments(url), segments(&named));
    let is_same = named.host() == url.host() && own == told;
    if is_same {
        // Without what tells the page from others it is the front page, or a script that shows them all.
        let is_for_many = own
            .last()
            .is_none_or(|last| SCRIPTS.iter().any(|end| last.ends_with(end)) || !is_slug(last));
        let is_bare = named.query().is_none() && is_for_many && is_asked(url);
        return Some(named).filter(|_| !is_bare).map(Into::into);
    }
    if told.is_empty() {
        return named.query().is_some().then(|| named.into());
    }
    let is_article = |segments: &[String]| segments.last().is_some_and(|last| is_slug(last));
    let is_prefix = named.host() == url.host() && own.len() > told.len() && own.starts_with(&told);
    if is_prefix && named.query().is_none() {
        let is_view = |segment: &String| {
            let word = segment.split('.').next().unwrap_or_default();
            OTHER_VIEWS.contains(&word) || word.bytes().all(|b| b.is_ascii_digit()) && word.len() < NUMBER_DIGITS_MIN
        };
        let is_own = is_article(&told) || (own[told.len()..].iter().all(is_view) && !is_dated(&told));
        return is_own.then(|| named.into());
    }
    let is_section = named.query().is_none() && is_article(&own) && told.iter().all(|segment| is_plain_word(segment));
    // Two articles about one subject share a word or two.
    let (own_named, told_named, told_words) = (names(&own, title), names(&told, title), words(&told).count());
    let is_anothers =
        is_article(&own) && told_words >= 2 && own_named >= 2 && told_named < own_named && told_named * 3 <= told_words;
    (!is_section && !is_anothers).then(|| named.into())
}

/// Whether the query of an address tells one page from another: it is no tracking, and no other view of the page.
fn is_asked(url: &Url) -> bool {
    let own = without_tracking(url);
    own.query_pairs().any(|(name, _)| !OTHER_VIEWS.contains(&&*name))
}

/// Whether an address holds what a program had no value for, whatever machine it is on.
fn is_unfilled(named: &Url) -> bool {
    let mut elsewhere = named.clone();
    elsewhere.set_host(Some("example.org")).is_err() || !is_address(&elsewhere)
}

fn segments(url: &Url) -> Vec<String> {
    let segments = url.path().split('/').filter(|segment| !segment.is_empty());
    segments.map(str::to_lowercase).collect()
}

/// Whether a part of an address names one article: three words, or a number.
fn is_slug(segment: &str) -> bool {
    let words = segment.split(['-', '_', '+']).filter(|word| !word.is_empty()).count();
    let digits = segment.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
    words >= 3 || digits.is_some_and(|digits| digits >= NUMBER_DIGITS_MIN)
}

fn is_plain_word(segment: &str) -> bool {
    segment.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Whether an address ends in a year, a month or a day: the articles of that time.
fn is_dated(segments: &[String]) -> bool {
    segments
        .last()
        .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns how many words of the last part of an address stand in a title.
fn names(segments: &[String], title: &str) -> usize {
    let title = title.to_lowercase();
    words(segments).filter(|word| title.contains(word)).count()
}

/// Returns the words of the last part of an address that say something.
fn words(segments: &[String]) -> impl Iterator<Item = &str> {
    let words = segments
        .last()
        .into_iter()
        .flat_map(|last| last.split(|c: char| !c.is_alphabetic()));
    words.filter(|word| word.len() >= SLUG_WORD_MIN)
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

#[cfg(test)]
mod tests {
    use url::Url;

    use super::believed_address;

    #[test]
    fn an_address_that_is_not_the_articles_is_not_believed() {
        let page = "https://news.example/harbour/2026/05/ferry-returns-to-harbour";
        let check = |url: &str, named: &str, is_believed: bool| {
            let found = believed_address(named, &Url::parse(url).unwrap(), "Ferry returns to harbour");
            assert_eq!(found.is_some(), is_believed, "{url} {named}");
        };
        for named in [
            "https://news.example/",
            "https://other.example",
            "https://news.example/harbour/",
            "https://news.example/harbour/2026/05",
            "https://news.example/sport",
            "https://news.example/undefined",
            "https://news.example/harbour/null",
            "https://news.example/{{slug}}",
            "https://news.example/%7B%7Burl%7D%7D",
            "https://news.example/${path}",
            "http://localhost:3000/harbour/2026/05/ferry-returns-to-harbour",
            "http://127.0.0.1/harbour/2026/05/ferry-returns-to-harbour",
            "https://news.example/harbour/2026/05/baker-wins-the-prize",
            "https://news.example/harbour/2026/05/harbour-tunnel-opens-late-again",
            "https://news.example/ferry-company-sold-to-rivals",
        ] {
            check(page, named, false);
        }
        for named in [
            page,
            "https://news.example/harbour/2026/05/ferry-returns-to-harbour/",
            "https://www.news.example/ferry-returns-to-harbour-1234567",
            "https://agency.example/wire/ferry-returns-to-harbour",
            "https://news.example/harbour/2026/05/ferry-back-in-harbour-after-storm",
            "https://news.example/?p=77",
            "https://news.example/article/7712345",
        ] {
            check(page, named, true);
        }
        for view in ["/amp", "/amphtml", "/2", "/print", "/index.html"] {
            check(&format!("{page}{view}"), page, true);
        }
        check("https://news.example/", "https://news.example/", true);
        check("https://news.example/?p=77", "https://news.example/", false);
        check("https://news.example/?utm_source=feed", "https://news.example/", true);
        for (query, is_believed) in [
            ("id=12", false),
            ("id=12&utm_source=feed", false),
            ("utm_source=feed", true),
            ("print=1", true),
        ] {
            for script in [
                "https://news.example/index.php",
                "https://news.example/show-the-news.aspx",
                "https://news.example/article",
            ] {
                check(&format!("{script}?{query}"), script, is_believed);
                check(&format!("{script}?{query}"), &format!("{script}?id=12"), true);
            }
            check(&format!("{page}?{query}"), page, true);
        }
        check("http://127.0.0.1:8000/a/b", "http://127.0.0.1:8000/a/b", true);
        check("http://127.0.0.1:8000/a/b", "http://127.0.0.1:8000/undefined", false);
        check("https://notes.example/a/index.html", "https://notes.example/a/", true);
    }
}
