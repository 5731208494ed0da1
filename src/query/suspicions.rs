//! What a query or a keyword says that its writer may have meant otherwise: signs and small words that mean something in other
//! query languages. Nothing is refused here, and nothing that was found changes what is looked for.

use std::ops::Range;

use super::QueryError;
use super::lexer::{self, QueryToken};

/// Words that join others when they are written in capitals.
const OPERATORS: [&str; 4] = ["AND", "OR", "NOT", "NEAR"];
/// What to write in place of a regular expression.
const WORDS: &str = "write the words: (ban OR bans), or a star for any ending: ban*";
/// Dashes beyond ASCII before a word: the hyphen itself is refused.
const DASHES: [char; 4] = ['–', '—', '−', '‐'];

/// Returns what may be meant otherwise in a query, in the shape of an error: what it means, where, and what to write. Nothing where
/// it is none.
pub fn in_query(text: &str) -> Vec<QueryError> {
    let Ok(tokens) = lexer::tokens(text) else {
        return Vec::new();
    };
    let expression = regular_expression(text);
    let mut found: Vec<QueryError> = expression
        .clone()
        .map(|span| no_expressions(text, span))
        .into_iter()
        .collect();
    let is_in_expression = |span: &Range<usize>| {
        let outer = expression.as_ref();
        outer.is_some_and(|outer| outer.start <= span.start && span.end <= outer.end)
    };
    for (position, (token, span)) in tokens.iter().enumerate() {
        let written = &text[span.clone()];
        let is_quoted = written
            .trim_start_matches(['=', '*'])
            .starts_with(lexer::OPENING_QUOTES);
        if !matches!(token, QueryToken::Term(_)) || is_quoted || is_in_expression(span) {
            continue;
        }
        let before = position.checked_sub(1).map(|before| &tokens[before].0);
        let is_last = position + 1 == tokens.len();
        let is_asked_of_a_field = matches!(before, Some(QueryToken::Field(_)));
        let operator = operator(written).filter(|_| !is_last && !is_asked_of_a_field);
        let (message, remedy) = if let Some(operator) = operator.filter(|own| before.is_some() || own == "NOT") {
            (
                format!("\"{written}\" is a word here, and has to stand in the article"),
                format!("write {operator}, or \"{written}\" in quotes where the word is meant"),
            )
        } else if let Some(parts) = alternatives(written) {
            (
                format!("{written} is one phrase here"),
                format!("write ({})", parts.join(" OR ")),
            )
        } else if let Some(word) = written.strip_prefix(DASHES).filter(|word| !word.is_empty()) {
            (
                "words are not excluded by a sign, this one is looked for".to_owned(),
                format!("write NOT {word}"),
            )
        } else if is_pattern(written) {
            found.push(no_expressions(text, span.clone()));
            continue;
        } else {
            continue;
        };
        found.push(QueryError::new(text, span.clone(), message, remedy));
    }
    found.sort_by_key(|suspicion| suspicion.span.start);
    found
}

/// Returns what may be meant otherwise in a keyword, which is a word or a phrase and nothing else.
pub fn in_keyword(text: &str) -> Vec<QueryError> {
    if let Some(span) = regular_expression(text) {
        return vec![no_expressions(text, span)];
    }
    let (mut found, mut at) = (Vec::new(), 0);
    let is_alone = text.split_whitespace().nth(1).is_none();
    for word in text.split_whitespace() {
        let start = at + text[at..].find(word).unwrap_or_default();
        at = start + word.len();
        let bare = word.trim_start_matches('(').trim_end_matches(')');
        let is_operator = OPERATORS.contains(&bare) || bare.starts_with("NEAR/") || matches!(bare, "&&" | "||" | "|");
        let is_sign = word.starts_with(['-', '!']) || word.starts_with(DASHES);
        let has_field = bare.split_once(':').is_some_and(|(name, rest)| {
            let is_field = lexer::field(name.trim_start_matches(['-', '!'])).is_some();
            is_field && rest.starts_with(char::is_alphanumeric)
        });
        let message = if is_operator && !is_alone {
            format!("{bare} is a word of the phrase here: keywords know no operators")
        } else if has_field {
            format!("{bare} is a phrase here: keywords know no fields")
        } else if start == 0 && is_sign && word.chars().nth(1).is_some_and(char::is_alphanumeric) {
            format!("{word} is looked for here: keywords exclude nothing")
        } else if alternatives(bare).is_some() {
            format!("{bare} is one phrase here: write each as a keyword of its own, any of them is enough")
        } else if is_pattern(bare) {
            found.push(no_expressions(text, start..at));
            continue;
        } else {
            continue;
        };
        let remedy = "write query = '…' in place of keywords, or leave the sign out where the words are meant";
        found.push(QueryError::new(text, start..at, message, remedy));
    }
    found
}

/// Returns why a text that could not be read is none, where it looks like a regular expression.
pub(super) fn refused_expression(text: &str) -> Option<QueryError> {
    let span = regular_expression(text)?;
    Some(QueryError::new(text, span, "there are no regular expressions", WORDS))
}

