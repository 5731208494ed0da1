//! Which topics an article is about, and why.
//!
//! The terms of all topics stand in one automaton that every text is run through once; only topics with a positive
//! term in the text are then looked at, so a topic costs nothing for articles it cannot match. Words match exactly, in
//! scripts without spaces as pieces of the text; a topic may ask for all forms of its words. Nothing here stores or
//! weighs articles against each other.

mod compile;
mod evaluate;
mod explain;
mod page_prospects;
mod patterns;
mod prefilter;
mod scan;
mod stemming;

use std::collections::HashSet;
use std::fmt;

use thiserror::Error;

use crate::domain::Timestamp;
use crate::domain::article::{Article, Wording};
use crate::domain::topic::{Match, Topic};
use crate::query::{Query, QueryError};

use compile::{CompiledTopic, Parent};
pub use explain::{MatchExplanation, RuleOutcome};
use scan::{Automaton, Hits};

/// Bytes of an article's text that are looked through; what comes later is not read.
pub const TEXT_BYTES_MAX: usize = 1024 * 1024;
/// Keywords of one topic.
pub const KEYWORDS_MAX: usize = 512;

/// Why a topic cannot be followed as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicError {
    /// The topic's name.
    pub topic: String,
    pub problem: TopicProblem,
}

/// What is wrong with a topic.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TopicProblem {
    #[error("query: {0}")]
    Query(#[from] QueryError),
    #[error("the keyword \"{0}\" holds no word: write one or remove it")]
    EmptyKeyword(String),
    #[error("there are no keywords: write at least one")]
    NoKeywords,
    #[error("there are more than {KEYWORDS_MAX} keywords: split the topic")]
    TooManyKeywords,
    #[error("another topic has the same name: rename one of them")]
    SameName,
    #[error("its parents lead back to itself ({0}): remove one of them")]
    Cycle(String),
    #[error("its terms are too many to look for at once: {0}")]
    TooLarge(String),
}

impl fmt::Display for TopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "topic \"{}\": {}", self.topic, self.problem)
    }
}

impl std::error::Error for TopicError {}

/// What an article is matched by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject<'a> {
    pub title: &'a str,
    pub lead: &'a str,
    pub body: &'a str,
    pub source: &'a str,
    pub language: Option<&'a str>,
    /// Where it can be read.
    pub url: &'a str,
    pub is_video: bool,
    pub published_at: Option<Timestamp>,
}

impl<'a> Subject<'a> {
    /// Returns what an article is matched by.
    pub fn of(article: &'a Article) -> Self {
        Self {
            title: &article.title,
            lead: &article.excerpt,
            body: &article.body_text,
            source: &article.source,
            language: article.language.as_deref(),
            url: &article.web_url,
            is_video: article.is_video,
            published_at: Some(article.published_at),
        }
    }

    /// Returns the same article in another source's words.
    pub fn worded(article: &'a Article, wording: &'a Wording) -> Self {
        Self {
            title: &wording.title,
            lead: "",
            body: &wording.text,
            source: &wording.source,
            language: wording.language.as_deref(),
            ..Self::of(article)
        }
    }
}

/// All topics, ready to be matched.
#[derive(Debug, Clone)]
pub struct Matcher {
    topics: Vec<CompiledTopic>,
    automaton: Automaton,
    /// Per pattern, the topics that cannot be satisfied where none of theirs is found.
    anchors: Vec<Vec<usize>>,
    /// Topics that a source's name or a domain alone can satisfy.
    unanchored: Vec<usize>,
}

impl Matcher {
    /// Returns a matcher of these topics, in their order.
    ///
    /// # Errors
    /// All topics that cannot be followed, each with its reason.
    pub fn compile(topics: &[Topic]) -> Result<Self, Vec<TopicError>> {
        compile::compile(topics)
    }

    /// Returns a matcher of one query.
    ///
    /// # Errors
    /// It is too large.
    pub fn of_query(query: &Query) -> Result<Self, TopicError> {
        compile::of_query(query)
    }

