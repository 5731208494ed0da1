//! Which part of a page is the article.
//!
//! Two ways that know nothing of each other: paragraphs vote for the elements they stand in, and the page's own markup
//! names its article. Where they disagree, the markup wins if it holds enough of the prose the vote found.

use super::prose::Prose;
use super::siblings::{climb, joined};
use crate::extract::page::items::Page;
use crate::extract::page::text::{floor, squeezed};
use crate::extract::rules::{Rule, RuleSet};

/// A paragraph votes for this many elements above it.
const VOTE_LEVELS: usize = 5;
/// Texts shorter than this are not looked for in what structured data tells, in characters.
const TOLD_CHARS_MIN: usize = 20;
/// How far behind the last text found the next one is looked for, in bytes.
pub const TOLD_WINDOW: usize = 20_000;
/// Structured data that tells less than one part in this many is a summary.
const TOLD_SHARE_MIN: usize = 2;

/// The part of a page that is the article.
pub struct Container {
    pub root: usize,
    /// Siblings that go on with the article.
    pub joined: Vec<usize>,
    /// What spoke for it.
    pub why: &'static str,
}

/// Returns the part of a page that is the article; none when it has no prose.
pub fn find(page: &Page<'_>, prose: &Prose, told: Option<&str>, rules: RuleSet) -> Option<Container> {
    let voted = vote(page, prose, rules)?;
    let told = told
        .filter(|text| rules.has(Rule::ToldContainer) && text.chars().count() * TOLD_SHARE_MIN > prose.chars[voted]);
    if let Some(root) = told.and_then(|text| holding(page, text)) {
        return Some(Container {
            joined: Vec::new(),
            root,
            why: "it holds the text of the structured data",
        });
    }
    let (root, why) = match marked(page, prose).filter(|_| rules.has(Rule::MarkedContainer)) {
        Some(marked) if agrees(page, prose, marked, voted) => (marked, "the page's markup names it"),
        _ => (voted, "most paragraphs stand in it"),
    };
    let root = if rules.has(Rule::Climbing) {
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

/// Returns the innermost part that holds what the page's structured data says its article is.
fn holding(page: &Page<'_>, told: &str) -> Option<usize> {
    let told = squeezed(told);
    let mut held = vec![0_usize; page.items.len()];
    let mut from = 0;
    for (at, item) in page.items.iter().enumerate().skip(1) {
        if item.element.is_some() || item.chars < TOLD_CHARS_MIN {
            continue;
        }
        let text = squeezed(item.text);
        // In the same order as it is told: the page's own copy, not a teaser further down.
        let next = told.get(from..floor(&told, from + TOLD_WINDOW));
        if let Some(found) = next.and_then(|rest| rest.find(&text)) {
            from += found + text.len();
            held[at] = text.len();
        }
    }
    for at in (1..page.items.len()).rev() {
        let own = held[at];
        held[page.items[at].parent] += own;
    }
    let all = held.first().copied().unwrap_or(0);
    if all * 10 < told.len() * 7 {
        return None;
    }
    (0..page.items.len())
        .rev()
        .find(|at| page.items[*at].element.is_some() && held[*at] * 100 >= all * 97)
}

fn vote(page: &Page<'_>, prose: &Prose, rules: RuleSet) -> Option<usize> {
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
        if !rules.has(Rule::ContentWeights) {
        } else if item.hints.is_body {
            weight *= 1.5;
        } else if item.hints.is_content {
            weight *= 1.2;
        }
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
