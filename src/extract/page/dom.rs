//! Bounded parsing around scraper: bytes, and a work budget of tags × open depth.
//!
//! html5ever looks through its open elements for every new one and every end, so deep nesting costs its square. The budget
//! counts that work instead of time: the same page is cut at the same place on every machine. What was parsed until then is
//! a whole tree.

use std::borrow::Cow;
use std::cell::{Cell, Ref};
use std::sync::atomic::{AtomicBool, Ordering};

use ego_tree::NodeId;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName};
use scraper::{Html, HtmlTreeSink};
use url::Url;

use super::text::floor;
use crate::text;

/// A page is read up to this many bytes; what is behind them is not the article any more.
pub const BYTES_MAX: usize = 5 * 1024 * 1024;
/// Elements × open depth that one page may cost; about a third of a second.
const WORK_MAX: u64 = 80_000_000;
/// Elements, comments and pieces of text one page may have; they take about a hundred bytes each.
const NODES_MAX: u64 = 600_000;
/// How much dearer an element of a text's look is that bears attributes: it is compared with all that are open.
const FORMATTING_COST: u64 = 8;
/// Words one tag or comment may have. Every attribute is compared with those before it.
const TAG_WORDS_MAX: usize = 40_000;
/// Bytes parsed between two looks at the budget.
const PIECE: usize = 8 * 1024;

/// Returns what the relative addresses of a page are read against: its first `<base href>` (HTML, 4.2.3), else its own
/// address. One that leads to neither http nor https counts for nothing.
pub fn base(tree: &Html, url: &Url) -> Url {
    let head = tree.tree.nodes().filter_map(|node| node.value().as_element());
    let mut head = head.take_while(|element| element.name() != "body");
    let named = head.find_map(|element| element.attr("href").filter(|_| element.name() == "base"));
    named
        .and_then(|href| url.join(href.trim()).ok())
        .filter(|base| matches!(base.scheme(), "http" | "https"))
        .unwrap_or_else(|| url.clone())
}

struct CountingSink {
    sink: HtmlTreeSink,
    /// Elements since the last look.
    created: Cell<u64>,
    /// Nodes of all kinds, from the beginning.
    nodes: Cell<u64>,
    /// Where the last node went.
    last: Cell<Option<NodeId>>,
}

impl CountingSink {
    /// Returns the work since the last look: the elements that were made and the end tags there were, times how deep the page
    /// is here. An end tag that ends nothing is looked for among all that are open.
    fn work(&self, end_tags: u64) -> u64 {
        let html = self.sink.0.borrow();
        let last = self.last.get().and_then(|id| html.tree.get(id));
        let depth = last.map_or(1, |node| node.ancestors().count() + 1);
        (self.created.take() + end_tags) * depth as u64
    }
}

/// Returns the tree of a page, cut where a bound is reached or `cancelled` is set.
pub fn parse(html: &str, cancelled: Option<&AtomicBool>) -> Html {
    let sink = CountingSink {
        sink: HtmlTreeSink::new(Html::new_document()),
        created: Cell::new(0),
        nodes: Cell::new(0),
        last: Cell::new(None),
    };
    let (mut work, mut seen, mut words) = (0, 0, 0);
    let mut parser = html5ever::driver::parse_document(sink, ParseOpts::default());
    let mut rest = &html[..floor(html, BYTES_MAX)];
    while !rest.is_empty() {
        let (piece, more) = rest.split_at(floor(rest, PIECE));
        parser.process(StrTendril::from(piece));
        rest = more;
        let sink = &parser.tokenizer.sink.sink;
        work += sink.work(piece.matches("</").count() as u64);
        // Nothing came of this piece: a tag or a comment goes on.
        let nodes = sink.nodes.get();
        words = if nodes == seen {
            words + piece.split_ascii_whitespace().count()
        } else {
            0
        };
        seen = nodes;
        if work > WORK_MAX
            || nodes > NODES_MAX
            || words > TAG_WORDS_MAX
            || cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed))
        {
            break;
        }
    }
    parser.finish()
}

