//! A query as words and signs, each with its place. Knows no grammar.

use std::ops::Range;

use super::{ArticlePart, NEAR_DEFAULT, NEAR_MAX, PREFIX_LETTERS_MIN, QueryError, Term};

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

const OPENING_QUOTES: &[char] = &['"', '“', '”', '„', '«', '»'];
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
            _ if OPENING_QUOTES.contains(&sign) => {
                let (term, end) = phrase(text, at, next)?;
                found.push((QueryToken::Term(term), at..end));
                at = end;
            }
            _ => {
                let end = text[at..].find(is_end_of_word).map_or(text.len(), |length| at + length);
                at = word(text, at..end, &mut found)?;
            }
        }
    }
    Ok(found)
}

fn is_end_of_word(sign: char) -> bool {
    sign.is_whitespace() || sign.is_control() || matches!(sign, '(' | ')') || OPENING_QUOTES.contains(&sign)
}

/// Reads from an opening quote to its end, and a star directly after it.
fn phrase(text: &str, start: usize, inside: usize) -> Result<(Term, usize), QueryError> {
    let closing: &[char] = match &text[start..inside] {
        "\"" => &['"'],
        "«" => &['»'],
        "»" => &['«'],
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
    let content = &text[inside..inside + length];
    let mut end = inside + length + text[inside + length..].chars().next().map_or(0, char::len_utf8);
    let mut content_end = content.trim_end();
    let mut is_prefix = false;
    if let Some(stem) = content_end.strip_suffix('*') {
        content_end = stem;
        is_prefix = true;
    } else if text[end..].starts_with('*') {
        end += 1;
        is_prefix = true;
    }
    Ok((term(text, start..end, content_end, is_prefix)?, end))
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
                let (stem, is_prefix) = written.strip_suffix('*').map_or((written, false), |stem| (stem, true));
                QueryToken::Term(term(text, span.clone(), stem, is_prefix)?)
            }
        },
    };
    found.push((token, span));
    Ok(end)
}

fn field(name: &str) -> Option<QueryField> {
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

fn term(text: &str, span: Range<usize>, written: &str, is_prefix: bool) -> Result<Term, QueryError> {
    if written.contains('*') {
        let remedy = "put one star at the end of a word, as in regulat*";
        return Err(QueryError::new(text, span, "a star stands only at the end", remedy));
    }
    let term = Term::new(written, is_prefix).ok_or_else(|| {
        QueryError::new(
            text,
            span.clone(),
            "there is no word in this",
            "write a word or leave it out",
        )
    })?;
    let last_letters = term.words.last().map_or(0, |word| word.chars().count());
    if is_prefix && last_letters < PREFIX_LETTERS_MIN {
        let message = format!("a star needs at least {PREFIX_LETTERS_MIN} letters before it");
        return Err(QueryError::new(text, span, message, "write more of the word"));
    }
    Ok(term)
}
