//! Rules against what was found: verdict, reasons and score.

use super::Subject;
use super::compile::{CompiledRule, Leaf, positive_leaves};
use super::scan::{Hit, Hits};
use crate::domain::topic::{Reason, Where};
use crate::query::{ArticleKind, ArticlePart, Term};
use crate::text;

/// Score of the first term in the title, and of all of them at most.
const TITLE_FIRST: f32 = 0.35;
const TITLE_ALL: f32 = 0.5;
/// Score of many distinct terms.
const DISTINCT_ALL: f32 = 0.3;
/// Score of a large share of the text, and the share that counts as large.
const SHARE_ALL: f32 = 0.2;
const SHARE_LARGE: f32 = 0.03;

/// Whether a rule holds.
pub fn holds(rule: &CompiledRule, hits: &Hits, subject: &Subject<'_>) -> bool {
    holds_in(rule, hits, subject, None)
}

/// Whether a rule holds in the whole article or in one part of it.
pub fn holds_in(rule: &CompiledRule, hits: &Hits, subject: &Subject<'_>, within: Option<ArticlePart>) -> bool {
    let counts = |hit: &&Hit| is_within(hit, within);
    match rule {
        CompiledRule::Leaf(leaf) => hits.of(leaf.pattern).iter().any(|hit| counts(&hit)),
        CompiledRule::Near { left, right, gap } => is_near(&spans(left, hits), &spans(right, hits), *gap, within),
        CompiledRule::And(parts) => parts.iter().all(|part| holds_in(part, hits, subject, within)),
        CompiledRule::Or(parts) => parts.iter().any(|part| holds_in(part, hits, subject, within)),
        CompiledRule::Not(inner) => !holds_in(inner, hits, subject, within),
        CompiledRule::In(place, inner) => holds_in(inner, hits, subject, Some(*place)),
        CompiledRule::Source(term) => is_source(term, subject.source),
        CompiledRule::Language(code) => is_language(code, subject.language),
        CompiledRule::Domain(name) => is_domain(name, subject.url),
        CompiledRule::Kind(kind) => subject.is_video == (*kind == ArticleKind::Video),
        CompiledRule::After(day) => subject.published_at.is_some_and(|at| at.date_naive() >= *day),
        CompiledRule::Keywords { any, place } => keywords(any, *place, hits),
    }
}

fn is_within(hit: &Hit, within: Option<ArticlePart>) -> bool {
    within.is_none_or(|place| hit.place == place)
}

