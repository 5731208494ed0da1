//! A part of a page as a sequence of text blocks: paragraphs, headings, items, quotes, rows, each as plain text and as
//! Markdown.
//!
//! Words are never glued: every block element, cell and line break parts them. Text is escaped, so that nothing a page
//! says becomes markup in the document.

use std::collections::HashSet;

use scraper::node::Element;
use url::Url;

use super::block::{Block, BlockKind, DropReason};
use super::embeds;
use super::inline::InlineBuilder;
use super::markup::figures::Figure;
use super::markup::permalinks::Permalink;
use super::markup::{formulas, line_numbers, permalinks};
use crate::domain::url::without_tracking;
use crate::extract::page::items::{Page, absolute, attr, is_hidden};
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
    /// The level of the heading that is open, and where it began.
    heading: Option<(u8, usize)>,
    /// The first link with words in it.
    heading_words: Option<usize>,
    quotes: usize,
    captions: usize,
    /// What the figure is that is open, and where it began.
    figure: Option<(usize, Figure)>,
    abouts: usize,
    here: usize,
    /// What lies before this item is in a part that is left out.
    named_end: usize,
    /// The elements that are open and hold code.
    codes: Vec<usize>,
    /// Elements of the code that is open that number its lines.
    line_numbers: HashSet<usize>,
    /// The part in which a line of code has just ended.
    line_end: Option<usize>,
    /// How long the text was when the last formula had been read.
    formula_end: Option<usize>,
    row: Option<Vec<(String, String)>>,
    row_is_first: bool,
    /// The table of data that is open.
    data_table: Option<usize>,
}

/// Returns the blocks of the items from `root`, without the subtrees `is_left_out` names.
pub fn blocks(page: &Page<'_>, root: usize, base: Option<&Url>, is_left_out: impl Fn(usize) -> bool) -> Vec<Block> {
    read(page, root, base, is_left_out, false)
}

