//! What a page's head and markup say of it, gathered in one pass over the tree: meta elements, links, structured data.

use scraper::node::{Element, Node};
use scraper::{ElementRef, Html};

use super::items::attr;
use super::jsonld::{self, StructuredData};
use crate::text::line;

/// Meta elements read per page.
const META_MAX: usize = 400;
/// What stands in the media types of feeds; some sites call them plain XML.
const FEED_TYPES: &[&str] = &["rss", "atom", "feed+json", "json+feed", "rdf"];
const PLAIN_TYPES: &[&str] = &["text/xml", "application/xml"];
/// A page that sends its reader on is not there to be read when it does so within these seconds.
const AT_ONCE_SECONDS: f32 = 10.0;
/// Buttons read per page.
const BUTTONS_MAX: usize = 40;
/// Scripts kept per page.
const SCRIPTS_MAX: usize = 400;
/// Icons kept per page.
const ICONS_MAX: usize = 20;
/// Ids and addresses kept per page.
const HOOKS_MAX: usize = 400;
/// What a button says is not longer than this, in bytes.
const BUTTON_BYTES_MAX: usize = 200;

/// What was gathered in one pass over the tree.
#[derive(Default)]
pub struct HeadData<'a> {
    meta: Vec<(String, &'a str)>,
    pub structured: StructuredData,
    pub canonical: Option<&'a str>,
    pub amp: Option<&'a str>,
    /// Icons of the site: what the link is for, address, sizes and media type.
    pub icons: Vec<[&'a str; 4]>,
    /// Where the page sends its reader by itself: seconds and address.
    pub refresh: Option<&'a str>,
    /// What the page says comes next: the next part of an article, or of a list, or another article.
    pub next: Option<&'a str>,
    pub document_title: String,
    pub language: Option<&'a str>,
    /// Links to feeds: address and title.
    pub feeds: Vec<(&'a str, Option<&'a str>)>,
    pub rel_author: Vec<String>,
    /// The page asks for a password somewhere.
    pub asks_password: bool,
    /// The scripts written in it, but for structured data.
    pub scripts: Vec<&'a str>,
    /// There is a script, written in it or asked for.
    pub has_script: bool,
    /// Ids, names and addresses of its scripts, links, pictures and forms.
    pub hooks: Vec<&'a str>,
    /// Characters that it shows only to those who have no scripts.
    pub noscript_chars: usize,
    /// What its first buttons say.
    pub buttons: Vec<String>,
}

impl<'a> HeadData<'a> {
    /// Gathers from a tree.
    pub fn of(html: &'a Html) -> Self {
        let mut head_data = Self::default();
        let mut structured: Vec<String> = Vec::new();
        for node in html.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            if matches!(element.name(), "script" | "link" | "img" | "form" | "input") {
                head_data.take_hooks(element);
            }
            match element.name() {
                "noscript" => {
                    let texts = node.descendants().filter_map(|inner| inner.value().as_text());
                    head_data.noscript_chars += texts.map(|text| shown_chars(text)).sum::<usize>();
                }
                "meta" if head_data.meta.len() < META_MAX => head_data.take_meta(element),
                "link" => head_data.take_link(element),
                "button" if head_data.buttons.len() < BUTTONS_MAX => {
                    let text = ElementRef::wrap(node).map(|button| line(&button.text().collect::<String>()));
                    head_data
                        .buttons
                        .extend(text.filter(|text| !text.is_empty() && text.len() < BUTTON_BYTES_MAX));
                }
                "input" => head_data.asks_password |= attr(element, "type").is_some_and(|kind| kind == "password"),
                "html" => head_data.language = attr(element, "lang").or_else(|| attr(element, "xml:lang")),
                "title" if head_data.document_title.is_empty() => {
                    let in_svg = node
                        .parent()
                        .and_then(|p| p.value().as_element())
                        .is_some_and(|p| p.name() == "svg");
                    if !in_svg && let Some(title) = ElementRef::wrap(node) {
                        head_data.document_title = line(&title.text().collect::<String>());
                    }
                }
                "script"
                    if attr(element, "type")
                        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json")) =>
                {
                    if let Some(script) = ElementRef::wrap(node) {
                        structured.push(script.text().collect());
                    }
                }
                "script" if head_data.scripts.len() < SCRIPTS_MAX => {
                    let text = node.first_child().and_then(|child| child.value().as_text());
                    head_data.scripts.extend(text.map(|text| &**text));
                }
                "a" if attr(element, "rel").is_some_and(|rel| rel.split_whitespace().any(|word| word == "author")) => {
                    if let Some(link) = ElementRef::wrap(node) {
                        head_data.rel_author.push(line(&link.text().collect::<String>()));
                    }
                }
                _ => {}
            }
        }
        head_data.structured = jsonld::read(structured.iter().map(String::as_str));
        head_data
    }

    fn take_meta(&mut self, element: &'a Element) {
        if attr(element, "http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh")) {
            self.refresh = self.refresh.or(attr(element, "content"));
        }
        let name = attr(element, "property")
            .or_else(|| attr(element, "name"))
            .or_else(|| attr(element, "itemprop"));
        if let (Some(name), Some(content)) = (name, attr(element, "content"))
            && !content.trim().is_empty()
        {
            self.meta.push((name.trim().to_ascii_lowercase(), content.trim()));
        }
    }

    fn take_hooks(&mut self, element: &'a Element) {
        let values = ["id", "name", "src", "href", "action"];
        let values = values.into_iter().filter_map(|name| attr(element, name));
        let left = HOOKS_MAX.saturating_sub(self.hooks.len());
        self.hooks.extend(values.take(left));
        let is_data = || attr(element, "type").is_some_and(|kind| kind.contains("json"));
        self.has_script |= element.name() == "script" && !is_data();
    }

    fn take_link(&mut self, element: &'a Element) {
        let (Some(rel), Some(href)) = (attr(element, "rel"), attr(element, "href")) else {
            return;
        };
        let rel = rel.to_ascii_lowercase();
        let is = |word: &str| rel.split_whitespace().any(|own| own == word);
        if is("canonical") {
            self.canonical = self.canonical.or(Some(href));
        } else if is("amphtml") {
            self.amp = self.amp.or(Some(href));
        } else if is("icon") || is("apple-touch-icon") || is("apple-touch-icon-precomposed") {
            let attribute = |name| attr(element, name).unwrap_or_default();
            if self.icons.len() < ICONS_MAX {
                let icon = [attribute("rel"), href, attribute("sizes"), attribute("type")];
                self.icons.push(icon);
            }
        } else if is("next") {
            self.next = self.next.or(Some(href));
        } else if is_feed(&rel, &attr(element, "type").unwrap_or_default().to_ascii_lowercase()) {
            self.feeds.push((href, attr(element, "title")));
        }
    }

    /// Returns where the page sends its reader at once, as it is written there (HTML, 4.2.5.3).
    pub fn leads_on(&self) -> Option<&'a str> {
        let (_, rest) = self.refresh?.trim().split_once([';', ','])?;
        if !self.refreshes_at_once() {
            return None;
        }
        let rest = rest.trim();
        let value = rest
            .get(..3)
            .filter(|name| name.eq_ignore_ascii_case("url"))
            .map_or(rest, |_| &rest[3..]);
        let value = value
            .trim_start()
            .trim_start_matches('=')
            .trim()
            .trim_matches(['"', '\'']);
        (!value.is_empty()).then_some(value)
    }

    /// Whether the page is exchanged for another, or for itself, before it can be read.
    pub fn refreshes_at_once(&self) -> bool {
        let seconds = self.refresh.and_then(|refresh| refresh.split([';', ',']).next());
        let seconds = seconds.and_then(|seconds| seconds.trim().parse::<f32>().ok());
        seconds.is_some_and(|seconds| seconds <= AT_ONCE_SECONDS)
    }

    /// Returns the content of the first meta element of these names, in the order of the names.
    pub fn first(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| {
            self.meta
                .iter()
                .find(|(own, _)| own == name)
                .map(|(_, content)| *content)
        })
    }

    /// Returns the contents of all meta elements of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_owned();
        self.meta
            .iter()
            .filter(move |(own, _)| *own == name)
            .map(|(_, content)| *content)
    }
}

/// Returns how many letters and digits a piece of HTML shows.
fn shown_chars(html: &str) -> usize {
    let mut is_tag = false;
    let shown = html.chars().filter(|c| {
        is_tag = *c == '<' || is_tag && *c != '>';
        !is_tag && c.is_alphanumeric()
    });
    shown.count()
}

/// Whether a link of these relations and this media type, both in small letters, leads to a feed of the page.
pub fn is_feed(rel: &str, kind: &str) -> bool {
    let is = |word: &str| rel.split_whitespace().any(|own| own == word);
    // Not what only begins so: WordPress names "text/xml+oembed" on every page.
    let plain = kind.split(';').next().unwrap_or_default().trim();
    let is_feed = || FEED_TYPES.iter().any(|word| kind.contains(word)) || PLAIN_TYPES.contains(&plain);
    is("feed") || is("alternate") && is_feed()
}
