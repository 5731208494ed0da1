//! Tokens into rules. Refuses what could never be meant: empty groups, only negative terms, endless nesting.

use std::ops::Range;

use chrono::NaiveDate;

use super::lexer::{Placed, QueryField, QueryToken, tokens};
use super::{ArticleKind, DEPTH_MAX, NEAR_LIST_MAX, Node, QUERY_BYTES_MAX, QueryError, TERMS_MAX, Term};

const ONLY_NEGATIVE: &str = "add a word or phrase that must be there";

/// Returns the outermost rule of a query.
pub fn parse(text: &str) -> Result<Node, QueryError> {
    if text.len() > QUERY_BYTES_MAX {
        let message = format!("the query is longer than {QUERY_BYTES_MAX} bytes");
        return Err(QueryError::new(
            text,
            0..text.len(),
            message,
            "split it into several topics",
        ));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(QueryError::new(
            text,
            0..text.len(),
            "the query is empty",
            "write at least one word",
        ));
    }
    let terms = tokens
        .iter()
        .filter(|(token, _)| matches!(token, QueryToken::Term(_)))
        .count();
    if terms > TERMS_MAX {
        let message = format!("the query has more than {TERMS_MAX} terms");
        return Err(QueryError::new(
            text,
            0..text.len(),
            message,
            "split it into several topics",
        ));
    }
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        depth: 0,
        is_in_place: false,
        negative: None,
    };
    let root = parser.any_of()?;
    if let Some((_, span)) = parser.tokens.get(parser.at) {
        return Err(parser.error(
            span.clone(),
            "this parenthesis closes nothing",
            "remove it, or open one before it",
        ));
    }
    if !root.is_positive() {
        let (span, message) = match (&root, parser.negative.take()) {
            (Node::Or(_), Some(span)) => (span, "this side of OR has only negative terms or filters"),
            _ => (0..text.len(), "the query has only negative terms or filters"),
        };
        return Err(parser.error(span, message, ONLY_NEGATIVE));
    }
    Ok(root)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
    /// Inside `title:`, `lead:` or `body:`.
    is_in_place: bool,
    negative: Option<Range<usize>>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&QueryToken> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    /// The bytes of the next token, or the end of the text.
    fn here(&self) -> Range<usize> {
        self.tokens
            .get(self.at)
            .map_or(self.text.len()..self.text.len(), |(_, span)| span.clone())
    }

    fn error(&self, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> QueryError {
        QueryError::new(self.text, span, message, remedy)
    }

    /// `a OR b OR c`
    fn any_of(&mut self) -> Result<Node, QueryError> {
        let start = self.here().start;
        let mut parts = vec![self.all_of()?];
        self.note_negative(&parts[0], start);
        while self.peek() == Some(&QueryToken::Or) {
            self.at += 1;
            let start = self.here().start;
            let part = self.all_of()?;
            self.note_negative(&part, start);
            parts.push(part);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Node::Or(parts)
        })
    }

    /// Remembers the first alternative that looks for nothing, for the message should the whole query look for nothing.
    fn note_negative(&mut self, part: &Node, start: usize) {
        if !part.is_positive() && self.negative.is_none() {
            self.negative = Some(start..self.end());
        }
    }

    fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].1.end)
    }

    /// `a AND b NOT c d`
    fn all_of(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.near()?];
        loop {
            match self.peek() {
                None | Some(QueryToken::Close | QueryToken::Or) => break,
                Some(QueryToken::And) => self.at += 1,
                Some(_) => {}
            }
            parts.push(self.near()?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Node::And(parts)
        })
    }

    /// `a NEAR/3 (b OR c)`; a chain asks for every neighbouring pair.
    fn near(&mut self) -> Result<Node, QueryError> {
        let start = self.here().start;
        let first = self.not()?;
        if !matches!(self.peek(), Some(QueryToken::Near(_))) {
            return Ok(first);
        }
        let mut left = self.near_side(first, start)?;
        let mut pairs = Vec::new();
        while let Some(QueryToken::Near(gap)) = self.peek() {
            let gap = *gap;
            self.at += 1;
            let start = self.here().start;
            let side = self.not()?;
            let right = self.near_side(side, start)?;
            pairs.push(Node::Near {
                left,
                right: right.clone(),
                gap,
            });
            left = right;
        }
        Ok(if pairs.len() == 1 {
            pairs.remove(0)
        } else {
            Node::And(pairs)
        })
    }

    fn near_side(&self, node: Node, start: usize) -> Result<Vec<Term>, QueryError> {
        fn gather(node: Node, terms: &mut Vec<Term>) -> bool {
            match node {
                Node::Term(term) => {
                    terms.push(term);
                    true
                }
                Node::Or(parts) => parts.into_iter().all(|part| gather(part, terms)),
                _ => false,
            }
        }
        let span = start..self.end();
        let mut terms = Vec::new();
        if !gather(node, &mut terms) {
            let remedy = "put a word, a phrase or a list like (ban OR law) on each side";
            return Err(self.error(span, "NEAR stands between words", remedy));
        }
        if terms.len() > NEAR_LIST_MAX {
            let message = format!("a list beside NEAR has at most {NEAR_LIST_MAX} terms");
            return Err(self.error(span, message, "use word* or several NEARs joined by OR"));
        }
        Ok(terms)
    }

    fn not(&mut self) -> Result<Node, QueryError> {
        if self.peek() != Some(&QueryToken::Not) {
            return self.single();
        }
        self.at += 1;
        self.deeper()?;
        let inner = self.near()?;
        self.depth -= 1;
        Ok(match inner {
            // Two negations say yes, and are kept out of everyone's way.
            Node::Not(positive) => *positive,
            inner => Node::Not(Box::new(inner)),
        })
    }

    fn deeper(&mut self) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let message = format!("the query is nested more than {DEPTH_MAX} deep");
            return Err(self.error(self.here(), message, "take out parentheses that change nothing"));
        }
        Ok(())
    }

    fn single(&mut self) -> Result<Node, QueryError> {
        let span = self.here();
        let Some((token, _)) = self.tokens.get(self.at).cloned() else {
            return Err(self.error(
                span,
                "something is missing at the end",
                "write a word, a phrase or a group",
            ));
        };
        let missing = |sign: &str| format!("write a word, a phrase or a group before and after {sign}");
        match token {
            QueryToken::Term(term) => {
                self.at += 1;
                Ok(Node::Term(term))
            }
            QueryToken::Open => {
                self.at += 1;
                self.group(span)
            }
            QueryToken::Field(field) => {
                self.at += 1;
                self.field(field, span)
            }
            QueryToken::Close => Err(self.error(
                span,
                "something is missing before this parenthesis",
                "write a word here",
            )),
            QueryToken::And => Err(self.error(span, "AND joins two things", missing("AND"))),
            QueryToken::Or => Err(self.error(span, "OR joins two things", missing("OR"))),
            QueryToken::Near(_) => Err(self.error(span, "NEAR joins two things", missing("NEAR"))),
            QueryToken::Not => Err(self.error(span, "NOT stands before what must be absent", "write it before a word")),
        }
    }

    fn group(&mut self, open: Range<usize>) -> Result<Node, QueryError> {
        self.deeper()?;
        let inner = self.any_of()?;
        if self.peek() != Some(&QueryToken::Close) {
            return Err(self.error(open, "this parenthesis is never closed", "add the closing one"));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }

    fn field(&mut self, field: QueryField, span: Range<usize>) -> Result<Node, QueryError> {
        if !matches!(self.peek(), Some(QueryToken::Term(_) | QueryToken::Open)) {
            let remedy = "write a word, a phrase or a group directly after it";
            return Err(self.error(span, "there is nothing after this field", remedy));
        }
        if self.is_in_place {
            let remedy = "take it out of title:, lead: or body:, which ask for words";
            return Err(self.error(span, "a field stands inside another", remedy));
        }
        self.deeper()?;
        let start = self.here().start;
        self.is_in_place = matches!(field, QueryField::In(_));
        let value = self.single()?;
        self.is_in_place = false;
        self.depth -= 1;
        let at = start..self.end();
        let filter: fn(Term) -> Option<Node> = match field {
            QueryField::In(place) => return Ok(Node::In(place, Box::new(value))),
            QueryField::Source => |term| term.cased.is_none().then_some(Node::Source(term)),
            QueryField::Language => |term| language(&term).map(Node::Language),
            QueryField::Domain => |term| domain(&term).map(Node::Domain),
            QueryField::Kind => |term| kind(&term).map(Node::Kind),
            QueryField::After => |term| day(&term).map(Node::After),
        };
        let remedy = match field {
            QueryField::In(_) | QueryField::Source => {
                "write source:NAME, source:\"TWO WORDS\" or a list like source:(ONE OR ANOTHER)"
            }
            QueryField::Language => "write lang:en or a list like lang:(en OR de)",
            QueryField::Domain => "write domain:example.org or a list like domain:(example.org OR example.net)",
            QueryField::Kind => "write type:article or type:video",
            QueryField::After => "write a day as in after:2026-03-01",
        };
        each(value, &filter).ok_or_else(|| self.error(at, "this filter's value cannot be used", remedy))
    }
}

