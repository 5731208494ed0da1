//! What repeats on the articles of a host is not the article: calls to subscribe, promises of editors, appeals for money.
//!
//! One page cannot tell, a host's articles can. A block is boilerplate once it stood, word for word, in `ARTICLES_MIN`
//! different articles of the host. That a newspaper tells the history of a matter in the same words in two or three
//! articles is usual; whoever follows a topic has then read it five times before it goes. Headings never count: a house
//! that always writes "The verdict" means it. Of a copy or a correction of an article nothing is learned.

use std::collections::HashSet;

use super::block::{Block, BlockKind};
use crate::extract::page::text::squeezed;
use crate::text::word_hash;

/// Different articles of a host a block stands in before it is boilerplate.
pub const ARTICLES_MIN: u8 = 5;
/// Blocks kept per host; of those that are no boilerplate the longest unseen go first.
pub const BLOCKS_MAX: usize = 400;
/// Shorter texts are not learned, in bytes of their letters: "Yes." may be an answer.
const LETTERS_MIN: usize = 12;
/// At most this share of an article is taken off, in percent; where it would be more nothing is.
const SHARE_MAX: usize = 40;
/// An article that shares this much with earlier ones, in percent, is a copy or a correction of one of them.
const COPY_SHARE: usize = 50;
/// Bytes of one block in the stored form.
const ROW: usize = 8 + 1;

/// A block by which it is known again, and how much text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockMark {
    pub hash: u64,
    pub letters: usize,
}

/// What repeated on a host's articles so far, longest unseen first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Boilerplate {
    blocks: Vec<(u64, u8)>,
}

impl Boilerplate {
    /// Reads the stored form; what is cut off or damaged is not known.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let rows = bytes.chunks_exact(ROW).take(BLOCKS_MAX);
        let blocks = rows.filter_map(|row| Some((u64::from_le_bytes(row[..8].try_into().ok()?), row[8])));
        Self {
            blocks: blocks.collect(),
        }
    }

    /// Returns the stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let rows = self.blocks.iter();
        rows.flat_map(|(hash, articles)| hash.to_le_bytes().into_iter().chain([*articles]))
            .collect()
    }

    fn is_furniture(&self, hash: u64) -> bool {
        self.blocks
            .iter()
            .any(|(own, articles)| *own == hash && *articles >= ARTICLES_MIN)
    }

    /// Learns from one more article of the host. Returns whether anything changed.
    pub fn learn(&mut self, marks: &[BlockMark]) -> bool {
        let mut seen = HashSet::new();
        let marks: Vec<BlockMark> = marks.iter().filter(|mark| seen.insert(mark.hash)).copied().collect();
        let own: Vec<&BlockMark> = marks.iter().filter(|mark| !self.is_furniture(mark.hash)).collect();
        let all: usize = own.iter().map(|mark| mark.letters).sum();
        let told = own
            .iter()
            .filter(|mark| self.blocks.iter().any(|(hash, _)| *hash == mark.hash));
        let told: usize = told.map(|mark| mark.letters).sum();
        if marks.is_empty() || told * 100 > all * COPY_SHARE {
            return false;
        }
        for mark in marks {
            let at = self.blocks.iter().position(|(hash, _)| *hash == mark.hash);
            let articles = at.map_or(0, |at| self.blocks.remove(at).1);
            self.blocks.push((mark.hash, articles.saturating_add(1)));
        }
        while self.blocks.len() > BLOCKS_MAX {
            let unproven = self.blocks.iter().position(|(_, articles)| *articles < ARTICLES_MIN);
            self.blocks.remove(unproven.unwrap_or(0));
        }
        true
    }

    /// Returns a stored article's text without boilerplate, to compare it: the same text tells the same whenever it was
    /// read.
    pub fn without(&self, text: &str) -> String {
        let kept = text
            .split("\n\n")
            .filter(|part| !mark_of(part).is_some_and(|mark| self.is_furniture(mark.hash)));
        kept.collect::<Vec<_>>().join("\n\n")
    }
}

/// Returns what of an article can be known again.
pub fn marks(blocks: &[Block]) -> Vec<BlockMark> {
    blocks.iter().filter_map(mark).collect()
}

/// Takes boilerplate off an article's blocks, where it is the smaller part of them. Returns whether there was any.
pub fn remove(blocks: &mut Vec<Block>, known: &Boilerplate) -> bool {
    let is_furniture = |block: &Block| mark(block).is_some_and(|mark| known.is_furniture(mark.hash));
    let letters = |block: &Block| squeezed(&block.text).len();
    let all: usize = blocks.iter().map(letters).sum();
    let off: usize = blocks.iter().filter(|block| is_furniture(block)).map(letters).sum();
    if off == 0 || off * 100 > all * SHARE_MAX {
        return false;
    }
    blocks.retain(|block| !is_furniture(block));
    true
}

fn mark(block: &Block) -> Option<BlockMark> {
    match block.kind {
        BlockKind::Paragraph | BlockKind::Item { .. } | BlockKind::ItemText { .. } => mark_of(&block.text),
        BlockKind::Heading(_) | BlockKind::Pre | BlockKind::Row { .. } | BlockKind::Image => None,
    }
}

fn mark_of(text: &str) -> Option<BlockMark> {
    let text = squeezed(text);
    (text.len() >= LETTERS_MIN).then(|| BlockMark {
        hash: word_hash(&text),
        letters: text.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(name: &str, notices: &[&str]) -> Vec<BlockMark> {
        let own = (1..=4).map(|n| format!("Paragraph {n} about {name}, which nobody else has in these words."));
        own.chain(notices.iter().map(|notice| (*notice).to_owned()))
            .filter_map(|text| mark_of(&text))
            .collect()
    }

    const APPEAL: &str = "Independent reporting costs money.";

    #[test]
    fn a_notice_is_furniture_once_it_stood_in_enough_articles() {
        let mut known = Boilerplate::default();
        let text = format!("A bridge opens.\n\n{APPEAL}");
        for number in 1..=ARTICLES_MIN {
            assert_eq!(known.without(&text), text, "{number}");
            assert!(known.learn(&article(&format!("matter {number}"), &[APPEAL, APPEAL])));
        }
        assert_eq!(known.without(&text), "A bridge opens.");
        assert_eq!(Boilerplate::from_bytes(&known.to_bytes()), known);
        assert_eq!(Boilerplate::from_bytes(&known.to_bytes()[..13]).blocks.len(), 1);
    }

    #[test]
    fn copies_and_corrections_teach_nothing() {
        let mut known = Boilerplate::default();
        assert!(known.learn(&article("the bridge", &[])));
        for _ in 0..10 {
            assert!(!known.learn(&article("the bridge", &["The editors have corrected a name."])));
        }
        assert_eq!(known.blocks.len(), 4);
    }

    #[test]
    fn a_host_keeps_its_furniture_and_few_other_blocks() {
        let mut known = Boilerplate::default();
        for number in 0..300 {
            let notice: &[&str] = if number < 20 { &[APPEAL] } else { &[] };
            known.learn(&article(&format!("matter {number}"), notice));
        }
        assert_eq!(known.blocks.len(), BLOCKS_MAX);
        assert_eq!(known.without(APPEAL), "");
        assert!(known.to_bytes().len() <= BLOCKS_MAX * ROW);
    }
}
