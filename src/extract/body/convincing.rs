//! Which of two readings of a page is the more convincing.

use std::collections::HashSet;

use super::block::{Block, BlockKind};
use crate::extract::page::text::weight;
use crate::text::each_word;

/// A reading is little beside what says so many times as much.
const LITTLE: usize = 4;
/// Structured data or hidden text that says so many times as much makes it little, too.
const TOLD_LITTLE: usize = 2;
/// What says more than this is no little, whatever stands beside it, in weight.
const ENOUGH: usize = 4_000;
/// A reading that says more than this is only given up for one that agrees better with what the page says of itself.
const SOUND: usize = 400;
/// What says less than this is no article that was missed; what says more is only given up for a reading that agrees
/// better with what the page says of itself.
const PROSE_MIN: usize = 150;
/// What holds so many of the words of headline and description tells of the same matter, in percent.
const AGREEMENT_MIN: usize = 60;
/// What has more of its text in links than this is a list of them, in percent.
const LINKS_PERCENT_MAX: usize = 30;

/// What a reading is weighed by.
#[derive(Debug, Clone, Copy)]
pub struct PageReading {
    /// How much its running text says.
    prose: usize,
    links_percent: usize,
    /// How many of the words of headline and description it holds, in percent.
    agreement: usize,
}

impl PageReading {
    /// Weighs what is left of a page.
    pub fn of(blocks: &[Block], about: &HashSet<String>) -> Self {
        let (mut chars, mut links) = (0, 0);
        let mut held: HashSet<String> = HashSet::new();
        for block in blocks.iter().filter(|block| block.is_text()) {
            chars += block.chars;
            links += block.link_chars;
            each_word(&block.text, |word| {
                if about.contains(word) {
                    held.insert(word.to_owned());
                }
            });
        }
        Self {
            prose: prose(blocks),
            links_percent: links * 100 / chars.max(1),
            agreement: held.len() * 100 / about.len().max(1),
        }
    }

    /// Whether it holds most of what the page says of itself.
    pub fn agrees(self) -> bool {
        self.agreement >= AGREEMENT_MIN
    }

    /// Whether it is the article rather than another reading: it says much more, is no list of links, and agrees as well
    /// with what the page says of itself.
    pub fn beats(self, other: Self) -> bool {
        self.prose >= PROSE_MIN
            && self.prose >= other.prose * 2
            && self.links_percent <= LINKS_PERCENT_MAX
            && self.agreement >= other.agreement
            && (other.prose < SOUND || self.agreement > other.agreement)
    }
}

/// Returns how much the running text says that is left of a page.
pub fn prose(blocks: &[Block]) -> usize {
    let is_prose =
        |block: &&Block| block.is_text() && !matches!(block.kind, BlockKind::Heading(_)) && block.link_density() < 0.5;
    blocks.iter().filter(is_prose).map(|block| weight(&block.text)).sum()
}

/// Whether so much prose is little beside what else a page shows, hides and tells.
pub fn is_little(prose: usize, shown: usize, hidden: usize, told: usize) -> bool {
    prose < ENOUGH
        && (prose * LITTLE < shown || prose * TOLD_LITTLE < hidden || prose * TOLD_LITTLE < told)
        && shown.max(hidden).max(told) >= PROSE_MIN
}

/// Returns the words of what a page says of itself.
pub fn words_about(texts: &[&str]) -> HashSet<String> {
    let mut found = HashSet::new();
    for text in texts {
        each_word(text, |word| {
            if word.chars().count() > 3 || !word.is_ascii() {
                found.insert(word.to_owned());
            }
        });
    }
    found
}
