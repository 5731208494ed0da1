//! A letter's words: its text without what stands around it, where it stands on the web, and what it links to.
//!
//! A letter is laid out like no page: tables within tables, everything of it meant to be read, nothing around it but what
//! `furniture` knows. So no article is looked for in it; all is text but that. Nothing it names is asked for.

mod tracking_links;
mod furniture;

use std::collections::HashMap;

use scraper::node::Node;
use scraper::{Html, StrTendril};
use url::Url;

use super::body::block::{Block, BlockKind};
use super::body::phrases::is_interruption;
use super::body::{blocks, markdown};
use super::page::dom;
use super::page::items::Page;
use crate::domain::url::{CanonicalUrl, is_same_site, web, without_tracking};
use crate::text::{fold, head, is_unspaced, line};
use furniture::{furniture, is_left_out, names_subscription, names_web_version};
use tracking_links::is_opaque;
pub use tracking_links::resolved;

/// Links taken from one letter.
pub const LINKS_MAX: usize = 200;
/// Links looked at in one letter.
const ANCHORS_MAX: usize = 5_000;
/// What names a link has at least this many letters and digits, of scripts without spaces a third.
const TITLE_CHARS_MIN: usize = 12;
/// A line that says where a letter stands on the web has at most this many characters, white space left out, and elements.
const LINE_CHARS_MAX: usize = 160;
const LINE_ITEMS_MAX: usize = 40;
/// As much of a paragraph is looked at for each of its links, in bytes.
const SAID_BYTES_MAX: usize = 4_000;
/// A headline has at most this many characters.
const TITLE_CHARS_MAX: usize = 300;

/// What the body of a letter says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterBody {
    pub markdown: String,
    /// Paragraphs separated by blank lines.
    pub text: String,
    /// Where the letter says that it stands on the web.
    pub web_version: Option<Url>,
    /// What it links to, each address once.
    pub links: Vec<LetterLink>,
    /// Links of which only a counter of clicks knows where they lead.
    pub untold_links: usize,
}

/// A link of a letter with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLink {
    pub url: Url,
    pub title: String,
    pub text: String,
}

/// Returns what a letter in HTML says below its subject.
pub fn letter_of_html(html: &str, subject: &str) -> LetterBody {
    let mut tree = dom::parse(html, None);
    resolve_links(&mut tree);
    let page = Page::of(&tree);
    if page.items.is_empty() {
        return LetterBody::default();
    }
    let all = blocks::blocks(&page, 0, None, |at| is_left_out(&page.items[at]));
    let is_out = furniture(&all);
    let anchors = anchors(&page);
    let web_version = web_version(&page, &anchors);
    let (links, untold_links) = links(&page, &anchors, &all, &is_out, web_version.as_ref());
    let mut is_out = is_out.iter();
    let mut kept = all;
    kept.retain(|_| !is_out.next().expect("each block was judged"));
    // Its subject is its headline already.
    let is_subject = |first: &[Block]| fold(blocks::plain(first).trim()) == fold(subject.trim());
    if kept.len() > 1 && is_subject(&kept[..1]) {
        kept.remove(0);
    }
    LetterBody {
        markdown: markdown::render(&kept),
        text: blocks::plain(&kept),
        web_version,
        links,
        untold_links,
    }
}

/// Returns where a letter stands on the web, if that is plainly a page of this site: no counter of clicks, and nothing in it
/// that names its reader.
pub fn own_web_version(link: &Url, site: &str) -> Option<Url> {
    let site = web(&format!("https://{site}/"))?;
    let names_reader = |value: &str| value.contains('@') || value.len() > 20;
    let is_plain = !is_opaque(link) && !link.query_pairs().any(|(_, value)| names_reader(&value));
    (is_plain && is_same_site(link, &site) && link.path().len() > 1).then(|| without_tracking(link))
}

/// Puts in the place of each link's address where it leads.
fn resolve_links(tree: &mut Html) {
    for node in tree.tree.values_mut() {
        let Node::Element(element) = node else { continue };
        if element.name() != "a" {
            continue;
        }
        for (name, value) in &mut element.attrs {
            if &*name.local == "href"
                && let Some(url) = web(value)
            {
                *value = StrTendril::from(resolved(&url).as_str());
            }
        }
    }
}

struct Anchor {
    at: usize,
    url: Url,
}

fn anchors(page: &Page<'_>) -> Vec<Anchor> {
    let all = page.items.iter().enumerate().filter(|(_, item)| item.name == "a");
    let read = |(at, _): (usize, _)| {
        let url = web(page.items[at].attr("href")?)?;
        Some(Anchor { at, url })
    };
    all.take(ANCHORS_MAX).filter_map(read).collect()
}

