//! Blocks as one Markdown text.

use super::blocks::{Block, Kind};

/// Returns the Markdown of blocks, a blank line between them, items and rows together.
pub fn render(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut previous: Option<&Block> = None;
    for block in blocks {
        let text = lines(block);
        if text.trim().is_empty() {
            continue;
        }
        if let Some(before) = previous {
            let is_tight = matches!(
                (&before.kind, &block.kind),
                (Kind::Item { .. }, Kind::Item { .. }) | (Kind::Row { .. }, Kind::Row { is_head: false, .. })
            ) && before.is_quote == block.is_quote;
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

fn lines(block: &Block) -> String {
    let text = block.markdown.trim_end();
    match &block.kind {
        Kind::Paragraph | Kind::Image => text.to_owned(),
        // The document's title is its first heading; a page's own first heading is below it.
        Kind::Heading(level) => format!(
            "{} {}",
            "#".repeat(usize::from(*level).clamp(2, 6)),
            text.replace("  \n", " ")
        ),
        Kind::Item { depth, number } => {
            let mark = number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
            format!(
                "{}{mark} {}",
                "   ".repeat(*depth),
                text.replace('\n', &format!("\n{}", "   ".repeat(depth + 1)))
            )
        }
        Kind::ItemText { depth } => {
            let indent = "   ".repeat(depth + 1);
            format!("{indent}{}", text.replace('\n', &format!("\n{indent}")))
        }
        Kind::Pre => {
            let body = block.text.trim_matches('\n');
            let ticks = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(ticks.max(2) + 1);
            format!("{fence}\n{body}\n{fence}")
        }
        Kind::Row { is_head, cells } => {
            let row = format!("| {} |", cells.join(" | "));
            if *is_head {
                format!("{row}\n|{}", " --- |".repeat(cells.len()))
            } else {
                row
            }
        }
    }
}
