//! A page as one flat list in document order, with what the other steps ask for counted once.
//!
//! Every item knows where its subtree ends, so walking and skipping need no recursion however deep a page nests.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::node::{Element, Node};
use scraper::{Html, Selector};
use url::Url;

use super::class_names;
use super::elements::{is_block, is_media, is_skipped};
use super::text::{ascii_spaces, weight};
use crate::domain::url::without_credentials;
use crate::extract::rules::{ReadingRule, RuleSet};
use crate::text::line;

/// What stands in an element that is no text of the page is not read where it is longer, in bytes.
const SOURCE_BYTES_MAX: usize = 4_000;

/// One element or text of a page.
pub struct PageItem<'a> {
    /// Empty for a text.
    pub name: &'a str,
    pub element: Option<&'a Element>,
    pub text: &'a str,
    pub parent: usize,
    /// The first item behind this one's subtree.
    pub end: usize,
    /// Characters of text inside, white space left out.
    pub chars: usize,
    /// Those of them inside links.
    pub link_chars: usize,
    pub commas: usize,
    /// What class, id and role say this is.
    pub hints: class_names::ElementHints,
    pub is_block: bool,
}

impl<'a> PageItem<'a> {
    /// Returns an attribute's value, trimmed; none when it is empty.
    pub fn attr(&self, name: &str) -> Option<&'a str> {
        attr(self.element?, name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    /// Whether this element is marked as the date of a change.
    pub fn is_update(&self) -> bool {
        self.attr("itemprop")
            .is_some_and(|p| p.eq_ignore_ascii_case("dateModified"))
            || self.attr("class").is_some_and(|class| {
                let class = class.to_ascii_lowercase();
                (class.contains("updated") || class.contains("modified")) && !class.contains("publish")
            })
    }

    /// Returns the share of text that stands in links.
    pub fn link_density(&self) -> f32 {
        if self.chars == 0 {
            0.0
        } else {
            self.link_chars as f32 / self.chars as f32
        }
    }
}

/// A page's elements and texts.
pub struct Page<'a> {
    pub items: Vec<PageItem<'a>>,
    /// How much the text says that is left out because it is hidden.
    pub hidden_weight: usize,
    /// What stands in an element that is shown only without scripts, and the formula in a script, by its item.
    pub sources: HashMap<usize, &'a str>,
    /// Before which item a video, a drawing, a frame with another page stands; in order.
    pub media: Vec<usize>,
}

impl<'a> Page<'a> {
    /// Returns the page a tree holds. Hidden parts and those that hold no text of the page are left out.
    pub fn of(html: &'a Html) -> Self {
        Self::under(html, RuleSet::ALL)
    }

    /// Returns the page a tree holds when only these rules hold.
    pub fn under(html: &'a Html, rules: RuleSet) -> Self {
        let mut items: Vec<PageItem<'a>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        // Set while inside a part that is left out.
        let mut skipping = None;
        let (mut hides, mut hidden_weight) = (false, 0);
        let mut links = 0_usize;
        let mut senses = class_names::HintCache::new(rules);
        let (mut sources, mut media) = (HashMap::new(), Vec::new());
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) if skipping.is_none() => match node.value() {
                    Node::Element(element) => {
                        let is_skipped = is_skipped(&element.name.local);
                        if is_skipped {
                            if let Some(source) = source_of(node) {
                                let parent = open.last().copied().unwrap_or(0);
                                sources.insert(items.len(), source);
                                items.push(item(parent, element, &mut senses));
                                let end = items.len();
                                items[end - 1].end = end;
                            } else if is_media(&element.name.local) {
                                media.push(items.len());
                            }
                        }
                        if is_skipped || (rules.has(ReadingRule::Hidden) && is_hidden(element) && !is_formula(node)) {
                            hides = !is_skipped;
                            skipping = Some(node.id());
                            continue;
                        }
                        links += usize::from(element.name() == "a");
                        let parent = open.last().copied().unwrap_or(0);
                        open.push(items.len());
                        items.push(item(parent, element, &mut senses));
                    }
                    Node::Text(text) => {
                        let parent = open.last().copied().unwrap_or(0);
                        items.push(text_item(parent, items.len(), text, links > 0));
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if skipping.is_some() {
                        if skipping == Some(node.id()) {
                            skipping = None;
                        }
                    } else if let Node::Element(element) = node.value()
                        && let Some(own) = open.pop()
                    {
                        links -= usize::from(element.name() == "a");
                        items[own].end = items.len();
                    }
                }
                Edge::Open(node) if hides => hidden_weight += hidden_weight_of(node),
                Edge::Open(_) => {}
            }
        }
        let total = items.len();
        for own in open {
            items[own].end = total;
        }
        for own in (1..total).rev() {
            let PageItem {
                chars,
                link_chars,
                commas,
                parent,
                ..
            } = items[own];
            let parent = &mut items[parent];
            parent.chars += chars;
            parent.link_chars += link_chars;
            parent.commas += commas;
        }
        Self {
            items,
            hidden_weight,
            sources,
            media,
        }
    }
}