/// Returns where a text holds what looks like a regular expression between slashes.
fn regular_expression(text: &str) -> Option<Range<usize>> {
    let begins = |at: usize| {
        text[..at]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ':'))
    };
    let ends = |at: usize| {
        let rest = text[at..].trim_start_matches(['i', 'g', 'm', 's', 'u', 'x']);
        let is_over = rest.chars().next().is_none_or(|c| c.is_whitespace() || c == ')');
        is_over.then_some(text.len() - rest.len())
    };
    let slashes: Vec<usize> = text.match_indices('/').map(|(at, _)| at).collect();
    let mut pairs = slashes
        .windows(2)
        .filter(|pair| begins(pair[0]) && pair[1] > pair[0] + 1);
    pairs.find_map(|pair| {
        let inside = &text[pair[0] + 1..pair[1]];
        let is_whole = !inside.starts_with(char::is_whitespace) && !inside.ends_with(char::is_whitespace);
        ends(pair[1] + 1)
            .filter(|_| is_whole && !inside.contains('"'))
            .map(|end| pair[0]..end)
    })
}

fn no_expressions(text: &str, span: Range<usize>) -> QueryError {
    let message = "there are no regular expressions, only its words are looked for";
    QueryError::new(text, span, message, WORDS)
}

/// Returns the operator a word would be in capitals.
fn operator(written: &str) -> Option<String> {
    let capitals = written.to_ascii_uppercase();
    let (name, number) = capitals
        .split_once('/')
        .map_or((capitals.as_str(), None), |(name, number)| (name, Some(number)));
    let is_one = match number {
        None => OPERATORS.contains(&name),
        Some(number) => name == "NEAR" && number.parse::<u32>().is_ok(),
    };
    is_one.then_some(capitals)
}

/// Returns the words between bars.
fn alternatives(written: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = written
        .split('|')
        .filter(|part| part.chars().any(char::is_alphanumeric))
        .collect();
    (written.contains('|') && !parts.is_empty()).then_some(parts)
}

/// Whether a word has signs that mean something in regular expressions alone.
fn is_pattern(written: &str) -> bool {
    let has_class = written
        .find('[')
        .is_some_and(|at| written[at..].contains("]+") || written[at..].contains("]*"));
    has_class || written.contains(".*") || written.contains(".+") || written.contains("\\b") || written.contains("\\w")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: &[QueryError], expected: &[&str], text: &str) {
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), expected.len(), "{text}: {told:?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.contains(expected), "{text}: {told}");
        }
    }

    #[test]
    fn queries() {
        for (text, expected) in [
            (
                "facial recognition or face surveillance",
                &["column 20: \"or\" is a word here, and has to stand in the article: write OR,"][..],
            ),
            ("face and not phone", &["write AND", "write NOT"]),
            ("Face And Phone", &["\"And\" is a word here"]),
            ("not phone face", &["column 1: \"not\""]),
            ("phone near/3 unlock", &["write NEAR/3"]),
            ("(ban or law) face", &["column 6: \"or\""]),
            ("face\nor phone", &["line 2, column 1: \"or\""]),
            ("face|phone", &["face|phone is one phrase here: write (face OR phone)"]),
            ("a b|c|d", &["write (b OR c OR d)"]),
            ("face| phone", &["write (face)"]),
            ("title:/bridge/", &["column 7: there are no regular expressions"]),
            ("/br(id)?ge/", &["no regular expressions"]),
            ("/br[ie]dge/i law", &["no regular expressions"]),
            ("face.*", &["no regular expressions"]),
            ("face –phone", &["write NOT phone"]),
            ("face NOT (ban or law)", &["\"or\""]),
        ] {
            check(&in_query(text), expected, text);
        }
    }

    #[test]
    fn queries_that_say_what_they_mean() {
        for text in [
            "facial recognition OR face surveillance",
            "face | phone",
            "face AND NOT phone",
            "\"search and rescue\" OR \"or\"",
            "title:or face",
            "face or",
            "TCP/IP AND/OR",
            "AT&T \"a|b\"",
            "and/or face",
            "police-state O'Neill",
            "=US *überwachung regulat*",
            "\"/bridge/\"",
            "24/7 and/or",
            "-face",
        ] {
            check(&in_query(text), &[], text);
        }
    }

    #[test]
    fn what_is_refused_says_so() {
        for text in ["/face(ban)?/", "title:/face(ban)?/i", "/(face|phone)/"] {
            let said = super::super::parse(text).map(drop).map_err(|error| error.to_string());
            match said {
                Ok(()) => check(&in_query(text), &["no regular expressions"], text),
                Err(said) => assert!(said.contains("no regular expressions"), "{said}"),
            }
        }
    }

    #[test]
    fn keywords() {
        for (text, expected) in [
            ("face AND law", "AND is a word of the phrase"),
            ("NOT phone", "NOT is a word"),
            ("(ban OR law)", "OR is a word"),
            ("phone NEAR/3 unlock", "NEAR/3 is a word"),
            ("title:ban", "keywords know no fields"),
            ("new title:\u{e9}cole", "keywords know no fields"),
            ("-phone", "keywords exclude nothing"),
            ("face|phone", "a keyword of its own"),
            ("face || phone", "|| is a word"),
            ("/ban(s)?/", "no regular expressions"),
        ] {
            check(&in_keyword(text), &[expected], text);
        }
        for text in [
            "search and rescue",
            "OR",
            "Title: ban",
            "24/7",
            "e-mail",
            "AT&T",
            "http://x",
            "=US",
        ] {
            check(&in_keyword(text), &[], text);
        }
    }
}
