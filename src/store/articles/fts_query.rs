//! A query as an SQLite FTS5 expression. Every word is quoted, so nothing of it can be read as syntax.
//!
//! The index holds the words that topics look for, in the same form, and knows less of them than a query asks: so the
//! expression finds every article the query does and perhaps more; whoever needs exactly the query looks again at what was
//! found. What must be absent is therefore named only where the index cannot take too much away.

use std::collections::HashMap;

use crate::query::{ArticlePart, Node, Query, Term};

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

/// Returns an expression over the columns title, excerpt and body that finds every article the query does, and perhaps
/// more, or nothing when words do not narrow the search.
pub fn of(query: &Query, completions: &Completions) -> Option<String> {
    expression(query.root(), completions)
}

/// Returns an expression that finds all a rule holds for, or nothing when words do not narrow it.
fn expression(node: &Node, completions: &Completions) -> Option<String> {
    let inner = |node: &Node| expression(node, completions);
    match node {
        Node::Term(term) => any_of_its_words(term, completions),
        Node::Near { left, right, gap } => near(left, right, *gap, completions),
        Node::And(parts) => {
            let present: Vec<String> = parts.iter().filter_map(inner).collect();
            let absent: Vec<String> = parts.iter().filter_map(excluded).collect();
            match (present.is_empty(), absent.is_empty()) {
                (true, _) => None,
                (false, true) => Some(join(present, "AND")),
                (false, false) => Some(format!("({} NOT {})", join(present, "AND"), join(absent, "OR"))),
            }
        }
        Node::Or(parts) => Some(join(parts.iter().map(inner).collect::<Option<_>>()?, "OR")),
        Node::In(place, rule) => {
            // A lead that begins the body is not indexed twice.
            let columns = match place {
                ArticlePart::Title => "title",
                ArticlePart::Lead => "{excerpt body}",
                ArticlePart::Body => "body",
            };
            Some(format!("{columns} : ({})", inner(rule)?))
        }
        Node::Not(_) | Node::Source(_) | Node::Language(_) | Node::Domain(_) | Node::Kind(_) | Node::After(_) => None,
    }
}

/// Returns an expression for what a negation surely excludes.
fn excluded(node: &Node) -> Option<String> {
    match node {
        Node::Not(inner) => certain(inner),
        _ => None,
    }
}

/// Returns an expression that finds nothing but what a rule holds for.
fn certain(node: &Node) -> Option<String> {
    match node {
        // The index knows no capitals.
        Node::Term(term) if term.cased.is_none() && !term.opens_at_start() => Some(quoted(term)),
        Node::Or(parts) => {
            let found: Vec<String> = parts.iter().filter_map(certain).collect();
            (!found.is_empty()).then(|| join(found, "OR"))
        }
        Node::And(parts) => Some(join(parts.iter().map(certain).collect::<Option<_>>()?, "AND")),
        Node::In(ArticlePart::Title, inner) => Some(format!("title : ({})", certain(inner)?)),
        _ => None,
    }
}

fn near(left: &[Term], right: &[Term], gap: u32, completions: &Completions) -> Option<String> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    let pairs = pairs.map(|(a, b)| match a.opens_at_start() || b.opens_at_start() {
        false => Some(format!("NEAR({} {}, {gap})", quoted(a), quoted(b))),
        // NEAR takes no alternatives.
        true => {
            let both = [a, b].map(|term| any_of_its_words(term, completions));
            let both: Vec<String> = both.into_iter().flatten().collect();
            (!both.is_empty()).then(|| join(both, "AND"))
        }
    });
    Some(join(pairs.collect::<Option<_>>()?, "OR"))
}

fn join(mut parts: Vec<String>, sign: &str) -> String {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        format!("({})", parts.join(&format!(" {sign} ")))
    }
}

/// Returns an expression for a term: where its beginning is open, for every word of the index that ends so.
fn any_of_its_words(term: &Term, completions: &Completions) -> Option<String> {
    if !term.opens_at_start() {
        return Some(quoted(term));
    }
    let completed = completions.of(term)?.iter().map(|word| {
        let mut term = term.clone();
        term.words[0].clone_from(word);
        quoted(&term)
    });
    Some(join(std::iter::once(quoted(term)).chain(completed).collect(), "OR"))
}

fn quoted(term: &Term) -> String {
    let star = if term.opens_at_end() { " *" } else { "" };
    // No word holds a quote; one would end the phrase.
    format!("\"{}\"{star}", term.words.join(" ").replace('"', ""))
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
        assert_eq!(of(&query, &completions).as_deref(), expected, "{text}");
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
