//! What a language needs to be read and written here: one data file each, `lexicon/TAG.toml`, with the same keys in all.
//!
//! Nothing but data: whoever looks for words asks all languages, since a page seldom says which one it is in. How to add one
//! without Rust is in docs/languages.md.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, de};

/// Months of a year.
const MONTHS: usize = 12;
/// Days of a week.
const DAYS: usize = 7;

/// One language. What is empty is not known of it yet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its tag in BCP 47: the name of its file.
    #[serde(skip)]
    pub tag: &'static str,
    /// Names of months in lower case, from January: a row for each form in which they are written.
    pub months: Vec<NameRow<MONTHS>>,
    /// Words that say nothing about an event.
    #[serde(deserialize_with = "words")]
    pub function_words: Vec<String>,
    /// Words that tell this language from English.
    #[serde(deserialize_with = "words")]
    pub telling_words: Vec<String>,
    pub date: DateForm,
}

/// How a date is put together in a digest.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateForm {
    /// From Monday.
    pub weekdays: NameRow<DAYS>,
    /// As the subject of a mail has them.
    pub short_weekdays: NameRow<DAYS>,
    /// From January, in the form they have behind a day.
    pub months: NameRow<MONTHS>,
    /// Behind the name of a day.
    pub after_weekday: String,
    /// Behind the number of a day, and of the first one.
    pub after_day: String,
    pub after_first_day: String,
    /// Before the month and before the year.
    pub between: String,
}

/// As many words as there are months or days, or none.
#[derive(Debug)]
pub struct NameRow<const COUNT: usize>(pub Vec<String>);

impl<'de, const COUNT: usize> Deserialize<'de> for NameRow<COUNT> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let words = words(from)?;
        match words.len() {
            0 => Ok(Self(words)),
            count if count == COUNT => Ok(Self(words)),
            count => Err(de::Error::custom(format!("{count} words, not {COUNT}"))),
        }
    }
}

/// Reads words between spaces.
fn words<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(from)?;
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

macro_rules! files {
    ($($tag:literal)*) => {
        [$(($tag, include_str!(concat!("../lexicon/", $tag, ".toml")))),*]
    };
}

/// The files. Those that digests are dated in come first, in the order in which they are offered.
const FILES: [(&str, &str); 23] = files!(
    "en" "de" "fr" "es" "it" "pt" "nl" "sv" "da" "pl"
    "nb" "ca" "ro" "cs" "sk" "ru" "uk" "bg" "hu" "fi" "tr" "el" "ar"
);

/// All languages.
pub static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let read = |(tag, text): &(&'static str, &str)| {
        let language = read(text).expect("a test reads every file");
        Language { tag, ..language }
    };
    FILES.iter().map(read).collect()
});

fn read(text: &str) -> Result<Language, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_every_key_and_no_other() {
        for (tag, text) in FILES {
            let language = read(text).unwrap_or_else(|error| panic!("lexicon/{tag}.toml: {error}"));
            assert!(language.months.iter().all(|row| row.0.len() == MONTHS), "{tag}");
            let date = &language.date;
            let has = [date.weekdays.0.len(), date.short_weekdays.0.len(), date.months.0.len()];
            assert!(has == [0; 3] || has == [DAYS, DAYS, MONTHS], "{tag}: {has:?}");
        }
    }

    #[test]
    fn no_file_is_left_out() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lexicon");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let mut known = FILES.map(|(tag, _)| format!("{tag}.toml"));
        there.sort();
        known.sort();
        assert_eq!(there, known);
    }

    #[test]
    fn a_file_that_lacks_a_key_or_a_day_is_refused() {
        let (_, text) = FILES[0];
        assert!(read(&text.replace("telling_words", "tell_words")).is_err());
        let error = read(&text.replace("Monday ", "")).unwrap_err();
        assert!(error.to_string().contains("6 words, not 7"), "{error}");
    }
}
