//! What is not the article among its blocks, wherever it stands: captions, repetitions, contents, calls to read on.

use std::collections::HashMap;

use super::blocks::{Block, Fate, Kind};
use super::boundary::is_sentence;
use super::phrases;
use super::text::squeezed;

/// Texts shorter than this may repeat, in bytes of their letters.
const REPEAT_MIN: usize = 50;

/// Marks the blocks that are not the article.
pub fn mark(blocks: &mut [Block]) {
    for at in 0..blocks.len() {
        let follows_image = at > 0
            && blocks[..at]
                .iter()
                .rev()
                .find(|b| b.fate != Some(Fate::Caption))
                .is_some_and(|b| b.kind == Kind::Image);
        let block = &blocks[at];
        let fate = if block.fate.is_some() || block.kind == Kind::Image {
            block.fate
        } else {
            of(block, follows_image)
        };
        blocks[at].fate = fate;
    }
    mark_contents(blocks);
    mark_repeated(blocks);
}

fn of(block: &Block, follows_image: bool) -> Option<Fate> {
    if block.is_caption && !matches!(block.kind, Kind::Row { .. }) {
        return Some(Fate::Caption);
    }
    if !block.text.chars().any(|c| c.is_alphanumeric() || c == '_') {
        return Some(Fate::Empty);
    }
    let is_item = matches!(block.kind, Kind::Item { .. });
    let is_heading = matches!(block.kind, Kind::Heading(_));
    let is_told = is_sentence(block) && block.link_density() < 0.5 && block.chars > 60;
    if block.chars < 160 && !is_told && phrases::is_interruption(&block.text) && block.kind != Kind::Heading(1) {
        return Some(Fate::Interruption);
    }
    if follows_image && block.chars < 160 && !is_heading && phrases::is_credit(&block.text) {
        return Some(Fate::Caption);
    }
    if block.link_density() > 0.85
        && block.chars < 220
        && !is_item
        && !is_heading
        && !block.is_quote
        && !block.text.trim_end().ends_with(['.', '?', '!'])
    {
        return Some(Fate::Links);
    }
    if block.is_about && block.chars < 120 && !is_sentence(block) && !is_heading {
        return Some(Fate::About);
    }
    None
}

/// Lists of links to places of this page, with the heading above them.
fn mark_contents(blocks: &mut [Block]) {
    for block in blocks.iter_mut().filter(|block| block.fate.is_none()) {
        let is_entry = block.chars > 0 && block.fragment_chars * 10 > block.chars * 8;
        if is_entry || (block.chars < 40 && phrases::is_contents_heading(&block.text)) {
            block.fate = Some(Fate::Contents);
        }
    }
}

/// The same paragraph twice is a notice the page repeats, or an excerpt of its own text.
fn mark_repeated(blocks: &mut [Block]) {
    let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, block) in blocks.iter().enumerate() {
        if block.fate.is_some() || !matches!(block.kind, Kind::Paragraph | Kind::Heading(_)) {
            continue;
        }
        let text = squeezed(&block.text);
        if text.len() >= REPEAT_MIN {
            seen.entry(text).or_default().push(at);
        }
    }
    for places in seen.into_values().filter(|places| places.len() > 1) {
        let kept = match places[..] {
            // Of a sentence and the same sentence pulled out as a quote, the sentence.
            [quoted, plain] if blocks[quoted].is_quote && !blocks[plain].is_quote => Some(plain),
            [first, _] => Some(first),
            _ => None,
        };
        for at in places.into_iter().filter(|at| Some(*at) != kept) {
            blocks[at].fate = Some(Fate::Repeated);
        }
    }
}
