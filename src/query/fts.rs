//! A query as an SQLite FTS5 expression. Every word is quoted, so nothing of it can be read as syntax.
//!
//! FTS5 has only `a NOT b`: an expression must not begin with what is absent. A rule therefore becomes one of three
//! things, and they combine so that an absence always ends up behind something present.

use super::{Node, Term};

enum Fts {
    /// Finds what the rule holds for.
    Present(String),
    /// Finds what the rule does not hold for.
    Absent(String),
    /// Words do not decide the rule.
    Anything,
}

use Fts::{Absent, Anything, Present};

/// Returns the expression of a rule, or nothing when it begins with an absence or words do not decide it.
pub fn expression(root: &Node) -> Option<String> {
    match translate(root) {
        Present(text) => Some(text),
        Absent(_) | Anything => None,
    }
}

fn translate(node: &Node) -> Fts {
    match node {
        Node::Term(term) => Present(quoted(term)),
        Node::Near { left, right, gap } => {
            let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
            Present(join(
                pairs
                    .map(|(a, b)| format!("NEAR({} {}, {gap})", quoted(a), quoted(b)))
                    .collect(),
                "OR",
            ))
        }
        Node::And(parts) => all_of(parts),
        Node::Or(parts) => any_of(parts),
        Node::Not(inner) => match translate(inner) {
            Present(text) => Absent(text),
            Absent(text) => Present(text),
            Anything => Anything,
        },
        Node::Title(inner) => match translate(inner) {
            Present(text) => Present(format!("title : ({text})")),
            Absent(text) => Absent(format!("title : ({text})")),
            Anything => Anything,
        },
        Node::Source(_) | Node::Language(_) => Anything,
    }
}

/// What words do not decide is left out: the expression then finds more, never less.
fn all_of(parts: &[Node]) -> Fts {
    let (mut present, mut absent) = (Vec::new(), Vec::new());
    let mut is_exact = true;
    for part in parts {
        match translate(part) {
            Present(text) => present.push(text),
            Absent(text) => absent.push(text),
            Anything => is_exact = false,
        }
    }
    match (present.is_empty(), absent.is_empty()) {
        (true, true) => Anything,
        (false, true) => Present(join(present, "AND")),
        (true, false) if is_exact => Absent(join(absent, "OR")),
        (true, false) => Anything,
        (false, false) => Present(format!("({} NOT {})", join(present, "AND"), join(absent, "OR"))),
    }
}

fn any_of(parts: &[Node]) -> Fts {
    let (mut present, mut absent) = (Vec::new(), Vec::new());
    for part in parts {
        match translate(part) {
            Present(text) => present.push(text),
            Absent(text) => absent.push(text),
            Anything => return Anything,
        }
    }
    match (present.is_empty(), absent.is_empty()) {
        (_, true) => Present(join(present, "OR")),
        (true, false) => Absent(join(absent, "AND")),
        (false, false) => Absent(format!("({} NOT {})", join(absent, "AND"), join(present, "OR"))),
    }
}

fn join(mut parts: Vec<String>, sign: &str) -> String {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        format!("({})", parts.join(&format!(" {sign} ")))
    }
}

fn quoted(term: &Term) -> String {
    let plain: String = term
        .written
        .chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    let star = if term.is_prefix { " *" } else { "" };
    format!("\"{}\"{star}", plain.replace('"', "\"\""))
}
