//! How much running text each part of a page holds, and which parts are noise.

use crate::extract::page::class_names::{DOUBTFUL, FURNITURE, LISTING};
use crate::extract::page::items::Page;
use crate::extract::rules::{ReadingRule, RuleSet};

/// Paragraphs shorter than this have no vote, in characters.
const VOTE_CHARS_MIN: usize = 25;
/// A part that holds this share of a page's prose is never noise, whatever it is called, in percent.
const PROSE_PERCENT_SAFE: usize = 45;
/// A part whose class hides it, and that holds no more than this share, is not shown to this reader, in percent.
const HIDDEN_PERCENT_MAX: usize = 15;

/// Boxes for other readers: those who subscribe, who are not logged in.
const HIDDEN: RuleSet = RuleSet::of(&[ReadingRule::HiddenBoxes]);

/// What the vote counts, per item.
pub struct Prose {
    /// Characters of paragraphs with few links, per subtree.
    pub chars: Vec<usize>,
    /// Characters directly in an element, not in blocks within it.
    pub own: Vec<usize>,
    own_links: Vec<usize>,
    /// Commas among them.
    pub own_commas: Vec<usize>,
    noise: Vec<bool>,
    /// Characters of all paragraphs, those in noise among them.
    pub shown: usize,
}

impl Prose {
    /// Counts a page's prose. What lies in noise counts for nobody.
    pub fn of(page: &Page<'_>, rules: RuleSet) -> Self {
        let total = page.items.len();
        let mut prose = Self {
            chars: vec![0; total],
            own: vec![0; total],
            own_links: vec![0; total],
            own_commas: vec![0; total],
            noise: vec![false; total],
            shown: 0,
        };
        let mut block = vec![0_usize; total];
        for at in 0..total {
            let item = &page.items[at];
            block[at] = if item.is_block { at } else { block[item.parent.min(at)] };
            if item.element.is_none() {
                let own = block[item.parent];
                prose.own[own] += item.chars;
                prose.own_links[own] += item.link_chars;
                prose.own_commas[own] += item.commas;
            }
        }
        prose.sum(page);
        let whole = prose.chars.first().copied().unwrap_or(0);
        for at in 0..total {
            let item = &page.items[at];
            let is_named = |by: RuleSet| item.hints.furniture.meets(by.and(rules));
            let is_noise = (is_named(FURNITURE)
                || is_named(DOUBTFUL) && (prose.chars[at] < 150 || item.link_density() > 0.3)
                || is_named(HIDDEN) && prose.chars[at] * 100 < whole * HIDDEN_PERCENT_MAX
                || is_named(LISTING) && item.link_density() > 0.5)
                && !item.hints.is_body
                && !matches!(item.name, "html" | "body" | "main" | "article" | "p" | "a" | "h1")
                && prose.chars[at] * 100 < whole * PROSE_PERCENT_SAFE;
            prose.noise[at] = is_noise || (at > 0 && prose.noise[item.parent]);
        }
        prose.shown = whole;
        prose.chars.fill(0);
        prose.sum(page);
        prose
    }

    fn sum(&mut self, page: &Page<'_>) {
        for at in (0..page.items.len()).rev() {
            if self.is_paragraph(page, at) {
                self.chars[at] += self.own[at];
            }
            if at > 0 {
                let chars = self.chars[at];
                self.chars[page.items[at].parent] += chars;
            }
        }
    }

    /// Whether an element is a paragraph that has a vote.
    pub fn is_paragraph(&self, page: &Page<'_>, at: usize) -> bool {
        page.items[at].is_block
            && !self.noise[at]
            && self.own[at] >= VOTE_CHARS_MIN
            && self.own_links[at] * 2 < self.own[at]
            && !matches!(
                page.items[at].name,
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "figcaption" | "caption" | "address"
            )
    }

    /// Whether a part is left out of the article.
    pub fn is_noise(&self, at: usize) -> bool {
        self.noise[at]
    }
}
