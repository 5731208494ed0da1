//! The topic query language: what a reader writes to say what a topic is about.
//!
//! Words, "phrases", `AND`, `OR`, `NOT` (upper-case; side by side means `AND`), parentheses, `word*`, `*word`, `=Word`,
//! `a NEAR/n b`, and
//! fields: `title:`, `lead:` and `body:` for words, `source:`, `domain:`, `lang:`, `type:` and `after:` for what else is
//! known of an article. `NOT` binds tightest, then `NEAR`, `AND`, `OR`. Nothing is stemmed and nothing is evaluated here.
//! A parsed query always says something positive to look for, and is bounded in length, depth and number of terms, so
//! that whoever walks it may recurse.

mod lexer;
mod parser;
pub mod suspicions;
pub mod broader;
pub mod snippet;

use crate::domain::named::named;
use crate::text;
use std::fmt;
use std::ops::{Range, RangeInclusive};

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
/// Letters a `*word` needs behind its star.
pub const SUFFIX_LETTERS_MIN: usize = 3;
/// Letters of a keyword that, all of them capitals, is found in capitals only.
pub const ABBREVIATION_LETTERS: RangeInclusive<usize> = 2..=4;

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

impl QueryError {
    /// Returns the column of its place in its line, from 1.
    pub fn column(&self) -> usize {
        self.column
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
    /// As it was written, without quotes and signs.
    pub written: String,
    /// In comparable form (`text::words`); never empty.
    pub words: Vec<String>,
    /// Whether the last word may go on.
    pub is_prefix: bool,
    /// Whether the first word may begin earlier.
    pub is_suffix: bool,
    /// The words with their capitals, of a term that is found only as it is written.
    pub cased: Option<Vec<String>>,
}

/// What is written around a term's words: `=` and a star before them, a star behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TermSigns {
    pub is_exact: bool,
    pub is_suffix: bool,
    pub is_prefix: bool,
}

impl Term {
    /// Returns the term a piece of text names, or nothing when it holds no word.
    pub fn new(written: &str, signs: TermSigns) -> Option<Self> {
        let named = text::without_elision(written);
        let words: Vec<String> = text::words(named).collect();
        let first = words.first()?;
        // Scripts without spaces are matched by substring as they are.
        let is_suffix = signs.is_suffix && !first.starts_with(text::is_unspaced);
        Some(Self {
            written: text::line(written),
            words,
            is_prefix: signs.is_prefix,
            is_suffix,
            cased: signs.is_exact.then(|| text::cased_words(named)),
        })
    }

    /// Returns the term a keyword is: with the signs of a query, and found only in capitals where it is nothing but two to
    /// four of them.
    pub fn of_keyword(keyword: &str) -> Option<Self> {
        let (before, rest) = signs_before(keyword);
        let (written, is_prefix) = rest.strip_suffix('*').map_or((rest, false), |rest| (rest, true));
        Self::new(
            written,
            TermSigns {
                is_exact: before.is_exact || is_abbreviation(written),
                is_suffix: before.is_suffix && written.chars().count() >= SUFFIX_LETTERS_MIN,
                is_prefix,
            },
        )
    }

    /// Whether nothing but its words is asked for, in any case.
    pub fn is_plain(&self) -> bool {
        !self.is_prefix && !self.is_suffix && self.cased.is_none()
    }

    /// Whether the first word is looked for inside of others: a letter of an unspaced script that stands alone is a piece of
    /// the pairs that texts in it are cut into.
    pub fn opens_at_start(&self) -> bool {
        self.is_suffix || is_piece(self.words.first())
    }

    /// Whether the last word may go on.
    pub fn opens_at_end(&self) -> bool {
        self.is_prefix || is_piece(self.words.last())
    }

    /// Whether these words are the term's, given in comparable form.
    pub fn is_in<'w>(&self, found: impl ExactSizeIterator<Item = &'w str>) -> bool {
        self.fits(&self.words, found)
    }

    /// Whether these words are the term's, given with their capitals.
    pub fn is_as_written<'w>(&self, found: impl ExactSizeIterator<Item = &'w str>) -> bool {
        self.cased.as_ref().is_none_or(|own| self.fits(own, found))
    }

    fn fits<'w>(&self, own: &[String], found: impl ExactSizeIterator<Item = &'w str>) -> bool {
        let last = own.len().saturating_sub(1);
        found.len() == own.len()
            && own.iter().zip(found).enumerate().all(|(at, (own, word))| {
                match (self.is_suffix && at == 0, self.is_prefix && at == last) {
                    (false, false) => word == own,
                    (false, true) => word.starts_with(own.as_str()),
                    (true, false) => word.ends_with(own.as_str()),
                    (true, true) => word.contains(own.as_str()),
                }
            })
    }
}

fn is_piece(word: Option<&String>) -> bool {
    word.is_some_and(|word| {
        let mut letters = word.chars();
        letters.next().is_some_and(text::is_unspaced) && letters.next().is_none()
    })
}

/// Returns what is written before a term, and the rest.
fn signs_before(text: &str) -> (TermSigns, &str) {
    let mut signs = TermSigns::default();
    let mut rest = text;
    loop {
        match rest.chars().next() {
            Some('=') if !signs.is_exact => signs.is_exact = true,
            Some('*') if !signs.is_suffix => signs.is_suffix = true,
            _ => return (signs, rest),
        }
        rest = &rest[1..];
    }
}

/// Whether a keyword is nothing but two to four capitals, points between them or not.
pub fn is_abbreviation(keyword: &str) -> bool {
    let letters = keyword.trim_matches('*').chars().filter(|letter| *letter != '.');
    ABBREVIATION_LETTERS.contains(&letters.clone().count()) && letters.clone().all(char::is_uppercase)
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = |is: bool, sign: &'static str| if is { sign } else { "" };
        let quote = sign(self.written.contains(char::is_whitespace), "\"");
        let (exact, before) = (sign(self.cased.is_some(), "="), sign(self.is_suffix, "*"));
        let after = sign(self.is_prefix, "*");
        write!(f, "{exact}{quote}{before}{}{after}{quote}", self.written)
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
    let parsed = parser::parse(text).map(|root| Query { root });
    parsed.map_err(|error| suspicions::refused_expression(text).unwrap_or(error))
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
