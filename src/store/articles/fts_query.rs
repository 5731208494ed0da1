//! What a query asks of the full-text index.
//!
//! The index holds the words that topics look for, in the same form, and knows less of them than a query asks: so it is
//! asked for every article the query finds and perhaps more; whoever needs exactly the query looks again at what was
//! found. What must be absent is therefore named only where the index cannot take too much away.

use std::collections::HashMap;

use crate::query::{ArticlePart, Node, Query, Term};
#[cfg(feature = "postgres")]
use crate::store::engine::tsvector;

/// Words of the index that a word with an open beginning stands for; where there are more, it does not narrow a search.
const COMPLETIONS_MAX: usize = 500;
/// Open beginnings of a query that are looked for among the words of the index; others do not narrow a search.
const OPEN_STARTS_MAX: usize = 16;

/// A word that may stand at the end of others or, where its own end is open too, anywhere in them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct OpenStart {
    word: String,
    is_inside: bool,
}

impl OpenStart {
    fn of(term: &Term) -> Option<Self> {
        let word = term.words.first().filter(|_| term.opens_at_start())?;
        Some(Self {
            word: word.clone(),
            is_inside: term.words.len() == 1 && term.opens_at_end(),
        })
    }
}

/// The words of the index that the open beginnings of a query stand for. The index is ordered by how words begin, and so
/// has to be asked for all of them.
#[derive(Debug, Default)]
pub struct Completions {
    found: HashMap<OpenStart, Vec<String>>,
}

