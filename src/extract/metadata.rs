//! What a page says of its article beside the text: headline, authors, dates, addresses, language, picture.
//!
//! Sources in the order of the document format: JSON-LD, OpenGraph and its kin, the page's own elements. Where nothing
//! says it, nothing is made up.

use scraper::node::{Element, Node};
use scraper::{ElementRef, Html};
use url::Url;

use super::blocks::absolute;
use super::jsonld::{self, Linked};
use super::page::Page;
use super::{authors, dates, names};
use crate::domain::Timestamp;
use crate::domain::article::Image;

/// Meta elements read per page.
const META_MAX: usize = 400;
/// A headline is cut at this length, in characters.
const TITLE_MAX: usize = 500;

/// What was gathered in one pass over the tree.
#[derive(Default)]
pub struct Gathered<'a> {
    meta: Vec<(String, &'a str)>,
    pub linked: Linked,
    canonical: Option<&'a str>,
    amp: Option<&'a str>,
    document_title: String,
    language: Option<&'a str>,
    /// Links to feeds: address, title, media type.
    pub feeds: Vec<(&'a str, Option<&'a str>, &'a str)>,
    rel_author: Vec<String>,
}

/// What a page says of its article.
#[derive(Debug, Default, Clone)]
pub struct Metadata {
    pub title: String,
    /// The title is the article's headline by the page's word, not only the name of the page.
    pub has_headline: bool,
    pub byline: Option<String>,
    pub description: Option<String>,
    pub published_at: Option<Timestamp>,
    /// The offset from UTC the page writes that time with, in minutes.
    pub published_offset: Option<i32>,
    pub modified_at: Option<Timestamp>,
    pub canonical_url: Option<String>,
    pub amp_url: Option<String>,
    pub site_name: Option<String>,
    pub image: Option<Image>,
    pub language: Option<String>,
    pub is_video: bool,
}

impl<'a> Gathered<'a> {
    /// Gathers from a tree.
    pub fn of(html: &'a Html) -> Self {
        let mut gathered = Self::default();
        let mut scripts: Vec<String> = Vec::new();
        for node in html.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            match element.name() {
                "meta" if gathered.meta.len() < META_MAX => gathered.take_meta(element),
                "link" => gathered.take_link(element),
                "html" => gathered.language = element.attr("lang").or_else(|| element.attr("xml:lang")),
                "title" if gathered.document_title.is_empty() => {
                    let in_svg = node
                        .parent()
                        .and_then(|p| p.value().as_element())
                        .is_some_and(|p| p.name() == "svg");
                    if !in_svg && let Some(title) = ElementRef::wrap(node) {
                        gathered.document_title = line(&title.text().collect::<String>());
                    }
                }
                "script"
                    if element
                        .attr("type")
                        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json")) =>
                {
                    if let Some(script) = ElementRef::wrap(node) {
                        scripts.push(script.text().collect());
                    }
                }
                "a" if element
                    .attr("rel")
                    .is_some_and(|rel| rel.split_whitespace().any(|word| word == "author")) =>
                {
                    if let Some(link) = ElementRef::wrap(node) {
                        gathered.rel_author.push(line(&link.text().collect::<String>()));
                    }
                }
                _ => {}
            }
        }
        gathered.linked = jsonld::read(scripts.iter().map(String::as_str));
        gathered
    }

    fn take_meta(&mut self, element: &'a Element) {
        let name = element
            .attr("property")
            .or_else(|| element.attr("name"))
            .or_else(|| element.attr("itemprop"));
        if let (Some(name), Some(content)) = (name, element.attr("content"))
            && !content.trim().is_empty()
        {
            self.meta.push((name.trim().to_ascii_lowercase(), content.trim()));
        }
    }

    fn take_link(&mut self, element: &'a Element) {
        let (Some(rel), Some(href)) = (element.attr("rel"), element.attr("href")) else {
            return;
        };
        let rel = rel.to_ascii_lowercase();
        let is = |word: &str| rel.split_whitespace().any(|own| own == word);
        if is("canonical") {
            self.canonical = self.canonical.or(Some(href));
        } else if is("amphtml") {
            self.amp = self.amp.or(Some(href));
        } else if is("alternate")
            && let Some(kind) = element.attr("type")
            && ["rss", "atom", "feed+json", "rdf"]
                .iter()
                .any(|word| kind.contains(word))
        {
            self.feeds.push((href, element.attr("title"), kind));
        }
    }

    fn first(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| {
            self.meta
                .iter()
                .find(|(own, _)| own == name)
                .map(|(_, content)| *content)
        })
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_owned();
        self.meta
            .iter()
            .filter(move |(own, _)| *own == name)
            .map(|(_, content)| *content)
    }

    /// Returns the page's metadata.
    pub fn metadata(&self, page: &Page<'_>, url: &Url) -> Metadata {
        let base = Some(url);
        let site_name = self.site_name();
        let (title, has_headline) = self.title(page, site_name.as_deref());
        let description = self.first(&[
            "og:description",
            "twitter:description",
            "description",
            "dc.description",
            "dcterms.description",
            "sailthru.description",
        ]);
        let description = description
            .map(str::to_owned)
            .or_else(|| self.linked.description.clone())
            .map(|text| line(&unescaped(&text)))
            .filter(|text| !text.is_empty());
        let published = self.published(page, url);
        let modified_at = self
            .linked
            .modified
            .as_deref()
            .or_else(|| {
                self.first(&[
                    "article:modified_time",
                    "og:updated_time",
                    "datemodified",
                    "last-modified",
                ])
            })
            .and_then(dates::parse);
        let language = self
            .linked
            .language
            .as_deref()
            .or(self.language)
            .or_else(|| self.first(&["og:locale", "language", "content-language", "dc.language"]));
        let kind = self.first(&["og:type"]).unwrap_or_default();
        Metadata {
            byline: names::byline(
                self.author_lines(page, site_name.as_deref()),
                site_name.as_deref(),
                &title,
            ),
            description,
            published_at: published.map(|(at, _)| at),
            published_offset: published.and_then(|(_, offset)| offset),
            modified_at,
            canonical_url: self
                .canonical
                .or_else(|| self.first(&["og:url"]))
                .and_then(|href| absolute(href, base)),
            amp_url: self.amp.and_then(|href| absolute(href, base)),
            image: self.image(base),
            language: language.and_then(language_tag),
            is_video: kind.starts_with("video") || (self.linked.is_video && !self.linked.is_article),
            site_name,
            has_headline,
            title,
        }
    }

    fn site_name(&self) -> Option<String> {
        let meta = self
            .first(&[
                "og:site_name",
                "application-name",
                "twitter:app:name:iphone",
                "dc.publisher",
            ])
            .map(unescaped);
        let name = self
            .linked
            .publisher
            .clone()
            .map(|name| unescaped(&name))
            .or(meta)
            .map(|name| line(&name));
        let headline = self.linked.headline.as_deref().or_else(|| self.first(&["og:title"]));
        name.filter(|name| !name.is_empty() && Some(name.as_str()) != headline && name.chars().count() < 80)
    }

    /// Returns the title, and whether the page calls it a headline.
    fn title(&self, page: &Page<'_>, site_name: Option<&str>) -> (String, bool) {
        let structured = self.linked.headline.as_deref().filter(|_| self.linked.is_article);
        let heading = headings(page);
        let open_graph = self.first(&[
            "og:title",
            "twitter:title",
            "parsely-title",
            "sailthru.title",
            "dc.title",
            "dcterms.title",
        ]);
        let candidates = [
            structured.map(unescaped),
            open_graph.map(unescaped),
            Some(self.document_title.clone()),
        ];
        let is_declared = candidates[..2].iter().any(Option::is_some);
        let mut title = candidates
            .into_iter()
            .flatten()
            .map(|text| line(&text))
            .find(|text| !text.is_empty())
            .unwrap_or_default();
        // The visible headline is what the page's name ends with a site's name around.
        let visible = heading
            .iter()
            .find(|own| is_within(own, &title) || is_within(own, &self.document_title));
        let is_visible = visible.is_some();
        let only = match &heading[..] {
            [only] => Some(only).filter(|only| is_about_the_same(only, &title)),
            _ => None,
        };
        if let Some(visible) = visible.or(only) {
            title.clone_from(visible);
        } else {
            title = names::without_site(&title, site_name);
        }
        if title.is_empty() {
            title = heading.into_iter().next().unwrap_or_default();
        }
        let has_headline = is_declared || is_visible;
        (title.chars().take(TITLE_MAX).collect(), has_headline)
    }

    fn author_lines(&self, page: &Page<'_>, site_name: Option<&str>) -> Vec<String> {
        let mut lines: Vec<String> = self.linked.authors.iter().map(|name| unescaped(name)).collect();
        if lines.is_empty() {
            for name in [
                "author",
                "article:author",
                "parsely-author",
                "sailthru.author",
                "dc.creator",
                "dcterms.creator",
                "byl",
                "article:author_name",
                "citation_author",
            ] {
                let values = self.all(name).filter(|text| !text.starts_with("http")).map(unescaped);
                lines.extend(values.map(|text| match text.split_once(", ") {
                    // Libraries write the family name first.
                    Some((family, given)) if name == "citation_author" => format!("{given} {family}"),
                    _ => text,
                }));
                if !lines.is_empty() {
                    break;
                }
            }
        }
        // What is declared may be the site's account or nobody; then the page itself is asked.
        if names::byline(lines.clone(), site_name, "").is_none() {
            let visible = authors::visible_lines(page);
            if !visible.is_empty() {
                lines = visible;
            }
        }
        if lines.is_empty() && self.rel_author.len() <= 3 {
            lines.clone_from(&self.rel_author);
        }
        lines
    }

    fn published(&self, page: &Page<'_>, url: &Url) -> Option<(Timestamp, Option<i32>)> {
        let told = |text: &str| Some((dates::parse(text)?, dates::offset(text)));
        let structured = self.linked.published.as_deref().and_then(told);
        let meta = || {
            self.first(&[
                "article:published_time",
                "og:published_time",
                "article:published",
                "datepublished",
                "date",
                "pubdate",
                "publishdate",
                "publish-date",
                "publish_date",
                "publication_date",
                "parsely-pub-date",
                "sailthru.date",
                "dc.date",
                "dc.date.issued",
                "dcterms.created",
                "dcterms.date",
                "dc.date.created",
                "citation_publication_date",
                "citation_date",
                "cxenseparse:recs:publishtime",
                "rnews:datepublished",
                "article.published",
                "originalpublicationdate",
                "displaydate",
                "created",
                "timestamp",
                "article_date_original",
                "ptime",
                "release_date",
            ])
            .and_then(told)
        };
        if url.path() == "/" && !self.linked.is_article {
            return None;
        }
        structured
            .or_else(meta)
            .or_else(|| dates::in_page(page, url).map(|at| (at, None)))
    }

    fn image(&self, base: Option<&Url>) -> Option<Image> {
        let open_graph = self
            .first(&["og:image", "og:image:url", "og:image:secure_url"])
            .and_then(|href| absolute(href, base));
        let size = |name| {
            self.first(&[name])
                .and_then(|text| text.trim_end_matches("px").parse::<u32>().ok())
                .filter(|n| *n > 0)
        };
        if let Some(url) = open_graph {
            let linked = self
                .linked
                .image
                .as_ref()
                .filter(|(own, ..)| absolute(own, base).as_deref() == Some(url.as_str()));
            let (width, height) = linked.map_or((None, None), |(_, width, height)| (*width, *height));
            return Some(Image {
                url,
                width: size("og:image:width").or(width),
                height: size("og:image:height").or(height),
            });
        }
        if let Some((href, width, height)) = &self.linked.image
            && let Some(url) = absolute(href, base)
        {
            return Some(Image {
                url,
                width: *width,
                height: *height,
            });
        }
        let url = self
            .first(&[
                "twitter:image",
                "twitter:image:src",
                "image",
                "thumbnail",
                "sailthru.image.full",
            ])
            .and_then(|href| absolute(href, base))?;
        Some(Image {
            url,
            width: None,
            height: None,
        })
    }
}

