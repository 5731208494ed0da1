//! What belongs to the article around the part that was found: prose above it, siblings that go on with it, its lead.

use super::prose::Prose;
use crate::extract::page::items::Page;
use crate::extract::rules::{ReadingRule, RuleSet};

/// Goes up while that brings in prose the part below does not hold, and little else.
pub fn climb(page: &Page<'_>, prose: &Prose, root: usize) -> usize {
    let whole = prose.chars.first().copied().unwrap_or(0);
    let (mut best, mut at) = (root, root);
    while at > 0 {
        let parent = page.items[at].parent;
        let item = &page.items[parent];
        if item.name == "html" || prose.is_noise(parent) {
            break;
        }
        let gain = prose.chars[parent] - prose.chars[best];
        let is_worth_it = gain * 100 > prose.chars[best] * 25
            && prose.chars[parent] * 100 > (item.chars - item.link_chars) * 70
            && item.link_density() < 0.2;
        let is_whole = page.items[best].hints.is_body && prose.chars[best] * 100 > whole * 60;
        if is_worth_it && !is_whole {
            best = parent;
        }
        at = parent;
    }
    best
}

/// Returns the siblings behind and before a part that go on with the article: same element and class, or bare
/// paragraphs.
pub fn joined(page: &Page<'_>, prose: &Prose, root: usize, rules: RuleSet) -> Vec<usize> {
    let own = &page.items[root];
    let parent = own.parent;
    if matches!(own.name, "body" | "html" | "article" | "main") || parent == root {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = parent + 1;
    while at < page.items[parent].end {
        let item = &page.items[at];
        if at != root && item.element.is_some() && !prose.is_noise(at) {
            let is_twin =
                item.name == own.name && own.attr("class").is_some() && item.attr("class") == own.attr("class");
            let is_prose = prose.chars[at] >= 80 && item.link_density() < 0.2;
            let is_bare = matches!(item.name, "p" | "h2" | "h3" | "blockquote" | "ul" | "ol")
                && item.link_density() < 0.25
                && item.chars > 40;
            if (is_twin && is_prose && rules.has(ReadingRule::Twins))
                || (is_bare && rules.has(ReadingRule::BareSiblings) && !own.hints.is_body)
            {
                found.push(at);
            }
        }
        at = item.end.max(at + 1);
    }
    if rules.has(ReadingRule::Lead)
        && let Some(lead) = (parent + 1..root).find(|at| is_lead(page, prose, *at))
        && !found.iter().any(|own| page.contains(*own, lead))
    {
        found.push(lead);
    }
    found
}

/// Whether a part before the body is the article's lead.
fn is_lead(page: &Page<'_>, prose: &Prose, at: usize) -> bool {
    const WORDS: &[&str] = &[
        "lead",
        "lede",
        "intro",
        "standfirst",
        "chapeau",
        "vorspann",
        "entradilla",
        "sapo",
    ];
    let item = &page.items[at];
    let is_named = || {
        let names = item.attr("class").unwrap_or_default().to_ascii_lowercase();
        names
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| WORDS.contains(&word))
    };
    item.is_block && !prose.is_noise(at) && (80..1_500).contains(&item.chars) && item.link_density() < 0.2 && is_named()
}