impl Page<'_> {
    /// Whether a video, a drawing or a frame with another page stands in a part.
    pub fn holds_media(&self, at: usize) -> bool {
        let first = self.media.partition_point(|own| *own <= at);
        self.media.get(first).is_some_and(|own| *own <= self.items[at].end)
    }

    /// Whether a part stands in another.
    pub fn contains(&self, outer: usize, inner: usize) -> bool {
        outer <= inner && inner < self.items[outer].end
    }

    /// Returns the text of an item on one line.
    pub fn text_of(&self, at: usize) -> String {
        let mut text = String::new();
        for item in &self.items[at..self.items[at].end] {
            if item.is_block || item.name == "br" {
                text.push(' ');
            }
            text.push_str(item.text);
        }
        line(&text)
    }

    /// Returns the items a selector names, in document order; none when it is no selector, which the configuration
    /// checks.
    pub fn select(&self, tree: &Html, selector: &str) -> Vec<usize> {
        let Ok(selector) = Selector::parse(selector) else {
            return Vec::new();
        };
        let wanted: HashSet<*const Element> = tree.select(&selector).map(|e| std::ptr::from_ref(e.value())).collect();
        let is_wanted = |item: &PageItem<'_>| item.element.is_some_and(|e| wanted.contains(&std::ptr::from_ref(e)));
        self.items
            .iter()
            .enumerate()
            .filter(|(_, item)| is_wanted(item))
            .map(|(at, _)| at)
            .collect()
    }

    /// Returns the elements an item stands in, outermost first, the last ones of many.
    pub fn path(&self, at: usize) -> String {
        const SHOWN: usize = 6;
        let (mut steps, mut own) = (Vec::new(), at);
        loop {
            let item = &self.items[own];
            if item.element.is_some() {
                let mut step = item.name.to_owned();
                if let Some(id) = item.attr("id") {
                    step.push('#');
                    step.push_str(id);
                }
                for class in item.attr("class").unwrap_or_default().split_whitespace().take(3) {
                    step.push('.');
                    step.push_str(class);
                }
                steps.push(step);
            }
            if own == 0 || steps.len() == SHOWN {
                break;
            }
            own = item.parent;
        }
        steps.reverse();
        steps.join(" > ")
    }
}

/// Returns an address a reader may follow: http or https, absolute.
pub fn absolute(href: &str, base: Option<&Url>) -> Option<String> {
    let url = match base {
        Some(base) => base.join(href.trim()).ok()?,
        None => Url::parse(href.trim()).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| without_credentials(&url).into())
}

/// Returns an attribute of an element. The element's own way builds a name to look for first.
pub fn attr<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs().find(|(own, _)| *own == name).map(|(_, value)| value)
}

fn item<'a>(parent: usize, element: &'a Element, senses: &mut class_names::HintCache<'a>) -> PageItem<'a> {
    PageItem {
        name: element.name(),
        element: Some(element),
        text: "",
        parent,
        end: 0,
        chars: 0,
        link_chars: 0,
        commas: 0,
        hints: senses.of(element),
        is_block: is_block(&element.name.local),
    }
}

