//! What a language needs to be read and written here: one data file each, `lexicon/TAG.toml`, with the same keys in all.
//!
//! Nothing but data, which `build.rs` puts into the program: whoever looks for words asks all languages, since a page seldom
//! says which one it is in. What each key means, and how to add a language without Rust, is in docs/languages.md.

pub mod digest_words;

use std::collections::HashSet;

use digest_words::{ColumnTitles, DigestWords};

/// All languages, by their tags. "any" has what pages in every one of them have.
pub static LANGUAGES: &[Language] = &include!(concat!(env!("OUT_DIR"), "/lexicon.rs"));

/// Words or phrases of one language under one key; none where they are not known yet.
pub type Phrases = &'static [&'static str];

/// One language.
#[derive(Debug)]
pub struct Language {
    /// Its tag in BCP 47: the name of its file.
    pub tag: &'static str,
    pub iso_639_3: &'static str,
    pub stemmer: &'static str,
    /// A row from January for each form in which names of months are written.
    pub months: &'static [Phrases],
    pub function_words: Phrases,
    pub negations: Phrases,
    pub elisions: Phrases,
    pub apostrophe_endings: Phrases,
    pub date: DateForm,
    pub lines: LinePhrases,
    pub verdict: VerdictPhrases,
    pub date_labels: DateLabels,
    pub byline: BylineWords,
    pub links: LinkWords,
    pub noise: NoiseWords,
    pub letters: LetterPhrases,
    pub identifiers: IdentifierWords,
    pub columns: ColumnTitles,
    pub digest: DigestWords,
}

/// How a date is put together in a digest.
#[derive(Debug)]
pub struct DateForm {
    pub weekdays: Phrases,
    pub short_weekdays: Phrases,
    pub months: Phrases,
    pub after_weekday: &'static str,
    pub after_day: &'static str,
    pub after_first_day: &'static str,
    pub between: &'static str,
}

/// What stands around an article's text, and between its paragraphs.
#[derive(Debug)]
pub struct LinePhrases {
    pub tail_headings: Phrases,
    pub tail_heading_starts: Phrases,
    pub final_words: Phrases,
    pub interruptions: Phrases,
    pub interruption_starts: Phrases,
    pub embeds: Phrases,
    pub closings: Phrases,
    pub head_lines: Phrases,
    pub credits: Phrases,
    pub about_authors: Phrases,
}

/// What pages say that are no article, or not all of one.
#[derive(Debug)]
pub struct VerdictPhrases {
    pub consent: Phrases,
    pub privacy: Phrases,
    pub blocked: Phrases,
    pub paywall: Phrases,
    pub missing: Phrases,
    pub error_words: Phrases,
    pub login: Phrases,
    pub search: Phrases,
    pub read_on: Phrases,
    pub read_more: Phrases,
}

/// What stands beside dates.
#[derive(Debug)]
pub struct DateLabels {
    pub published: Phrases,
    pub updated: Phrases,
    pub changed: Phrases,
    pub reviewed: Phrases,
    pub leads: Phrases,
    pub revisions: Phrases,
}

/// What stands around the names of authors, and what is no name.
#[derive(Debug)]
pub struct BylineWords {
    pub labels: Phrases,
    pub by: Phrases,
    pub before_names: Phrases,
    pub between_names: Phrases,
    pub behind_names: Phrases,
    pub cut_at: Phrases,
    pub skipped: Phrases,
    pub particles: Phrases,
    pub first_names: Phrases,
    pub no_names: Phrases,
    pub no_name_words: Phrases,
    pub roles: Phrases,
    pub other_roles: Phrases,
    pub actions: Phrases,
}

/// What links and addresses say.
#[derive(Debug)]
pub struct LinkWords {
    pub next_page: Phrases,
    pub next_page_parts: Phrases,
    pub page_words: Phrases,
    pub page_parameters: Phrases,
    pub calls: Phrases,
    pub list_segments: Phrases,
    pub own_words: Phrases,
    pub author_addresses: Phrases,
}

/// What moves by itself on a watched page, and is no change.
#[derive(Debug)]
pub struct NoiseWords {
    pub ago: Phrases,
    pub counters: Phrases,
    pub stamps: Phrases,
    pub advertisements: Phrases,
}

/// What stands around the text of a letter.
#[derive(Debug)]
pub struct LetterPhrases {
    pub web_version: Phrases,
    pub subscription: Phrases,
}

/// What stands beside the numbers of documents, and says which document is meant.
#[derive(Debug)]
pub struct IdentifierWords {
    pub regulations: Phrases,
    pub directives: Phrases,
    pub decisions: Phrases,
    pub frameworks: Phrases,
    pub regulations_behind: Phrases,
    pub directives_behind: Phrases,
    pub decisions_behind: Phrases,
    pub treaty_marks: Phrases,
    pub unions: Phrases,
    pub european: Phrases,
    pub cases: Phrases,
    pub eu_courts: Phrases,
    pub other_courts: Phrases,
    pub house_bills: Phrases,
    pub senate_bills: Phrases,
    pub assembly_bills: Phrases,
    pub us_congress: Phrases,
    pub earlier_congress: Phrases,
    pub us_supreme_court: Phrases,
    pub bills: Phrases,
}

/// Returns what all languages have under a key, in their order, each once.
pub fn all<C: FromIterator<&'static str>>(key: impl Fn(&Language) -> Phrases) -> C {
    let mut seen = HashSet::new();
    let phrases = LANGUAGES.iter().flat_map(|language| key(language).iter().copied());
    phrases.filter(|phrase| seen.insert(*phrase)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Months of a year.
    const MONTHS: usize = 12;
    /// Days of a week.
    const DAYS: usize = 7;

    #[test]
    fn names_of_months_and_days_are_complete() {
        for Language { tag, months, date, .. } in LANGUAGES {
            assert!(months.iter().all(|row| row.len() == MONTHS), "{tag}");
            let has = [date.weekdays.len(), date.short_weekdays.len(), date.months.len()];
            assert!(has == [0; 3] || has == [DAYS, DAYS, MONTHS], "{tag}: {has:?}");
        }
    }

    #[test]
    fn phrases_are_written_as_they_are_compared() {
        for language in LANGUAGES {
            // But for the two that are compared as they stand.
            let as_they_stand = BylineWords {
                by: &[],
                between_names: &[],
                ..language.byline
            };
            let told = format!(
                "{:?}{:?}{:?}{as_they_stand:?}{:?}{:?}",
                language.lines, language.verdict, language.date_labels, language.links, language.letters
            );
            let quoted = told.split('"').skip(1).step_by(2);
            for phrase in quoted {
                assert!(
                    !phrase.is_empty() && phrase == phrase.to_lowercase() && !phrase.contains('’'),
                    "{}: {phrase}",
                    language.tag
                );
            }
        }
    }
}
