//! What a page's verdict is told from: what the page is called, what it declares, and what it says.

use std::borrow::Cow;

use url::Url;

use super::index_page;
use super::wall_phrases::{ERROR_WORDS, LOGIN};
use crate::extract::body::block::Block;
use crate::extract::page::head_data::HeadData;
use crate::extract::page::headline_lines::is_elsewhere;
use crate::extract::page::items::{Page, PageItem};
use crate::extract::page::redirect_stub;
use crate::text::line;

/// Names of pages looked at, in characters.
const NAME_CHARS_MAX: usize = 200;
/// Blocks at the end of a text among which a wall may be.
const LAST_BLOCKS: usize = 2;
/// Characters of a page looked at for a wall's words.
const WHOLE_MAX: usize = 60_000;

/// Bytes behind the article's frame that are looked at: a wall follows at once.
const BEHIND_MAX: usize = 600;

/// What the question is answered from.
pub struct VerdictEvidence<'k, 'a> {
    pub page: &'k Page<'a>,
    pub head_data: &'k HeadData<'a>,
    /// The article's blocks.
    pub body: &'k [Block],
    pub title: &'k str,
    pub url: &'k Url,
    /// What its relative addresses are read against.
    pub base: &'k Url,
    /// Where it sends its reader on at once.
    pub leads_on: Option<&'k Url>,
}

/// Returns the parts of a page's name, the site's own among them.
pub fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['|', '–', '—', '·', '•', '»', '«', ':', '：', '｜', '_'])
        .flat_map(|part| part.split(" - "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

impl VerdictEvidence<'_, '_> {
    /// Returns what leads to no other page.
    pub fn own(&self) -> index_page::OwnAddresses<'_> {
        index_page::OwnAddresses {
            url: self.url,
            base: self.base,
            canonical: self.head_data.canonical.and_then(|own| self.base.join(own).ok()),
        }
    }

    /// Returns what the page is called: its title, the document's, its first headings.
    pub fn names(&self) -> Vec<String> {
        let headings = self
            .page
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.name == "h1" && item.chars > 0);
        let headings = headings.take(2).filter(|(_, item)| item.chars < NAME_CHARS_MAX);
        let headings = headings.map(|(at, _)| self.page.text_of(at));
        let names = [self.title.to_owned(), self.head_data.document_title.clone()];
        let mut names: Vec<String> = names.into_iter().chain(headings).map(|name| folded(&name)).collect();
        names.dedup();
        names
    }

    /// Whether the page's data call it one article.
    pub fn is_declared(&self) -> bool {
        let structured = &self.head_data.structured;
        let is_dated = || self.head_data.first(&["article:published_time"]).is_some();
        let is_graph = || self.head_data.first(&["og:type"]).is_some_and(|kind| kind == "article") && is_dated();
        (structured.is_article && structured.articles < 3) || is_graph()
    }

    /// Returns what the page says where its text ends and behind it, as far as the part it stands in goes, its buttons
    /// included: there stands what keeps the rest for those who pay. Menus, other articles and the frame of the page say
    /// nothing of this one.
    pub fn behind_text(&self) -> String {
        let items = &self.page.items;
        let last = &self.body[self.body.len().saturating_sub(LAST_BLOCKS)..];
        let from = last.first().map_or(0, |block| block.at);
        let is_frame = |item: &PageItem<'_>| matches!(item.name, "main" | "article");
        let mut outer = from;
        let mut scope = None;
        while outer > 0 {
            outer = items[outer].parent;
            if is_frame(&items[outer]) {
                scope = Some(outer);
            }
        }
        let end = scope.map_or(items.len(), |at| items[at].end);
        let mut text = self.head_data.buttons.join(" ");
        let mut at = from;
        while at < end && text.len() <= WHOLE_MAX {
            let item = &items[at];
            if item.element.is_some() && is_elsewhere(self.page, item) {
                at = item.end;
                continue;
            }
            text.push_str(item.text);
            text.push(' ');
            at += 1;
        }
        if scope.is_some() {
            self.push_behind(end, &mut text);
        }
        folded(&text)
    }

    /// Adds what is said right behind a frame that ends here, up to the next menu, footer or other article.
    fn push_behind(&self, end: usize, text: &mut String) {
        let is_end = |item: &PageItem<'_>| {
            let leads_away = matches!(item.name, "h2" | "h3" | "h4") && item.link_chars > 0;
            let is_other = matches!(item.name, "nav" | "footer" | "aside" | "article") || leads_away;
            item.element.is_some() && (is_other || is_elsewhere(self.page, item))
        };
        let own = text.len();
        for item in &self.page.items[end..] {
            if text.len() > own + BEHIND_MAX || is_end(item) {
                break;
            }
            // A link is the name of another report as often as a button.
            if item.link_chars == 0 {
                text.push_str(item.text);
                text.push(' ');
            }
        }
    }

    /// Whether the page asks not to be found by searching.
    pub fn is_unlisted(&self) -> bool {
        let mut robots = self.head_data.all("robots");
        robots.any(|content| content.to_ascii_lowercase().contains("noindex"))
    }

    /// Whether the page does nothing but send its reader on. A check sends him to where he is, and nobody is to find it.
    pub fn is_stub(&self) -> bool {
        let is_other = |to: &&Url| to.path() != self.url.path() || !self.is_unlisted();
        redirect_stub::is_slight(self.page) && self.leads_on.filter(is_other).is_some()
    }

    /// Whether the address is that of a search.
    pub fn is_search(&self) -> bool {
        let is_asked = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
            !value.is_empty()
                && matches!(
                    &*name,
                    "q" | "s" | "query" | "search" | "text" | "keyword" | "keywords" | "wd"
                )
        };
        self.url.query_pairs().any(is_asked)
    }

    /// Whether the page is a login.
    pub fn asks_who(&self, names: &[String]) -> bool {
        let begins = |name: &str| {
            let rest = LOGIN.iter().filter_map(|word| name.strip_prefix(*word));
            rest.into_iter().any(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        let is_login = |name: &String| {
            parts(name).any(|part| LOGIN.contains(part)) || (self.head_data.asks_password && begins(name))
        };
        names.iter().any(is_login)
    }
}

/// Returns what a page says, its buttons included, and without numbers: "we and our 214 partners".
pub fn all_text(evidence: &VerdictEvidence<'_, '_>) -> String {
    let mut text = String::new();
    let buttons = evidence.head_data.buttons.iter().map(String::as_str);
    for piece in buttons.chain(evidence.page.items.iter().map(|item| item.text)) {
        if text.len() > WHOLE_MAX {
            break;
        }
        text.push_str(piece);
        text.push(' ');
    }
    let text = folded(&text);
    let words = text.split(' ').filter(|word| !word.bytes().all(|b| b.is_ascii_digit()));
    words.collect::<Vec<_>>().join(" ")
}

/// Returns a text in lower case on one line, with straight apostrophes.
pub fn folded(text: &str) -> String {
    line(text).to_lowercase().replace('’', "'")
}

/// Whether a name is that of an error and nothing else: "404", "Error 404".
pub fn is_status(name: &str) -> bool {
    parts(name).any(|part| {
        let mut words = part
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let is_code = |word: &str| matches!(word, "404" | "410");
        let (mut codes, mut others) = (0, 0);
        words.by_ref().take(4).for_each(|word| {
            if is_code(word) {
                codes += 1;
            } else if !ERROR_WORDS.contains(word) {
                others += 1;
            }
        });
        codes == 1 && others == 0 && words.next().is_none()
    })
}