fn text_item(parent: usize, at: usize, text: &str, in_link: bool) -> PageItem<'_> {
    let (chars, commas) = counted(text);
    PageItem {
        name: "",
        element: None,
        text,
        parent,
        end: at + 1,
        chars,
        link_chars: if in_link { chars } else { 0 },
        commas,
        hints: class_names::ElementHints::default(),
        is_block: false,
    }
}

/// Returns how many characters a text has, white space left out, and how many commas.
fn counted(text: &str) -> (usize, usize) {
    if text.is_ascii() {
        let commas = text.as_bytes().iter().filter(|byte| **byte == b',').count();
        return (text.len() - ascii_spaces(text), commas);
    }
    let (mut chars, mut commas) = (0, 0);
    for c in text.chars() {
        chars += usize::from(!c.is_whitespace());
        commas += usize::from(matches!(c, ',' | '，' | '、' | '،'));
    }
    (chars, commas)
}

/// Returns how much the text of a node of a hidden part says.
fn hidden_weight_of(node: NodeRef<'_, Node>) -> usize {
    let Node::Text(text) = node.value() else { return 0 };
    let holder = node.parent().and_then(|parent| parent.value().as_element());
    match holder {
        Some(holder) if is_skipped(&holder.name.local) => 0,
        _ => weight(text),
    }
}

/// Returns the text of an element that is no text of the page and yet says what the page shows: a picture that waits for a
/// script to load it, a formula that waits for one to draw it.
fn source_of<'a>(node: NodeRef<'a, Node>) -> Option<&'a str> {
    let element = node.value().as_element()?;
    let is_wanted = |text: &str| match element.name() {
        "noscript" => text.contains("<img"),
        "script" => attr(element, "type").is_some_and(|kind| kind.starts_with("math/")),
        _ => false,
    };
    let text = &node.first_child()?.value().as_text()?.text;
    Some(&**text).filter(|text| text.len() <= SOURCE_BYTES_MAX && is_wanted(text))
}

/// Whether a part is a formula as markup: those who draw formulas hide it, and show what they have drawn.
fn is_formula(node: NodeRef<'_, Node>) -> bool {
    let child = node.children().find(|child| !child.value().is_text());
    child.is_some_and(|child| {
        child
            .value()
            .as_element()
            .is_some_and(|element| element.name() == "math")
    })
}

/// Whether an element says that it is not shown.
pub fn is_hidden(element: &Element) -> bool {
    let (mut is_hidden, mut is_piece) = (false, false);
    for (name, value) in element.attrs() {
        match name {
            "hidden" => is_hidden = true,
            // Pages that are sent in pieces hold them hidden until a script has put them in place.
            "id" => is_piece = value.starts_with("S:"),
            "aria-hidden" if value == "true" => return true,
            "style" if is_hiding_style(value) => return true,
            // How page builders leave out what is not to be shown on this page.
            "class"
                if value
                    .split_ascii_whitespace()
                    .any(|class| class == "w-condition-invisible") =>
            {
                return true;
            }
            _ => {}
        }
    }
    is_hidden && !is_piece
}

/// Whether a style says `display: none` or `visibility: hidden`.
fn is_hiding_style(style: &str) -> bool {
    style
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .any(|(name, value)| {
            let (name, value) = (name.trim(), value.trim());
            let says = |wanted: &str| {
                value
                    .get(..wanted.len())
                    .is_some_and(|v| v.eq_ignore_ascii_case(wanted))
            };
            (name.eq_ignore_ascii_case("display") && says("none"))
                || (name.eq_ignore_ascii_case("visibility") && says("hidden"))
        })
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::extract::page::dom;

    #[test]
    fn what_only_waits_to_be_shown_is_no_hidden_part() {
        for (class, is_hidden) in [
            ("w-condition-invisible", true),
            ("elementor-widget elementor-invisible", false),
        ] {
            let tree = dom::parse(&format!("<p class='{class}'>The ferry is back.</p>"), None);
            assert_eq!(Page::of(&tree).hidden_weight > 0, is_hidden, "{class}");
        }
    }
}