    /// Returns the topics an article is about, best score first.
    ///
    /// A score lies between 0 and 1: up to 0.5 for terms in the title (0.35 for the first), up to 0.3 for how many of
    /// the topic's terms were found, up to 0.2 for their share of the text. Equal scores keep the topics' order.
    pub fn matches(&self, subject: &Subject<'_>) -> Vec<Match> {
        let hits = self.automaton.scan(subject);
        let mut candidates: Vec<usize> = self.unanchored.clone();
        candidates.extend(
            hits.patterns()
                .flat_map(|pattern| self.anchors[pattern].iter().copied()),
        );
        candidates.sort_unstable();
        candidates.dedup();
        let mut found: Vec<Match> = candidates
            .into_iter()
            .filter_map(|topic| self.match_topic(topic, &hits, subject))
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.topic.cmp(&b.topic)));
        found
    }

    /// Returns the topics an article is about by its own words or by what other sources say of it, best score first.
    pub fn matches_worded<'a>(&self, article: &Article, wordings: impl Iterator<Item = &'a Wording>) -> Vec<Match> {
        let mut found = self.matches(&Subject::of(article));
        let own = found.len();
        for wording in wordings {
            for other in self.matches(&Subject::worded(article, wording)) {
                match found.iter().position(|known| known.topic == other.topic) {
                    None => found.push(other),
                    // Its own words say best why it is about a topic.
                    Some(at) if at >= own && found[at].score < other.score => found[at] = other,
                    Some(_) => {}
                }
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.topic.cmp(&b.topic)));
        found
    }

    fn match_topic(&self, topic: usize, hits: &Hits, subject: &Subject<'_>) -> Option<Match> {
        let rule = self.topics[topic].rule.as_ref()?;
        if !evaluate::holds(rule, hits, subject) {
            return None;
        }
        let reasons = evaluate::reasons(rule, hits, subject);
        Some(Match {
            topic,
            score: evaluate::score(rule, hits),
            reasons,
        })
    }

    /// Whether an article is about any topic.
    pub fn matches_any(&self, subject: &Subject<'_>) -> bool {
        let hits = self.automaton.scan(subject);
        let holds = |topic: usize| {
            let rule = self.topics[topic].rule.as_ref();
            rule.is_some_and(|rule| evaluate::holds(rule, &hits, subject))
        };
        self.unanchored.iter().any(|topic| holds(*topic))
            || hits
                .patterns()
                .flat_map(|pattern| &self.anchors[pattern])
                .any(|topic| holds(*topic))
    }

    /// Whether a text holds a positive term of any topic, so that reading all of the article may be worth it; of terms that
    /// must all be there, one of the part that is likely to be rarest.
    pub fn may_match(&self, language: Option<&str>, title: &str, text: &str) -> bool {
        !self.unanchored.is_empty()
            || [title, text].into_iter().any(|text| {
                self.automaton
                    .finds_any(language, text, |pattern| !self.anchors[pattern].is_empty())
            })
    }

    /// Whether an article may be about a topic once its page is read, whatever that says: no topic's conditions on headline,
    /// source, address and language stand against all of it.
    pub fn may_match_page(&self, subject: &Subject<'_>) -> bool {
        let hits = self.automaton.scan(subject);
        let mut rules = self.topics.iter().filter_map(|topic| topic.rule.as_ref());
        rules.any(|rule| page_prospects::may_become(true, rule, &hits, subject, None))
    }

    /// Returns a topic's labels, root first, the topic itself last.
    pub fn ancestry(&self, topic_index: usize) -> Vec<String> {
        self.lineage([topic_index])
    }

    /// Returns the labels of several topics with those that stand above them, root first, each once.
    pub fn lineage(&self, topics: impl IntoIterator<Item = usize>) -> Vec<String> {
        let (mut labels, mut known) = (Vec::new(), HashSet::new());
        for topic in topics {
            let (mut way, mut next) = (Vec::new(), self.topics.get(topic));
            while let Some(topic) = next {
                // What stands above a known one is known too.
                if !known.insert(topic.name.as_str()) {
                    break;
                }
                way.push(topic.name.clone());
                next = match &topic.parent {
                    Some(Parent::Topic(position)) => self.topics.get(*position),
                    Some(Parent::Label(label)) => {
                        way.extend(known.insert(label.as_str()).then(|| label.clone()));
                        None
                    }
                    None => None,
                };
            }
            labels.extend(way.into_iter().rev());
        }
        labels
    }

    /// Returns a topic's name.
    pub fn name(&self, topic_index: usize) -> Option<&str> {
        self.topics.get(topic_index).map(|topic| topic.name.as_str())
    }

    /// Returns how many labels a topic has, itself included.
    pub fn depth(&self, topic_index: usize) -> usize {
        self.topics.get(topic_index).map_or(0, |topic| topic.depth)
    }

    /// Returns rule by rule why an article is or is not about a topic.
    pub fn explain(&self, topic_index: usize, subject: &Subject<'_>) -> MatchExplanation {
        let hits = self.automaton.scan(subject);
        let Some(topic) = self.topics.get(topic_index) else {
            return MatchExplanation {
                topic: String::new(),
                is_match: false,
                root: None,
            };
        };
        let root = topic.rule.as_ref().map(|rule| explain::verdict(rule, &hits, subject));
        MatchExplanation {
            topic: topic.name.clone(),
            is_match: root.as_ref().is_some_and(|root| root.holds),
            root,
        }
    }
}

#[cfg(test)]
mod tests;
