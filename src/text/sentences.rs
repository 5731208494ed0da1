//! Where sentences end.

use std::iter;

use unicode_segmentation::UnicodeSegmentation;

use super::{head, tail};

/// Bytes of a text that are cut into sentences at a time: what decides on a bound may stand far behind it.
const WINDOW_BYTES: usize = 1_000;
/// Characters in a row that are neither letters nor numbers and stand in one window: each is looked through from each of
/// the others.
const SIGNS_MAX: usize = 100;
/// Bytes before a window's end of which the bounds are not sure.
const UNSURE_BYTES: usize = 40;
/// Bytes before a full stop that are looked at for an abbreviation.
const ABBREVIATION_BYTES_MAX: usize = 40;

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "gen", "sen", "rep", "gov", "lt", "sgt", "col", "capt", "no", "vs", "inc",
    "co", "corp", "ltd", "jr", "sr", "dept", "art", "sec", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept",
    "sep", "oct", "nov", "dec", "bzw", "nr", "hr", "fr",
];

/// Returns where each sentence of a text ends, with the white space behind it; the last ends with the text.
pub fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
    bounds(text).filter(|end| *end == text.len() || !ends_in_abbreviation(&text[..*end]))
}

/// Returns the sentences of a text without the white space between them; what is only that is none.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut begun = 0;
    let sentence = move |end: usize| {
        let sentence = &text[begun..end];
        begun = end;
        sentence.trim()
    };
    sentence_ends(text)
        .map(sentence)
        .filter(|sentence| !sentence.is_empty())
}

/// Returns the bounds of sentences, found in the time of the text's length. A sentence longer than a window stays whole.
fn bounds(text: &str) -> impl Iterator<Item = usize> {
    let mut begun = 0;
    let mut found = Vec::new().into_iter();
    iter::from_fn(move || {
        while found.as_slice().is_empty() && begun < text.len() {
            let window = window(&text[begun..]);
            let window_end = begun + window.len();
            let sure = match window_end == text.len() {
                true => window,
                false => head(window, window.len().saturating_sub(UNSURE_BYTES)),
            };
            let mut end = begun;
            let ends = window.split_sentence_bounds().map(|piece| {
                end += piece.len();
                end
            });
            let ends: Vec<usize> = ends.take_while(|end| *end <= begun + sure.len()).collect();
            // Without a bound the next window begins within a sentence, at a letter: what it ends with is seen whole.
            let last_letter = sure.rfind(char::is_alphanumeric).filter(|at| *at > 0);
            begun = match ends.last() {
                Some(end) => *end,
                None => last_letter.map_or(window_end, |at| begun + at),
            };
            found = ends.into_iter();
        }
        found.next()
    })
}

/// Returns the beginning of a text that is looked at as one.
fn window(text: &str) -> &str {
    let window = head(text, WINDOW_BYTES);
    let mut signs = 0;
    let is_too_much = |c: char| {
        signs = if c.is_alphanumeric() { 0 } else { signs + 1 };
        signs > SIGNS_MAX
    };
    window.find(is_too_much).map_or(window, |end| &window[..end])
}

fn ends_in_abbreviation(text: &str) -> bool {
    let Some(word) = tail(text, ABBREVIATION_BYTES_MAX)
        .trim_end()
        .strip_suffix('.')
        .and_then(|rest| rest.split_whitespace().next_back())
    else {
        return false;
    };
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    // An initial, or letters with stops between them as in "U.S.", are abbreviations whatever they stand for.
    let is_initials = !word.is_empty()
        && word
            .split('.')
            .all(|part| part.chars().count() == 1 && !part.starts_with(|c: char| c.is_numeric()));
    is_initials || ABBREVIATIONS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(sentences(text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sentences_are_whole() {
        check(
            "One. Two at 3.5 %! Three\n\n  Four?  ",
            &["One.", "Two at 3.5 %!", "Three", "Four?"],
        );
        check(
            "Mr. Ode and the U.S. Mint spoke with Dr. J. Lund. They agreed.",
            &["Mr. Ode and the U.S. Mint spoke with Dr. J. Lund.", "They agreed."],
        );
        check("水曜は休館。木曜は開館。", &["水曜は休館。", "木曜は開館。"]);
        check(" \n ", &[]);
    }

    #[test]
    fn a_long_line_is_cut_as_a_short_one() {
        let line = "Mr. Ode opens the mill at 9.30 a.m. (not at ten). Bread is sold, e.g. rye! 水曜は休館。Is it? \n"
            .repeat(90);
        let whole: Vec<&str> = line.lines().flat_map(sentences).collect();
        assert_eq!(sentences(&line).collect::<Vec<_>>(), whole);
        assert_eq!(whole.len(), 4 * 90);
        let words = format!("{}end. Next.", "word ".repeat(3_000));
        assert_eq!(sentences(&words).map(str::len).collect::<Vec<_>>(), [15_004, 5]);
        for words in 400..600 {
            let line = format!("{}end. Next one.", "x ".repeat(words));
            assert_eq!(sentences(&line).nth(1), Some("Next one."), "{words}");
        }
        let signs = format!("One. {} Two. Three.", "-".repeat(400));
        assert_eq!(sentences(&signs).last(), Some("Three."));
    }

    #[test]
    fn hostile_lines_take_the_time_of_their_length() {
        for (head, piece) in [
            ("a.", ")"),
            ("a.", " "),
            ("a.", ") "),
            ("a.", "\u{301}"),
            ("a.", "\u{93e}"),
            ("a.", "1"),
            ("", "水."),
            ("", "a."),
            ("", "a.)"),
            ("", "x"),
            ("", "A.)1"),
        ] {
            let line = format!("{head}{}", piece.repeat(1_000_000 / piece.len()));
            let found = sentences(&line).flat_map(str::split_whitespace).map(str::len);
            let expected = line.split_whitespace().map(str::len);
            assert_eq!(found.sum::<usize>(), expected.sum::<usize>(), "{piece:?}");
        }
    }
}