impl Completions {
    /// Returns those of a query, of which none is known yet.
    pub fn wanted(query: &Query) -> Self {
        let terms = query.positive_terms();
        let starts = terms.into_iter().filter_map(OpenStart::of).take(OPEN_STARTS_MAX);
        Self {
            found: starts.map(|start| (start, Vec::new())).collect(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Takes a word of the index.
    pub fn take(&mut self, word: &str) {
        for (start, found) in &mut self.found {
            let fits = match start.is_inside {
                true => word.contains(&start.word),
                false => word.ends_with(&start.word),
            };
            if fits && found.len() <= COMPLETIONS_MAX {
                found.push(word.to_owned());
            }
        }
    }

    fn of(&self, term: &Term) -> Option<&[String]> {
        let found = self.found.get(&OpenStart::of(term)?)?;
        (found.len() <= COMPLETIONS_MAX).then_some(found)
    }
}

/// What an index is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexQuery {
    /// Words that follow each other; the last may be the beginning of one.
    Words {
        words: Vec<String>,
        is_open: bool,
    },
    /// Two of `Words` with so many between them.
    Near(Box<[Self; 2]>, u32),
    And(Vec<Self>),
    Or(Vec<Self>),
    /// The first without any of the others.
    Without(Box<Self>, Vec<Self>),
    In(ArticlePart, Box<Self>),
}

/// Returns what finds every article the query does, and perhaps more, or nothing when words do not narrow the search.
pub fn of(query: &Query, completions: &Completions) -> Option<IndexQuery> {
    all_of(query.root(), completions)
}

/// Returns what finds all a rule holds for, or nothing when words do not narrow it.
fn all_of(node: &Node, completions: &Completions) -> Option<IndexQuery> {
    let inner = |node: &Node| all_of(node, completions);
    match node {
        Node::Term(term) => any_of_its_words(term, completions),
        Node::Near { left, right, gap } => near(left, right, *gap, completions),
        Node::And(parts) => {
            let present: Vec<_> = parts.iter().filter_map(inner).collect();
            let absent: Vec<_> = parts.iter().filter_map(excluded).collect();
            match (present.is_empty(), absent.is_empty()) {
                (true, _) => None,
                (false, true) => Some(all(present)),
                (false, false) => Some(IndexQuery::Without(Box::new(all(present)), absent)),
            }
        }
        Node::Or(parts) => Some(any(parts.iter().map(inner).collect::<Option<_>>()?)),
        Node::In(place, rule) => Some(IndexQuery::In(*place, Box::new(inner(rule)?))),
        Node::Not(_) | Node::Source(_) | Node::Language(_) | Node::Domain(_) | Node::Kind(_) | Node::After(_) => None,
    }
}

/// Returns what a negation surely excludes.
fn excluded(node: &Node) -> Option<IndexQuery> {
    match node {
        Node::Not(inner) => certain(inner),
        _ => None,
    }
}

/// Returns what finds nothing but what a rule holds for.
fn certain(node: &Node) -> Option<IndexQuery> {
    match node {
        // The index knows no capitals.
        Node::Term(term) if term.cased.is_none() && !term.opens_at_start() => Some(words(term)),
        Node::Or(parts) => {
            let found: Vec<_> = parts.iter().filter_map(certain).collect();
            (!found.is_empty()).then(|| any(found))
        }
        Node::And(parts) => Some(all(parts.iter().map(certain).collect::<Option<_>>()?)),
        Node::In(ArticlePart::Title, inner) => Some(IndexQuery::In(ArticlePart::Title, Box::new(certain(inner)?))),
        _ => None,
    }
}

fn near(left: &[Term], right: &[Term], gap: u32, completions: &Completions) -> Option<IndexQuery> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    let pairs = pairs.map(|(a, b)| match a.opens_at_start() || b.opens_at_start() {
        false => Some(IndexQuery::Near(Box::new([words(a), words(b)]), gap)),
        // Nothing is near alternatives.
        true => {
            let both = [a, b].map(|term| any_of_its_words(term, completions));
            let both: Vec<_> = both.into_iter().flatten().collect();
            (!both.is_empty()).then(|| all(both))
        }
    });
    Some(any(pairs.collect::<Option<_>>()?))
}

fn all(parts: Vec<IndexQuery>) -> IndexQuery {
    one_or(parts, IndexQuery::And)
}

fn any(parts: Vec<IndexQuery>) -> IndexQuery {
    one_or(parts, IndexQuery::Or)
}

fn one_or(mut parts: Vec<IndexQuery>, joined: impl FnOnce(Vec<IndexQuery>) -> IndexQuery) -> IndexQuery {
    match parts.len() {
        1 => parts.remove(0),
        _ => joined(parts),
    }
}

/// Returns what finds a term: where its beginning is open, every word of the index that ends so.
fn any_of_its_words(term: &Term, completions: &Completions) -> Option<IndexQuery> {
    if !term.opens_at_start() {
        return Some(words(term));
    }
    let completed = completions.of(term)?.iter().map(|word| {
        let mut term = term.clone();
        term.words[0].clone_from(word);
        words(&term)
    });
    Some(any(std::iter::once(words(term)).chain(completed).collect()))
}

fn words(term: &Term) -> IndexQuery {
    IndexQuery::Words {
        words: term.words.clone(),
        is_open: term.opens_at_end(),
    }
}

impl IndexQuery {
    /// Returns it as an FTS5 expression over the columns title, excerpt and body. Every word is quoted, so nothing of it can be
    /// read as syntax.
    pub fn fts5(&self) -> String {
        let join = |parts: &[Self], sign| {
            let parts: Vec<String> = parts.iter().map(Self::fts5).collect();
            match parts.len() {
                1 => parts.concat(),
                _ => format!("({})", parts.join(sign)),
            }
        };
        match self {
            Self::Words { words, is_open } => {
                let star = if *is_open { " *" } else { "" };
                // No word holds a quote; one would end the phrase.
                format!("\"{}\"{star}", words.join(" ").replace('"', ""))
            }
            Self::Near(pair, gap) => format!("NEAR({} {}, {gap})", pair[0].fts5(), pair[1].fts5()),
            Self::And(parts) => join(parts, " AND "),
            Self::Or(parts) => join(parts, " OR "),
            Self::Without(present, absent) => format!("({} NOT {})", present.fts5(), join(absent, " OR ")),
            Self::In(place, inner) => {
                // A lead that begins the body is not indexed twice.
                let columns = match place {
                    ArticlePart::Title => "title",
                    ArticlePart::Lead => "{excerpt body}",
                    ArticlePart::Body => "body",
                };
                format!("{columns} : ({})", inner.fts5())
            }
        }
    }

    /// Returns it as a tsquery. The index of a server knows which words an article has, and not where: words that follow each
    /// other are found wherever they stand, and only single words take something away.
    #[cfg(feature = "postgres")]
    pub fn tsquery(&self) -> String {
        self.tsquery_in("")
    }

