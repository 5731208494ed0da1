//! A part of a page as a sequence of text blocks: paragraphs, headings, items, quotes, rows, each as plain text and as
//! Markdown.
//!
//! Words are never glued: every block element, cell and line break parts them. Text is escaped, so that nothing a page
//! says becomes markup in the document.

use url::Url;

use super::block::{Block, BlockKind, DropReason};
use super::inline::InlineBuilder;
use crate::domain::url::without_tracking;
use crate::extract::page::items::{Page, absolute};
use crate::extract::picture;
use crate::text::markdown;

/// Blocks one page may have; what comes after them is left out.
const BLOCKS_MAX: usize = 20_000;
/// Cells longer than this make a table a layout, in characters.
const CELL_MAX: usize = 400;

struct Builder<'p, 'a> {
    page: &'p Page<'a>,
    base: Option<&'p Url>,
    blocks: Vec<Block>,
    inline: InlineBuilder,
    lists: Vec<(bool, usize)>,
    items: Vec<bool>,
    heading: u8,
    quotes: usize,
    captions: usize,
    abouts: usize,
    here: usize,
    /// What lies before this item is in a part that is left out.
    named_end: usize,
    pres: usize,
    row: Option<Vec<(String, String)>>,
    row_is_first: bool,
    data_tables: usize,
}

/// Returns the blocks of the items from `root`, without the subtrees `is_left_out` names.
pub fn blocks(page: &Page<'_>, root: usize, base: Option<&Url>, is_left_out: impl Fn(usize) -> bool) -> Vec<Block> {
    read(page, root, base, is_left_out, false)
}

/// Returns all blocks of the items from `root`; those in the subtrees `is_left_out` names bear that fate.
pub fn all_blocks(page: &Page<'_>, root: usize, base: Option<&Url>, is_left_out: impl Fn(usize) -> bool) -> Vec<Block> {
    read(page, root, base, is_left_out, true)
}

fn read(
    page: &Page<'_>,
    root: usize,
    base: Option<&Url>,
    is_left_out: impl Fn(usize) -> bool,
    keeps_all: bool,
) -> Vec<Block> {
    let mut builder = Builder {
        page,
        base,
        blocks: Vec::new(),
        inline: InlineBuilder::default(),
        lists: Vec::new(),
        items: Vec::new(),
        heading: 0,
        quotes: 0,
        captions: 0,
        abouts: 0,
        here: root,
        named_end: 0,
        pres: 0,
        row: None,
        row_is_first: false,
        data_tables: 0,
    };
    let mut open: Vec<usize> = Vec::new();
    let (mut at, end) = (root, page.items[root].end);
    while at < end && builder.blocks.len() < BLOCKS_MAX {
        while open.last().is_some_and(|own| page.items[*own].end <= at) {
            builder.close(open.pop().expect("the loop has just seen it"));
        }
        if page.items[at].element.is_some() {
            let is_out = at != root && is_left_out(at);
            if is_out && keeps_all && builder.named_end <= at {
                builder.flush();
                builder.named_end = page.items[at].end;
            } else if is_out && !keeps_all {
                builder.inline.space();
                at = page.items[at].end;
                continue;
            }
            builder.open(at);
            open.push(at);
        } else {
            builder.text(at);
        }
        at += 1;
    }
    while let Some(own) = open.pop() {
        builder.close(own);
    }
    builder.flush();
    builder.blocks
}

impl Builder<'_, '_> {
    fn text(&mut self, at: usize) {
        let item = &self.page.items[at];
        if item.chars > 0 {
            self.here = at;
        }
        self.inline.text(item.text, self.pres > 0);
    }