/// Whether a visible headline stands in the page's name, and is most of it.
fn is_within(heading: &str, title: &str) -> bool {
    let squeezed = super::boundary::squeezed;
    let (own, whole) = (squeezed(heading), squeezed(title));
    own.len() > 8 && whole.contains(&own) && own.len() * 10 >= whole.len() * 4
}

/// Whether a page's one headline says what its name says, in other words.
fn is_about_the_same(heading: &str, title: &str) -> bool {
    let words = |text: &str| -> std::collections::HashSet<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() > 2)
            .map(str::to_owned)
            .collect()
    };
    let (own, whole) = (words(heading), words(title));
    own.len() >= 3 && own.intersection(&whole).count() * 3 >= own.len().min(whole.len())
}

fn headings(page: &Page<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in ["h1", "h2"] {
        for (at, item) in page
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.name == name && item.chars > 0 && item.chars < 300)
        {
            found.push(text_of(page, at));
            if found.len() >= 12 || item.end == 0 {
                break;
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    found
}

/// Returns the text of an item on one line.
pub fn text_of(page: &Page<'_>, at: usize) -> String {
    let mut text = String::new();
    for item in &page.items[at..page.items[at].end] {
        if item.is_block || item.name == "br" {
            text.push(' ');
        }
        text.push_str(item.text);
    }
    line(&text)
}

/// Returns a text on one line, white space collapsed.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a text in which entities that were escaped twice are read.
pub fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let fragment = Html::parse_fragment(&text.replace('<', "&lt;"));
    fragment.root_element().text().collect()
}

fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-").to_ascii_lowercase();
    let is_tag = tag.len() >= 2 && tag.len() <= 12 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_tag.then_some(tag)
}
