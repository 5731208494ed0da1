//! Which part of a page is the article.
//!
//! Two ways that know nothing of each other: paragraphs vote for the elements they stand in, and the page's own markup
//! names its article. Where they disagree, the markup wins if it holds enough of the prose the vote found.

use super::prose::Prose;
use super::siblings::{climb, joined};
use crate::extract::page::items::Page;
use crate::extract::rules::{ReadingRule, RuleSet};

/// A paragraph votes for this many elements above it.
const VOTE_LEVELS: usize = 5;
/// The part of a page that is the article.
pub struct Container {
    pub root: usize,
    /// Siblings that go on with the article.
    pub joined: Vec<usize>,
    /// What spoke for it.
    pub why: &'static str,
}

/// Returns the part of a page that is the article; none when it has no prose.
pub fn find(page: &Page<'_>, prose: &Prose, rules: RuleSet) -> Option<Container> {
    let voted = vote(page, prose)?;
    let (root, why) = match marked(page, prose).filter(|_| rules.has(ReadingRule::MarkedContainer)) {
        Some(marked) if agrees(page, prose, marked, voted) => (marked, "the page's markup names it"),
        _ => (voted, "most paragraphs stand in it"),
    };
    let root = if rules.has(ReadingRule::Climbing) {
        climb(page, prose, root)
    } else {
        root
    };
    Some(Container {
        joined: joined(page, prose, root, rules),
        root,
        why,
    })
}

fn vote(page: &Page<'_>, prose: &Prose) -> Option<usize> {
    let mut scores = vec![0_f32; page.items.len()];
    for at in 0..page.items.len() {
        if !prose.is_paragraph(page, at) {
            continue;
        }
        let worth = 1.0 + prose.own_commas[at] as f32 + (prose.own[at] as f32 / 80.0).min(4.0);
        let mut above = at;
        // Text directly in a container is its own paragraph.
        if !matches!(
            page.items[at].name,
            "p" | "pre" | "li" | "dd" | "td" | "blockquote" | "h2" | "h3"
        ) {
            scores[at] += worth;
        }
        for level in 0..VOTE_LEVELS {
            let parent = page.items[above].parent;
            if parent == above || above == 0 {
                break;
            }
            above = parent;
            scores[above] += worth / if level == 0 { 1.0 } else { (level as f32 + 1.0) * 1.2 };
        }
    }
    let mut best: Option<(usize, f32)> = None;
    for (at, score) in scores.iter().enumerate() {
        let item = &page.items[at];
        if *score <= 0.0 || matches!(item.name, "html" | "p" | "li" | "ul" | "ol" | "a") || prose.is_noise(at) {
            continue;
        }
        let mut weight = 1.0 - item.link_density();
        if matches!(item.name, "form" | "dl" | "th" | "address" | "figure") {
            weight *= 0.6;
        }
        if best.is_none_or(|(_, most)| score * weight > most) {
            best = Some((at, score * weight));
        }
    }
    best.map(|(at, _)| at)
}

/// Returns the part the page's own markup calls the article's body.
fn marked(page: &Page<'_>, prose: &Prose) -> Option<usize> {
    let most = |wanted: &dyn Fn(usize) -> bool| {
        let found = (0..page.items.len()).filter(|at| !prose.is_noise(*at) && prose.chars[*at] > 0 && wanted(*at));
        // Of parts that hold the same, the inner one.
        found.max_by_key(|at| (prose.chars[*at], *at))
    };
    most(&|at| {
        page.items[at]
            .attr("itemprop")
            .is_some_and(|p| p.eq_ignore_ascii_case("articleBody"))
    })
    .or_else(|| most(&|at| page.items[at].hints.is_body))
    .or_else(|| most(&|at| page.items[at].name == "article"))
    .or_else(|| most(&|at| page.items[at].name == "main"))
}

fn agrees(page: &Page<'_>, prose: &Prose, marked: usize, voted: usize) -> bool {
    if page.contains(marked, voted) {
        // The vote found a part of what is marked; the rest counts if it is prose too, not a list of teasers.
        let item = &page.items[marked];
        return item.hints.is_body || item.link_density() < 0.35 || prose.chars[voted] * 10 < prose.chars[marked] * 7;
    }
    if page.contains(voted, marked) {
        return prose.chars[marked] * 100 >= prose.chars[voted] * 60;
    }
    prose.chars[marked] * 10 >= prose.chars[voted] * 9
}
