//! A match or its absence, told rule by rule.

use std::fmt;

use serde::Serialize;

use super::Subject;
use super::compile::{CompiledRule, Leaf};
use super::evaluate::{holds_in, reasons_of};
use super::scan::Hits;
use crate::domain::topic::{Reason, Where};
use crate::query::ArticlePart;

/// Why an article is or is not about a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchExplanation {
    pub topic: String,
    /// Whether the article is about the topic.
    #[serde(rename = "matches")]
    pub is_match: bool,
    /// The outermost rule; nothing for a topic that is only a parent.
    #[serde(rename = "rule")]
    pub root: Option<RuleOutcome>,
}

/// What became of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleOutcome {
    /// The rule as people write it.
    #[serde(rename = "rule")]
    pub label: String,
    pub holds: bool,
    /// What was found, for a rule that looks for words.
    pub found: Vec<Reason>,
    pub parts: Vec<RuleOutcome>,
}

impl fmt::Display for MatchExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(root) = &self.root else {
            return write!(
                f,
                "{}: only a parent of other topics; nothing matches it by itself",
                self.topic
            );
        };
        write!(
            f,
            "{}: {}",
            self.topic,
            if root.holds { "matches" } else { "does not match" }
        )?;
        root.write(f, 1)
    }
}

impl RuleOutcome {
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        write!(
            f,
            "\n{:width$}{} {}",
            "",
            if self.holds { "yes" } else { "no " },
            self.label,
            width = depth * 2
        )?;
        for (position, reason) in self.found.iter().enumerate() {
            write!(
                f,
                "{} {} × {}",
                if position == 0 { ":" } else { "," },
                reason.place,
                reason.count
            )?;
        }
        self.parts.iter().try_for_each(|part| part.write(f, depth + 1))
    }
}

/// Returns what became of a rule and its parts.
pub fn verdict(rule: &CompiledRule, hits: &Hits, subject: &Subject<'_>) -> RuleOutcome {
    verdict_in(rule, hits, subject, None)
}

fn verdict_in(rule: &CompiledRule, hits: &Hits, subject: &Subject<'_>, within: Option<ArticlePart>) -> RuleOutcome {
    let part = |rule: &CompiledRule, within| verdict_in(rule, hits, subject, within);
    let leaf = |leaf: &Leaf| part(&CompiledRule::Leaf(leaf.clone()), within);
    let (label, found, parts) = match rule {
        CompiledRule::Leaf(leaf) => {
            let mut found = reasons_of(leaf, hits);
            found.retain(|reason| within.is_none_or(|place| reason.place == place.as_str()));
            let forms = match hits.written_otherwise(leaf.pattern) {
                0 if leaf.is_stemmed => " in any form".to_owned(),
                0 => String::new(),
                number => format!(" (with other capitals × {number})"),
            };
            (format!("{}{forms}", leaf.term), found, Vec::new())
        }
        CompiledRule::Near { left, right, gap } => (
            format!("at most {gap} words between"),
            Vec::new(),
            left.iter().chain(right).map(leaf).collect(),
        ),
        CompiledRule::And(all) => (
            "all of".to_owned(),
            Vec::new(),
            all.iter().map(|rule| part(rule, within)).collect(),
        ),
        CompiledRule::Or(any) => (
            "any of".to_owned(),
            Vec::new(),
            any.iter().map(|rule| part(rule, within)).collect(),
        ),
        CompiledRule::Not(inner) => ("not".to_owned(), Vec::new(), vec![part(inner, within)]),
        CompiledRule::In(place, inner) => (
            format!("in the {}", place.as_str()),
            Vec::new(),
            vec![part(inner, Some(*place))],
        ),
        CompiledRule::Source(term) => (format!("source:{term}"), Vec::new(), Vec::new()),
        CompiledRule::Language(code) => (format!("lang:{code}"), Vec::new(), Vec::new()),
        CompiledRule::Domain(name) => (format!("domain:{name}"), Vec::new(), Vec::new()),
        CompiledRule::Kind(kind) => (format!("type:{}", kind.as_str()), Vec::new(), Vec::new()),
        CompiledRule::After(day) => (format!("after:{day}"), Vec::new(), Vec::new()),
        CompiledRule::Keywords { any, place } => {
            let place = match place {
                Where::TitleOrTwice => "in the title, or twice in the text",
                Where::Title => "in the title",
                Where::Lead => "in the title or the lead",
                Where::Text => "in the text",
            };
            (
                format!("any keyword {place}"),
                Vec::new(),
                any.iter().map(leaf).collect(),
            )
        }
    };
    RuleOutcome {
        label,
        holds: holds_in(rule, hits, subject, within),
        found,
        parts,
    }
}
