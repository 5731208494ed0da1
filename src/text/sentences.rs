//! Where sentences end.

use unicode_segmentation::UnicodeSegmentation;

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "gen", "sen", "rep", "gov", "lt", "sgt", "col", "capt", "no", "vs", "inc",
    "co", "corp", "ltd", "jr", "sr", "dept", "art", "sec", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept",
    "sep", "oct", "nov", "dec", "bzw", "nr", "hr", "fr",
];

/// Returns where each sentence of a text ends, with the white space behind it; the last ends with the text.
pub fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
    let mut end = 0;
    text.split_sentence_bounds().filter_map(move |piece| {
        end += piece.len();
        (end == text.len() || !ends_in_abbreviation(&text[..end])).then_some(end)
    })
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

fn ends_in_abbreviation(text: &str) -> bool {
    let Some(word) = text
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
}
