//! Boxes in whose place a page shows the content of another site once its reader agrees. They stand amid the article and
//! say nothing of it.

use super::block::{Block, BlockKind, DropReason};
use super::phrases;
use crate::extract::page::items::Page;

/// A box says no more than this, in characters; an article that tells of such content does.
const BOX_CHARS_MAX: usize = 700;
/// A box holds at most this share of the part that was found, in percent.
const BOX_PERCENT_MAX: usize = 60;
/// What a box around a box may add, in characters: a label, a name.
const FRAME_CHARS_MAX: usize = 40;

/// Marks the blocks of such boxes in the part that begins at `root`.
pub fn mark(page: &Page<'_>, root: usize, blocks: &mut [Block]) {
    let mut at = 0;
    while at < blocks.len() {
        let block = &blocks[at];
        let may_be = block.is_text()
            && block.chars < BOX_CHARS_MAX
            && !matches!(block.kind, BlockKind::Pre | BlockKind::Row { .. });
        let own = (may_be && phrases::is_of_embed(&block.text))
            .then(|| around(page, root, block.at))
            .flatten();
        let Some(own) = own else {
            at += 1;
            continue;
        };
        let begin = blocks[..at]
            .iter()
            .rposition(|block| !page.contains(own, block.at))
            .map_or(0, |last| last + 1);
        let end = at
            + blocks[at..]
                .iter()
                .take_while(|block| page.contains(own, block.at))
                .count();
        // A section is one of the article's, and holds the box and text of its own.
        let (begin, end) = match page.items[own].name {
            "section" => of_section(blocks, begin, at, end),
            _ => (begin, end),
        };
        for block in blocks[begin..end].iter_mut() {
            block.drop_reason = block.drop_reason.or(Some(DropReason::Interruption));
        }
        at = end;
    }
}

/// Returns what of a section's blocks is the box around the one that says so: up to the nearest sentence on either side that
/// does not.
fn of_section(blocks: &[Block], begin: usize, at: usize, end: usize) -> (usize, usize) {
    let is_own = |block: &Block| block.is_sentence() && !phrases::is_of_embed(&block.text);
    let before = blocks[begin..at].iter().rposition(is_own);
    let behind = blocks[at..end].iter().position(is_own);
    (
        before.map_or(begin, |before| begin + before + 1),
        behind.map_or(end, |behind| at + behind),
    )
}

/// Returns the box an item stands in: one of its own amid the article, not the article.
fn around(page: &Page<'_>, root: usize, at: usize) -> Option<usize> {
    let is_box = |own: &usize| {
        let item = &page.items[*own];
        let is_small = item.chars <= BOX_CHARS_MAX && item.chars * 100 <= page.items[root].chars * BOX_PERCENT_MAX;
        *own > root && is_small && matches!(item.name, "div" | "section" | "figure" | "aside" | "blockquote")
    };
    let mut above = std::iter::successors(Some(page.items[at].parent), |own| {
        (*own > root).then(|| page.items[*own].parent)
    });
    let mut found = above.find(is_box)?;
    for own in above.take_while(is_box) {
        if page.items[own].chars > page.items[found].chars + FRAME_CHARS_MAX {
            break;
        }
        found = own;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::extract::{ExtractOptions, extract};

    #[test]
    fn a_section_loses_the_box_in_it_and_not_its_text() {
        let text = "<p>The council of Harbour Town voted on Tuesday, by 61 to 44, to close the old swimming hall.</p>"
            .to_owned();
        let many: String = (0..9).map(|n| text.replace("61", &format!("{}", 52 + n))).collect();
        let section = "<section><h2>What comes next</h2><p>The water is let out in September, said the mayor, and not before.</p>\
            <p>External content</p><p>At this point you will find external content that complements the article. You can display it with one click.</p>\
            <p>The towels in the gallery were counted, and there were sixty of them, all of them white.</p></section>";
        let html = format!("<main><article><h1>Council closes hall</h1>{many}{section}{text}</article></main>");
        let url = Url::parse("https://example.org/a").unwrap();
        let read = extract(&html, &url, &ExtractOptions::default()).text;
        assert!(
            read.contains("let out in September") && read.contains("sixty of them"),
            "{read}"
        );
        assert!(!read.contains("one click"), "{read}");
    }
}
