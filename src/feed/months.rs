//! Names of months in the languages feeds are written in.
//!
//! Only names, and they stand in `lexicon`: what stands around them is `date.rs`. A word of three letters or more counts
//! when a name begins with it, so abbreviations need no rows of their own unless they skip letters.

use crate::lexicon::LANGUAGES;

/// The shortest abbreviation, in characters.
const PREFIX_CHARS_MIN: usize = 3;

/// What stands in nearly every date beside its month; no table need be asked.
const NO_MONTHS: &[&str] = &[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "gmt", "utc", "est", "edt",
];

/// Returns the number of the month a word in lower case names or abbreviates.
pub fn month(word: &str) -> Option<u32> {
    word.chars().nth(PREFIX_CHARS_MIN - 1)?;
    if NO_MONTHS.contains(&word) {
        return None;
    }
    LANGUAGES
        .iter()
        .flat_map(|language| language.months)
        .find_map(|names| {
            let mut names = names.iter();
            names.position(|name| name.starts_with(word) || is_inflected(word, name))
        })
        .and_then(|at| u32::try_from(at + 1).ok())
}

/// Finnish dates inflect the name ("kesäkuuta"), others append a case ending to the whole name.
fn is_inflected(word: &str, name: &str) -> bool {
    word.strip_prefix(name)
        .is_some_and(|ending| ending.chars().count() <= 2 && name.chars().count() > 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<u32>) {
        assert_eq!(month(word), expected, "{word}");
    }

    #[test]
    fn full_names_and_abbreviations() {
        check("jun", Some(6));
        check("september", Some(9));
        check("sept", Some(9));
        check("juin", Some(6));
        check("août", Some(8));
        check("dez", Some(12));
        check("out", Some(10));
        check("октября", Some(10));
        check("kesäkuuta", Some(6));
        check("juuni", Some(6));
        check("dets", Some(12));
    }

    #[test]
    fn no_table_knows_what_is_passed_over() {
        let mut names = LANGUAGES.iter().flat_map(|language| language.months.concat());
        assert!(names.all(|name| {
            NO_MONTHS
                .iter()
                .all(|word| !name.starts_with(word) && !is_inflected(word, name))
        }));
    }

    #[test]
    fn weekdays_and_zones_are_no_months() {
        for word in [
            "sun", "mon", "tue", "wed", "thu", "fri", "sat", "jeudi", "gmt", "est", "pst", "am", "j", "die", "lun",
        ] {
            check(word, None);
        }
    }
}
