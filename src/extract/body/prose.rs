//! How much running text each part of a page holds, and which parts are noise.

use crate::extract::page::class_names::{DOUBTFUL, FURNITURE, HIDDEN, LISTING};
use crate::extract::page::items::Page;
use crate::extract::rules::RuleSet;

/// Paragraphs shorter than this have no vote, in characters.
const VOTE_CHARS_MIN: usize = 25;
/// A part that holds this share of a page's prose is never noise, whatever it is called, in percent.
const PROSE_PERCENT_SAFE: usize = 45;
/// A part whose class hides it, and that holds no more than this share, is not shown to this reader, in percent.
const HIDDEN_PERCENT_MAX: usize = 15;
/// … unless it is folded text: so many paragraphs amid others, …
const FOLDED_PARAGRAPHS_MIN: usize = 2;
/// … with hardly anything beside them, in percent.
const FOLDED_PERCENT_MIN: usize = 80;

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
        let paragraphs = prose.paragraphs(page);
        let is_folded = |at: usize| {
            let item = &page.items[at];
            paragraphs[at].0 >= FOLDED_PARAGRAPHS_MIN
                && paragraphs[at].1 * 100 >= item.chars * FOLDED_PERCENT_MIN
                && paragraphs[item.parent].0 >= FOLDED_PARAGRAPHS_MIN
        };
        for at in 0..total {
            let item = &page.items[at];
            let is_named = |by: RuleSet| item.hints.furniture.meets(by.and(rules));
            let is_noise = (is_named(FURNITURE)
                || is_named(DOUBTFUL) && (prose.chars[at] < 150 || item.link_density() > 0.3)
                || is_named(HIDDEN) && prose.chars[at] * 100 < whole * HIDDEN_PERCENT_MAX && !is_folded(at)
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

    /// Returns how many paragraphs stand directly in each item, and their characters.
    fn paragraphs(&self, page: &Page<'_>) -> Vec<(usize, usize)> {
        let mut found = vec![(0, 0); page.items.len()];
        for (at, item) in page.items.iter().enumerate() {
            if item.name == "p" && self.is_paragraph(page, at) {
                found[item.parent].0 += 1;
                found[item.parent].1 += self.own[at];
            }
        }
        found
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

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::extract::{ExtractOptions, extract};

    #[track_caller]
    fn keeps(amid: &str, is_kept: bool) {
        let paragraph = |n: usize| {
            format!(
                "<p>The ferry came back to Ostmere on day {n}, and all who had waited for it came down to the quay.</p>"
            )
        };
        let text: String = (0..20).map(paragraph).collect();
        let html = format!(
            "<main><article><h1>Ferry is back</h1>{text}{amid}{}</article></main>",
            paragraph(20)
        );
        let url = Url::parse("https://example.org/a").unwrap();
        let read = extract(&html, &url, &ExtractOptions::default()).text;
        assert_eq!(read.contains("yard of Penmoor"), is_kept, "{read}");
    }

    #[test]
    fn folded_paragraphs_amid_others_are_text_and_a_hidden_box_is_not() {
        let folded = "<p>It had lain in the yard of Penmoor since March, for want of a part that nobody had made in thirty years.</p>\
            <p>The part came by boat at last, from a museum that had kept one, and the crew fitted it over the winter.</p>";
        keeps(&format!("<div class=hidden id=rest>{folded}</div>"), true);
        keeps(&format!("<div class='d-none'>{folded}</div>"), true);
        let others = "<p>The tour of the yard of Penmoor is for those who are with us, all of whom we thank today.</p>"
            .repeat(3);
        keeps(
            &format!("<div class=hidden id=expandable><div>{others}</div></div>"),
            true,
        );
        keeps(&format!("<div class=hidden id=wall><div>{others}</div></div>"), false);
    }
}
