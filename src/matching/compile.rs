//! Topics into rules over numbered patterns.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::patterns::pattern;
use super::scan::{Automaton, ExactTerm};
use super::stemming::Stemmed;
use super::{KEYWORDS_MAX, Matcher, TopicError, TopicProblem};
use crate::domain::topic::{Rule as TopicRule, Topic, Where};
use crate::query::{self, ArticleKind, ArticlePart, Node, Query, Term};
use crate::text;

/// Names of a circle of parents that are shown.
const CIRCLE_SHOWN: usize = 8;

/// A term and its pattern's number.
#[derive(Debug, Clone)]
pub struct Leaf {
    pub term: Term,
    pub pattern: usize,
    /// Its words are found in every form that has the same stem.
    pub is_stemmed: bool,
}

/// One rule of a topic, ready to be evaluated.
#[derive(Debug, Clone)]
pub enum CompiledRule {
    Leaf(Leaf),
    Near {
        left: Vec<Leaf>,
        right: Vec<Leaf>,
        gap: u32,
    },
    And(Vec<CompiledRule>),
    Or(Vec<CompiledRule>),
    Not(Box<CompiledRule>),
    In(ArticlePart, Box<CompiledRule>),
    /// Words of the source's name.
    Source(Term),
    Language(String),
    Domain(String),
    Kind(ArticleKind),
    After(NaiveDate),
    Keywords {
        any: Vec<Leaf>,
        place: Where,
    },
}

#[derive(Debug, Clone)]
pub struct CompiledTopic {
    pub name: String,
    /// Nothing for a topic that is only a parent.
    pub rule: Option<CompiledRule>,
    pub parent: Option<Parent>,
    /// It and all that stand above it.
    pub depth: usize,
}

/// What stands above a topic.
#[derive(Debug, Clone)]
pub enum Parent {
    Topic(usize),
    /// A name that is no topic's.
    Label(String),
}

#[derive(Default)]
struct Patterns {
    texts: Vec<String>,
    /// By text, whether it is stemmed, and how it has to be written.
    numbers: HashMap<(String, bool, Option<Vec<String>>), usize>,
    stemmed: Vec<Stemmed>,
    exact: Vec<ExactTerm>,
    /// Whether the topic being read asks for stems.
    with_stems: bool,
}

impl Patterns {
    fn leaf(&mut self, term: &Term) -> Leaf {
        let text = pattern(term);
        let is_stemmed = self.with_stems && term.is_plain();
        let next = self.texts.len();
        let key = (text.clone(), is_stemmed, term.cased.clone());
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.texts.push(text);
            let term = term.clone();
            if is_stemmed {
                self.stemmed.push(Stemmed { pattern: number, term });
            } else if term.cased.is_some() {
                self.exact.push(ExactTerm { pattern: number, term });
            }
        }
        Leaf {
            term: term.clone(),
            pattern: number,
            is_stemmed,
        }
    }

    fn leaves(&mut self, terms: &[Term]) -> Vec<Leaf> {
        terms.iter().map(|term| self.leaf(term)).collect()
    }

    fn rule(&mut self, node: &Node) -> CompiledRule {
        match node {
            Node::Term(term) => CompiledRule::Leaf(self.leaf(term)),
            Node::Near { left, right, gap } => CompiledRule::Near {
                left: self.leaves(left),
                right: self.leaves(right),
                gap: *gap,
            },
            Node::And(parts) => CompiledRule::And(parts.iter().map(|part| self.rule(part)).collect()),
            Node::Or(parts) => CompiledRule::Or(parts.iter().map(|part| self.rule(part)).collect()),
            Node::Not(inner) => CompiledRule::Not(Box::new(self.rule(inner))),
            Node::In(place, inner) => CompiledRule::In(*place, Box::new(self.rule(inner))),
            Node::Source(term) => CompiledRule::Source(term.clone()),
            Node::Language(code) => CompiledRule::Language(code.clone()),
            Node::Domain(name) => CompiledRule::Domain(name.clone()),
            Node::Kind(kind) => CompiledRule::Kind(*kind),
            Node::After(day) => CompiledRule::After(*day),
        }
    }

    fn topic(&mut self, topic: &Topic) -> Result<Option<CompiledRule>, TopicProblem> {
        self.with_stems = topic.stem;
        match &topic.rule {
            TopicRule::None => Ok(None),
            TopicRule::Query(text) => Ok(Some(self.rule(query::parse(text)?.root()))),
            TopicRule::Keywords { any, place } => {
                if any.is_empty() {
                    return Err(TopicProblem::NoKeywords);
                }
                if any.len() > KEYWORDS_MAX {
                    return Err(TopicProblem::TooManyKeywords);
                }
                let leaf = |keyword: &String| {
                    let term = Term::of_keyword(keyword).ok_or_else(|| TopicProblem::EmptyKeyword(keyword.clone()))?;
                    Ok(self.leaf(&term))
                };
                let any = any.iter().map(leaf).collect::<Result<_, TopicProblem>>()?;
                Ok(Some(CompiledRule::Keywords { any, place: *place }))
            }
        }
    }
}

