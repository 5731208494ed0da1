//! A query as words and signs, each with its place. Knows no grammar.

use std::ops::Range;

use super::{
    ArticlePart, NEAR_DEFAULT, NEAR_MAX, PREFIX_LETTERS_MIN, QueryError, SUFFIX_LETTERS_MIN, Term, TermSigns,
    signs_before,
};

/// What may stand before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryField {
    In(ArticlePart),
    Source,
    Language,
    Domain,
    Kind,
    After,
}

/// A word or sign of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryToken {
    Term(Term),
    Open,
    Close,
    And,
    Or,
    Not,
    Near(u32),
    Field(QueryField),
}

/// A token and its bytes.
pub type Placed = (QueryToken, Range<usize>);

pub(super) const OPENING_QUOTES: &[char] = &['"', '“', '”', '„', '«', '»'];
const FIELDS: &str = "the fields are title:, lead:, body:, source:, domain:, lang:, type: and after:; put other words with a \
                      colon in quotes";

/// Returns the tokens of a query in order.
pub fn tokens(text: &str) -> Result<Vec<Placed>, QueryError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(sign) = text[at..].chars().next() {
        let next = at + sign.len_utf8();
        match sign {
            _ if sign.is_whitespace() || sign.is_control() => at = next,
            '(' => {
                found.push((QueryToken::Open, at..next));
                at = next;
            }
            ')' => {
                found.push((QueryToken::Close, at..next));
                at = next;
            }
            _ if quote_after_signs(&text[at..]).is_some() => {
                let (term, end) = phrase(text, at)?;
                found.push((QueryToken::Term(term), at..end));
                at = end;
            }
            _ => {
                let end = end_of_word(text, at);
                at = word(text, at..end, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// Returns the end of an unquoted word. A quote between two letters of Hebrew is part of it: צה"ל.
fn end_of_word(text: &str, start: usize) -> usize {
    let is_hebrew = |letter: Option<char>| letter.is_some_and(|letter| matches!(letter, 'א'..='ת'));
    let ends = text[start..].char_indices().find(|(at, sign)| {
        let (before, after) = (&text[..start + at], &text[start + at + sign.len_utf8()..]);
        let is_inside = || is_hebrew(before.chars().next_back()) && is_hebrew(after.chars().next());
        sign.is_whitespace()
            || sign.is_control()
            || matches!(sign, '(' | ')')
            || OPENING_QUOTES.contains(sign) && !is_inside()
    });
    ends.map_or(text.len(), |(at, _)| start + at)
}

/// Returns where a quote opens that nothing but signs stands before.
fn quote_after_signs(text: &str) -> Option<usize> {
    let (_, rest) = signs_before(text);
    rest.starts_with(OPENING_QUOTES).then_some(text.len() - rest.len())
}

/// Reads a phrase with the signs before its opening quote, to its end, and a star directly after it.
fn phrase(text: &str, start: usize) -> Result<(Term, usize), QueryError> {
    let (mut signs, rest) = signs_before(&text[start..]);
    let quote = rest.chars().next().unwrap_or('"');
    let inside = text.len() - rest.len() + quote.len_utf8();
    let closing: &[char] = match quote {
        '"' => &['"'],
        '«' => &['»'],
        '»' => &['«'],
        _ => &['”', '“', '"'],
    };
    let Some(length) = text[inside..].find(closing) else {
        return Err(QueryError::new(
            text,
            start..text.len(),
            "this quote never ends",
            "add the closing quote",
        ));
    };
    let mut end = inside + length + text[inside + length..].chars().next().map_or(0, char::len_utf8);
    let mut content = text[inside..inside + length].trim();
    if let Some(rest) = content.strip_prefix('*') {
        content = rest;
        signs.is_suffix = true;
    }
    if let Some(stem) = content.strip_suffix('*') {
        content = stem;
        signs.is_prefix = true;
    } else if text[end..].starts_with('*') {
        end += 1;
        signs.is_prefix = true;
    }
    Ok((term(text, start..end, content, signs)?, end))
}

/// Reads one unquoted word, which may be an operator or a field. Returns where to go on.
fn word(text: &str, span: Range<usize>, found: &mut Vec<Placed>) -> Result<usize, QueryError> {
    let written = &text[span.clone()];
    let end = span.end;
    let token = match written {
        "AND" | "&&" => QueryToken::And,
        "OR" | "||" | "|" => QueryToken::Or,
        "NOT" => QueryToken::Not,
        "NEAR" => QueryToken::Near(NEAR_DEFAULT),
        _ if written.starts_with("NEAR/") => QueryToken::Near(gap(text, &span)?),
        _ if written.starts_with(['-', '!']) && written.len() > 1 => {
            let message = "words are not excluded by a sign";
            return Err(QueryError::new(
                text,
                span,
                message,
                format!("write NOT {}", &written[1..]),
            ));
        }
        _ => match written.split_once(':') {
            Some((name, _)) => {
                let name_span = span.start..span.start + name.len() + 1;
                let Some(field) = field(name) else {
                    let message = format!("there is no field \"{name}:\"");
                    return Err(QueryError::new(text, name_span, message, FIELDS));
                };
                let after = name_span.end;
                found.push((QueryToken::Field(field), name_span));
                return Ok(after);
            }
            None => {
                let (mut signs, rest) = signs_before(written);
                let (stem, is_prefix) = rest.strip_suffix('*').map_or((rest, false), |stem| (stem, true));
                signs.is_prefix = is_prefix;
                QueryToken::Term(term(text, span.clone(), stem, signs)?)
            }
        },
    };
    found.push((token, span));
    Ok(end)
}

pub(super) fn field(name: &str) -> Option<QueryField> {
    match name.to_ascii_lowercase().as_str() {
        "title" => Some(QueryField::In(ArticlePart::Title)),
        "lead" => Some(QueryField::In(ArticlePart::Lead)),
        "body" => Some(QueryField::In(ArticlePart::Body)),
        "source" => Some(QueryField::Source),
        "lang" => Some(QueryField::Language),
        "domain" => Some(QueryField::Domain),
        "type" => Some(QueryField::Kind),
        "after" => Some(QueryField::After),
        _ => None,
    }
}

fn gap(text: &str, span: &Range<usize>) -> Result<u32, QueryError> {
    let number = text[span.clone()].trim_start_matches("NEAR/").parse::<u32>().ok();
    number.filter(|words| *words <= NEAR_MAX).ok_or_else(|| {
        let message = format!("NEAR/ takes a number of words up to {NEAR_MAX}");
        QueryError::new(text, span.clone(), message, "write for example NEAR/5")
    })
}

fn term(text: &str, span: Range<usize>, written: &str, signs: TermSigns) -> Result<Term, QueryError> {
    let refused = |message: &str, remedy: &str| Err(QueryError::new(text, span.clone(), message, remedy));
    if written.contains('*') {
        let message = "a star stands only at the beginning or the end";
        return refused(message, "put it there, as in regulat* or *lation");
    }
    if written.starts_with('=') {
        return refused("there is more than one =", "write one, as in =US");
    }
    let Some(term) = Term::new(written, signs) else {
        return refused("there is no word in this", "write a word or leave it out");
    };
    let letters = |word: Option<&String>| word.map_or(0, |word| word.chars().count());
    if term.is_prefix && letters(term.words.last()) < PREFIX_LETTERS_MIN {
        let message = format!("a star needs at least {PREFIX_LETTERS_MIN} letters before it");
        return refused(&message, "write more of the word");
    }
    if term.is_suffix && letters(term.words.first()) < SUFFIX_LETTERS_MIN {
        let message = format!("a star at the beginning needs at least {SUFFIX_LETTERS_MIN} letters behind it");
        return refused(&message, "write more of the word");
    }
    let has_case = |word: &String| {
        word.chars()
            .any(|letter| letter.is_uppercase() || letter.is_lowercase())
    };
    if term.cased.as_ref().is_some_and(|cased| !cased.iter().any(has_case)) {
        let message = "= asks for capitals as they are written, and there are none in this script";
        return refused(message, "write it without =");
    }
    Ok(term)
}
