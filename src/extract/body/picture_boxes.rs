//! Pictures with their captions in boxes of their own, and what the page calls a caption.

use super::block::{Block, BlockKind};
use super::part_counts::PartCounts;
use super::phrases;
use crate::extract::page::items::Page;
use crate::text::sentences;

/// A caption with its credit says no more than this, in characters.
const CAPTION_CHARS_MAX: usize = 450;
/// What neither bears the name of a caption nor a credit says no more than this, in characters …
const UNNAMED_CHARS_MAX: usize = 200;
/// … in so many sentences: more are a paragraph of the article.
const UNNAMED_SENTENCES_MAX: usize = 1;
/// What says less is a label, in characters.
const CAPTION_CHARS_MIN: usize = 25;
/// A caption stands in the same element as its picture, or so many above.
const CAPTION_LEVELS: usize = 5;

/// Returns the boxes below `root` that are a picture with a short text below.
pub fn find(page: &Page<'_>, root: usize, blocks: &[Block]) -> Vec<usize> {
    let pictures = (root + 1..page.items[root].end).filter(|at| matches!(page.items[*at].name, "img" | "amp-img"));
    // Each with its first picture: what stands below another stands below that.
    let mut boxes: Vec<(usize, usize)> = pictures
        .map(|at| {
            let mut own = page.items[at].parent;
            while own > root && page.items[own].chars == 0 {
                own = page.items[own].parent;
            }
            (own, at)
        })
        .filter(|(own, _)| *own > root && may_be_box(page, *own))
        .collect();
    boxes.sort_unstable();
    boxes.dedup_by_key(|(own, _)| *own);
    if boxes.is_empty() {
        return Vec::new();
    }
    let texts = PartCounts::of(page, |item| item.element.is_none() && item.chars > 0);
    let others = PartCounts::of(page, |item| {
        matches!(
            item.name,
            "h1" | "h2" | "h3" | "h4" | "ul" | "ol" | "table" | "blockquote" | "pre" | "form"
        )
    });
    let opening = blocks
        .iter()
        .find(|block| block.kind == BlockKind::Paragraph && block.is_text() && block.is_sentence() && !block.is_about);
    let opening = opening.map(|block| block.at);
    boxes
        .into_iter()
        .filter(|(own, picture)| {
            let end = page.items[*own].end;
            texts.any(*picture..end)
                && !others.any(own + 1..end)
                && !is_listed(page, root, *own)
                && (is_named(page, *own)
                    || !is_paragraph(page, *own) && opening.is_none_or(|at| !page.contains(*own, at)))
        })
        .map(|(own, _)| own)
        .collect()
}

fn may_be_box(page: &Page<'_>, own: usize) -> bool {
    let item = &page.items[own];
    matches!(item.name, "div" | "span" | "center" | "section")
        && (CAPTION_CHARS_MIN..=CAPTION_CHARS_MAX).contains(&item.chars)
        && item.link_density() < 0.5
}

fn is_listed(page: &Page<'_>, root: usize, own: usize) -> bool {
    std::iter::successors(Some(own), |own| Some(page.items[*own].parent))
        .take_while(|own| *own > root)
        .any(|own| matches!(page.items[own].name, "li" | "td"))
}

/// Whether something in a box is called a caption, or is a credit.
fn is_named(page: &Page<'_>, own: usize) -> bool {
    let mut inside = page.items[own..page.items[own].end].iter();
    inside.any(|item| item.hints.is_caption || item.chars > 0 && bears_credit(item.text))
}

fn bears_credit(text: &str) -> bool {
    let in_brackets = text.rfind(['(', '（', '[']).map(|at| &text[at..]);
    text.contains('©') || in_brackets.into_iter().chain(sentences(text)).any(phrases::is_credit)
}

fn is_paragraph(page: &Page<'_>, own: usize) -> bool {
    page.items[own].chars > UNNAMED_CHARS_MAX || sentences(&page.text_of(own)).nth(UNNAMED_SENTENCES_MAX).is_some()
}

/// Returns what is called a caption and stands beside a picture, whether it is a sentence or not.
pub fn named(page: &Page<'_>, root: usize) -> Vec<usize> {
    let is_named = |at: &usize| page.items[*at].hints.is_caption && page.items[*at].chars <= CAPTION_CHARS_MAX;
    let pictures = PartCounts::of(page, |item| item.name == "img");
    let is_beside_picture = |at: &usize| {
        let around = std::iter::successors(Some(*at), |own| Some(page.items[*own].parent)).take(CAPTION_LEVELS);
        let mut around =
            around.filter(|own| *own > root && page.items[*own].chars <= page.items[*at].chars + CAPTION_CHARS_MAX);
        around.any(|own| page.holds_media(own) || pictures.any(own..page.items[own].end))
    };
    (root + 1..page.items[root].end)
        .filter(|at| is_named(at) && is_beside_picture(at))
        .collect()
}
