//! A query as an SQLite FTS5 expression. Every word is quoted, so nothing of it can be read as syntax.
//!
//! The index knows less than a query asks and cuts words a little differently, so the expression finds every article
//! the query does and perhaps more; whoever needs exactly the query looks again at what was found. What must be absent
//! is therefore named only where the index cannot take too much away.

use crate::query::{ArticlePart, Node, Query, Term};
use crate::text;

/// Returns an expression over the columns title, excerpt and body that finds every article the query does, and perhaps
/// more, or nothing when words do not narrow the search.
pub fn of(query: &Query) -> Option<String> {
    expression(query.root())
}

/// Returns an expression that finds all a rule holds for, or nothing when words do not narrow it.
fn expression(node: &Node) -> Option<String> {
    match node {
        Node::Term(term) => Some(quoted(term)),
        Node::Near { left, right, gap } => Some(near(left, right, *gap)),
        Node::And(parts) => {
            let present: Vec<String> = parts.iter().filter_map(expression).collect();
            let absent: Vec<String> = parts.iter().filter_map(excluded).collect();
            match (present.is_empty(), absent.is_empty()) {
                (true, _) => None,
                (false, true) => Some(join(present, "AND")),
                (false, false) => Some(format!("({} NOT {})", join(present, "AND"), join(absent, "OR"))),
            }
        }
        Node::Or(parts) => Some(join(parts.iter().map(expression).collect::<Option<_>>()?, "OR")),
        Node::In(place, inner) => {
            // A lead that begins the body is not indexed twice.
            let columns = match place {
                ArticlePart::Title => "title",
                ArticlePart::Lead => "{excerpt body}",
                ArticlePart::Body => "body",
            };
            Some(format!("{columns} : ({})", expression(inner)?))
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
        // The index takes "4.5" apart, and so finds "4.5" by 5.
        Node::Term(term) if term.words.iter().all(|word| word.chars().all(char::is_alphabetic)) => Some(quoted(term)),
        Node::Or(parts) => {
            let found: Vec<String> = parts.iter().filter_map(certain).collect();
            (!found.is_empty()).then(|| join(found, "OR"))
        }
        Node::And(parts) => Some(join(parts.iter().map(certain).collect::<Option<_>>()?, "AND")),
        Node::In(ArticlePart::Title, inner) => Some(format!("title : ({})", certain(inner)?)),
        _ => None,
    }
}

fn near(left: &[Term], right: &[Term], gap: u32) -> String {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    // The index may see more words between the two than there are: "4.5" counts as two.
    let gap = gap.saturating_mul(2).saturating_add(2);
    let pairs = pairs.map(|(a, b)| format!("NEAR({} {}, {gap})", quoted(a), quoted(b)));
    join(pairs.collect(), "OR")
}

fn join(mut parts: Vec<String>, sign: &str) -> String {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        format!("({})", parts.join(&format!(" {sign} ")))
    }
}

fn quoted(term: &Term) -> String {
    // Scripts without spaces are indexed by the pairs of letters that `text::words` gives.
    let is_unspaced = term.written.chars().any(text::is_unspaced);
    let written = if is_unspaced {
        term.words.join(" ")
    } else {
        // Others stand in the index as they are written, only "U.S." does as "US".
        text::without_points(&term.written).into_owned()
    };
    let plain: String = written
        .chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    let ends_open = is_unspaced && term.words.last().is_some_and(|word| word.chars().nth(1).is_none());
    let star = if term.is_prefix || ends_open { " *" } else { "" };
    format!("\"{}\"{star}", plain.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[track_caller]
    fn fts(text: &str, expected: Option<&str>) {
        assert_eq!(of(&parse(text).expect(text)).as_deref(), expected, "{text}");
    }

    #[test]
    fn full_text_expressions() {
        fts("river flood", Some("(\"river\" AND \"flood\")"));
        fts("riv* NOT dam NOT weir", Some("(\"riv\" * NOT (\"dam\" OR \"weir\"))"));
        fts("title:(a OR b) lang:en", Some("title : ((\"a\" OR \"b\"))"));
        fts(
            "\"a b\" NEAR/3 (c OR de*)",
            Some("(NEAR(\"a b\" \"c\", 8) OR NEAR(\"a b\" \"de\" *, 8))"),
        );
        // What the index cannot tell exactly takes nothing away.
        fts("a NOT (b NOT c)", Some("\"a\""));
        fts("a NOT (b lang:de)", Some("\"a\""));
        fts("a NOT 5", Some("\"a\""));
        fts("a NOT (b OR lang:de)", Some("(\"a\" NOT \"b\")"));
        fts("lead:a NOT lead:b", Some("{excerpt body} : (\"a\")"));
        fts("US", Some("\"US\""));
        fts("\"the U.S. senate\"", Some("\"the US. senate\""));
        fts("人脸识别", Some("\"人脸 脸识 识别\""));
        fts("人 OR a", Some("(\"人\" * OR \"a\")"));
        fts("a OR source:x", None);
        fts("source:x", None);
    }

    proptest::proptest! {
        #[test]
        fn no_query_panics(text in "([ a-z()\"*:/éNOTARED“”漢-]|title:|lead:|body:|domain:|lang:en|type:video|after:2026-01-01|NEAR/3 ){0,60}") {
            if let Ok(query) = parse(&text) {
                of(&query);
            }
        }
    }
}
