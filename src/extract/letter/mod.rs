//! A letter's words: its text without what stands around it, where it stands on the web, and what it links to.
//!
//! A letter is laid out like no page: tables within tables, everything of it meant to be read, nothing around it but what
//! `furniture` knows. So no article is looked for in it; all is text but that. Nothing it names is asked for.

mod social_links;
mod tracking_links;
mod click_counters;
mod furniture;
mod link_items;

use scraper::node::Node;
use scraper::{Html, StrTendril};
use url::Url;

use super::body::block::Block;
use super::body::{blocks, markdown};
use super::page::dom;
use super::page::items::Page;
use crate::domain::url::{is_same_site, web, without_tracking};
use crate::text::fold;
use click_counters::is_opaque;
use furniture::{bylines, furniture, is_left_out, names_web_version};
pub use link_items::LetterLink;
use link_items::{Anchor, anchors, link_items};
use social_links::is_social;
pub use tracking_links::resolved;

/// A line that says where a letter stands on the web has at most this many characters, white space left out, and elements.
const LINE_CHARS_MAX: usize = 160;
const LINE_ITEMS_MAX: usize = 40;
/// A link to a social network that says no more than its name has at most this many characters, white space left out.
const NETWORK_CHARS_MAX: usize = 30;

/// What the body of a letter says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterBody {
    pub markdown: String,
    /// Paragraphs separated by blank lines.
    pub text: String,
    /// Who wrote it, as the line below its headline says.
    pub authors: Vec<String>,
    /// Where the letter says that it stands on the web.
    pub web_version: Option<Url>,
    /// What it links to, each address once.
    pub links: Vec<LetterLink>,
    /// Links of which only a counter of clicks knows where they lead.
    pub untold_links: usize,
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
    let anchors = anchors(&page);
    let mut is_out = furniture(&all);
    let (head, authors) = bylines(&all, &is_out);
    for (at, is_social) in social_rows(&page, &anchors, &all).into_iter().enumerate() {
        is_out[at] |= is_social || head[at];
    }
    let web_version = web_version(&page, &anchors);
    let (links, untold_links) = link_items(&page, &anchors, &all, &is_out, web_version.as_ref());
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
        authors,
        web_version,
        links,
        untold_links,
    }
}

/// A number of so many digits in a query may be its reader's.
const READER_DIGITS_MIN: usize = 5;

/// Returns where a letter stands on the web, if that is plainly a page of this site: no counter of clicks, and nothing in it
/// that names its reader.
pub fn own_web_version(link: &Url, site: &str) -> Option<Url> {
    let site = web(&format!("https://{site}/"))?;
    let is_number = |value: &str| value.len() >= READER_DIGITS_MIN && value.bytes().all(|b| b.is_ascii_digit());
    let names_reader = |name: &str, value: &str| {
        let is_reader = [
            "uid",
            "sid",
            "subscriber",
            "reader",
            "recipient",
            "user",
            "email",
            "e",
            "u",
        ]
        .contains(&name);
        value.contains('@') || value.len() > 20 || is_number(value) || is_reader
    };
    let is_plain = !is_opaque(link) && !link.query_pairs().any(|(name, value)| names_reader(&name, &value));
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

/// The shortest name of a network that is looked for in its host, in bytes.
const NETWORK_BYTES_MIN: usize = 4;

/// Marks the blocks that are nothing but links to social networks.
fn social_rows(page: &Page<'_>, anchors: &[Anchor], all: &[Block]) -> Vec<bool> {
    let mut is_row: Vec<bool> = all
        .iter()
        .map(|block| block.chars > 0 && block.chars <= LINE_CHARS_MAX)
        .collect();
    let (mut chars, mut count) = (vec![0; all.len()], vec![0; all.len()]);
    for anchor in anchors {
        let at = all.partition_point(|block| block.at < anchor.at);
        if at < all.len() {
            chars[at] += page.items[anchor.at].chars;
            // One alone may be a person's, told as any other; by the network's own name it is not.
            let words = page.text_of(anchor.at).to_lowercase();
            let host = anchor.url.host_str().unwrap_or_default();
            let is_name = words.trim() == "x"
                || words
                    .split_whitespace()
                    .any(|word| word.len() >= NETWORK_BYTES_MIN && host.contains(word));
            count[at] += if is_name { 2 } else { 1 };
            // Longer words are what is said there.
            is_row[at] &= is_social(&anchor.url) && page.items[anchor.at].chars <= NETWORK_CHARS_MAX;
        }
    }
    // Signs stand between them.
    let letters = |block: &Block| block.text.chars().filter(|c| c.is_alphanumeric()).count();
    let is_whole = |(at, block): (usize, &Block)| is_row[at] && count[at] > 1 && chars[at] >= letters(block);
    all.iter().enumerate().map(is_whole).collect()
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