/// Returns the matcher of these topics.
pub fn compile(topics: &[Topic]) -> Result<Matcher, Vec<TopicError>> {
    let mut errors = Vec::new();
    let mut patterns = Patterns::default();
    let mut compiled = Vec::new();
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    for (position, topic) in topics.iter().enumerate() {
        if by_name.insert(&topic.name, position).is_some() {
            errors.push(TopicError {
                topic: topic.name.clone(),
                problem: TopicProblem::SameName,
            });
        }
    }
    let depths = depths(topics, &by_name, &mut errors);
    for (topic, depth) in topics.iter().zip(depths) {
        let parent = topic.parent.as_ref().map(|parent| match by_name.get(parent.as_str()) {
            Some(position) => Parent::Topic(*position),
            None => Parent::Label(parent.clone()),
        });
        match patterns.topic(topic) {
            Ok(rule) => compiled.push(CompiledTopic {
                name: topic.name.clone(),
                rule,
                parent,
                depth,
            }),
            Err(problem) => errors.push(TopicError {
                topic: topic.name.clone(),
                problem,
            }),
        }
    }
    match errors.is_empty() {
        true => matcher(compiled, patterns).map_err(|error| vec![error]),
        false => Err(errors),
    }
}

/// Returns the matcher of one query.
pub fn of_query(query: &Query) -> Result<Matcher, TopicError> {
    let mut patterns = Patterns::default();
    let topic = CompiledTopic {
        name: "search".to_owned(),
        rule: Some(patterns.rule(query.root())),
        parent: None,
        depth: 1,
    };
    matcher(vec![topic], patterns)
}

fn matcher(compiled: Vec<CompiledTopic>, patterns: Patterns) -> Result<Matcher, TopicError> {
    let automaton = Automaton::new(&patterns.texts, patterns.stemmed, patterns.exact).map_err(|error| TopicError {
        topic: compiled.first().map(|topic| topic.name.clone()).unwrap_or_default(),
        problem: TopicProblem::TooLarge(error.to_string()),
    })?;
    let mut anchors = vec![Vec::new(); patterns.texts.len()];
    let mut unanchored = Vec::new();
    for (position, topic) in compiled.iter().enumerate() {
        let Some(rule) = &topic.rule else { continue };
        let mut leaves = Vec::new();
        anchor_leaves(rule, &mut leaves);
        leaves.iter().for_each(|leaf| anchors[leaf.pattern].push(position));
        if !needs_word(rule) {
            unanchored.push(position);
        }
    }
    Ok(Matcher {
        topics: compiled,
        automaton,
        anchors,
        unanchored,
    })
}

/// Gathers the leaves that speak for a rule.
pub fn positive_leaves<'a>(rule: &'a CompiledRule, found: &mut Vec<&'a Leaf>) {
    match rule {
        CompiledRule::Leaf(leaf) => found.push(leaf),
        CompiledRule::Near { left, right, .. } => found.extend(left.iter().chain(right)),
        CompiledRule::Keywords { any, .. } => found.extend(any),
        CompiledRule::And(parts) | CompiledRule::Or(parts) => {
            parts.iter().for_each(|part| positive_leaves(part, found))
        }
        CompiledRule::In(_, inner) => positive_leaves(inner, found),
        CompiledRule::Not(_)
        | CompiledRule::Source(_)
        | CompiledRule::Language(_)
        | CompiledRule::Domain(_)
        | CompiledRule::Kind(_)
        | CompiledRule::After(_) => {}
    }
}