/// Returns the texts of blocks, parted by blank lines.
pub fn plain(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks
        .iter()
        .map(|block| block.text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    texts.join("\n\n")
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
        heading: None,
        heading_words: None,
        quotes: 0,
        captions: 0,
        figure: None,
        abouts: 0,
        here: root,
        named_end: 0,
        codes: Vec::new(),
        line_numbers: HashSet::new(),
        line_end: None,
        formula_end: None,
        row: None,
        row_is_first: false,
        data_table: None,
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
            if builder.is_read_whole(at) {
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
    let mut blocks = builder.blocks;
    embeds::mark(page, root, &mut blocks);
    blocks
}

impl Builder<'_, '_> {
    fn text(&mut self, at: usize) {
        let item = &self.page.items[at];
        if item.chars > 0 {
            self.here = at;
        }
        // Between rows and cells no text stands.
        if self.is_code() && item.chars == 0 && is_row_part(self.page.items[item.parent].name) {
            return;
        }
        self.line_end = None;
        self.inline.text(item.text, self.is_code());
    }

    /// Reads what is one thing with all that is in it, or no text at all: formulas, line numbers, marks that link a heading
    /// to itself, pictures for those without scripts. Returns whether it was one.
    fn is_read_whole(&mut self, at: usize) -> bool {
        let page = self.page;
        let item = &page.items[at];
        match item.name {
            "a" => return self.permalink(at) == Some(Permalink::Mark),
            "noscript" => {
                self.late_image(at);
                return true;
            }
            "math" | "script" | "img" => {
                let Some(formula) = formulas::at(page, at) else {
                    return item.name == "script";
                };
                // One formula may stand there as markup, as its source and as a picture.
                if item.name == "math" || self.formula_end != Some(self.inline.markdown_len()) {
                    let is_seen = !page.items[item.parent].element.is_some_and(is_hidden);
                    self.here = at;
                    self.inline.code(&formula, is_seen);
                    self.formula_end = Some(self.inline.markdown_len());
                }
                return true;
            }
            _ => {}
        }
        self.line_numbers.contains(&at)
            || line_numbers::is_column(page, at)
            || (self.is_code() && line_numbers::is_numbered_cell(page, at))
    }

    fn permalink(&self, at: usize) -> Option<Permalink> {
        let (_, heading) = self.heading?;
        permalinks::of(self.page, heading, self.heading_words, at, self.base)
    }

    fn open(&mut self, at: usize) {
        let page = self.page;
        let item = &page.items[at];
        if item.is_block {
            self.part();
        }
        match item.name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.heading = Some((item.name.as_bytes()[1] - b'0', at));
                self.heading_words = permalinks::first_words(page, at);
            }
            "ul" | "ol" | "menu" | "dl" => self.lists.push((item.name == "ol", before_first(item.attr("start")))),
            "li" | "dt" | "dd" => {
                if self.row.is_some() {
                    self.inline.part();
                }
                if let Some((_, count)) = self.lists.last_mut() {
                    *count += 1;
                }
                self.items.push(false);
            }
            "blockquote" => self.quotes += 1,
            "pre" => self.open_code(at),
            "td" if !self.is_code() && self.row.is_none() && line_numbers::is_code_cell(page, at) => self.open_code(at),
            "figure" if self.figure.is_none() => self.figure = Some((at, Figure::of(page, at))),
            "figcaption" | "caption" => self.captions += 1,
            "table" if !self.is_code() && line_numbers::is_code_table(page, at) => self.open_code(at),
            "table" if self.is_data_table(at) => {
                self.data_table = Some(at);
                self.row_is_first = true;
            }
            "tr" if !self.is_code() && self.data_table.is_some() => self.row = Some(Vec::new()),
            "br" => {
                if self.row.is_some() {
                    self.inline.space();
                } else if self.inline.line_break(self.is_code()) {
                    self.flush();
                }
            }
            "a" if self.permalink(at).is_some() => self.inline.open_nothing(),
            "a" => self
                .inline
                .open_link(item.attr("href").and_then(|href| followed(href, self.base))),
            "strong" | "b" => self.inline.open_mark("**"),
            "em" | "i" => self.inline.open_mark("*"),
            "code" | "tt" | "kbd" if !self.is_code() => self.inline.open_mark("`"),
            // Some put each line of code in an element of its own.
            "code" if self.line_end == Some(item.parent) => self.inline.code_line(),
            "img" | "amp-img" | "amp-anim" => {
                let source = picture::source_at(page, at, self.base);
                self.image(item.element, at, source);
            }
            "picture" if !page.items[at..item.end].iter().any(picture::is_picture) => {
                let source = picture::of_sources(page, at, self.base);
                self.image(item.element, at, source);
            }
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
            "code" | "tt" | "kbd" if !self.is_code() => self.inline.close(),
            "code" => self.line_end = Some(item.parent),
            _ => {}
        }
        if item.is_block {
            self.part();
        }
        if self.codes.last() == Some(&at) {
            self.close_code();
        }
        match item.name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = None,
            "ul" | "ol" | "menu" | "dl" => {
                self.lists.pop();
            }
            "li" | "dt" | "dd" => {
                self.items.pop();
            }
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "figure" if self.figure.is_some_and(|(figure, _)| figure == at) => self.figure = None,
            "figcaption" | "caption" => self.captions = self.captions.saturating_sub(1),
            "table" if self.data_table == Some(at) => self.data_table = None,
            _ => {}
        }
        self.abouts -= usize::from(is_about(self.page, at));
    }

    /// Whether a table holds data: several short cells a row, no blocks within and more than links; others only lay out a
    /// page.
    fn is_data_table(&self, table: usize) -> bool {
        let item = &self.page.items[table];
        if self.data_table.is_some() || item.chars == item.link_chars {
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
                "table" | "form" | "h1" | "h2" | "h3" | "blockquote" | "pre" | "article" | "section" => {
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

    /// Parts what comes from what was, as a block does.
    fn part(&mut self) {
        if self.row.is_some() {
            self.inline.space();
        } else if self.is_code() {
            self.inline.code_line();
        } else {
            self.flush();
        }
    }

    fn is_code(&self) -> bool {
        !self.codes.is_empty()
    }

    fn open_code(&mut self, at: usize) {
        if self.codes.is_empty() {
            self.line_numbers = line_numbers::within(self.page, at);
        }
        self.codes.push(at);
    }

    fn close_code(&mut self) {
        if self.codes.len() == 1 {
            self.flush();
            self.line_numbers.clear();
        }
        self.codes.pop();
    }

    fn late_image(&mut self, at: usize) {
        let Some(element) = self
            .page
            .sources
            .get(&at)
            .and_then(|html| picture::without_scripts(html))
        else {
            return;
        };
        let source = picture::source(&element, self.base);
        // It is the picture that the image before it waits for.
        let waits = |block: &Block| block.at + 2 >= at && self.page.items[block.at].name != "noscript";
        let replaces = |block: &Block| block.kind == BlockKind::Image && waits(block);
        if source.is_some() && self.blocks.last().is_some_and(replaces) {
            self.blocks.pop();
        }
        self.image(Some(&element), at, source);
    }

    fn image(&mut self, element: Option<&Element>, at: usize, source: Option<String>) {
        let Some(element) =
            element.filter(|element| !picture::is_tiny(element) && self.row.is_none() && !self.is_code())
        else {
            return;
        };
        let Some(source) = source else { return };
        let is_again =
            |block: &Block| block.kind == BlockKind::Image && block.markdown.contains(&markdown::destination(&source));
        if self.blocks.last().is_some_and(is_again) {
            return;
        }
        self.flush();
        let mut alt = InlineBuilder::default();
        alt.text(attr(element, "alt").unwrap_or_default(), false);
        // Markdown has no place for a size but the title.
        let size = |name| attr(element, name).and_then(|v| v.trim_end_matches("px").parse::<u32>().ok());
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
        let is_code = self.is_code();
        let kind = match self.items.last_mut() {
            _ if is_code => BlockKind::Pre,
            _ if let Some((level, _)) = self.heading => BlockKind::Heading(level),
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
        let is_caption = match self.figure {
            Some((_, Figure::Quotation)) => false,
            Some((_, Figure::Picture)) => {
                self.captions > 0 || (matches!(kind, BlockKind::Paragraph | BlockKind::Heading(_)) && self.quotes == 0)
            }
            _ => self.captions > 0,
        };
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
            is_caption,
            is_strong,
        });
    }
}

/// Whether an item is about the article; a container with much text in it only has such a name.
fn is_about(page: &Page<'_>, at: usize) -> bool {
    let item = &page.items[at];
    (item.hints.is_about && item.chars < 300) || item.name == "time"
}

/// Whether text that stands directly in an element is none of the page.
fn is_row_part(name: &str) -> bool {
    matches!(name, "table" | "thead" | "tbody" | "tfoot" | "tr")
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
