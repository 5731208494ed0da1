//! A page as one flat list in document order, with what the other steps ask for counted once.
//!
//! Every item knows where its subtree ends, so walking and skipping need no recursion however deep a page nests.

use ego_tree::iter::Edge;
use scraper::Html;
use scraper::node::{Element, Node};

use super::words;

/// Elements whose content is never text of the page.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "select", "button",
    "input", "textarea", "head", "audio", "video", "map", "dialog", "frameset", "noframes", "datalist", "applet",
];
/// Elements that begin a new line of text.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "caption",
];

/// One element or text of a page.
pub struct Item<'a> {
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
    pub sense: words::Sense,
    pub is_block: bool,
}

impl Item<'_> {
    /// Returns an attribute's value, trimmed; none when it is empty.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.element?
            .attr(name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
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
    pub items: Vec<Item<'a>>,
}

impl<'a> Page<'a> {
    /// Returns the page a tree holds. Hidden parts and those that hold no text of the page are left out.
    pub fn of(html: &'a Html) -> Self {
        let mut items: Vec<Item<'a>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        // Set while inside a part that is left out.
        let mut skipping = None;
        let mut links = 0_usize;
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) if skipping.is_none() => match node.value() {
                    Node::Element(element) => {
                        if SKIPPED.contains(&element.name()) || is_hidden(element) {
                            skipping = Some(node.id());
                            continue;
                        }
                        links += usize::from(element.name() == "a");
                        let parent = open.last().copied().unwrap_or(0);
                        open.push(items.len());
                        items.push(item(parent, element));
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
                Edge::Open(_) => {}
            }
        }
        let total = items.len();
        for own in open {
            items[own].end = total;
        }
        for own in (1..total).rev() {
            let Item {
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
        Self { items }
    }
}

impl Page<'_> {
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

fn item(parent: usize, element: &Element) -> Item<'_> {
    Item {
        name: element.name(),
        element: Some(element),
        text: "",
        parent,
        end: 0,
        chars: 0,
        link_chars: 0,
        commas: 0,
        sense: words::sense(element),
        is_block: BLOCKS.contains(&element.name()),
    }
}

fn text_item(parent: usize, at: usize, text: &str, in_link: bool) -> Item<'_> {
    let (mut chars, mut commas) = (0, 0);
    for c in text.chars() {
        chars += usize::from(!c.is_whitespace());
        commas += usize::from(matches!(c, ',' | '，' | '、' | '،'));
    }
    Item {
        name: "",
        element: None,
        text,
        parent,
        end: at + 1,
        chars,
        link_chars: if in_link { chars } else { 0 },
        commas,
        sense: words::Sense::default(),
        is_block: false,
    }
}

fn is_hidden(element: &Element) -> bool {
    // Pages that are sent in pieces hold them hidden until a script has put them in place.
    let is_piece = element.attr("id").is_some_and(|id| id.starts_with("S:"));
    if (element.attr("hidden").is_some() && !is_piece) || element.attr("aria-hidden") == Some("true") {
        return true;
    }
    element.attr("style").is_some_and(|style| {
        let style: String = style
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}
