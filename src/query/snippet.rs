//! The piece of a text that shows best why it was found, with the words that were.
//!
//! Words are compared as queries compare them. What is marked lies on the borders of words, or, in scripts without
//! spaces, around the term as it was written.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Term;
use crate::text;

/// Bytes of a text that are looked through.
const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Bytes shown of a text, and of those before the first word that was found.
const SHOWN_BYTES: usize = 240;
const BEFORE_BYTES: usize = 60;

/// Some text, and whether it is what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub is_found: bool,
}

/// Where a term stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    bytes: Range<usize>,
    term: usize,
}

/// Returns a whole text in pieces.
pub fn highlight(terms: &[&Term], text: &str) -> Vec<Piece> {
    cut(text, 0..text.len(), &marks(terms, text))
}

/// Returns the part of a text in which most of the terms stand, the first such, or nothing when it holds none.
pub fn snippet(terms: &[&Term], text: &str) -> Option<Vec<Piece>> {
    let marks = marks(terms, text::head(text, TEXT_BYTES_MAX));
    let window = |first: &Mark| {
        let end = first.bytes.start + SHOWN_BYTES - BEFORE_BYTES;
        let from = marks.partition_point(|mark| mark.bytes.start < first.bytes.start);
        let mut found: Vec<usize> = marks[from..]
            .iter()
            .take_while(|mark| mark.bytes.end <= end)
            .map(|mark| mark.term)
            .collect();
        found.sort_unstable();
        found.dedup();
        found.len()
    };
    let best = marks
        .iter()
        .max_by_key(|mark| (window(mark), std::cmp::Reverse(mark.bytes.start)))?;
    let start = border(text, best.bytes.start.saturating_sub(BEFORE_BYTES), best.bytes.start);
    let end = best.bytes.end.max(text::head(text, start + SHOWN_BYTES).len());
    let end = match text[best.bytes.end..end].rfind(char::is_whitespace) {
        Some(space) if end < text.len() => best.bytes.end + space,
        _ => end,
    };
    let mut pieces = cut(text, start..end, &marks);
    let dots = |pieces: &mut Vec<Piece>, at: usize| {
        let dots = Piece {
            text: "…".to_owned(),
            is_found: false,
        };
        pieces.insert(at, dots);
    };
    if start > 0 {
        dots(&mut pieces, 0);
    }
    if end < text.len() {
        let last = pieces.len();
        dots(&mut pieces, last);
    }
    Some(pieces)
}

/// Returns where the first word after a place begins, at the latest at `latest`.
fn border(text: &str, from: usize, latest: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let from = (from..=latest).find(|at| text.is_char_boundary(*at)).unwrap_or(latest);
    let space = text[from..latest]
        .char_indices()
        .find(|(_, letter)| letter.is_whitespace());
    space.map_or(from, |(at, letter)| from + at + letter.len_utf8())
}

fn cut(text: &str, range: Range<usize>, marks: &[Mark]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |range: Range<usize>, is_found| {
        if !range.is_empty() {
            pieces.push(Piece {
                text: text[range].to_owned(),
                is_found,
            });
        }
    };
    let mut at = range.start;
    for mark in marks {
        // Marks may overlap, as "clearview ai" and "clearview" do.
        let start = mark.bytes.start.max(at);
        let end = mark.bytes.end.min(range.end);
        if start < end {
            push(at..start, false);
            push(start..end, true);
            at = end;
        }
    }
    push(at..range.end, false);
    pieces
}

/// Returns every place of every term, in reading order; of those that begin together the longest first.
fn marks(terms: &[&Term], text: &str) -> Vec<Mark> {
    let mut starting: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut open: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (number, term) in terms.iter().enumerate() {
        if term.written.chars().any(text::is_unspaced) {
            found.extend(text.match_indices(term.written.as_str()).map(|(at, part)| Mark {
                bytes: at..at + part.len(),
                term: number,
            }));
        } else if term.is_suffix || term.is_prefix && term.words.len() == 1 {
            open.push(number);
        } else if let Some(first) = term.words.first() {
            starting.entry(first).or_default().push(number);
        }
    }
    let words = placed_words(text);
    let is_cased = terms.iter().any(|term| term.cased.is_some());
    let cased = if is_cased { cased_words(text) } else { Vec::new() };
    for (at, (word, _)) in words.iter().enumerate() {
        let named = starting.get(word.as_str()).into_iter().flatten();
        for number in named.chain(&open) {
            let term = terms[*number];
            let Some(here) = words.get(at..at + term.words.len()) else {
                continue;
            };
            let is_it = term.is_in(here.iter().map(|(word, _)| word.as_str()));
            let is_as_written = || {
                let here = cased.get(at..at + term.words.len()).unwrap_or_default();
                term.cased.is_none() || term.is_as_written(here.iter().map(String::as_str))
            };
            if let (true, Some((_, first)), Some((_, last))) = (is_it && is_as_written(), here.first(), here.last()) {
                let bytes = first.start..last.end;
                found.push(Mark { bytes, term: *number });
            }
        }
    }
    found.sort_by_key(|mark| (mark.bytes.start, std::cmp::Reverse(mark.bytes.end), mark.term));
    found
}

