//! The topic query language: what a reader writes to say what a topic is about.
//!
//! Words, "phrases", `AND`, `OR`, `NOT` (upper-case; side by side means `AND`), parentheses, `word*`, `a NEAR/n b`, and
//! fields: `title:`, `lead:` and `body:` for words, `source:`, `domain:`, `lang:`, `type:` and `after:` for what else is
//! known of an article. `NOT` binds tightest, then `NEAR`, `AND`, `OR`. Nothing is stemmed and nothing is evaluated here.
//! A parsed query always says something positive to look for, and is bounded in length, depth and number of terms, so
//! that whoever walks it may recurse.

mod lexer;
mod parser;
pub mod snippet;

use crate::domain::named::named;
use std::fmt;
use std::ops::Range;

use chrono::NaiveDate;
use thiserror::Error;

/// Bytes of a query.
pub const QUERY_BYTES_MAX: usize = 16 * 1024;
/// Terms in a query.
pub const TERMS_MAX: usize = 512;
/// Parentheses and operators inside one another.
pub const DEPTH_MAX: usize = 32;
/// Words and phrases in a list beside `NEAR`.
pub const NEAR_LIST_MAX: usize = 16;
/// Words that may lie between the two sides of a `NEAR` without a number.
pub const NEAR_DEFAULT: u32 = 10;
/// The largest number after `NEAR/`.
pub const NEAR_MAX: u32 = 100;
/// Letters a `word*` needs before its star.
pub const PREFIX_LETTERS_MIN: usize = 2;

/// Why a text is not a query: what is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct QueryError {
    pub message: String,
    /// The bytes of the query the message is about.
    pub span: Range<usize>,
    /// What to write instead.
    pub remedy: String,
    line: usize,
    column: usize,
}

impl QueryError {
    fn new(text: &str, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self {
            message: message.into(),
            span,
            remedy: remedy.into(),
            line,
            column,
        }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 1 {
            write!(f, "line {}, ", self.line)?;
        }
        write!(f, "column {}: {}: {}", self.column, self.message, self.remedy)
    }
}

/// A word or a sequence of words to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// As it was written, without quotes and star.
    pub written: String,
    /// In comparable form (`text::words`); never empty.
    pub words: Vec<String>,
    /// Whether the last word may go on.
    pub is_prefix: bool,
}

impl Term {
    /// Returns the term a piece of text names, or nothing when it holds no word.
    pub fn new(written: &str, is_prefix: bool) -> Option<Self> {
        let words: Vec<String> = crate::text::words(written).collect();
        let written = crate::text::line(written);
        (!words.is_empty()).then_some(Self {
            written,
            words,
            is_prefix,
        })
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.is_prefix { "*" } else { "" };
        if self.written.contains(char::is_whitespace) {
            write!(f, "\"{}{star}\"", self.written)
        } else {
            write!(f, "{}{star}", self.written)
        }
    }
}

/// The parts of an article, in the order in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArticlePart {
    Title,
    Lead,
    Body,
}

// The name used in queries and reasons.
named!(ArticlePart, Title = "title", Lead = "lead", Body = "body");

/// What an article is, as documents say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleKind {
    Article,
    Video,
}

// The name used in queries and documents.
named!(ArticleKind, Article = "article", Video = "video");

/// One rule of a query and the rules it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Term(Term),
    /// Any of `left` with at most `gap` words between it and any of `right`, in either order.
    Near {
        left: Vec<Term>,
        right: Vec<Term>,
        gap: u32,
    },
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// Holds in one part alone.
    In(ArticlePart, Box<Node>),
    /// Words of the source's name.
    Source(Term),
    /// A language code; `en` holds for `en-GB` too.
    Language(String),
    /// The host of the article's address, or a domain it belongs to.
    Domain(String),
    Kind(ArticleKind),
    /// Published on this day or later, UTC.
    After(NaiveDate),
}

impl Node {
    /// Whether it names something an article must have, so that not every article without its words satisfies it.
    fn is_positive(&self) -> bool {
        match self {
            Self::Term(_) | Self::Near { .. } | Self::Source(_) | Self::Domain(_) => true,
            Self::And(parts) => parts.iter().any(Self::is_positive),
            Self::Or(parts) => parts.iter().all(Self::is_positive),
            Self::In(_, inner) => inner.is_positive(),
            Self::Not(_) | Self::Language(_) | Self::Kind(_) | Self::After(_) => false,
        }
    }
}

/// A query that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    root: Node,
}

/// Returns the query a text says.
///
/// # Errors
/// When it is no query, has nothing positive to look for, or is beyond the bounds; the error names the place.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    parser::parse(text).map(|root| Query { root })
}

impl Query {
    /// Returns the outermost rule.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Returns the day before which no article can satisfy the query, if it names one.
    pub fn after(&self) -> Option<NaiveDate> {
        let mut latest = None;
        let mut waiting = vec![&self.root];
        while let Some(node) = waiting.pop() {
            match node {
                Node::And(parts) => waiting.extend(parts),
                Node::After(day) => latest = latest.max(Some(*day)),
                _ => {}
            }
        }
        latest
    }

    /// Returns the terms an article is looked through for: all but those that only exclude.
    pub fn positive_terms(&self) -> Vec<&Term> {
        let mut terms = Vec::new();
        let mut waiting = vec![&self.root];
        while let Some(node) = waiting.pop() {
            match node {
                Node::Term(term) => terms.push(term),
                Node::Near { left, right, .. } => terms.extend(left.iter().chain(right)),
                Node::And(parts) | Node::Or(parts) => waiting.extend(parts.iter().rev()),
                Node::In(_, inner) => waiting.push(inner),
                Node::Not(_)
                | Node::Source(_)
                | Node::Language(_)
                | Node::Domain(_)
                | Node::Kind(_)
                | Node::After(_) => {}
            }
        }
        terms
    }
}

#[cfg(test)]
mod tests;