/// Turns every term of a filter's value into the filter.
fn each(node: Node, turn: &impl Fn(Term) -> Option<Node>) -> Option<Node> {
    match node {
        Node::Term(term) => turn(term),
        Node::Or(parts) => Some(Node::Or(
            parts.into_iter().map(|part| each(part, turn)).collect::<Option<_>>()?,
        )),
        _ => None,
    }
}

fn language(term: &Term) -> Option<String> {
    let code = term.written.to_ascii_lowercase();
    let is_code = code.split('-').all(|part| (2..=8).contains(&part.len()))
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_code && term.is_plain()).then_some(code)
}

fn domain(term: &Term) -> Option<String> {
    let name = term.written.to_lowercase();
    let is_name = name
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-'));
    // Addresses are stored as hosts are resolved: in ASCII.
    let name = idna::domain_to_ascii(&name).ok()?;
    (is_name && term.is_plain()).then_some(name)
}

fn kind(term: &Term) -> Option<ArticleKind> {
    [ArticleKind::Article, ArticleKind::Video]
        .into_iter()
        .find(|kind| term.written.eq_ignore_ascii_case(kind.as_str()) && term.is_plain())
}

fn day(term: &Term) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&term.written, "%Y-%m-%d")
        .ok()
        .filter(|_| term.is_plain())
}