/// Whether an element is of those that go on behind the end of the block they stand in.
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u"
    )
}

/// Whatever is read off a page is clean from here on, references included.
fn clean_text(child: &mut NodeOrText<NodeId>) {
    if let NodeOrText::AppendText(text) = child {
        clean(text);
    }
}

fn clean(text: &mut StrTendril) {
    if let Cow::Owned(clean) = text::clean(text) {
        *text = StrTendril::from(clean);
    }
}

impl TreeSink for CountingSink {
    type Output = Html;
    type Handle = NodeId;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Html {
        self.sink.finish()
    }

    fn parse_error(&self, _: Cow<'static, str>) {
        // Every page has errors; nobody reads them.
    }

    fn get_document(&self) -> NodeId {
        self.sink.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.sink.elem_name(target)
    }

    fn create_element(&self, name: QualName, mut attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        attributes.iter_mut().for_each(|attribute| clean(&mut attribute.value));
        let is_dear = !attributes.is_empty() && is_formatting(&name.local);
        self.created
            .set(self.created.get() + if is_dear { FORMATTING_COST } else { 1 });
        self.nodes.set(self.nodes.get() + 1);
        self.sink.create_element(name, attributes, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.nodes.set(self.nodes.get() + 1);
        self.sink.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.sink.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, mut child: NodeOrText<NodeId>) {
        clean_text(&mut child);
        self.last.set(Some(*parent));
        if matches!(child, NodeOrText::AppendText(_)) {
            self.nodes.set(self.nodes.get() + 1);
        }
        self.sink.append(parent, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, mut child: NodeOrText<NodeId>) {
        clean_text(&mut child);
        self.sink.append_based_on_parent_node(element, previous, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.sink.append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.sink.get_template_contents(target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.sink.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, mut child: NodeOrText<NodeId>) {
        clean_text(&mut child);
        self.sink.append_before_sibling(sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.sink.add_attrs_if_missing(target, attributes);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.sink.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.sink.reparent_children(node, new_parent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_cut_and_still_a_tree() {
        let html = format!("<p>before</p>{}", "<div>".repeat(200_000));
        let tree = parse(&html, None);
        assert!(tree.tree.nodes().count() < 200_000);
        assert!(tree.root_element().text().any(|text| text == "before"));
    }

    #[test]
    fn ordinary_length_is_not_cut() {
        let html = "<p>one <b>bold</b> line<br></p>".repeat(20_000);
        assert_eq!(
            parse(&html, None).tree.nodes().filter(|n| n.value().is_text()).count(),
            60_000
        );
    }

    #[test]
    fn what_costs_its_square_is_cut() {
        let fonts: String = (0..20_000).map(|n| format!("<font color={n}>")).collect();
        assert!(parse(&fonts, None).tree.nodes().count() < 10_000);
        let attributes: String = (0..100_000).map(|n| format!(" a{n}=v")).collect();
        let tree = parse(&format!("<p>before</p><div{attributes}>text</div>"), None);
        assert!(!tree.root_element().text().any(|text| text == "text"));
        assert!(tree.root_element().text().any(|text| text == "before"));
    }

    #[test]
    fn many_nodes_are_cut_and_long_comments_are_not() {
        let tree = parse(&"<br>x".repeat(900_000), None);
        assert!(tree.tree.nodes().count() < 650_000);
        let comment = format!("<!-- {} --><p>after</p>", "word ".repeat(30_000));
        assert!(parse(&comment, None).root_element().text().any(|text| text == "after"));
    }

    #[test]
    fn a_cancelled_page_ends_soon() {
        let tree = parse(&"<p>x</p>".repeat(100_000), Some(&AtomicBool::new(true)));
        assert!(tree.tree.nodes().count() < 10_000);
    }
}