/// Returns the words of a text, each with the bytes of what it was cut from.
fn placed_words(text: &str) -> Vec<(String, Range<usize>)> {
    let mut words = Vec::new();
    for bytes in tokens(text) {
        text::each_word(&text[bytes.clone()], |word| {
            words.push((word.to_owned(), bytes.clone()))
        });
    }
    words
}

/// Returns the same words with their capitals.
fn cased_words(text: &str) -> Vec<String> {
    let words = tokens(text).into_iter().map(|bytes| text::cased_words(&text[bytes]));
    words.flatten().collect()
}

/// Returns what is cut into words: what stands between signs and spaces, with the unseen signs and the notes in it.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens: Vec<Range<usize>> = Vec::new();
    for (at, token) in text.unicode_word_indices() {
        let end = at + token.len();
        match tokens.last_mut() {
            Some(last)
                if text[last.end..at].chars().all(text::is_invisible)
                    && (last.end < at || token.starts_with(text::is_raised)) =>
            {
                last.end = end;
            }
            _ => tokens.push(at..end),
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query;

    fn shown(pieces: &[Piece]) -> String {
        let show = |piece: &Piece| match piece.is_found {
            true => format!("[{}]", piece.text),
            false => piece.text.clone(),
        };
        pieces.iter().map(show).collect()
    }

    #[track_caller]
    fn check(query: &str, text: &str, expected: &str) {
        let query = query::parse(query).unwrap();
        let found = snippet(&query.positive_terms(), text).unwrap_or_default();
        assert_eq!(shown(&found), expected, "{text}");
    }

    #[test]
    fn what_was_found_is_marked() {
        check("river", "The Rivers, the RIVER.", "The Rivers, the [RIVER].");
        check(
            "riv* \"flood plain\"",
            "Rivers: the flood-plain",
            "[Rivers]: the [flood-plain]",
        );
        check("cafe OR café", "Im Café", "Im [Café]");
        check("\"clearview ai\" OR clearview", "Clearview AI", "[Clearview AI]");
        check("人脸识别", "关于人脸识别的法律", "关于[人脸识别]的法律");
        check("river NOT dam", "a dam at a river", "a dam at a [river]");
        check("river", "no such thing", "");
        check("école", "À l’école", "À [l’école]");
        check("*überwachung", "Die Videoüberwachung", "Die [Videoüberwachung]");
        check(
            "=US",
            "He told us: the U.S. and the US",
            "He told us: the [U.S]. and the [US]",
        );
        check(
            "biometric ban",
            "A bio\u{200B}metric ban¹ now",
            "A [bio\u{200B}metric] [ban¹] now",
        );
    }

    #[test]
    fn the_part_with_most_terms_is_shown() {
        let text = format!(
            "A dam. {}the river at the dam {}",
            "word ".repeat(100),
            "end ".repeat(100)
        );
        let query = query::parse("river dam").unwrap();
        let found = shown(&snippet(&query.positive_terms(), &text).unwrap());
        assert!(found.starts_with("…word word"), "{found}");
        assert!(found.contains("the [river] at the [dam] end"), "{found}");
        assert!(found.ends_with("end…") && found.len() < 2 * SHOWN_BYTES, "{found}");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_moved(text in "[aé人 .-]{0,80}", query in "(a|é|人|a\\*|\"a é\"|aa){1}") {
            let Ok(query) = query::parse(&query) else { return Ok(()) };
            let terms = query.positive_terms();
            let whole: String = highlight(&terms, &text).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(&whole, &text);
            if let Some(part) = snippet(&terms, &text) {
                let part: String = part.into_iter().map(|piece| piece.text).collect();
                prop_assert!(text.contains(part.trim_matches('…')));
            }
        }
    }
}