/// Gathers leaves of which one must stand in a text for a rule to hold, where it needs a word at all: of parts that must all
/// hold those of the one that is likely to be rarest.
fn anchor_leaves<'a>(rule: &'a CompiledRule, found: &mut Vec<&'a Leaf>) {
    match rule {
        CompiledRule::And(parts) => {
            // Of equals the one written first.
            let needed = parts.iter().rev().filter(|part| needs_word(part));
            match needed.max_by_key(|part| rarity(part)) {
                Some(rarest) => anchor_leaves(rarest, found),
                None => positive_leaves(rule, found),
            }
        }
        CompiledRule::Near { left, right, .. } => found.extend(match rarest(right) > rarest(left) {
            true => right,
            false => left,
        }),
        CompiledRule::Or(parts) => parts.iter().for_each(|part| anchor_leaves(part, found)),
        CompiledRule::In(_, inner) => anchor_leaves(inner, found),
        other => positive_leaves(other, found),
    }
}

/// Returns how rare what satisfies a rule is likely to be, in letters: long words and phrases are rare, and of alternatives
/// the commonest counts.
fn rarity(rule: &CompiledRule) -> usize {
    match rule {
        CompiledRule::Leaf(leaf) => rarest(std::slice::from_ref(leaf)),
        CompiledRule::Keywords { any, .. } => rarest(any),
        CompiledRule::Near { left, right, .. } => rarest(left).max(rarest(right)),
        CompiledRule::And(parts) => parts.iter().map(rarity).max().unwrap_or(0),
        CompiledRule::Or(parts) => parts.iter().map(rarity).min().unwrap_or(0),
        CompiledRule::In(_, inner) => rarity(inner),
        CompiledRule::Not(_)
        | CompiledRule::Source(_)
        | CompiledRule::Language(_)
        | CompiledRule::Domain(_)
        | CompiledRule::Kind(_)
        | CompiledRule::After(_) => 0,
    }
}

/// Returns the letters of the shortest of some alternatives; a letter of a script without spaces says as much as three.
fn rarest(alternatives: &[Leaf]) -> usize {
    let letters = |leaf: &Leaf| {
        let letters = leaf.term.written.chars().filter(|letter| letter.is_alphanumeric());
        letters
            .map(|letter| if text::is_unspaced(letter) { 3 } else { 1 })
            .sum()
    };
    alternatives.iter().map(letters).min().unwrap_or(0)
}

/// Whether a rule can hold only where one of its positive leaves stands.
fn needs_word(rule: &CompiledRule) -> bool {
    match rule {
        CompiledRule::Leaf(_) | CompiledRule::Near { .. } | CompiledRule::Keywords { .. } => true,
        CompiledRule::And(parts) => parts.iter().any(needs_word),
        CompiledRule::Or(parts) => parts.iter().all(needs_word),
        CompiledRule::In(_, inner) => needs_word(inner),
        CompiledRule::Not(_)
        | CompiledRule::Source(_)
        | CompiledRule::Language(_)
        | CompiledRule::Domain(_)
        | CompiledRule::Kind(_)
        | CompiledRule::After(_) => false,
    }
}

/// Notes the circles of parents; returns how deep each topic stands. Each is walked once, so a long chain costs no more
/// than its length.
fn depths(topics: &[Topic], by_name: &HashMap<&str, usize>, errors: &mut Vec<TopicError>) -> Vec<usize> {
    let mut depths = vec![0; topics.len()];
    let mut is_on_way = vec![false; topics.len()];
    for first in 0..topics.len() {
        let (mut way, mut above, mut next) = (Vec::new(), 0, Some(first));
        while let Some(at) = next {
            if depths[at] > 0 {
                above = depths[at];
                break;
            }
            if std::mem::replace(&mut is_on_way[at], true) {
                let names = way.iter().map(|topic: &usize| topics[*topic].name.as_str());
                let circle: Vec<&str> = names.take(CIRCLE_SHOWN).chain([topics[at].name.as_str()]).collect();
                let circle = circle.join(" → ");
                errors.extend(way.iter().map(|topic| TopicError {
                    topic: topics[*topic].name.clone(),
                    problem: TopicProblem::Cycle(circle.clone()),
                }));
                break;
            }
            way.push(at);
            next = match &topics[at].parent {
                Some(parent) => {
                    let found = by_name.get(parent.as_str()).copied();
                    above = usize::from(found.is_none());
                    found
                }
                None => None,
            };
        }
        for at in way.into_iter().rev() {
            above += 1;
            depths[at] = above;
            is_on_way[at] = false;
        }
    }
    depths
}