/// Returns where a letter says that it stands on the web: a link that says so, else the only one of a line that does.
fn web_version(page: &Page<'_>, anchors: &[Anchor]) -> Option<Url> {
    let says = |anchor: &&Anchor| names_web_version(&page.text_of(anchor.at));
    let is_in_line = |anchor: &&Anchor| {
        let parent = page.items[anchor.at].parent;
        let item = &page.items[parent];
        let mut links = page.items[parent..item.end].iter().filter(|item| item.name == "a");
        let is_line = item.chars <= LINE_CHARS_MAX && item.end - parent <= LINE_ITEMS_MAX;
        is_line && links.nth(1).is_none() && names_web_version(&page.text_of(parent))
    };
    let found = anchors.iter().find(says).or_else(|| anchors.iter().find(is_in_line));
    found.map(|anchor| anchor.url.clone())
}

/// Returns the links to articles with what is said of them, and how many of the others lead nobody knows where.
fn links(
    page: &Page<'_>,
    anchors: &[Anchor],
    all: &[Block],
    is_out: &[bool],
    own: Option<&Url>,
) -> (Vec<LetterLink>, usize) {
    let own = own.map(CanonicalUrl::new);
    let mut seen: HashMap<CanonicalUrl, (usize, bool)> = HashMap::new();
    let (mut found, mut untold): (Vec<LetterLink>, usize) = (Vec::new(), 0);
    for anchor in anchors {
        // A block is known by where its text ends, so a link belongs to the first that ends behind it.
        let at = all.partition_point(|block| block.at < anchor.at);
        let words = page.text_of(anchor.at);
        if at == all.len() || is_out[at] || names_subscription(&words) || names_web_version(&words) {
            continue;
        }
        let Some((title, is_named)) = title(&words, all, is_out, at).filter(|(title, _)| !is_interruption(title))
        else {
            continue;
        };
        if is_opaque(&anchor.url) {
            untold += 1;
            continue;
        }
        let key = CanonicalUrl::new(&anchor.url);
        // A front page is no article, and the letter itself is none of its links.
        let is_front = anchor.url.path().len() <= 1 && anchor.url.query().is_none();
        if is_front || own.as_ref() == Some(&key) {
            continue;
        }
        let link = || LetterLink {
            url: anchor.url.clone(),
            text: said(&title, all, is_out, at),
            title: title.clone(),
        };
        match seen.get_mut(&key) {
            // A picture before it has no words.
            Some((number, was_named)) if is_named && !*was_named => {
                *was_named = true;
                found[*number] = link();
            }
            None if found.len() < LINKS_MAX => {
                seen.insert(key, (found.len(), is_named));
                found.push(link());
            }
            _ => {}
        }
    }
    (found, untold)
}

/// Returns what a link is called, and whether its own words say so; where they only say that more is to be read there, the
/// headline before them does, their own line or the one before.
fn title(words: &str, all: &[Block], is_out: &[bool], own: usize) -> Option<(String, bool)> {
    let words = without_addresses(words);
    if is_title(&words) {
        return Some((words, true));
    }
    let before: Vec<&Block> = (0..own)
        .rev()
        .filter(|at| !is_out[*at])
        .take(2)
        .map(|at| &all[at])
        .collect();
    let heading = before.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)));
    let nearby = heading
        .copied()
        .into_iter()
        .chain([&all[own]])
        .chain(before.first().copied());
    let lines = nearby.flat_map(|block| [block.text.trim().lines().next().unwrap_or_default(), &block.text]);
    let lines = lines.map(|text| head(text, SAID_BYTES_MAX));
    let mut titles = lines.map(without_addresses).filter(|text| is_title(text));
    titles.next().map(|title| (title, false))
}

/// Returns a line without the addresses that stand in it, and without signs before and behind its words.
fn without_addresses(text: &str) -> String {
    let is_word = |word: &&str| !word.contains("http://") && !word.contains("https://");
    let line = text.split_whitespace().filter(is_word).collect::<Vec<_>>().join(" ");
    let line = line.trim_start_matches(['*', '-', '•', '·', '>', ' ']);
    line.trim_end_matches([':', ' ', '-', '–', '→', '»', '<', '('])
        .to_owned()
}

fn is_title(text: &str) -> bool {
    let weight: usize = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if is_unspaced(c) { 3 } else { 1 })
        .sum();
    weight >= TITLE_CHARS_MIN && text.chars().count() <= TITLE_CHARS_MAX
}

/// Returns what is said of a link: the rest of its own paragraph, else the paragraph behind it.
fn said(title: &str, all: &[Block], is_out: &[bool], own: usize) -> String {
    let text = without_addresses(head(&all[own].text, SAID_BYTES_MAX));
    let rest = text
        .strip_prefix(title)
        .unwrap_or(&text)
        .trim_start_matches([':', '.', '-', '–', ' ']);
    if rest.chars().count() > title.chars().count() / 2 {
        return rest.to_owned();
    }
    let next = all.get(own + 1).filter(|next| !is_out[own + 1] && next.link_chars == 0);
    let next = next.filter(|next| !matches!(next.kind, BlockKind::Heading(_)));
    next.map(|next| line(head(&next.text, SAID_BYTES_MAX)))
        .unwrap_or_default()
}
