//! Blocks as one Markdown text.

use super::block::{Block, BlockKind};
use crate::text::markdown;

/// Returns the Markdown of blocks, a blank line between them, items and rows together.
pub fn render(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut previous: Option<&Block> = None;
    let mut list = List::default();
    for (at, block) in blocks.iter().enumerate() {
        let is_new_quote = previous.is_none_or(|before| before.is_quote != block.is_quote);
        if is_new_quote || !matches!(block.kind, BlockKind::Item { .. } | BlockKind::ItemText { .. }) {
            list = List::default();
        }
        let text = match &block.kind {
            BlockKind::Row { is_head, cells } => {
                let goes_on =
                    !is_head && !is_new_quote && previous.is_some_and(|b| matches!(b.kind, BlockKind::Row { .. }));
                row(cells, (!goes_on).then(|| columns(&blocks[at..])))
            }
            _ => lines(block, &mut list),
        };
        if text.trim().is_empty() {
            continue;
        }
        if let Some(before) = previous {
            let is_tight = !is_new_quote && is_tight(&before.kind, &block.kind);
            if before.is_quote && block.is_quote && !is_tight {
                out.push_str("\n>\n");
            } else {
                out.push_str(if is_tight { "\n" } else { "\n\n" });
            }
        }
        if block.is_quote {
            let quoted: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
            out.push_str(&quoted.join("\n"));
        } else {
            out.push_str(&text);
        }
        previous = Some(block);
    }
    out
}

/// Whether two blocks stand in lines that follow each other.
fn is_tight(before: &BlockKind, after: &BlockKind) -> bool {
    match (before, after) {
        // A number other than one begins no list within an item's paragraph; it would be its text.
        (
            BlockKind::Item { depth: before, .. },
            BlockKind::Item {
                depth,
                number: Some(number),
            },
        ) => depth <= before || *number == 1,
        (BlockKind::Item { .. }, BlockKind::Item { .. })
        | (BlockKind::Row { .. }, BlockKind::Row { is_head: false, .. }) => true,
        _ => false,
    }
}

/// The items a list is within: how far what belongs to each is indented.
#[derive(Debug, Default)]
struct List(Vec<usize>);

impl List {
    /// Returns the indentation of an item with this mark; one without an item above it stands at the margin.
    fn item(&mut self, depth: usize, mark: &str) -> String {
        self.0.truncate(depth);
        let indent = self.text(depth);
        self.0.push((mark.len() + 1).max(3));
        indent
    }

    /// Returns the indentation of what belongs to the items down to this depth.
    fn text(&self, depth: usize) -> String {
        " ".repeat(self.0.iter().take(depth).sum())
    }
}

/// Returns how many cells the longest row of a table has.
fn columns(rows: &[Block]) -> usize {
    let mut most = 0;
    for (at, block) in rows.iter().enumerate() {
        match &block.kind {
            BlockKind::Row { is_head, cells } if at == 0 || !is_head => most = most.max(cells.len()),
            _ => break,
        }
    }
    most
}

/// Returns a row; with `columns` it opens a table as wide as that, for what a row has beyond it is not shown.
fn row(cells: &[String], columns: Option<usize>) -> String {
    let row = format!("| {} |", cells.join(" | "));
    match columns {
        Some(columns) => format!(
            "{row}{}\n|{}",
            "  |".repeat(columns.saturating_sub(cells.len())),
            " --- |".repeat(columns)
        ),
        None => row,
    }
}

/// Returns code as text in lines of their own.
fn code_as_text(code: &str) -> String {
    let mut out = String::new();
    for line in code.lines() {
        let words = line.trim_start();
        let is_begin = out.is_empty() || out.ends_with("\n\n");
        if !is_begin {
            out.push_str(if words.is_empty() { "\n\n" } else { "  \n" });
        }
        if words.is_empty() {
            continue;
        }
        // Plain blanks at a line's beginning are not shown.
        out.extend(std::iter::repeat_n(
            '\u{a0}',
            line.chars().count() - words.chars().count(),
        ));
        markdown::push_line(words, &mut out);
    }
    out
}

fn lines(block: &Block, list: &mut List) -> String {
    let text = block.markdown.trim_end();
    match &block.kind {
        BlockKind::Paragraph | BlockKind::Image | BlockKind::Row { .. } => text.to_owned(),
        // The document's title is its first heading; a page's own first heading is below it.
        BlockKind::Heading(level) => {
            let text = text.replace("  \n", " ");
            // Number signs at the end of a heading are not shown.
            let text = match text.strip_suffix('#') {
                Some(rest) if !rest.ends_with('\\') => format!("{rest}\\#"),
                _ => text,
            };
            format!("{} {text}", "#".repeat(usize::from(*level).clamp(2, 6)))
        }
        BlockKind::Item { depth, number } => {
            let mark = number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
            let indent = list.item(*depth, &mark);
            let within = list.text(depth + 1);
            format!("{indent}{mark} {}", text.replace('\n', &format!("\n{within}")))
        }
        BlockKind::ItemText { depth } => {
            let indent = list.text(depth + 1);
            format!("{indent}{}", text.replace('\n', &format!("\n{indent}")))
        }
        BlockKind::Pre => {
            let body = block.text.trim_matches('\n');
            if markdown::is_template(body) {
                return code_as_text(body);
            }
            let ticks = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(ticks.max(2) + 1);
            format!("{fence}\n{body}\n{fence}")
        }
    }
}