    fn open(&mut self, at: usize) {
        let page = self.page;
        let item = &page.items[at];
        if item.is_block && self.row.is_none() {
            self.flush();
        } else if item.is_block {
            self.inline.space();
        }
        match item.name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = item.name.as_bytes()[1] - b'0',
            "ul" | "ol" | "menu" | "dl" => self.lists.push((item.name == "ol", before_first(item.attr("start")))),
            "li" | "dt" | "dd" => {
                if let Some((_, count)) = self.lists.last_mut() {
                    *count += 1;
                }
                self.items.push(false);
            }
            "blockquote" => self.quotes += 1,
            "pre" => self.pres += 1,
            "figure" | "figcaption" | "caption" => self.captions += 1,
            "table" if self.is_data_table(at) => {
                self.data_tables += 1;
                self.row_is_first = true;
            }
            "tr" if self.data_tables > 0 => self.row = Some(Vec::new()),
            "br" => {
                if self.row.is_some() {
                    self.inline.space();
                } else if self.inline.line_break(self.pres > 0) {
                    self.flush();
                }
            }
            "a" => self
                .inline
                .open_link(item.attr("href").and_then(|href| followed(href, self.base))),
            "strong" | "b" => self.inline.open_mark("**"),
            "em" | "i" => self.inline.open_mark("*"),
            "code" | "tt" | "kbd" if self.pres == 0 => self.inline.open_mark("`"),
            "img" => self.image(at),
            _ => {}
        }
        self.abouts += usize::from(is_about(self.page, at));
    }

    fn close(&mut self, at: usize) {
        let page = self.page;
        let item = &page.items[at];
        match item.name {
            "td" | "th" if self.row.is_some() => {
                let cell = self.inline.take();
                if let Some(row) = &mut self.row {
                    row.push((cell.text, cell.markdown));
                }
            }
            "tr" if self.row.is_some() => self.end_row(at),
            "a" | "strong" | "b" | "em" | "i" => self.inline.close(),
            "code" | "tt" | "kbd" if self.pres == 0 => self.inline.close(),
            _ => {}
        }
        if item.is_block && self.row.is_none() {
            self.flush();
        } else if item.is_block {
            self.inline.space();
        }
        match item.name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = 0,
            "ul" | "ol" | "menu" | "dl" => {
                self.lists.pop();
            }
            "li" | "dt" | "dd" => {
                self.items.pop();
            }
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "pre" => self.pres = self.pres.saturating_sub(1),
            "figure" | "figcaption" | "caption" => self.captions = self.captions.saturating_sub(1),
            "table" if self.data_tables > 0 && self.is_data_table(at) => self.data_tables -= 1,
            _ => {}
        }
        self.abouts -= usize::from(is_about(self.page, at));
    }

    /// Whether a table holds data: several short cells a row and no blocks within; others only lay out a page.
    fn is_data_table(&self, table: usize) -> bool {
        if self.data_tables > 0 {
            return false;
        }
        let (mut rows, mut cells) = (0, 0);
        for item in &self.page.items[table + 1..self.page.items[table].end] {
            match item.name {
                "tr" => rows += 1,
                "td" | "th" => {
                    cells += 1;
                    if item.chars > CELL_MAX {
                        return false;
                    }
                }
                "table" | "form" | "ul" | "ol" | "h1" | "h2" | "h3" | "blockquote" | "pre" | "article" | "section" => {
                    return false;
                }
                _ => {}
            }
        }
        rows >= 2 && cells >= rows * 2
    }

    fn end_row(&mut self, at: usize) {
        let Some(row) = self.row.take() else { return };
        if row.iter().all(|(text, _)| text.trim().is_empty()) {
            return;
        }
        let text = row
            .iter()
            .map(|(text, _)| text.as_str())
            .collect::<Vec<_>>()
            .join(" | ");
        let cells = row
            .into_iter()
            .map(|(_, markdown)| markdown.replace('\n', " ").replace('|', "\\|"))
            .collect();
        let item = &self.page.items[at];
        let kind = BlockKind::Row {
            is_head: std::mem::take(&mut self.row_is_first),
            cells,
        };
        let counts = (item.chars, item.link_chars);
        self.push(kind, text, String::new(), counts, false);
    }

    fn image(&mut self, at: usize) {
        let item = &self.page.items[at];
        let source = picture::source(item, self.base);
        let is_tiny = |name| {
            item.attr(name)
                .and_then(|v| v.parse::<u32>().ok())
                .is_some_and(|size| size < 60)
        };
        let Some(source) = source.filter(|_| !is_tiny("width") && !is_tiny("height") && self.row.is_none()) else {
            return;
        };
        self.flush();
        let mut alt = InlineBuilder::default();
        alt.text(item.attr("alt").unwrap_or_default(), false);
        // Markdown has no place for a size but the title.
        let size = |name| {
            item.attr(name)
                .and_then(|v| v.trim_end_matches("px").parse::<u32>().ok())
        };
        let title = match (size("width"), size("height")) {
            (Some(width), Some(height)) => format!(" \"{width}x{height}\""),
            _ => String::new(),
        };
        let alt = alt.take().markdown.replace('\n', " ");
        let markdown = format!("![{alt}]({}{title})", markdown::destination(&source));
        self.here = at;
        self.push(BlockKind::Image, String::new(), markdown, (0, 0), false);
    }

    fn flush(&mut self) {
        let done = self.inline.take();
        if done.text.trim().is_empty() {
            return;
        }
        let depth = self.lists.len().max(1) - 1;
        let kind = match self.items.last_mut() {
            _ if self.heading > 0 => BlockKind::Heading(self.heading),
            _ if self.pres > 0 => BlockKind::Pre,
            Some(begun) if !*begun => {
                *begun = true;
                let number = self.lists.last().filter(|(counts, _)| *counts).map(|(_, count)| *count);
                BlockKind::Item { depth, number }
            }
            Some(_) => BlockKind::ItemText { depth },
            None => BlockKind::Paragraph,
        };
        let counts = (done.chars, done.link_chars);
        self.push(kind, done.text, done.markdown, counts, done.is_strong);
    }

    fn push(
        &mut self,
        kind: BlockKind,
        text: String,
        markdown: String,
        (chars, link_chars): (usize, usize),
        is_strong: bool,
    ) {
        self.blocks.push(Block {
            kind,
            text,
            markdown,
            chars,
            link_chars,
            at: self.here,
            is_quote: self.quotes > 0,
            is_about: self.abouts > 0,
            drop_reason: (self.here < self.named_end).then_some(DropReason::Named),
            is_caption: self.captions > 0,
            is_strong,
        });
    }
}

/// Whether an item is about the article; a container with much text in it only has such a name.
fn is_about(page: &Page<'_>, at: usize) -> bool {
    let item = &page.items[at];
    (item.hints.is_about && item.chars < 300) || item.name == "time"
}

/// Returns an address a link in the body leads to: without tracking, with the place in the page it names.
fn followed(href: &str, base: Option<&Url>) -> Option<String> {
    let url = Url::parse(&absolute(href, base)?).ok()?;
    let mut clean = without_tracking(&url);
    clean.set_fragment(url.fragment());
    Some(clean.into())
}

/// Returns the number before a list's first, as Markdown can count: up to nine digits.
fn before_first(start: Option<&str>) -> usize {
    let start = start.and_then(|text| text.trim().parse::<usize>().ok());
    start.filter(|n| *n < 900_000_000).map_or(0, |n| n.saturating_sub(1))
}