    /// Returns it as a tsquery over the parts of an article with these letters.
    #[cfg(feature = "postgres")]
    fn tsquery_in(&self, parts: &str) -> String {
        let join = |inner: &[Self], sign| {
            let inner: Vec<String> = inner.iter().map(|one| one.tsquery_in(parts)).collect();
            format!("({})", inner.join(sign))
        };
        match self {
            Self::Words { words, is_open } => {
                let last = words.len().saturating_sub(1);
                let words = words.iter().enumerate().map(|(at, word)| {
                    let star = if *is_open && at == last { "*" } else { "" };
                    match (star, parts) {
                        ("", "") => tsvector::quoted(word),
                        _ => format!("{}:{star}{parts}", tsvector::quoted(word)),
                    }
                });
                format!("({})", words.collect::<Vec<_>>().join(" & "))
            }
            Self::Near(pair, _) => join(&pair[..], " & "),
            Self::And(inner) => join(inner, " & "),
            Self::Or(inner) => join(inner, " | "),
            Self::Without(present, absent) => {
                let mut text = present.tsquery_in(parts);
                for one in absent.iter().filter(|one| one.is_known_without_order()) {
                    text.push_str(&format!(" & !{}", one.tsquery_in(parts)));
                }
                format!("({text})")
            }
            Self::In(place, inner) => {
                let within = match place {
                    ArticlePart::Title => "A",
                    ArticlePart::Lead => "BC",
                    ArticlePart::Body => "C",
                };
                inner.tsquery_in(within)
            }
        }
    }

    /// Whether an index that knows no order finds no more than this.
    #[cfg(feature = "postgres")]
    fn is_known_without_order(&self) -> bool {
        match self {
            Self::Words { words, .. } => words.len() == 1,
            Self::Near(..) | Self::Without(..) => false,
            Self::And(parts) | Self::Or(parts) => parts.iter().all(Self::is_known_without_order),
            Self::In(_, inner) => inner.is_known_without_order(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[track_caller]
    fn fts(text: &str, expected: Option<&str>) {
        let query = parse(text).expect(text);
        let mut completions = Completions::wanted(&query);
        let index = ["wach", "bewachen", "wache", "nachtwache", "个人", "人脸"];
        index.iter().for_each(|word| completions.take(word));
        let asked = of(&query, &completions).map(|asked| asked.fts5());
        assert_eq!(asked.as_deref(), expected, "{text}");
    }

    #[test]
    fn full_text_expressions() {
        fts("river flood", Some("(\"river\" AND \"flood\")"));
        fts("riv* NOT dam NOT weir", Some("(\"riv\" * NOT (\"dam\" OR \"weir\"))"));
        fts("title:(a OR b) lang:en", Some("title : ((\"a\" OR \"b\"))"));
        fts(
            "\"a b\" NEAR/3 (c OR de*)",
            Some("(NEAR(\"a b\" \"c\", 3) OR NEAR(\"a b\" \"de\" *, 3))"),
        );
        // What the index cannot tell exactly takes nothing away.
        fts("a NOT (b NOT c)", Some("\"a\""));
        fts("a NOT (b lang:de)", Some("\"a\""));
        fts("a NOT 4.5", Some("(\"a\" NOT \"4.5\")"));
        fts("a NOT (=B *bcd)", Some("\"a\""));
        fts("a NOT (b OR lang:de)", Some("(\"a\" NOT \"b\")"));
        fts("lead:a NOT lead:b", Some("{excerpt body} : (\"a\")"));
        fts("US", Some("\"us\""));
        fts("=US", Some("\"us\""));
        fts("\"the U.S. senate\"", Some("\"the us senate\""));
        fts("人脸识别", Some("\"人脸 脸识 识别\""));
        fts("人", Some("(\"人\" * OR \"个人\" OR \"人脸\")"));
        fts("*wache", Some("(\"wache\" OR \"wache\" OR \"nachtwache\")"));
        fts("*wachen*", Some("(\"wachen\" * OR \"bewachen\" *)"));
        fts(
            "\"*wache steht\"",
            Some("(\"wache steht\" OR \"wache steht\" OR \"nachtwache steht\")"),
        );
        fts("*wachen NEAR a", Some("((\"wachen\" OR \"bewachen\") AND \"a\")"));
        fts("a OR source:x", None);
        fts("source:x", None);
    }

    proptest::proptest! {
        #[test]
        fn no_query_panics(text in "([ a-z()\"*:/éNOTARED“”漢-]|title:|lead:|body:|domain:|lang:en|type:video|after:2026-01-01|NEAR/3 ){0,60}") {
            if let Ok(query) = parse(&text) {
                of(&query, &Completions::wanted(&query));
            }
        }
    }
}