/// Returns where any of some leaves stands, in reading order.
fn spans(leaves: &[Leaf], hits: &Hits) -> Vec<Hit> {
    let mut all: Vec<Hit> = leaves.iter().flat_map(|leaf| hits.of(leaf.pattern)).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether two sorted lists have members with at most `gap` words between them that do not overlap.
fn is_near(left: &[Hit], right: &[Hit], gap: u32, within: Option<ArticlePart>) -> bool {
    let follows = |first: &[Hit], second: &[Hit]| {
        first.iter().filter(|hit| is_within(hit, within)).any(|hit| {
            let next = second.partition_point(|other| (other.place, other.start) < (hit.place, hit.end));
            second
                .get(next)
                .is_some_and(|other| other.place == hit.place && other.start - hit.end <= gap)
        })
    };
    follows(left, right) || follows(right, left)
}

/// Keywords are counted by what they cover: "clearview ai" and "clearview" in one spot are one mention, and a lead
/// that repeats the body says nothing twice.
fn keywords(any: &[Leaf], place: Where, hits: &Hits) -> bool {
    let found = spans(any, hits);
    let has = |wanted: ArticlePart| found.iter().any(|hit| hit.place == wanted);
    match place {
        Where::Title => has(ArticlePart::Title),
        Where::Lead => has(ArticlePart::Title) || has(ArticlePart::Lead),
        Where::Text => !found.is_empty(),
        Where::TitleOrTwice => {
            let mut mentions = 0;
            let mut covered = (ArticlePart::Title, 0);
            for hit in found
                .iter()
                .filter(|hit| hit.place != ArticlePart::Lead || !hits.is_lead_in_body)
            {
                if (hit.place, hit.start) >= covered {
                    mentions += 1;
                }
                covered = covered.max((hit.place, hit.end));
            }
            has(ArticlePart::Title) || mentions >= 2
        }
    }
}

/// Whether a source's name holds the words.
pub fn is_source(term: &Term, name: &str) -> bool {
    let plain: String = text::words(name).fold(" ".to_owned(), |all, word| all + &word + " ");
    plain.contains(&super::patterns::pattern(term))
}

/// Whether a language is the wanted one or a regional form of it.
pub fn is_language(wanted: &str, language: Option<&str>) -> bool {
    language.is_some_and(|language| {
        let language = language.trim().to_ascii_lowercase().replace('_', "-");
        language
            .strip_prefix(wanted)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// Whether an address is of a host of this name, or of one below it.
pub fn is_domain(wanted: &str, url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let above = host.len().checked_sub(wanted.len());
    above.is_some_and(|at| {
        host.is_char_boundary(at)
            && host[at..].eq_ignore_ascii_case(wanted)
            && (at == 0 || host.as_bytes()[at - 1] == b'.')
    })
}

/// Returns the counts of a leaf per place.
pub fn reasons_of(leaf: &Leaf, hits: &Hits) -> Vec<Reason> {
    let count = |place| hits.of(leaf.pattern).iter().filter(|hit| hit.place == place).count() as u32;
    ArticlePart::ALL
        .into_iter()
        .map(|place| Reason {
            term: leaf.term.to_string(),
            place: place.as_str(),
            count: count(place),
        })
        .filter(|reason| reason.count > 0)
        .collect()
}

/// Returns the evidence for a rule that holds: every positive term that was found, and the filters that were met.
pub fn reasons(rule: &CompiledRule, hits: &Hits, subject: &Subject<'_>) -> Vec<Reason> {
    let mut leaves = Vec::new();
    positive_leaves(rule, &mut leaves);
    let mut found: Vec<Reason> = Vec::new();
    for reason in leaves.into_iter().flat_map(|leaf| reasons_of(leaf, hits)) {
        if !found.contains(&reason) {
            found.push(reason);
        }
    }
    let mut waiting = vec![rule];
    while let Some(rule) = waiting.pop() {
        match rule {
            CompiledRule::And(parts) | CompiledRule::Or(parts) => waiting.extend(parts.iter().rev()),
            CompiledRule::Source(term) if is_source(term, subject.source) => {
                found.push(Reason {
                    term: term.to_string(),
                    place: "source",
                    count: 1,
                });
            }
            CompiledRule::Language(code) if is_language(code, subject.language) => {
                found.push(Reason {
                    term: code.clone(),
                    place: "lang",
                    count: 1,
                });
            }
            CompiledRule::Domain(name) if is_domain(name, subject.url) => {
                found.push(Reason {
                    term: name.clone(),
                    place: "domain",
                    count: 1,
                });
            }
            _ => {}
        }
    }
    found
}

/// Returns the score of a rule that holds.
pub fn score(rule: &CompiledRule, hits: &Hits) -> f32 {
    let mut leaves = Vec::new();
    positive_leaves(rule, &mut leaves);
    let mut patterns: Vec<usize> = leaves.iter().map(|leaf| leaf.pattern).collect();
    patterns.sort_unstable();
    patterns.dedup();
    let (mut in_title, mut distinct, mut mentions) = (0, 0, 0usize);
    for pattern in patterns {
        let found = hits.of(pattern);
        distinct += i32::from(!found.is_empty());
        in_title += i32::from(found.iter().any(|hit| hit.place == ArticlePart::Title));
        mentions += found.len();
    }
    let title = if in_title == 0 {
        0.0
    } else {
        TITLE_ALL - (TITLE_ALL - TITLE_FIRST) * 0.5f32.powi(in_title - 1)
    };
    let distinct = DISTINCT_ALL * (1.0 - 0.7f32.powi(distinct));
    let share = SHARE_ALL * (mentions as f32 / hits.words.max(1) as f32 / SHARE_LARGE).min(1.0);
    (title + distinct + share).min(1.0)
}
