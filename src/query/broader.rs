//! Broader forms of a query, for the reader of one that finds nothing: each is a query by itself.

use super::lexer::{self, QueryField, QueryToken};

/// Returns a query that looks in the whole article where this one looks in a part of it.
pub fn everywhere(text: &str) -> Option<String> {
    rewritten(text, |token, _, _| {
        matches!(token, QueryToken::Field(QueryField::In(_))).then(String::new)
    })
}

/// Returns a query that looks for the words of its phrases, wherever each stands. `NEAR` has none: its sides are phrases.
pub fn words_apart(text: &str) -> Option<String> {
    let tokens = lexer::tokens(text).ok()?;
    if tokens.iter().any(|(token, _)| matches!(token, QueryToken::Near(_))) {
        return None;
    }
    rewritten(text, |token, written, before| {
        let QueryToken::Term(term) = token else { return None };
        // What is asked of a source's name, or with signs before it, is meant as it stands.
        let is_name = before == Some(&QueryToken::Field(QueryField::Source));
        let is_phrase = written.contains(char::is_whitespace) && !written.starts_with(['=', '*']);
        (is_phrase && !is_name).then(|| format!("({})", apart(&term.to_string())))
    })
}

/// Returns the words of a phrase as a query that asks for each.
pub fn apart(phrase: &str) -> String {
    let words = phrase.trim_matches('"').split_whitespace();
    let quoted: Vec<String> = words
        .map(|word| match word.strip_suffix('*') {
            Some(stem) => format!("\"{stem}\"*"),
            None => format!("\"{word}\""),
        })
        .collect();
    quoted.join(" AND ")
}

/// Returns a query with tokens replaced, if any is.
fn rewritten(text: &str, other: impl Fn(&QueryToken, &str, Option<&QueryToken>) -> Option<String>) -> Option<String> {
    let tokens = lexer::tokens(text).ok()?;
    let (mut out, mut at, mut is_other) = (String::new(), 0, false);
    for (position, (token, span)) in tokens.iter().enumerate() {
        let before = position.checked_sub(1).map(|before| &tokens[before].0);
        let Some(new) = other(token, &text[span.clone()], before) else {
            continue;
        };
        out.push_str(&text[at..span.start]);
        out.push_str(&new);
        (at, is_other) = (span.end, true);
    }
    out.push_str(&text[at..]);
    (is_other && super::parse(&out).is_ok()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broader_queries() {
        for (text, expected) in [
            ("title:clearview", Some("clearview")),
            (
                "lead:(\"face scan\" OR ban) NOT title:phone",
                Some("(\"face scan\" OR ban) NOT phone"),
            ),
            ("\"face scan\"", None),
            ("source:title", None),
        ] {
            assert_eq!(everywhere(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("\"face scan\" ban", Some("(\"face\" AND \"scan\") ban")),
            ("title:\"face regulat*\"", Some("title:(\"face\" AND \"regulat\"*)")),
            ("face NEAR/3 \"a b\"", None),
            ("source:\"The Courier\" ban", None),
            ("face ban", None),
            ("self-driving", None),
        ] {
            assert_eq!(words_apart(text).as_deref(), expected, "{text}");
        }
    }
}
